/*
 * The one way into the screen's thread, under many posting threads: an owed answer is never lost,
 * a flood of scans is bounded and counted.
 */
#include "cmocka_all.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/io/mailbox.h"
#include "kiosk/io/worker.h"
#include "system/clock.h"

#define FLOODERS  3
#define FLOOD     4000
#define QUESTIONS 2000

static atomic_int wakes;
static struct mailbox *mailbox;
static atomic_int offered, refused;

static void count_wake(void *user)
{
    (void)user;
    (void)atomic_fetch_add(&wakes, 1);
}

static void *flood(void *user)
{
    struct event event = {.kind = EVENT_SCAN};

    (void)user;
    for (int i = 0; i < FLOOD; i++) {
        event.scan.length = (size_t)(i % SCAN_TEXT_MAX);
        (void)atomic_fetch_add(mailbox_offer(mailbox, &event) ? &offered : &refused, 1);
    }
    return NULL;
}

/* A worker that answers every effect with its own seq. */
static void answer(void *user, const struct effect *effect, struct mailbox *box)
{
    struct event event = {.kind = EVENT_SAVED};

    (void)user;
    event.saved.seq = effect->seq;
    mailbox_answer(box, &event);
}

static void no_answer_is_lost_in_a_flood(void **state)
{
    static const struct worker_tasks tasks = {.handle = answer};
    pthread_t flooders[FLOODERS];
    struct event *event = calloc(1, sizeof(*event));
    uint32_t asked = 0;
    uint32_t answered = 0;
    int scans = 0;

    (void)state;
    assert_non_null(event);
    mailbox = mailbox_create(count_wake, NULL);
    struct worker *worker = worker_start("answers", &tasks, NULL, mailbox);

    for (int i = 0; i < FLOODERS; i++) {
        assert_int_equal(pthread_create(&flooders[i], NULL, flood, NULL), 0);
    }
    int64_t end_ms = clock_monotonic_ms() + 60000;

    while (answered < QUESTIONS && clock_monotonic_ms() < end_ms) {
        if (asked < QUESTIONS && asked - answered < 8) {
            struct effect effect = {.kind = EFFECT_SAVE_CODE, .seq = ++asked};

            mailbox_reserve(mailbox);
            worker_send(worker, &effect);
        }
        if (mailbox_take(mailbox, event)) {
            if (event->kind == EVENT_SAVED) {
                assert_int_equal(event->saved.seq, ++answered); /* in order, none left out */
            } else {
                scans++;
            }
        }
    }
    assert_int_equal(answered, QUESTIONS);
    for (int i = 0; i < FLOODERS; i++) {
        assert_int_equal(pthread_join(flooders[i], NULL), 0);
    }
    while (mailbox_take(mailbox, event)) {
        scans++;
    }
    assert_int_equal(scans, atomic_load(&offered));
    assert_int_equal(atomic_load(&refused), mailbox_dropped(mailbox));
    assert_int_equal(atomic_load(&offered) + atomic_load(&refused), FLOODERS * FLOOD);
    assert_int_equal(atomic_load(&wakes), QUESTIONS + atomic_load(&offered));
    worker_stop(worker);
    mailbox_destroy(mailbox);
    free(event);
}

static atomic_int idles;

static void count_idle(void *user, struct mailbox *box)
{
    (void)user;
    (void)box;
    (void)atomic_fetch_add(&idles, 1);
}

static void a_stopping_worker_finishes_what_it_was_told(void **state)
{
    static const struct worker_tasks tasks = {.handle = answer, .idle = count_idle, .idle_ms = 5};
    struct event *event = calloc(1, sizeof(*event));
    int answers = 0;

    (void)state;
    assert_non_null(event);
    mailbox = mailbox_create(count_wake, NULL);
    struct worker *worker = worker_start("answers", &tasks, NULL, mailbox);

    for (uint32_t i = 1; i <= WORKER_QUEUE; i++) {
        struct effect effect = {.kind = EFFECT_SAVE_CODE, .seq = i};

        mailbox_reserve(mailbox);
        worker_send(worker, &effect);
    }
    int64_t end_ms = clock_monotonic_ms() + 5000;

    while (atomic_load(&idles) == 0 && clock_monotonic_ms() < end_ms) {
        clock_sleep_ms(1);
    }
    assert_true(atomic_load(&idles) > 0);
    worker_stop(worker);
    while (mailbox_take(mailbox, event)) {
        answers++;
    }
    assert_int_equal(answers, WORKER_QUEUE);
    assert_int_equal(mailbox_owed(mailbox), 0);
    mailbox_destroy(mailbox);
    free(event);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_answer_is_lost_in_a_flood),
        cmocka_unit_test(a_stopping_worker_finishes_what_it_was_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
