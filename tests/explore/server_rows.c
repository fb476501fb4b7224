#include "server_rows.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "billing/books.h"
#include "billing/store/orders.h"
#include "kiosk_side.h"
#include "memory_store.h"

/* Canonical: of an instant that decides nothing only "was there" is kept; of tries, only the looks
 * that a finished attempt has had. */
static const char *const READ[] = {
    "SELECT 'INSERT INTO payment_order VALUES(' || quote(order_no) || ',' || quote(request_id) ||"
    " ',' || quote(terminal_no) || ',' || quote(account_no) || ',' || quote(kind) || ',' ||"
    " amount_fen || ',' || quote(payee) || ',' || quote(merchant) || ',' || quote(token) || ',' ||"
    " quote(status) || ',' || created_at || ',' || expires_at || ',' || quote(failure) || ',' ||"
    " balance_known || ',' || balance_fen || ',' || supply_restoring || ',' || quote(ledger) || "
    "');'"
    " FROM payment_order ORDER BY order_no",
    "SELECT 'INSERT INTO payment_attempt VALUES(' || quote(out_trade_no) || ',' ||"
    " quote(order_no) || ',' || number || ',' || quote(request_id) || ',' || quote(channel) ||"
    " ',' || by_phone || ',' || amount_fen || ',' || quote(state) || ',' || open || ',' ||"
    " quote(code_hash) || ',' || created_at || ',' || deadline || ',' ||"
    " CASE WHEN next_at > 0 THEN 1795242360000 ELSE 0 END || ',' ||"
    " CASE WHEN state IN ('FAILED', 'REVERSED') THEN tries WHEN state = 'CREDITING' THEN"
    " MIN(tries, 1) ELSE 0 END || ',' || password ||"
    " ',' || quote(transaction_id) || ',' || paid_fen || ',' ||"
    " CASE WHEN paid_at > 0 THEN 1795242360000 ELSE 0 END || ',' ||"
    " CASE WHEN credited_at > 0 THEN 1795242360000 ELSE 0 END || ',' || refunded_fen || ',' ||"
    " quote(cashier_url) || ','''',0,' || postings || ','''');' FROM payment_attempt"
    " ORDER BY out_trade_no",
    "SELECT 'INSERT INTO posting VALUES(' || quote(posting_no) || ',' || quote(out_trade_no) ||"
    " ',' || amount_fen || ',1795242360000,' || quote(state) || ',' || quote(reason) || ',' ||"
    " CASE WHEN done_at > 0 THEN 1795242360000 ELSE 0 END || ');' FROM posting ORDER BY posting_no",
    "SELECT 'INSERT INTO refund VALUES(' || quote(out_refund_no) || ',' || quote(out_trade_no) ||"
    " ',' || amount_fen || ',1795242360000,' ||"
    " CASE WHEN done_at > 0 THEN 1795242360000 ELSE 0 END || ');'"
    " FROM refund ORDER BY out_refund_no",
    "SELECT 'INSERT INTO request_tombstone VALUES(' || quote(request_id) || ',' ||"
    " quote(terminal_no) || ',1795242360000);' FROM request_tombstone ORDER BY request_id",
    "SELECT 'INSERT INTO ledger_entry VALUES(' || quote(entry_id) || ',1795242360000,20261121);'"
    " FROM ledger_entry ORDER BY entry_id",
    "SELECT 'INSERT INTO ledger_line VALUES(' || quote(entry_id) || ',' || line_no || ',' ||"
    " quote(ledger_account) || ',' || quote(account_no) || ',' || fen || ');'"
    " FROM ledger_line ORDER BY entry_id, line_no",
    "SELECT 'UPDATE account SET state=' || quote(state) || ',balance_fen=' || balance_fen || ';'"
    " FROM account",
};

static sqlite3_stmt *readers[ARRAY_LEN(READ)];

struct db *rows_open(void)
{
    struct db *db = store_open();
    store_run("INSERT INTO org VALUES('SG01','示范','示范供电公司','M1',10,'52',100,500000,'5000',"
              "1,1,1,1,'own');"
              "INSERT INTO account VALUES('" ACCOUNT_NO "','SG01','张大伟','示范路1号','',"
              "'residential',1,'active',0,0,0,0,0,0,0);");
    if (utility_ledger) {
        store_run("UPDATE org SET ledger = 'utility'");
    }
    if (mutation == MUTATION_ONE_OPEN_ATTEMPT) {
        store_run("DROP INDEX one_open_attempt");
    }
    for (size_t i = 0; i < ARRAY_LEN(READ); i++) {
        CHECK(sqlite3_prepare_v2(store_sqlite(), READ[i], -1, &readers[i], NULL) == SQLITE_OK);
    }
    return db;
}

