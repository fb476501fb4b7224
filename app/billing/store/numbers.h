/*
 * numbers.h - order numbers: business date, bucket, sequence. They are drawn in blocks, so that
 * orders which are made at the same moment do not meet at the counter; a number that is drawn and
 * not used stays a gap.
 */
#ifndef BILLING_STORE_NUMBERS_H
#define BILLING_STORE_NUMBERS_H

#include "billing/store/db.h"
#include "protocol/messages.h"

struct numbers;

struct numbers *numbers_make(void); /* NULL: no memory */
void numbers_free(struct numbers *numbers);

/* Any thread, outside a transaction. Blocks for one of its own once a block. STATUS_IO. */
enum status numbers_next(struct numbers *numbers, struct db *db, int64_t now_ms,
                         char order_no[ORDER_NO_MAX]) MUST_USE;

#endif
