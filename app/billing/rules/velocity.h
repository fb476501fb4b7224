/*
 * velocity.h - how often and how much may be paid in one business day, for one account and by one
 * payer: against stolen wallets and money that is washed through other people's meters. Bills are
 * not counted, each can be paid once only. Pure.
 */
#ifndef BILLING_RULES_VELOCITY_H
#define BILLING_RULES_VELOCITY_H

#include <stdbool.h>
#include <stdint.h>

/* 0: no limit. */
struct velocity_limits {
    int account_payments, account_yuan;
    int payer_payments, payer_yuan;
};

/* count, sum_fen: what the day has seen already. */
bool velocity_ok(int limit_payments, int limit_yuan, int64_t count, int64_t sum_fen,
                 int64_t amount_fen);

/* The instant at which the business date (Beijing) of now_ms began. */
int64_t velocity_day_start(int64_t now_ms);

#endif
