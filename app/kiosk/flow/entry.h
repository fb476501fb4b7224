/*
 * entry.h - what a customer types with the number keys: an account number, an amount, a
 * receipt's number. Pure text editing with bounds.
 */
#ifndef KIOSK_FLOW_ENTRY_H
#define KIOSK_FLOW_ENTRY_H

#include "kiosk/flow/settings.h"

/* Yuan digits before the point: more than any limit of one payment. */
#define AMOUNT_YUAN_DIGITS 7
/* Terminal (5), date (6), sequence (4). */
#define RECEIPT_NO_DIGITS 15

/* Appends a digit; returns false, changing nothing, when there is no room for it. */
bool entry_digit(char input[INPUT_MAX], int digit, int max_digits);

/* The same for an amount in yuan: no leading zeros, at most two decimals, one point. */
bool entry_amount_digit(char input[INPUT_MAX], int digit);
bool entry_amount_point(char input[INPUT_MAX]);

void entry_backspace(char input[INPUT_MAX]);

/* True when a pattern of this site takes the number as it stands. */
bool entry_account_complete(const struct settings *settings, const char *input);
/* The longest number that any pattern takes. */
int entry_account_max_digits(const struct settings *settings);

/* "000122611210001" as "00012-261121-0001"; STATUS_INVALID unless RECEIPT_NO_DIGITS digits. */
enum status entry_receipt_no(const char *input, char receipt_no[RECEIPT_NO_MAX]) MUST_USE;

#endif