void rows_close(struct db *db)
{
    for (size_t i = 0; i < ARRAY_LEN(READ); i++) {
        sqlite3_finalize(readers[i]);
        readers[i] = NULL;
    }
    db_close(db);
}

void rows_read(char text[ROWS_TEXT_MAX])
{
    size_t length = strlen(text);
    for (size_t i = 0; i < ARRAY_LEN(READ); i++) {
        while (sqlite3_step(readers[i]) == SQLITE_ROW) {
            int size = snprintf(text + length, ROWS_TEXT_MAX - length, "%s\n",
                                (const char *)sqlite3_column_text(readers[i], 0));
            length += (size_t)size;
            CHECK(length < ROWS_TEXT_MAX);
        }
        sqlite3_reset(readers[i]);
    }
}

void rows_restore(const char *text)
{
    store_run(
        "BEGIN;DELETE FROM ledger_line;DELETE FROM ledger_entry;DELETE FROM request_tombstone;"
        "DELETE FROM refund;DELETE FROM posting;DELETE FROM payment_attempt;DELETE FROM "
        "payment_order;");
    store_run(text);
    store_run("COMMIT");
}

/* -- what stands in them
 * --------------------------------------------------------------------------- */

static void read_attempt(sqlite3_stmt *row, struct server_facts *facts)
{
    enum attempt_state state = ATTEMPT_INTENT;
    CHECK(attempt_state_parse((const char *)sqlite3_column_text(row, 0), &state) == STATUS_OK);
    if (facts->attempts < ATTEMPTS) {
        facts->attempt[facts->attempts].state = (uint8_t)state;
        facts->attempt[facts->attempts].due = sqlite3_column_int(row, 1) != 0;
        facts->attempt[facts->attempts].by_phone = sqlite3_column_int(row, 2) != 0;
        facts->attempt[facts->attempts].cashier = sqlite3_column_int(row, 3) != 0;
        facts->attempt[facts->attempts].looks = (uint8_t)sqlite3_column_int(row, 4);
    }
    facts->attempts++;
}

struct order_call {
    struct order_facts facts;
    char order_no[ORDER_NO_MAX];
};

static enum status order_work(struct db *db, void *context)
{
    struct order_call *call = context;
    if (db_row(db, SQL_ORDER_BY_REQUEST, "t", REQUEST_ID) != STATUS_OK) {
        return STATUS_NOT_FOUND;
    }
    db_text(db, SQL_ORDER_BY_REQUEST, 0, call->order_no, sizeof(call->order_no));
    return orders_load(db, call->order_no, "http://127.0.0.1:8444", double_now_ms, &call->facts);
}

void rows_facts(struct db *db, struct server_facts *facts)
{
    static struct order_call call;
    sqlite3_stmt *statement = NULL;
    memset(&call, 0, sizeof(call));
    CHECK(sqlite3_prepare_v2(store_sqlite(),
                             "SELECT state, next_at > 0, by_phone, cashier_url <> '', tries"
                             " FROM payment_attempt ORDER BY out_trade_no",
                             -1, &statement, NULL) == SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        read_attempt(statement, facts);
    }
    sqlite3_finalize(statement);
    facts->orders = (uint8_t)store_number("SELECT COUNT(*) FROM payment_order");
    facts->order_open =
        store_number("SELECT COUNT(*) FROM payment_order WHERE status = 'open'") != 0;
    facts->order_done =
        store_number("SELECT COUNT(*) FROM payment_order WHERE status <> 'done'") == 0;
    facts->credits =
        (uint8_t)store_number("SELECT COUNT(*) FROM ledger_entry WHERE entry_id LIKE 'credit:%'");
    facts->account_closed =
        store_number("SELECT COUNT(*) FROM account WHERE state = 'closed'") != 0;
    if (facts->orders > 0 && db_transact(db, order_work, &call) == STATUS_OK) {
        facts->state = (uint8_t)call.facts.order.state;
        facts->statement = (uint8_t)call.facts.order.statement;
        facts->may_expire = facts->order_open && call.facts.order.expires_at_ms <= double_now_ms;
    }
    json_decref(books_totals(db, &facts->books_agree));
}
