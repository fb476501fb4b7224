/*
 * The HTTP server and the billing store under concurrent requests: handlers on several threads
 * share the one connection to the store, and the books agree afterwards.
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

static char folder[] = "/tmp/threads_store_XXXXXX";
static struct db *db;
static struct http_server *server;
static atomic_int booked, repeated, failed_calls;

/* 201 for a new entry, 200 for one that is booked already, as the API does. */
static void book(void *context, const struct http_call *call, struct http_answer *answer)
{
    enum status status = STATUS_OK;

    (void)context;
    if (db_begin(db) != STATUS_OK) {
        return;
    }
    status = ledger_recharge(db, http_call_param(call, "trade"), "1300000001", AMOUNT_FEN, 1000);
    if (status != STATUS_OK && status != STATUS_CONFLICT) {
        db_rollback(db);
        return;
    }
    if (db_commit(db) == STATUS_OK) {
        http_answer_set(answer, status == STATUS_OK ? 201 : 200, "text/plain", "", 0);
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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_trade_is_booked_once_whoever_asks)};
    char command[96];

    if (mkdtemp(folder) == NULL || http_client_global_init() != STATUS_OK) {
        return 1;
    }
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    snprintf(command, sizeof(command), "rm -rf %s", folder);
    return system(command) == 0 ? failed : 1; // NOLINT(cert-env33-c,bugprone-command-processor)
}
