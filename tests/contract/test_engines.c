/*
 * What db.h promises, held on both engines: run by with_postgres. Two transactions that meet are as
 * if they had run one after the other, what is spoiled leaves nothing, a connection that was lost
 * costs one transaction and no more, and a store of a newer program is left alone.
 */
#include "engine_fixture.h"

#include <libpq-fe.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "billing/store/db.h"
#include "billing/store/numbers.h"
#include "billing/store/schema.h"
#include "system/clock.h"

#define WRITERS 16
#define ROUNDS  40

static atomic_int added;

static void *writer(void *context)
{
    for (int i = 0; i < ROUNDS; i++) {
        if (db_transact(context, add_one, NULL) == STATUS_OK) {
            (void)atomic_fetch_add(&added, 1);
        }
    }
    return NULL;
}

/* Of two servers: who comes between the other's runs again. */
static void nothing_is_lost_between_writers(void **state)
{
    struct fixture *fixture = *state;
    struct db *other = NULL;
    char error[256] = "";
    pthread_t threads[WRITERS];
    atomic_store(&added, 0);
    assert_int_equal(db_open(fixture->address, &other, error, sizeof(error)), STATUS_OK);
    for (int i = 0; i < WRITERS; i++) {
        assert_int_equal(
            pthread_create(&threads[i], NULL, writer, i % 2 == 0 ? fixture->db : other), 0);
    }
    for (int i = 0; i < WRITERS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    db_close(other);
    assert_int_equal(atomic_load(&added), WRITERS * ROUNDS);
    assert_int_equal(count_of(fixture->db), WRITERS * ROUNDS);
}

/* -- refused, spoiled ------------------------------------------------------------------------- */

static enum status refuse(struct db *db, void *context)
{
    (void)add_one(db, context);
    return STATUS_DENIED;
}

static enum status spoil(struct db *db, void *context)
{
    (void)add_one(db, context);
    /* There is no such account, so there is no such meter. */
    assert_int_equal(db_run(db, SQL_METER_ADD, "tt", "1", "none"), STATUS_IO);
    assert_int_equal(db_row(db, SQL_META_GET, "t", "count"), STATUS_IO);
    return STATUS_OK; /* a caller that does not look */
}

static enum status contradict(struct db *db, void *context)
{
    (void)add_one(db, context);
    db_spoil(db, "what was read contradicts itself");
    return STATUS_DENIED; /* a refusal that was read from it is none */
}

static void what_was_refused_or_spoiled_leaves_nothing(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(db_transact(fixture->db, refuse, NULL), STATUS_DENIED);
    assert_int_equal(db_transact(fixture->db, spoil, NULL), STATUS_IO);
    assert_int_equal(db_transact(fixture->db, contradict, NULL), STATUS_IO);
    assert_int_equal(count_of(fixture->db), 0);
    assert_int_equal(db_transact(fixture->db, add_one, NULL), STATUS_OK);
    assert_int_equal(count_of(fixture->db), 1);
}

static atomic_int wrong;

/* Among those who stand are such as are refused and such as are spoiled, also on one connection. */
static void *mixed_writer(void *context)
{
    for (int i = 0; i < ROUNDS; i++) {
        db_work *work = i % 5 == 1 ? refuse : i % 5 == 3 ? spoil : add_one;
        enum status wanted = i % 5 == 1 ? STATUS_DENIED : i % 5 == 3 ? STATUS_IO : STATUS_OK;
        enum status status = db_transact(context, work, NULL);
        (void)atomic_fetch_add(&wrong, status == wanted ? 0 : 1);
        (void)atomic_fetch_add(&added, status == STATUS_OK ? 1 : 0);
    }
    return NULL;
}

static void each_stands_or_falls_by_itself(void **state)
{
    struct fixture *fixture = *state;
    pthread_t threads[WRITERS];
    atomic_store(&added, 0);
    atomic_store(&wrong, 0);
    for (int i = 0; i < WRITERS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, mixed_writer, fixture->db), 0);
    }
    for (int i = 0; i < WRITERS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    assert_int_equal(atomic_load(&wrong), 0);
    assert_int_equal(count_of(fixture->db), atomic_load(&added));
}

/* -- only reading ----------------------------------------------------------------------------- */

struct reading {
    int64_t before, after;
};

static enum status look_twice(struct db *db, void *context)
{
    struct reading *reading = context;
    enum status status = read_count(db, &reading->before);
    return status == STATUS_OK ? read_count(db, &reading->after) : status;
}

