/*
 * duties.h - what one look at one attempt does: send, query, reverse, post, refund or watch.
 * Used by worker.c alone, on its threads; calls the provider or the utility, and then apply().
 */
#ifndef BILLING_JOBS_DUTIES_H
#define BILLING_JOBS_DUTIES_H

#include "billing/gateway/utility.h"
#include "billing/jobs/apply.h"
#include "billing/settings.h"

struct duties {
    struct db *db;
    const struct provider *provider;
    struct provider_handle *handle;
    const struct utility *utility;
    struct utility_handle *utility_handle; /* NULL: none is configured */
    const struct settings *settings;
    const char *base_url, *notify_url;
};

/* code: "" when there is none: an INTENT without its code was never sent and never will be. */
void duties_do(struct duties *duties, const char *out_trade_no, const char *code);

#endif
