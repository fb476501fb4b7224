#include "billing/rules/attempt.h"

#include <stddef.h>
#include <string.h>

static const char *const STATES[ATTEMPT_STATE_COUNT] = {
    "INTENT",   "SENT",   "PAYING",   "REVERSING",     "PAID",      "CREDITING", "DISPUTED",
    "CREDITED", "FAILED", "REVERSED", "REFUND_INTENT", "REFUNDING", "REFUNDED",  "MANUAL"};

static const char *const EVIDENCES[EVIDENCE_COUNT] = {
    "SEND",       "NOT_SENT",   "PAYING",   "PAID",      "MISMATCH",    "FAILED",
    "CLOSED",     "REFUNDED",   "UNKNOWN",  "NOT_FOUND", "DEADLINE",    "CANCEL",
    "POSTING",    "CREDITED",   "REFUSED",  "DISPUTED",  "REFUND_SENT", "GIVEN_UP",
    "MAY_CREDIT", "MAY_REFUND", "RETURNED", "POSTED",    "NOT_TAKEN"};

static const enum attempt_duty DUTIES[ATTEMPT_STATE_COUNT] = {
    [ATTEMPT_INTENT] = DUTY_SEND,          [ATTEMPT_SENT] = DUTY_QUERY,
    [ATTEMPT_PAYING] = DUTY_QUERY,         [ATTEMPT_REVERSING] = DUTY_REVERSE,
    [ATTEMPT_PAID] = DUTY_CREDIT,          [ATTEMPT_CREDITED] = DUTY_NONE,
    [ATTEMPT_CREDITING] = DUTY_POST,       [ATTEMPT_DISPUTED] = DUTY_ALARM,
    [ATTEMPT_FAILED] = DUTY_WATCH,         [ATTEMPT_REVERSED] = DUTY_WATCH,
    [ATTEMPT_REFUND_INTENT] = DUTY_REFUND, [ATTEMPT_REFUNDING] = DUTY_REFUND,
    [ATTEMPT_REFUNDED] = DUTY_NONE,        [ATTEMPT_MANUAL] = DUTY_ALARM,
};

struct transition {
    enum attempt_state from;
    enum attempt_evidence evidence;
    enum attempt_state to;
};

/*
 * The whole machine. What does not stand here is illegal and changes nothing. Above each group the
 * functions that bring the evidence; tests/lint/machine.py holds them and README.md against it.
 */
