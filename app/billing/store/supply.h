/*
 * supply.h - cutting an account's supply, and what holds it back.
 */
#ifndef BILLING_STORE_SUPPLY_H
#define BILLING_STORE_SUPPLY_H

#include "billing/store/db.h"

/*
 * Inside a transaction. STATUS_CONFLICT: a payment for the account is not resolved, so that nobody
 * sits in the dark who has paid; STATUS_NOT_FOUND: no such active account whose supply is on and
 * may be cut (a protected one may not).
 */
enum status supply_cut(struct db *db, const char *account_no) MUST_USE;

#endif
