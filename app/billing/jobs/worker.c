#include "billing/jobs/worker.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "billing/jobs/duties.h"
#include "system/clock.h"
#include "system/condition.h"
#include "system/log.h"
#include "system/random.h"

#define WORKERS_MAX  64
#define CODES_MAX    512   /* attempts between their commit and their sending */
#define CODE_AGE_MS  60000 /* no code is worth keeping longer: it has expired at its wallet */
#define SLEEP_MAX_MS 1000  /* also how late an order may expire */
#define NAME_BYTES   8
/* No open trade is asked about less often, and nothing that is open is left alone for longer. */
#define POLL_PAUSE_MAX_MS    61000  /* settings.c: poll_ms */
#define BACKOFF_PAUSE_MAX_MS 660000 /* apply.c: BACKOFF_LONG_MS */
#define STRANDED_EACH_MS     10000
/* A duty makes three calls at most; whoever died with a lease is waited for so long. */
#define LEASE_CALLS    3
#define LEASE_SPARE_MS 5000

struct code {
    char out_trade_no[TRADE_NO_MAX];
    char code[PAYCODE_MAX];
    int64_t kept_at_ms; /* monotonic */
};

struct worker {
    struct worker_options options;
    char name[2 * NAME_BYTES + 1];
    bool shared; /* other servers work on the same store */
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
static void let_go(struct worker *worker, int seat)
{
    pthread_mutex_lock(&worker->mutex);
    worker->busy[seat][0] = '\0';
    pthread_mutex_unlock(&worker->mutex);
}

struct lease_call {
    const char *out_trade_no, *name;
};

static enum status end_lease_work(struct db *db, void *context)
{
    const struct lease_call *call = context;
    return db_run(db, SQL_ATTEMPT_LET_GO, "tt", call->out_trade_no, call->name);
}

/* One that cannot be ended now ends by itself. */
static void end_lease(struct worker *worker, const char *out_trade_no)
{
    struct lease_call call = {out_trade_no, worker->name};
    if (worker->shared) {
        (void)!db_transact(worker->options.db, end_lease_work, &call);
    }
}

struct take_call {
    struct worker *worker;
    int seat;
    char *out_trade_no;
};

static enum status take_work(struct db *db, void *context)
{
    const struct take_call *call = context;
    struct worker *worker = call->worker;
    int64_t now_ms = clock_wall_ms();
    call->out_trade_no[0] = '\0';
    pthread_mutex_lock(&worker->mutex);
    worker->busy[call->seat][0] = '\0';
    enum status status = db_row(db, SQL_ATTEMPTS_DUE, "it", now_ms, worker->name);
    for (; status == STATUS_OK && call->out_trade_no[0] == '\0';
         status = db_next(db, SQL_ATTEMPTS_DUE)) {
        char candidate[TRADE_NO_MAX];
        db_text(db, SQL_ATTEMPTS_DUE, 0, candidate, sizeof(candidate));
        if (!in_hands(worker, candidate)) {
            snprintf(call->out_trade_no, TRADE_NO_MAX, "%s", candidate);
            snprintf(worker->busy[call->seat], TRADE_NO_MAX, "%s", candidate);
        }
    }
    pthread_mutex_unlock(&worker->mutex);
    if (call->out_trade_no[0] == '\0') {
        return STATUS_NOT_FOUND;
    }
    int64_t lease_ms =
        (int64_t)worker->options.settings->gateway.timeout_ms * LEASE_CALLS + LEASE_SPARE_MS;
    /* A store of our own alone needs no lease, and no write for one. */
    return worker->shared ? db_run(db, SQL_ATTEMPT_LEASE, "tti", call->out_trade_no, worker->name,
                                   now_ms + lease_ms)
                          : STATUS_OK;
}

static bool take_due(struct worker *worker, int seat, char out_trade_no[TRADE_NO_MAX])
{
    struct take_call call = {.worker = worker, .seat = seat};
    call.out_trade_no = out_trade_no;
    if (db_transact(worker->options.db, take_work, &call) == STATUS_OK) {
        return true;
    }
    let_go(worker, seat);
    return false;
}

/* Orders that nobody paid end as if the customer had left. */
static enum status end_expired_work(struct db *db, void *context)
{
    const struct worker *worker = context;
    char order_no[ORDER_NO_MAX];
    int64_t now_ms = clock_wall_ms();
    enum status status = db_row(db, SQL_ORDERS_EXPIRED, "i", now_ms);
    if (status != STATUS_OK) {
        return status;
    }
    db_text(db, SQL_ORDERS_EXPIRED, 0, order_no, sizeof(order_no));
    return order_end_in(db, order_no, worker->options.settings->poll_ms, now_ms);
}

static void end_expired(struct worker *worker)
{
    while (db_transact(worker->options.db, end_expired_work, worker) == STATUS_OK) {
    }
}

/*
 * A wall clock that was ahead when an attempt was looked at, and went back since, must not keep
 * anybody waiting: what is due later than any rule would have it is due now.
 */
static enum status stranded_work(struct db *db, void *context)
{
    int64_t now_ms = clock_wall_ms();
    (void)context;
    return db_change_any(db, SQL_ATTEMPTS_STRANDED, "iii", now_ms, now_ms + POLL_PAUSE_MAX_MS,
                         now_ms + BACKOFF_PAUSE_MAX_MS);
}

static void find_stranded(struct worker *worker, int64_t *next_ms)
{
    int64_t now_ms = clock_monotonic_ms();
    if (now_ms >= *next_ms) {
        *next_ms = now_ms + STRANDED_EACH_MS;
        (void)!db_transact(worker->options.db, stranded_work, NULL);
    }
}

static enum status next_due_work(struct db *db, void *context)
{
    int64_t *pause_ms = context;
    int64_t now_ms = clock_wall_ms();
    enum status status = db_row(db, SQL_ATTEMPTS_NEXT, "i", now_ms);
    if (status != STATUS_OK) {
        return status;
    }
    int64_t next_ms = db_int(db, SQL_ATTEMPTS_NEXT, 0);
    *pause_ms =
        next_ms > 0 && next_ms - now_ms < SLEEP_MAX_MS ? next_ms - now_ms + 1 : SLEEP_MAX_MS;
    return STATUS_OK;
}

static void sleep_until_due(struct worker *worker)
{
    int64_t pause_ms = SLEEP_MAX_MS;
    if (db_read(worker->options.db, next_due_work, &pause_ms) != STATUS_OK) {
        pause_ms = SLEEP_MAX_MS;
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

static void *run(void *context)
{
    struct seat *seat = context;
    struct worker *worker = seat->worker;
    int index = seat->index;
    struct duties duties = {.db = worker->options.db,
                            .provider = worker->options.provider,
                            .utility = worker->options.utility,
                            .settings = worker->options.settings,
                            .base_url = worker->options.base_url,
                            .notify_url = worker->options.notify_url};
    free(seat);
    if (duties.provider->open(&duties.settings->gateway, &duties.handle) != STATUS_OK) {
        log_error("worker.open", "provider=%s", duties.provider->name);
        return NULL;
    }
    const struct provider_settings *utility = &duties.settings->utility;
    if (utility->url[0] != '\0' &&
        duties.utility->open(utility, &duties.utility_handle) != STATUS_OK) {
        log_error("worker.open", "utility=%s", duties.utility->name);
        duties.provider->close(duties.handle);
        return NULL;
    }
    int64_t stranded_ms = 0;
    while (!stopping(worker)) {
        char out_trade_no[TRADE_NO_MAX];
        char code[PAYCODE_MAX] = "";
        if (index == 0) {
            end_expired(worker);
            find_stranded(worker, &stranded_ms);
        }
        if (!take_due(worker, index, out_trade_no)) {
            sleep_until_due(worker);
            continue;
        }
        take_code(worker, out_trade_no, code);
        duties_do(&duties, out_trade_no, code);
        explicit_bzero(code, sizeof(code));
        end_lease(worker, out_trade_no);
        let_go(worker, index);
    }
    duties.provider->close(duties.handle);
    duties.utility->close(duties.utility_handle);
    return NULL;
}

/* -- starting and stopping --------------------------------------------------------------- */

static enum status boot_work(struct db *db, void *context)
{
    (void)context;
    (void)db_run(db, SQL_ATTEMPTS_BOOT, "i", clock_wall_ms()); /* maybe none is open */
    return STATUS_OK;
}

const char *worker_name(const struct worker *worker)
{
    return worker->name;
}

enum status worker_start(const struct worker_options *options, struct worker **worker)
{
    enum status status = db_transact(options->db, boot_work, NULL);
    struct worker *made = status == STATUS_OK ? calloc(1, sizeof(*made)) : NULL;
    if (made == NULL) {
        return STATUS_IO;
    }
    made->options = *options;
    made->shared = db_shared(options->db);
    random_hex(made->name, NAME_BYTES);
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
