/* Demonstration data: all of it, or nothing and the bad line. */
#include "cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "billing/books.h"
#include "billing/import.h"

#define ORG                                                                                        \
    "{\"type\":\"org\",\"org_no\":\"SG01\",\"name\":\"示范\",\"payee\":\"示范\",\"merchant\":" \
    "\"M\","                                                                                       \
    "\"account_digits\":10,\"account_prefix\":\"52\",\"recharge_min_fen\":100,"                    \
    "\"recharge_max_fen\":500000,\"presets_fen\":[5000,10000],\"show_balance\":true,"              \
    "\"show_restore\":true,\"pay_all_bills\":true,\"late_fee\":true,"                              \
    "\"ledger\":\"own\"}\n"
#define ACCOUNT(number, prepaid, balance)                                                          \
    "{\"type\":\"account\",\"account_no\":\"" number "\",\"org_no\":\"SG01\",\"name\":\"李四\"," \
    "\"address\":\"示范路1号\",\"phone\":null,\"category\":\"residential\",\"prepaid\":" prepaid   \
    ",\"state\":\"active\",\"usable_from\":null,\"book_balance_fen\":" balance                     \
    ",\"unbilled_fen\":0,\"daily_cost_fen\":0,\"supply_cut\":false,\"protected\":false,"           \
    "\"contract_kva\":null,\"meter_no\":\"0000000000001234567890\"}\n"
#define BILL(number, amount)                                                                       \
    "{\"type\":\"bill\",\"bill_id\":\"B1\",\"account_no\":\"" number "\",\"period\":\"2026-10\","  \
    "\"due_date\":\"2026-11-20\",\"amount_fen\":" amount                                           \
    ",\"late_fee\":\"residential\",\"state\":\"open\"}\n"

static char store_path[] = "/tmp/import-db.XXXXXX";
static struct db *db;

static enum status import(const char *text, struct import_counts *counts,
                          char error[IMPORT_ERROR_MAX])
{
    char path[] = "/tmp/import.XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    enum status status = import_file(db, path, counts, error);
    remove(path);
    return status;
}

static void refused(const char *text, const char *reason)
{
    struct import_counts counts;
    char error[IMPORT_ERROR_MAX] = "";
    assert_int_not_equal(import(text, &counts, error), STATUS_OK);
    if (strstr(error, reason) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", error, reason);
    }
}

static int open_store(void **state)
{
    char error[256];
    (void)state;
    int fd = mkstemp(store_path);
    close(fd);
    return db_open(store_path, &db, error, sizeof(error)) == STATUS_OK ? 0 : 1;
}

static int close_store(void **state)
{
    (void)state;
    db_close(db);
    return remove(store_path);
}

static enum status find_org(struct db *store, void *context)
{
    (void)context;
    return db_row(store, SQL_ORG_RULES, "t", "SG01");
}

/* 142.80 is 126.37 and 16.43 VAT: the worked figure. */
static enum status check_tax(struct db *store, void *context)
{
    (void)context;
    assert_int_equal(db_row(store, SQL_BOOKS_ACCOUNT, "t", "revenue"), STATUS_OK);
    assert_int_equal(db_int(store, SQL_BOOKS_ACCOUNT, 0), -12637);
    assert_int_equal(db_row(store, SQL_BOOKS_ACCOUNT, "t", "output_vat"), STATUS_OK);
    assert_int_equal(db_int(store, SQL_BOOKS_ACCOUNT, 0), -1643);
    return STATUS_OK;
}

static void a_bad_line_is_named_and_nothing_is_loaded(void **state)
{
    (void)state;
    refused(ORG ACCOUNT("5200000001", "true", "100") "{}\n", ":3: type: not org, account or bill");
    refused(ORG "{\n", ":2: message: not JSON");
    refused(ORG ACCOUNT("5300000001", "true", "0"), ":2: account_no: not of its organisation");
    refused(ORG ACCOUNT("52000000011", "true", "0"), ":2: account_no: not of its organisation");
    refused(ORG ACCOUNT("5200000001", "false", "5"), ":2: book_balance_fen: not 0");
    refused(ACCOUNT("5200000001", "true", "0"), ":1: org_no: no such organisation");
    refused(ORG BILL("5200000001", "100"), ":2: account_no: no such account");
    refused(ORG ACCOUNT("5200000001", "false", "0") BILL("5200000001", "0"), ":3: amount_fen");
    assert_int_equal(db_read(db, find_org, NULL), STATUS_NOT_FOUND);
}

static void good_data_is_loaded_once_and_the_books_agree(void **state)
{
    struct import_counts counts;
    char error[IMPORT_ERROR_MAX] = "";
    bool agree = false;
    static const char DATA[] = ORG ACCOUNT("5200000001", "true", "-1234")
        ACCOUNT("5200000002", "false", "0") BILL("5200000002", "14280");
    (void)state;
    assert_int_equal(import(DATA, &counts, error), STATUS_OK);
    assert_int_equal(counts.added, 4);
    assert_int_equal(import(DATA, &counts, error), STATUS_OK);
    assert_int_equal(counts.added, 0);
    json_t *totals = books_totals(db, &agree);
    assert_true(agree);
    json_decref(totals);
    assert_int_equal(db_read(db, check_tax, NULL), STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bad_line_is_named_and_nothing_is_loaded),
        cmocka_unit_test(good_data_is_loaded_once_and_the_books_agree),
    };
    return cmocka_run_group_tests(tests, open_store, close_store);
}
