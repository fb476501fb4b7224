/*
 * PostgreSQL: many sessions, many servers. Transactions are SERIALIZABLE: what one reads cannot
 * change under it, and when two meet, one of them is told to try again (SQLSTATE 40001).
 */
#include <inttypes.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "billing/store/engine.h"
#include "billing/store/schema.h"

#define SESSIONS     32
#define GROUP        8 /* when another server comes between, so many are run again */
#define NUMBER_TEXT  24
#define MIGRATE_LOCK "7040813261" /* the same number in every program of ours */

/* A server that hangs is a server that is gone; a transaction of ours is never long. */
static const char SESSION_SETTINGS[] =
    "SET statement_timeout = 10000; SET lock_timeout = 10000;"
    "SET idle_in_transaction_session_timeout = 60000; SET synchronous_commit = on;"
    "SET default_transaction_isolation = 'serializable'; SET client_min_messages = warning;"
    "SET client_encoding = 'UTF8'";

struct session {
    PGconn *connection;
    PGresult *results[SQL_COUNT];
    int rows[SQL_COUNT]; /* the current one */
    bool prepared[SQL_COUNT];
    bool kept; /* a part that was kept and is not released yet */
};

static bool broken(const struct session *session)
{
    return PQstatus(session->connection) != CONNECTION_OK;
}

static const char *error_text(const struct session *session)
{
    return PQerrorMessage(session->connection);
}

/* 40001: serialization failure; 40P01: deadlock. Both: as if it had never been tried. */
static enum db_result judge(const PGresult *result)
{
    switch (PQresultStatus(result)) {
    case PGRES_COMMAND_OK: return DB_DONE;
    case PGRES_TUPLES_OK: return PQntuples(result) > 0 ? DB_ROW : DB_DONE;
    default: break;
    }
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    bool met = state != NULL && (strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0);
    return met ? DB_CONFLICT : DB_ERROR;
}

static enum db_result execute(struct session *session, const char *text)
{
    PGresult *result = PQexec(session->connection, text);
    enum db_result judged = judge(result);
    PQclear(result);
    return judged;
}

/* -- opening ------------------------------------------------------------------------------ */

/* How many steps were taken; -1: not known. Makes the table that says so. */
static int schema_version(struct session *session)
{
    int version = -1;
    if (execute(session, "CREATE TABLE IF NOT EXISTS schema_version (step BIGINT PRIMARY KEY)") !=
        DB_DONE) {
        return -1;
    }
    PGresult *result =
        PQexec(session->connection, "SELECT COALESCE(MAX(step), 0) FROM schema_version");
    if (PQresultStatus(result) == PGRES_TUPLES_OK) {
        version = (int)strtol(PQgetvalue(result, 0, 0), NULL, 10);
    }
    PQclear(result);
    return version;
}

/* One program at a time; the lock ends with the transaction. */
static enum status migrate(struct session *session)
{
    char insert[80];
    bool ok = execute(session, "BEGIN ISOLATION LEVEL READ COMMITTED") == DB_DONE &&
              execute(session, "SELECT pg_advisory_xact_lock(" MIGRATE_LOCK ")") == DB_ROW;
    int version = ok ? schema_version(session) : -1;
    if (version < 0 || (size_t)version > SCHEMA_STEP_COUNT) {
        (void)execute(session, "ROLLBACK");
        return version > 0 ? STATUS_CORRUPT : STATUS_IO;
    }
    for (size_t step = (size_t)version; ok && step < SCHEMA_STEP_COUNT; step++) {
        snprintf(insert, sizeof(insert), "INSERT INTO schema_version (step) VALUES (%zu)",
                 step + 1);
        ok = execute(session, SCHEMA_STEPS[step]) == DB_DONE && execute(session, insert) == DB_DONE;
    }
    if (!ok || execute(session, "COMMIT") != DB_DONE) {
        (void)execute(session, "ROLLBACK");
        return STATUS_IO;
    }
    return STATUS_OK;
}

static void close_session(struct session *session)
{
    for (int i = 0; i < SQL_COUNT; i++) {
        PQclear(session->results[i]);
    }
    PQfinish(session->connection);
    free(session);
}

static PGconn *dial(const char *address)
{
    /* Behind the address, whose own words win where it has any. */
    const char *const names[] = {"connect_timeout",
                                 "keepalives_idle",
                                 "keepalives_interval",
                                 "keepalives_count",
                                 "tcp_user_timeout",
                                 "application_name",
                                 "dbname",
                                 NULL};
    const char *const values[] = {"3", "10", "5", "3", "15000", "lobby-kiosk", address, NULL};
    return PQconnectdbParams(names, values, 1);
}

