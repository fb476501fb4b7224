/*
 * messages.h - the API's messages between kiosk and billing server, as plain structs.
 *
 * Both ends use these; codec.h turns them into JSON and back; app/billing/api/openapi.yaml is
 * the written contract. Structs are fixed-size, so that a reply fits into one event.
 * Amounts are fen, instants are milliseconds since 1970 (RFC 3339 UTC on the wire), texts
 * are UTF-8. Names and addresses arrive masked: the kiosk never learns them in full.
 */
#ifndef PROTOCOL_MESSAGES_H
#define PROTOCOL_MESSAGES_H

#include <stdbool.h>
#include <stdint.h>

#include "common/instant.h"
#include "common/paycode.h"
#include "common/statement.h"

#define REQUEST_ID_MAX     33 /* 128 random bits in lower-case hex */
#define ORDER_NO_MAX       25 /* business date, bucket, sequence: [0-9]{1,24} */
#define TRADE_NO_MAX       33 /* out_trade_no: order number and attempt, [0-9A-Z]{1,32} */
#define TRANSACTION_MAX    65 /* the provider's own number */
#define NAME_MAX_BYTES     128
#define ADDRESS_MAX_BYTES  256
#define PAYEE_MAX_BYTES    128
#define PAY_URL_MAX        192
#define PROBLEM_CODE_MAX   48
#define PROBLEM_DETAIL_MAX 160
#define ENROL_CODE_MAX     25
#define TERMINAL_NO_MAX    12 /* [0-9A-Z]{1,11} */
#define SITE_NAME_MAX      96
#define VERSION_MAX        24 /* "0.1.0" */
#define PEM_MAX            4096
#define BILL_ID_MAX        33
#define BILLS_MAX          12 /* open bills offered in one visit, oldest first */
#define PRESETS_MAX        4

enum account_state {
    ACCOUNT_ACTIVE = 0,
    ACCOUNT_CLOSED,        /* closed: takes no money */
    ACCOUNT_NOT_YET_USABLE /* a new meter: usable from account.usable_from */
};

/* One open bill. The late fee is as of the server's business date, and is quoted so. */
struct bill {
    char bill_id[BILL_ID_MAX];
    char period[8]; /* "2026-10" */
    int32_t due_date;
    int64_t amount_fen; /* the charge without late fee */
    int64_t late_fee_fen;
};

/* Answer to a look-up: only what may be shown without proof of identity. */
struct account {
    char account_no[ACCOUNT_NO_MAX];
    enum account_state state;
    int32_t usable_from; /* only with ACCOUNT_NOT_YET_USABLE */
    char name_masked[NAME_MAX_BYTES];
    char address_masked[ADDRESS_MAX_BYTES];
    char payee[PAYEE_MAX_BYTES]; /* the name that the phone will show */
    char category[24];           /* "residential", "commercial", "campus", "industrial" */
    bool prepaid;
    /* prepaid */
    bool balance_shown;  /* switchable per organisation; false: the next three say nothing */
    int64_t balance_fen; /* estimated */
    int64_t restore_fen; /* 0: supply is on; else what brings it back */
    bool supply_cut;
    int64_t min_fen, max_fen; /* limits of one recharge */
    int64_t presets_fen[PRESETS_MAX];
    int preset_count;
    /* 0: nobody paid lately; else a prepaid payment of this much was made recent_seconds ago */
    int64_t recent_fen;
    int recent_seconds;
    int64_t daily_cost_fen; /* from recent use; 0: unknown */
    /* postpaid */
    bool pay_all_bills; /* several bills in one payment; false: one by one, oldest first */
    struct bill bills[BILLS_MAX];
    int bill_count;
    bool more_bills; /* the account has more open bills than BILLS_MAX */
};

enum order_kind { ORDER_RECHARGE = 0, ORDER_BILLS };

