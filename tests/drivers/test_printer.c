/*
 * test_printer.c - the contract of the printer port, run against every driver, and the failures
 * that the virtual one can be told to have.
 */
#include "cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pthread.h>

#include "client.h"
#include "printer/escpos.h"
#include "printer/paper.h"
#include "printer/printer.h"
#include "system/clock.h"
#include "system/control.h"
#include "system/files.h"

#define TIMEOUT_MS 5000
#define JOB_MAX    4096

static char folder[] = "/tmp/test_printer_XXXXXX";
static char address[128];
static char socket_path[128];
static const struct printer_driver *driver;
static struct printer *printer;
static char reply[CONTROL_REPLY_MAX + 2];
static uint8_t job[JOB_MAX];
static size_t job_length;

static const char *hand(const char *line)
{
    return client_once(socket_path, line, reply, sizeof(reply));
}

static void make_job(int dots)
{
    struct printer_model model = {.dots = dots, .feed_to_cut_dots = 120, .hanzi = true};
    struct escpos escpos;

    CHECK(escpos_begin(&escpos, &model, job, sizeof(job)) == STATUS_OK);
    escpos_line(&escpos, "电费充值凭证 186.40");
    escpos_cut(&escpos);
    CHECK(escpos_end(&escpos, &job_length) == STATUS_OK);
}

static struct print_result print(uint32_t id, int timeout_ms)
{
    return driver->print(printer, id, job, job_length, timeout_ms);
}

static int open_driver(const char *name)
{
    driver = printer_find(name);
    snprintf(socket_path, sizeof(socket_path), "%s/printer.sock", folder);
    snprintf(address, sizeof(address), "%s/%s", folder,
             strcmp(name, "file") == 0 ? "jobs" : "printer.sock");
    make_job(576);
    return driver != NULL && driver->create(address, &printer) == STATUS_OK ? 0 : -1;
}

static int open_virtual(void **state)
{
    (void)state;
    return open_driver("virtual");
}

static int open_file(void **state)
{
    (void)state;
    return open_driver("file");
}

static int tear_down(void **state)
{
    (void)state;
    driver->destroy(printer);
    printer = NULL;
    return 0;
}

/* -- what holds for every driver ------------------------------------------------------------ */

static void test_a_job_is_proved(void **state)
{
    (void)state;
    assert_int_equal(driver->state(printer), PRINTER_STATE_READY);
    assert_int_equal(driver->model(printer).dots, 576);
    struct print_result result = print(0xABCDEF12, TIMEOUT_MS);

    assert_int_equal(result.outcome, PRINT_PROVED);
    assert_int_equal(result.state, PRINTER_STATE_READY);
    assert_int_equal(print(0xFFFFFFFF, TIMEOUT_MS).outcome, PRINT_PROVED);
    assert_int_equal(print(0, TIMEOUT_MS).outcome, PRINT_PROVED);
}

static void test_bad_addresses(void **state)
{
    struct printer *none = NULL;

    (void)state;
    assert_int_equal(driver->create("", &none), STATUS_INVALID);
    assert_int_equal(driver->create("x,dots=577", &none), STATUS_INVALID);
    assert_int_equal(driver->create("x,dots=", &none), STATUS_INVALID);
    assert_int_not_equal(driver->create("/proc/none/x", &none), STATUS_OK);
    assert_null(none);
    driver->destroy(NULL);
    assert_null(printer_find("nonsense"));
}

/* -- the virtual one ------------------------------------------------------------------------ */

static void test_every_state_refuses_or_prints(void **state)
{
    static const struct {
        const char *verb;
        enum printer_state state;
        bool prints;
    } rows[] = {
        {"near-end", PRINTER_STATE_NEAR_END, true}, {"paper-out", PRINTER_STATE_OUT, false},
        {"cover-open", PRINTER_STATE_COVER, false}, {"cutter", PRINTER_STATE_CUTTER, false},
        {"jam", PRINTER_STATE_JAM, false},          {"offline", PRINTER_STATE_OFFLINE, false},
        {"unplug", PRINTER_STATE_UNPLUGGED, false},
    };
    int before = 0;

    (void)state;
    CHECK(sscanf(hand("jobs"), "ok %d", &before) == 1); // NOLINT(cert-err34-c)
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_memory_equal(hand(rows[i].verb), "ok", 2);
        assert_int_equal(driver->state(printer), rows[i].state);
        struct print_result result = print(7, TIMEOUT_MS);

        assert_int_equal(result.state, rows[i].state);
        assert_int_equal(result.outcome, rows[i].prints ? PRINT_PROVED : PRINT_NOT_BEGUN);
        hand("plug");
        assert_string_equal(hand("ok"), "ok ready");
    }
    char expected[32];

    snprintf(expected, sizeof(expected), "ok %d", before + 1);
    assert_string_equal(hand("jobs"), expected);
    for (int i = 0; i < PRINTER_STATE_COUNT; i++) {
        assert_true(strlen(printer_state_name((enum printer_state)i)) > 1);
    }
}

static void test_out_of_paper_in_the_middle(void **state)
{
    (void)state;
    for (int at = 0; at < (int)job_length; at += 7) {
        char line[32];

        snprintf(line, sizeof(line), "fail-after %d", at);
        assert_memory_equal(hand(line), "ok", 2);
        struct print_result result = print(9, TIMEOUT_MS);

        assert_int_equal(result.outcome, PRINT_UNKNOWN);
        assert_int_equal(result.state, PRINTER_STATE_OUT);
        assert_int_equal(print(9, TIMEOUT_MS).outcome, PRINT_NOT_BEGUN);
        hand("ok");
    }
    assert_int_equal(print(9, TIMEOUT_MS).outcome, PRINT_PROVED);
}

