/*
 * Changes that travel together, and transactions that share a commit, held on both engines: a
 * change that changes nothing takes its own transaction with it and no other's, and nobody sees
 * less of the store than what was committed before he came.
 */
#include "engine_fixture.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>

#include "system/clock.h"

#define MANY    70  /* more than travel at once */
#define JOIN_MS 300 /* so long another thread needs at most until it waits in line */

/* -- changes ---------------------------------------------------------------------------------- */

static enum status change_many(struct db *db, void *context)
{
    char name[16];
    (void)context;
    for (int i = 0; i < MANY; i++) {
        snprintf(name, sizeof(name), "many%d", i);
        if (db_change(db, SQL_META_SET, "tt", name, "1") != STATUS_OK) {
            return STATUS_IO;
        }
    }
    return db_change_any(db, SQL_TERMINAL_REVOKE, "t", "nobody");
}

/* The same in a transaction that has answers in between, which must not be mixed up. */
static enum status change_and_ask(struct db *db, void *context)
{
    char text[8] = "";
    char name[16];
    (void)context;
    for (int i = 0; i < MANY; i++) {
        snprintf(name, sizeof(name), "many%d", i);
        if (db_change(db, SQL_META_SET, "tt", name, "2") != STATUS_OK ||
            db_row(db, SQL_META_GET, "t", name) != STATUS_OK) {
            return STATUS_IO;
        }
        db_text(db, SQL_META_GET, 0, text, sizeof(text));
        if (strcmp(text, "2") != 0 || db_row(db, SQL_META_GET, "t", "none") != STATUS_NOT_FOUND) {
            return STATUS_CORRUPT;
        }
    }
    return STATUS_OK;
}

static enum status count_many(struct db *db, void *context)
{
    int64_t *count = context;
    char name[16];
    *count = 0;
    for (int i = 0; i < MANY; i++) {
        snprintf(name, sizeof(name), "many%d", i);
        *count += db_row(db, SQL_META_GET, "t", name) == STATUS_OK ? 1 : 0;
    }
    return STATUS_OK;
}

static void many_changes_travel_together(void **state)
{
    struct fixture *fixture = *state;
    int64_t count = 0;
    assert_int_equal(db_transact(fixture->db, change_many, NULL), STATUS_OK);
    assert_int_equal(db_transact(fixture->db, count_many, &count), STATUS_OK);
    assert_int_equal(count, MANY);
    assert_int_equal(db_transact(fixture->db, change_and_ask, NULL), STATUS_OK);
}

static enum status change_nothing(struct db *db, void *context)
{
    (void)context;
    if (add_one(db, NULL) != STATUS_OK) {
        return STATUS_IO;
    }
    /* On one engine it is known at once, on the other at the end. */
    return db_change(db, SQL_TERMINAL_REVOKE, "t", "nobody");
}

/* What is wrong with it is seen when something is asked. */
static enum status change_nothing_and_ask(struct db *db, void *context)
{
    int64_t *count = context;
    return change_nothing(db, NULL) == STATUS_OK ? read_count(db, count) : STATUS_IO;
}

static enum status change_against_the_schema(struct db *db, void *context)
{
    (void)context;
    return db_change(db, SQL_METER_ADD, "tt", "1", "no such account");
}

static void a_change_that_changes_nothing_spoils(void **state)
{
    struct fixture *fixture = *state;
    int64_t count = 0;
    assert_int_equal(db_transact(fixture->db, add_one, NULL), STATUS_OK);
    assert_int_equal(db_transact(fixture->db, change_nothing, NULL), STATUS_IO);
    assert_int_equal(db_transact(fixture->db, change_nothing_and_ask, &count), STATUS_IO);
    assert_int_equal(db_transact(fixture->db, change_against_the_schema, NULL), STATUS_IO);
    assert_int_equal(count_of(fixture->db), 1);
}

/* The server is lost while changes are on their way to it; and before that, while nobody asks. */
static enum status lose_the_server(struct db *db, void *context)
{
    char name[32];
    char statement[128];
    engine_database(context, name);
    if (add_one(db, NULL) != STATUS_OK ||
        db_change(db, SQL_META_SET, "tt", "first", "1") != STATUS_OK) {
        return STATUS_IO;
    }
    snprintf(statement, sizeof(statement),
             "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s'", name);
    engine_server_does("postgres", statement);
    return db_change(db, SQL_META_SET, "tt", "second", "1");
}

static enum status lose_the_server_and_ask(struct db *db, void *context)
{
    int64_t count = 0;
    enum status status = lose_the_server(db, context);
    return status == STATUS_OK ? read_count(db, &count) : status;
}

