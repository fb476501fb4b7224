/*
 * sandbox.h - what the parts of the sandbox share: the books, the planned faults, the settings.
 */
#ifndef SANDBOX_SANDBOX_H
#define SANDBOX_SANDBOX_H

#include <jansson.h>
#include <pthread.h>

#include "http/server.h"
#include "sandbox/books.h"
#include "system/control.h"
#include "system/files.h"

#define SECRET_MAX    128
#define SIGNATURE_MAX 65 /* SHA-256 in hex */
#define BASE_URL_MAX  128

struct settings {
    char bind_address[48];
    int port;
    char public_url[BASE_URL_MAX]; /* "": http://127.0.0.1:PORT */
    char cashier_bind_address[48]; /* "": the cashier page is with the rest */
    int cashier_port;
    char secret[SECRET_MAX];
    char utility_secret[SECRET_MAX];
    int code_lifetime_s;                 /* a payment code is good so long */
    int password_timeout_s;              /* the wallet's password box closes by itself */
    int refund_ms;                       /* from "accepted" to "refunded" */
    int notice_backoff_ms;               /* before the second notice; doubled every time */
    char phone_ca[PATH_TEXT_MAX];        /* authority of an https pay page; "": the system's */
    char bench_kiosk_dir[PATH_TEXT_MAX]; /* state of the kiosk that the bench plays; "": none */
    char bench_page_dir[PATH_TEXT_MAX];  /* its web page; "": none */
    char bench_hall[PATH_TEXT_MAX];      /* a script for what only the starter can; "": none */
    int bench_server_port;               /* kiosk API of the server; 0: not known */
    int bench_cable_port;                /* the relay to it; 0: none */
};

/* Which calls a planned fault hits. */
enum call_kind {
    CALL_PAY = 0,
    CALL_PAGE,
    CALL_QUERY,
    CALL_REVERSE,
    CALL_REFUND,
    CALL_REFUND_QUERY,
    CALL_KIND_COUNT,
    CALL_ANY = CALL_KIND_COUNT
};

struct fault {
    long left; /* calls that it still hits */
    int kind;  /* enum call_kind */
};

/* What the utility does next; in memory only, too. */
struct utility_faults {
    long refuse, lose_request, lose_reply, wrong_amount; /* calls that it still hits */
    long delay_ms;                                       /* new postings are pending so long */
    char reason[REASON_MAX];
    bool down;
};

/* In memory only: a restart forgets what was planned, never what was booked. */
struct faults {
    struct fault lose_reply, lose_request, bad_signature, delay;
    long delay_ms;
    long refuse_reverse, refuse, duplicate_notice;
    bool reverse_again; /* answer "again" in place of "refused" */
    char reason[REASON_MAX];
    long late_ms; /* of the next payment; 0: none */
    bool wrong_amount, password_wanted, no_notice, down;
};

struct sandbox {
    struct settings settings;
    char base_url[BASE_URL_MAX];
    struct books *books;
    struct faults faults;
    struct utility_faults utility;
    char payer[PAYER_MAX]; /* whose wallet it is that pays */
    pthread_mutex_t lock;  /* books and faults */
    pthread_cond_t due;    /* the ticker looks again */
    bool stopping;
    pthread_t ticker;
    struct http_server *server;
    struct http_server *cashier_server; /* NULL: server has the cashier's page too */
    struct control *control;
    struct bench *bench;
};

/* -- trades.c: the rules; all under the lock and inside a transaction ---------------------- */

/* Lets time pass for one trade: a late success comes, the password box closes, a page expires. */
void trade_settle(struct sandbox *sandbox, struct trade *trade, int64_t now_ms);
/* By payment code. Returns the "result" word. */
const char *trade_pay_code(struct sandbox *sandbox, struct trade *trade, const char *auth_code,
                           int64_t now_ms);
/* What a customer does: on the page, or in the password box. STATUS_CONFLICT: not open. */
enum status trade_confirm(struct sandbox *sandbox, struct trade *trade, int64_t now_ms) MUST_USE;
enum status trade_decline(struct sandbox *sandbox, struct trade *trade, const char *reason,
                          int64_t now_ms) MUST_USE;
/* "ok", "refused" or "again". */
const char *trade_reverse(struct sandbox *sandbox, const char *out_trade_no, int64_t now_ms);
/* "accepted" or "failed". */
const char *trade_refund(struct sandbox *sandbox, const struct refund *refund, int64_t now_ms);
/* Everything whose time has come. */
void trades_tick(struct sandbox *sandbox, int64_t now_ms);

/* -- the edges ---------------------------------------------------------------------------- */

/* hex(HMAC-SHA256(secret, bytes)) */
void sandbox_sign(const char *secret, const void *bytes, size_t length,
                  char signature[SIGNATURE_MAX]);
bool sandbox_signature_ok(const char *secret, const char *signature, const void *bytes,
                          size_t length);

/* POSTs sign their body, GETs their path; a query would escape the signature, so none is taken. */
bool sandbox_signed_well(const char *secret, const struct http_call *call);
/* Signs what is in the answer; badly: so that it cannot be believed. */
void sandbox_sign_answer(const char *secret, bool badly, struct http_answer *answer);

/* gateway.c and cashier.c: handlers for the route table. context: the sandbox. */
void gateway_handle(void *context, const struct http_call *call, struct http_answer *answer);
void cashier_get(void *context, const struct http_call *call, struct http_answer *answer);
void cashier_confirm(void *context, const struct http_call *call, struct http_answer *answer);
void cashier_decline(void *context, const struct http_call *call, struct http_answer *answer);

/* utility.c: a utility's own ledger, and its command: "utility refuse closed", say. */
void utility_post(void *context, const struct http_call *call, struct http_answer *answer);
void utility_get(void *context, const struct http_call *call, struct http_answer *answer);
void utility_command(struct sandbox *sandbox, const char *verb, char **words,
                     struct control_reply *reply);

/* wallet.c: the control socket. context: the sandbox. */
void wallet_handle(void *context, const char *verb, const char *arguments,
                   struct control_reply *reply);

/*
 * phone.c: opens a pay page as a wallet's browser does and presses its button. cashier_id
 * gets what the page led to. On failure reason is one line.
 */
enum status phone_open(const struct sandbox *sandbox, const char *url, enum channel channel,
                       char cashier_id[CASHIER_ID_MAX], char reason[128]) MUST_USE;

/* notices.c: the thread that lets time pass and sends notices. */
enum status ticker_start(struct sandbox *sandbox) MUST_USE;
void ticker_stop(struct sandbox *sandbox);

#endif
