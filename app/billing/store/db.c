#include "billing/store/db.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "billing/store/engine.h"
#include "billing/store/group.h"
#include "system/clock.h"
#include "system/condition.h"
#include "system/log.h"
#include "system/random.h"

#define SESSIONS_MAX     64
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
    char *address;
    pthread_mutex_t mutex;
    pthread_cond_t returned;
    struct group *group; /* NULL: every transaction commits alone */
    struct session *idle[SESSIONS_MAX];
    int idle_count;
    int open_count; /* idle ones and those in a thread's hands */
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

/* -- sessions ----------------------------------------------------------------------------- */

static bool is_postgres(const char *address)
{
    return strncmp(address, "postgresql://", 13) == 0 || strncmp(address, "postgres://", 11) == 0;
}

enum status db_open(const char *address, struct db **db, char *error, size_t error_size)
{
    struct db *made = calloc(1, sizeof(*made));
    char *copy = strdup(address);
    if (made == NULL || copy == NULL) {
        free(made);
        free(copy);
        snprintf(error, error_size, "out of memory");
        return STATUS_IO;
    }
    made->address = copy;
    made->engine = is_postgres(address) ? &engine_postgres : &engine_sqlite;
    CHECK(made->engine->sessions_max <= SESSIONS_MAX);
    pthread_mutex_init(&made->mutex, NULL);
    condition_init(&made->returned);
    if (made->engine->part_begin != NULL && (made->group = group_make()) == NULL) {
        snprintf(error, error_size, "out of memory");
        db_close(made);
        return STATUS_IO;
    }
    enum status status = made->engine->open(address, true, &made->idle[0], error, error_size);
    if (status != STATUS_OK) {
        db_close(made);
        return status;
    }
    made->idle_count = 1;
    made->open_count = 1;
    *db = made;
    return STATUS_OK;
}

void db_close(struct db *db)
{
    if (db == NULL) {
        return;
    }
    CHECK(db->idle_count == db->open_count);
    for (int i = 0; i < db->idle_count; i++) {
        db->engine->close(db->idle[i]);
    }
    group_free(db->group);
    pthread_cond_destroy(&db->returned);
    pthread_mutex_destroy(&db->mutex);
    free(db->address);
    free(db);
}

static void forget(struct db *db)
{
    pthread_mutex_lock(&db->mutex);
    db->open_count--;
    pthread_cond_signal(&db->returned);
    pthread_mutex_unlock(&db->mutex);
}

/* An idle session, or a place for a new one. False: everybody was busy for too long. */
static bool take(struct db *db, struct session **session)
{
    int64_t until_ms = clock_monotonic_ms() + DB_BUSY_MS;
    bool took = true;
    *session = NULL;
    pthread_mutex_lock(&db->mutex);
    while (took && db->idle_count == 0 && db->open_count >= db->engine->sessions_max) {
        took = condition_wait_until(&db->returned, &db->mutex, until_ms);
    }
    if (db->idle_count > 0) {
        *session = db->idle[--db->idle_count];
        took = true;
    } else if (took) {
        db->open_count++;
    }
    pthread_mutex_unlock(&db->mutex);
    return took;
}

static enum status acquire(struct db *db, struct session **session)
{
    char error[256] = "";
    if (!take(db, session)) {
        log_error("store.busy", "engine=%s", db->engine->name);
        return STATUS_IO;
    }
    if (*session != NULL && db->engine->broken(*session)) {
        db->engine->close(*session);
        *session = NULL;
    }
    if (*session == NULL) {
        enum status status = db->engine->open(db->address, false, session, error, sizeof(error));
        if (status != STATUS_OK) {
            log_error("store.connect", "engine=%s error=\"%s\"", db->engine->name, error);
            forget(db);
            return STATUS_IO;
        }
    }
    return STATUS_OK;
}

static void give_back(struct db *db, struct session *session)
{
    if (db->engine->broken(session)) {
        db->engine->close(session);
        forget(db);
        return;
    }
    pthread_mutex_lock(&db->mutex);
    db->idle[db->idle_count++] = session;
    pthread_cond_signal(&db->returned);
    pthread_mutex_unlock(&db->mutex);
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
    give_back(db, current.session);
    current = (struct transaction){0};
}

