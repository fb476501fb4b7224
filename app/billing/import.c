#include "billing/import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "billing/rules/late_fee.h"
#include "billing/store/ledger.h"
#include "common/money.h"
#include "protocol/fields.h"
#include "system/clock.h"

#define LINE_MAX_BYTES 8192
#define METER_NO_MAX   23
#define RATE_MAX       INT64_C(100000000)

static const char *const CATEGORIES[] = {"residential", "commercial", "campus", "industrial"};
static const char *const ACCOUNT_STATES[] = {"active", "closed"};
static const char *const BILL_STATES[] = {"open", "paid"};
static const char *const LEDGERS[] = {"own", "utility"};
static const char *const LATE_FEES[] = {"none", "residential", "other"};

struct org_line {
    char type[16];
    char org_no[13];
    char name[128];
    char payee[PAYEE_MAX_BYTES];
    char merchant[33];
    int account_digits;
    char account_prefix[8];
    int64_t recharge_min_fen, recharge_max_fen;
    int64_t presets_fen[PRESETS_MAX];
    int preset_count;
    bool show_balance, show_restore, pay_all_bills, late_fee;
    int ledger;
};

struct account_line {
    char type[16];
    char account_no[ACCOUNT_NO_MAX];
    char org_no[13];
    char name[96];
    char address[200];
    char phone[16];
    int category;
    bool prepaid;
    int state;
    int32_t usable_from;
    int64_t book_balance_fen, unbilled_fen, daily_cost_fen;
    bool supply_cut, protected;
    int64_t contract_kva;
    char meter_no[METER_NO_MAX];
};

struct bill_line {
    char type[16];
    char bill_id[BILL_ID_MAX];
    char account_no[ACCOUNT_NO_MAX];
    char period[8];
    int32_t due_date;
    int64_t amount_fen;
    int late_fee;
    int state;
};

static const struct field ORG[] = {
    FIELD_TEXT_OF(org_line, type, 1, FORM_NAME),
    FIELD_TEXT_OF(org_line, org_no, 1, FORM_UPPER),
    FIELD_TEXT_OF(org_line, name, 1, FORM_PRINTABLE),
    FIELD_TEXT_OF(org_line, payee, 1, FORM_PRINTABLE),
    FIELD_TEXT_OF(org_line, merchant, 1, FORM_NAME),
    FIELD_INT_OF(org_line, account_digits, 10, 16),
    FIELD_TEXT_OF(org_line, account_prefix, 0, FORM_DIGITS),
    FIELD_FEN_OF(org_line, recharge_min_fen, 1, MONEY_MAX_FEN),
    FIELD_FEN_OF(org_line, recharge_max_fen, 1, MONEY_MAX_FEN),
    {.name = "presets_fen",
     .type = FIELD_INT64S,
     .offset = offsetof(struct org_line, presets_fen),
     .size = sizeof(int64_t),
     .maximum = PRESETS_MAX,
     .count_offset = offsetof(struct org_line, preset_count)},
    FIELD_BOOL_OF(org_line, show_balance),
    FIELD_BOOL_OF(org_line, show_restore),
    FIELD_BOOL_OF(org_line, pay_all_bills),
    FIELD_BOOL_OF(org_line, late_fee),
    FIELD_ENUM_OF(org_line, ledger, LEDGERS),
};

static const struct field ACCOUNT[] = {
    FIELD_TEXT_OF(account_line, type, 1, FORM_NAME),
    FIELD_TEXT_OF(account_line, account_no, 10, FORM_DIGITS),
    FIELD_TEXT_OF(account_line, org_no, 1, FORM_UPPER),
    FIELD_TEXT_OF(account_line, name, 1, FORM_PRINTABLE),
    FIELD_TEXT_OF(account_line, address, 1, FORM_PRINTABLE),
    FIELD_TEXT_OR_NULL(account_line, phone, FORM_DIGITS),
    FIELD_ENUM_OF(account_line, category, CATEGORIES),
    FIELD_BOOL_OF(account_line, prepaid),
    FIELD_ENUM_OF(account_line, state, ACCOUNT_STATES),
    FIELD_DATE_OF(account_line, usable_from, true),
    FIELD_FEN_OF(account_line, book_balance_fen, -MONEY_MAX_FEN, MONEY_MAX_FEN),
    FIELD_FEN_OF(account_line, unbilled_fen, 0, MONEY_MAX_FEN),
    FIELD_FEN_OF(account_line, daily_cost_fen, 0, MONEY_MAX_FEN),
    FIELD_BOOL_OF(account_line, supply_cut),
    FIELD_BOOL_OF(account_line, protected),
    {AT(account_line, contract_kva), .type = FIELD_INT64, .minimum = 1, .maximum = RATE_MAX,
     .nullable = true},
    FIELD_TEXT_OF(account_line, meter_no, 22, FORM_DIGITS),
};

