#include "billing/store/pool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "system/clock.h"
#include "system/condition.h"
#include "system/log.h"

enum status pool_open(struct pool *pool, const struct engine *engine, const char *address,
                      char *error, size_t error_size)
{
    *pool = (struct pool){.engine = engine, .address = strdup(address)};
    CHECK(engine->sessions_max <= SESSIONS_MAX);
    if (pool->address == NULL) {
        snprintf(error, error_size, "out of memory");
        return STATUS_IO;
    }
    enum status status = engine->open(address, true, &pool->idle[0], error, error_size);
    if (status != STATUS_OK) {
        free(pool->address);
        return status;
    }
    pthread_mutex_init(&pool->mutex, NULL);
    condition_init(&pool->returned);
    pool->idle_count = 1;
    pool->open_count = 1;
    return STATUS_OK;
}

void pool_close(struct pool *pool)
{
    CHECK(pool->idle_count == pool->open_count);
    for (int i = 0; i < pool->idle_count; i++) {
        pool->engine->close(pool->idle[i]);
    }
    pthread_cond_destroy(&pool->returned);
    pthread_mutex_destroy(&pool->mutex);
    free(pool->address);
}

static void forget(struct pool *pool)
{
    pthread_mutex_lock(&pool->mutex);
    pool->open_count--;
    pthread_cond_signal(&pool->returned);
    pthread_mutex_unlock(&pool->mutex);
}

/* An idle session, or a place for a new one. False: everybody was busy for too long. */
static bool take(struct pool *pool, struct session **session)
{
    int64_t until_ms = clock_monotonic_ms() + DB_BUSY_MS;
    bool took = true;
    *session = NULL;
    pthread_mutex_lock(&pool->mutex);
    while (took && pool->idle_count == 0 && pool->open_count >= pool->engine->sessions_max) {
        took = condition_wait_until(&pool->returned, &pool->mutex, until_ms);
    }
    if (pool->idle_count > 0) {
        *session = pool->idle[--pool->idle_count];
        took = true;
    } else if (took) {
        pool->open_count++;
    }
    pthread_mutex_unlock(&pool->mutex);
    return took;
}

enum status pool_take(struct pool *pool, struct session **session)
{
    char error[256] = "";
    if (!take(pool, session)) {
        log_error("store.busy", "engine=%s", pool->engine->name);
        return STATUS_IO;
    }
    if (*session != NULL && pool->engine->broken(*session)) {
        pool->engine->close(*session);
        *session = NULL;
    }
    if (*session == NULL) {
        enum status status =
            pool->engine->open(pool->address, false, session, error, sizeof(error));
        if (status != STATUS_OK) {
            log_error("store.connect", "engine=%s error=\"%s\"", pool->engine->name, error);
            forget(pool);
            return STATUS_IO;
        }
    }
    return STATUS_OK;
}

void pool_give_back(struct pool *pool, struct session *session)
{
    if (pool->engine->broken(session)) {
        pool->engine->close(session);
        forget(pool);
        return;
    }
    pthread_mutex_lock(&pool->mutex);
    pool->idle[pool->idle_count++] = session;
    pthread_cond_signal(&pool->returned);
    pthread_mutex_unlock(&pool->mutex);
}
