#include "billing/jobs/credit.h"

#include "billing/store/ledger.h"
#include "billing/store/orders.h"

/* STATUS_CONFLICT: the account takes no money any more. */
static enum status raise_balance(struct db *db, const struct attempt_row *row)
{
    enum status status = db_row(db, SQL_ACCOUNT_CREDIT, "ti", row->account_no, row->amount_fen);
    if (status != STATUS_OK) {
        return status == STATUS_NOT_FOUND ? STATUS_CONFLICT : status;
    }
    int64_t balance_fen = db_int(db, SQL_ACCOUNT_CREDIT, 0) - db_int(db, SQL_ACCOUNT_CREDIT, 1);
    bool restored = db_int(db, SQL_ACCOUNT_CREDIT, 2) != 0 && balance_fen >= 0;
    /* RETURNING is done only when the statement has run to its end. */
    if (db_next(db, SQL_ACCOUNT_CREDIT) != STATUS_NOT_FOUND) {
        return STATUS_IO;
    }
    if (restored && db_change(db, SQL_ACCOUNT_RESTORE, "t", row->account_no) != STATUS_OK) {
        return STATUS_IO;
    }
    return db_change(db, SQL_ORDER_BALANCE, "tii", row->order_no, balance_fen,
                     (int64_t)(restored ? 1 : 0));
}

/* STATUS_CONFLICT: the account takes no money any more. */
static enum status credit_recharge(struct db *db, const struct attempt_row *row, int64_t now_ms)
{
    enum status status = raise_balance(db, row);
    return status == STATUS_OK
               ? ledger_recharge(db, row->out_trade_no, row->account_no, row->amount_fen, now_ms)
               : status;
}

/* The order's bills, which must be what was paid. */
static enum status read_bills(struct db *db, const struct attempt_row *row,
                              struct order_bills *bills)
{
    enum status status = orders_bills(db, row->order_no, bills);
    if (status != STATUS_OK || bills->charges_fen + bills->late_fees_fen != row->amount_fen) {
        db_spoil(db, "the order's bills");
        return STATUS_IO;
    }
    return STATUS_OK;
}

/* STATUS_CONFLICT: a bill was settled elsewhere; then none of them is touched. */
static enum status credit_bills(struct db *db, const struct attempt_row *row, int64_t now_ms)
{
    struct order_bills bills;
    enum status status = read_bills(db, row, &bills);
    for (int i = 0; i < bills.count && status == STATUS_OK; i++) {
        status = db_row(db, SQL_BILL_IS_OPEN, "t", bills.bill_ids[i]);
    }
    if (status != STATUS_OK) {
        return status == STATUS_NOT_FOUND ? STATUS_CONFLICT : status;
    }
    for (int i = 0; i < bills.count; i++) {
        if (db_change(db, SQL_BILL_PAY, "tt", bills.bill_ids[i], row->order_no) != STATUS_OK) {
            return STATUS_IO;
        }
    }
    return ledger_bills(db, row->out_trade_no, row->account_no, bills.charges_fen,
                        bills.late_fees_fen, now_ms);
}

enum status credit_own(struct db *db, const struct attempt_row *row, int64_t now_ms,
                       enum attempt_evidence *outcome)
{
    enum status status =
        row->recharge ? credit_recharge(db, row, now_ms) : credit_bills(db, row, now_ms);
    if (status == STATUS_OK) {
        *outcome = EVIDENCE_CREDITED;
        return db_change(db, SQL_ATTEMPT_CREDITED, "ti", row->out_trade_no, now_ms);
    }
    *outcome = EVIDENCE_REFUSED;
    return status == STATUS_CONFLICT ? STATUS_OK : status;
}

/* -- a utility's own ledger -------------------------------------------------------------------- */

enum status credit_post(struct db *db, struct attempt_row *row, int64_t now_ms)
{
    char posting_no[POSTING_NO_MAX];
    row->postings++;
    attempt_posting_no(row, posting_no);
    enum status status =
        db_change(db, SQL_ATTEMPT_POSTINGS, "ti", row->out_trade_no, (int64_t)row->postings);
    if (status == STATUS_OK) {
        status = db_change(db, SQL_POSTING_ADD, "ttii", posting_no, row->out_trade_no,
                           row->paid_fen, now_ms);
    }
    return status == STATUS_OK
               ? ledger_posting(db, posting_no, row->account_no, row->paid_fen, now_ms)
               : status;
}

/* Our copy of the account. What does not fit any more is left as it is. */
static enum status update_copy(struct db *db, const struct attempt_row *row)
{
    struct order_bills bills;
    if (row->recharge) {
        struct attempt_row paid = *row;
        paid.amount_fen = row->paid_fen; /* two persons may have let another amount stand */
        enum status status = raise_balance(db, &paid);
        return status == STATUS_CONFLICT ? STATUS_OK : status;
    }
    enum status status = read_bills(db, row, &bills);
    for (int i = 0; i < bills.count && status == STATUS_OK; i++) {
        status = db_change_any(db, SQL_BILL_PAY, "tt", bills.bill_ids[i], row->order_no);
    }
    return status;
}

/* It stands in the utility's ledger: our books, our copy of the account, the attempt. */
static enum status credit_utility(struct db *db, const struct attempt_row *row, int64_t now_ms)
{
    enum status status =
        ledger_handed(db, row->out_trade_no, row->account_no, row->paid_fen, now_ms);
    if (status == STATUS_OK) {
        status = update_copy(db, row);
    }
    return status == STATUS_OK
               ? db_change(db, SQL_ATTEMPT_CREDITED, "ti", row->out_trade_no, now_ms)
               : status;
}

enum status credit_posted(struct db *db, const struct attempt_row *row, enum attempt_state state,
                          const char *reason, int64_t now_ms)
{
    char posting_no[POSTING_NO_MAX];
    const char *word = state == ATTEMPT_CREDITED   ? "accepted"
                       : state == ATTEMPT_DISPUTED ? "disputed"
                                                   : "refused";
    attempt_posting_no(row, posting_no);
    enum status status = db_change(db, SQL_POSTING_DONE, "ttti", posting_no, word,
                                   reason != NULL ? reason : "", now_ms);
    if (status != STATUS_OK || state == ATTEMPT_DISPUTED) {
        return status;
    }
    status = ledger_posted(db, posting_no, row->account_no, row->paid_fen, now_ms);
    return status == STATUS_OK && state == ATTEMPT_CREDITED ? credit_utility(db, row, now_ms)
                                                            : status;
}
