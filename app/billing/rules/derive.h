/*
 * derive.h - what an order's attempts say together: its state and the money statement. Pure.
 *
 * NOT_TAKEN is said only when every attempt ended by an authoritative decline, a confirmed
 * close, or without a byte having been sent; while anything is open it is CONFIRMING.
 */
#ifndef BILLING_RULES_DERIVE_H
#define BILLING_RULES_DERIVE_H

#include <stdbool.h>
#include <stddef.h>

#include "billing/rules/attempt.h"
#include "protocol/messages.h"

struct derived {
    enum order_state state;
    enum statement statement;
};

/* over: cancelled or expired; no attempt can be begun any more. */
struct derived derive_order(const enum attempt_state *attempts, size_t count, bool over);

#endif
