/*
 * velocity.h - the limits of rules/velocity.h against what the store has seen today. Inside a
 * transaction.
 */
#ifndef BILLING_STORE_VELOCITY_H
#define BILLING_STORE_VELOCITY_H

#include "billing/rules/velocity.h"
#include "billing/store/db.h"

/* STATUS_LIMIT: a recharge of amount_fen would be one too many; also what is being paid counts. */
enum status velocity_account(struct db *db, const struct velocity_limits *limits,
                             const char *account_no, int64_t amount_fen, int64_t now_ms) MUST_USE;

/* STATUS_LIMIT: so with what one payer paid, this trade apart. */
enum status velocity_payer(struct db *db, const struct velocity_limits *limits,
                           const char *payer_hash, const char *out_trade_no, int64_t paid_fen,
                           int64_t now_ms) MUST_USE;

#endif
