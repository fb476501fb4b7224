#include "kiosk/io/journal.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/flow/context.h"
#include "kiosk/io/receipt_json.h"
#include "system/log.h"

/* Another program that reads the file (a backup, an operator) may hold it so long. */
#define BUSY_MS 2000

struct journal {
    sqlite3 *database;
};

static const char schema[] =
    "CREATE TABLE intent (request_id TEXT PRIMARY KEY, draft TEXT NOT NULL,"
    "  state TEXT NOT NULL CHECK (state IN ('open', 'closed')), statement TEXT,"
    "  begun_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP);"
    "CREATE INDEX intent_open ON intent (begun_at) WHERE state = 'open';"
    "CREATE TABLE attempt (attempt_id TEXT PRIMARY KEY,"
    "  request_id TEXT NOT NULL REFERENCES intent (request_id),"
    "  begun_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP);"
    "CREATE TABLE receipt (receipt_no TEXT PRIMARY KEY,"
    "  request_id TEXT NOT NULL UNIQUE REFERENCES intent (request_id), body TEXT NOT NULL);"
    "CREATE TABLE receipt_sequence (day TEXT PRIMARY KEY, last INTEGER NOT NULL);"
    "CREATE TABLE print_job (job_id INTEGER PRIMARY KEY,"
    "  receipt_no TEXT NOT NULL REFERENCES receipt (receipt_no), number INTEGER NOT NULL,"
    "  state TEXT NOT NULL"
    "    CHECK (state IN ('sending', 'confirmed', 'not_begun', 'unknown')),"
    "  begun_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP);"
    "CREATE INDEX print_job_receipt ON print_job (receipt_no);"
    "PRAGMA user_version = 1;";

/* ---- small helpers over SQLite -------------------------------------------------------------- */

/*
 * Every statement is prepared, bound by position from a list of texts, stepped and finalised.
 * NULL ends the list. Rows go to on_row.
 */
static enum status run(struct journal *journal, const char *sql, const char *const *texts,
                       void (*on_row)(sqlite3_stmt *row, void *user), void *user)
{
    sqlite3_stmt *statement = NULL;
    int result = sqlite3_prepare_v2(journal->database, sql, -1, &statement, NULL);

    for (int i = 0; result == SQLITE_OK && texts != NULL && texts[i] != NULL; i++) {
        result = sqlite3_bind_text(statement, i + 1, texts[i], -1, SQLITE_STATIC);
    }
    if (result == SQLITE_OK) {
        while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
            if (on_row != NULL) {
                on_row(statement, user);
            }
        }
    }
    (void)sqlite3_finalize(statement);
    if (result == SQLITE_DONE) {
        return STATUS_OK;
    }
    log_error("journal.failed", "code=%d reason=\"%s\"", result, sqlite3_errmsg(journal->database));
    return result == SQLITE_CORRUPT || result == SQLITE_NOTADB ? STATUS_CORRUPT : STATUS_IO;
}

static void read_int(sqlite3_stmt *row, void *user)
{
    *(int64_t *)user = sqlite3_column_int64(row, 0);
}

static enum status begin(struct journal *journal)
{
    return run(journal, "BEGIN IMMEDIATE", NULL, NULL, NULL);
}

/* Commits when status is OK and the commit succeeds, else rolls back; returns what holds. */
static enum status end(struct journal *journal, enum status status)
{
    if (status == STATUS_OK) {
        status = run(journal, "COMMIT", NULL, NULL, NULL);
    }
    if (status != STATUS_OK && sqlite3_get_autocommit(journal->database) == 0) {
        (void)sqlite3_exec(journal->database, "ROLLBACK", NULL, NULL, NULL);
    }
    return status;
}

/* ---- opening -------------------------------------------------------------------------------- */

static enum status prepare_schema(struct journal *journal, char error[JOURNAL_ERROR_MAX])
{
    int64_t version = -1;
    enum status status = run(journal, "PRAGMA user_version", NULL, read_int, &version);

