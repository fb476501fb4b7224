/*
 * rules.h - the payment law: what must be so whenever something happens, and at the end of a run,
 * when all faults are over and nothing is due any more. A rule that is broken is said by its name.
 */
#ifndef TESTS_SIM_RULES_H
#define TESTS_SIM_RULES_H

#include <stdbool.h>

struct kiosk;

void rules_begin(struct kiosk *kiosks, int count);

/* A server answered 201 to a request for an order. */
void rules_order_made(const char *request_id);
/* A charge or a page is asked of the gateway. */
void rules_charge_asked(const char *out_trade_no);

/* Only money that a late look must find is open: that may take days. */
#define WATCHED "money that came late is not found yet"

/* Looked at from time to time. */
void rules_now(void);
/* NULL: nothing is open anywhere; else what is. */
const char *rules_open(void);
/* All that must be so at the end. */
void rules_end(void);

#endif
