#include "sandbox/books.h"

#include <jansson.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "system/log.h"

#define BUSY_MS 5000

struct books {
    sqlite3 *db;
};

static const char SCHEMA[] =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
    "CREATE TABLE IF NOT EXISTS trade(seq INTEGER PRIMARY KEY, out_trade_no TEXT NOT NULL UNIQUE,"
    " page INTEGER NOT NULL, state INTEGER NOT NULL, channel INTEGER NOT NULL,"
    " amount_fen INTEGER NOT NULL, paid_fen INTEGER NOT NULL, refunded_fen INTEGER NOT NULL,"
    " paid_at_ms INTEGER NOT NULL, expire_at_ms INTEGER NOT NULL, created_at_ms INTEGER NOT NULL,"
    " password_until_ms INTEGER NOT NULL, late_at_ms INTEGER NOT NULL, reason TEXT NOT NULL,"
    " transaction_id TEXT NOT NULL, code TEXT NOT NULL, cashier_id TEXT NOT NULL,"
    " payee TEXT NOT NULL, subject TEXT NOT NULL, merchant TEXT NOT NULL, terminal TEXT NOT NULL,"
    " notify_url TEXT NOT NULL, return_url TEXT NOT NULL);"
    "CREATE UNIQUE INDEX IF NOT EXISTS trade_cashier ON trade(cashier_id) WHERE cashier_id <> '';"
    "CREATE INDEX IF NOT EXISTS trade_late ON trade(late_at_ms) WHERE late_at_ms > 0;"
    "CREATE TABLE IF NOT EXISTS refund(out_refund_no TEXT PRIMARY KEY, out_trade_no TEXT NOT NULL,"
    " amount_fen INTEGER NOT NULL, done_at_ms INTEGER NOT NULL, done INTEGER NOT NULL);"
    "CREATE INDEX IF NOT EXISTS refund_open ON refund(done_at_ms) WHERE done = 0;"
    "CREATE INDEX IF NOT EXISTS refund_trade ON refund(out_trade_no);"
    "CREATE TABLE IF NOT EXISTS code(code TEXT PRIMARY KEY, balance_fen INTEGER NOT NULL,"
    " expires_at_ms INTEGER NOT NULL, used INTEGER NOT NULL);"
    "CREATE TABLE IF NOT EXISTS payer(out_trade_no TEXT PRIMARY KEY, payer TEXT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS posting(posting_no TEXT PRIMARY KEY, account_no TEXT NOT NULL,"
    " out_trade_no TEXT NOT NULL, amount_fen INTEGER NOT NULL, state INTEGER NOT NULL,"
    " next INTEGER NOT NULL, decide_at_ms INTEGER NOT NULL, reason TEXT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS notice(id INTEGER PRIMARY KEY, out_trade_no TEXT NOT NULL,"
    " url TEXT NOT NULL, tries INTEGER NOT NULL, next_at_ms INTEGER NOT NULL);"
    "CREATE INDEX IF NOT EXISTS notice_next ON notice(next_at_ms);";

#define TRADE_COLUMNS                                                                              \
    "out_trade_no, page, state, channel, amount_fen, paid_fen, refunded_fen, paid_at_ms, "         \
    "expire_at_ms, created_at_ms, password_until_ms, late_at_ms, reason, transaction_id, code, "   \
    "cashier_id, payee, subject, merchant, terminal, notify_url, return_url"
#define TRADE_SELECT "SELECT " TRADE_COLUMNS " FROM trade "

const char *trade_state_name(enum trade_state state)
{
    static const char *const names[TRADE_STATE_COUNT] = {"notpay", "paying",  "paid",    "failed",
                                                         "closed", "revoked", "refunded"};

    CHECK(state >= 0 && state < TRADE_STATE_COUNT);
    return names[state];
}

/* Stops with a sentence: what was not written must never be answered. */
static void must(struct books *books, bool good, const char *what)
{
    if (!good) {
        log_error("books.failed", "what=%s error=\"%s\"", what, sqlite3_errmsg(books->db));
        abort();
    }
}

