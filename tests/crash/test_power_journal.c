/*
 * The kiosk's journal on a disk that loses what was not synced, at every sync of three sales: what
 * was answered with OK is there afterwards, what was under way is there whole or not at all.
 */
#include "cmocka_all.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/io/journal.h"
#include "power.h"

#define WALL_MS INT64_C(1795242360000)
#define SALES   3
#define SEEDS   6 /* 0: all that was unsynced is lost; the others keep some of it */
#define PRINTS  9

static char folder[] = "/tmp/power_journal_XXXXXX";
static char path[64];
static bool lie;

/* What the journal said OK to. */
enum step { STEP_NONE = 0, STEP_INTENT, STEP_ATTEMPT, STEP_RECEIPT, STEP_JOB, STEP_PRINTED };

struct sale {
    char request_id[REQUEST_ID_MAX], attempt_id[REQUEST_ID_MAX], receipt_no[RECEIPT_NO_MAX];
    enum step done;
};

static struct receipt sample(void)
{
    return (struct receipt){.kind = RECEIPT_RECHARGE,
                            .account_no = "5263000025",
                            .name_masked = "*威",
                            .payee = "示范供电公司",
                            .channel = CHANNEL_WECHAT,
                            .amount_fen = 5000,
                            .paid_at_ms = WALL_MS,
                            .terminal_no = "00012",
                            .site = "示范营业厅",
                            .hotline = "010-0000-0000",
                            .statement = STATEMENT_TAKEN_CREDITED};
}

/* One sale from its intent to its paper; stops where the journal no longer answers. */
static void sell(struct journal *journal, struct sale *sale)
{
    struct intent_record intent = {.draft = sample()};
    struct receipt receipt = sample();
    int64_t job_id = 0;

    (void)snprintf(intent.request_id, sizeof(intent.request_id), "%s", sale->request_id);
    if (journal_save_intent(journal, &intent) != STATUS_OK) {
        return;
    }
    sale->done = STEP_INTENT;
    if (journal_save_attempt(journal, sale->request_id, sale->attempt_id) != STATUS_OK) {
        return;
    }
    sale->done = STEP_ATTEMPT;
    if (journal_save_receipt(journal, sale->request_id, &receipt, true, WALL_MS,
                             sale->receipt_no) != STATUS_OK) {
        return;
    }
    sale->done = STEP_RECEIPT;
    if (journal_begin_job(journal, sale->receipt_no, PRINTS, &job_id, &receipt) != STATUS_OK) {
        return;
    }
    sale->done = STEP_JOB;
    if (journal_end_job(journal, job_id, PRINT_END_PROVED) == STATUS_OK) {
        sale->done = STEP_PRINTED;
    }
}

static const struct intent_record *find(const struct intent_record *list, int count,
                                        const char *request_id)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(list[i].request_id, request_id) == 0) {
            return &list[i];
        }
    }
    return NULL;
}

/* Behind the journal's back: it has no question for that. */
static bool has_attempt(const struct sale *sale)
{
    sqlite3 *database = NULL;
    sqlite3_stmt *statement = NULL;

    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(database,
                                        "SELECT 1 FROM attempt WHERE attempt_id = ?1 AND "
                                        "request_id = ?2",
                                        -1, &statement, NULL),
                     SQLITE_OK);
    (void)sqlite3_bind_text(statement, 1, sale->attempt_id, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(statement, 2, sale->request_id, -1, SQLITE_STATIC);
    bool found = sqlite3_step(statement) == SQLITE_ROW;

    sqlite3_finalize(statement);
    sqlite3_close(database);
    return found;
}

