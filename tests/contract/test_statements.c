/* Every statement and every schema step is valid on SQLite and on PostgreSQL. */

#include "cmocka_all.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "billing/store/db.h"
#include "billing/store/schema.h"

static void statements_prepare_on_sqlite(void **state)
{
    char error[256] = "";
    char path[] = "/tmp/statements.XXXXXX";
    struct db *db = NULL;
    int fd = mkstemp(path);
    (void)state;
    assert_true(fd >= 0);
    close(fd);
    enum status status = db_open(path, &db, error, sizeof(error));
    if (status != STATUS_OK) {
        fail_msg("%s", error);
    }
    db_close(db);
    remove(path);
}

static enum status use_a_code(struct db *db, void *context)
{
    char value[16] = "";
    (void)context;
    assert_int_equal(db_run(db, SQL_CODE_ADD, "ttti", "hash", "00012", "site", (int64_t)5),
                     STATUS_OK);
    assert_int_equal(db_run(db, SQL_CODE_USE, "ttt", "hash", "csr", "pem"), STATUS_OK);
    assert_int_equal(db_row(db, SQL_CODE_GET, "t", "hash"), STATUS_OK);
    db_text(db, SQL_CODE_GET, 4, value, sizeof(value));
    assert_string_equal(value, "pem");
    assert_int_equal(db_int(db, SQL_CODE_GET, 2), 5);
    return STATUS_OK;
}

/* $1 and $2 appear in reverse order in this one: a binding by position would miss the row. */
static void parameters_are_bound_by_their_number(void **state)
{
    char error[256] = "";
    char path[] = "/tmp/statements.XXXXXX";
    struct db *db = NULL;
    int fd = mkstemp(path);
    (void)state;
    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(db_open(path, &db, error, sizeof(error)), STATUS_OK);
    assert_int_equal(db_transact(db, use_a_code, NULL), STATUS_OK);
    db_close(db);
    remove(path);
}

static enum status fail_in_the_middle(struct db *db, void *context)
{
    (void)context;
    assert_int_equal(db_run(db, SQL_META_SET, "tt", "a", "1"), STATUS_OK);
    assert_int_equal(db_run(db, SQL_METER_ADD, "tt", "1", "no such account"), STATUS_IO);
    return STATUS_OK; /* whoever does not look */
}

static enum status look_for_a(struct db *db, void *context)
{
    (void)context;
    return db_row(db, SQL_META_GET, "t", "a");
}

/* Whatever was done in a transaction in which a statement failed is gone. */
static void an_error_spoils_the_whole_transaction(void **state)
{
    char error[256] = "";
    char path[] = "/tmp/statements.XXXXXX";
    struct db *db = NULL;
    int fd = mkstemp(path);
    (void)state;
    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(db_open(path, &db, error, sizeof(error)), STATUS_OK);
    assert_int_equal(db_transact(db, fail_in_the_middle, NULL), STATUS_IO);
    assert_int_equal(db_transact(db, look_for_a, NULL), STATUS_NOT_FOUND);
    db_close(db);
    remove(path);
}

static void statements_prepare_on_postgresql(void **state)
{
    (void)state;
    PGconn *connection = PQconnectdb("");
    if (PQstatus(connection) != CONNECTION_OK) {
        fail_msg("%s", PQerrorMessage(connection));
    }
    for (size_t i = 0; i < SCHEMA_STEP_COUNT; i++) {
        PGresult *result = PQexec(connection, SCHEMA_STEPS[i]);
        if (PQresultStatus(result) != PGRES_COMMAND_OK) {
            fail_msg("schema step %zu: %s", i, PQerrorMessage(connection));
        }
        PQclear(result);
    }
    int bad = 0;
    for (int i = 0; i < SQL_COUNT; i++) {
        PGresult *result =
            PQprepare(connection, sql_name((enum sql)i), sql_text((enum sql)i), 0, NULL);
        if (PQresultStatus(result) != PGRES_COMMAND_OK) {
            print_error("%s: %s", sql_name((enum sql)i), PQerrorMessage(connection));
            bad++;
        }
        PQclear(result);
    }
    PQfinish(connection);
    print_message("%d statements\n", (int)SQL_COUNT);
    assert_int_equal(bad, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statements_prepare_on_sqlite),
        cmocka_unit_test(parameters_are_bound_by_their_number),
        cmocka_unit_test(an_error_spoils_the_whole_transaction),
        cmocka_unit_test(statements_prepare_on_postgresql),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
