/*
 * engine.h - what a database engine does for db.c: one session is one connection with its
 * prepared statements. A session belongs to one thread at a time.
 */
#ifndef BILLING_STORE_ENGINE_H
#define BILLING_STORE_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "billing/store/db.h"

enum db_result {
    DB_ROW = 0,  /* a row is current */
    DB_DONE,     /* no (further) row */
    DB_CONFLICT, /* another transaction came between: the whole one may be tried again */
    DB_ERROR     /* said by error() */
};

union db_value {
    const char *text; /* NULL: SQL NULL */
    int64_t number;
};

struct session;

struct engine {
    const char *name;
    bool shared; /* several programs may write at once */
    int sessions_max;
    int group_max; /* so many transactions share a commit; GROUP_MAX at most */
    /*
     * Connects, and where `migrate` is set brings the schema up to date under a lock that other
     * processes respect. STATUS_CORRUPT: made by a newer program, or no store; STATUS_UNAVAILABLE:
     * nobody there; STATUS_IO. A sentence in error.
     */
    enum status (*open)(const char *address, bool migrate, struct session **session, char *error,
                        size_t error_size) MUST_USE;
    void (*close)(struct session *session);
    /* The connection is gone: the session is of no use any more. */
    bool (*broken)(const struct session *session);
    const char *(*error)(const struct session *session);

    /* reads: nothing else may be done in it. */
    enum db_result (*begin)(struct session *session, bool reads);
    enum db_result (*commit)(struct session *session);
    void (*rollback)(struct session *session);

    /*
     * A part of the transaction that can be taken back alone. An error of any of them: what stands
     * of the whole transaction is not known, and it must go.
     */
    enum db_result (*part_begin)(struct session *session);
    enum db_result (*part_keep)(struct session *session);
    enum db_result (*part_undo)(struct session *session);

    /*
     * A change whose outcome is wanted later: an engine at the other end of a line sends it with
     * the next statement, or when it is settled. must: it is DB_ERROR there when no row was
     * changed. settle(): everything that was to change has changed.
     */
    enum db_result (*change)(struct session *session, enum sql sql, const char *types,
                             const union db_value *values, bool must);
    enum db_result (*settle)(struct session *session);

    /* Binds and runs up to the first row. types as in db_run(). */
    enum db_result (*start)(struct session *session, enum sql sql, const char *types,
                            const union db_value *values);
    enum db_result (*next)(struct session *session, enum sql sql);
    /* Ends the statement; how many rows it changed. */
    int64_t (*finish)(struct session *session, enum sql sql);
    int64_t (*number)(struct session *session, enum sql sql, int column);
    const char *(*text)(struct session *session, enum sql sql, int column); /* NULL: SQL NULL */
};

#define SQL_PARAMETERS_MAX 24

extern const struct engine engine_sqlite;
extern const struct engine engine_postgres;

#endif
