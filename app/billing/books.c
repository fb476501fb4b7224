#include "billing/books.h"

/* A single number; an error spoils the transaction and is seen at its end. */
static int64_t number(struct db *db, enum sql sql, const char *argument)
{
    enum status status = argument != NULL ? db_row(db, sql, "t", argument) : db_row(db, sql, "");
    return status == STATUS_OK ? db_int(db, sql, 0) : -1;
}

struct totals {
    bool agree;
    json_t *json;
};

static enum status totals_work(struct db *db, void *context)
{
    struct totals *totals = context;
    json_decref(totals->json);
    int64_t sum = number(db, SQL_BOOKS_SUM, NULL);
    int64_t unbalanced = number(db, SQL_BOOKS_UNBALANCED, NULL);
    int64_t drift = number(db, SQL_BOOKS_DRIFT, NULL);
    int64_t twice = number(db, SQL_BOOKS_TWICE, NULL);
    int64_t charges = number(db, SQL_BOOKS_CHARGES, NULL);
    int64_t refunds = db_int(db, SQL_BOOKS_CHARGES, 1);
    int64_t credits = number(db, SQL_BOOKS_CREDITS, NULL);
    int64_t held = -number(db, SQL_BOOKS_ACCOUNT, "to_be_refunded");
    int64_t posting = -number(db, SQL_BOOKS_ACCOUNT, "to_be_posted");
    int64_t clearing = number(db, SQL_BOOKS_ACCOUNT, "channel_clearing");
    int64_t orders = number(db, SQL_BOOKS_ORDERS, NULL);
    int64_t attempts = number(db, SQL_BOOKS_ATTEMPTS, NULL);
    int64_t manual = number(db, SQL_BOOKS_MANUAL, NULL);
    totals->agree = sum == 0 && unbalanced == 0 && drift == 0 && twice == 0 &&
                    charges - refunds == credits + held + posting &&
                    clearing == credits + held + posting;
    totals->json = json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b}", "charges_fen",
        (json_int_t)charges, "refunds_fen", (json_int_t)refunds, "credits_fen", (json_int_t)credits,
        "to_be_refunded_fen", (json_int_t)held, "to_be_posted_fen", (json_int_t)posting,
        "ledger_sum_fen", (json_int_t)sum, "unbalanced_entries", (json_int_t)unbalanced,
        "accounts_adrift", (json_int_t)drift, "credited_twice", (json_int_t)twice, "open_orders",
        (json_int_t)orders, "open_attempts", (json_int_t)attempts, "manual_attempts",
        (json_int_t)manual, "agree", totals->agree ? 1 : 0);
    return totals->json != NULL ? STATUS_OK : STATUS_IO;
}

json_t *books_totals(struct db *db, bool *agree)
{
    struct totals totals = {0};
    if (db_transact(db, totals_work, &totals) != STATUS_OK) {
        json_decref(totals.json);
        return NULL;
    }
    *agree = totals.agree;
    return totals.json;
}
