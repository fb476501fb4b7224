/*
 * The journal's thread against the screen's: every question is answered in its order, and what was
 * handed over before the stop is there after it.
 */
#include "cmocka_all.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/io/journal_worker.h"
#include "kiosk/io/mailbox.h"
#include "system/clock.h"

#define SALES    OPEN_INTENTS_MAX
#define WAIT_MS  20000
#define REPRINTS 3

static char folder[] = "/tmp/threads_journal_XXXXXX";
static char path[64];
static struct mailbox *mailbox;
static struct event event;
static struct effect effect;
static atomic_int wakes;
static atomic_bool over;

static void count_wake(void *user)
{
    (void)user;
    (void)atomic_fetch_add(&wakes, 1);
}

/* What other workers do meanwhile: a printer that changes its mind all the time. */
static void *flood(void *user)
{
    struct event state = {.kind = EVENT_PRINTER};

    (void)user;
    while (!atomic_load(&over)) {
        (void)mailbox_offer(mailbox, &state);
        usleep(100);
    }
    return NULL;
}

static void next(enum event_kind kind)
{
    int64_t end_ms = clock_monotonic_ms() + WAIT_MS;

    while (clock_monotonic_ms() < end_ms) {
        if (!mailbox_take(mailbox, &event)) {
            clock_sleep_ms(1);
        } else if (event.kind != EVENT_PRINTER) {
            assert_int_equal(event.kind, kind);
            return;
        }
    }
    fail_msg("nothing was answered");
}

static void send_sale(struct journal_worker *worker, uint32_t seq)
{
    effect = (struct effect){.kind = EFFECT_SAVE_INTENT, .seq = seq};
    snprintf(effect.intent.request_id, sizeof(effect.intent.request_id), "%032x", seq);
    snprintf(effect.intent.draft.terminal_no, sizeof(effect.intent.draft.terminal_no), "%s",
             "10000001");
    journal_worker_send(worker, &effect);
}

static void answers_come_in_order_beside_a_flood(void **state)
{
    pthread_t flooder;

    (void)state;
    mailbox = mailbox_create(count_wake, NULL);
    atomic_store(&over, false);
    assert_int_equal(pthread_create(&flooder, NULL, flood, NULL), 0);
    struct journal_worker *worker = journal_worker_start(path, REPRINTS, mailbox);

    next(EVENT_BOOTED);
    assert_int_equal(event.booted, STATUS_OK);
    for (uint32_t i = 1; i <= SALES; i++) {
        send_sale(worker, i);
    }
    for (uint32_t i = 1; i <= SALES; i++) {
        next(EVENT_SAVED);
        assert_int_equal(event.saved.seq, i);
        assert_int_equal(event.saved.status, STATUS_OK);
    }
    effect = (struct effect){.kind = EFFECT_BEGIN_JOB, .seq = 100};
    snprintf(effect.receipt_no, sizeof(effect.receipt_no), "%s", "no such receipt");
    journal_worker_send(worker, &effect);
    next(EVENT_JOB);
    assert_int_equal(event.job.seq, 100);
    assert_int_equal(event.job.status, STATUS_NOT_FOUND);
    /* Handed over and not waited for: the stop does. */
    effect = (struct effect){.kind = EFFECT_CLOSE_INTENT, .seq = 101};
    snprintf(effect.close.request_id, sizeof(effect.close.request_id), "%032x", 1U);
    journal_worker_send(worker, &effect);
    journal_worker_stop(worker);
    next(EVENT_SAVED);
    assert_int_equal(event.saved.seq, 101);
    assert_int_equal(event.saved.status, STATUS_OK);
    atomic_store(&over, true);
    assert_int_equal(pthread_join(flooder, NULL), 0);
    while (mailbox_take(mailbox, &event)) {
        assert_int_equal(event.kind, EVENT_PRINTER);
    }
    assert_int_equal(mailbox_owed(mailbox), 0);
    mailbox_destroy(mailbox);
}

static void the_next_start_finds_what_is_open(void **state)
{
    char first[REQUEST_ID_MAX];

    (void)state;
    mailbox = mailbox_create(count_wake, NULL);
    struct journal_worker *worker = journal_worker_start(path, REPRINTS, mailbox);

    snprintf(first, sizeof(first), "%032x", 1U);
    for (int i = 1; i < SALES; i++) {
        next(EVENT_FOUND);
        assert_string_not_equal(event.found.request_id, first); /* it was closed */
    }
    next(EVENT_BOOTED);
    assert_int_equal(event.booted, STATUS_OK);
    journal_worker_stop(worker);
    mailbox_destroy(mailbox);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_come_in_order_beside_a_flood),
        cmocka_unit_test(the_next_start_finds_what_is_open),
    };

    char command[96];

    if (mkdtemp(folder) == NULL) {
        return 1;
    }
    snprintf(path, sizeof(path), "%s/journal.db", folder);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    snprintf(command, sizeof(command), "rm -rf %s", folder);
    return system(command) == 0 ? failed : 1; // NOLINT(cert-env33-c,bugprone-command-processor)
}
