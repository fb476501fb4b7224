/* SQLite: one file, one writer, every commit on the disk before it is answered. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "billing/store/engine.h"
#include "billing/store/group.h"
#include "billing/store/schema.h"

/* The write-ahead log goes into the file when it is so long: a page that many payments change goes
 * once. After a crash 16 MiB are read again, which takes less time than starting does. */
#define SESSIONS  8 /* one writes, the others read what was committed */
#define LOG_PAGES 4000
#define CACHE_KIB 16384

#define PART "part" /* the savepoint of one transaction in a group */

/* What begins and ends transactions and their parts. */
enum verb { BEGIN, BEGIN_READING, COMMIT, ROLLBACK, PART_BEGIN, PART_KEEP, PART_UNDO, VERB_COUNT };

/* IMMEDIATE: whoever reads may write, and nobody else writes meanwhile. */
static const char *const VERBS[VERB_COUNT] = {
    [BEGIN] = "BEGIN IMMEDIATE",
    [BEGIN_READING] = "BEGIN",
    [COMMIT] = "COMMIT",
    [ROLLBACK] = "ROLLBACK",
    [PART_BEGIN] = "SAVEPOINT " PART,
    [PART_KEEP] = "RELEASE " PART,
    [PART_UNDO] = "ROLLBACK TO " PART,
};

struct session {
    sqlite3 *sqlite;
    sqlite3_stmt *verbs[VERB_COUNT];
    sqlite3_stmt *statements[SQL_COUNT];
    /* SQLite numbers $N by first appearance: where the one of that number is bound. */
    int places[SQL_COUNT][SQL_PARAMETERS_MAX];
    int parameters[SQL_COUNT];
    bool busy[SQL_COUNT]; /* holds a row: reset when the transaction ends */
    bool reads;           /* this transaction must not write */
};

static bool execute(struct session *session, const char *text)
{
    return sqlite3_exec(session->sqlite, text, NULL, NULL, NULL) == SQLITE_OK;
}

/* PRAGMA user_version counts the steps that were taken. */
static int schema_version(struct session *session)
{
    sqlite3_stmt *statement = NULL;
    int version = -1;
    if (sqlite3_prepare_v2(session->sqlite, "PRAGMA user_version", -1, &statement, NULL) ==
            SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW) {
        version = sqlite3_column_int(statement, 0);
    }
    sqlite3_finalize(statement);
    return version;
}

static enum status migrate(struct session *session)
{
    char pragma[64];
    bool ok = execute(session, "BEGIN IMMEDIATE");
    int version = schema_version(session);
    if (!ok || version < 0 || (size_t)version > SCHEMA_STEP_COUNT) {
        execute(session, "ROLLBACK");
        return ok && version > 0 ? STATUS_CORRUPT : STATUS_IO;
    }
    for (size_t step = (size_t)version; ok && step < SCHEMA_STEP_COUNT; step++) {
        snprintf(pragma, sizeof(pragma), "PRAGMA user_version = %zu", step + 1);
        ok = execute(session, SCHEMA_STEPS[step]) && execute(session, pragma);
    }
    if (!ok || !execute(session, "COMMIT")) {
        execute(session, "ROLLBACK");
        return STATUS_IO;
    }
    return STATUS_OK;
}

static enum status prepare(struct session *session, const char *text, sqlite3_stmt **statement)
{
    return sqlite3_prepare_v3(session->sqlite, text, -1, SQLITE_PREPARE_PERSISTENT, statement,
                              NULL) == SQLITE_OK
               ? STATUS_OK
               : STATUS_CORRUPT;
}

static void find_places(struct session *session, int sql)
{
    int count = sqlite3_bind_parameter_count(session->statements[sql]);
    CHECK(count <= SQL_PARAMETERS_MAX);
    session->parameters[sql] = count;
    for (int i = 0; i < count; i++) {
        char name[16];
        snprintf(name, sizeof(name), "$%d", i + 1);
        session->places[sql][i] = sqlite3_bind_parameter_index(session->statements[sql], name);
        CHECK(session->places[sql][i] > 0);
    }
}

static enum status prepare_all(struct session *session)
{
    enum status status = STATUS_OK;
    for (int i = 0; i < VERB_COUNT && status == STATUS_OK; i++) {
        status = prepare(session, VERBS[i], &session->verbs[i]);
    }
    for (int i = 0; i < SQL_COUNT && status == STATUS_OK; i++) {
        status = prepare(session, sql_text((enum sql)i), &session->statements[i]);
        if (status == STATUS_OK) {
            find_places(session, i);
        }
    }
    return status;
}

static enum status open_file(struct session *session, const char *path, bool bring_up_to_date)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(path, &session->sqlite, flags, NULL) != SQLITE_OK) {
        return STATUS_IO;
    }
    sqlite3_extended_result_codes(session->sqlite, 1);
    sqlite3_busy_timeout(session->sqlite, DB_BUSY_MS);
    char sizes[96];
    snprintf(sizes, sizeof(sizes), "PRAGMA wal_autocheckpoint = %d; PRAGMA cache_size = -%d",
             LOG_PAGES, CACHE_KIB);
    bool ok = execute(session, "PRAGMA journal_mode = WAL") && execute(session, sizes) &&
              execute(session, "PRAGMA synchronous = FULL") &&
              execute(session, "PRAGMA foreign_keys = ON") &&
              /* What a part may take back stays in memory; nothing else of ours is temporary. */
              execute(session, "PRAGMA temp_store = MEMORY") &&
              execute(session, "PRAGMA trusted_schema = OFF");
    enum status status = ok ? STATUS_OK : STATUS_IO;
    if (status == STATUS_OK && bring_up_to_date) {
        status = migrate(session);
    }
    return status == STATUS_OK ? prepare_all(session) : status;
}

