/*
 * attempt.h - one attempt to be paid: the machine that everything about money goes through.
 * Pure: evidence in, next state out. jobs/apply.c is its only caller that writes.
 *
 *                     NOT_SENT, CANCEL, DEADLINE
 *        INTENT ------------------------------------> FAILED
 *          | SEND                                      ^  |
 *          v           declined, nothing sent          |  |
 *         SENT ----------------------------------------+  |
 *          |  \                                        |  | late success
 *   PAYING |   \ PAID                  declined        |  |
 *          v    \                                      |  |
 *        PAYING -+---------------------------------->--+  |
 *          |      \                                       |
 *          |       v                                      |
 *          |      PAID --credit---------------> CREDITED  |
 *          |       | \                            ^       |
 *          |       |  \ the ledger is a utility's |       |
 *          |       |   +--> CREDITING --accepted--+       |
 *          |       |           | refused                  |
 *          |       | credit    |                          |
 *          |       | impossible|                          |
 *  DEADLINE|       v           v                          |
 *  CANCEL  |    REFUND_INTENT <---------------------------+
 *          v       ^   | REFUND_SENT                      |
 *       REVERSING -+   v                                  | late success
 *          |  found   REFUNDING --> REFUNDED              |
 *          |  paid                                        |
 *          +--CLOSED, declined--> REVERSED ---------------+
 *
 *   SENT, PAYING: MISMATCH (other amount, other merchant) -------------> MANUAL
 *   REVERSING, FAILED, REVERSED: MISMATCH goes back like any late success: a reversal may be on its
 *   way to it, so nobody may decide to credit it.
 *   CREDITING: the utility booked another amount ---------------------> DISPUTED
 *   MANUAL: two persons say what becomes of it: PAID, REFUND_INTENT or REFUNDED.
 *   DISPUTED: so, after asking the utility: CREDITED, REFUND_INTENT or REFUNDED.
 *   REVERSING, when the provider has said nothing for long: two persons may say REVERSED.
 *
 * Invariants, each held by a test:
 *  1. PAID never goes back: from PAID only CREDITING, CREDITED and REFUND_INTENT can be reached.
 *  2. Success beats failure: PAID as evidence moves FAILED and REVERSED to REFUND_INTENT.
 *  3. UNKNOWN and NOT_FOUND never end an attempt: "not found" can precede a late capture.
 *  4. A time limit or a cancel leads to REVERSING, never to FAILED, once anything was sent.
 *  5. A reversal is believed when a query says CLOSED, never for its own reply.
 *  6. SENT is entered exactly once, from INTENT: no attempt is ever charged twice.
 *  7. CREDITED, REFUNDED, MANUAL and DISPUTED are left by nothing but a person; a refund that
 * appears on a credited attempt is MANUAL.
 *  8. CREDITING is left by the utility's own word alone: silence, a time limit or a cancel never
 *     end it, so what it may have booked is never refunded.
 */
#ifndef BILLING_RULES_ATTEMPT_H
#define BILLING_RULES_ATTEMPT_H

#include <stdbool.h>

#include "common/status.h"

enum attempt_state {
    ATTEMPT_INTENT = 0,
    ATTEMPT_SENT,
    ATTEMPT_PAYING,
    ATTEMPT_REVERSING,
    ATTEMPT_PAID,
    ATTEMPT_CREDITING, /* sent, or about to be, to the utility's own ledger */
    ATTEMPT_DISPUTED,  /* which says that it took it, but not as it was sent */
    ATTEMPT_CREDITED,
    ATTEMPT_FAILED,
    ATTEMPT_REVERSED,
    ATTEMPT_REFUND_INTENT,
    ATTEMPT_REFUNDING,
    ATTEMPT_REFUNDED,
    ATTEMPT_MANUAL,
    ATTEMPT_STATE_COUNT
};

enum attempt_evidence {
    EVIDENCE_SEND = 0,    /* the worker is about to write to the provider */
    EVIDENCE_NOT_SENT,    /* proved: not one byte left for the provider */
    EVIDENCE_PAYING,      /* the provider waits for the customer */
    EVIDENCE_PAID,        /* the provider has the money, amount as asked */
    EVIDENCE_MISMATCH,    /* the provider has money, but not the amount asked */
    EVIDENCE_FAILED,      /* the provider said no, for good */
    EVIDENCE_CLOSED,      /* a query says closed or revoked */
    EVIDENCE_REFUNDED,    /* a query says that the money was returned whole */
    EVIDENCE_UNKNOWN,     /* no answer, or none that means anything */
    EVIDENCE_NOT_FOUND,   /* the provider does not know the number (yet) */
    EVIDENCE_DEADLINE,    /* our own time limit passed */
    EVIDENCE_CANCEL,      /* the customer left, or the order expired */
    EVIDENCE_POSTING,     /* the posting's number is durable, the utility may be called */
    EVIDENCE_CREDITED,    /* the ledger entry stands in this same transaction */
    EVIDENCE_REFUSED,     /* the ledger cannot take it: bill settled, account closed */
    EVIDENCE_DISPUTED,    /* the utility says that it booked, but not the amount asked */
    EVIDENCE_REFUND_SENT, /* the refund's number is durable, the call may go out */
    EVIDENCE_GIVEN_UP,    /* the provider refuses the refund for good */
    /* What two persons decided about a case (cases.h). */
    EVIDENCE_MAY_CREDIT, /* the account shall have what was paid */
    EVIDENCE_MAY_REFUND, /* it shall go back by the provider, once more */
    EVIDENCE_RETURNED,   /* it was returned in another way: counter, bank */
    EVIDENCE_POSTED,     /* it stands in the utility's ledger: seen there */
    EVIDENCE_NOT_TAKEN,  /* the provider took nothing and never will: seen in its own books */
    EVIDENCE_COUNT
};

/* What the worker owes the attempt next. */
enum attempt_duty {
    DUTY_NONE = 0,
    DUTY_SEND,    /* INTENT */
    DUTY_QUERY,   /* SENT, PAYING */
    DUTY_REVERSE, /* REVERSING: reverse, then query */
    DUTY_CREDIT,  /* PAID */
    DUTY_POST,    /* CREDITING: post to the utility's ledger, then query */
    DUTY_REFUND,  /* REFUND_INTENT, REFUNDING */
    DUTY_WATCH,   /* FAILED, REVERSED: a few more queries for a success that comes late */
    DUTY_ALARM    /* MANUAL, DISPUTED */
};

struct attempt_step {
    bool legal; /* false: this evidence means nothing in this state; state is unchanged */
    enum attempt_state state;
};

struct attempt_step attempt_step(enum attempt_state state, enum attempt_evidence evidence);

enum attempt_duty attempt_duty(enum attempt_state state);

/* Whether another attempt of the same order must not be begun yet. */
bool attempt_open(enum attempt_state state);

const char *attempt_state_name(enum attempt_state state);
enum status attempt_state_parse(const char *name, enum attempt_state *state) MUST_USE;
const char *attempt_evidence_name(enum attempt_evidence evidence);

#endif