/* What must be, and what may be of the step that was under way. */
static void check_sale(struct journal *journal, const struct sale *sale,
                       const struct intent_record *open)
{
    struct receipt receipt;
    int64_t job_id = 0;

    switch (sale->done) {
    case STEP_NONE: break; /* its intent may have come through: then recovery closes it */
    case STEP_INTENT: assert_non_null(open); break;
    case STEP_ATTEMPT: assert_true(has_attempt(sale)); break;
    default:
        assert_null(open); /* closed with its receipt, in one transaction */
        assert_int_equal(journal_begin_job(journal, sale->receipt_no, PRINTS, &job_id, &receipt),
                         STATUS_OK);
        assert_int_equal(receipt.amount_fen, 5000);
        /* Paper that may be out there is a reprint from now on. */
        assert_true(sale->done < STEP_JOB || receipt.reprint_number >= 1);
    }
}

static void check(const struct sale sales[SALES])
{
    static struct intent_record list[OPEN_INTENTS_MAX];
    struct journal *journal = NULL;
    char error[JOURNAL_ERROR_MAX] = "";
    int count = 0;

    if (journal_open(path, &journal, error) != STATUS_OK) {
        fail_msg("after the cut: %s", error);
    }
    assert_int_equal(journal_open_intents(journal, list, &count), STATUS_OK);
    for (int i = 0; i < SALES; i++) {
        check_sale(journal, &sales[i], find(list, count, sales[i].request_id));
    }
    journal_close(journal);
}

/* True: the power failed on the way. */
static bool play(int sync, unsigned seed, struct sale sales[SALES])
{
    struct journal *journal = NULL;
    char error[JOURNAL_ERROR_MAX] = "";

    power_remove(path);
    power_plan(sync, seed);
    if (lie) {
        power_lie();
    }
    for (int i = 0; i < SALES; i++) {
        sales[i] = (struct sale){.done = STEP_NONE};
        (void)snprintf(sales[i].request_id, REQUEST_ID_MAX, "%032x", 0xA0U + (unsigned)i);
        (void)snprintf(sales[i].attempt_id, REQUEST_ID_MAX, "%032x", 0xB0U + (unsigned)i);
    }
    if (journal_open(path, &journal, error) == STATUS_OK) {
        for (int i = 0; i < SALES && !power_failed(); i++) {
            sell(journal, &sales[i]);
        }
        journal_close(journal);
    }
    return power_failed();
}

static void nothing_that_was_answered_is_lost(void **state)
{
    struct sale sales[SALES];
    int cuts = 0;

    (void)state;
    for (unsigned seed = 0; seed < SEEDS; seed++) {
        for (int sync = 1; play(sync, seed, sales); sync++) {
            power_return();
            check(sales);
            cuts++;
        }
        /* The whole day without a cut: all of it was printed. */
        assert_int_equal(sales[SALES - 1].done, STEP_PRINTED);
    }
    assert_true(cuts >= SEEDS * SALES * 4); /* a durable step is a sync at least */
    print_message("%d power cuts\n", cuts);
}

/* The test can see a loss: the same sales on a disk that only says that it synced. */
static void a_disk_that_lies_is_found_out(void **state)
{
    struct sale sales[SALES];
    struct journal *journal = NULL;
    struct receipt receipt;
    char error[JOURNAL_ERROR_MAX] = "";
    int64_t job_id = 0;

    (void)state;
    assert_false(play(0, 0, sales));
    int cut = power_syncs() - 2; /* before the journal is closed */

    lie = true;
    assert_true(play(cut, 0, sales));
    lie = false;
    assert_true(sales[0].done == STEP_PRINTED);
    power_return();
    assert_int_equal(journal_open(path, &journal, error), STATUS_OK);
    assert_int_equal(journal_begin_job(journal, sales[0].receipt_no, PRINTS, &job_id, &receipt),
                     STATUS_NOT_FOUND);
    journal_close(journal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_that_was_answered_is_lost),
        cmocka_unit_test(a_disk_that_lies_is_found_out),
    };

    if (mkdtemp(folder) == NULL) {
        return 1;
    }
    (void)snprintf(path, sizeof(path), "%s/journal.db", folder);
    power_register();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    power_remove(path);
    (void)rmdir(folder);
    return failed;
}