static void close_session(struct session *session)
{
    for (int i = 0; i < VERB_COUNT; i++) {
        sqlite3_finalize(session->verbs[i]);
    }
    for (int i = 0; i < SQL_COUNT; i++) {
        sqlite3_finalize(session->statements[i]);
    }
    sqlite3_close(session->sqlite);
    free(session);
}

static enum status open_session(const char *address, bool bring_up_to_date,
                                struct session **session, char *error, size_t error_size)
{
    struct session *made = calloc(1, sizeof(*made));
    if (made == NULL) {
        snprintf(error, error_size, "out of memory");
        return STATUS_IO;
    }
    enum status status = open_file(made, address, bring_up_to_date);
    if (status != STATUS_OK) {
        snprintf(error, error_size, "%s: %s", address,
                 made->sqlite != NULL ? sqlite3_errmsg(made->sqlite) : "out of memory");
        close_session(made);
        return status;
    }
    *session = made;
    return STATUS_OK;
}

static bool broken(const struct session *session)
{
    (void)session; /* a file does not hang up */
    return false;
}

static const char *error_text(const struct session *session)
{
    return sqlite3_errmsg(session->sqlite);
}

static void release(struct session *session)
{
    for (int i = 0; i < SQL_COUNT; i++) {
        if (session->busy[i]) {
            sqlite3_reset(session->statements[i]);
            sqlite3_clear_bindings(session->statements[i]);
            session->busy[i] = false;
        }
    }
}

/* True: done. */
static bool say(struct session *session, enum verb verb)
{
    bool done = sqlite3_step(session->verbs[verb]) == SQLITE_DONE;
    sqlite3_reset(session->verbs[verb]);
    return done;
}

static enum db_result begin(struct session *session, bool reads)
{
    session->reads = reads;
    return say(session, reads ? BEGIN_READING : BEGIN) ? DB_DONE : DB_ERROR;
}

static enum db_result commit(struct session *session)
{
    release(session);
    return say(session, COMMIT) ? DB_DONE : DB_ERROR;
}

/* There is none to roll back where an error did it already. */
static void rollback(struct session *session)
{
    release(session);
    (void)say(session, ROLLBACK);
}

/*
 * A full disk or a failing one ends the whole transaction by itself, and a savepoint outside of one
 * would quietly begin another: so whether it is still there is asked first.
 */
static enum db_result part_begin(struct session *session)
{
    bool inside = sqlite3_get_autocommit(session->sqlite) == 0;
    return inside && say(session, PART_BEGIN) ? DB_DONE : DB_ERROR;
}

static enum db_result part_keep(struct session *session)
{
    release(session);
    return say(session, PART_KEEP) ? DB_DONE : DB_ERROR;
}

static enum db_result part_undo(struct session *session)
{
    release(session);
    return say(session, PART_UNDO) && say(session, PART_KEEP) ? DB_DONE : DB_ERROR;
}

static enum db_result next(struct session *session, enum sql sql)
{
    int code = sqlite3_step(session->statements[sql]);
    return code == SQLITE_ROW ? DB_ROW : code == SQLITE_DONE ? DB_DONE : DB_ERROR;
}

static enum db_result start(struct session *session, enum sql sql, const char *types,
                            const union db_value *values)
{
    sqlite3_stmt *statement = session->statements[sql];
    bool ok = true;
    sqlite3_reset(statement);
    session->busy[sql] = true;
    CHECK(session->parameters[sql] == (int)strlen(types));
    if (session->reads && sqlite3_stmt_readonly(statement) == 0) {
        return DB_ERROR;
    }
    for (int i = 0; ok && types[i] != '\0'; i++) {
        int place = session->places[sql][i];
        ok = (types[i] == 't'
                  ? sqlite3_bind_text(statement, place, values[i].text, -1, SQLITE_TRANSIENT)
                  : sqlite3_bind_int64(statement, place, values[i].number)) == SQLITE_OK;
    }
    return ok ? next(session, sql) : DB_ERROR;
}

static int64_t finish(struct session *session, enum sql sql)
{
    sqlite3_reset(session->statements[sql]);
    return sqlite3_changes(session->sqlite);
}

/* At once: a file is not far. */
static enum db_result change(struct session *session, enum sql sql, const char *types,
                             const union db_value *values, bool must)
{
    enum db_result result = start(session, sql, types, values);
    if (result != DB_ROW && result != DB_DONE) {
        return result;
    }
    return finish(session, sql) > 0 || !must ? DB_DONE : DB_ERROR;
}

static enum db_result settle(struct session *session)
{
    (void)session;
    return DB_DONE;
}

static int64_t number(struct session *session, enum sql sql, int column)
{
    return sqlite3_column_int64(session->statements[sql], column);
}

static const char *text(struct session *session, enum sql sql, int column)
{
    return (const char *)sqlite3_column_text(session->statements[sql], column);
}

const struct engine engine_sqlite = {
    .name = "sqlite",
    .sessions_max = SESSIONS,
    .group_max = GROUP_MAX,
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
