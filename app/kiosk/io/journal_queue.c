#include "kiosk/io/journal_queue.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "kiosk/flow/context.h"
#include "kiosk/io/receipt_json.h"

/* A kiosk that runs with it holds it for one write at most so long. */
#define BUSY_MS 2000

static enum status fail(char error[JOURNAL_ERROR_MAX], enum status status, const char *why)
{
    (void)snprintf(error, JOURNAL_ERROR_MAX, "%s", why);
    return status;
}

static enum status status_of(int result)
{
    return result == SQLITE_CORRUPT || result == SQLITE_NOTADB ? STATUS_CORRUPT : STATUS_IO;
}

/* The first column of the first row as text, "" when it is NULL. */
static enum status read_text(sqlite3 *database, const char *sql, char *text, size_t size)
{
    sqlite3_stmt *statement = NULL;
    int result = sqlite3_prepare_v2(database, sql, -1, &statement, NULL);

    if (result == SQLITE_OK) {
        result = sqlite3_step(statement);
    }
    if (result == SQLITE_ROW) {
        const char *value = (const char *)sqlite3_column_text(statement, 0);

        (void)snprintf(text, size, "%s", value == NULL ? "" : value);
    }
    (void)sqlite3_finalize(statement);
    return result == SQLITE_ROW ? STATUS_OK : status_of(result);
}

/* Every page and every index: a damaged index would answer "none". */
static enum status check(sqlite3 *database, char error[JOURNAL_ERROR_MAX])
{
    char text[JOURNAL_ERROR_MAX] = "";
    enum status status = read_text(database, "PRAGMA integrity_check(1)", text, sizeof(text));

    if (status != STATUS_OK) {
        return fail(error, status, sqlite3_errmsg(database));
    }
    return strcmp(text, "ok") == 0 ? STATUS_OK : fail(error, STATUS_CORRUPT, text);
}

static void count_sale(struct journal_queue *queue, const struct receipt *draft)
{
    if (queue->open == 0) {
        TEXT_COPY(queue->terminal_no, draft->terminal_no);
    }
    queue->of_one_terminal = (queue->open == 0 || queue->of_one_terminal) &&
                             strcmp(queue->terminal_no, draft->terminal_no) == 0;
    queue->open++;
}

static enum status read_sales(sqlite3 *database, struct journal_queue *queue,
                              char error[JOURNAL_ERROR_MAX])
{
    static const char sql[] =
        "SELECT draft, begun_at FROM intent WHERE state = 'open' ORDER BY begun_at";
    sqlite3_stmt *statement = NULL;
    int result = sqlite3_prepare_v2(database, sql, -1, &statement, NULL);
    enum status status = STATUS_OK;

    while (status == STATUS_OK &&
           (result = result == SQLITE_OK || result == SQLITE_ROW ? sqlite3_step(statement)
                                                                 : result) == SQLITE_ROW) {
        struct receipt draft;
        const char *begun_at = (const char *)sqlite3_column_text(statement, 1);

        status = receipt_from_json((const char *)sqlite3_column_text(statement, 0), &draft);
        if (status != STATUS_OK) {
            (void)fail(error, status, "an open sale cannot be read");
            break;
        }
        if (queue->open == 0) {
            (void)snprintf(queue->oldest, sizeof(queue->oldest), "%s", begun_at);
        }
        count_sale(queue, &draft);
    }
    (void)sqlite3_finalize(statement);
    if (status == STATUS_OK && result != SQLITE_DONE) {
        return fail(error, status_of(result), sqlite3_errmsg(database));
    }
    return status;
}

static enum status read_all(sqlite3 *database, struct journal_queue *queue,
                            char error[JOURNAL_ERROR_MAX])
{
    char version[24] = "";
    char tables[24] = "";
    enum status status = check(database, error);

    if (status != STATUS_OK) {
        return status;
    }
    if (read_text(database, "PRAGMA user_version", version, sizeof(version)) != STATUS_OK ||
        read_text(database, "SELECT count(*) FROM sqlite_schema", tables, sizeof(tables)) !=
            STATUS_OK) {
        return fail(error, STATUS_IO, sqlite3_errmsg(database));
    }
    if (strcmp(version, "0") == 0 && strcmp(tables, "0") == 0) {
        return STATUS_OK; /* made, and the power went before anything was in it */
    }
    char known[24];

    (void)snprintf(known, sizeof(known), "%d", JOURNAL_VERSION);
    if (strcmp(version, known) != 0) {
        return fail(error, STATUS_CORRUPT, "it was written by another version of this program");
    }
    return read_sales(database, queue, error);
}

enum status journal_queue_read(const char *path, struct journal_queue *queue,
                               char error[JOURNAL_ERROR_MAX])
{
    struct stat file;
    sqlite3 *database = NULL;

    memset(queue, 0, sizeof(*queue));
    error[0] = '\0';
    if (stat(path, &file) != 0) {
        return errno == ENOENT ? STATUS_OK : fail(error, STATUS_IO, strerror(errno));
    }
    int result = sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
    enum status status = STATUS_OK;

    if (result != SQLITE_OK) {
        status = fail(error, status_of(result), sqlite3_errmsg(database));
    } else {
        (void)sqlite3_busy_timeout(database, BUSY_MS);
        status = read_all(database, queue, error);
    }
    (void)sqlite3_close(database);
    return status;
}