struct order_request {
    char request_id[REQUEST_ID_MAX];
    char account_no[ACCOUNT_NO_MAX];
    enum order_kind kind;
    int64_t amount_fen; /* a recharge: the amount; bills: the sum that was shown, late fees in */
    char bill_ids[BILLS_MAX][BILL_ID_MAX];
    int bill_count;
};

/* A scanned payment code for an open order. The code is never stored or logged in clear. */
struct attempt_request {
    char request_id[REQUEST_ID_MAX];
    char order_no[ORDER_NO_MAX];
    char code[PAYCODE_MAX];
};

enum order_state {
    ORDER_OPEN = 0, /* waiting for a code or a phone */
    ORDER_PAYING,   /* an attempt is not final; nothing else may be started */
    ORDER_CLOSING,  /* cancelled or expired; an attempt is being closed or reversed */
    ORDER_PAID,     /* money is here; see statement for credited or not */
    ORDER_CLOSED,   /* nothing will be taken any more, or what came is being returned */
    ORDER_STATE_COUNT
};

/* Why the last attempt of an order did not succeed. */
enum failure {
    FAILURE_NONE = 0,
    FAILURE_CODE_EXPIRED, /* also: used twice, not a code of that wallet */
    FAILURE_NO_FUNDS,
    FAILURE_DECLINED, /* the wallet said no, for a reason of its own */
    FAILURE_PASSWORD, /* the customer declined or did not type it in time */
    FAILURE_PROVIDER, /* the provider is out of order; nothing was taken */
    FAILURE_COUNT
};

/* The CURRENT state of an order: the answer to every call about it, repeats included. */
struct order {
    char order_no[ORDER_NO_MAX];
    char request_id[REQUEST_ID_MAX];
    char account_no[ACCOUNT_NO_MAX];
    enum order_kind kind;
    int64_t amount_fen;
    enum order_state state;
    enum statement statement;
    enum failure failure; /* of the last attempt that is final */
    char payee[PAYEE_MAX_BYTES];
    char pay_url[PAY_URL_MAX]; /* what the QR on the screen holds */
    int64_t expires_at_ms;
    int attempt_count;
    char attempt_request_id[REQUEST_ID_MAX]; /* of the newest attempt; "" when a phone made it */
    enum channel channel;                    /* of the newest attempt */
    bool by_phone;                           /* the newest attempt came through the QR */
    bool password_wanted;                    /* the customer is typing the wallet's password */
    char out_trade_no[TRADE_NO_MAX];
    char transaction_id[TRANSACTION_MAX];
    int64_t paid_at_ms; /* 0: not paid */
    bool balance_known; /* after the credit, for a prepaid account */
    int64_t balance_fen;
    bool supply_restoring; /* the credit was enough to switch the supply on again */
};

/* RFC 9457 problem details with a stable code of our own ("account_unknown"). */
struct problem {
    int http_status;
    char code[PROBLEM_CODE_MAX];
    char detail[PROBLEM_DETAIL_MAX]; /* for a log and a developer, never for a customer */
};

/* POST /v1/requests/{request_id}/close: not known means that a late POST will be refused. */
struct close_reply {
    bool known;
    struct order order; /* only when known */
};

/* POST /v1/enrolments: a one-use code and a certificate request (PKCS #10, EC P-256). */
struct enrolment_request {
    char code[ENROL_CODE_MAX];
    char csr_pem[PEM_MAX];
};

struct enrolment_reply {
    char terminal_no[TERMINAL_NO_MAX];
    char site[SITE_NAME_MAX];
    char certificate_pem[PEM_MAX];
    char ca_pem[PEM_MAX];
};

/* GET /v1/health, which is the heartbeat too: the kiosk learns its offset from time_ms. */
struct health_reply {
    int64_t time_ms;
    int32_t business_date;
};

/* GET /v1/version, open to everybody: what runs, and the oldest kiosk that may take money. */
struct version_reply {
    char version[VERSION_MAX];
    char oldest_kiosk[VERSION_MAX];
};

#endif