struct slow_writer {
    struct db *db;
    atomic_int stage; /* 1: has written; 2: may commit */
};

static enum status add_slowly(struct db *db, void *context)
{
    struct slow_writer *writer = context;
    enum status status = add_one(db, NULL);
    atomic_store(&writer->stage, 1);
    while (atomic_load(&writer->stage) < 2) {
        clock_sleep_ms(1);
    }
    return status;
}

static void *write_slowly(void *context)
{
    struct slow_writer *writer = context;
    assert_int_equal(db_transact(writer->db, add_slowly, writer), STATUS_OK);
    return NULL;
}

static void who_only_reads_sees_what_is_durable_and_writes_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct reading reading = {.before = -1};
    struct slow_writer writer = {.db = fixture->db};
    pthread_t thread;
    assert_int_equal(db_transact(fixture->db, add_one, NULL), STATUS_OK);
    assert_int_equal(pthread_create(&thread, NULL, write_slowly, &writer), 0);
    while (atomic_load(&writer.stage) < 1) {
        clock_sleep_ms(1);
    }
    assert_int_equal(db_read(fixture->db, look_twice, &reading), STATUS_OK);
    assert_int_equal(reading.before, 1);
    assert_int_equal(reading.after, 1);
    atomic_store(&writer.stage, 2);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(db_read(fixture->db, look_twice, &reading), STATUS_OK);
    assert_int_equal(reading.after, 2);
    assert_int_equal(db_read(fixture->db, add_one, NULL), STATUS_IO);
    assert_int_equal(db_read(fixture->db, refuse, NULL), STATUS_IO);
    assert_int_equal(count_of(fixture->db), 2);
}

/* -- numbers ------------------------------------------------------------------------------ */

struct drawer {
    struct db *db;
    char numbers[ROUNDS][ORDER_NO_MAX];
};

/* A server of its own: its blocks are its own. */
static void *draw(void *context)
{
    struct drawer *drawer = context;
    struct numbers *numbers = numbers_make();
    assert_non_null(numbers);
    for (int i = 0; i < ROUNDS; i++) {
        assert_int_equal(
            numbers_next(numbers, drawer->db, INT64_C(1795000000000), drawer->numbers[i]),
            STATUS_OK);
    }
    numbers_free(numbers);
    return NULL;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void no_number_is_drawn_twice(void **state)
{
    struct fixture *fixture = *state;
    static struct drawer drawers[WRITERS];
    static char all[WRITERS * ROUNDS][ORDER_NO_MAX];
    pthread_t threads[WRITERS];
    for (int i = 0; i < WRITERS; i++) {
        drawers[i].db = fixture->db;
        assert_int_equal(pthread_create(&threads[i], NULL, draw, &drawers[i]), 0);
    }
    for (int i = 0; i < WRITERS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        memcpy(all[(size_t)i * ROUNDS], drawers[i].numbers, sizeof(drawers[i].numbers));
    }
    qsort(all, ARRAY_LEN(all), sizeof(all[0]), by_text);
    for (size_t i = 1; i < ARRAY_LEN(all); i++) {
        assert_string_not_equal(all[i - 1], all[i]);
    }
}

/* -- schema ----------------------------------------------------------------------------------- */

static enum status old_row(struct db *db, void *context)
{
    (void)context;
    return db_run(db, SQL_META_SET, "tt", "kept", "yes");
}

static void a_store_is_opened_again_and_by_many_at_once(void **state)
{
    struct fixture *fixture = *state;
    struct db *others[4];
    char error[256] = "";
    assert_int_equal(db_transact(fixture->db, old_row, NULL), STATUS_OK);
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        assert_int_equal(db_open(fixture->address, &others[i], error, sizeof(error)), STATUS_OK);
    }
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        assert_int_equal(db_transact(others[i], add_one, NULL), STATUS_OK);
    }
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        db_close(others[i]);
    }
    assert_int_equal(count_of(fixture->db), ARRAY_LEN(others));
}

