/*
 * accounts.h - an account as it may be shown without proof of identity, and what an order on
 * it must know. Inside a transaction.
 */
#ifndef BILLING_STORE_ACCOUNTS_H
#define BILLING_STORE_ACCOUNTS_H

#include "billing/store/attempts.h"

struct account_facts {
    struct account shown; /* masked; bills with their late fees as of the business date */
    char merchant[MERCHANT_MAX];
    bool utility; /* its ledger is a utility's own */
};

/* STATUS_NOT_FOUND without such an account. */
enum status accounts_load(struct db *db, const char *account_no, int64_t now_ms,
                          struct account_facts *facts) MUST_USE;

#endif
