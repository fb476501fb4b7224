#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "gateway.h"
#include "memory_store.h"
#include "names.h"
#include "rules.h"
#include "rules_end.h"
#include "server.h"
#include "staff.h"
#include "witness.h"
#include "world.h"

/* One order at the end, as its attempts are. */
struct end {
    bool credited, ever_paid;
    int first_paid; /* the number of the first attempt that was ever paid; 0: none */
    int64_t amount_fen;
    char credited_trade[TRADE_NO_MAX];
};

static struct names order_names;
static struct end ends[NAMES_MAX];
static struct names sale_names;
static char sale_orders[NAMES_MAX][ORDER_NO_MAX];

int64_t rules_returned_by_hand(void)
{
    return staff_returned_fen();
}

bool rules_order_credited(const char *order_no)
{
    int number = names_number(&order_names, order_no, false);
    return number >= 0 && ends[number].credited;
}

bool rules_order_of(const char *request_id, char order_no[ORDER_NO_MAX])
{
    int number = names_number(&sale_names, request_id, false);
    if (number < 0) {
        return false;
    }
    memcpy(order_no, sale_orders[number], ORDER_NO_MAX);
    return true;
}

static sqlite3_stmt *ask(const char *sql)
{
    sqlite3_stmt *row = NULL;
    CHECK(sqlite3_prepare_v2(store_sqlite(), sql, -1, &row, NULL) == SQLITE_OK);
    return row;
}

static struct end *end_of(const char *order_no)
{
    int before = order_names.count;
    int number = names_number(&order_names, order_no, true);
    if (number == before) {
        memset(&ends[number], 0, sizeof(ends[number]));
    }
    return &ends[number];
}

/* -- whether anything is open ------------------------------------------------------------ */

const char *rules_attempt_open(void)
{
    const char *open = NULL;
    sqlite3_stmt *row =
        ask("SELECT out_trade_no, state FROM payment_attempt WHERE open = 1 OR next_at > 0 OR"
            " state IN ('FAILED', 'REVERSED', 'REFUND_INTENT', 'REFUNDING', 'MANUAL', 'DISPUTED')");
    while (sqlite3_step(row) == SQLITE_ROW) {
        const char *state = (const char *)sqlite3_column_text(row, 1);
        bool ended = strcmp(state, "FAILED") == 0 || strcmp(state, "REVERSED") == 0;
        const char *number = (const char *)sqlite3_column_text(row, 0);
        if (!ended) {
            open = "an attempt is open";
        } else if (open == NULL && !truth_final(gateway_truth(number))) {
            open = WATCHED;
        }
    }
    sqlite3_finalize(row);
    return open;
}

/* -- attempts ------------------------------------------------------------------------------ */

struct attempt {
    const char *no, *order_no, *state;
    bool utility;
    int number;
    int64_t amount_fen, credit_fen; /* credit: what the ledger says */
    int credits;
};

static void check_attempt(const struct attempt *attempt, const struct truth *truth)
{
    bool is_credited = strcmp(attempt->state, "CREDITED") == 0;
    int64_t kept_fen = truth->paid_fen - truth->refunded_fen;
    if (is_credited != (attempt->credits == 1)) {
        world_fail("what is credited stands in the ledger once", "%s is %s and has %d entries",
                   attempt->no, attempt->state, attempt->credits);
    } else if (truth->postings != (is_credited && attempt->utility ? 1 : 0)) {
        world_fail("what is credited stands in the utility's ledger once",
                   "%s is %s and was accepted %d times", attempt->no, attempt->state,
                   truth->postings);
    } else if (is_credited && kept_fen != attempt->credit_fen) {
        world_fail("a credit is money", "%s: %lld was credited, %lld is there", attempt->no,
                   (long long)attempt->credit_fen, (long long)kept_fen);
    } else if (strcmp(attempt->state, "FAILED") == 0 && truth->ever_paid) {
        world_fail("declined took nothing", "%s is FAILED and was paid", attempt->no);
    } else if (strcmp(attempt->state, "REVERSED") == 0 && kept_fen != 0) {
        world_fail("money settles", "%s is REVERSED and %lld are there", attempt->no,
                   (long long)kept_fen);
    } else if (strcmp(attempt->state, "REFUNDED") == 0 && kept_fen != 0 && !truth->refund_refused) {
        world_fail("money settles", "%s is REFUNDED and %lld are there", attempt->no,
                   (long long)kept_fen);
    }
}

