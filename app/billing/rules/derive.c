#include "billing/rules/derive.h"

static bool any(const enum attempt_state *attempts, size_t count, enum attempt_state state)
{
    for (size_t i = 0; i < count; i++) {
        if (attempts[i] == state) {
            return true;
        }
    }
    return false;
}

/* The strongest word first: money that is here outranks everything that ended before it. */
struct derived derive_order(const enum attempt_state *attempts, size_t count, bool over)
{
    if (any(attempts, count, ATTEMPT_CREDITED)) {
        return (struct derived){ORDER_PAID, STATEMENT_TAKEN_CREDITED};
    }
    if (any(attempts, count, ATTEMPT_PAID) || any(attempts, count, ATTEMPT_CREDITING) ||
        any(attempts, count, ATTEMPT_DISPUTED)) {
        return (struct derived){ORDER_PAID, STATEMENT_TAKEN_CREDITING};
    }
    /* A person decides; until then nobody may be told that nothing was taken. */
    if (any(attempts, count, ATTEMPT_MANUAL) || any(attempts, count, ATTEMPT_REVERSING)) {
        return (struct derived){ORDER_CLOSING, STATEMENT_CONFIRMING};
    }
    if (any(attempts, count, ATTEMPT_INTENT) || any(attempts, count, ATTEMPT_SENT) ||
        any(attempts, count, ATTEMPT_PAYING)) {
        return (struct derived){over ? ORDER_CLOSING : ORDER_PAYING, STATEMENT_CONFIRMING};
    }
    if (any(attempts, count, ATTEMPT_REFUND_INTENT) || any(attempts, count, ATTEMPT_REFUNDING) ||
        any(attempts, count, ATTEMPT_REFUNDED) || any(attempts, count, ATTEMPT_REVERSED)) {
        /*
         * A reversal that a query confirms may have returned money that had moved, and a gateway
         * has been seen to capture after it: "not taken" could become untrue. The order ends here;
         * whoever wants to pay begins a new one.
         */
        return (struct derived){ORDER_CLOSED, STATEMENT_MAY_RETURN};
    }
    return (struct derived){over ? ORDER_CLOSED : ORDER_OPEN, STATEMENT_NOT_TAKEN};
}
