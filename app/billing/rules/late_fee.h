/*
 * late_fee.h - 违约金 on an overdue bill. Pure.
 *
 * Rule of 1996 (供电营业规则): residential 0.1 % a day; others 0.2 % for the days of the due
 * date's year and 0.3 % for those of later years; from the day after the due date through the
 * day of payment; at least 1 yuan once anything is due. Rounded half-up to the fen.
 */
#ifndef BILLING_RULES_LATE_FEE_H
#define BILLING_RULES_LATE_FEE_H

#include <stdint.h>

#include "common/status.h"

enum late_fee_rule { LATE_FEE_NONE = 0, LATE_FEE_RESIDENTIAL, LATE_FEE_OTHER, LATE_FEE_RULES };

/* "none", "residential", "other". */
enum status late_fee_rule_parse(const char *name, enum late_fee_rule *rule) MUST_USE;

/* Dates in days since 1970-01-01, Beijing. STATUS_LIMIT when the fee leaves money's range. */
enum status late_fee(enum late_fee_rule rule, int64_t amount_fen, int32_t due_date,
                     int32_t paid_date, int64_t *fee_fen) MUST_USE;

#endif
