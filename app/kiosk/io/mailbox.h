/*
 * mailbox.h - the one way into the screen's thread: a bounded queue of events.
 *
 * A worker that owes an answer has its place reserved when the effect is handed to it, so an
 * answer about money is never dropped; what nobody asked for (a scan, a state of a device) may
 * be, and is counted.
 */
#ifndef KIOSK_IO_MAILBOX_H
#define KIOSK_IO_MAILBOX_H

#include "kiosk/flow/event.h"

#define MAILBOX_EVENTS 64

struct mailbox;

/* wake is called, on the posting thread, after every post; it must not block. */
struct mailbox *mailbox_create(void (*wake)(void *user), void *user);
/* All workers must have stopped. NULL is allowed. */
void mailbox_destroy(struct mailbox *mailbox);

/* Screen's thread, before an effect that will be answered goes to its worker. */
void mailbox_reserve(struct mailbox *mailbox);

/* Posts an owed answer into its reserved place. Any thread; never blocks for long. */
void mailbox_answer(struct mailbox *mailbox, const struct event *event);

/* Posts what nobody asked for; false when there is no place that is not reserved. Any thread. */
bool mailbox_offer(struct mailbox *mailbox, const struct event *event);

/* Screen's thread. False when the box is empty. */
bool mailbox_take(struct mailbox *mailbox, struct event *event);

/* Answers that are owed or lie unread; the screen's thread. */
int mailbox_owed(struct mailbox *mailbox);
/* Offers that were dropped so far. */
unsigned mailbox_dropped(struct mailbox *mailbox);

#endif
