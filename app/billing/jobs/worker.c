#include "billing/jobs/worker.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "billing/jobs/duties.h"
#include "system/clock.h"
#include "system/condition.h"
#include "system/log.h"

#define WORKERS_MAX  64
#define CODES_MAX    512   /* attempts between their commit and their sending */
#define CODE_AGE_MS  60000 /* no code is worth keeping longer: it has expired at its wallet */
#define SLEEP_MAX_MS 1000  /* also how late an order may expire */

struct code {
    char out_trade_no[TRADE_NO_MAX];
    char code[PAYCODE_MAX];
    int64_t kept_at_ms; /* monotonic */
};

struct worker {
    struct worker_options options;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    bool stopping, poked;
    int thread_count;
    pthread_t threads[WORKERS_MAX];
    char busy[WORKERS_MAX][TRADE_NO_MAX]; /* the attempt in each thread's hands; "": none */
    struct code codes[CODES_MAX];
};

struct seat {
    struct worker *worker;
    int index;
};

/* -- payment codes ----------------------------------------------------------------------- */

enum status worker_put_code(struct worker *worker, const char *out_trade_no, const char *code)
{
    enum status status = STATUS_LIMIT;
    int64_t now_ms = clock_monotonic_ms();
    pthread_mutex_lock(&worker->mutex);
    for (int i = 0; i < CODES_MAX; i++) {
        struct code *kept = &worker->codes[i];
        /* An attempt that was cancelled before it was sent leaves its code behind. */
        if (kept->out_trade_no[0] != '\0' && now_ms - kept->kept_at_ms > CODE_AGE_MS) {
            explicit_bzero(kept, sizeof(*kept));
        }
        if (status != STATUS_OK && kept->out_trade_no[0] == '\0') {
            snprintf(kept->out_trade_no, TRADE_NO_MAX, "%s", out_trade_no);
            snprintf(kept->code, PAYCODE_MAX, "%s", code);
            kept->kept_at_ms = now_ms;
            status = STATUS_OK;
        }
    }
    pthread_mutex_unlock(&worker->mutex);
    return status;
}

/* Hands the code out once and forgets it. */
static bool take_code(struct worker *worker, const char *out_trade_no, char code[PAYCODE_MAX])
{
    bool found = false;
    pthread_mutex_lock(&worker->mutex);
    for (int i = 0; i < CODES_MAX && !found; i++) {
        if (strcmp(worker->codes[i].out_trade_no, out_trade_no) == 0) {
            memcpy(code, worker->codes[i].code, PAYCODE_MAX);
            explicit_bzero(&worker->codes[i], sizeof(worker->codes[i]));
            found = true;
        }
    }
    pthread_mutex_unlock(&worker->mutex);
    return found;
}

void worker_drop_code(struct worker *worker, const char *out_trade_no)
{
    char code[PAYCODE_MAX] = "";
    take_code(worker, out_trade_no, code);
    explicit_bzero(code, sizeof(code));
}

/* -- what is due ------------------------------------------------------------------------- */

/* Under the mutex. */
static bool in_hands(const struct worker *worker, const char *out_trade_no)
{
    for (int i = 0; i < worker->thread_count; i++) {
        if (strcmp(worker->busy[i], out_trade_no) == 0) {
            return true;
        }
    }
    return false;
}

/*
 * Takes the earliest attempt that is due and in nobody's hands. Lock order: store, then mutex;
 * both are let go before the provider is called.
 */
static bool take_due(struct worker *worker, int seat, char out_trade_no[TRADE_NO_MAX])
{
    struct db *db = worker->options.db;
    out_trade_no[0] = '\0';
    if (db_begin(db) != STATUS_OK) {
        return false;
    }
    pthread_mutex_lock(&worker->mutex);
    enum status status = db_row(db, SQL_ATTEMPTS_DUE, "i", clock_wall_ms());
    for (; status == STATUS_OK && out_trade_no[0] == '\0'; status = db_next(db, SQL_ATTEMPTS_DUE)) {
        char candidate[TRADE_NO_MAX];
        db_text(db, SQL_ATTEMPTS_DUE, 0, candidate, sizeof(candidate));
        if (!in_hands(worker, candidate)) {
            snprintf(out_trade_no, TRADE_NO_MAX, "%s", candidate);
            snprintf(worker->busy[seat], TRADE_NO_MAX, "%s", candidate);
        }
    }
    pthread_mutex_unlock(&worker->mutex);
    db_rollback(db);
    return out_trade_no[0] != '\0';
}

/* Orders that nobody paid end as if the customer had left. */
static void end_expired(struct worker *worker)
{
    struct db *db = worker->options.db;
    char order_no[ORDER_NO_MAX];
    for (;;) {
        int64_t now_ms = clock_wall_ms();
        if (db_begin(db) != STATUS_OK) {
            return;
        }
        enum status status = db_row(db, SQL_ORDERS_EXPIRED, "i", now_ms);
        if (status == STATUS_OK) {
            db_text(db, SQL_ORDERS_EXPIRED, 0, order_no, sizeof(order_no));
            status = order_end_in(db, order_no, worker->options.settings->poll_ms, now_ms);
        }
        if (status != STATUS_OK) {
            db_rollback(db);
            return;
        }
        if (db_commit(db) != STATUS_OK) {
            return;
        }
    }
}

