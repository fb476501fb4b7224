#include "billing/store/db.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "billing/store/engine.h"
#include "billing/store/group.h"
#include "billing/store/pool.h"
#include "system/clock.h"
#include "system/log.h"
#include "system/random.h"

#define CONFLICTS_MAX    40 /* tries of one transaction */
#define CONFLICT_REST_MS 20 /* the longest pause before the next one */

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
    const struct engine *engine;
    struct pool pool;
    struct group *group;
};

/* The transaction of this thread. A thread has one at a time, of whichever store. */
struct transaction {
    const struct db *db; /* NULL: none */
    struct session *session;
    bool spoiled, conflict;
};

static _Thread_local struct transaction current;

const char *sql_text(enum sql sql)
{
    return TEXTS[sql];
}

const char *sql_name(enum sql sql)
{
    return NAMES[sql];
}

bool db_shared(const struct db *db)
{
    return db->engine->shared;
}

/* -- opening ------------------------------------------------------------------------------ */

static bool is_postgres(const char *address)
{
    return strncmp(address, "postgresql://", 13) == 0 || strncmp(address, "postgres://", 11) == 0;
}

enum status db_open(const char *address, struct db **db, char *error, size_t error_size)
{
    struct db *made = calloc(1, sizeof(*made));
    const struct engine *engine = is_postgres(address) ? &engine_postgres : &engine_sqlite;
    if (made == NULL || (made->group = group_make(engine->group_max)) == NULL) {
        free(made);
        snprintf(error, error_size, "out of memory");
        return STATUS_IO;
    }
    made->engine = engine;
    enum status status = pool_open(&made->pool, engine, address, error, error_size);
    if (status != STATUS_OK) {
        group_free(made->group);
        free(made);
        return status;
    }
    *db = made;
    return STATUS_OK;
}

void db_close(struct db *db)
{
    if (db != NULL) {
        pool_close(&db->pool);
        group_free(db->group);
        free(db);
    }
}

/* -- transactions ------------------------------------------------------------------------- */

static struct transaction *mine(const struct db *db)
{
    CHECK(current.db == db); /* statements belong into a transaction */
    return &current;
}

void db_spoil(struct db *db, const char *what)
{
    struct transaction *transaction = mine(db);
    transaction->spoiled = true;
    log_error("store.spoiled", "what=\"%s\" error=\"%s\"", what,
              db->engine->error(transaction->session));
}

/* True: a row is there, or all is done. */
static bool went_well(struct db *db, enum db_result result, const char *what)
{
    struct transaction *transaction = mine(db);
    if (result == DB_CONFLICT) {
        transaction->conflict = true;
        transaction->spoiled = true;
    } else if (result == DB_ERROR) {
        db_spoil(db, what);
    }
    return result == DB_ROW || result == DB_DONE;
}

static void end(struct db *db)
{
    pool_give_back(&db->pool, current.session);
    current = (struct transaction){0};
}

/* STATUS_CONFLICT: another one came between already. */
static enum status begin(struct db *db, bool reads)
{
    CHECK(current.db == NULL); /* transactions do not nest */
    enum status status = STATUS_IO;
    /* Connections that were cut while nobody used them: nothing was asked of them yet. */
    for (int tries = 0; tries <= db->engine->sessions_max; tries++) {
        struct session *session = NULL;
        status = pool_take(&db->pool, &session);
        if (status != STATUS_OK) {
            return status;
        }
        current = (struct transaction){.db = db, .session = session};
        enum db_result result = db->engine->begin(session, reads);
        if (result == DB_ERROR && db->engine->broken(session)) {
            log_warn("store.reconnect", "engine=%s", db->engine->name);
            status = STATUS_IO;
            end(db);
            continue;
        }
        if (went_well(db, result, "begin")) {
            return STATUS_OK;
        }
        status = current.conflict ? STATUS_CONFLICT : STATUS_IO;
        end(db);
        break;
    }
    return status;
}

/* Several that met do not meet again. */
static void rest(int tries)
{
    uint8_t chance = 0;
    random_bytes(&chance, sizeof(chance));
    int most_ms = tries + 1 < CONFLICT_REST_MS ? tries + 1 : CONFLICT_REST_MS;
    clock_sleep_ms(chance % (most_ms + 1));
}

/* -- reading ------------------------------------------------------------------------------ */

/* again: another one came between. */
static enum status read_once(struct db *db, db_work *work, void *context, bool *again)
{
    enum status status = begin(db, true);
    *again = status == STATUS_CONFLICT;
    if (status != STATUS_OK) {
        return status;
    }
    status = work(db, context);
    if (!current.spoiled) {
        /* What was read stands when the engine says so, and there is nothing else to commit. */
        (void)went_well(db, db->engine->commit(current.session), "commit");
    }
    if (current.spoiled) {
        *again = current.conflict;
        db->engine->rollback(current.session);
        status = STATUS_IO;
    }
    end(db);
    return status;
}

