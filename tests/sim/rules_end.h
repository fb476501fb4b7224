/*
 * rules_end.h - the parts of rules.c: attempts and orders against the gateway's truth and what was
 * said (rules_orders.c), the kiosks' journals (rules_kiosks.c), what mutations put in between.
 */
#ifndef TESTS_SIM_RULES_END_H
#define TESTS_SIM_RULES_END_H

#include <stdbool.h>
#include <stdint.h>

#include "common/status.h"

struct kiosk;
struct db;
struct evidence;

/* rules_orders.c */
/* NULL: none is open; a look that can find nothing any more is not waited for. */
const char *rules_attempt_open(void);
void rules_end_attempts(void);
void rules_end_orders(void);
int64_t rules_returned_by_hand(void);
/* 0: no such order. */
bool rules_order_credited(const char *order_no);
/* The order of that sale; false: there is none. */
bool rules_order_of(const char *request_id, char order_no[25]);

/* rules_kiosks.c */
const char *rules_kiosk_open(const struct kiosk *kiosks, int count);
void rules_end_journals(const struct kiosk *kiosks, int count);

/* mutation.c: apply(), with a rule taken away or not; evidence becomes what was applied. */
enum status mutation_apply(struct db *db, const char *out_trade_no, struct evidence *evidence,
                           int poll_ms, int64_t now_ms);

#endif
