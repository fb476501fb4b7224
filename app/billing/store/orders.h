/*
 * orders.h - an order as the API answers it: its row, and what its attempts say together.
 * Inside a transaction.
 */
#ifndef BILLING_STORE_ORDERS_H
#define BILLING_STORE_ORDERS_H

#include "billing/store/attempts.h"

struct order_facts {
    struct order order; /* pay_url already complete */
    char terminal_no[TERMINAL_NO_MAX];
    char merchant[MERCHANT_MAX];
    char token[TOKEN_MAX];
    char cashier_url[CASHIER_URL_MAX]; /* of the newest attempt, when a phone made it */
};

/* base_url: what the QR begins with. STATUS_NOT_FOUND without such an order. */
enum status orders_load(struct db *db, const char *order_no, const char *base_url, int64_t now_ms,
                        struct order_facts *facts) MUST_USE;

/* What an order of bills was made for, in its order; a recharge has none. */
struct order_bills {
    char bill_ids[BILLS_MAX][BILL_ID_MAX];
    int count;
    int64_t charges_fen, late_fees_fen;
};
enum status orders_bills(struct db *db, const char *order_no, struct order_bills *bills) MUST_USE;

struct new_attempt {
    const char *out_trade_no, *order_no;
    int number;
    const char *request_id; /* NULL: made by a phone */
    enum channel channel;
    bool by_phone;
    int64_t amount_fen;
    const char *code_hash; /* "": made by a phone */
    int64_t deadline_ms;
    const char *lease_owner; /* the server that keeps its payment code; NULL: any may send it */
    int64_t lease_until_ms;
};

/* STATUS_CONFLICT: the order has an open attempt, or the request id is taken. */
enum status orders_add_attempt(struct db *db, const struct new_attempt *attempt,
                               int64_t now_ms) MUST_USE;

#endif
