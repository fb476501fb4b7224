/*
 * works.h - what transactions of the tests do: a count that is read, thought about, and written.
 */
#ifndef TESTS_CONTRACT_WORKS_H
#define TESTS_CONTRACT_WORKS_H

#include "billing/store/db.h"

/* Inside a transaction; 0 where nothing was counted yet. */
enum status read_count(struct db *db, int64_t *count);

/* For db_transact(): add_one wants no context, look an int64_t. */
enum status add_one(struct db *db, void *context);
enum status look(struct db *db, void *context);

/* In a transaction of its own. */
int64_t count_of(struct db *db);

#endif
