/*
 * test_scanner.c - the contract of the scanner port. Every driver is a row of `drivers`; a test
 * reaches a real device through the row's hands, a virtual one through its socket.
 */
#include "cmocka_all.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client.h"
#include "scanner/scanner.h"
#include "system/clock.h"
#include "system/control.h"

#define WAIT_MS 2000

static char folder[] = "/tmp/test_scanner_XXXXXX";
static char socket_path[64];
static const struct scanner_driver *driver;
static struct scanner *scanner;
static char reply[CONTROL_REPLY_MAX + 2];

static const char *hand(const char *line)
{
    return client_once(socket_path, line, reply, sizeof(reply));
}

static enum scanner_event wait_for(int timeout_ms, struct scan *scan)
{
    return driver->wait(scanner, timeout_ms, scan);
}

static int set_up(void **state)
{
    struct scan scan;

    (void)state;
    driver = scanner_find("virtual");
    if (driver == NULL || driver->create(socket_path, &scanner) != STATUS_OK) {
        return -1;
    }
    return wait_for(WAIT_MS, &scan) == SCANNER_ATTACHED ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    driver->destroy(scanner);
    scanner = NULL;
    return access(socket_path, F_OK) != 0 ? 0 : -1;
}

static void test_an_armed_scan_arrives_whole(void **state)
{
    struct scan scan;

    (void)state;
    assert_int_equal(driver->arm(scanner, true), STATUS_OK);
    assert_string_equal(hand("scan 130000000000000001"), "ok delivered");
    assert_int_equal(wait_for(WAIT_MS, &scan), SCANNER_SCAN);
    assert_int_equal(scan.length, 19);
    assert_memory_equal(scan.bytes, "130000000000000001\r", 19);
    assert_string_equal(hand("scan-hex 00ff1b5D"), "ok delivered");
    assert_int_equal(wait_for(WAIT_MS, &scan), SCANNER_SCAN);
    assert_int_equal(scan.length, 4);
    assert_memory_equal(scan.bytes, "\x00\xff\x1b\x5d", 4);
}

static void test_disarmed_scans_are_never_delivered_later(void **state)
{
    struct scan scan;

    (void)state;
    assert_string_equal(hand("scan 1"), "ok dropped disarmed");
    assert_int_equal(driver->arm(scanner, true), STATUS_OK);
    assert_string_equal(hand("scan 2"), "ok delivered");
    /* What nobody fetched before the screen went away belongs to nobody. */
    assert_int_equal(driver->arm(scanner, false), STATUS_OK);
    assert_int_equal(driver->arm(scanner, true), STATUS_OK);
    assert_int_equal(wait_for(50, &scan), SCANNER_NOTHING);
}

static void test_a_longer_scan_is_dropped_whole(void **state)
{
    char line[SCAN_BYTES_MAX + 32] = "scan ";
    struct scan scan;

    (void)state;
    assert_int_equal(driver->arm(scanner, true), STATUS_OK);
    memset(line + 5, '7', SCAN_BYTES_MAX); /* and the CR is one too many */
    line[5 + SCAN_BYTES_MAX] = '\0';
    assert_string_equal(hand(line), "ok dropped too-long");
    line[5 + SCAN_BYTES_MAX - 1] = '\0';
    assert_string_equal(hand(line), "ok delivered");
    assert_int_equal(wait_for(WAIT_MS, &scan), SCANNER_SCAN);
    assert_int_equal(scan.length, SCAN_BYTES_MAX);
    assert_int_equal(wait_for(50, &scan), SCANNER_NOTHING);
}

static void test_the_cable(void **state)
{
    struct scan scan;

    (void)state;
    assert_int_equal(driver->arm(scanner, true), STATUS_OK);
    assert_string_equal(hand("scan 1"), "ok delivered");
    assert_string_equal(hand("unplug"), "ok unplugged");
    assert_int_equal(wait_for(WAIT_MS, &scan), SCANNER_DETACHED);
    assert_int_equal(wait_for(50, &scan), SCANNER_NOTHING);
    assert_string_equal(hand("scan 2"), "ok dropped unplugged");
    assert_string_equal(hand("state"), "ok unplugged armed");
    assert_string_equal(hand("plug"), "ok plugged");
    assert_int_equal(wait_for(WAIT_MS, &scan), SCANNER_ATTACHED);
    assert_string_equal(hand("scan 3"), "ok delivered");
    assert_int_equal(wait_for(WAIT_MS, &scan), SCANNER_SCAN);
}

static void *wake_soon(void *unused)
{
    (void)unused;
    clock_sleep_ms(50);
    driver->wake(scanner);
    return NULL;
}

