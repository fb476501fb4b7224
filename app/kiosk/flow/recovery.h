/*
 * recovery.h - sales that are open without a customer in front of the kiosk.
 *
 * After a start: whatever the journal holds as open. Later: what a visit handed over. Each is
 * asked of the server by its request id (which also closes it there, or forbids it for ever if
 * the server never heard of it) until it has an end, which goes into the journal. One question
 * at a time; a server that does not answer delays, it never bricks the kiosk.
 *
 * Nothing is ever dropped. A sale that gets no answer, or one that cannot be read, is asked
 * again, less and less often up to settings.retry_max_ms, and does not hold up the others.
 *
 * A paid sale whose credit takes days is the server's alone. While there is room it is asked
 * about, so that a reprint can say how it ended; above RECOVERY_WAITING_MAX its receipt stays at
 * "paid, being credited", whose QR leads to the rest, and it is an open sale no longer: waiting
 * for a ledger never keeps a kiosk from selling.
 */
#ifndef KIOSK_FLOW_RECOVERY_H
#define KIOSK_FLOW_RECOVERY_H

#include "kiosk/flow/context.h"

#define RECOVERY_WAITING_MAX (OPEN_INTENTS_MAX / 2)

struct recovery_item {
    bool used;
    bool accepted; /* the server knows that this one is to be closed: it is handed over */
    bool failed;   /* the last question about it was not answered: the others come first */
    bool paid;     /* its receipt says already that it is paid and being credited */
    struct intent_record intent;
};

struct recovery {
    struct recovery_item items[OPEN_INTENTS_MAX];
    int at;           /* the item of the question or save that is under way, or the next one */
    bool save_closes; /* the save that is under way is the sale's end */
    int failures;     /* questions without an answer, one after the other */
    uint32_t call_seq, save_seq;
    int64_t ask_at_ms;
};

/* Takes over one open sale. More than OPEN_INTENTS_MAX is STATUS_LIMIT: it stays in the journal
 * and is found at the next start. */
enum status recovery_adopt(struct recovery *recovery, const struct context *context,
                           const struct intent_record *intent) MUST_USE;

void recovery_tick(struct recovery *recovery, const struct context *context);
void recovery_reply(struct recovery *recovery, const struct context *context,
                    const struct call_reply *reply);
void recovery_saved(struct recovery *recovery, const struct context *context, uint32_t seq,
                    enum status status);
/* The server is back: what waits is asked now, not when its delay is over. */
void recovery_wake(struct recovery *recovery, const struct context *context);
int64_t recovery_deadline(const struct recovery *recovery);

/* Every item was accepted by the server: the first customer may come. */
bool recovery_handed_over(const struct recovery *recovery);
int recovery_count(const struct recovery *recovery);
/* Those that the server has not accepted. */
int recovery_unheard(const struct recovery *recovery);
/* The sale of that request is not at its durable end yet. */
bool recovery_holds(const struct recovery *recovery, const char *request_id);

#endif