/* types: one letter a value, t text, i int64_t. */
static sqlite3_stmt *prepare(struct books *books, const char *sql, const char *types, ...)
{
    sqlite3_stmt *statement = NULL;
    va_list values;

    must(books, sqlite3_prepare_v2(books->db, sql, -1, &statement, NULL) == SQLITE_OK, sql);
    va_start(values, types);
    for (int i = 0; types[i] != '\0'; i++) {
        int bound = types[i] == 't'
                        ? sqlite3_bind_text(statement, i + 1, va_arg(values, const char *), -1,
                                            SQLITE_TRANSIENT)
                        : sqlite3_bind_int64(statement, i + 1, va_arg(values, int64_t));

        must(books, bound == SQLITE_OK, sql);
    }
    va_end(values);
    return statement;
}

/* True: a row is there. Otherwise the statement is done with. */
static bool step(struct books *books, sqlite3_stmt *statement)
{
    int result = sqlite3_step(statement);

    must(books, result == SQLITE_ROW || result == SQLITE_DONE, sqlite3_sql(statement));
    if (result != SQLITE_ROW) {
        sqlite3_finalize(statement);
    }
    return result == SQLITE_ROW;
}

static void run(struct books *books, sqlite3_stmt *statement)
{
    must(books, !step(books, statement), "a statement without rows");
}

static void copy_text(sqlite3_stmt *statement, int column, char *out, size_t size)
{
    snprintf(out, size, "%s", (const char *)sqlite3_column_text(statement, column));
}

enum status books_open(const char *path, struct books **out)
{
    struct books *books = calloc(1, sizeof(*books));

