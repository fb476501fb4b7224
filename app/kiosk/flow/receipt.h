/*
 * receipt.h - what stands on one receipt or slip. Plain data, kept whole in the journal, so
 * that a reprint needs no network and says the same as the first print.
 *
 * Only what may be on paper is in here: masked name and address, no payment code, no token
 * but the address of the order's own status page.
 */
#ifndef KIOSK_FLOW_RECEIPT_H
#define KIOSK_FLOW_RECEIPT_H

#include "kiosk/flow/view.h"

enum receipt_kind {
    RECEIPT_RECHARGE = 0, /* 电费充值凭证 */
    RECEIPT_BILLS,        /* 电费缴费凭证 */
    RECEIPT_SLIP          /* 待确认凭条: the outcome is not known; never says "success" */
};

struct receipt_line {
    char period[8]; /* "2026-10" */
    int64_t amount_fen, late_fee_fen;
};

struct receipt {
    char receipt_no[RECEIPT_NO_MAX];
    enum receipt_kind kind;
    enum language language; /* EN: labels in both languages; the Chinese always stands there */
    char account_no[ACCOUNT_NO_MAX];
    char name_masked[NAME_MAX_BYTES];
    char address_masked[ADDRESS_MAX_BYTES];
    char payee[PAYEE_MAX_BYTES];
    char order_no[ORDER_NO_MAX];
    char out_trade_no[TRADE_NO_MAX];
    char transaction_id[TRANSACTION_MAX];
    enum channel channel;
    bool by_phone; /* the customer scanned our QR; else we scanned the customer's code */
    int64_t amount_fen;
    struct receipt_line lines[BILLS_MAX]; /* RECEIPT_BILLS */
    int line_count;
    bool balance_known;
    int64_t balance_fen;
    int64_t paid_at_ms; /* 0 on a slip; also the time of the balance */
    int64_t printed_at_ms;
    char terminal_no[12];
    char site[SITE_MAX_BYTES];
    char hotline[HOTLINE_MAX];
    enum statement statement;
    char status_url[PAY_URL_MAX]; /* the QR: this order's status, in ASCII; "" for none */
    int reprint_number;           /* 0: the first print; n: 补打 n */
};

/* Takes over what the server says of the order: numbers, channel, time, balance, status address. */
void receipt_complete(struct receipt *receipt, const struct order *order);

#endif