/* STATUS_CONFLICT: another one came between already. */
static enum status begin(struct db *db)
{
    CHECK(current.db == NULL); /* transactions do not nest */
    enum status status = STATUS_IO;
    /* Connections that were cut while nobody used them: nothing was asked of them yet. */
    for (int tries = 0; tries <= db->engine->sessions_max; tries++) {
        struct session *session = NULL;
        status = acquire(db, &session);
        if (status != STATUS_OK) {
            return status;
        }
        current = (struct transaction){.db = db, .session = session};
        enum db_result result = db->engine->begin(session);
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

/* STATUS_CONFLICT: nothing happened, another transaction came between. */
static enum status commit(struct db *db)
{
    struct transaction *transaction = mine(db);
    if (!transaction->spoiled) {
        (void)went_well(db, db->engine->commit(transaction->session), "commit");
    }
    enum status status = !transaction->spoiled   ? STATUS_OK
                         : transaction->conflict ? STATUS_CONFLICT
                                                 : STATUS_IO;
    if (status != STATUS_OK) {
        db->engine->rollback(transaction->session);
    }
    end(db);
    return status;
}

enum status db_begin(struct db *db)
{
    enum status status = begin(db);
    return status == STATUS_OK ? STATUS_OK : STATUS_IO;
}

enum status db_commit(struct db *db)
{
    enum status status = commit(db);
    return status == STATUS_OK ? STATUS_OK : STATUS_IO;
}

void db_rollback(struct db *db)
{
    db->engine->rollback(mine(db)->session);
    end(db);
}

/* Several that met do not meet again. */
static void rest(int tries)
{
    uint8_t chance = 0;
    random_bytes(&chance, sizeof(chance));
    int most_ms = tries + 1 < CONFLICT_REST_MS ? tries + 1 : CONFLICT_REST_MS;
    clock_sleep_ms(chance % (most_ms + 1));
}

static enum status transact_alone(struct db *db, db_work *work, void *context)
{
    for (int tries = 0; tries < CONFLICTS_MAX; tries++) {
        enum status answer = STATUS_IO;
        enum status status = begin(db);
        if (status == STATUS_OK) {
            answer = work(db, context);
            /* A refusal that was read from a spoiled transaction is none. */
            if (answer == STATUS_OK || current.spoiled) {
                status = commit(db);
            } else {
                db_rollback(db);
                return answer;
            }
        }
        if (status != STATUS_CONFLICT) {
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
 * 1. One after the other. The leader runs a member's work to its end before it takes the next, on
 *    the engine's one connection: so members are serial among themselves, and the engine's
 *    transaction, which holds the write lock from BEGIN on, makes them serial with everybody else.
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
 */
struct grouping {
    struct db *db;
    struct session *session;
    int standing; /* members whose work the COMMIT will make true */
};

/* False: the whole transaction is lost. */
static bool run_member(struct grouping *grouping, struct group_member *member)
{
    struct db *db = grouping->db;
    const struct engine *engine = db->engine;
    bool first = grouping->standing == 0;
    bool whole = true;
    current = (struct transaction){.db = db, .session = grouping->session};
    if (!went_well(db, first ? engine->begin(current.session) : engine->part_begin(current.session),
                   "begin")) {
        return false;
    }
    enum status answer = member->work(db, member->context);
    bool stands = answer == STATUS_OK && !current.spoiled;
    if (!first) {
        enum db_result result =
            stands ? engine->part_keep(current.session) : engine->part_undo(current.session);
        whole = went_well(db, result, stands ? "keep" : "undo");
    } else if (!stands) {
        engine->rollback(current.session);
    }
    /* A refusal that was read from a spoiled transaction is none. */
    member->answer = current.spoiled ? STATUS_IO : answer;
    grouping->standing += stands ? 1 : 0;
    return whole;
}

static void lead(void *context)
{
    struct grouping grouping = {.db = context};
    struct db *db = grouping.db;
    struct group_member *member = group_next(db->group);
    CHECK(member != NULL);
    if (acquire(db, &grouping.session) != STATUS_OK) {
        return;
    }
    bool whole = true;
    for (; whole && member != NULL; member = whole ? group_next(db->group) : NULL) {
        whole = run_member(&grouping, member);
    }
    if (whole && grouping.standing > 0) {
        current = (struct transaction){.db = db, .session = grouping.session};
        whole = went_well(db, db->engine->commit(grouping.session), "commit");
    }
    if (!whole) {
        db->engine->rollback(grouping.session);
        group_fail(db->group, STATUS_IO);
    }
    current = (struct transaction){0};
    give_back(db, grouping.session);
}

static enum status transact_together(struct db *db, db_work *work, void *context)
{
    struct group_member member = {.work = work, .context = context};
    CHECK(current.db == NULL); /* transactions do not nest */
    if (!group_join(db->group, &member, lead, db, DB_BUSY_MS)) {
        log_error("store.busy", "engine=%s", db->engine->name);
    }
    return member.answer;
}

enum status db_transact(struct db *db, db_work *work, void *context)
{
    return db->group != NULL ? transact_together(db, work, context)
                             : transact_alone(db, work, context);
}

/* -- statements --------------------------------------------------------------------------- */

static enum db_result start(struct db *db, enum sql sql, const char *types, va_list *arguments)
{
    union db_value values[SQL_PARAMETERS_MAX];
    size_t count = strlen(types);
    CHECK(count <= ARRAY_LEN(values));
    for (size_t i = 0; i < count; i++) {
        CHECK(types[i] == 't' || types[i] == 'i');
        if (types[i] == 't') {
            values[i].text = va_arg(*arguments, const char *);
        } else {
            values[i].number = va_arg(*arguments, int64_t);
        }
    }
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
