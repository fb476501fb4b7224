/*
 * bench_apply: how many paid attempts a second the server's own apply() credits, with so many
 * threads at once: one transaction each, with ledger, balance and order.
 *
 * usage: bench_apply ADDRESS CLIENTS EACH FIRST [make]
 * Attempts FIRST .. FIRST + CLIENTS * EACH - 1. As in a hall, those that are paid at the same time
 * were made one behind the other, for accounts from anywhere: the number of an attempt is its
 * order's, too, and what its account is, follows from it (account_of()), so that another client of
 * the store can be asked the same. With "make" they are only made. Prints KEY=VALUE lines.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "billing/jobs/apply.h"
#include "billing/store/orders.h"
#include "faulty_vfs.h"
#include "figures.h"
#include "system/log.h"

#define CLIENTS_MAX  64
#define EACH_MAX     100000
#define NUMBER_MAX   9999999999L
#define ACCOUNTS     INT64_C(10007) /* a prime, so that neighbours of a number are far apart */
#define ACCOUNT_STEP 7919
#define ACCOUNT_0    INT64_C(5200000000)
#define NUMBER_SIZE  24
#define MAKE_AT_ONCE 1000
#define PAID_FEN     5000
#define POLL_MS      1000
#define WALL_MS      INT64_C(1795242360000)
#define OPEN_MS      3600000

/* -- made ----------------------------------------------------------------------------------- */

struct making {
    int64_t first, last;
};

static void account_of(int64_t number, char account_no[NUMBER_SIZE])
{
    snprintf(account_no, NUMBER_SIZE, "%" PRId64, ACCOUNT_0 + number * ACCOUNT_STEP % ACCOUNTS);
}

static bool make_one(struct db *db, int64_t number)
{
    char no[NUMBER_SIZE], account_no[NUMBER_SIZE];
    int64_t later = WALL_MS + OPEN_MS;
    snprintf(no, sizeof(no), "%" PRId64, number);
    account_of(number, account_no);
    struct new_attempt attempt = {.out_trade_no = no,
                                  .order_no = no,
                                  .number = 1,
                                  .request_id = no,
                                  .channel = CHANNEL_WECHAT,
                                  .amount_fen = PAID_FEN,
                                  .code_hash = no,
                                  .deadline_ms = later};
    enum status added =
        db_run(db, SQL_ACCOUNT_ADD, "ttttttitiiiiiii", account_no, "BENCH", "张小伟", "示范路一号",
               "", "residential", (int64_t)1, "active", (int64_t)0, (int64_t)0, (int64_t)0,
               (int64_t)0, (int64_t)0, (int64_t)0, (int64_t)0);
    return (added == STATUS_OK || added == STATUS_NOT_FOUND) && /* it may be there */
           db_run(db, SQL_ORDER_ADD, "tttttitttiit", no, no, "00012", account_no, "recharge",
                  (int64_t)PAID_FEN, "示范供电公司", "BENCHM", no, WALL_MS, later,
                  "own") == STATUS_OK &&
           orders_add_attempt(db, &attempt, WALL_MS) == STATUS_OK &&
           apply_in(db, no, &(struct evidence){.kind = EVIDENCE_SEND}, POLL_MS, WALL_MS) ==
               STATUS_OK;
}

static enum status make_work(struct db *db, void *context)
{
    const struct making *making = context;
    (void)db_run(db, SQL_ORG_ADD, "ttttitiitiiiit", "BENCH", "示范供电公司", "示范供电公司",
                 "BENCHM", (int64_t)10, "", (int64_t)100, (int64_t)500000, "5000", (int64_t)1,
                 (int64_t)1, (int64_t)0, (int64_t)0, "own"); /* it may be there */
    for (int64_t number = making->first; number < making->last; number++) {
        if (!make_one(db, number)) {
            return STATUS_IO;
        }
    }
    return STATUS_OK;
}

static void make(struct db *db, int64_t first, int64_t count)
{
    for (int64_t at = first; at < first + count; at += MAKE_AT_ONCE) {
        int64_t end = at + MAKE_AT_ONCE;
        struct making making = {at, end < first + count ? end : first + count};
        CHECK(db_transact(db, make_work, &making) == STATUS_OK);
    }
}

/* -- applied ---------------------------------------------------------------------------------- */

struct client {
    struct db *db;
    int64_t first, each, step; /* between its numbers are the others' */
    int64_t *times;
    pthread_t thread;
};

static atomic_bool begun;

static void *credit(void *context)
{
    const struct client *client = context;
    while (!atomic_load(&begun)) {
    }
    for (int64_t i = 0; i < client->each; i++) {
        char no[NUMBER_SIZE];
        struct evidence paid = {.kind = EVIDENCE_PAID,
                                .paid_fen = PAID_FEN,
                                .paid_at_ms = WALL_MS,
                                .transaction_id = no};
        snprintf(no, sizeof(no), "%" PRId64, client->first + i * client->step);
        int64_t from = now_ns();
        CHECK(apply(client->db, no, &paid, POLL_MS, WALL_MS) == STATUS_OK);
        client->times[i] = now_ns() - from;
    }
    return NULL;
}

static void run(struct db *db, int clients, int64_t each, int64_t first)
{
    static struct client all[CLIENTS_MAX];
    size_t count = (size_t)clients * (size_t)each;
    int64_t *times = calloc(count, sizeof(*times));
    CHECK(times != NULL);
    for (int i = 0; i < clients; i++) {
        all[i] = (struct client){
            .db = db, .first = first + i, .each = each, .step = clients, .times = times + i * each};
        CHECK(pthread_create(&all[i].thread, NULL, credit, &all[i]) == 0);
    }
    atomic_store(&faulty_syncs, 0);
    int64_t from = now_ns();
    atomic_store(&begun, true);
    for (int i = 0; i < clients; i++) {
        CHECK(pthread_join(all[i].thread, NULL) == 0);
    }
    double seconds = (double)(now_ns() - from) / 1e9;
    int syncs = atomic_load(&faulty_syncs);
    printf("per_second=%.0f\n", (double)count / seconds);
    printf("p50_us=%.0f\n", (double)percentile(times, count, 50) / 1000);
    printf("p99_us=%.0f\n", (double)percentile(times, count, 99) / 1000);
    printf("group=%.1f\n", syncs > 0 ? (double)count / syncs : 0.0);
    free(times);
}

int main(int argc, char **argv)
{
    char error[256] = "";
    struct db *db = NULL;
    if (argc != 5 && !(argc == 6 && strcmp(argv[5], "make") == 0)) {
        fputs("usage: bench_apply ADDRESS CLIENTS EACH FIRST [make]\n", stderr);
        return 2;
    }
    int clients = (int)wanted_number(argv[2], CLIENTS_MAX);
    int64_t each = wanted_number(argv[3], EACH_MAX);
    int64_t first = wanted_number(argv[4], NUMBER_MAX);
    log_open("bench", LOG_LEVEL_INFO);
    faulty_vfs_install(); /* for its meter */
    if (db_open(argv[1], &db, error, sizeof(error)) != STATUS_OK) {
        fprintf(stderr, "bench_apply: %s\n", error);
        return 1;
    }
    if (argc == 6) {
        make(db, first, clients * each);
    } else {
        run(db, clients, each, first);
    }
    db_close(db);
    return 0;
}
