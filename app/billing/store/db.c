#include "billing/store/db.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "billing/store/schema.h"
#include "system/log.h"

static const char *const TEXTS[SQL_COUNT] = {
#define SQL(name, text) [SQL_##name] = (text),
#include "billing/store/sql.h"
#undef SQL
};

static const char *const NAMES[SQL_COUNT] = {
#define SQL(name, text) [SQL_##name] = #name,
#include "billing/store/sql.h"
#undef SQL
};

struct db {
    pthread_mutex_t mutex;
    sqlite3 *sqlite;
    sqlite3_stmt *statements[SQL_COUNT];
    bool busy[SQL_COUNT]; /* holds a row: reset when the transaction ends */
    bool spoiled;
};

const char *sql_text(enum sql sql)
{
    return TEXTS[sql];
}

const char *sql_name(enum sql sql)
{
    return NAMES[sql];
}

static bool execute(struct db *db, const char *text)
{
    return sqlite3_exec(db->sqlite, text, NULL, NULL, NULL) == SQLITE_OK;
}

/* PRAGMA user_version counts the steps that were taken. */
static int schema_version(struct db *db)
{
    sqlite3_stmt *statement = NULL;
    int version = -1;
    if (sqlite3_prepare_v2(db->sqlite, "PRAGMA user_version", -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW) {
        version = sqlite3_column_int(statement, 0);
    }
    sqlite3_finalize(statement);
    return version;
}

static enum status migrate(struct db *db)
{
    char pragma[64];
    bool ok = execute(db, "BEGIN IMMEDIATE");
    int version = schema_version(db);
    if (!ok || version < 0 || (size_t)version > SCHEMA_STEP_COUNT) {
        execute(db, "ROLLBACK");
        return ok && version > 0 ? STATUS_CORRUPT : STATUS_IO;
    }
    for (size_t step = (size_t)version; ok && step < SCHEMA_STEP_COUNT; step++) {
        snprintf(pragma, sizeof(pragma), "PRAGMA user_version = %zu", step + 1);
        ok = execute(db, SCHEMA_STEPS[step]) && execute(db, pragma);
    }
    if (!ok || !execute(db, "COMMIT")) {
        execute(db, "ROLLBACK");
        return STATUS_IO;
    }
    return STATUS_OK;
}

static enum status prepare_all(struct db *db)
{
    for (int i = 0; i < SQL_COUNT; i++) {
        if (sqlite3_prepare_v3(db->sqlite, TEXTS[i], -1, SQLITE_PREPARE_PERSISTENT,
                               &db->statements[i], NULL) != SQLITE_OK) {
            return STATUS_CORRUPT;
        }
    }
    return STATUS_OK;
}

static enum status open_file(struct db *db, const char *path)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(path, &db->sqlite, flags, NULL) != SQLITE_OK) {
        return STATUS_IO;
    }
    sqlite3_extended_result_codes(db->sqlite, 1);
    sqlite3_busy_timeout(db->sqlite, DB_BUSY_MS);
    bool ok = execute(db, "PRAGMA journal_mode = WAL") &&
              execute(db, "PRAGMA synchronous = FULL") && execute(db, "PRAGMA foreign_keys = ON") &&
              execute(db, "PRAGMA trusted_schema = OFF");
    enum status status = ok ? migrate(db) : STATUS_IO;
    return status == STATUS_OK ? prepare_all(db) : status;
}

enum status db_open(const char *path, struct db **db, char *error, size_t error_size)
{
    struct db *made = calloc(1, sizeof(*made));
    if (made == NULL) {
        snprintf(error, error_size, "out of memory");
        return STATUS_IO;
    }
    pthread_mutex_init(&made->mutex, NULL);
    enum status status = open_file(made, path);
    if (status != STATUS_OK) {
        snprintf(error, error_size, "%s: %s", path,
                 made->sqlite != NULL ? sqlite3_errmsg(made->sqlite) : "out of memory");
        db_close(made);
        return status;
    }
    *db = made;
    return STATUS_OK;
}

void db_close(struct db *db)
{
    if (db == NULL) {
        return;
    }
    for (int i = 0; i < SQL_COUNT; i++) {
        sqlite3_finalize(db->statements[i]);
    }
    sqlite3_close(db->sqlite);
    pthread_mutex_destroy(&db->mutex);
    free(db);
}

