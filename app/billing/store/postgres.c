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
#define QUEUE_MAX    32 /* statements on their way before anybody asks what became of them */
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
    /* Sent, or about to be, in libpq's pipeline, and not answered yet. */
    int queued;
    bool must[QUEUE_MAX]; /* change a row */
    bool lost;            /* in the middle of the pipeline: libpq calls such a connection good */
};

static bool broken(const struct session *session)
{
    return session->lost || PQstatus(session->connection) != CONNECTION_OK;
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

/* -- the pipeline --------------------------------------------------------------------------- */

/*
 * What nobody waits for goes to the server with the next statement whose answer is wanted: one way
 * there and back for all of them. An error of one ends the rest, and the transaction.
 */

/* One more answer off the line, judged. must: no row changed is an error. NULL: it is gone. */
static PGresult *answer(struct session *session, bool must, enum db_result *judged)
{
    PGresult *result = PQgetResult(session->connection);
    *judged = DB_ERROR;
    if (result != NULL) {
        *judged = judge(result);
        if (*judged == DB_DONE && must && strtoll(PQcmdTuples(result), NULL, 10) == 0) {
            *judged = DB_ERROR;
        }
        PQclear(PQgetResult(session->connection)); /* NULL: the end of this one */
    }
    return result;
}

/*
 * Sends what is queued and takes all answers in. *last: that of the last one, which is the
 * caller's, in place of a verdict over it. The first that went wrong decides.
 */
static enum db_result drain(struct session *session, PGresult **last)
{
    PGconn *connection = session->connection;
    enum db_result verdict = PQpipelineSync(connection) == 1 ? DB_DONE : DB_ERROR;
    int count = session->queued;
    session->queued = 0;
    for (int i = 0; i < count; i++) {
        enum db_result judged = DB_ERROR;
        bool wanted = last != NULL && i == count - 1;
        PGresult *result = answer(session, session->must[i] && !wanted, &judged);
        if (wanted) {
            *last = result;
        } else {
            PQclear(result);
            judged = judged == DB_ROW ? DB_DONE : judged;
            verdict = verdict == DB_DONE ? judged : verdict;
        }
    }
    PQclear(PQgetResult(connection)); /* the sync's own */
    if (PQexitPipelineMode(connection) != 1) {
        session->lost = true;
        verdict = DB_ERROR;
    }
    return verdict;
}

static enum db_result settle(struct session *session)
{
    return session->queued > 0 ? drain(session, NULL) : DB_DONE;
}

/* Room for one more, in pipeline mode. */
static enum db_result make_room(struct session *session)
{
    enum db_result result = session->queued == QUEUE_MAX ? drain(session, NULL) : DB_DONE;
    if (result == DB_DONE && session->queued == 0 &&
        PQenterPipelineMode(session->connection) != 1) {
        session->lost = true;
        return DB_ERROR;
    }
    return result;
}

static enum db_result queued(struct session *session, int sent, bool must)
{
    if (sent != 1) {
        session->lost = true;
        return DB_ERROR;
    }
    session->must[session->queued++] = must;
    return DB_DONE;
}

static enum db_result queue_text(struct session *session, const char *text)
{
    enum db_result result = make_room(session);
    return result != DB_DONE
               ? result
               : queued(session,
                        PQsendQueryParams(session->connection, text, 0, NULL, NULL, NULL, NULL, 0),
                        false);
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
    enum db_result settled = settle(session);
    if (settled != DB_DONE) {
        return settled;
    }
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
    (void)settle(session); /* whatever it says, it goes */
    if (PQtransactionStatus(session->connection) != PQTRANS_IDLE) {
        (void)execute(session, "ROLLBACK");
    }
}

/* A part costs no way of its own: it begins with its first statement, and ends with the next part.
 */
static enum db_result part_begin(struct session *session)
{
    enum db_result released = session->kept ? queue_text(session, "RELEASE part") : DB_DONE;
    session->kept = false;
    return released == DB_DONE ? queue_text(session, "SAVEPOINT part") : released;
}

/* Whatever could go wrong went wrong before: db.c has settled it. */
static enum db_result part_keep(struct session *session)
{
    release(session);
    session->kept = true;
    return PQtransactionStatus(session->connection) == PQTRANS_INTRANS ? DB_DONE : DB_ERROR;
}

/* What is queued may fail, it is undone; but not because another transaction came between. */
static enum db_result part_undo(struct session *session)
{
    release(session);
    if (settle(session) == DB_CONFLICT) {
        return DB_CONFLICT;
    }
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

/* The values as libpq takes them. */
struct bound {
    int count;
    const char *texts[SQL_PARAMETERS_MAX];
    char numbers[SQL_PARAMETERS_MAX][NUMBER_TEXT];
};

static void bind(struct bound *bound, const char *types, const union db_value *values)
{
    bound->count = (int)strlen(types);
    for (int i = 0; i < bound->count; i++) {
        if (types[i] == 'i') {
            snprintf(bound->numbers[i], NUMBER_TEXT, "%" PRId64, values[i].number);
        }
        bound->texts[i] = types[i] == 't' ? values[i].text : bound->numbers[i];
    }
}

/* A statement is prepared once for a session, outside the pipeline. */
static enum db_result make_ready(struct session *session, enum sql sql)
{
    if (session->prepared[sql]) {
        return DB_DONE;
    }
    enum db_result settled = settle(session);
    return settled == DB_DONE ? prepare(session, sql) : settled;
}

static enum db_result send_queued(struct session *session, enum sql sql, const struct bound *bound,
                                  bool must)
{
    enum db_result result = make_room(session);
    return result != DB_DONE
               ? result
               : queued(session,
                        PQsendQueryPrepared(session->connection, sql_name(sql), bound->count,
                                            bound->texts, NULL, NULL, 0),
                        must);
}

static enum db_result change(struct session *session, enum sql sql, const char *types,
                             const union db_value *values, bool must)
{
    struct bound bound;
    enum db_result ready = make_ready(session, sql);
    if (ready != DB_DONE) {
        return ready;
    }
    bind(&bound, types, values);
    return send_queued(session, sql, &bound, must);
}

static enum db_result start(struct session *session, enum sql sql, const char *types,
                            const union db_value *values)
{
    struct bound bound;
    enum db_result result = make_ready(session, sql);
    if (result != DB_DONE) {
        return result;
    }
    bind(&bound, types, values);
    PQclear(session->results[sql]);
    session->results[sql] = NULL;
    session->rows[sql] = 0;
    if (session->queued == 0) {
        session->results[sql] = PQexecPrepared(session->connection, sql_name(sql), bound.count,
                                               bound.texts, NULL, NULL, 0);
        return judge(session->results[sql]);
    }
    result = send_queued(session, sql, &bound, false);
    if (result == DB_DONE) {
        result = drain(session, &session->results[sql]);
    }
    return result == DB_DONE ? judge(session->results[sql]) : result;
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
    .change = change,
    .settle = settle,
    .start = start,
    .next = next,
    .finish = finish,
    .number = number,
    .text = text,
};