static const struct field BILL[] = {
    FIELD_TEXT_OF(bill_line, type, 1, FORM_NAME),
    FIELD_TEXT_OF(bill_line, bill_id, 1, FORM_NAME),
    FIELD_TEXT_OF(bill_line, account_no, 10, FORM_DIGITS),
    FIELD_TEXT_OF(bill_line, period, 7, FORM_PERIOD),
    FIELD_DATE_OF(bill_line, due_date, false),
    FIELD_FEN_OF(bill_line, amount_fen, 1, MONEY_MAX_FEN),
    FIELD_ENUM_OF(bill_line, late_fee, LATE_FEES),
    FIELD_ENUM_OF(bill_line, state, BILL_STATES),
};

struct import {
    struct db *db;
    int64_t now_ms;
    struct import_counts *counts;
    struct codec_error error;
};

/* An insert that may find its row there already. */
static enum status added(struct import *import, enum status status)
{
    if (status == STATUS_OK) {
        import->counts->added++;
    }
    return status;
}

static enum status add_org(struct import *import, const json_t *json)
{
    struct org_line org = {0};
    char presets[96] = "";
    enum status status = fields_read(ORG, ARRAY_LEN(ORG), json, &org, &import->error);
    if (status != STATUS_OK) {
        return status;
    }
    if (org.recharge_min_fen > org.recharge_max_fen) {
        return codec_refuse(&import->error, "recharge_min_fen", "above the maximum");
    }
    for (int i = 0; i < org.preset_count; i++) {
        size_t used = strlen(presets);
        if (i > 0 && org.presets_fen[i] <= org.presets_fen[i - 1]) {
            return codec_refuse(&import->error, "presets_fen", "not ascending");
        }
        snprintf(presets + used, sizeof(presets) - used, "%s%lld", i > 0 ? "," : "",
                 (long long)org.presets_fen[i]);
    }
    import->counts->orgs++;
    status =
        db_run(import->db, SQL_ORG_ADD, "ttttitiitiiiit", org.org_no, org.name, org.payee,
               org.merchant, (int64_t)org.account_digits, org.account_prefix, org.recharge_min_fen,
               org.recharge_max_fen, presets, (int64_t)org.show_balance, (int64_t)org.show_restore,
               (int64_t)org.pay_all_bills, (int64_t)org.late_fee, LEDGERS[org.ledger]);
    return added(import, status) == STATUS_IO ? STATUS_IO : STATUS_OK;
}

/* The number must fit its organisation, or nobody could ever type it. */
static enum status check_account(struct import *import, const struct account_line *account)
{
    char prefix[16];
    if (db_row(import->db, SQL_ORG_RULES, "t", account->org_no) != STATUS_OK) {
        return codec_refuse(&import->error, "org_no", "no such organisation above");
    }
    int64_t digits = db_int(import->db, SQL_ORG_RULES, 0);
    db_text(import->db, SQL_ORG_RULES, 1, prefix, sizeof(prefix));
    if ((int64_t)strlen(account->account_no) != digits ||
        strncmp(account->account_no, prefix, strlen(prefix)) != 0 ||
        account_no_check(account->account_no) != STATUS_OK) {
        return codec_refuse(&import->error, "account_no", "not of its organisation's form");
    }
    if (!account->prepaid && account->book_balance_fen != 0) {
        return codec_refuse(&import->error, "book_balance_fen", "not 0 for a postpaid account");
    }
    return STATUS_OK;
}

