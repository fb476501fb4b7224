#include "cmocka_all.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/flow/context.h"
#include "kiosk/io/journal.h"
#include "kiosk/io/receipt_json.h"

#define WALL_MS INT64_C(1795242360000) /* 2026-11-21 14:26 in Beijing */

static char folder[] = "/tmp/journal-XXXXXX";
static char path[64];

static int make_folder(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL) {
        return 1;
    }
    (void)snprintf(path, sizeof(path), "%s/journal.db", folder);
    return 0;
}

static void remove_file(const char *suffix)
{
    char name[80];

    (void)snprintf(name, sizeof(name), "%s%s", path, suffix);
    (void)unlink(name);
}

static int remove_journal(void **state)
{
    (void)state;
    remove_file("");
    remove_file("-wal");
    remove_file("-shm");
    return 0;
}

static int remove_folder(void **state)
{
    (void)remove_journal(state);
    return rmdir(folder);
}

static struct journal *open_journal(void)
{
    struct journal *journal = NULL;
    char error[JOURNAL_ERROR_MAX] = "";

    if (journal_open(path, &journal, error) != STATUS_OK) {
        fail_msg("%s", error);
    }
    return journal;
}

static struct receipt sample(void)
{
    struct receipt receipt = {.kind = RECEIPT_BILLS,
                              .account_no = "5263000025",
                              .name_masked = "*威",
                              .address_masked = "示范区****0301室",
                              .payee = "示范供电公司",
                              .channel = CHANNEL_ALIPAY,
                              .by_phone = true,
                              .amount_fen = 20200,
                              .lines = {{"2026-08", 10000, 100}, {"2026-09", 10000, 100}},
                              .line_count = 2,
                              .paid_at_ms = WALL_MS,
                              .terminal_no = "00012",
                              .site = "示范营业厅",
                              .hotline = "010-0000-0000",
                              .statement = STATEMENT_TAKEN_CREDITED,
                              .status_url = "http://127.0.0.1:8444/p/00"};

    return receipt;
}

static void save_intent(struct journal *journal, const char *request_id)
{
    struct intent_record intent = {.draft = sample()};

    TEXT_COPY(intent.request_id, request_id);
    assert_int_equal(journal_save_intent(journal, &intent), STATUS_OK);
}

static void a_receipt_says_the_same_when_it_is_read_back(void **state)
{
    struct receipt receipt = sample();
    struct receipt back;
    char *text = receipt_to_json(&receipt);

    (void)state;
    assert_int_equal(receipt_from_json(text, &back), STATUS_OK);
    assert_memory_equal(&back, &receipt, sizeof(back));
    free(text);
}

static void a_damaged_receipt_is_refused(void **state)
{
    static const char *const bad[] = {"", "{}", "[]", "{\"kind\":1}", "nonsense", "{\"kind\":1,"};
    struct receipt receipt = sample();
    struct receipt back;
    char *text = receipt_to_json(&receipt);
    char *amount = strstr(text, "\"amount_fen\":20200");

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_int_equal(receipt_from_json(bad[i], &back), STATUS_CORRUPT);
    }
    assert_non_null(amount);
    amount[strlen("\"amount_f")] = 'x'; /* amount_fxn */
    assert_int_equal(receipt_from_json(text, &back), STATUS_CORRUPT);
    free(text);
}

static void what_was_saved_survives_a_restart(void **state)
{
    struct intent_record found[OPEN_INTENTS_MAX];
    int count = 0;
    struct journal *journal = open_journal();

    (void)state;
    save_intent(journal, "aa");
    save_intent(journal, "bb");
    assert_int_equal(journal_save_attempt(journal, "aa", "a1"), STATUS_OK);
    assert_int_equal(journal_close_intent(journal, "aa", STATEMENT_NOT_TAKEN), STATUS_OK);
    journal_close(journal);
    journal = open_journal();
    assert_int_equal(journal_open_intents(journal, found, &count), STATUS_OK);
    assert_int_equal(count, 1);
    assert_string_equal(found[0].request_id, "bb");
    assert_string_equal(found[0].draft.account_no, "5263000025");
    journal_close(journal);
}

static void the_same_sale_cannot_be_begun_twice(void **state)
{
    struct intent_record intent = {.request_id = "aa", .draft = sample()};
    struct journal *journal = open_journal();

    (void)state;
    save_intent(journal, "aa");
    assert_int_equal(journal_save_intent(journal, &intent), STATUS_IO);
    journal_close(journal);
}

static void too_many_open_sales_are_refused(void **state)
{
    struct intent_record intent = {.request_id = "zz", .draft = sample()};
    struct journal *journal = open_journal();
    char id[16];

    (void)state;
    for (int i = 0; i < OPEN_INTENTS_MAX; i++) {
        (void)snprintf(id, sizeof(id), "r%d", i);
        save_intent(journal, id);
    }
    assert_int_equal(journal_save_intent(journal, &intent), STATUS_LIMIT);
    journal_close(journal);
}

