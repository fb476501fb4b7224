/*
 * apply.h - the one place where evidence changes an attempt, its order and the ledger.
 *
 * Notices, polls, cancels and time limits all come through here: the state is moved by a
 * compare-and-set, and credit, ledger entry, balance and order change in the same transaction.
 */
#ifndef BILLING_JOBS_APPLY_H
#define BILLING_JOBS_APPLY_H

#include "billing/store/attempts.h"

struct evidence {
    enum attempt_evidence kind;
    enum failure failure; /* with FAILED and NOT_SENT */
    bool password;
    const char *transaction_id, *cashier_url; /* NULL: not said */
    const char *merchant;                     /* to whom it was paid; NULL, "": not said */
    const char *payer_hash;                   /* of who paid; NULL: not said */
    const char *reason;                       /* why the utility refused; NULL: not said */
    bool over_limit; /* with PAID: the payer's limit of the day; it goes back */
    int64_t paid_fen, paid_at_ms;
};

/*
 * Inside a transaction. STATUS_CONFLICT: the evidence means nothing in the present state;
 * STATUS_NOT_FOUND, STATUS_IO. poll_ms: the pause before the next query of an open trade.
 */
enum status apply_in(struct db *db, const char *out_trade_no, const struct evidence *evidence,
                     int poll_ms, int64_t now_ms) MUST_USE;

/*
 * Whether what two persons decided (MAY_CREDIT, MAY_REFUND, RETURNED, POSTED, NOT_TAKEN) can be
 * done with the attempt: it waits for a person, and its money is here and nobody's yet, or never
 * came. Pure.
 */
bool apply_possible(const struct attempt_row *row, enum attempt_evidence kind);

/* In a transaction of its own. */
enum status apply(struct db *db, const char *out_trade_no, const struct evidence *evidence,
                  int poll_ms, int64_t now_ms) MUST_USE;

/*
 * Inside a transaction: the customer left or the order expired. Closes an order without an
 * open attempt at once; else the attempt is asked to be reversed. Nothing for one that is done.
 */
enum status order_end_in(struct db *db, const char *order_no, int poll_ms, int64_t now_ms) MUST_USE;

#endif
