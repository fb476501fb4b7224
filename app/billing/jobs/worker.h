/*
 * worker.h - the threads that owe something to attempts which are not final.
 *
 * They are driven by the store (next_at), so a restart loses nothing: the boot scan makes every
 * open attempt due and QUERIES it, it never charges again. Payment codes are held here, in
 * memory only, from the request until they are sent once.
 */
#ifndef BILLING_JOBS_WORKER_H
#define BILLING_JOBS_WORKER_H

#include "billing/settings.h"
#include "billing/store/db.h"

struct worker;

struct worker_options {
    struct db *db;
    const struct provider *provider;
    const struct utility *utility;
    const struct settings *settings; /* lives longer than the worker */
    const char *base_url;            /* "http://127.0.0.1:8444": where the customer returns to */
    const char *notify_url;          /* base of the address of notices */
};

enum status worker_start(const struct worker_options *options, struct worker **worker) MUST_USE;

/* Lets running calls end, forgets all codes. NULL is fine. */
void worker_stop(struct worker *worker);

/*
 * Keeps a payment code for the attempt; call before its INTENT is committed.
 * STATUS_LIMIT when too many wait. worker_drop_code() when the commit fails.
 */
enum status worker_put_code(struct worker *worker, const char *out_trade_no,
                            const char *code) MUST_USE;
void worker_drop_code(struct worker *worker, const char *out_trade_no);

/* Who holds this server's leases. Another name after every start. */
const char *worker_name(const struct worker *worker);

/* Something is due now. Any thread. */
void worker_wake(struct worker *worker);

#endif