static void receipt_numbers_are_never_used_again(void **state)
{
    struct journal *journal = open_journal();
    struct receipt receipt = sample();
    char first[RECEIPT_NO_MAX];
    char second[RECEIPT_NO_MAX];

    (void)state;
    save_intent(journal, "aa");
    save_intent(journal, "bb");
    assert_int_equal(journal_save_receipt(journal, "aa", &receipt, true, WALL_MS, first),
                     STATUS_OK);
    assert_string_equal(first, "00012-261121-0001");
    journal_close(journal);
    journal = open_journal();
    /* the same sale keeps its number, whatever it says now and whatever the clock says */
    receipt.statement = STATEMENT_MAY_RETURN;
    assert_int_equal(
        journal_save_receipt(journal, "aa", &receipt, true, WALL_MS + 86400000, second), STATUS_OK);
    assert_string_equal(second, first);
    assert_int_equal(journal_save_receipt(journal, "bb", &receipt, true, WALL_MS, second),
                     STATUS_OK);
    assert_string_equal(second, "00012-261121-0002");
    journal_close(journal);
}

static void reprints_are_counted_and_limited(void **state)
{
    struct journal *journal = open_journal();
    struct receipt receipt = sample();
    char receipt_no[RECEIPT_NO_MAX];
    int64_t job = 0;

    (void)state;
    save_intent(journal, "aa");
    assert_int_equal(journal_save_receipt(journal, "aa", &receipt, true, WALL_MS, receipt_no),
                     STATUS_OK);
    assert_int_equal(journal_begin_job(journal, "00012-261121-9999", 2, &job, &receipt),
                     STATUS_NOT_FOUND);
    assert_int_equal(journal_begin_job(journal, receipt_no, 2, &job, &receipt), STATUS_OK);
    assert_int_equal(receipt.reprint_number, 0);
    assert_int_equal(journal_end_job(journal, job, PRINT_END_NOT_BEGUN), STATUS_OK);
    assert_int_equal(journal_begin_job(journal, receipt_no, 2, &job, &receipt), STATUS_OK);
    assert_int_equal(receipt.reprint_number, 0); /* nothing was on paper yet */
    assert_int_equal(journal_end_job(journal, job, PRINT_END_PROVED), STATUS_OK);
    assert_int_equal(journal_begin_job(journal, receipt_no, 2, &job, &receipt), STATUS_OK);
    assert_int_equal(receipt.reprint_number, 1);
    journal_close(journal); /* the power goes while it prints: it may be on paper */
    journal = open_journal();
    assert_int_equal(journal_begin_job(journal, receipt_no, 2, &job, &receipt), STATUS_OK);
    assert_int_equal(receipt.reprint_number, 2);
    assert_int_equal(journal_end_job(journal, job, PRINT_END_UNKNOWN), STATUS_OK);
    assert_int_equal(journal_begin_job(journal, receipt_no, 2, &job, &receipt), STATUS_LIMIT);
    journal_close(journal);
}

static void a_slip_learns_how_it_ended(void **state)
{
    struct journal *journal = open_journal();
    struct receipt receipt = sample();
    char receipt_no[RECEIPT_NO_MAX];
    int64_t job = 0;

    (void)state;
    receipt.kind = RECEIPT_SLIP;
    receipt.statement = STATEMENT_CONFIRMING;
    save_intent(journal, "aa");
    assert_int_equal(journal_save_receipt(journal, "aa", &receipt, false, WALL_MS, receipt_no),
                     STATUS_OK);
    assert_int_equal(journal_close_intent(journal, "aa", STATEMENT_NOT_TAKEN), STATUS_OK);
    assert_int_equal(journal_begin_job(journal, receipt_no, 3, &job, &receipt), STATUS_OK);
    assert_int_equal(receipt.statement, STATEMENT_NOT_TAKEN);
    journal_close(journal);
}

static void a_file_that_is_no_journal_is_left_alone(void **state)
{
    struct journal *journal = NULL;
    char error[JOURNAL_ERROR_MAX] = "";
    FILE *file = fopen(path, "w");

    (void)state;
    assert_non_null(file);
    for (int i = 0; i < 200; i++) {
        (void)fputs("this is a letter to grandmother\n", file);
    }
    (void)fclose(file);
    assert_int_equal(journal_open(path, &journal, error), STATUS_CORRUPT);
    assert_true(strlen(error) > 0);
    file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(error, sizeof(error), file));
    (void)fclose(file);
    assert_string_equal(error, "this is a letter to grandmother\n");
}

static void a_journal_of_a_newer_program_is_refused(void **state)
{
    struct journal *journal = open_journal();
    char error[JOURNAL_ERROR_MAX] = "";
    sqlite3 *database = NULL;

    (void)state;
    journal_close(journal);
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, "PRAGMA user_version = 99", NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_close(database), SQLITE_OK);
    assert_int_equal(journal_open(path, &journal, error), STATUS_CORRUPT);
    assert_non_null(strstr(error, "newer"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_receipt_says_the_same_when_it_is_read_back),
        cmocka_unit_test(a_damaged_receipt_is_refused),
        cmocka_unit_test_teardown(what_was_saved_survives_a_restart, remove_journal),
        cmocka_unit_test_teardown(the_same_sale_cannot_be_begun_twice, remove_journal),
        cmocka_unit_test_teardown(too_many_open_sales_are_refused, remove_journal),
        cmocka_unit_test_teardown(receipt_numbers_are_never_used_again, remove_journal),
        cmocka_unit_test_teardown(reprints_are_counted_and_limited, remove_journal),
        cmocka_unit_test_teardown(a_slip_learns_how_it_ended, remove_journal),
        cmocka_unit_test_teardown(a_file_that_is_no_journal_is_left_alone, remove_journal),
        cmocka_unit_test_teardown(a_journal_of_a_newer_program_is_refused, remove_journal),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
