/*
 * ledger.h - double-entry bookkeeping: append-only entries whose lines sum to zero.
 *
 * Debit is positive, credit negative. An entry's id says what it is for ("credit:TRADE"), so
 * the same fact cannot be booked twice. Every function runs inside the caller's transaction
 * and answers STATUS_CONFLICT, changing nothing, when its entry exists.
 */
#ifndef BILLING_STORE_LEDGER_H
#define BILLING_STORE_LEDGER_H

#include "billing/store/db.h"

/* Cr 预收电费 of the account: what a new prepaid account brings along. */
enum status ledger_opening(struct db *db, const char *account_no, int64_t balance_fen,
                           int64_t now_ms) MUST_USE;

/* Dr 应收电费, Cr revenue and 13 % output VAT that is in the amount. */
enum status ledger_bill(struct db *db, const char *bill_id, const char *account_no,
                        int64_t amount_fen, int64_t now_ms) MUST_USE;

/* A recharge: Dr channel clearing, Cr 预收电费-cash. */
enum status ledger_recharge(struct db *db, const char *out_trade_no, const char *account_no,
                            int64_t paid_fen, int64_t now_ms) MUST_USE;

/* Bills: Dr channel clearing; Cr 应收电费 and late fee income. */
enum status ledger_bills(struct db *db, const char *out_trade_no, const char *account_no,
                         int64_t charges_fen, int64_t late_fees_fen, int64_t now_ms) MUST_USE;

/* Money on its way into a utility's own ledger: Dr channel clearing, Cr to be posted. */
enum status ledger_posting(struct db *db, const char *posting_no, const char *account_no,
                           int64_t paid_fen, int64_t now_ms) MUST_USE;

/* The utility gave its word, whichever: the reverse of posting. */
enum status ledger_posted(struct db *db, const char *posting_no, const char *account_no,
                          int64_t paid_fen, int64_t now_ms) MUST_USE;

/* And took it: Dr channel clearing, Cr what we owe the utility. */
enum status ledger_handed(struct db *db, const char *out_trade_no, const char *account_no,
                          int64_t paid_fen, int64_t now_ms) MUST_USE;

/*
 * Money that came but cannot be credited: Dr channel clearing, Cr to be refunded. hold_no: the
 * trade, and which time it is held, for a posting that is refused may follow one that was freed.
 */
enum status ledger_held(struct db *db, const char *hold_no, const char *account_no,
                        int64_t paid_fen, int64_t now_ms) MUST_USE;

/* Held money that may be credited after all, in the same transaction: the reverse of held. */
enum status ledger_freed(struct db *db, const char *hold_no, const char *account_no,
                         int64_t paid_fen, int64_t now_ms) MUST_USE;

/* And went back: the reverse of held. */
enum status ledger_refund(struct db *db, const char *out_trade_no, const char *account_no,
                          int64_t paid_fen, int64_t now_ms) MUST_USE;

#endif
