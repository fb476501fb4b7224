/*
 * server.h - what every handler and job of the running server shares. main() fills it before the
 * threads start and owns all of it; db, worker, pki and lookups lock by themselves.
 */
#ifndef BILLING_SERVER_H
#define BILLING_SERVER_H

#include <stdatomic.h>

#include "billing/jobs/worker.h"
#include "billing/pki.h"
#include "billing/settings.h"
#include "billing/store/numbers.h"

struct lookups; /* api/accounts.c: who looked up how often */

struct server {
    struct settings settings;
    atomic_bool ready; /* the pages' port is open a moment before everything else is */
    struct db *db;
    struct numbers *numbers;
    const struct provider *provider;
    struct worker *worker;
    struct pki *pki;
    struct lookups *lookups;
    char base_url[BASE_URL_MAX];
    char notify_url[BASE_URL_MAX];
};

#endif