void rules_end_attempts(void)
{
    int truth_count = 0;
    const struct truth *truths = gateway_truths(&truth_count);
    static bool known[NAMES_MAX];
    sqlite3_stmt *row =
        ask("SELECT t.out_trade_no, t.order_no, t.state, t.number, t.amount_fen,"
            " (SELECT COUNT(*) FROM ledger_entry e WHERE e.entry_id = 'credit:' || t.out_trade_no),"
            " (SELECT SUM(l.fen) FROM ledger_line l WHERE l.entry_id = 'credit:' || t.out_trade_no"
            "  AND l.fen > 0), p.ledger = 'utility'"
            " FROM payment_attempt t JOIN payment_order p ON p.order_no = t.order_no"
            " ORDER BY t.out_trade_no");
    names_clear(&order_names);
    memset(known, 0, sizeof(known));
    while (sqlite3_step(row) == SQLITE_ROW) {
        struct attempt attempt = {.no = (const char *)sqlite3_column_text(row, 0),
                                  .order_no = (const char *)sqlite3_column_text(row, 1),
                                  .state = (const char *)sqlite3_column_text(row, 2),
                                  .number = sqlite3_column_int(row, 3),
                                  .amount_fen = sqlite3_column_int64(row, 4),
                                  .credits = sqlite3_column_int(row, 5),
                                  .credit_fen = sqlite3_column_int64(row, 6),
                                  .utility = sqlite3_column_int(row, 7) != 0};
        const struct truth *truth = gateway_truth(attempt.no);
        struct end *end = end_of(attempt.order_no);
        known[truth - truths] = true;
        end->ever_paid = end->ever_paid || truth->ever_paid;
        if (truth->ever_paid && end->first_paid == 0) {
            end->first_paid = attempt.number;
        }
        if (attempt.credits > 0) {
            if (end->credited) {
                world_fail("credited once", "order %s is credited twice", attempt.order_no);
            }
            end->credited = true;
            end->amount_fen = attempt.amount_fen;
            snprintf(end->credited_trade, sizeof(end->credited_trade), "%s", attempt.no);
        }
        check_attempt(&attempt, truth);
    }
    sqlite3_finalize(row);
    truths = gateway_truths(&truth_count);
    for (int i = 0; i < truth_count; i++) {
        if (!known[i] && truths[i].paid_fen != truths[i].refunded_fen) {
            world_fail("money settles", "%s was paid, and no server knows it",
                       truths[i].out_trade_no);
        }
    }
}

/* -- orders -------------------------------------------------------------------------------- */

/* A sentence that stands somewhere, held against what came of the order. */
static void check_said(const char *order_no, const struct end *end, uint8_t said, const char *where)
{
    if ((said & 1U << STATEMENT_NOT_TAKEN) != 0 && end->ever_paid) {
        world_fail("\"not taken\" is true", "order %s: said on %s, and money was taken", order_no,
                   where);
    }
    if ((said & 1U << STATEMENT_TAKEN_CREDITED) != 0 && !end->credited) {
        world_fail("\"credited\" stays true", "order %s: said on %s, and there is no credit",
                   order_no, where);
    }
    if ((said & 1U << STATEMENT_MAY_RETURN) != 0 && end->credited) {
        world_fail("\"will be returned\" is true", "order %s: said on %s, and it was credited",
                   order_no, where);
    }
    if ((said & 1U << STATEMENT_TAKEN_CREDITING) != 0 && !end->ever_paid) {
        world_fail("\"taken\" is true", "order %s: said on %s, and nothing was taken", order_no,
                   where);
    }
}

static void check_paper(const char *order_no, const struct end *end, const struct told *told)
{
    const struct receipt *paper = &told->credited;
    if (told->paper_credited && end->credited &&
        (strcmp(paper->out_trade_no, end->credited_trade) != 0)) {
        world_fail("receipts agree with the books", "receipt %s of order %s names %s, not %s",
                   paper->receipt_no, order_no, paper->out_trade_no, end->credited_trade);
    }
}

static void check_order(const char *order_no, const char *request_id)
{
    const struct told *told = witness_told_of(order_no);
    const struct sale *sale = witness_sale_of(request_id);
    const struct end *end = end_of(order_no);
    int number = names_number(&sale_names, request_id, false);
    if (sale == NULL || number >= 0) {
        world_fail("one order a sale", "order %s belongs to %s, which %s", order_no, request_id,
                   sale == NULL ? "no kiosk began" : "has another one");
        return;
    }
    number = names_number(&sale_names, request_id, true);
    snprintf(sale_orders[number], ORDER_NO_MAX, "%s", order_no);
    check_said(order_no, end, sale->said, place_name(PLACE_SCREEN));
    for (int i = 0; told != NULL && i < PLACE_COUNT; i++) {
        check_said(order_no, end, told->said[i], place_name((enum place)i));
    }
    if (told != NULL && end->first_paid != 0 && end->first_paid <= told->cleared) {
        world_fail("\"not taken\" is true", "order %s: said of attempt %d, which was paid",
                   order_no, end->first_paid);
    }
    if (told != NULL) {
        check_paper(order_no, end, told);
    }
}

void rules_end_orders(void)
{
    sqlite3_stmt *row = ask("SELECT order_no, request_id FROM payment_order ORDER BY order_no");
    names_clear(&sale_names);
    while (sqlite3_step(row) == SQLITE_ROW) {
        check_order((const char *)sqlite3_column_text(row, 0),
                    (const char *)sqlite3_column_text(row, 1));
    }
    sqlite3_finalize(row);
    row = ask("SELECT bill_id, paid_order FROM bill WHERE state = 'paid' AND paid_order <> "
              "'COUNTER'");
    while (sqlite3_step(row) == SQLITE_ROW) {
        if (!rules_order_credited((const char *)sqlite3_column_text(row, 1))) {
            world_fail("a bill that is paid was paid", "bill %s by order %s",
                       sqlite3_column_text(row, 0), sqlite3_column_text(row, 1));
        }
    }
    sqlite3_finalize(row);
}