    if (books == NULL) {
        return STATUS_IO;
    }
    if (sqlite3_open_v2(path, &books->db,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK) {
        books_close(books);
        return STATUS_IO;
    }
    sqlite3_busy_timeout(books->db, BUSY_MS);
    int made = sqlite3_exec(books->db, SCHEMA, NULL, NULL, NULL);

    if (made != SQLITE_OK) {
        books_close(books);
        return made == SQLITE_NOTADB || made == SQLITE_CORRUPT ? STATUS_CORRUPT : STATUS_IO;
    }
    *out = books;
    return STATUS_OK;
}

void books_close(struct books *books)
{
    if (books != NULL) {
        sqlite3_close(books->db);
        free(books);
    }
}

void books_begin(struct books *books)
{
    must(books, sqlite3_exec(books->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK, "begin");
}

void books_commit(struct books *books)
{
    must(books, sqlite3_exec(books->db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK, "commit");
}

static void read_trade(sqlite3_stmt *row, struct trade *trade)
{
    *trade = (struct trade){0};
    copy_text(row, 0, trade->out_trade_no, sizeof(trade->out_trade_no));
    trade->page = sqlite3_column_int(row, 1) != 0;
    trade->state = (enum trade_state)sqlite3_column_int(row, 2);
    trade->channel = (enum channel)sqlite3_column_int(row, 3);
    trade->amount_fen = sqlite3_column_int64(row, 4);
    trade->paid_fen = sqlite3_column_int64(row, 5);
    trade->refunded_fen = sqlite3_column_int64(row, 6);
    trade->paid_at_ms = sqlite3_column_int64(row, 7);
    trade->expire_at_ms = sqlite3_column_int64(row, 8);
    trade->created_at_ms = sqlite3_column_int64(row, 9);
    trade->password_until_ms = sqlite3_column_int64(row, 10);
    trade->late_at_ms = sqlite3_column_int64(row, 11);
    copy_text(row, 12, trade->reason, sizeof(trade->reason));
    copy_text(row, 13, trade->transaction_id, sizeof(trade->transaction_id));
    copy_text(row, 14, trade->code, sizeof(trade->code));
    copy_text(row, 15, trade->cashier_id, sizeof(trade->cashier_id));
    copy_text(row, 16, trade->payee, sizeof(trade->payee));
    copy_text(row, 17, trade->subject, sizeof(trade->subject));
    copy_text(row, 18, trade->merchant, sizeof(trade->merchant));
    copy_text(row, 19, trade->terminal, sizeof(trade->terminal));
    copy_text(row, 20, trade->notify_url, sizeof(trade->notify_url));
    copy_text(row, 21, trade->return_url, sizeof(trade->return_url));
    CHECK(trade->state >= 0 && trade->state < TRADE_STATE_COUNT);
    CHECK(trade->channel >= 0 && trade->channel < CHANNEL_COUNT);
}

static enum status one_trade(struct books *books, sqlite3_stmt *statement, struct trade *trade)
{
    if (!step(books, statement)) {
        return STATUS_NOT_FOUND;
    }
    read_trade(statement, trade);
    sqlite3_finalize(statement);
    return STATUS_OK;
}

enum status books_trade(struct books *books, enum trade_key key, const char *value,
                        struct trade *trade)
{
    const char *sql = key == TRADE_BY_NO ? TRADE_SELECT "WHERE out_trade_no = ?1"
                                         : TRADE_SELECT "WHERE cashier_id = ?1 AND ?1 <> ''";

    return one_trade(books, prepare(books, sql, "t", value), trade);
}

enum status books_last_trade(struct books *books, bool pages_only, struct trade *trade)
{
    return one_trade(books,
                     prepare(books, TRADE_SELECT "WHERE page >= ?1 ORDER BY seq DESC LIMIT 1", "i",
                             (int64_t)pages_only),
                     trade);
}

enum status books_late_trade(struct books *books, int64_t now_ms, struct trade *trade)
{
    return one_trade(books,
                     prepare(books,
                             TRADE_SELECT "WHERE late_at_ms > 0 AND late_at_ms <= ?1 LIMIT 1", "i",
                             now_ms),
                     trade);
}

void books_save_trade(struct books *books, const struct trade *trade)
{
    static const char sql[] =
        "INSERT INTO trade(" TRADE_COLUMNS ") VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,"
        "?14,?15,?16,?17,?18,?19,?20,?21,?22) ON CONFLICT(out_trade_no) DO UPDATE SET "
        "page=?2, state=?3, channel=?4, amount_fen=?5, paid_fen=?6, refunded_fen=?7, "
        "paid_at_ms=?8, expire_at_ms=?9, created_at_ms=?10, password_until_ms=?11, "
        "late_at_ms=?12, reason=?13, transaction_id=?14, code=?15, cashier_id=?16, payee=?17, "
        "subject=?18, merchant=?19, terminal=?20, notify_url=?21, return_url=?22";

    run(books,
        prepare(books, sql, "tiiiiiiiiiiitttttttttt", trade->out_trade_no, (int64_t)trade->page,
                (int64_t)trade->state, (int64_t)trade->channel, trade->amount_fen, trade->paid_fen,
                trade->refunded_fen, trade->paid_at_ms, trade->expire_at_ms, trade->created_at_ms,
                trade->password_until_ms, trade->late_at_ms, trade->reason, trade->transaction_id,
                trade->code, trade->cashier_id, trade->payee, trade->subject, trade->merchant,
                trade->terminal, trade->notify_url, trade->return_url));
}

static enum status one_refund(struct books *books, sqlite3_stmt *statement, struct refund *refund)
{
    if (!step(books, statement)) {
        return STATUS_NOT_FOUND;
    }
    *refund = (struct refund){.amount_fen = sqlite3_column_int64(statement, 2),
                              .done_at_ms = sqlite3_column_int64(statement, 3),
                              .done = sqlite3_column_int(statement, 4) != 0};
    copy_text(statement, 0, refund->out_refund_no, sizeof(refund->out_refund_no));
    copy_text(statement, 1, refund->out_trade_no, sizeof(refund->out_trade_no));
    sqlite3_finalize(statement);
    return STATUS_OK;
}

#define REFUND_SELECT                                                                              \
    "SELECT out_refund_no, out_trade_no, amount_fen, done_at_ms, done FROM refund "

enum status books_refund(struct books *books, const char *out_refund_no, struct refund *refund)
{
    return one_refund(books,
                      prepare(books, REFUND_SELECT "WHERE out_refund_no = ?1", "t", out_refund_no),
                      refund);
}

enum status books_due_refund(struct books *books, int64_t now_ms, struct refund *refund)
{
    return one_refund(
        books,
        prepare(books, REFUND_SELECT "WHERE done = 0 AND done_at_ms <= ?1 LIMIT 1", "i", now_ms),
        refund);
}

void books_save_refund(struct books *books, const struct refund *refund)
{
    run(books, prepare(books, "INSERT OR REPLACE INTO refund VALUES(?1,?2,?3,?4,?5)", "ttiii",
                       refund->out_refund_no, refund->out_trade_no, refund->amount_fen,
                       refund->done_at_ms, (int64_t)refund->done));
}

/* The one number that the statement gives. */
static int64_t one_number(struct books *books, sqlite3_stmt *statement)
{
    must(books, step(books, statement), "a sum");
    int64_t number = sqlite3_column_int64(statement, 0);

    sqlite3_finalize(statement);
    return number;
}

int64_t books_refund_sum(struct books *books, const char *out_trade_no)
{
    return one_number(books, prepare(books,
                                     "SELECT coalesce(sum(amount_fen), 0) FROM refund "
                                     "WHERE out_trade_no = ?1",
                                     "t", out_trade_no));
}

enum status books_code(struct books *books, const char *code, struct wallet_code *out)
{
    sqlite3_stmt *row = prepare(
        books, "SELECT balance_fen, expires_at_ms, used FROM code WHERE code = ?1", "t", code);

    if (!step(books, row)) {
        return STATUS_NOT_FOUND;
    }
    *out = (struct wallet_code){.balance_fen = sqlite3_column_int64(row, 0),
                                .expires_at_ms = sqlite3_column_int64(row, 1),
                                .used = sqlite3_column_int(row, 2) != 0};
    snprintf(out->code, sizeof(out->code), "%s", code);
    sqlite3_finalize(row);
    return STATUS_OK;
}

void books_save_code(struct books *books, const struct wallet_code *code)
{
    run(books, prepare(books, "INSERT OR REPLACE INTO code VALUES(?1,?2,?3,?4)", "tiii", code->code,
                       code->balance_fen, code->expires_at_ms, (int64_t)code->used));
}

void books_payer(struct books *books, const char *out_trade_no, char payer[PAYER_MAX])
{
    sqlite3_stmt *row =
        prepare(books, "SELECT payer FROM payer WHERE out_trade_no = ?1", "t", out_trade_no);

    payer[0] = '\0';
    if (step(books, row)) {
        copy_text(row, 0, payer, PAYER_MAX);
        sqlite3_finalize(row);
    }
}

void books_save_payer(struct books *books, const char *out_trade_no, const char *payer)
{
    run(books,
        prepare(books, "INSERT OR IGNORE INTO payer VALUES(?1,?2)", "tt", out_trade_no, payer));
}

enum status books_posting(struct books *books, const char *posting_no, struct posting *posting)
{
    sqlite3_stmt *row = prepare(books,
                                "SELECT account_no, out_trade_no, amount_fen, state, next,"
                                " decide_at_ms, reason FROM posting WHERE posting_no = ?1",
                                "t", posting_no);

    *posting = (struct posting){.state = POSTING_PENDING};
    if (!step(books, row)) {
        return STATUS_NOT_FOUND;
    }
    snprintf(posting->posting_no, sizeof(posting->posting_no), "%s", posting_no);
    copy_text(row, 0, posting->account_no, sizeof(posting->account_no));
    copy_text(row, 1, posting->out_trade_no, sizeof(posting->out_trade_no));
    posting->amount_fen = sqlite3_column_int64(row, 2);
    posting->state = (enum posting_state)sqlite3_column_int(row, 3);
    posting->next = (enum posting_state)sqlite3_column_int(row, 4);
    posting->decide_at_ms = sqlite3_column_int64(row, 5);
    copy_text(row, 6, posting->reason, sizeof(posting->reason));
    sqlite3_finalize(row);
    return STATUS_OK;
}

void books_save_posting(struct books *books, const struct posting *posting)
{
    run(books, prepare(books, "INSERT OR REPLACE INTO posting VALUES(?1,?2,?3,?4,?5,?6,?7,?8)",
                       "tttiiiit", posting->posting_no, posting->account_no, posting->out_trade_no,
                       posting->amount_fen, (int64_t)posting->state, (int64_t)posting->next,
                       posting->decide_at_ms, posting->reason));
}

void books_add_notice(struct books *books, const struct notice *notice)
{
    run(books,
        prepare(books,
                "INSERT INTO notice(out_trade_no, url, tries, next_at_ms) VALUES(?1,?2,?3,?4)",
                "ttii", notice->out_trade_no, notice->url, (int64_t)0, notice->next_at_ms));
}

enum status books_due_notice(struct books *books, int64_t now_ms, struct notice *notice)
{
    sqlite3_stmt *row = prepare(books,
                                "SELECT id, out_trade_no, url, tries, next_at_ms FROM notice "
                                "WHERE next_at_ms <= ?1 ORDER BY next_at_ms LIMIT 1",
                                "i", now_ms);

    if (!step(books, row)) {
        return STATUS_NOT_FOUND;
    }
    *notice = (struct notice){.id = sqlite3_column_int64(row, 0),
                              .tries = sqlite3_column_int(row, 3),
                              .next_at_ms = sqlite3_column_int64(row, 4)};
    copy_text(row, 1, notice->out_trade_no, sizeof(notice->out_trade_no));
    copy_text(row, 2, notice->url, sizeof(notice->url));
    sqlite3_finalize(row);
    return STATUS_OK;
}

void books_notice_tried(struct books *books, const struct notice *notice, bool done,
                        int64_t next_at_ms)
{
    if (done || notice->tries + 1 >= NOTICE_TRIES_MAX) {
        run(books, prepare(books, "DELETE FROM notice WHERE id = ?1", "i", notice->id));
    } else {
        run(books,
            prepare(books, "UPDATE notice SET tries = tries + 1, next_at_ms = ?2 WHERE id = ?1",
                    "ii", notice->id, next_at_ms));
    }
}

int64_t books_next_due(struct books *books)
{
    return one_number(
        books,
        prepare(books,
                "SELECT min(coalesce((SELECT min(late_at_ms) FROM trade WHERE late_at_ms > 0),"
                " ?1), coalesce((SELECT min(done_at_ms) FROM refund WHERE done = 0), ?1),"
                " coalesce((SELECT min(next_at_ms) FROM notice), ?1))",
                "i", INT64_MAX));
}

struct book_sums books_sums(struct books *books)
{
    sqlite3_stmt *row = prepare(books,
                                "SELECT coalesce(sum(paid_fen), 0), coalesce(sum(refunded_fen), 0),"
                                " count(*), coalesce(sum(state IN (0, 1)), 0),"
                                " (SELECT coalesce(sum(amount_fen), 0) FROM posting"
                                "  WHERE state = 1),"
                                " (SELECT count(*) FROM posting WHERE state = 1) FROM trade",
                                "");

    must(books, step(books, row), "sums");
    struct book_sums sums = {.charged_fen = sqlite3_column_int64(row, 0),
                             .refunded_fen = sqlite3_column_int64(row, 1),
                             .count = sqlite3_column_int64(row, 2),
                             .open = sqlite3_column_int64(row, 3),
                             .posted_fen = sqlite3_column_int64(row, 4),
                             .postings = sqlite3_column_int64(row, 5)};

    sqlite3_finalize(row);
    return sums;
}

char *books_list(struct books *books, int limit)
{
    json_t *list = json_array();
    sqlite3_stmt *row =
        prepare(books, TRADE_SELECT "ORDER BY seq DESC LIMIT ?1", "i", (int64_t)limit);

    while (step(books, row)) {
        struct trade trade;

        read_trade(row, &trade);
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:I}", "out_trade_no",
                            trade.out_trade_no, "state", trade_state_name(trade.state), "channel",
                            channel_name(trade.channel), "reason", trade.reason, "amount_fen",
                            (json_int_t)trade.amount_fen, "paid_fen", (json_int_t)trade.paid_fen,
                            "refunded_fen", (json_int_t)trade.refunded_fen));
    }
    char *text = json_dumps(list, JSON_COMPACT);

    json_decref(list);
    return text;
}
