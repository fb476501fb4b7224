/*
 * db.h - the thinnest layer over the engine: transactions, prepared statements by name.
 *
 * One connection, one writer: db_begin() takes it for the calling thread until db_commit() or
 * db_rollback(); statements are used between the two only. Any engine error spoils the whole
 * transaction: db_commit() then rolls back and answers STATUS_IO, so that a caller who took an
 * error for "no row" can never make it durable, nor answer from it.
 */
#ifndef BILLING_STORE_DB_H
#define BILLING_STORE_DB_H

#include <stddef.h>
#include <stdint.h>

#include "common/status.h"

enum sql {
#define SQL(name, text) SQL_##name,
#include "billing/store/sql.h"
#undef SQL
    SQL_COUNT
};

/* The text of a statement: for the test that prepares it on the other engine. */
const char *sql_text(enum sql sql);
const char *sql_name(enum sql sql);

struct db;

/*
 * Opens or makes the store (WAL, synchronous FULL), brings its schema up to date and prepares
 * every statement. STATUS_CORRUPT: made by a newer program or no store; STATUS_IO: the rest,
 * with a sentence in error.
 */
enum status db_open(const char *path, struct db **db, char *error, size_t error_size) MUST_USE;
void db_close(struct db *db);

/* Waits for the connection, then for the file: at most DB_BUSY_MS. STATUS_IO spoils as below. */
enum status db_begin(struct db *db) MUST_USE;
enum status db_commit(struct db *db) MUST_USE;
void db_rollback(struct db *db);

/*
 * Binds by types, one letter a parameter: 't' const char * (NULL: SQL NULL), 'i' int64_t.
 * db_run: for statements whose rows nobody wants: STATUS_NOT_FOUND when nothing was changed.
 * db_row: runs to the first row, STATUS_NOT_FOUND without one; the row is current until the
 * same statement is used again or the transaction ends.
 */
enum status db_run(struct db *db, enum sql sql, const char *types, ...);
enum status db_row(struct db *db, enum sql sql, const char *types, ...) MUST_USE;
/* The next row of the statement. */
enum status db_next(struct db *db, enum sql sql) MUST_USE;

int64_t db_int(struct db *db, enum sql sql, int column);
/* Copies; a text that does not fit spoils the transaction. NULL reads as "". */
void db_text(struct db *db, enum sql sql, int column, char *text, size_t size);

/* Spoils the transaction: what was read contradicts itself. */
void db_spoil(struct db *db, const char *what);

#define DB_BUSY_MS 10000

#endif
