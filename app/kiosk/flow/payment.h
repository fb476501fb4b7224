/*
 * payment.h - one sale, from "pay" to a true sentence about the money.
 *
 * Pure: time, chance, replies come in; effects go out. The server owns the money; this machine
 * owns what the person in front of the kiosk is told, and that every sale is durable here
 * before the server hears of it.
 *
 *                     IDLE
 *                      | begin
 *                      v
 *               INTENT_SAVING ----- journal refuses ----------------> UNPAID
 *                      | saved
 *                      v
 *                  ORDERING ------- refused, or no answer ----> UNPAID_SAVING
 *                      | order                                        |
 *                      v                                              |
 *   +------------->  OPEN ------ leave, time over ----> CLOSING       |
 *   |                |   | phone opened the QR          ^  |  |       |
 *   |  code refused  |   +-----------------+            |  |  |       |
 *   |                | a code was scanned  |            |  |  | closed v
 *   |                v                     v            |  |  +--> UNPAID_SAVING --> UNPAID
 *   +----------- CODE_SAVING ---------> CHARGING -------+  |  paid
 *   |                                    |  |  |           +-----> PAID_SAVING --> PAID
 *   |                                    |  |  |             credited ^   |          ^
 *   |                                    |  |  |                      |   | not yet  | time over
 *   |                                    |  |  |                     CREDITING ------+
 *   |                                    |  |  |                         | refused: it goes back
 *   |                                    |  |  |                         +--> SLIP_SAVING
 *   +------------------------------------+  |  +--- paid --------> PAID_SAVING
 *      declined, proved                     |
 *                                           +-- 90 s without an end (CLOSING too)
 *                                                    v
 *                                               SLIP_SAVING --> HANDED_OVER
 *
 * Invariants:
 *  1. CALL_ORDER follows only a saved intent, CALL_ATTEMPT only a saved code.
 *  2. While a code is being charged or a phone pays, no other way to pay is open.
 *  3. "Not taken" is said only if nobody could have paid (the QR was never shown and no code was
 *     sent) or the server says so of a closed order.
 *  4. PAID is never left; an unknown outcome becomes UNPAID only by the server's word. What was
 *     said to be taken is never said to be "not taken".
 *  5. A repeat of a request carries the same id; a new code carries a new one.
 *  6. The code is forgotten as soon as the server has answered for it.
 *  7. A message that says "nothing was taken" stands beside no other statement.
 *
 * CREDITING: the money is here and durable, and the ledger that the account lives in has not
 * answered yet. That may take seconds or days, so the screen waits settings.crediting_ms at most
 * and then prints what is true by then.
 *
 * A sale that ends unproved stays open in the journal and is adopted by the recovery
 * (recovery.h), which asks until the server has an end for it.
 */
#ifndef KIOSK_FLOW_PAYMENT_H
#define KIOSK_FLOW_PAYMENT_H

#include "kiosk/flow/context.h"

enum payment_state {
    PAYMENT_IDLE = 0,
    PAYMENT_INTENT_SAVING,
    PAYMENT_ORDERING,
    PAYMENT_OPEN,
    PAYMENT_CODE_SAVING,
    PAYMENT_CHARGING,
    PAYMENT_CLOSING,
    PAYMENT_PAID_SAVING,
    PAYMENT_CREDITING,
    PAYMENT_PAID,
    PAYMENT_UNPAID_SAVING,
    PAYMENT_UNPAID,
    PAYMENT_SLIP_SAVING,
    PAYMENT_HANDED_OVER,
    PAYMENT_STATE_COUNT
};

struct payment {
    enum payment_state state;
    struct order_request request;
    struct receipt draft; /* grows into the receipt */
    char attempt_id[REQUEST_ID_MAX];
    char code[PAYCODE_MAX]; /* "" but between the scan and the server's answer */
    bool order_known;
    struct order order; /* the newest answer */
    bool exposed;       /* the QR stood on the screen or a code was sent */
    bool cancel_sent;   /* CLOSING: the server has heard of it */
    bool adopt;         /* at the end: the journal still has it open, the recovery must go on */
    uint32_t save_seq, call_seq; /* 0: none is under way */
    int64_t ask_at_ms;           /* next question; NEVER_MS while one is under way */
    int64_t state_deadline_ms;   /* ORDERING, CREDITING: give up; OPEN: time to pay; NEVER_MS */
    int64_t resolve_from_ms;     /* CHARGING and CLOSING: when the doubt began; 0 */
    int64_t answered_ms;         /* when the server answered last */
    enum message message;        /* about the last thing that went wrong */
    enum statement statement;    /* at the end */
};

/* request.request_id is filled here from the context's fresh id. */
void payment_begin(struct payment *payment, const struct context *context,
                   const struct order_request *request, const struct receipt *draft);

/* Answers and time. A seq that is not awaited is ignored. */
void payment_saved(struct payment *payment, const struct context *context, uint32_t seq,
                   enum status status, const char *receipt_no);
void payment_reply(struct payment *payment, const struct context *context,
                   const struct call_reply *reply);
void payment_tick(struct payment *payment, const struct context *context);

/* A payment code was scanned. Ignored unless OPEN. */
void payment_code(struct payment *payment, const struct context *context, const char *code);

/* The customer goes, or goes back: asks the server to close; the answer decides. */
void payment_leave(struct payment *payment, const struct context *context);

/* CREDITING: the customer does not want to wait; PAID as it stands. Else nothing. */
void payment_settle(struct payment *payment);

/*
 * PAID and HANDED_OVER, while it still stands on a screen: the server says more of this order now.
 * True when the statement has changed with it.
 */
bool payment_learn(struct payment *payment, const struct order *order);

/* The next moment at which payment_tick() has something to do. */
int64_t payment_deadline(const struct payment *payment, const struct settings *settings);

/* Money may be moving: no time-out, no new visit. */
bool payment_in_doubt(const struct payment *payment);
/* PAID, UNPAID or HANDED_OVER. */
bool payment_ended(const struct payment *payment);

/* Every transition that there is, and the function that makes it, for the documentation. */
struct payment_transition {
    enum payment_state from, to;
    const char *made_by;
    const char *when;
};
extern const struct payment_transition payment_transitions[];
extern const int payment_transition_count;
const char *payment_state_name(enum payment_state state);

#endif
