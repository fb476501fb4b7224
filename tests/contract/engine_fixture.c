#include "engine_fixture.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char engine_folder[] = "/tmp/engines_XXXXXX";

/* -- a fresh store for every test --------------------------------------------------------- */

void engine_server_does(const char *database, const char *statement)
{
    const char *const names[] = {"dbname", NULL};
    const char *const values[] = {database, NULL};
    PGconn *connection = PQconnectdbParams(names, values, 0);
    PGresult *result = PQexec(connection, statement);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        fail_msg("%s: %s", statement, PQerrorMessage(connection));
    }
    PQclear(result);
    PQfinish(connection);
}

void engine_open(struct fixture *fixture)
{
    char error[256] = "";
    if (db_open(fixture->address, &fixture->db, error, sizeof(error)) != STATUS_OK) {
        fail_msg("%s", error);
    }
}

void engine_database(const struct fixture *fixture, char name[32])
{
    assert_int_equal(sscanf(fixture->address, "postgresql:///%31[a-z0-9]?", name), 1);
}

static int set_up(void **state, bool postgres)
{
    static int number;
    const char *ready = getenv("HALL_STORE");
    if (postgres && ready == NULL) {
        return 1; /* nobody stands ready */
    }
    struct fixture *fixture = calloc(1, sizeof(*fixture));
    assert_non_null(fixture);
    fixture->postgres = postgres;
    number++;
    if (postgres) {
        char statement[64];
        snprintf(statement, sizeof(statement), "CREATE DATABASE engine%d", number);
        engine_server_does("postgres", statement);
        snprintf(fixture->address, ADDRESS_MAX, "postgresql:///engine%d%s", number,
                 strchr(ready, '?'));
    } else {
        snprintf(fixture->address, ADDRESS_MAX, "%s/store%d.db", engine_folder, number);
    }
    engine_open(fixture);
    *state = fixture;
    return 0;
}

int engine_set_up_file(void **state)
{
    return set_up(state, false);
}

int engine_set_up_postgres(void **state)
{
    return set_up(state, true);
}

int engine_tear_down(void **state)
{
    struct fixture *fixture = *state;
    db_close(fixture->db);
    free(fixture);
    return 0;
}

int engine_run(const struct CMUnitTest *tests, size_t count)
{
    char command[64];
    if (mkdtemp(engine_folder) == NULL) {
        return 1;
    }
    int failed = _cmocka_run_group_tests("engines", tests, count, NULL, NULL);
    snprintf(command, sizeof(command), "rm -rf %s", engine_folder);
    return system(command) == 0 ? failed : 1; // NOLINT(cert-env33-c,bugprone-command-processor)
}