static const struct transition TRANSITIONS[] = {
    /* send_once(): committed before the socket write */
    {ATTEMPT_INTENT, EVIDENCE_SEND, ATTEMPT_SENT},
    /* send_once(): a restart lost the code; order_end_in(): nothing was sent */
    {ATTEMPT_INTENT, EVIDENCE_NOT_SENT, ATTEMPT_FAILED},
    {ATTEMPT_INTENT, EVIDENCE_CANCEL, ATTEMPT_FAILED},
    {ATTEMPT_INTENT, EVIDENCE_DEADLINE, ATTEMPT_FAILED},

    /* send_once(), look(): the provider's answer */
    {ATTEMPT_SENT, EVIDENCE_NOT_SENT, ATTEMPT_FAILED},
    {ATTEMPT_SENT, EVIDENCE_PAYING, ATTEMPT_PAYING},
    {ATTEMPT_SENT, EVIDENCE_PAID, ATTEMPT_PAID},
    {ATTEMPT_SENT, EVIDENCE_MISMATCH, ATTEMPT_MANUAL},
    {ATTEMPT_SENT, EVIDENCE_FAILED, ATTEMPT_FAILED},
    {ATTEMPT_SENT, EVIDENCE_CLOSED, ATTEMPT_REVERSED},
    {ATTEMPT_SENT, EVIDENCE_REFUNDED, ATTEMPT_REFUNDED},
    {ATTEMPT_SENT, EVIDENCE_UNKNOWN, ATTEMPT_SENT},
    {ATTEMPT_SENT, EVIDENCE_NOT_FOUND, ATTEMPT_SENT},
    /* look(): the time is over; order_end_in(): the customer left */
    {ATTEMPT_SENT, EVIDENCE_DEADLINE, ATTEMPT_REVERSING},
    {ATTEMPT_SENT, EVIDENCE_CANCEL, ATTEMPT_REVERSING},

    /* look(): the provider's answer */
    {ATTEMPT_PAYING, EVIDENCE_PAYING, ATTEMPT_PAYING},
    {ATTEMPT_PAYING, EVIDENCE_PAID, ATTEMPT_PAID},
    {ATTEMPT_PAYING, EVIDENCE_MISMATCH, ATTEMPT_MANUAL},
    {ATTEMPT_PAYING, EVIDENCE_FAILED, ATTEMPT_FAILED},
    {ATTEMPT_PAYING, EVIDENCE_CLOSED, ATTEMPT_REVERSED},
    {ATTEMPT_PAYING, EVIDENCE_REFUNDED, ATTEMPT_REFUNDED},
    {ATTEMPT_PAYING, EVIDENCE_UNKNOWN, ATTEMPT_PAYING},
    {ATTEMPT_PAYING, EVIDENCE_NOT_FOUND, ATTEMPT_PAYING},
    /* look(): the time is over; order_end_in(): the customer left */
    {ATTEMPT_PAYING, EVIDENCE_DEADLINE, ATTEMPT_REVERSING},
    {ATTEMPT_PAYING, EVIDENCE_CANCEL, ATTEMPT_REVERSING},

    /* reverse(): what the query after the reversal says */
    {ATTEMPT_REVERSING, EVIDENCE_NOT_SENT, ATTEMPT_REVERSING},
    {ATTEMPT_REVERSING, EVIDENCE_PAYING, ATTEMPT_REVERSING},
    {ATTEMPT_REVERSING, EVIDENCE_PAID, ATTEMPT_REFUND_INTENT},
    {ATTEMPT_REVERSING, EVIDENCE_MISMATCH, ATTEMPT_REFUND_INTENT},
    {ATTEMPT_REVERSING, EVIDENCE_FAILED, ATTEMPT_REVERSED},
    {ATTEMPT_REVERSING, EVIDENCE_CLOSED, ATTEMPT_REVERSED},
    {ATTEMPT_REVERSING, EVIDENCE_REFUNDED, ATTEMPT_REFUNDED},
    {ATTEMPT_REVERSING, EVIDENCE_UNKNOWN, ATTEMPT_REVERSING},
    {ATTEMPT_REVERSING, EVIDENCE_NOT_FOUND, ATTEMPT_REVERSING},
    {ATTEMPT_REVERSING, EVIDENCE_DEADLINE, ATTEMPT_REVERSING},
    {ATTEMPT_REVERSING, EVIDENCE_CANCEL, ATTEMPT_REVERSING},
    /* case_confirm(): the provider answers nothing that ends it */
    {ATTEMPT_REVERSING, EVIDENCE_NOT_TAKEN, ATTEMPT_REVERSED},

    /* leave_paid(): in the transaction of the ledger entry */
    {ATTEMPT_PAID, EVIDENCE_POSTING, ATTEMPT_CREDITING},
    {ATTEMPT_PAID, EVIDENCE_CREDITED, ATTEMPT_CREDITED},
    {ATTEMPT_PAID, EVIDENCE_REFUSED, ATTEMPT_REFUND_INTENT},
    {ATTEMPT_PAID, EVIDENCE_PAID, ATTEMPT_PAID},

    /* post_to_utility(): the utility's answer */
    {ATTEMPT_CREDITING, EVIDENCE_CREDITED, ATTEMPT_CREDITED},
    {ATTEMPT_CREDITING, EVIDENCE_REFUSED, ATTEMPT_REFUND_INTENT},
    {ATTEMPT_CREDITING, EVIDENCE_DISPUTED, ATTEMPT_DISPUTED},
    {ATTEMPT_CREDITING, EVIDENCE_UNKNOWN, ATTEMPT_CREDITING},
    {ATTEMPT_CREDITING, EVIDENCE_PAID, ATTEMPT_CREDITING},

    /* watch(): one look after a notice */
    {ATTEMPT_CREDITED, EVIDENCE_PAID, ATTEMPT_CREDITED},
    {ATTEMPT_CREDITED, EVIDENCE_REFUNDED, ATTEMPT_MANUAL},

    /* watch(): a success that comes late; notice_post() wakes it */
    {ATTEMPT_FAILED, EVIDENCE_PAID, ATTEMPT_REFUND_INTENT},
    {ATTEMPT_FAILED, EVIDENCE_MISMATCH, ATTEMPT_REFUND_INTENT},
    {ATTEMPT_FAILED, EVIDENCE_REFUNDED, ATTEMPT_REFUNDED},
    {ATTEMPT_REVERSED, EVIDENCE_PAID, ATTEMPT_REFUND_INTENT},
    {ATTEMPT_REVERSED, EVIDENCE_MISMATCH, ATTEMPT_REFUND_INTENT},
    {ATTEMPT_REVERSED, EVIDENCE_REFUNDED, ATTEMPT_REFUNDED},

    /* refund(): what the queries before and after it say */
    {ATTEMPT_REFUND_INTENT, EVIDENCE_REFUND_SENT, ATTEMPT_REFUNDING},
    {ATTEMPT_REFUND_INTENT, EVIDENCE_REFUNDED, ATTEMPT_REFUNDED},
    {ATTEMPT_REFUND_INTENT, EVIDENCE_PAID, ATTEMPT_REFUND_INTENT},
    {ATTEMPT_REFUNDING, EVIDENCE_REFUNDED, ATTEMPT_REFUNDED},
    {ATTEMPT_REFUNDING, EVIDENCE_PAID, ATTEMPT_REFUNDING},
    {ATTEMPT_REFUNDING, EVIDENCE_UNKNOWN, ATTEMPT_REFUNDING},
    {ATTEMPT_REFUNDING, EVIDENCE_GIVEN_UP, ATTEMPT_MANUAL},

    /* case_confirm(): the second person */
    {ATTEMPT_MANUAL, EVIDENCE_MAY_CREDIT, ATTEMPT_PAID},
    {ATTEMPT_MANUAL, EVIDENCE_MAY_REFUND, ATTEMPT_REFUND_INTENT},
    {ATTEMPT_MANUAL, EVIDENCE_RETURNED, ATTEMPT_REFUNDED},
    {ATTEMPT_DISPUTED, EVIDENCE_POSTED, ATTEMPT_CREDITED},
    {ATTEMPT_DISPUTED, EVIDENCE_MAY_REFUND, ATTEMPT_REFUND_INTENT},
    {ATTEMPT_DISPUTED, EVIDENCE_RETURNED, ATTEMPT_REFUNDED},
};