enum status db_read(struct db *db, db_work *work, void *context)
{
    CHECK(current.db == NULL); /* transactions do not nest */
    for (int tries = 0; tries < CONFLICTS_MAX; tries++) {
        bool again = false;
        enum status status = read_once(db, work, context, &again);
        if (!again) {
            return status;
        }
        rest(tries);
    }
    log_error("store.conflicts", "tries=%d", CONFLICTS_MAX);
    return STATUS_IO;
}

/* -- groups ------------------------------------------------------------------------------- */

/*
 * Many transactions in one of the engine. Why nothing that db.h promises is weaker for it:
 *
 * 1. One after the other. The leader runs a member's work to its end before it takes the next, all
 *    on one connection: so members are serial among themselves, and the engine's transaction is
 *    serializable, which makes them serial with everybody else. On SQLite it holds the write lock
 *    from BEGIN on; on PostgreSQL it is told when another server came between, and then the whole
 *    group runs again.
 * 2. Each by itself. A member runs in a part of its own (a savepoint). Refused or spoiled, its part
 *    is undone, and the others keep what they did. The first to stand needs no part: until then
 *    the whole transaction is its own.
 * 3. Durable before it is told. No member's caller goes on before the COMMIT of all has returned,
 *    which is after the sync of the disk. That holds as well for one that only read or was refused:
 *    it may have seen what members before it did.
 * 4. All or none. When that COMMIT fails, or a part can be neither kept nor undone, or the engine
 *    ended the transaction by itself, every member is answered STATUS_IO, also the refused ones:
 *    what they read never came to be. A power cut before the COMMIT is on the disk takes them all,
 *    and nobody was told anything.
 *
 * On PostgreSQL it is also what makes many threads of one server fast: where they would each have a
 * transaction of their own, those that are paid at the same moment touch neighbours on one page of
 * an index, and SERIALIZABLE takes every other one back.
 */
struct grouping {
    struct db *db;
    struct session *session; /* NULL: no transaction was begun yet */
    int standing;            /* members whose work the COMMIT will make true */
};

enum group_end { GROUP_DONE = 0, GROUP_AGAIN, GROUP_LOST };

static enum group_end end_of(const struct transaction *transaction)
{
    return !transaction->spoiled ? GROUP_DONE : transaction->conflict ? GROUP_AGAIN : GROUP_LOST;
}

static enum group_end begin_member(struct grouping *grouping)
{
    struct db *db = grouping->db;
    if (grouping->session == NULL) {
        enum status status = begin(db, false);
        grouping->session = status == STATUS_OK ? current.session : NULL;
        return status == STATUS_OK         ? GROUP_DONE
               : status == STATUS_CONFLICT ? GROUP_AGAIN
                                           : GROUP_LOST;
    }
    current = (struct transaction){.db = db, .session = grouping->session};
    (void)went_well(db,
                    grouping->standing == 0 ? db->engine->begin(current.session, false)
                                            : db->engine->part_begin(current.session),
                    "begin");
    return end_of(&current);
}

static enum group_end run_member(struct grouping *grouping, struct group_member *member)
{
    struct db *db = grouping->db;
    const struct engine *engine = db->engine;
    bool first = grouping->standing == 0;
    enum group_end end = begin_member(grouping);
    if (end != GROUP_DONE) {
        return end;
    }
    enum status answer = member->work(db, member->context);
    if (answer == STATUS_OK && !current.spoiled) {
        (void)went_well(db, engine->settle(current.session), "settle");
    }
    bool stands = answer == STATUS_OK && !current.spoiled;
    /* A refusal that was read from a spoiled transaction is none. */
    member->answer = current.spoiled ? STATUS_IO : answer;
    if (current.conflict) {
        return GROUP_AGAIN;
    }
    if (first && !stands) {
        engine->rollback(current.session);
        return engine->broken(current.session) ? GROUP_LOST : GROUP_DONE;
    }
    if (!first) {
        current.spoiled = false;
        (void)went_well(
            db, stands ? engine->part_keep(current.session) : engine->part_undo(current.session),
            stands ? "keep" : "undo");
    }
    grouping->standing += stands ? 1 : 0;
    return first ? GROUP_DONE : end_of(&current);
}

/*
 * Runs those that were taken before, and then whoever waits. Where other servers write, nobody
 * joins once the transaction has begun: it sees the store as it was at its beginning, and whoever
 * comes later may have been told of something newer.
 */
static enum group_end run_group(struct db *db)
{
    struct grouping grouping = {.db = db};
    enum group_end end = GROUP_DONE;
    while (db->engine->shared && group_next(db->group) != NULL) {
    }
    for (int i = 0; end == GROUP_DONE; i++) {
        struct group_member *member = group_taken(db->group, i);
        if (member == NULL && !db->engine->shared) {
            member = group_next(db->group);
        }
        if (member == NULL) {
            break;
        }
        end = run_member(&grouping, member);
    }
    if (grouping.session == NULL) {
        return end;
    }
    current = (struct transaction){.db = db, .session = grouping.session};
    if (end == GROUP_DONE && grouping.standing > 0) {
        (void)went_well(db, db->engine->commit(grouping.session), "commit");
        end = end_of(&current);
    }
    if (end != GROUP_DONE) {
        db->engine->rollback(grouping.session);
    }
    current = (struct transaction){0};
    pool_give_back(&db->pool, grouping.session);
    return end;
}

