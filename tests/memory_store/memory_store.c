#include "memory_store.h"

#include <sqlite3.h>
#include <stdio.h>

static sqlite3 *sqlite;

static int on_open(sqlite3 *opened, char **error, const struct sqlite3_api_routines *routines)
{
    (void)error;
    (void)routines;
    sqlite = opened;
    return SQLITE_OK;
}

struct db *store_open(void)
{
    struct db *db = NULL;
    char error[256] = "";
    CHECK(sqlite3_auto_extension((void (*)(void))on_open) == SQLITE_OK);
    if (db_open(":memory:", &db, error, sizeof(error)) != STATUS_OK) {
        fprintf(stderr, "%s\n", error);
        CHECK(false);
    }
    sqlite3_reset_auto_extension();
    return db;
}

struct sqlite3 *store_sqlite(void)
{
    return sqlite;
}

void store_run(const char *sql)
{
    char *error = NULL;
    if (sqlite3_exec(sqlite, sql, NULL, NULL, &error) != SQLITE_OK) {
        fprintf(stderr, "%s\nin: %s\n", error, sql);
        CHECK(false);
    }
}

int64_t store_number(const char *sql)
{
    sqlite3_stmt *statement = NULL;
    CHECK(sqlite3_prepare_v2(sqlite, sql, -1, &statement, NULL) == SQLITE_OK);
    CHECK(sqlite3_step(statement) == SQLITE_ROW);
    int64_t number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return number;
}
