#include "billing/store/attempts.h"

#include <stdio.h>
#include <string.h>

void attempt_posting_no(const struct attempt_row *row, char posting_no[POSTING_NO_MAX])
{
    int length = snprintf(posting_no, POSTING_NO_MAX, "%sP%d", row->out_trade_no,
                          row->postings > 0 ? row->postings : 1);
    CHECK(length > 0 && length < POSTING_NO_MAX);
}

enum status attempt_load(struct db *db, const char *out_trade_no, struct attempt_row *row)
{
    const enum sql sql = SQL_ATTEMPT_GET;
    char word[24];
    enum status status = db_row(db, sql, "t", out_trade_no);
    memset(row, 0, sizeof(*row));
    if (status != STATUS_OK) {
        return status;
    }
    db_text(db, sql, 0, row->out_trade_no, sizeof(row->out_trade_no));
    db_text(db, sql, 1, row->order_no, sizeof(row->order_no));
    db_text(db, sql, 3, word, sizeof(word));
    if (channel_parse(word, &row->channel) != STATUS_OK) {
        db_spoil(db, "channel");
    }
    row->by_phone = db_int(db, sql, 4) != 0;
    row->amount_fen = db_int(db, sql, 5);
    db_text(db, sql, 6, word, sizeof(word));
    if (attempt_state_parse(word, &row->state) != STATUS_OK) {
        db_spoil(db, "attempt state");
    }
    row->deadline_ms = db_int(db, sql, 8);
    row->tries = (int)db_int(db, sql, 9);
    row->password = db_int(db, sql, 10) != 0;
    row->paid_fen = db_int(db, sql, 12);
    row->paid_at_ms = db_int(db, sql, 13);
    db_text(db, sql, 14, row->cashier_url, sizeof(row->cashier_url));
    db_text(db, sql, 15, row->payee, sizeof(row->payee));
    db_text(db, sql, 16, row->merchant, sizeof(row->merchant));
    db_text(db, sql, 17, row->terminal_no, sizeof(row->terminal_no));
    db_text(db, sql, 18, row->account_no, sizeof(row->account_no));
    db_text(db, sql, 19, word, sizeof(word));
    row->recharge = strcmp(word, "recharge") == 0;
    db_text(db, sql, 20, word, sizeof(word));
    row->order_open = strcmp(word, "open") == 0;
    row->order_expires_at_ms = db_int(db, sql, 21);
    db_text(db, sql, 22, row->token, sizeof(row->token));
    row->created_at_ms = db_int(db, sql, 23);
    row->credited_at_ms = db_int(db, sql, 24);
    db_text(db, sql, 25, word, sizeof(word));
    row->utility = strcmp(word, "utility") == 0;
    row->postings = (int)db_int(db, sql, 26);
    return STATUS_OK;
}
