/*
 * rules.h - the payment law, as what must be so in every world, and what must stay in reach.
 */
#ifndef TESTS_EXPLORE_RULES_H
#define TESTS_EXPLORE_RULES_H

#include "explore.h"

enum rule {
    RULE_NONE = 0,
    /* in every world */
    RULE_JOURNAL_FIRST,
    RULE_FINAL_CLOSE,
    RULE_IDEMPOTENCY,
    RULE_ONE_OPEN_ATTEMPT,
    RULE_SENT_FIRST,
    RULE_CHARGED_ONCE,
    RULE_QUERY_AFTER_REVERSAL,
    RULE_DECLINED_TOOK_NOTHING,
    RULE_NOT_TAKEN_IS_TRUE, /* from here on: harm, not only a rule broken */
    RULE_CREDITED_ONCE,
    RULE_CREDIT_IS_MONEY,
    RULE_CREDITED_STAYS,
    RULE_TAKEN_IS_TRUE,
    RULE_MAY_RETURN_RETURNS,
    RULE_POSTED_STAYS,
    RULE_BOOKS,
    RULE_NO_PERSON_NEEDED,
    /* from every world, without another fault */
    RULE_MONEY_SETTLES,
    RULE_ORDER_ENDS,
    RULE_KIOSK_RESTS,
    RULE_COUNT
};

/* "journal first", and what it means. */
const char *rule_name(enum rule rule);
const char *rule_words(enum rule rule);

/* The first rule that this world breaks; harm: of those only whose breach harms somebody. */
enum rule rule_broken(const struct world *world, bool harm);

/* Which ends are reached in this world: 1 << (rule - RULE_MONEY_SETTLES). */
#define ENDS 3
uint8_t rule_ends(const struct world *world);

/* What the server tells everybody who has the QR: 1 << enum statement, or 0. */
uint8_t rule_said_by_server(const struct world *world);

#endif
