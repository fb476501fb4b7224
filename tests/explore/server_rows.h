/*
 * server_rows.h - the store's rows as a text that makes them again, and what stands in them.
 */
#ifndef TESTS_EXPLORE_SERVER_ROWS_H
#define TESTS_EXPLORE_SERVER_ROWS_H

#include "billing/store/db.h"
#include "server_side.h"

/* 2026-11-21T06:26:00Z: every instant that only has to be "some time" is this one. */
#define ROWS_NOW_MS   INT64_C(1795242360000)
#define ROWS_TEXT_MAX 8192

/* A store in memory, with one account. */
struct db *rows_open(void);
void rows_close(struct db *db);

/* Everything that a sale changes, in canonical form. */
void rows_read(char text[ROWS_TEXT_MAX]);
void rows_restore(const char *text);
void rows_facts(struct db *db, struct server_facts *facts);

#endif
