/*
 * provider.h - the port to a payment provider: one file a provider implements it.
 *
 * A handle belongs to one worker thread; calls block, at most for the configured time. A call
 * answers what is KNOWN afterwards; a lost or senseless reply is PROVIDER_UNKNOWN, and only
 * PROVIDER_NOT_SENT may be read as "nothing happened there".
 */
#ifndef BILLING_GATEWAY_PROVIDER_H
#define BILLING_GATEWAY_PROVIDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/messages.h"

#define PROVIDER_URL_MAX 400 /* of a cashier page */
#define SUBJECT_MAX      128
#define GATEWAY_URL_MAX  192
#define SECRET_MAX       129
#define PAYER_MAX        129
#define MERCHANT_NO_MAX  33

enum provider_result {
    PROVIDER_PAID = 0,
    PROVIDER_PAYING,   /* the trade waits for the customer; password says for what */
    PROVIDER_FAILED,   /* refused for good; failure says why */
    PROVIDER_CLOSED,   /* closed or revoked: nothing can be taken under this number */
    PROVIDER_REFUNDED, /* was paid, and all of it was returned */
    PROVIDER_NOT_FOUND,
    PROVIDER_UNKNOWN,
    PROVIDER_NOT_SENT /* proved: no connection, not one byte was written */
};

struct provider_trade {
    const char *out_trade_no;
    const char *auth_code; /* pay_code only */
    enum channel channel;  /* open_page only */
    int64_t amount_fen;
    const char *subject, *payee, *merchant, *terminal_no;
    int64_t expire_at_ms;
    const char *notify_url, *return_url; /* open_page only */
};

struct provider_answer {
    enum provider_result result;
    enum failure failure;
    bool password;
    char transaction_id[TRANSACTION_MAX];
    int64_t paid_fen, refunded_fen;
    int64_t paid_at_ms;                 /* 0: not said */
    char cashier_url[PROVIDER_URL_MAX]; /* open_page that came about */
    char merchant[MERCHANT_NO_MAX];     /* to whom it was paid; "": not said */
    char payer[PAYER_MAX];              /* its own name for who paid; "": not said */
};

struct provider_settings {
    char url[GATEWAY_URL_MAX];
    char secret[SECRET_MAX];
    int timeout_ms;
};

struct provider_handle;

struct provider {
    const char *name;
    enum status (*open)(const struct provider_settings *settings, struct provider_handle **handle);
    void (*close)(struct provider_handle *handle);
    struct provider_answer (*pay_code)(struct provider_handle *handle,
                                       const struct provider_trade *trade);
    struct provider_answer (*open_page)(struct provider_handle *handle,
                                        const struct provider_trade *trade);
    struct provider_answer (*query)(struct provider_handle *handle, const char *out_trade_no);
    /* Closes an unpaid trade, returns a paid one. Its answer is no proof: query. */
    void (*reverse)(struct provider_handle *handle, const char *out_trade_no);
    /* Idempotent on out_refund_no. Its answer is no proof: query. */
    void (*refund)(struct provider_handle *handle, const char *out_trade_no,
                   const char *out_refund_no, int64_t amount_fen);
    /* REFUNDED, FAILED, NOT_FOUND or UNKNOWN. */
    struct provider_answer (*query_refund)(struct provider_handle *handle,
                                           const char *out_refund_no);
    /* Whether a notice's body carries the provider's signature. Any thread. */
    bool (*notice_ok)(const struct provider_settings *settings, const char *signature,
                      const void *body, size_t length);
};

extern const struct provider provider_sandbox;

#endif
