/*
 * pool.h - the connections of a store: idle, or in one thread's hands. Of db.c alone.
 */
#ifndef BILLING_STORE_POOL_H
#define BILLING_STORE_POOL_H

#include <pthread.h>

#include "billing/store/engine.h"

#define SESSIONS_MAX 64

struct pool {
    const struct engine *engine;
    char *address;
    pthread_mutex_t mutex;
    pthread_cond_t returned;
    struct session *idle[SESSIONS_MAX];
    int idle_count;
    int open_count; /* idle ones and those in a thread's hands */
};

/* Opens the first connection, which brings the schema up to date: as engine->open(). */
enum status pool_open(struct pool *pool, const struct engine *engine, const char *address,
                      char *error, size_t error_size) MUST_USE;
/* Every connection has been given back. */
void pool_close(struct pool *pool);

/* STATUS_IO: all were busy for DB_BUSY_MS, or a new one could not be opened; it was logged. */
enum status pool_take(struct pool *pool, struct session **session) MUST_USE;
/* Also one that broke: it is closed. */
void pool_give_back(struct pool *pool, struct session *session);

#endif
