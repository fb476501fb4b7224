/*
 * worker.h - one thread that executes effects one after the other, in order.
 *
 * Journal, billing client and printer are workers: each owns its handle alone and answers
 * through the mailbox.
 */
#ifndef KIOSK_IO_WORKER_H
#define KIOSK_IO_WORKER_H

#include "kiosk/io/mailbox.h"

#define WORKER_QUEUE 32

struct worker;

/*
 * Starts the thread. handle(user, effect, mailbox) runs on it for every effect and may block.
 * idle(user, mailbox), where it is not NULL, runs every idle_ms while there is nothing to do.
 */
struct worker_tasks {
    void (*handle)(void *user, const struct effect *effect, struct mailbox *mailbox);
    void (*idle)(void *user, struct mailbox *mailbox);
    int idle_ms;
};
struct worker *worker_start(const char *name, const struct worker_tasks *tasks, void *user,
                            struct mailbox *mailbox);

/* Screen's thread. A full queue is a broken invariant: the flow never asks for so much. */
void worker_send(struct worker *worker, const struct effect *effect);

/* Executes what is queued, then ends the thread. Blocks as long as that takes. NULL is allowed. */
void worker_stop(struct worker *worker);

#endif
