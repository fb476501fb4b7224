/*
 * journal_worker.h - the thread that owns the journal.
 */
#ifndef KIOSK_IO_JOURNAL_WORKER_H
#define KIOSK_IO_JOURNAL_WORKER_H

#include "kiosk/io/worker.h"

struct journal_worker;

/*
 * Opens the journal (blocks: a start is the one moment at which that is right), posts EVENT_FOUND
 * for every open sale and one EVENT_BOOTED, and starts the thread.
 */
struct journal_worker *journal_worker_start(const char *path, int reprints_max,
                                            struct mailbox *mailbox);

/* EFFECT_SAVE_*, EFFECT_CLOSE_INTENT, EFFECT_BEGIN_JOB, EFFECT_END_JOB. Reserves the answer. */
void journal_worker_send(struct journal_worker *worker, const struct effect *effect);

/* Waits until all that was sent is durable. */
void journal_worker_stop(struct journal_worker *worker);

#endif
