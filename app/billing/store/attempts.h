/*
 * attempts.h - one attempt with what its order says about it, as it stands in the store.
 */
#ifndef BILLING_STORE_ATTEMPTS_H
#define BILLING_STORE_ATTEMPTS_H

#include <stdbool.h>

#include "billing/rules/attempt.h"
#include "billing/store/db.h"
#include "protocol/messages.h"

#define MERCHANT_MAX    33
#define TOKEN_MAX       33 /* 128 random bits in hex: the pay page's address */
#define CASHIER_URL_MAX 400
#define POSTING_NO_MAX  TRADE_NO_MAX /* the trade, P, and which posting of it: [0-9A-Z]{1,32} */

/* An attempt with what its order says; as it stands in the store. */
struct attempt_row {
    char out_trade_no[TRADE_NO_MAX];
    char order_no[ORDER_NO_MAX];
    enum channel channel;
    bool by_phone;
    int64_t amount_fen;
    enum attempt_state state;
    int64_t created_at_ms, deadline_ms;
    int tries;
    bool password;
    int64_t paid_fen, paid_at_ms;
    int64_t credited_at_ms; /* 0: it was not */
    bool utility;           /* the account's ledger is a utility's own */
    int postings;           /* how often it was posted there, each time under a new number */
    char cashier_url[CASHIER_URL_MAX];
    char payee[PAYEE_MAX_BYTES];
    char merchant[MERCHANT_MAX];
    char terminal_no[TERMINAL_NO_MAX];
    char account_no[ACCOUNT_NO_MAX];
    bool recharge;
    bool order_open; /* neither cancelled nor expired nor done */
    int64_t order_expires_at_ms;
    char token[TOKEN_MAX];
};

/* The number of the last posting, or of the first one to come. */
void attempt_posting_no(const struct attempt_row *row, char posting_no[POSTING_NO_MAX]);

/* Inside a transaction. STATUS_NOT_FOUND without such an attempt. */
enum status attempt_load(struct db *db, const char *out_trade_no, struct attempt_row *row) MUST_USE;

#endif
