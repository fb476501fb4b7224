/*
 * server.h - the billing servers over one store: their real handlers, worker threads, duties, rules
 * and SQL, each request and each worker on a fiber of its own.
 *
 * A server that loses power is dead at once: nothing that it does from then on reaches the store or
 * the wire. What it had begun is led to its end in the dark, so that nothing is left lying about.
 */
#ifndef TESTS_SIM_SERVER_H
#define TESTS_SIM_SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "http/server.h"

struct db;
struct sqlite3;

#define SERVERS_MAX 2

/* One request on its way, to a server or to the gateway. */
struct request {
    const char *method;
    char path[160];
    char *body; /* NULL: none; freed with the request */
    char key[64], agent[32], signature[80], fingerprint[65];
};

/* One arrival of a request: whoever sends it twice makes two. */
struct arrival {
    struct request *request;
    uint64_t which; /* of the servers that listen */
    struct http_answer answer;
    /* status 0 in the answer: the server died over it. Frees the arrival. */
    void (*done)(struct arrival *arrival);
    void *context;
};

/* An empty store; then, when accounts stand in it, the servers. */
void servers_open(int count);
void servers_start(void);
/* Ends them as an operator does. */
void servers_close(void);
/* False: nobody listens. */
bool servers_take(struct arrival *arrival);

struct db *servers_db(void);
/* The store's own connection, for questions that no program asks. */
/* Whether that attempt stands in that state. */
bool store_attempt_is(const char *out_trade_no, const char *state);

/* When workers have nothing to do they may look late by so much. */
void servers_idle(int64_t late_ms);

/* -- for the machine under them ------------------------------------------------------------ */

void machine_begin(void);
void *server_starting(void);
/* Of the running fiber: its server has no power any more. */
bool server_gone(void);
/* Inside a transaction of a server. */
bool server_transacts(void);
void server_stand_still_when_dead(void);
int64_t server_late(int64_t end_ms);

#endif