static void a_connection_lost_under_way_is_replaced(void **state)
{
    struct fixture *fixture = *state;
    for (int64_t i = 0; i < 3; i++) {
        assert_int_equal(db_transact(fixture->db, lose_the_server, fixture), STATUS_IO);
        assert_int_equal(db_transact(fixture->db, lose_the_server_and_ask, fixture), STATUS_IO);
        assert_int_equal(db_transact(fixture->db, add_one, NULL), STATUS_OK);
        assert_int_equal(count_of(fixture->db), i + 1);
    }
}

/* -- together -----------------------------------------------------------------------------------
 */

/* A transaction that has begun and waits, so that others come into its line. */
struct slow {
    struct db *db;
    sem_t begun, go_on;
    enum status answer;
};

static enum status begin_and_wait(struct db *db, void *context)
{
    struct slow *slow = context;
    int64_t count = 0;
    enum status status = read_count(db, &count);
    (void)sem_post(&slow->begun);
    while (sem_wait(&slow->go_on) != 0) {
    }
    return status;
}

static void *run_slow(void *context)
{
    struct slow *slow = context;
    slow->answer = db_transact(slow->db, begin_and_wait, slow);
    return NULL;
}

struct other {
    struct db *db;
    db_work *work;
    enum status answer;
    int64_t count;
    pthread_t thread;
};

static void *run_other(void *context)
{
    struct other *other = context;
    other->answer = db_transact(other->db, other->work, &other->count);
    return NULL;
}

static void begin_slow(struct slow *slow, struct db *db, pthread_t *thread)
{
    *slow = (struct slow){.db = db};
    assert_int_equal(sem_init(&slow->begun, 0, 0), 0);
    assert_int_equal(sem_init(&slow->go_on, 0, 0), 0);
    assert_int_equal(pthread_create(thread, NULL, run_slow, slow), 0);
    while (sem_wait(&slow->begun) != 0) {
    }
}

static void end_slow(struct slow *slow, pthread_t thread)
{
    clock_sleep_ms(JOIN_MS);
    (void)sem_post(&slow->go_on);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(slow->answer, STATUS_OK);
    (void)sem_destroy(&slow->begun);
    (void)sem_destroy(&slow->go_on);
}

static void the_others_of_a_group_stand(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        db_work *work;
        enum status answer;
    } ALL[] = {{add_one, STATUS_OK},     {change_nothing, STATUS_IO},
               {add_one, STATUS_OK},     {change_against_the_schema, STATUS_IO},
               {change_many, STATUS_OK}, {add_one, STATUS_OK}};
    struct other others[ARRAY_LEN(ALL)];
    struct slow slow;
    pthread_t thread;
    int64_t count = 0;
    begin_slow(&slow, fixture->db, &thread);
    for (size_t i = 0; i < ARRAY_LEN(ALL); i++) {
        others[i] = (struct other){.db = fixture->db, .work = ALL[i].work};
        assert_int_equal(pthread_create(&others[i].thread, NULL, run_other, &others[i]), 0);
    }
    end_slow(&slow, thread);
    for (size_t i = 0; i < ARRAY_LEN(ALL); i++) {
        assert_int_equal(pthread_join(others[i].thread, NULL), 0);
        assert_int_equal(others[i].answer, ALL[i].answer);
    }
    assert_int_equal(count_of(fixture->db), 3);
    assert_int_equal(db_transact(fixture->db, count_many, &count), STATUS_OK);
    assert_int_equal(count, MANY);
}

/*
 * A kiosk made its order at one server, was answered, and pays at another: which must see the
 * order, though a transaction of its own began before the order was made.
 */
static void nobody_sees_less_than_was_told(void **state)
{
    struct fixture *fixture = *state;
    struct fixture another = *fixture;
    struct slow slow;
    struct other late = {.db = fixture->db, .work = look};
    pthread_t thread;
    engine_open(&another);
    begin_slow(&slow, fixture->db, &thread);
    assert_int_equal(db_transact(another.db, add_one, NULL), STATUS_OK);
    assert_int_equal(pthread_create(&late.thread, NULL, run_other, &late), 0);
    end_slow(&slow, thread);
    assert_int_equal(pthread_join(late.thread, NULL), 0);
    assert_int_equal(late.answer, STATUS_OK);
    assert_int_equal(late.count, 1);
    db_close(another.db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(many_changes_travel_together),
        BOTH(a_change_that_changes_nothing_spoils),
        BOTH(the_others_of_a_group_stand),
        cmocka_unit_test_setup_teardown(a_connection_lost_under_way_is_replaced,
                                        engine_set_up_postgres, engine_tear_down),
        /* With SQLite there is one server, and whoever writes holds the lock. */
        cmocka_unit_test_setup_teardown(nobody_sees_less_than_was_told, engine_set_up_postgres,
                                        engine_tear_down),
    };
    return engine_run(tests, ARRAY_LEN(tests));
}