static void sleep_until_due(struct worker *worker)
{
    struct db *db = worker->options.db;
    int64_t pause_ms = SLEEP_MAX_MS;
    if (db_begin(db) == STATUS_OK) {
        int64_t now_ms = clock_wall_ms();
        if (db_row(db, SQL_ATTEMPTS_NEXT, "i", now_ms) == STATUS_OK) {
            int64_t next_ms = db_int(db, SQL_ATTEMPTS_NEXT, 0);
            if (next_ms > 0 && next_ms - now_ms < pause_ms) {
                pause_ms = next_ms - now_ms + 1;
            }
        }
        db_rollback(db);
    }
    int64_t until_ms = clock_monotonic_ms() + pause_ms;
    pthread_mutex_lock(&worker->mutex);
    if (!worker->stopping && !worker->poked) {
        (void)condition_wait_until(&worker->wake, &worker->mutex, until_ms);
    }
    worker->poked = false;
    pthread_mutex_unlock(&worker->mutex);
}

static bool stopping(struct worker *worker)
{
    pthread_mutex_lock(&worker->mutex);
    bool answer = worker->stopping;
    pthread_mutex_unlock(&worker->mutex);
    return answer;
}

static void let_go(struct worker *worker, int seat)
{
    pthread_mutex_lock(&worker->mutex);
    worker->busy[seat][0] = '\0';
    pthread_mutex_unlock(&worker->mutex);
}

static void *run(void *context)
{
    struct seat *seat = context;
    struct worker *worker = seat->worker;
    int index = seat->index;
    struct duties duties = {.db = worker->options.db,
                            .provider = worker->options.provider,
                            .settings = worker->options.settings,
                            .base_url = worker->options.base_url,
                            .notify_url = worker->options.notify_url};
    free(seat);
    if (duties.provider->open(&duties.settings->gateway, &duties.handle) != STATUS_OK) {
        log_error("worker.open", "provider=%s", duties.provider->name);
        return NULL;
    }
    while (!stopping(worker)) {
        char out_trade_no[TRADE_NO_MAX];
        char code[PAYCODE_MAX] = "";
        if (index == 0) {
            end_expired(worker);
        }
        if (!take_due(worker, index, out_trade_no)) {
            sleep_until_due(worker);
            continue;
        }
        take_code(worker, out_trade_no, code);
        duties_do(&duties, out_trade_no, code);
        explicit_bzero(code, sizeof(code));
        let_go(worker, index);
    }
    duties.provider->close(duties.handle);
    return NULL;
}

/* -- starting and stopping --------------------------------------------------------------- */

static enum status boot_scan(struct db *db)
{
    enum status status = db_begin(db);
    if (status != STATUS_OK) {
        return status;
    }
    db_run(db, SQL_ATTEMPTS_BOOT, "i", clock_wall_ms());
    return db_commit(db);
}

enum status worker_start(const struct worker_options *options, struct worker **worker)
{
    enum status status = boot_scan(options->db);
    struct worker *made = status == STATUS_OK ? calloc(1, sizeof(*made)) : NULL;
    if (made == NULL) {
        return STATUS_IO;
    }
    made->options = *options;
    pthread_mutex_init(&made->mutex, NULL);
    condition_init(&made->wake);
    int wanted =
        options->settings->workers < WORKERS_MAX ? options->settings->workers : WORKERS_MAX;
    for (int i = 0; i < wanted; i++) {
        struct seat *seat = calloc(1, sizeof(*seat));
        if (seat == NULL) {
            break;
        }
        *seat = (struct seat){made, i};
        if (pthread_create(&made->threads[i], NULL, run, seat) != 0) {
            free(seat);
            break;
        }
        pthread_mutex_lock(&made->mutex);
        made->thread_count++;
        pthread_mutex_unlock(&made->mutex);
    }
    if (made->thread_count == 0) {
        worker_stop(made);
        return STATUS_IO;
    }
    *worker = made;
    return STATUS_OK;
}

void worker_wake(struct worker *worker)
{
    pthread_mutex_lock(&worker->mutex);
    worker->poked = true;
    pthread_cond_signal(&worker->wake);
    pthread_mutex_unlock(&worker->mutex);
}

void worker_stop(struct worker *worker)
{
    if (worker == NULL) {
        return;
    }
    pthread_mutex_lock(&worker->mutex);
    worker->stopping = true;
    pthread_cond_broadcast(&worker->wake);
    pthread_mutex_unlock(&worker->mutex);
    for (int i = 0; i < worker->thread_count; i++) {
        pthread_join(worker->threads[i], NULL);
    }
    pthread_cond_destroy(&worker->wake);
    pthread_mutex_destroy(&worker->mutex);
    explicit_bzero(worker->codes, sizeof(worker->codes));
    free(worker);
}
