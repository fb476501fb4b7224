/*
 * The virtual scanner and printer between two threads: the kiosk's worker on one side, hands on
 * the socket on the other. Nothing that was said to be delivered is lost, no job lies.
 */
#include "cmocka_all.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"
#include "printer/printer.h"
#include "scanner/scanner.h"
#include "system/control.h"

#define HANDS 2
#define SCANS 300
#define JOBS  60

static char folder[] = "/tmp/threads_devices_XXXXXX";
static char socket_path[64];
static atomic_int delivered, dropped, odd;
static atomic_bool over;

/* Scans, and says what became of each. */
static void *scan(void *user)
{
    int fd = client_connect(socket_path);

    (void)user;
    for (int i = 0; fd >= 0 && i < SCANS; i++) {
        char reply[CONTROL_REPLY_MAX];

        client_ask(fd, "scan 130000000000000001", reply, sizeof(reply));
        if (strcmp(reply, "ok delivered") == 0) {
            (void)atomic_fetch_add(&delivered, 1);
        } else {
            (void)atomic_fetch_add(strcmp(reply, "ok dropped busy") == 0 ? &dropped : &odd, 1);
        }
    }
    if (fd >= 0) {
        close(fd);
    }
    return NULL;
}

static void *pull_and_push_the_cable(void *user)
{
    static const char *const lines[] = {"jam", "ok",       "slow 2", "cover-open",
                                        "ok",  "no-proof", "jobs",   "state"};
    int fd = client_connect(socket_path);

    (void)user;
    for (size_t i = 0; fd >= 0 && !atomic_load(&over); i++) {
        char reply[CONTROL_REPLY_MAX];

        client_ask(fd, lines[i % ARRAY_LEN(lines)], reply, sizeof(reply));
        if (strncmp(reply, "ok", 2) != 0) {
            (void)atomic_fetch_add(&odd, 1);
        }
    }
    if (fd >= 0) {
        close(fd);
    }
    return NULL;
}

static void *wake_often(void *user)
{
    const struct scanner_driver *driver = scanner_find("virtual");

    while (!atomic_load(&over)) {
        driver->wake(user);
        usleep(200);
    }
    return NULL;
}

static void every_delivered_scan_arrives_once(void **state)
{
    const struct scanner_driver *driver = scanner_find("virtual");
    struct scanner *scanner = NULL;
    struct scan got;
    pthread_t hands[HANDS];
    pthread_t waker;
    int arrived = 0;

    (void)state;
    atomic_store(&over, false);
    assert_int_equal(driver->create(socket_path, &scanner), STATUS_OK);
    assert_int_equal(driver->wait(scanner, 1000, &got), SCANNER_ATTACHED);
    assert_int_equal(driver->arm(scanner, true), STATUS_OK);
    assert_int_equal(pthread_create(&waker, NULL, wake_often, scanner), 0);
    for (int i = 0; i < HANDS; i++) {
        assert_int_equal(pthread_create(&hands[i], NULL, scan, NULL), 0);
    }
    while (atomic_load(&delivered) + atomic_load(&dropped) + atomic_load(&odd) < HANDS * SCANS) {
        arrived += driver->wait(scanner, 10, &got) == SCANNER_SCAN ? 1 : 0;
    }
    for (int i = 0; i < HANDS; i++) {
        assert_int_equal(pthread_join(hands[i], NULL), 0);
    }
    atomic_store(&over, true);
    assert_int_equal(pthread_join(waker, NULL), 0);
    while (driver->wait(scanner, 0, &got) == SCANNER_SCAN) {
        arrived++;
    }
    driver->destroy(scanner);
    assert_int_equal(atomic_load(&odd), 0);
    assert_int_equal(arrived, atomic_load(&delivered));
    assert_true(arrived > 0);
}

static void jobs_are_counted_whatever_happens_to_the_printer(void **state)
{
    static const uint8_t bytes[] = "\x1b@one line\n\x1d"
                                   "V\x42\x00";
    const struct printer_driver *driver = printer_find("virtual");
    struct printer *printer = NULL;
    pthread_t hand;
    char reply[CONTROL_REPLY_MAX];
    char wanted[32];
    int outcomes[PRINT_UNKNOWN + 1] = {0};

    (void)state;
    atomic_store(&over, false);
    assert_int_equal(driver->create(socket_path, &printer), STATUS_OK);
    assert_int_equal(pthread_create(&hand, NULL, pull_and_push_the_cable, NULL), 0);
    for (uint32_t i = 1; i <= JOBS; i++) {
        struct print_result result = driver->print(printer, i, bytes, sizeof(bytes) - 1, 1000);

        outcomes[result.outcome]++;
        assert_true(driver->state(printer) < PRINTER_STATE_COUNT);
    }
    atomic_store(&over, true);
    assert_int_equal(pthread_join(hand, NULL), 0);
    assert_int_equal(atomic_load(&odd), 0);
    /* Only what was refused before its first byte left no paper. */
    snprintf(wanted, sizeof(wanted), "ok %d", outcomes[PRINT_PROVED] + outcomes[PRINT_UNKNOWN]);
    assert_string_equal(client_once(socket_path, "jobs", reply, sizeof(reply)), wanted);
    assert_int_equal(outcomes[PRINT_PROVED] + outcomes[PRINT_UNKNOWN] + outcomes[PRINT_NOT_BEGUN],
                     JOBS);
    driver->destroy(printer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_delivered_scan_arrives_once),
        cmocka_unit_test(jobs_are_counted_whatever_happens_to_the_printer),
    };
    char command[96];

    if (mkdtemp(folder) == NULL) {
        return 1;
    }
    snprintf(socket_path, sizeof(socket_path), "%s/device", folder);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    snprintf(command, sizeof(command), "rm -rf %s", folder);
    return system(command) == 0 ? failed : 1; // NOLINT(cert-env33-c,bugprone-command-processor)
}
