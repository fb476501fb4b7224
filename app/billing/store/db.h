/*
 * db.h - the thinnest layer over the engine: transactions, prepared statements by name. SQLite for
 * one machine, PostgreSQL for many servers; schema and statements are the same text.
 *
 * Transactions are serializable: whatever they read and write is as if they had run one after the
 * other. Any engine error spoils the whole transaction: it is rolled back and STATUS_IO answered,
 * so that a caller who took an error for "no row" can never make it durable, nor answer from it.
 */
#ifndef BILLING_STORE_DB_H
#define BILLING_STORE_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/status.h"

enum sql {
#define SQL(name, text) SQL_##name,
#include "billing/store/sql.h"
#undef SQL
    SQL_COUNT
};

const char *sql_text(enum sql sql);
const char *sql_name(enum sql sql);

struct db;

/*
 * address: "postgresql://..." or a file's path, which is made where it is missing (SQLite: WAL,
 * synchronous FULL). Brings the schema up to date; several programs may do so at once.
 * STATUS_CORRUPT: made by a newer program, or no store; STATUS_UNAVAILABLE: no PostgreSQL answers;
 * STATUS_IO: the rest, with a sentence in error.
 */
enum status db_open(const char *address, struct db **db, char *error, size_t error_size) MUST_USE;
void db_close(struct db *db);
/* Several servers may work on it at once. */
bool db_shared(const struct db *db);

/*
 * One transaction: runs work, commits when it answers STATUS_OK, else rolls back and answers what
 * it answered. When another transaction came between, work runs AGAIN: it must begin from its
 * context anew and touch nothing but the store and that context. It may run on another thread:
 * those that wait at the same time are run by one of the waiting threads and share one commit, and
 * all of them are answered when it is on the disk. STATUS_IO: spoiled, or the commit failed or the
 * connection was lost; then it is not known whether it was committed, as after a lost reply, and
 * whatever work found out in its context is nothing to answer from. Blocks: DB_BUSY_MS for a turn,
 * and while it is tried again.
 */
typedef enum status db_work(struct db *db, void *context);
enum status db_transact(struct db *db, db_work *work, void *context) MUST_USE;

/*
 * One that only reads: beside everybody else, of what is durable, and waiting for no commit. A
 * statement that writes spoils it.
 */
enum status db_read(struct db *db, db_work *work, void *context) MUST_USE;

/*
 * Inside a transaction. Binds by types, one letter a parameter: 't' const char * (NULL: SQL NULL),
 * 'i' int64_t.
 * db_run: for statements whose rows nobody wants: STATUS_NOT_FOUND when nothing was changed.
 * db_row: runs to the first row, STATUS_NOT_FOUND without one; the row is current until the
 * same statement is used again or the transaction ends.
 */
enum status db_run(struct db *db, enum sql sql, const char *types, ...);
enum status db_row(struct db *db, enum sql sql, const char *types, ...) MUST_USE;

/*
 * The same for a change whose outcome nobody looks at: it may go to the database only with the next
 * statement or at the transaction's end. db_change: a row must change, or the transaction is
 * spoiled; db_change_any: none need. STATUS_IO: it is spoiled already.
 */
enum status db_change(struct db *db, enum sql sql, const char *types, ...) MUST_USE;
enum status db_change_any(struct db *db, enum sql sql, const char *types, ...) MUST_USE;

/* The next row of the statement. */
enum status db_next(struct db *db, enum sql sql) MUST_USE;

int64_t db_int(struct db *db, enum sql sql, int column);
/* Copies; a text that does not fit spoils the transaction. NULL reads as "". */
void db_text(struct db *db, enum sql sql, int column, char *text, size_t size);

/* Spoils the transaction: what was read contradicts itself. */
void db_spoil(struct db *db, const char *what);

#define DB_BUSY_MS 10000

#endif