    if (status == STATUS_OK && version > JOURNAL_VERSION) {
        (void)snprintf(error, JOURNAL_ERROR_MAX,
                       "the journal was written by a newer program (version %lld)",
                       (long long)version);
        return STATUS_CORRUPT;
    }
    if (status == STATUS_OK && version == 0) {
        status = begin(journal);
        if (status == STATUS_OK) {
            bool made = sqlite3_exec(journal->database, schema, NULL, NULL, NULL) == SQLITE_OK;

            status = end(journal, made ? STATUS_OK : STATUS_IO);
        }
    }
    if (status == STATUS_OK) {
        /* What was being printed when the power went may or may not be on paper. */
        status = run(journal, "UPDATE print_job SET state = 'unknown' WHERE state = 'sending'",
                     NULL, NULL, NULL);
    }
    if (status != STATUS_OK) {
        (void)snprintf(error, JOURNAL_ERROR_MAX, "the journal cannot be used: %s",
                       sqlite3_errmsg(journal->database));
    }
    return status;
}

enum status journal_open(const char *path, struct journal **out, char error[JOURNAL_ERROR_MAX])
{
    static const char pragmas[] = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                                  "PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;";
    struct journal *journal = calloc(1, sizeof(*journal));

    CHECK(journal != NULL);
    int result =
        sqlite3_open_v2(path, &journal->database,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);

    if (result == SQLITE_OK) {
        (void)sqlite3_busy_timeout(journal->database, BUSY_MS);
        result = sqlite3_exec(journal->database, pragmas, NULL, NULL, NULL);
    }
    enum status status = STATUS_OK;

    if (result != SQLITE_OK) {
        (void)snprintf(error, JOURNAL_ERROR_MAX, "the journal cannot be opened: %s",
                       sqlite3_errmsg(journal->database));
        status = result == SQLITE_NOTADB || result == SQLITE_CORRUPT ? STATUS_CORRUPT : STATUS_IO;
    } else {
        status = prepare_schema(journal, error);
    }
    if (status != STATUS_OK) {
        journal_close(journal);
        return status;
    }
    *out = journal;
    return STATUS_OK;
}

void journal_close(struct journal *journal)
{
    if (journal == NULL) {
        return;
    }
    (void)sqlite3_close(journal->database);
    free(journal);
}

/* ---- sales ---------------------------------------------------------------------------------- */

enum status journal_save_intent(struct journal *journal, const struct intent_record *intent)
{
    int64_t open = 0;
    enum status status = begin(journal);

    if (status == STATUS_OK) {
        status =
            run(journal, "SELECT count(*) FROM intent WHERE state = 'open'", NULL, read_int, &open);
    }
    if (status == STATUS_OK && open >= OPEN_INTENTS_MAX) {
        status = STATUS_LIMIT;
    }
    if (status == STATUS_OK) {
        char *draft = receipt_to_json(&intent->draft);
        const char *texts[] = {intent->request_id, draft, NULL};

        status =
            run(journal, "INSERT INTO intent (request_id, draft, state) VALUES (?1, ?2, 'open')",
                texts, NULL, NULL);
        free(draft);
    }
    return end(journal, status);
}

enum status journal_save_attempt(struct journal *journal, const char *request_id,
                                 const char *attempt_id)
{
    const char *texts[] = {attempt_id, request_id, NULL};

    return run(journal, "INSERT INTO attempt (attempt_id, request_id) VALUES (?1, ?2)", texts, NULL,
               NULL);
}

static void read_receipt_no(sqlite3_stmt *row, void *user)
{
    (void)snprintf(user, RECEIPT_NO_MAX, "%s", (const char *)sqlite3_column_text(row, 0));
}