void db_spoil(struct db *db, const char *what)
{
    db->spoiled = true;
    log_error("store.spoiled", "what=\"%s\" error=\"%s\"", what, sqlite3_errmsg(db->sqlite));
}

enum status db_begin(struct db *db)
{
    pthread_mutex_lock(&db->mutex);
    db->spoiled = false;
    if (!execute(db, "BEGIN IMMEDIATE")) {
        db_spoil(db, "begin");
        pthread_mutex_unlock(&db->mutex);
        return STATUS_IO;
    }
    return STATUS_OK;
}

static void release(struct db *db)
{
    for (int i = 0; i < SQL_COUNT; i++) {
        if (db->busy[i]) {
            sqlite3_reset(db->statements[i]);
            sqlite3_clear_bindings(db->statements[i]);
            db->busy[i] = false;
        }
    }
}

enum status db_commit(struct db *db)
{
    release(db);
    if (!db->spoiled && !execute(db, "COMMIT")) {
        db_spoil(db, "commit");
    }
    bool ok = !db->spoiled;
    if (!ok) {
        execute(db, "ROLLBACK");
    }
    pthread_mutex_unlock(&db->mutex);
    return ok ? STATUS_OK : STATUS_IO;
}

void db_rollback(struct db *db)
{
    release(db);
    execute(db, "ROLLBACK");
    pthread_mutex_unlock(&db->mutex);
}

/* By name: SQLite numbers $N by first appearance, so a position would bind the wrong one. */
static bool bind(struct db *db, enum sql sql, const char *types, va_list *arguments)
{
    sqlite3_stmt *statement = db->statements[sql];
    bool ok = true;
    sqlite3_reset(statement);
    db->busy[sql] = true;
    for (int i = 0; ok && types[i] != '\0'; i++) {
        char name[16];
        snprintf(name, sizeof(name), "$%d", i + 1);
        int index = sqlite3_bind_parameter_index(statement, name);
        CHECK(index > 0 && (types[i] == 't' || types[i] == 'i'));
        if (types[i] == 't') {
            const char *text = va_arg(*arguments, const char *);
            ok = sqlite3_bind_text(statement, index, text, -1, SQLITE_TRANSIENT) == SQLITE_OK;
        } else {
            ok = sqlite3_bind_int64(statement, index, va_arg(*arguments, int64_t)) == SQLITE_OK;
        }
    }
    CHECK(sqlite3_bind_parameter_count(statement) == (int)strlen(types));
    return ok;
}

static enum status step(struct db *db, enum sql sql)
{
    if (db->spoiled) {
        return STATUS_IO;
    }
    int code = sqlite3_step(db->statements[sql]);
    if (code == SQLITE_ROW) {
        return STATUS_OK;
    }
    if (code != SQLITE_DONE) {
        db_spoil(db, NAMES[sql]);
        return STATUS_IO;
    }
    return STATUS_NOT_FOUND;
}

enum status db_run(struct db *db, enum sql sql, const char *types, ...)
{
    va_list arguments;
    va_start(arguments, types);
    bool bound = bind(db, sql, types, &arguments);
    va_end(arguments);
    if (!bound) {
        db_spoil(db, NAMES[sql]);
        return STATUS_IO;
    }
    enum status status = step(db, sql);
    sqlite3_reset(db->statements[sql]);
    if (status == STATUS_IO) {
        return status;
    }
    return sqlite3_changes(db->sqlite) > 0 ? STATUS_OK : STATUS_NOT_FOUND;
}

enum status db_row(struct db *db, enum sql sql, const char *types, ...)
{
    va_list arguments;
    va_start(arguments, types);
    bool bound = bind(db, sql, types, &arguments);
    va_end(arguments);
    if (!bound) {
        db_spoil(db, NAMES[sql]);
        return STATUS_IO;
    }
    return step(db, sql);
}

enum status db_next(struct db *db, enum sql sql)
{
    return step(db, sql);
}

int64_t db_int(struct db *db, enum sql sql, int column)
{
    return sqlite3_column_int64(db->statements[sql], column);
}

void db_text(struct db *db, enum sql sql, int column, char *text, size_t size)
{
    const unsigned char *value = sqlite3_column_text(db->statements[sql], column);
    size_t length = value != NULL ? strlen((const char *)value) : 0;
    if (length >= size) {
        db_spoil(db, NAMES[sql]);
        length = 0;
    }
    if (length > 0) {
        memcpy(text, value, length);
    }
    text[length] = '\0';
}
