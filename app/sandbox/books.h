/*
 * books.h - the gateway's own books: trades, refunds, payment codes, notices (SQLite, WAL,
 * every commit on the disk before it is answered: kill -9 loses nothing that was said).
 *
 * One connection under the sandbox's lock; every function may block for a disk write.
 */
#ifndef SANDBOX_BOOKS_H
#define SANDBOX_BOOKS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/paycode.h"
#include "common/status.h"

#define TRADE_NO_MAX     33 /* [0-9A-Z]{1,32} */
#define TRADE_TEXT_MAX   192
#define TRADE_URL_MAX    256
#define REASON_MAX       32
#define CASHIER_ID_MAX   33
#define NOTICE_TRIES_MAX 15
#define PAYER_MAX        33

enum trade_state {
    TRADE_NOTPAY = 0, /* a page that nobody confirmed yet */
    TRADE_PAYING,     /* the password box is open, or the success is late */
    TRADE_PAID,
    TRADE_FAILED,
    TRADE_CLOSED,   /* never paid, and never will be */
    TRADE_REVOKED,  /* reversed: what was paid went back */
    TRADE_REFUNDED, /* refunded whole */
    TRADE_STATE_COUNT
};

struct trade {
    char out_trade_no[TRADE_NO_MAX];
    bool page; /* made by /gateway/page; else by a payment code, or by a reversal before it */
    enum trade_state state;
    enum channel channel;
    int64_t amount_fen;
    int64_t paid_fen, refunded_fen;
    int64_t paid_at_ms, expire_at_ms, created_at_ms;
    int64_t password_until_ms; /* the box is open until then; 0: no box */
    int64_t late_at_ms;        /* a success that comes then, whatever happens before; 0: none */
    char reason[REASON_MAX];
    char transaction_id[TRADE_NO_MAX];
    char code[PAYCODE_MAX];
    char cashier_id[CASHIER_ID_MAX];
    char payee[TRADE_TEXT_MAX], subject[TRADE_TEXT_MAX];
    char merchant[TRADE_NO_MAX], terminal[TRADE_NO_MAX];
    char notify_url[TRADE_URL_MAX], return_url[TRADE_URL_MAX];
};

struct refund {
    char out_refund_no[TRADE_NO_MAX];
    char out_trade_no[TRADE_NO_MAX];
    int64_t amount_fen;
    int64_t done_at_ms; /* processing until then */
    bool done;
};

struct wallet_code {
    char code[PAYCODE_MAX];
    int64_t balance_fen, expires_at_ms;
    bool used;
};

struct notice {
    int64_t id;
    char out_trade_no[TRADE_NO_MAX];
    char url[TRADE_URL_MAX];
    int tries;
    int64_t next_at_ms;
};

struct book_sums {
    int64_t charged_fen, refunded_fen, count, open;
    int64_t posted_fen, postings; /* accepted by the utility */
};

enum posting_state { POSTING_PENDING = 0, POSTING_ACCEPTED, POSTING_REFUSED };

/* In the utility's books. */
struct posting {
    char posting_no[TRADE_NO_MAX];
    char account_no[ACCOUNT_NO_MAX];
    char out_trade_no[TRADE_NO_MAX];
    int64_t amount_fen;
    enum posting_state state, next; /* next: what it becomes at decide_at_ms */
    int64_t decide_at_ms;           /* pending until then */
    char reason[REASON_MAX];
};

struct books;

const char *trade_state_name(enum trade_state state);

/* STATUS_IO, STATUS_CORRUPT. */
enum status books_open(const char *path, struct books **out) MUST_USE;
void books_close(struct books *books); /* NULL is fine */

/* A disk that refuses stops the program: a gateway that forgets is worse than none. */
void books_begin(struct books *books);
void books_commit(struct books *books);

enum trade_key { TRADE_BY_NO, TRADE_BY_CASHIER };
/* STATUS_NOT_FOUND. */
enum status books_trade(struct books *books, enum trade_key key, const char *value,
                        struct trade *trade) MUST_USE;
/* The newest page (pages_only) or trade. STATUS_NOT_FOUND. */
enum status books_last_trade(struct books *books, bool pages_only, struct trade *trade) MUST_USE;
/* One whose late success is due. STATUS_NOT_FOUND. */
enum status books_late_trade(struct books *books, int64_t now_ms, struct trade *trade) MUST_USE;
void books_save_trade(struct books *books, const struct trade *trade);

enum status books_refund(struct books *books, const char *out_refund_no,
                         struct refund *refund) MUST_USE;
enum status books_due_refund(struct books *books, int64_t now_ms, struct refund *refund) MUST_USE;
void books_save_refund(struct books *books, const struct refund *refund);
/* All refunds of the trade, also those in progress. */
int64_t books_refund_sum(struct books *books, const char *out_trade_no);

enum status books_code(struct books *books, const char *code, struct wallet_code *out) MUST_USE;
void books_save_code(struct books *books, const struct wallet_code *code);

/* Who paid the trade; "" when nobody did. Written once. */
void books_payer(struct books *books, const char *out_trade_no, char payer[PAYER_MAX]);
void books_save_payer(struct books *books, const char *out_trade_no, const char *payer);

/* STATUS_NOT_FOUND. */
enum status books_posting(struct books *books, const char *posting_no,
                          struct posting *posting) MUST_USE;
void books_save_posting(struct books *books, const struct posting *posting);

void books_add_notice(struct books *books, const struct notice *notice);
enum status books_due_notice(struct books *books, int64_t now_ms, struct notice *notice) MUST_USE;
/* done: takes it off the list; else counts the try and says when the next one is. */
void books_notice_tried(struct books *books, const struct notice *notice, bool done,
                        int64_t next_at_ms);

/* When the next late success, refund or notice is due; INT64_MAX for never. */
int64_t books_next_due(struct books *books);
struct book_sums books_sums(struct books *books);
/* The newest trades as a JSON text that the caller frees. */
char *books_list(struct books *books, int limit);

#endif