static void lead(void *context)
{
    struct db *db = context;
    for (int tries = 0; tries < CONFLICTS_MAX; tries++) {
        switch (run_group(db)) {
        case GROUP_DONE: return;
        case GROUP_LOST: group_fail(db->group, STATUS_IO); return;
        case GROUP_AGAIN: rest(tries); break;
        }
    }
    log_error("store.conflicts", "tries=%d", CONFLICTS_MAX);
    group_fail(db->group, STATUS_IO);
}

enum status db_transact(struct db *db, db_work *work, void *context)
{
    struct group_member member = {.work = work, .context = context};
    CHECK(current.db == NULL); /* transactions do not nest */
    if (!group_join(db->group, &member, lead, db, DB_BUSY_MS)) {
        log_error("store.busy", "engine=%s", db->engine->name);
    }
    return member.answer;
}

/* -- statements --------------------------------------------------------------------------- */

static void collect(const char *types, va_list *arguments,
                    union db_value values[SQL_PARAMETERS_MAX])
{
    size_t count = strlen(types);
    CHECK(count <= SQL_PARAMETERS_MAX);
    for (size_t i = 0; i < count; i++) {
        CHECK(types[i] == 't' || types[i] == 'i');
        if (types[i] == 't') {
            values[i].text = va_arg(*arguments, const char *);
        } else {
            values[i].number = va_arg(*arguments, int64_t);
        }
    }
}

static enum db_result start(struct db *db, enum sql sql, const char *types, va_list *arguments)
{
    union db_value values[SQL_PARAMETERS_MAX];
    collect(types, arguments, values);
    return db->engine->start(mine(db)->session, sql, types, values);
}

static enum status row_status(struct db *db, enum sql sql, enum db_result result)
{
    if (!went_well(db, result, NAMES[sql])) {
        return STATUS_IO;
    }
    return result == DB_ROW ? STATUS_OK : STATUS_NOT_FOUND;
}

enum status db_run(struct db *db, enum sql sql, const char *types, ...)
{
    va_list arguments;
    if (mine(db)->spoiled) {
        return STATUS_IO;
    }
    va_start(arguments, types);
    enum db_result result = start(db, sql, types, &arguments);
    va_end(arguments);
    if (!went_well(db, result, NAMES[sql])) {
        return STATUS_IO;
    }
    return db->engine->finish(current.session, sql) > 0 ? STATUS_OK : STATUS_NOT_FOUND;
}

static enum status change(struct db *db, enum sql sql, const char *types, va_list *arguments,
                          bool must)
{
    union db_value values[SQL_PARAMETERS_MAX];
    struct transaction *transaction = mine(db);
    if (transaction->spoiled) {
        return STATUS_IO;
    }
    collect(types, arguments, values);
    return went_well(db, db->engine->change(transaction->session, sql, types, values, must),
                     NAMES[sql])
               ? STATUS_OK
               : STATUS_IO;
}

enum status db_change(struct db *db, enum sql sql, const char *types, ...)
{
    va_list arguments;
    va_start(arguments, types);
    enum status status = change(db, sql, types, &arguments, true);
    va_end(arguments);
    return status;
}

enum status db_change_any(struct db *db, enum sql sql, const char *types, ...)
{
    va_list arguments;
    va_start(arguments, types);
    enum status status = change(db, sql, types, &arguments, false);
    va_end(arguments);
    return status;
}

enum status db_row(struct db *db, enum sql sql, const char *types, ...)
{
    va_list arguments;
    if (mine(db)->spoiled) {
        return STATUS_IO;
    }
    va_start(arguments, types);
    enum db_result result = start(db, sql, types, &arguments);
    va_end(arguments);
    return row_status(db, sql, result);
}

enum status db_next(struct db *db, enum sql sql)
{
    if (mine(db)->spoiled) {
        return STATUS_IO;
    }
    return row_status(db, sql, db->engine->next(current.session, sql));
}

int64_t db_int(struct db *db, enum sql sql, int column)
{
    return db->engine->number(mine(db)->session, sql, column);
}

void db_text(struct db *db, enum sql sql, int column, char *text, size_t size)
{
    const char *value = db->engine->text(mine(db)->session, sql, column);
    size_t length = value != NULL ? strlen(value) : 0;
    if (length >= size) {
        db_spoil(db, NAMES[sql]);
        length = 0;
    }
    if (length > 0) {
        memcpy(text, value, length);
    }
    text[length] = '\0';
}