static enum status open_session(const char *address, bool bring_up_to_date,
                                struct session **session, char *error, size_t error_size)
{
    struct session *made = calloc(1, sizeof(*made));
    enum status status = STATUS_IO;
    if (made == NULL) {
        snprintf(error, error_size, "out of memory");
        return STATUS_IO;
    }
    made->connection = dial(address);
    if (made->connection == NULL || broken(made)) {
        status = STATUS_UNAVAILABLE;
    } else if (execute(made, SESSION_SETTINGS) == DB_DONE) {
        /* Its sentences name the values that they complain about: whose account it was. */
        PQsetErrorVerbosity(made->connection, PQERRORS_SQLSTATE);
        status = bring_up_to_date ? migrate(made) : STATUS_OK;
    }
    if (status != STATUS_OK) {
        snprintf(error, error_size, "%s",
                 made->connection != NULL ? error_text(made) : "no memory");
        error[strcspn(error, "\n")] = '\0';
        close_session(made);
        return status;
    }
    *session = made;
    return STATUS_OK;
}

/* -- transactions ------------------------------------------------------------------------- */

static void release(struct session *session)
{
    for (int i = 0; i < SQL_COUNT; i++) {
        PQclear(session->results[i]);
        session->results[i] = NULL;
    }
}

static enum db_result begin(struct session *session, bool reads)
{
    session->kept = false;
    return execute(session, reads ? "BEGIN READ ONLY" : "BEGIN");
}

/* A COMMIT of a transaction that failed before is answered with a rollback, and no error. */
static enum db_result commit(struct session *session)
{
    release(session);
    PGresult *result = PQexec(session->connection, "COMMIT");
    enum db_result judged = judge(result);
    if (judged == DB_DONE && strcmp(PQcmdStatus(result), "COMMIT") != 0) {
        judged = DB_ERROR;
    }
    PQclear(result);
    return judged;
}

static void rollback(struct session *session)
{
    release(session);
    if (PQtransactionStatus(session->connection) != PQTRANS_IDLE) {
        (void)execute(session, "ROLLBACK");
    }
}

/* A part costs one way to the server and back, not two: what is kept is released with the next. */
static enum db_result part_begin(struct session *session)
{
    const char *text = session->kept ? "RELEASE part; SAVEPOINT part" : "SAVEPOINT part";
    session->kept = false;
    return execute(session, text);
}

/* Whatever could go wrong went wrong before. */
static enum db_result part_keep(struct session *session)
{
    release(session);
    session->kept = true;
    return PQtransactionStatus(session->connection) == PQTRANS_INTRANS ? DB_DONE : DB_ERROR;
}

static enum db_result part_undo(struct session *session)
{
    release(session);
    return execute(session, "ROLLBACK TO part; RELEASE part");
}

/* -- statements --------------------------------------------------------------------------- */

static enum db_result prepare(struct session *session, enum sql sql)
{
    PGresult *result = PQprepare(session->connection, sql_name(sql), sql_text(sql), 0, NULL);
    enum db_result judged = judge(result);
    session->prepared[sql] = judged == DB_DONE;
    PQclear(result);
    return judged;
}

static enum db_result start(struct session *session, enum sql sql, const char *types,
                            const union db_value *values)
{
    const char *texts[SQL_PARAMETERS_MAX];
    char numbers[SQL_PARAMETERS_MAX][NUMBER_TEXT];
    int count = (int)strlen(types);
    if (!session->prepared[sql]) {
        enum db_result prepared = prepare(session, sql);
        if (prepared != DB_DONE) {
            return prepared;
        }
    }
    for (int i = 0; i < count; i++) {
        if (types[i] == 'i') {
            snprintf(numbers[i], NUMBER_TEXT, "%" PRId64, values[i].number);
        }
        texts[i] = types[i] == 't' ? values[i].text : numbers[i];
    }
    PQclear(session->results[sql]);
    session->results[sql] =
        PQexecPrepared(session->connection, sql_name(sql), count, texts, NULL, NULL, 0);
    session->rows[sql] = 0;
    return judge(session->results[sql]);
}

static enum db_result next(struct session *session, enum sql sql)
{
    session->rows[sql]++;
    return session->rows[sql] < PQntuples(session->results[sql]) ? DB_ROW : DB_DONE;
}

static int64_t finish(struct session *session, enum sql sql)
{
    return strtoll(PQcmdTuples(session->results[sql]), NULL, 10);
}

static const char *text(struct session *session, enum sql sql, int column)
{
    const PGresult *result = session->results[sql];
    int row = session->rows[sql];
    /* What is read of no row is nothing, as with SQLite. */
    if (row >= PQntuples(result) || PQgetisnull(result, row, column) != 0) {
        return NULL;
    }
    return PQgetvalue(result, row, column);
}

static int64_t number(struct session *session, enum sql sql, int column)
{
    const char *value = text(session, sql, column);
    return value != NULL ? strtoll(value, NULL, 10) : 0;
}

const struct engine engine_postgres = {
    .name = "postgresql",
    .shared = true,
    .sessions_max = SESSIONS,
    .group_max = GROUP,
    .open = open_session,
    .close = close_session,
    .broken = broken,
    .error = error_text,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .part_begin = part_begin,
    .part_keep = part_keep,
    .part_undo = part_undo,
    .start = start,
    .next = next,
    .finish = finish,
    .number = number,
    .text = text,
};