static void test_waiting_ends_in_time_and_by_waking(void **state)
{
    struct scan scan;
    pthread_t thread;
    int64_t start_ms = clock_monotonic_ms();

    (void)state;
    assert_int_equal(wait_for(100, &scan), SCANNER_NOTHING);
    assert_in_range(clock_monotonic_ms() - start_ms, 95, 1000);
    assert_int_equal(pthread_create(&thread, NULL, wake_soon, NULL), 0);
    start_ms = clock_monotonic_ms();
    assert_int_equal(wait_for(10000, &scan), SCANNER_NOTHING);
    assert_true(clock_monotonic_ms() - start_ms < 5000);
    pthread_join(thread, NULL);
    /* A wake before the wait counts too. */
    driver->wake(scanner);
    start_ms = clock_monotonic_ms();
    assert_int_equal(wait_for(10000, &scan), SCANNER_NOTHING);
    assert_true(clock_monotonic_ms() - start_ms < 5000);
}

static void test_bad_lines_are_refused_and_nothing_is_lost(void **state)
{
    static const char *const bad[] = {"scan",     "scan-hex",   "scan-hex 0", "scan-hex zz",
                                      "nonsense", "unplug now", " scan 1",    ""};
    char line[CONTROL_LINE_MAX + 100];
    struct scan scan;

    (void)state;
    assert_int_equal(driver->arm(scanner, true), STATUS_OK);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_memory_equal(hand(bad[i]), "err ", 4);
    }
    assert_memory_equal(hand("scan \xff\xfe"), "err ", 4);
    int fd = client_connect(socket_path);

    assert_true(fd >= 0);
    client_send(fd, "scan\0 1\n", 8);
    assert_memory_equal(client_read(fd, reply, sizeof(reply)), "err ", 4);
    memset(line, 'x', sizeof(line));
    line[sizeof(line) - 1] = '\n';
    client_send(fd, line, sizeof(line));
    assert_memory_equal(client_read(fd, reply, sizeof(reply)), "err line longer", 15);
    /* The same connection goes on after it. */
    assert_string_equal(client_ask(fd, "scan 9", reply, sizeof(reply)), "ok delivered");
    close(fd);
    assert_int_equal(wait_for(WAIT_MS, &scan), SCANNER_SCAN);
    assert_memory_equal(scan.bytes, "9\r", 2);
}

static void test_a_burst_is_bounded(void **state)
{
    struct scan scan;
    int delivered = 0;

    (void)state;
    assert_int_equal(driver->arm(scanner, true), STATUS_OK);
    for (int i = 0; i < 50; i++) {
        delivered += strcmp(hand("scan 5"), "ok delivered") == 0 ? 1 : 0;
    }
    assert_in_range(delivered, 1, 49);
    while (delivered-- > 0) {
        assert_int_equal(wait_for(WAIT_MS, &scan), SCANNER_SCAN);
    }
    assert_int_equal(wait_for(20, &scan), SCANNER_NOTHING);
}

static void test_the_socket(void **state)
{
    struct scanner *second = NULL;
    struct stat found;
    int fds[CONTROL_CLIENTS_MAX];

    (void)state;
    assert_int_equal(stat(socket_path, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0600);
    assert_int_equal(driver->create(socket_path, &second), STATUS_CONFLICT);
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        fds[i] = client_connect(socket_path);
        assert_memory_equal(client_ask(fds[i], "state", reply, sizeof(reply)), "ok", 2);
    }
    assert_string_equal(hand("state"), "err too many clients");
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        close(fds[i]);
    }
    for (int i = 0; i < 100 && strncmp(hand("state"), "ok", 2) != 0; i++) {
        clock_sleep_ms(10);
    }
    assert_memory_equal(reply, "ok", 2);
}

static void test_bad_addresses(void **state)
{
    struct scanner *none = NULL;
    char path[256];

    (void)state;
    assert_int_equal(driver->create("", &none), STATUS_INVALID);
    memset(path, 'p', sizeof(path) - 1);
    path[sizeof(path) - 1] = '\0';
    assert_int_equal(driver->create(path, &none), STATUS_INVALID);
    snprintf(path, sizeof(path), "%s/none/socket", folder);
    assert_int_equal(driver->create(path, &none), STATUS_IO);
    /* A file that is no socket is never removed. */
    assert_int_equal(driver->create("/etc/hostname", &none), STATUS_INVALID);
    assert_null(none);
    driver->destroy(NULL);
    assert_null(scanner_find("nonsense"));
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_an_armed_scan_arrives_whole),
        CASE(test_disarmed_scans_are_never_delivered_later),
        CASE(test_a_longer_scan_is_dropped_whole),
        CASE(test_the_cable),
        CASE(test_waiting_ends_in_time_and_by_waking),
        CASE(test_bad_lines_are_refused_and_nothing_is_lost),
        CASE(test_a_burst_is_bounded),
        CASE(test_the_socket),
        CASE(test_bad_addresses),
    };

    if (mkdtemp(folder) == NULL) {
        return 1;
    }
    snprintf(socket_path, sizeof(socket_path), "%s/scanner.sock", folder);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    rmdir(folder);
    return failed;
}
