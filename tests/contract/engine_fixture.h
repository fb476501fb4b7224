/*
 * engine_fixture.h - a fresh store for every test, on both engines: run by with_postgres.
 */
#ifndef TESTS_CONTRACT_ENGINE_FIXTURE_H
#define TESTS_CONTRACT_ENGINE_FIXTURE_H

#include "cmocka_all.h"

#include "billing/store/db.h"
#include "works.h"

#define ADDRESS_MAX 256

struct fixture {
    bool postgres;
    char address[ADDRESS_MAX];
    struct db *db;
};

extern char engine_folder[]; /* for files; gone at the end */

/* Set-up and tear-down of cmocka: *state is a struct fixture. */
int engine_set_up_file(void **state);
int engine_set_up_postgres(void **state);
int engine_tear_down(void **state);

#define BOTH(test)                                                                                 \
    {#test " (sqlite)", test, engine_set_up_file, engine_tear_down, NULL},                         \
    {                                                                                              \
#test " (postgresql)", test, engine_set_up_postgres, engine_tear_down, NULL                \
    }

/* Opens the fixture's store. */
void engine_open(struct fixture *fixture);
/* One statement, past the store. */
void engine_server_does(const char *database, const char *statement);
void engine_database(const struct fixture *fixture, char name[32]);

/* Runs the tests and removes what they left. */
int engine_run(const struct CMUnitTest *tests, size_t count);

#endif