/* "00012-261121-0001". The sequence of a day only grows, whatever the clock does meanwhile. */
static enum status new_receipt_no(struct journal *journal, const char *terminal_no, int64_t wall_ms,
                                  char receipt_no[RECEIPT_NO_MAX])
{
    struct civil today = instant_to_beijing(wall_ms);
    char day[16];
    const char *texts[] = {day, NULL};
    int64_t sequence = 0;

    (void)snprintf(day, sizeof(day), "%02d%02d%02d", today.year % 100, today.month % 100,
                   today.day % 100);
    enum status status = run(journal,
                             "INSERT INTO receipt_sequence (day, last) VALUES (?1, 1)"
                             " ON CONFLICT (day) DO UPDATE SET last = last + 1 RETURNING last",
                             texts, read_int, &sequence);

    if (status == STATUS_OK && sequence > 9999) {
        return STATUS_LIMIT; /* more than any printer prints in a day */
    }
    (void)snprintf(receipt_no, RECEIPT_NO_MAX, "%.5s-%.6s-%04u", terminal_no, day,
                   (unsigned)(sequence % 10000));
    return status;
}

static enum status close_in_transaction(struct journal *journal, const char *request_id,
                                        enum statement statement)
{
    const char *texts[] = {request_id, statement_name(statement), NULL};

    return run(journal, "UPDATE intent SET state = 'closed', statement = ?2 WHERE request_id = ?1",
               texts, NULL, NULL);
}

static enum status put_receipt(struct journal *journal, const char *request_id,
                               const struct receipt *receipt, const char *receipt_no)
{
    char *body = receipt_to_json(receipt);
    const char *texts[] = {receipt_no, request_id, body, NULL};
    enum status status = run(journal,
                             "INSERT INTO receipt (receipt_no, request_id, body)"
                             " VALUES (?1, ?2, ?3)"
                             " ON CONFLICT (request_id) DO UPDATE SET body = excluded.body",
                             texts, NULL, NULL);

    free(body);
    return status;
}

enum status journal_save_receipt(struct journal *journal, const char *request_id,
                                 const struct receipt *receipt, bool close_intent, int64_t wall_ms,
                                 char receipt_no[RECEIPT_NO_MAX])
{
    const char *texts[] = {request_id, NULL};
    enum status status = begin(journal);

    receipt_no[0] = '\0';
    if (status == STATUS_OK) {
        status = run(journal, "SELECT receipt_no FROM receipt WHERE request_id = ?1", texts,
                     read_receipt_no, receipt_no);
    }
    if (status == STATUS_OK && receipt_no[0] == '\0') {
        status = new_receipt_no(journal, receipt->terminal_no, wall_ms, receipt_no);
    }
    if (status == STATUS_OK) {
        status = put_receipt(journal, request_id, receipt, receipt_no);
    }
    if (status == STATUS_OK && close_intent) {
        status = close_in_transaction(journal, request_id, receipt->statement);
    }
    return end(journal, status);
}

/* ---- reading back --------------------------------------------------------------------------- */

struct found_receipt {
    bool found;
    enum status status;
    struct receipt receipt;
};

static void read_body(sqlite3_stmt *row, void *user)
{
    struct found_receipt *found = user;

    found->found = true;
    found->status = receipt_from_json((const char *)sqlite3_column_text(row, 0), &found->receipt);
}

enum status journal_close_intent(struct journal *journal, const char *request_id,
                                 enum statement statement)
{
    const char *texts[] = {request_id, NULL};
    struct found_receipt found = {.status = STATUS_OK};
    enum status status = begin(journal);

    if (status == STATUS_OK) {
        status = close_in_transaction(journal, request_id, statement);
    }
    if (status == STATUS_OK) {
        status = run(journal, "SELECT body FROM receipt WHERE request_id = ?1", texts, read_body,
                     &found);
    }
    if (status == STATUS_OK && found.found) {
        status = found.status;
        if (status == STATUS_OK) {
            found.receipt.statement = statement;
            if (statement != STATEMENT_TAKEN_CREDITED && statement != STATEMENT_TAKEN_CREDITING) {
                found.receipt.kind = RECEIPT_SLIP; /* a receipt is for money that was taken */
            }
            status = put_receipt(journal, request_id, &found.receipt, "");
        }
    }
    return end(journal, status);
}

