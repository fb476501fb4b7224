/*
 * journal.h - what the kiosk must not forget: sales that were begun, receipts, print jobs.
 *
 * SQLite with WAL and synchronous FULL: when a function returns STATUS_OK, its change survives a
 * power cut. One thread (the journal's worker) owns the handle. It holds masked personal data
 * only, and never a payment code.
 */
#ifndef KIOSK_IO_JOURNAL_H
#define KIOSK_IO_JOURNAL_H

#include "kiosk/flow/event.h"

struct journal;

#define JOURNAL_ERROR_MAX 256
/* Of the schema; a file with a higher one was written by a newer program. */
#define JOURNAL_VERSION 1

/*
 * Opens or makes the file. STATUS_CORRUPT when it is damaged or of a newer program, STATUS_IO
 * when it cannot be written; the sentence in error says which. Print jobs that were under way
 * become UNKNOWN.
 */
enum status journal_open(const char *path, struct journal **out,
                         char error[JOURNAL_ERROR_MAX]) MUST_USE;
void journal_close(struct journal *journal);

/* A sale is begun. STATUS_LIMIT when OPEN_INTENTS_MAX are open already, STATUS_IO. */
enum status journal_save_intent(struct journal *journal,
                                const struct intent_record *intent) MUST_USE;

/* An attempt of that sale is about to be sent. */
enum status journal_save_attempt(struct journal *journal, const char *request_id,
                                 const char *attempt_id) MUST_USE;

/*
 * Writes the receipt of a sale, or replaces what it says; its number is made at the first time,
 * from terminal, Beijing date of wall_ms and a sequence, and never again for another sale.
 * close_intent: the sale is final, in the same transaction.
 */
enum status journal_save_receipt(struct journal *journal, const char *request_id,
                                 const struct receipt *receipt, bool close_intent, int64_t wall_ms,
                                 char receipt_no[RECEIPT_NO_MAX]) MUST_USE;

/* The sale is final. What was printed for it says the end from now on, and is a slip when nothing
 * was kept. */
enum status journal_close_intent(struct journal *journal, const char *request_id,
                                 enum statement statement) MUST_USE;

/* The open sales, oldest first: at most OPEN_INTENTS_MAX. */
enum status journal_open_intents(struct journal *journal, struct intent_record *list,
                                 int *count) MUST_USE;

/*
 * Begins a print of that receipt. receipt->reprint_number counts the prints before it that may
 * have left paper. STATUS_NOT_FOUND; STATUS_LIMIT above reprints_max.
 */
enum status journal_begin_job(struct journal *journal, const char *receipt_no, int reprints_max,
                              int64_t *job_id, struct receipt *receipt) MUST_USE;
enum status journal_end_job(struct journal *journal, int64_t job_id, enum print_end end) MUST_USE;

#endif
