/*
 * SQLite's prepared statements, kept when they are finalized and handed out again for the same
 * text: journal and gateway prepare one for every question, which is most of what they cost. The
 * linker hands their names to the functions below (--wrap).
 */
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "common/status.h"

#define KEPT_MAX  4096 /* a power of two */
#define PROBE_MAX 64

struct kept {
    sqlite3 *database;
    sqlite3_stmt *statement;
    unsigned hash;
    int busy;
};

static struct kept kept[KEPT_MAX];

int __real_sqlite3_prepare_v2(sqlite3 *database, const char *sql, int bytes,
                              sqlite3_stmt **statement, const char **tail);
int __wrap_sqlite3_prepare_v2(sqlite3 *database, const char *sql, int bytes,
                              sqlite3_stmt **statement, const char **tail);
int __real_sqlite3_finalize(sqlite3_stmt *statement);
int __wrap_sqlite3_finalize(sqlite3_stmt *statement);
int __real_sqlite3_close(sqlite3 *database);
int __wrap_sqlite3_close(sqlite3 *database);
int __real_sqlite3_exec(sqlite3 *database, const char *sql,
                        int (*row)(void *, int, char **, char **), void *context, char **error);
int __wrap_sqlite3_exec(sqlite3 *database, const char *sql,
                        int (*row)(void *, int, char **, char **), void *context, char **error);

static unsigned hash_of(const sqlite3 *database, const char *sql)
{
    unsigned hash = (unsigned)((uintptr_t)database >> 4);
    for (; *sql != '\0'; sql++) {
        hash = (hash ^ (unsigned char)*sql) * 16777619U;
    }
    return hash ^ hash >> 15;
}

int __wrap_sqlite3_prepare_v2(sqlite3 *database, const char *sql, int bytes,
                              sqlite3_stmt **statement, const char **tail)
{
    unsigned hash = hash_of(database, sql);
    struct kept *free_place = NULL;
    for (unsigned i = 0; i < PROBE_MAX; i++) {
        struct kept *place = &kept[(hash + i) % KEPT_MAX];
        if (place->statement == NULL) {
            free_place = free_place != NULL ? free_place : place;
        } else if (!place->busy && place->hash == hash && place->database == database &&
                   strcmp(sqlite3_sql(place->statement), sql) == 0) {
            place->busy = 1;
            *statement = place->statement;
            return SQLITE_OK;
        }
    }
    int result = __real_sqlite3_prepare_v2(database, sql, bytes, statement, tail);
    if (result == SQLITE_OK && *statement != NULL && bytes < 0 && free_place != NULL) {
        *free_place = (struct kept){database, *statement, hash, 1};
    }
    return result;
}

int __wrap_sqlite3_finalize(sqlite3_stmt *statement)
{
    if (statement == NULL) {
        return SQLITE_OK;
    }
    unsigned hash = hash_of(sqlite3_db_handle(statement), sqlite3_sql(statement));
    for (unsigned i = 0; i < PROBE_MAX; i++) {
        struct kept *place = &kept[(hash + i) % KEPT_MAX];
        if (place->statement == statement) {
            place->busy = 0;
            (void)sqlite3_clear_bindings(statement);
            return sqlite3_reset(statement);
        }
    }
    return __real_sqlite3_finalize(statement);
}

/* What begins and ends transactions is prepared once, too. */
int __wrap_sqlite3_exec(sqlite3 *database, const char *sql,
                        int (*row)(void *, int, char **, char **), void *context, char **error)
{
    sqlite3_stmt *statement = NULL;
    bool verb = strcmp(sql, "BEGIN IMMEDIATE") == 0 || strcmp(sql, "COMMIT") == 0;
    if (!verb || __wrap_sqlite3_prepare_v2(database, sql, -1, &statement, NULL) != SQLITE_OK) {
        return __real_sqlite3_exec(database, sql, row, context, error);
    }
    int result = sqlite3_step(statement);
    (void)__wrap_sqlite3_finalize(statement);
    return result == SQLITE_DONE ? SQLITE_OK : result;
}

int __wrap_sqlite3_close(sqlite3 *database)
{
    for (int i = 0; i < KEPT_MAX; i++) {
        if (kept[i].statement != NULL && kept[i].database == database) {
            CHECK(!kept[i].busy);
            (void)__real_sqlite3_finalize(kept[i].statement);
            kept[i] = (struct kept){0};
        }
    }
    return __real_sqlite3_close(database);
}
