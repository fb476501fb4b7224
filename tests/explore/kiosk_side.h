/*
 * kiosk_side.h - the kiosk: the real visit machine (libflow.a) between two moments.
 *
 * Between moments it is a number in a pool. Before it is put away its clocks and sequence numbers
 * are made canonical: a deadline is "set" or "not set", and any that is set may be the next to
 * pass; so every order of time-outs is explored, those that the real times exclude too.
 */
#ifndef TESTS_EXPLORE_KIOSK_SIDE_H
#define TESTS_EXPLORE_KIOSK_SIDE_H

#include "explore.h"
#include "kiosk/flow/event.h"

#define REQUEST_ID   "00000000000000000000000000000001"
#define ATTEMPT_ID_1 "000000000000000000000000000000a1"
#define ATTEMPT_ID_2 "000000000000000000000000000000a2"
#define ACCOUNT_NO   "5263000017"
#define AMOUNT_FEN   5000
#define TERMINAL_NO  "00012"

enum kiosk_event {
    KIOSK_SAVED = 0, /* a save of the journal ended: save, failed */
    KIOSK_REPLY,     /* reply 0: no answer came */
    KIOSK_SCAN,      /* number: which code, from 0 */
    KIOSK_BACK,
    KIOSK_HOME,
    KIOSK_HELP,
    KIOSK_NEXT,
    KIOSK_POLL,     /* the next question is due */
    KIOSK_DEADLINE, /* the time to order, or to pay, is over */
    KIOSK_RESOLVED, /* the screen has waited long enough */
    KIOSK_WIPE,     /* nobody touched anything for long */
    KIOSK_BOOT_OVER,
    KIOSK_BOOT /* number: the journal has the sale open */
};

struct kiosk_input {
    uint32_t event; /* enum kiosk_event */
    uint32_t number;
    uint32_t save, failed; /* KIOSK_SAVED */
    uint32_t call, reply;  /* KIOSK_REPLY */
};

/* A write to the journal, as its rows see it. */
struct save {
    uint8_t kind; /* enum effect_kind */
    uint8_t mine; /* 0: nobody waits for its answer any more; 1: the payment; 2: the recovery */
    uint8_t slip;
    uint8_t close;
    uint8_t statement;
};

/* What one step wants. */
struct kiosk_step {
    uint32_t visit;
    uint32_t call;
    uint32_t call_before; /* asked in the same breath, and given up for the other */
    uint32_t saves[SAVES];
    uint32_t save_count;
    uint32_t said;    /* 1 << enum statement */
    uint32_t qr_seen; /* it stands on the screen now */
};

/* The moment at which the customer has chosen an amount and touches "pay". */
void kiosk_first(struct kiosk_step *step);
void kiosk_step(uint32_t visit, const struct kiosk_input *input, struct kiosk_step *step);
/* The end of an abandoned save: nobody waits for it. */
uint32_t kiosk_orphan(uint32_t save);

/* What the explorer asks of a visit. */
struct kiosk_facts {
    bool known, can_scan, can_leave, can_help, result, polls, has_deadline, resolving, can_wipe,
        booting;
    bool rests; /* no payment is under way, no sale is being recovered */
};
struct kiosk_facts kiosk_facts(uint32_t visit);

const struct call_request *kiosk_call(uint32_t call);
const struct save *kiosk_save(uint32_t save);
uint32_t kiosk_put_reply(const struct call_reply *reply);
const struct call_reply *kiosk_get_reply(uint32_t reply);
const char *kiosk_word(uint32_t visit); /* the payment's state, for a story */
uint32_t kiosk_count(void);
void kiosk_free(void);

#endif