struct intent_list {
    struct intent_record *list;
    int count;
    enum status status;
};

static void read_intent(sqlite3_stmt *row, void *user)
{
    struct intent_list *intents = user;
    const char *request_id = (const char *)sqlite3_column_text(row, 0);

    if (intents->status != STATUS_OK || intents->count == OPEN_INTENTS_MAX ||
        strlen(request_id) >= REQUEST_ID_MAX) {
        intents->status = intents->status == STATUS_OK ? STATUS_CORRUPT : intents->status;
        return;
    }
    struct intent_record *intent = &intents->list[intents->count++];

    memset(intent, 0, sizeof(*intent));
    TEXT_COPY(intent->request_id, request_id);
    intents->status = receipt_from_json((const char *)sqlite3_column_text(row, 1), &intent->draft);
}

enum status journal_open_intents(struct journal *journal, struct intent_record *list, int *count)
{
    struct intent_list intents = {.list = list, .status = STATUS_OK};
    enum status status = run(journal,
                             "SELECT request_id, draft FROM intent WHERE state = 'open'"
                             " ORDER BY begun_at, request_id",
                             NULL, read_intent, &intents);

    *count = intents.count;
    return status != STATUS_OK ? status : intents.status;
}

/* ---- print jobs ----------------------------------------------------------------------------- */

static enum status add_job(struct journal *journal, const char *receipt_no, int number,
                           int64_t *job_id)
{
    char text[16];
    const char *texts[] = {receipt_no, text, NULL};

    (void)snprintf(text, sizeof(text), "%d", number);
    return run(journal,
               "INSERT INTO print_job (receipt_no, number, state)"
               " VALUES (?1, CAST(?2 AS INTEGER), 'sending') RETURNING job_id",
               texts, read_int, job_id);
}

enum status journal_begin_job(struct journal *journal, const char *receipt_no, int reprints_max,
                              int64_t *job_id, struct receipt *receipt)
{
    const char *texts[] = {receipt_no, NULL};
    struct found_receipt found = {.status = STATUS_NOT_FOUND};
    int64_t prints = 0;
    enum status status = begin(journal);

    if (status == STATUS_OK) {
        status = run(journal, "SELECT body FROM receipt WHERE receipt_no = ?1", texts, read_body,
                     &found);
    }
    if (status == STATUS_OK) {
        status = found.status;
    }
    if (status == STATUS_OK) {
        status = run(journal,
                     "SELECT count(*) FROM print_job"
                     " WHERE receipt_no = ?1 AND state <> 'not_begun'",
                     texts, read_int, &prints);
    }
    if (status == STATUS_OK && prints > reprints_max) {
        status = STATUS_LIMIT;
    }
    if (status == STATUS_OK) {
        status = add_job(journal, receipt_no, (int)prints, job_id);
    }
    status = end(journal, status);
    if (status == STATUS_OK) {
        *receipt = found.receipt;
        TEXT_COPY(receipt->receipt_no, receipt_no);
        receipt->reprint_number = (int)prints;
    }
    return status;
}

enum status journal_end_job(struct journal *journal, int64_t job_id, enum print_end print_end)
{
    static const char *const states[] = {
        [PRINT_END_PROVED] = "confirmed",
        [PRINT_END_NOT_BEGUN] = "not_begun",
        [PRINT_END_UNKNOWN] = "unknown",
    };
    char id[24];
    const char *texts[] = {id, states[print_end], NULL};

    (void)snprintf(id, sizeof(id), "%lld", (long long)job_id);
    return run(journal,
               "UPDATE print_job SET state = ?2"
               " WHERE job_id = CAST(?1 AS INTEGER) AND state = 'sending'",
               texts, NULL, NULL);
}
