/*
 * event.h - what comes into the flow and what it wants done. Data only.
 *
 * Workers at the edges turn the world into events; the loop executes effects. An effect that
 * asks for an answer carries a seq, and the answer carries it back: a stale one is dropped.
 */
#ifndef KIOSK_FLOW_EVENT_H
#define KIOSK_FLOW_EVENT_H

#include "kiosk/flow/receipt.h"
#include "kiosk/flow/view.h"

/* Payments of this kiosk that may be open at once; more, and no new one is begun. */
#define OPEN_INTENTS_MAX 16

/* A sale that was begun: durable before anything is asked of the server. */
struct intent_record {
    char request_id[REQUEST_ID_MAX];
    struct receipt draft; /* what its receipt will say, as far as it is known */
};

enum call {
    CALL_HEALTH = 0,
    CALL_ACCOUNT,       /* look-up */
    CALL_ORDER,         /* POST /v1/orders */
    CALL_ORDER_STATE,   /* GET /v1/orders/{order_no} */
    CALL_ATTEMPT,       /* POST .../attempts */
    CALL_CANCEL,        /* POST .../cancel */
    CALL_VERSION,       /* GET /v1/version */
    CALL_CLOSE_REQUEST, /* POST /v1/requests/{request_id}/close */
    CALL_COUNT
};

struct call_request {
    enum call call;
    uint32_t seq;
    union {
        char account_no[ACCOUNT_NO_MAX];
        struct order_request order;
        struct attempt_request attempt;
        char order_no[ORDER_NO_MAX];     /* CALL_ORDER_STATE, CALL_CANCEL */
        char request_id[REQUEST_ID_MAX]; /* CALL_CLOSE_REQUEST */
    };
};

struct call_reply {
    enum call call;
    uint32_t seq;
    /*
     * OK: the answer below holds. INVALID: the server refused, see problem. UNAVAILABLE: it
     * was not reached. TIMEOUT and anything else: the outcome is unknown.
     */
    enum status status;
    struct problem problem;
    bool known; /* CALL_CLOSE_REQUEST: the server knew an order of that request */
    union {
        struct account account;
        struct order order;
        int64_t server_time_ms; /* CALL_HEALTH */
        struct version_reply version;
    };
};

enum event_kind {
    EVENT_TICK = 0, /* a deadline passed */
    EVENT_TOUCH,    /* intent, argument; INTENT_NONE: a touch beside everything */
    EVENT_SCAN,
    EVENT_SCANNER, /* attached or not */
    EVENT_PRINTER, /* state */
    EVENT_FOUND,   /* at boot: one sale that was open when the power went */
    EVENT_BOOTED,  /* the journal was read, every EVENT_FOUND came before; status */
    EVENT_SAVED,   /* answer to EFFECT_SAVE_INTENT / SAVE_CODE / SAVE_RECEIPT / CLOSE_INTENT */
    EVENT_JOB,     /* answer to EFFECT_BEGIN_JOB */
    EVENT_PRINTED, /* answer to EFFECT_PRINT */
    EVENT_REPLY    /* answer to EFFECT_CALL */
};

enum print_end { PRINT_END_PROVED = 0, PRINT_END_NOT_BEGUN, PRINT_END_UNKNOWN };

struct event {
    enum event_kind kind;
    int64_t now_ms;                /* monotonic: all deadlines */
    int64_t wall_ms;               /* the kiosk's wall clock: for display only, never for money */
    char fresh_id[REQUEST_ID_MAX]; /* 128 new random bits in hex, used at most once */
    union {
        struct {
            enum intent intent;
            int argument;
        } touch;
        struct {
            char bytes[SCAN_TEXT_MAX];
            size_t length;
        } scan;
        bool scanner_attached;
        enum printer_health printer;
        struct intent_record found;
        enum status booted; /* not OK: the journal cannot be read; no payment is begun */
        struct {
            uint32_t seq;
            enum status status;
            char receipt_no[RECEIPT_NO_MAX]; /* after EFFECT_SAVE_RECEIPT */
        } saved;
        struct {
            uint32_t seq;
            enum status status; /* NOT_FOUND: no such receipt; LIMIT: reprinted often enough */
            int64_t job_id;
            struct receipt receipt; /* with its reprint_number */
        } job;
        struct {
            uint32_t seq;
            int64_t job_id;
            enum print_end end;
            enum printer_health printer;
        } printed;
        struct call_reply reply;
    };
};

enum effect_kind {
    EFFECT_CALL = 0,
    EFFECT_SAVE_INTENT,  /* durable before CALL_ORDER */
    EFFECT_SAVE_CODE,    /* durable before CALL_ATTEMPT: the attempt's id, never the code */
    EFFECT_SAVE_RECEIPT, /* writes or replaces the receipt of a sale; gives it its number once */
    EFFECT_CLOSE_INTENT, /* the sale is final: recovery need not look at it again */
    EFFECT_BEGIN_JOB,    /* print job durable before its first byte */
    EFFECT_PRINT,
    EFFECT_END_JOB, /* no answer wanted */
    EFFECT_SCANNER, /* arm or disarm */
    EFFECT_WIPE     /* the visit is over: forget caches that hold personal data */
};

struct effect {
    enum effect_kind kind;
    uint32_t seq;
    union {
        struct call_request call;
        struct intent_record intent; /* SAVE_INTENT */
        struct {
            char request_id[REQUEST_ID_MAX];
            char attempt_id[REQUEST_ID_MAX];
        } code;
        struct {
            char request_id[REQUEST_ID_MAX];
            struct receipt receipt; /* receipt_no "" */
            bool close_intent;      /* in the same transaction */
            int64_t wall_ms;        /* its date stands in the number */
        } save;
        struct {
            char request_id[REQUEST_ID_MAX];
            enum statement statement;
        } close;
        char receipt_no[RECEIPT_NO_MAX]; /* BEGIN_JOB */
        struct {
            int64_t job_id;
            struct receipt receipt;
        } print;
        struct {
            int64_t job_id;
            enum print_end end;
        } end;
        bool scanner_armed;
    };
};

/* One step never wants more than this. */
#define EFFECTS_MAX 12

struct effects {
    struct effect list[EFFECTS_MAX];
    int count;
};

/* Appends an empty effect of that kind; more than EFFECTS_MAX is a broken invariant. */
struct effect *effects_add(struct effects *effects, enum effect_kind kind);

#endif
