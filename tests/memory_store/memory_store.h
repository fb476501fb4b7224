/*
 * memory_store.h - the server's real store on an SQLite in memory, and the way behind its back: the
 * very connection that it works on.
 */
#ifndef TESTS_MEMORY_STORE_H
#define TESTS_MEMORY_STORE_H

#include "billing/store/db.h"

struct sqlite3;

/* One at a time; db_close() ends it. A store that cannot be opened ends the test. */
struct db *store_open(void);
struct sqlite3 *store_sqlite(void);

/* Not inside one of the store's transactions, or as a part of it. */
void store_run(const char *sql);
int64_t store_number(const char *sql);

#endif