static void test_a_lost_answer_is_unknown(void **state)
{
    (void)state;
    assert_string_equal(hand("no-proof"), "ok no-proof");
    struct print_result result = print(3, TIMEOUT_MS);

    assert_int_equal(result.outcome, PRINT_UNKNOWN);
    assert_int_equal(result.state, PRINTER_STATE_READY);
    assert_int_equal(print(3, TIMEOUT_MS).outcome, PRINT_PROVED);
}

static void test_a_job_that_cuts_off_proves_nothing(void **state)
{
    (void)state;
    /* The end of a command is missing, so it swallows the question for the proof. */
    static const uint8_t bytes[] = {0x1B, '@', 'A', 0x0A, 0x1D, '(', 'k', 0xFF, 0x00, '1', 'P'};
    struct print_result result = driver->print(printer, 4, bytes, sizeof(bytes), TIMEOUT_MS);

    assert_int_equal(result.outcome, PRINT_UNKNOWN);
    assert_int_equal(driver->print(printer, 4, bytes, 0, TIMEOUT_MS).outcome, PRINT_NOT_BEGUN);
}

static void *unplug_soon(void *unused)
{
    char text[64];

    (void)unused;
    clock_sleep_ms(100);
    client_once(socket_path, "unplug", text, sizeof(text));
    return NULL;
}

static void test_slow_and_unplugged_in_the_middle(void **state)
{
    pthread_t thread;
    int64_t start_ms = clock_monotonic_ms();

    (void)state;
    hand("slow 200");
    assert_int_equal(print(5, TIMEOUT_MS).outcome, PRINT_PROVED);
    assert_true(clock_monotonic_ms() - start_ms >= 200);
    hand("slow 60000");
    start_ms = clock_monotonic_ms();
    assert_int_equal(print(5, 150).outcome, PRINT_UNKNOWN);
    assert_in_range(clock_monotonic_ms() - start_ms, 145, 3000);
    assert_int_equal(pthread_create(&thread, NULL, unplug_soon, NULL), 0);
    struct print_result result = print(5, 20000);

    pthread_join(thread, NULL);
    assert_int_equal(result.outcome, PRINT_UNKNOWN);
    assert_int_equal(result.state, PRINTER_STATE_UNPLUGGED);
    hand("plug");
    hand("ok");
}

static void test_what_was_printed_lies_there(void **state)
{
    char path[160];
    char line[200];
    char *bytes = NULL;
    size_t length = 0;

    (void)state;
    assert_int_equal(print(6, TIMEOUT_MS).outcome, PRINT_PROVED);
    snprintf(path, sizeof(path), "%s/copy.png", folder);
    snprintf(line, sizeof(line), "last %s", path);
    assert_memory_equal(hand(line), "ok", 2);
    assert_int_equal(files_read_all(path, 1 << 20, &bytes, &length), STATUS_OK);
    assert_memory_equal(bytes, "\x89PNG", 4);
    free(bytes);
    assert_memory_equal(hand("last /proc/none/x"), "err ", 4);
    /* The next run goes on counting. */
    char before[32];

    snprintf(before, sizeof(before), "%s", hand("jobs"));
    driver->destroy(printer);
    assert_int_equal(driver->create(address, &printer), STATUS_OK);
    assert_string_equal(hand("jobs"), before);
}

static void test_bad_lines(void **state)
{
    static const char *const bad[] = {"slow",      "slow x",      "slow -1", "fail-after 1x",
                                      "jam twice", "unknown-one", "unknown", "last"};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_memory_equal(hand(bad[i]), "err ", 4);
    }
    assert_string_equal(hand("state"), "ok ready");
}

static void test_the_paper_counts_what_it_does_not_know(void **state)
{
    static const uint8_t bytes[] = {0x1B, 'p',  0x00, 0x01, 'A',  0x0A, 0xB5, 0xE7,
                                    0x0A, 0x1C, '&',  0xB5, 0xE7, 0x0A, 0x1D, 'V'};
    struct paper *paper = NULL;

    (void)state;
    assert_int_equal(paper_open(0, &paper), STATUS_INVALID);
    assert_int_equal(paper_open(384, &paper), STATUS_OK);
    paper_print(paper, bytes, sizeof(bytes));
    /* ESC, NUL and 01 of the drawer, the Hanzi before its mode, and the cut that was cut off. */
    assert_int_equal(paper_report(paper).unknown_bytes, 3 + 2 + 1);
    assert_int_equal(paper_report(paper).cuts, 0);
    paper_close(paper);
}

#define EVERY(test)                                                                                \
    cmocka_unit_test_setup_teardown(test, open_virtual, tear_down),                                \
        cmocka_unit_test_setup_teardown(test, open_file, tear_down)
#define VIRTUAL(test) cmocka_unit_test_setup_teardown(test, open_virtual, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EVERY(test_a_job_is_proved),
        EVERY(test_bad_addresses),
        VIRTUAL(test_every_state_refuses_or_prints),
        VIRTUAL(test_out_of_paper_in_the_middle),
        VIRTUAL(test_a_lost_answer_is_unknown),
        VIRTUAL(test_a_job_that_cuts_off_proves_nothing),
        VIRTUAL(test_slow_and_unplugged_in_the_middle),
        VIRTUAL(test_what_was_printed_lies_there),
        VIRTUAL(test_bad_lines),
        cmocka_unit_test(test_the_paper_counts_what_it_does_not_know),
    };

    return mkdtemp(folder) == NULL ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
