/*
 * journal_queue.h - how much is still to be delivered to the billing server: the open sales.
 *
 * A sale is open from the moment before the server hears of it until its end is known and
 * written. Looked at from outside the kiosk, without changing a byte of the journal.
 */
#ifndef KIOSK_IO_JOURNAL_QUEUE_H
#define KIOSK_IO_JOURNAL_QUEUE_H

#include "kiosk/io/journal.h"

struct journal_queue {
    int open;
    char oldest[24];                   /* "2026-11-21 06:26:00", UTC; "" when there is none */
    char terminal_no[TERMINAL_NO_MAX]; /* whose they are; "" when there is none */
    bool of_one_terminal;
};

/*
 * A journal that is not there holds nothing. STATUS_IO, or STATUS_CORRUPT when any page of it is
 * damaged: then nobody knows what it holds, and error says why.
 */
enum status journal_queue_read(const char *path, struct journal_queue *queue,
                               char error[JOURNAL_ERROR_MAX]) MUST_USE;

#endif