struct attempt_step attempt_step(enum attempt_state state, enum attempt_evidence evidence)
{
    CHECK((int)state >= 0 && state < ATTEMPT_STATE_COUNT);
    CHECK((int)evidence >= 0 && evidence < EVIDENCE_COUNT);
    for (size_t i = 0; i < ARRAY_LEN(TRANSITIONS); i++) {
        if (TRANSITIONS[i].from == state && TRANSITIONS[i].evidence == evidence) {
            enum attempt_state to = TRANSITIONS[i].to;
            return (struct attempt_step){.legal = true, .state = to};
        }
    }
    return (struct attempt_step){.legal = false, .state = state};
}

enum attempt_duty attempt_duty(enum attempt_state state)
{
    CHECK((int)state >= 0 && state < ATTEMPT_STATE_COUNT);
    return DUTIES[state];
}

bool attempt_open(enum attempt_state state)
{
    return state == ATTEMPT_INTENT || state == ATTEMPT_SENT || state == ATTEMPT_PAYING ||
           state == ATTEMPT_REVERSING || state == ATTEMPT_PAID || state == ATTEMPT_CREDITING ||
           state == ATTEMPT_DISPUTED;
}

const char *attempt_state_name(enum attempt_state state)
{
    CHECK((int)state >= 0 && state < ATTEMPT_STATE_COUNT);
    return STATES[state];
}

enum status attempt_state_parse(const char *name, enum attempt_state *state)
{
    for (int i = 0; i < ATTEMPT_STATE_COUNT; i++) {
        if (strcmp(name, STATES[i]) == 0) {
            *state = (enum attempt_state)i;
            return STATUS_OK;
        }
    }
    return STATUS_INVALID;
}

const char *attempt_evidence_name(enum attempt_evidence evidence)
{
    CHECK((int)evidence >= 0 && evidence < EVIDENCE_COUNT);
    return EVIDENCES[evidence];
}
