/*
 * receipt.h - a receipt or slip as ESC/POS bytes for a printer's model.
 */
#ifndef KIOSK_PAPER_RECEIPT_H
#define KIOSK_PAPER_RECEIPT_H

#include <stddef.h>
#include <stdint.h>

#include "common/status.h"
#include "kiosk/flow/receipt.h"
#include "printer/printer.h"

/* Holds the longest receipt, with every line as a picture, on the widest head. */
#define RECEIPT_BYTES_MAX (256 * 1024)

/*
 * Composes the whole job, cut included, for heads of 384 dots and more. Same input, same bytes.
 * STATUS_INVALID: the receipt says what no receipt may (an amount below zero or no number, a
 * status address that is not ASCII, a receipt without the time of payment), or the head is too
 * narrow; STATUS_LIMIT: the buffer is too small; STATUS_IO: the system lacks GB18030.
 * Characters that no font has are printed as the geta mark and logged by number, not by name.
 * *length is written only on STATUS_OK. Does not block but for reading a font when a name needs
 * one.
 */
enum status receipt_compose(const struct receipt *receipt, const struct printer_model *model,
                            uint8_t *buffer, size_t size, size_t *length) MUST_USE;

#endif
