/*
 * receipt_json.h - a receipt as it is kept in the journal.
 */
#ifndef KIOSK_IO_RECEIPT_JSON_H
#define KIOSK_IO_RECEIPT_JSON_H

#include "kiosk/flow/receipt.h"

/* Text that the caller frees. Without receipt_no, printed_at and reprint_number, which the
 * journal keeps beside it. */
char *receipt_to_json(const struct receipt *receipt);

/* Strict: anything missing, unknown or out of bounds is STATUS_CORRUPT. */
enum status receipt_from_json(const char *text, struct receipt *receipt) MUST_USE;

#endif
