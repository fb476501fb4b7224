/*
 * The server's store on a disk that loses what was not synced: every transaction that was answered
 * is there afterwards, the one under way is there whole or not at all, and the books are balanced.
 */
#include "cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "billing/books.h"
#include "billing/store/ledger.h"
#include "power.h"

#define SALES      12
#define SEEDS      6 /* 0: all that was unsynced is lost; the others keep some of it */
#define AMOUNT_FEN 1234

static char folder[] = "/tmp/power_store_XXXXXX";
static char path[64];
static bool lie;

/* Two lines and their entry, a counter: what must never be there in part. */
static enum status sell(struct db *db, void *context)
{
    const char *trade = context;
    enum status status = ledger_recharge(db, trade, "5263000025", AMOUNT_FEN, 1000);

    if (status == STATUS_OK &&
        db_row(db, SQL_COUNTER_TAKE, "ti", "sold", (int64_t)1) != STATUS_OK) {
        return STATUS_IO;
    }
    return status == STATUS_OK && db_next(db, SQL_COUNTER_TAKE) == STATUS_NOT_FOUND ? STATUS_OK
                                                                                    : STATUS_IO;
}

static char *trade_of(int number, char trade[16])
{
    (void)snprintf(trade, 16, "T%04d", number);
    return trade;
}

/* How many were answered; *failed: the power went on the way. */
static int play(int sync, unsigned seed, bool *failed)
{
    struct db *db = NULL;
    char error[256] = "";
    int answered = 0;

    power_remove(path);
    power_plan(sync, seed);
    if (lie) {
        power_lie();
    }
    if (db_open(path, &db, error, sizeof(error)) == STATUS_OK) {
        char trade[16];

        while (answered < SALES && db_transact(db, sell, trade_of(answered, trade)) == STATUS_OK) {
            answered++;
        }
        db_close(db);
    }
    *failed = power_failed();
    return answered;
}

struct found {
    int sold;
    int64_t sum_fen;
};

static enum status count(struct db *db, void *context)
{
    struct found *found = context;

    *found = (struct found){0};
    if (db_row(db, SQL_BOOKS_ACCOUNT, "t", "channel_clearing") == STATUS_OK) {
        found->sum_fen = db_int(db, SQL_BOOKS_ACCOUNT, 0);
    }
    if (db_row(db, SQL_COUNTER_TAKE, "ti", "sold", (int64_t)0) == STATUS_OK) {
        found->sold = (int)db_int(db, SQL_COUNTER_TAKE, 0);
    }
    return STATUS_DENIED; /* only looked */
}

static struct found look(struct db *db)
{
    struct found found;

    assert_int_equal(db_transact(db, count, &found), STATUS_DENIED);
    return found;
}

static void check(int answered)
{
    struct db *db = NULL;
    char error[256] = "";
    bool agree = false;

    if (db_open(path, &db, error, sizeof(error)) != STATUS_OK) {
        fail_msg("after the cut: %s", error);
    }
    struct found found = look(db);
    json_t *totals = books_totals(db, &agree);

    assert_in_range(found.sold, answered, answered + 1);
    assert_int_equal(found.sum_fen, (int64_t)found.sold * AMOUNT_FEN);
    assert_non_null(totals);
    assert_int_equal(json_integer_value(json_object_get(totals, "ledger_sum_fen")), 0);
    assert_int_equal(json_integer_value(json_object_get(totals, "unbalanced_entries")), 0);
    json_decref(totals);
    db_close(db);
}

static void nothing_that_was_answered_is_lost(void **state)
{
    int cuts = 0;

    (void)state;
    for (unsigned seed = 0; seed < SEEDS; seed++) {
        for (int sync = 1;; sync++) {
            bool failed = false;
            int answered = play(sync, seed, &failed);

            if (!failed) {
                assert_int_equal(answered, SALES);
                break;
            }
            power_return();
            check(answered);
            cuts++;
        }
    }
    assert_true(cuts >= SEEDS * SALES);
    print_message("%d power cuts\n", cuts);
}

/* The test can see a loss: the same sales on a disk that only says that it synced. */
static void a_disk_that_lies_is_found_out(void **state)
{
    struct db *db = NULL;
    char error[256] = "";
    bool failed = false;

    (void)state;
    assert_int_equal(play(0, 0, &failed), SALES);
    lie = true;
    int answered = play(power_syncs() - 3, 0, &failed); /* before the store is closed */

    lie = false;
    assert_true(failed && answered > 0);
    power_return();
    assert_int_equal(db_open(path, &db, error, sizeof(error)), STATUS_OK);
    assert_int_equal(look(db).sold, 0);
    db_close(db);
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
    (void)snprintf(path, sizeof(path), "%s/billing.db", folder);
    power_register();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    power_remove(path);
    (void)rmdir(folder);
    return failed;
}
