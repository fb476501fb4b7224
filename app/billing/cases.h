/*
 * cases.h - what no rule may decide: MANUAL cases; and what is overdue, which the server goes on
 * with, but a person should know of. One person proposes, a second one confirms; both
 * are in the audit, and only then the attempt's machine goes on. Every function runs in a
 * transaction of its own.
 */
#ifndef BILLING_CASES_H
#define BILLING_CASES_H

#include "billing/store/attempts.h"

#define CASE_TEXT_MAX   4096
#define CASE_REASON_MAX 200
#define CASE_PERSON_MAX 33
#define CASE_OVERDUE_MS 3600000 /* undecided so long, it stands in the list */

enum case_action {
    CASE_CREDIT = 0, /* the account gets what was paid */
    CASE_REFUND,     /* the provider returns it, once more */
    CASE_RETURNED,   /* it was returned in another way: at the counter, by the bank */
    CASE_POSTED,     /* it stands in the utility's ledger: seen there */
    CASE_NOT_TAKEN,  /* the provider never took it: seen in its own books */
    CASE_ACTIONS
};

enum case_language { CASE_ZH = 0, CASE_EN, CASE_LANGUAGES };

/* "credit", "refund", "returned", "posted", "not-taken". STATUS_INVALID. */
enum status case_action_parse(const char *word, enum case_action *action) MUST_USE;
/* Letters, digits, . _ and -, 2 to CASE_PERSON_MAX - 1 of them. */
bool case_person_ok(const char *name);

/*
 * One line a case that waits for a person, or that the server has not brought to its end since
 * CASE_OVERDUE_MS; "" for none. STATUS_LIMIT: more than the text holds.
 */
enum status cases_list(struct db *db, int64_t now_ms, char text[CASE_TEXT_MAX]) MUST_USE;

/*
 * The story of an order, a trade or a channel's transaction in words, and what can be done: the
 * newest attempt of the number. No personal data. STATUS_NOT_FOUND.
 */
enum status case_explain(struct db *db, const char *number, enum case_language language,
                         int64_t now_ms, char text[CASE_TEXT_MAX]) MUST_USE;

/*
 * Writes down what by wants and why; a proposal of before is replaced. STATUS_NOT_FOUND: no such
 * number; STATUS_CONFLICT: it is no open case, or this cannot be done with it.
 */
enum status case_propose(struct db *db, const char *number, enum case_action action,
                         const char *reason, const char *by, int64_t now_ms) MUST_USE;

/*
 * Does what was proposed. STATUS_NOT_FOUND: nothing was; STATUS_DENIED: by proposed it himself;
 * STATUS_CONFLICT: it cannot be done any more.
 */
enum status case_confirm(struct db *db, const char *number, const char *by, int poll_ms,
                         int64_t now_ms) MUST_USE;

/* Inside a transaction: who did what, in words without personal data. */
enum status audit_add(struct db *db, const char *actor, const char *event, const char *subject,
                      int64_t now_ms) MUST_USE;

#endif
