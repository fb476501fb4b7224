/*
 * books.h - the ledger's totals as JSON, and whether they agree: what a test and a manager ask.
 */
#ifndef BILLING_BOOKS_H
#define BILLING_BOOKS_H

#include <jansson.h>
#include <stdbool.h>

#include "billing/store/db.h"

/*
 * A new reference, or NULL. *agree: every entry and the whole ledger sum to zero, balances
 * equal their ledger, charges - refunds = credits + held + on its way to a utility, nothing is
 * credited twice.
 */
json_t *books_totals(struct db *db, bool *agree);

#endif
