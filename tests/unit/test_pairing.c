/*
 * Who may forget this kiosk's identity, and when: never while a payment waits for the server.
 */
#include "cmocka_all.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kiosk/flow/context.h"
#include "kiosk/io/journal_queue.h"
#include "kiosk/io/pairing.h"
#include "system/files.h"

static char folder[PATH_TEXT_MAX];
static char error[PAIRING_ERROR_MAX];

static const char *in_folder(const char *name)
{
    static char path[PATH_TEXT_MAX];

    assert_int_equal(files_join(folder, name, path), STATUS_OK);
    return path;
}

static void put(const char *name, const char *text)
{
    assert_int_equal(files_write_atomic(in_folder(name), text, strlen(text), 0600), STATUS_OK);
}

static bool there(const char *name)
{
    return access(in_folder(name), F_OK) == 0;
}

static struct journal *open_journal(void)
{
    struct journal *journal = NULL;

    assert_int_equal(journal_open(in_folder("journal.db"), &journal, error), STATUS_OK);
    return journal;
}

static void begin_sale(struct journal *journal, const char *request_id, const char *terminal_no)
{
    struct intent_record intent = {.draft = {.kind = RECEIPT_RECHARGE, .amount_fen = 5000}};

    TEXT_COPY(intent.request_id, request_id);
    TEXT_COPY(intent.draft.terminal_no, terminal_no);
    assert_int_equal(journal_save_intent(journal, &intent), STATUS_OK);
}

static int make_folder(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof(folder), "/tmp/pairing-XXXXXX");
    if (mkdtemp(folder) == NULL) {
        return 1;
    }
    put("kiosk.crt", "certificate");
    put("kiosk.key", "key");
    put("ca.crt", "authority");
    assert_int_equal(mkdir(in_folder("printed"), 0700), 0);
    put("printed/0001.bin", "paper");
    journal_close(open_journal());
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    static const char *const names[] = {"kiosk.crt",  "kiosk.key",      "ca.crt",
                                        "journal.db", "journal.db-wal", "journal.db-shm",
                                        "lock",       "screen.frame",   "printed/0001.bin"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        (void)unlink(in_folder(names[i]));
    }
    (void)rmdir(in_folder("printed"));
    return rmdir(folder);
}

/* Nothing is forgotten, in words that name the reason. */
static void refused(enum status status, const char *words)
{
    assert_int_equal(pairing_unpair(folder, error), status);
    assert_non_null(strstr(error, words));
    error[0] = '\0';
    assert_int_equal(pairing_wipe(folder, error), status);
    assert_non_null(strstr(error, words));
    assert_true(there("kiosk.crt"));
    assert_true(there("kiosk.key"));
    assert_true(there("journal.db"));
    assert_true(there("printed/0001.bin"));
}

static void what_is_delivered_may_be_forgotten(void **state)
{
    struct journal *journal = open_journal();

    (void)state;
    begin_sale(journal, "aa", "00012");
    assert_int_equal(journal_close_intent(journal, "aa", STATEMENT_NOT_TAKEN), STATUS_OK);
    journal_close(journal);
    assert_int_equal(pairing_unpair(folder, error), STATUS_OK);
    assert_false(there("kiosk.crt"));
    assert_false(there("kiosk.key"));
    assert_true(there("journal.db")); /* receipts stay */
    assert_int_equal(pairing_wipe(folder, error), STATUS_OK);
    assert_false(there("journal.db"));
    assert_false(there("printed"));
    assert_int_equal(pairing_wipe(folder, error), STATUS_OK); /* and again */
}

static void an_open_sale_holds_the_identity(void **state)
{
    struct journal *journal = open_journal();

    (void)state;
    begin_sale(journal, "aa", "00012");
    journal_close(journal);
    refused(STATUS_CONFLICT, "1 payment of terminal 00012 waits");
}

static void a_kiosk_that_runs_holds_the_identity(void **state)
{
    int lock = -1;

    (void)state;
    assert_int_equal(files_lock_dir(folder, &lock), STATUS_OK);
    refused(STATUS_CONFLICT, "a kiosk runs");
    assert_int_equal(pairing_enrol("https://127.0.0.1:1", in_folder("ca.crt"), "0", folder, error),
                     STATUS_CONFLICT);
    files_unlock_dir(lock);
}

static void spoil(const char *name, off_t at, size_t count)
{
    char noise[4096];
    int fd = open(in_folder(name), O_WRONLY | O_CLOEXEC);

    memset(noise, 0x5a, sizeof(noise));
    assert_true(fd >= 0 && count <= sizeof(noise));
    assert_int_equal(pwrite(fd, noise, count, at), count);
    (void)close(fd);
}

static void a_journal_that_nobody_can_read_holds_the_identity(void **state)
{
    struct stat file;

    (void)state;
    assert_int_equal(stat(in_folder("journal.db"), &file), 0);
    spoil("journal.db", file.st_size - 4096, 4096); /* one page, not the first */
    refused(STATUS_CORRUPT, "cannot be read");
    spoil("journal.db", 0, 100);
    refused(STATUS_CORRUPT, "cannot be read");
}

static void a_journal_of_another_version_holds_the_identity(void **state)
{
    (void)state;
    spoil("journal.db", 60, 4); /* user_version */
    refused(STATUS_CORRUPT, "another version");
}

static void the_queue_is_read_beside_a_running_kiosk(void **state)
{
    struct journal *journal = open_journal();
    struct journal_queue queue;

    (void)state;
    begin_sale(journal, "aa", "00012");
    begin_sale(journal, "bb", "00012");
    assert_int_equal(journal_queue_read(in_folder("journal.db"), &queue, error), STATUS_OK);
    assert_int_equal(queue.open, 2);
    assert_true(queue.of_one_terminal);
    assert_string_equal(queue.terminal_no, "00012");
    assert_int_equal(strlen(queue.oldest), strlen("2026-11-21 06:26:00"));
    begin_sale(journal, "cc", "00013");
    assert_int_equal(journal_queue_read(in_folder("journal.db"), &queue, error), STATUS_OK);
    assert_int_equal(queue.open, 3);
    assert_false(queue.of_one_terminal);
    journal_close(journal);
    assert_int_equal(journal_queue_read(in_folder("none.db"), &queue, error), STATUS_OK);
    assert_int_equal(queue.open, 0);
    assert_false(there("none.db"));
}

/* Another authority: refused before the one-use code is used, so no server is needed here. */
static void open_sales_hold_the_server(void **state)
{
    struct journal *journal = open_journal();

    (void)state;
    begin_sale(journal, "aa", "00012");
    journal_close(journal);
    put("other.crt", "another authority");
    char other[PATH_TEXT_MAX];

    assert_int_equal(files_join(folder, "other.crt", other), STATUS_OK);
    assert_int_equal(pairing_enrol("https://127.0.0.1:1", other, "0", folder, error),
                     STATUS_CONFLICT);
    assert_non_null(strstr(error, "1 payment of terminal 00012 waits"));
    (void)unlink(other);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(what_is_delivered_may_be_forgotten),
        IN_FOLDER(an_open_sale_holds_the_identity),
        IN_FOLDER(a_kiosk_that_runs_holds_the_identity),
        IN_FOLDER(a_journal_that_nobody_can_read_holds_the_identity),
        IN_FOLDER(a_journal_of_another_version_holds_the_identity),
        IN_FOLDER(the_queue_is_read_beside_a_running_kiosk),
        IN_FOLDER(open_sales_hold_the_server),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
