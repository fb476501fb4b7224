/*
 * The HTTP server and the billing store under concurrent requests: handlers on several threads
 * share the one connection to the store, alone or in groups, and the books agree afterwards.
 */
#include "cmocka_all.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "billing/store/db.h"
#include "billing/store/ledger.h"
#include "http/client.h"
#include "http/server.h"

#define CLIENTS    4
#define REQUESTS   25
#define AMOUNT_FEN 100
#define BOOKERS    12 /* threads that stand in one line */
#define TRADES     60

static char folder[] = "/tmp/threads_store_XXXXXX";
static struct db *db;
static struct http_server *server;
static atomic_int booked, repeated, failed_calls;

struct one_booking {
    const char *trade;
    bool known;
};

static enum status book_one(struct db *store, void *context)
{
    struct one_booking *booking = context;
    enum status status = ledger_recharge(store, booking->trade, "1300000001", AMOUNT_FEN, 1000);
    booking->known = status == STATUS_CONFLICT;
    return booking->known ? STATUS_OK : status;
}

/* 201 for a new entry, 200 for one that is booked already, as the API does. */
static void book(void *context, const struct http_call *call, struct http_answer *answer)
{
    struct one_booking booking = {.trade = http_call_param(call, "trade")};

    (void)context;
    if (db_transact(db, book_one, &booking) == STATUS_OK) {
        http_answer_set(answer, booking.known ? 200 : 201, "text/plain", "", 0);
    }
}

static const struct http_route ROUTES[] = {{"POST", "/book/{trade}", book, 0}};

/* Every client books the same trades: each is to be booked once. */
static void *ask(void *user)
{
    struct http_client *client = NULL;

    (void)user;
    if (http_client_open(&(struct http_client_options){0}, &client) != STATUS_OK) {
        (void)atomic_fetch_add(&failed_calls, 1);
        return NULL;
    }
    for (int i = 0; i < REQUESTS; i++) {
        char url[96];
        struct http_reply reply;
        struct http_request request = {.method = "POST", .url = url, .timeout_ms = 60000};

        snprintf(url, sizeof(url), "http://127.0.0.1:%u/book/T%d", http_server_port(server), i);
        if (http_client_send(client, &request, &reply) != STATUS_OK ||
            (reply.status != 200 && reply.status != 201)) {
            (void)atomic_fetch_add(&failed_calls, 1);
        } else {
            (void)atomic_fetch_add(reply.status == 201 ? &booked : &repeated, 1);
        }
    }
    http_client_close(client);
    return NULL;
}

static void a_trade_is_booked_once_whoever_asks(void **state)
{
    struct http_server_options options = {
        .routes = ROUTES, .route_count = ARRAY_LEN(ROUTES), .threads = CLIENTS};
    char path[64];
    char error[256] = "";
    pthread_t clients[CLIENTS];

    (void)state;
    snprintf(path, sizeof(path), "%s/billing.db", folder);
    assert_int_equal(db_open(path, &db, error, sizeof(error)), STATUS_OK);
    assert_int_equal(http_server_start(&options, &server), STATUS_OK);
    for (int i = 0; i < CLIENTS; i++) {
        assert_int_equal(pthread_create(&clients[i], NULL, ask, NULL), 0);
    }
    for (int i = 0; i < CLIENTS; i++) {
        assert_int_equal(pthread_join(clients[i], NULL), 0);
    }
    http_server_stop(server);
    db_close(db);
    assert_int_equal(atomic_load(&failed_calls), 0);
    assert_int_equal(atomic_load(&booked), REQUESTS);
    assert_int_equal(atomic_load(&repeated), (CLIENTS - 1) * REQUESTS);
}

/* -- in groups ---------------------------------------------------------------------------- */

struct booking {
    char trade[16];
    int works; /* how often it was run: once, by whichever thread */
};

/* Every fourth is refused behind what it wrote. */
static enum status book_work(struct db *store, void *context)
{
    struct booking *booking = context;
    booking->works++;
    enum status status = ledger_recharge(store, booking->trade, "1300000001", AMOUNT_FEN, 1000);
    return status == STATUS_OK && booking->trade[1] == '4' ? STATUS_DENIED : status;
}

static void *book_together(void *user)
{
    struct db *store = user;
    for (int i = 0; i < TRADES; i++) {
        struct booking booking = {.works = 0};
        snprintf(booking.trade, sizeof(booking.trade), "G%d-%d", i % 5, i);
        enum status status = db_transact(store, book_work, &booking);
        bool refused = booking.trade[1] == '4';
        if (booking.works != 1 || (status == STATUS_DENIED) != refused ||
            (status != STATUS_DENIED && status != STATUS_OK && status != STATUS_CONFLICT)) {
            (void)atomic_fetch_add(&failed_calls, 1);
        }
        (void)atomic_fetch_add(&booked, status == STATUS_OK ? 1 : 0);
    }
    return NULL;
}

static enum status sum_work(struct db *store, void *context)
{
    enum status status = db_row(store, SQL_BOOKS_SUM, "");
    *(int64_t *)context = status == STATUS_OK ? db_int(store, SQL_BOOKS_SUM, 1) : -1;
    return status;
}

static void a_line_of_threads_books_each_trade_once(void **state)
{
    char path[64];
    char error[256] = "";
    struct db *store = NULL;
    int64_t lines = 0;
    pthread_t threads[BOOKERS];
    (void)state;
    atomic_store(&failed_calls, 0);
    atomic_store(&booked, 0);
    snprintf(path, sizeof(path), "%s/groups.db", folder);
    assert_int_equal(db_open(path, &store, error, sizeof(error)), STATUS_OK);
    for (int i = 0; i < BOOKERS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, book_together, store), 0);
    }
    for (int i = 0; i < BOOKERS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    assert_int_equal(db_transact(store, sum_work, &lines), STATUS_OK);
    db_close(store);
    assert_int_equal(atomic_load(&failed_calls), 0);
    assert_int_equal(atomic_load(&booked), TRADES / 5 * 4);
    assert_int_equal(lines, 2 * TRADES / 5 * 4); /* two a trade */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_trade_is_booked_once_whoever_asks),
        cmocka_unit_test(a_line_of_threads_books_each_trade_once),
    };
    char command[96];

    if (mkdtemp(folder) == NULL || http_client_global_init() != STATUS_OK) {
        return 1;
    }
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    snprintf(command, sizeof(command), "rm -rf %s", folder);
    return system(command) == 0 ? failed : 1; // NOLINT(cert-env33-c,bugprone-command-processor)
}
