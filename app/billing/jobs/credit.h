/*
 * credit.h - what becomes of money that is here: it is the account's, in our own ledger, or it is
 * posted to the utility that keeps the account. Used by apply.c alone, inside its transaction.
 *
 * A utility's account in our store is a copy that look-ups are answered from; what the utility took
 * is written into it as far as it still fits, and decides nothing.
 */
#ifndef BILLING_JOBS_CREDIT_H
#define BILLING_JOBS_CREDIT_H

#include "billing/store/attempts.h"

/* *outcome: CREDITED, or REFUSED with nothing changed. */
enum status credit_own(struct db *db, const struct attempt_row *row, int64_t now_ms,
                       enum attempt_evidence *outcome) MUST_USE;

/* Gives the posting its number; row->postings counts it. Durable before the utility is called. */
enum status credit_post(struct db *db, struct attempt_row *row, int64_t now_ms) MUST_USE;

/*
 * The posting is CREDITED, DISPUTED, or (any other state) refused: by the utility's word, or by
 * that of two persons about a disputed one. reason: the utility's words; NULL: none.
 */
enum status credit_posted(struct db *db, const struct attempt_row *row, enum attempt_state state,
                          const char *reason, int64_t now_ms) MUST_USE;

#endif
