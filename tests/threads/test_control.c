/*
 * The control socket under several clients at once: every line is answered, to the one who asked,
 * and it may be stopped in the middle of their talk.
 */
#include "cmocka_all.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"
#include "system/clock.h"
#include "system/control.h"

#define TALKERS 6
#define LINES   300

static char folder[] = "/tmp/threads_control_XXXXXX";
static char socket_path[64];
static long served; /* the control's thread alone touches it until control_stop() */
static atomic_int wrong, talked;

static void echo(void *context, const char *verb, const char *arguments,
                 struct control_reply *reply)
{
    long *count = context;

    (*count)++;
    control_ok(reply, "%s %s", verb, arguments);
}

static void *talk(void *user)
{
    int number = *(const int *)user;
    int fd = client_connect(socket_path);

    for (int i = 0; fd >= 0 && i < LINES; i++) {
        char line[64];
        char wanted[64];
        char reply[CONTROL_REPLY_MAX];

        snprintf(line, sizeof(line), "say %d-%d", number, i);
        snprintf(wanted, sizeof(wanted), "ok say %d-%d", number, i);
        client_ask(fd, line, reply, sizeof(reply));
        if (reply[0] == '\0') {
            break; /* the control was stopped */
        }
        (void)atomic_fetch_add(strcmp(reply, wanted) == 0 ? &talked : &wrong, 1);
    }
    if (fd >= 0) {
        close(fd);
    }
    return NULL;
}

static struct control *start_talk(pthread_t talkers[TALKERS])
{
    static int numbers[TALKERS];
    struct control *control = NULL;

    served = 0;
    atomic_store(&wrong, 0);
    atomic_store(&talked, 0);
    assert_int_equal(control_start(socket_path, echo, &served, &control), STATUS_OK);
    for (int i = 0; i < TALKERS; i++) {
        numbers[i] = i;
        assert_int_equal(pthread_create(&talkers[i], NULL, talk, &numbers[i]), 0);
    }
    return control;
}

static void join(pthread_t talkers[TALKERS])
{
    for (int i = 0; i < TALKERS; i++) {
        assert_int_equal(pthread_join(talkers[i], NULL), 0);
    }
}

static void every_client_gets_its_own_answers(void **state)
{
    pthread_t talkers[TALKERS];
    struct control *control = start_talk(talkers);

    (void)state;
    join(talkers);
    control_stop(control);
    assert_int_equal(atomic_load(&wrong), 0);
    assert_int_equal(atomic_load(&talked), TALKERS * LINES);
    assert_int_equal(served, TALKERS * LINES);
}

static void it_may_be_stopped_while_they_talk(void **state)
{
    pthread_t talkers[TALKERS];
    struct control *control = start_talk(talkers);
    int64_t end_ms = clock_monotonic_ms() + 5000;

    (void)state;
    while (atomic_load(&talked) < LINES / 3 && clock_monotonic_ms() < end_ms) {
        clock_sleep_ms(1);
    }
    control_stop(control);
    join(talkers);
    assert_int_equal(atomic_load(&wrong), 0);
    assert_true(atomic_load(&talked) >= LINES / 3);
    assert_true(served >= atomic_load(&talked));
    assert_int_equal(access(socket_path, F_OK), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_client_gets_its_own_answers),
        cmocka_unit_test(it_may_be_stopped_while_they_talk),
    };

    if (mkdtemp(folder) == NULL) {
        return 1;
    }
    snprintf(socket_path, sizeof(socket_path), "%s/control", folder);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    rmdir(folder);
    return failed;
}