static enum status add_account(struct import *import, const json_t *json)
{
    struct account_line account = {0};
    enum status status = fields_read(ACCOUNT, ARRAY_LEN(ACCOUNT), json, &account, &import->error);
    if (status == STATUS_OK) {
        status = check_account(import, &account);
    }
    if (status != STATUS_OK) {
        return status;
    }
    import->counts->accounts++;
    status = db_run(import->db, SQL_ACCOUNT_ADD, "ttttttitiiiiiii", account.account_no,
                    account.org_no, account.name, account.address, account.phone,
                    CATEGORIES[account.category], (int64_t)account.prepaid,
                    ACCOUNT_STATES[account.state], (int64_t)account.usable_from,
                    account.book_balance_fen, account.unbilled_fen, account.daily_cost_fen,
                    (int64_t)account.supply_cut, (int64_t)account.protected, account.contract_kva);
    if (added(import, status) != STATUS_OK) {
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    }
    if (account.book_balance_fen != 0) {
        status = ledger_opening(import->db, account.account_no, account.book_balance_fen,
                                import->now_ms);
    }
    enum status meter =
        db_run(import->db, SQL_METER_ADD, "tt", account.meter_no, account.account_no);
    return meter == STATUS_IO ? meter : status;
}

static enum status add_bill(struct import *import, const json_t *json)
{
    struct bill_line bill = {0};
    enum status status = fields_read(BILL, ARRAY_LEN(BILL), json, &bill, &import->error);
    if (status != STATUS_OK) {
        return status;
    }
    if (db_row(import->db, SQL_ACCOUNT_EXISTS, "t", bill.account_no) != STATUS_OK) {
        return codec_refuse(&import->error, "account_no", "no such account above");
    }
    import->counts->bills++;
    status = db_run(import->db, SQL_BILL_ADD, "tttiitt", bill.bill_id, bill.account_no, bill.period,
                    (int64_t)bill.due_date, bill.amount_fen, LATE_FEES[bill.late_fee],
                    BILL_STATES[bill.state]);
    if (added(import, status) != STATUS_OK) {
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    }
    /* A bill that was settled before our time left nothing open in our books. */
    return bill.state == 0 ? ledger_bill(import->db, bill.bill_id, bill.account_no, bill.amount_fen,
                                         import->now_ms)
                           : STATUS_OK;
}

static enum status add_line(struct import *import, const char *line, size_t length)
{
    json_t *json = NULL;
    enum status status = codec_parse(line, length, &json, &import->error);
    if (status != STATUS_OK) {
        return status;
    }
    const char *type = json_string_value(json_object_get(json, "type"));
    if (type != NULL && strcmp(type, "org") == 0) {
        status = add_org(import, json);
    } else if (type != NULL && strcmp(type, "account") == 0) {
        status = add_account(import, json);
    } else if (type != NULL && strcmp(type, "bill") == 0) {
        status = add_bill(import, json);
    } else {
        status = codec_refuse(&import->error, "type", "not org, account or bill");
    }
    json_decref(json);
    return status;
}

static enum status add_lines(struct import *import, FILE *file, int *line_number)
{
    char line[LINE_MAX_BYTES];
    enum status status = STATUS_OK;
    while (status == STATUS_OK && fgets(line, sizeof(line), file) != NULL) {
        size_t length = strlen(line);
        (*line_number)++;
        if (length == 0 || line[length - 1] != '\n') {
            return codec_refuse(&import->error, "line", "too long, or without an end");
        }
        status = length > 1 ? add_line(import, line, length - 1) : STATUS_OK;
    }
    return status == STATUS_OK && ferror(file) != 0 ? STATUS_IO : status;
}

struct import_call {
    FILE *file;
    struct import import;
    int line_number;
};

static enum status import_work(struct db *db, void *context)
{
    struct import_call *call = context;
    struct import_counts *counts = call->import.counts;
    rewind(call->file);
    call->line_number = 0;
    memset(counts, 0, sizeof(*counts));
    call->import = (struct import){.db = db, .now_ms = call->import.now_ms, .counts = counts};
    return add_lines(&call->import, call->file, &call->line_number);
}

enum status import_file(struct db *db, const char *path, struct import_counts *counts,
                        char error[IMPORT_ERROR_MAX])
{
    struct import_call call = {.file = fopen(path, "re"),
                               .import = {.now_ms = clock_wall_ms(), .counts = counts}};
    if (call.file == NULL) {
        snprintf(error, IMPORT_ERROR_MAX, "%.200s: cannot be opened", path);
        return STATUS_NOT_FOUND;
    }
    enum status status = db_transact(db, import_work, &call);
    fclose(call.file);
    if (status != STATUS_OK) {
        snprintf(error, IMPORT_ERROR_MAX, "%.80s:%d: %s", path, call.line_number,
                 call.import.error.text[0] != '\0' ? call.import.error.text : status_name(status));
    }
    return status;
}
