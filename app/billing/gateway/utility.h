/*
 * utility.h - the port to a utility that keeps its accounts itself: what was paid here for one of
 * them is posted there. One file a utility's protocol implements it.
 *
 * A posting has a number of ours, durable before the first call. The utility answers the same
 * number the same way for ever, so a call may be repeated; a lost or senseless reply is
 * UTILITY_UNKNOWN. Only its own word, UTILITY_REFUSED, lets the money go back. A handle belongs to
 * one worker thread; calls block, at most for the configured time.
 */
#ifndef BILLING_GATEWAY_UTILITY_H
#define BILLING_GATEWAY_UTILITY_H

#include "billing/gateway/provider.h"

#define UTILITY_REASON_MAX 33

enum utility_result {
    UTILITY_ACCEPTED = 0, /* it stands in its ledger, whole */
    UTILITY_REFUSED,      /* it does not, and never will */
    UTILITY_PENDING,      /* it has the posting and has not decided */
    UTILITY_OTHER_AMOUNT, /* it says that it booked another amount: a person must look */
    UTILITY_NOT_FOUND,    /* it does not know the number (yet) */
    UTILITY_UNKNOWN
};

struct utility_posting {
    const char *posting_no, *account_no, *out_trade_no, *order_no;
    bool recharge; /* else bills: see bill_ids */
    int64_t amount_fen;
    int64_t paid_at_ms;
    const char (*bill_ids)[BILL_ID_MAX]; /* bill_count of them */
    int bill_count;
};

struct utility_answer {
    enum utility_result result;
    char reason[UTILITY_REASON_MAX]; /* why it refused: [a-z_], for a log and a case */
};

struct utility_handle;

struct utility {
    const char *name;
    enum status (*open)(const struct provider_settings *settings, struct utility_handle **handle);
    void (*close)(struct utility_handle *handle);
    struct utility_answer (*post)(struct utility_handle *handle,
                                  const struct utility_posting *posting);
    struct utility_answer (*query)(struct utility_handle *handle,
                                   const struct utility_posting *posting);
};

extern const struct utility utility_sandbox;

#endif
