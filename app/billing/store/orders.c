#include "billing/store/orders.h"

#include <stdio.h>
#include <string.h>

#include "billing/rules/derive.h"
#include "protocol/codec.h"

#define ATTEMPTS_MAX 99 /* two digits in the trade number */

/* The columns of SQL_ORDER_GET, whose row is current. */
static void read_order(struct db *db, const char *base_url, struct order_facts *facts)
{
    const enum sql sql = SQL_ORDER_GET;
    struct order *order = &facts->order;
    char word[24];
    db_text(db, sql, 0, order->order_no, sizeof(order->order_no));
    db_text(db, sql, 1, order->request_id, sizeof(order->request_id));
    db_text(db, sql, 2, facts->terminal_no, sizeof(facts->terminal_no));
    db_text(db, sql, 3, order->account_no, sizeof(order->account_no));
    db_text(db, sql, 4, word, sizeof(word));
    order->kind = strcmp(word, "recharge") == 0 ? ORDER_RECHARGE : ORDER_BILLS;
    order->amount_fen = db_int(db, sql, 5);
    db_text(db, sql, 6, order->payee, sizeof(order->payee));
    db_text(db, sql, 7, facts->merchant, sizeof(facts->merchant));
    db_text(db, sql, 8, facts->token, sizeof(facts->token));
    order->expires_at_ms = db_int(db, sql, 10);
    db_text(db, sql, 11, word, sizeof(word));
    if (failure_parse(word, &order->failure) != STATUS_OK) {
        db_spoil(db, "failure");
    }
    order->balance_known = db_int(db, sql, 12) != 0;
    order->balance_fen = db_int(db, sql, 13);
    order->supply_restoring = db_int(db, sql, 14) != 0;
    snprintf(order->pay_url, sizeof(order->pay_url), "%s/p/%s", base_url, facts->token);
}

/* The columns of SQL_ATTEMPTS_OF_ORDER, whose row is current; later ones overwrite. */
static enum attempt_state read_attempt(struct db *db, struct order_facts *facts)
{
    const enum sql sql = SQL_ATTEMPTS_OF_ORDER;
    struct order *order = &facts->order;
    enum attempt_state state = ATTEMPT_INTENT;
    char word[24];
    db_text(db, sql, 2, word, sizeof(word));
    if (channel_parse(word, &order->channel) != STATUS_OK) {
        db_spoil(db, "channel");
    }
    db_text(db, sql, 4, word, sizeof(word));
    if (attempt_state_parse(word, &state) != STATUS_OK) {
        db_spoil(db, "attempt state");
    }
    db_text(db, sql, 0, order->out_trade_no, sizeof(order->out_trade_no));
    db_text(db, sql, 1, order->attempt_request_id, sizeof(order->attempt_request_id));
    order->by_phone = db_int(db, sql, 3) != 0;
    order->password_wanted = db_int(db, sql, 5) != 0 && state == ATTEMPT_PAYING;
    db_text(db, sql, 6, order->transaction_id, sizeof(order->transaction_id));
    order->paid_at_ms = db_int(db, sql, 7);
    db_text(db, sql, 8, facts->cashier_url, sizeof(facts->cashier_url));
    order->attempt_count++;
    return state;
}

enum status orders_load(struct db *db, const char *order_no, const char *base_url, int64_t now_ms,
                        struct order_facts *facts)
{
    enum attempt_state states[ATTEMPTS_MAX];
    char status_word[16];
    memset(facts, 0, sizeof(*facts));
    enum status status = db_row(db, SQL_ORDER_GET, "t", order_no);
    if (status != STATUS_OK) {
        return status;
    }
    read_order(db, base_url, facts);
    db_text(db, SQL_ORDER_GET, 9, status_word, sizeof(status_word));
    status = db_row(db, SQL_ATTEMPTS_OF_ORDER, "t", order_no);
    for (; status == STATUS_OK; status = db_next(db, SQL_ATTEMPTS_OF_ORDER)) {
        CHECK(facts->order.attempt_count < ATTEMPTS_MAX);
        int index = facts->order.attempt_count;
        states[index] = read_attempt(db, facts);
        if (states[index] == ATTEMPT_CREDITED) {
            /* The attempt that was paid is the one to tell about, whatever came after it. */
            status = STATUS_NOT_FOUND;
            facts->order.attempt_count = index + 1;
            break;
        }
    }
    bool over = strcmp(status_word, "open") != 0 || facts->order.expires_at_ms <= now_ms;
    struct derived derived = derive_order(states, (size_t)facts->order.attempt_count, over);
    facts->order.state = derived.state;
    facts->order.statement = derived.statement;
    return status == STATUS_NOT_FOUND ? STATUS_OK : STATUS_IO;
}

enum status orders_bills(struct db *db, const char *order_no, struct order_bills *bills)
{
    enum status status = db_row(db, SQL_ORDER_BILLS, "t", order_no);
    *bills = (struct order_bills){.count = 0};
    for (; status == STATUS_OK; status = db_next(db, SQL_ORDER_BILLS)) {
        CHECK(bills->count < BILLS_MAX);
        db_text(db, SQL_ORDER_BILLS, 0, bills->bill_ids[bills->count++], BILL_ID_MAX);
        bills->charges_fen += db_int(db, SQL_ORDER_BILLS, 1);
        bills->late_fees_fen += db_int(db, SQL_ORDER_BILLS, 2);
    }
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status orders_add_attempt(struct db *db, const struct new_attempt *attempt, int64_t now_ms)
{
    if (attempt->number > ATTEMPTS_MAX) {
        return STATUS_CONFLICT;
    }
    enum status status =
        db_run(db, SQL_ATTEMPT_ADD, "ttittiitiiti", attempt->out_trade_no, attempt->order_no,
               (int64_t)attempt->number, attempt->request_id, channel_name(attempt->channel),
               (int64_t)(attempt->by_phone ? 1 : 0), attempt->amount_fen, attempt->code_hash,
               now_ms, attempt->deadline_ms,
               attempt->lease_owner != NULL ? attempt->lease_owner : "", attempt->lease_until_ms);
    return status == STATUS_NOT_FOUND ? STATUS_CONFLICT : status;
}