static void a_newer_store_is_left_alone(void **state)
{
    struct fixture *fixture = *state;
    char error[256] = "";
    struct db *db = NULL;
    if (fixture->postgres) {
        char name[32];
        engine_database(fixture, name);
        engine_server_does(name, "INSERT INTO schema_version (step) VALUES (9999)");
    } else {
        char command[ADDRESS_MAX + 64];
        snprintf(command, sizeof(command), "sqlite3 %s 'PRAGMA user_version = 9999'",
                 fixture->address);
        assert_int_equal(system(command), 0); // NOLINT(cert-env33-c,bugprone-command-processor)
    }
    assert_int_equal(db_open(fixture->address, &db, error, sizeof(error)), STATUS_CORRUPT);
}

static enum status no_case(struct db *db, void *context)
{
    (void)context;
    return db_row(db, SQL_CASE_PROPOSAL, "t", "none");
}

/* As the first program left it: its tables, and its count of steps. */
static void make_old_store(const struct fixture *fixture, char address[ADDRESS_MAX])
{
    if (fixture->postgres) {
        const char *settings = strchr(fixture->address, '?');
        engine_server_does("postgres", "CREATE DATABASE old");
        engine_server_does("old", SCHEMA_STEPS[0]);
        engine_server_does("old", "CREATE TABLE schema_version (step BIGINT PRIMARY KEY);"
                                  "INSERT INTO schema_version (step) VALUES (1);"
                                  "INSERT INTO meta (name, value) VALUES ('count', '41')");
        snprintf(address, ADDRESS_MAX, "postgresql:///old%s", settings);
        return;
    }
    sqlite3 *sqlite = NULL;
    snprintf(address, ADDRESS_MAX, "%s/old.db", engine_folder);
    assert_int_equal(sqlite3_open(address, &sqlite), SQLITE_OK);
    assert_int_equal(sqlite3_exec(sqlite, SCHEMA_STEPS[0], NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(sqlite,
                                  "PRAGMA user_version = 1;"
                                  "INSERT INTO meta (name, value) VALUES ('count', '41')",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_close(sqlite), SQLITE_OK);
}

static void an_older_store_is_brought_forward(void **state)
{
    char address[ADDRESS_MAX];
    char error[256] = "";
    struct db *db = NULL;
    make_old_store(*state, address);
    assert_int_equal(db_open(address, &db, error, sizeof(error)), STATUS_OK);
    assert_int_equal(db_transact(db, add_one, NULL), STATUS_OK);
    assert_int_equal(count_of(db), 42);
    /* A table of a later step. */
    assert_int_equal(db_transact(db, no_case, NULL), STATUS_NOT_FOUND);
    db_close(db);
}

/* -- PostgreSQL alone: the connection ---------------------------------------------------------- */

static void cut_all_connections(const struct fixture *fixture)
{
    char name[32];
    char statement[160];
    engine_database(fixture, name);
    snprintf(statement, sizeof(statement),
             "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s'", name);
    engine_server_does("postgres", statement);
}

static enum status add_one_and_lose_the_server(struct db *db, void *context)
{
    enum status status = add_one(db, NULL);
    cut_all_connections(context);
    return status;
}

static void a_lost_connection_costs_one_transaction(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(db_transact(fixture->db, add_one, NULL), STATUS_OK);
    assert_int_equal(db_transact(fixture->db, add_one_and_lose_the_server, fixture), STATUS_IO);
    assert_int_equal(count_of(fixture->db), 1);
    cut_all_connections(fixture); /* while nobody uses them: that costs none */
    assert_int_equal(db_transact(fixture->db, add_one, NULL), STATUS_OK);
    assert_int_equal(count_of(fixture->db), 2);
}

static void nobody_there_is_said(void **state)
{
    char error[256] = "";
    struct db *db = NULL;
    (void)state;
    assert_int_equal(db_open("postgresql:///none?host=/nowhere", &db, error, sizeof(error)),
                     STATUS_UNAVAILABLE);
    assert_true(error[0] != '\0');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(nothing_is_lost_between_writers),
        BOTH(what_was_refused_or_spoiled_leaves_nothing),
        BOTH(each_stands_or_falls_by_itself),
        BOTH(who_only_reads_sees_what_is_durable_and_writes_nothing),
        BOTH(no_number_is_drawn_twice),
        BOTH(a_store_is_opened_again_and_by_many_at_once),
        BOTH(an_older_store_is_brought_forward),
        BOTH(a_newer_store_is_left_alone),
        cmocka_unit_test_setup_teardown(a_lost_connection_costs_one_transaction,
                                        engine_set_up_postgres, engine_tear_down),
        cmocka_unit_test(nobody_there_is_said),
    };
    return engine_run(tests, ARRAY_LEN(tests));
}
