/*
 * explore.h - what the parts of the explorer share: a world, and the rule that may be taken away.
 * How to read what it prints: explore.c.
 */
#ifndef TESTS_EXPLORE_EXPLORE_H
#define TESTS_EXPLORE_EXPLORE_H

#include <stdbool.h>
#include <stdint.h>

#include "pool.h"

#define ATTEMPTS 2 /* codes scanned and pay buttons pressed, together */
#define LATE     4 /* requests that the kiosk gave up and that may still arrive */
#define SAVES    2 /* writes on their way to the kiosk's journal */

/* One rule of the payment law, taken away by an adapter around the real objects. */
enum mutation {
    MUTATION_NONE = 0,
    MUTATION_JOURNAL_FIRST,        /* the journal answers before it has written */
    MUTATION_FINAL_CLOSE,          /* a cancel is answered and never reaches the server */
    MUTATION_TOMBSTONE,            /* a request that was never heard of is closed, not forbidden */
    MUTATION_BOOT_RECOVERY,        /* the restarted kiosk does not look at its open sales */
    MUTATION_BOOT_SCAN,            /* the restarted server does not look at its open attempts */
    MUTATION_IDEMPOTENCY,          /* a repeated request id is not recognised */
    MUTATION_CURRENT_STATE,        /* a repeat is answered with the stored first reply */
    MUTATION_QUERY_AFTER_REVERSAL, /* the reversal's own reply is believed */
    MUTATION_SENT_FIRST,           /* SENT is committed after the socket write */
    MUTATION_ONE_OPEN_ATTEMPT,     /* the order's lock is not held */
    MUTATION_LATE_IS_REFUNDED,     /* a success after the reversal is credited like any other */
    MUTATION_SILENCE_IS_NO_WORD,   /* a utility that does not answer is taken to have refused */
    /* No rule is taken away, but the provider is worse: what the law bears with two persons' help,
     */
    MUTATION_FORGETFUL_GATEWAY, /* a reversal of a number it never saw leaves no trace */
    /* and what it does not bear: a known bad world. */
    MUTATION_LATE_AFTER_WATCH, /* a success comes after the last look, and no notice */
    MUTATION_COUNT
};
extern enum mutation mutation;

extern bool utility_ledger; /* the account's ledger is a utility's own */

/* What the gateway holds of one attempt. */
enum trade_state {
    TRADE_NONE = 0, /* it never heard of it */
    TRADE_WAITING,  /* for the password, or for the customer on its page */
    TRADE_PAID,
    TRADE_FAILED,  /* declined */
    TRADE_CLOSED,  /* nothing had been taken */
    TRADE_REVOKED, /* taken, and returned by a reversal */
    TRADE_REFUNDED
};

/* What the utility's ledger holds of one attempt. */
enum utility_state { LEDGER_NONE = 0, LEDGER_WAITS, LEDGER_TAKEN, LEDGER_REFUSED };

/* One moment. What is equal byte by byte is the same moment. */
struct world {
    uint32_t kiosk;  /* kiosk_side.h: the visit, whole */
    uint32_t server; /* server_side.h: the rows of its store, and its clock */
    uint32_t call;   /* the kiosk's call that is under way; 0: none */
    uint32_t reply;  /* its reply, on the way back; 0: the server has not seen the call */
    uint32_t stored; /* MUTATION_CURRENT_STATE: the first reply to a close */
    uint32_t late[LATE];
    uint32_t saves[SAVES];
    uint32_t duty[ATTEMPTS];  /* the worker's look at an attempt, waiting for the gateway */
    uint8_t answer[ATTEMPTS]; /* the gateway's, on the way; 0: it has not seen the call */
    struct trade {
        uint8_t state;       /* enum trade_state */
        uint8_t on_way;      /* what the server gave up and what may still arrive: ON_WAY_... */
        uint8_t notice;      /* a notice is on the way */
        uint8_t ever_closed; /* a reversal had an effect, or nothing was left to reverse */
        uint8_t charges;     /* how often the charge was asked for; stops at 2 */
        uint8_t posting;     /* enum utility_state */
    } trade[ATTEMPTS];
    uint8_t intent;       /* the journal: 0 nothing, 1 open, 2 closed */
    uint8_t receipt;      /* the journal: 0 none, 1 slip, 2 receipt */
    uint8_t said;         /* 1 << enum statement: on screen, paper, phone, at any time */
    uint8_t qr_seen;      /* the QR stood on the screen: any phone may have it */
    uint8_t codes;        /* payment codes in the server's memory: 1 << attempt */
    uint8_t code_count;   /* codes scanned */
    uint8_t tries_left;   /* codes and buttons that may still be used */
    uint8_t faults, cuts; /* that may still happen */
    uint8_t none[1];      /* no padding: worlds are compared byte by byte */
};
_Static_assert(sizeof(struct world) == (5 + LATE + SAVES + ATTEMPTS) * 4 + ATTEMPTS * 7 + 9 + 1,
               "a world has no padding");
#define ON_WAY_CHARGE  1
#define ON_WAY_REVERSE 2
#define ON_WAY_POSTING 4

/* What happened between two moments. */
struct label {
    uint8_t kind; /* enum move_kind, moves.h */
    uint8_t on;   /* which attempt, statement ... */
};

#endif
