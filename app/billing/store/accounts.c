#include "billing/store/accounts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "billing/rules/late_fee.h"
#include "common/mask.h"
#include "common/money.h"

#define RECENT_MS      600000 /* "paid for this account 3 minutes ago" is worth saying so long */
#define NAME_STORE_MAX 256
#define PRESETS_TEXT   96

/* "5000,10000": written by the import from integers. */
static void read_presets(struct db *db, const char *text, struct account *account)
{
    char *end = NULL;
    for (const char *at = text; *at != '\0'; at = *end == ',' ? end + 1 : end) {
        long long fen = strtoll(at, &end, 10);
        if (end == at || fen <= 0 || account->preset_count >= PRESETS_MAX) {
            db_spoil(db, "presets");
            return;
        }
        account->presets_fen[account->preset_count++] = fen;
    }
}

static void read_state(struct db *db, int64_t now_ms, struct account *account)
{
    char state[16];
    db_text(db, SQL_ACCOUNT_GET, 5, state, sizeof(state));
    int32_t usable_from = (int32_t)db_int(db, SQL_ACCOUNT_GET, 6);
    if (strcmp(state, "closed") == 0) {
        account->state = ACCOUNT_CLOSED;
    } else if (usable_from > date_of_instant(now_ms)) {
        account->state = ACCOUNT_NOT_YET_USABLE;
        account->usable_from = usable_from;
    } else {
        account->state = ACCOUNT_ACTIVE;
    }
}

/* What is switched off for the organisation is not said, not even as a number unshown. */
static void read_prepaid(struct db *db, struct account *account)
{
    const enum sql sql = SQL_ACCOUNT_GET;
    char presets[PRESETS_TEXT];
    int64_t estimated_fen = db_int(db, sql, 7) - db_int(db, sql, 8);
    bool cut = db_int(db, sql, 10) != 0;
    account->balance_shown = db_int(db, sql, 16) != 0;
    account->min_fen = db_int(db, sql, 13);
    account->max_fen = db_int(db, sql, 14);
    db_text(db, sql, 15, presets, sizeof(presets));
    read_presets(db, presets, account);
    if (account->balance_shown) {
        account->balance_fen = estimated_fen;
        account->daily_cost_fen = db_int(db, sql, 9);
        account->supply_cut = cut;
    }
    if (account->balance_shown && cut && db_int(db, sql, 17) != 0) {
        account->restore_fen = estimated_fen < 0 ? -estimated_fen : 1;
    }
}

static enum status read_bills(struct db *db, int64_t now_ms, bool fees, struct account *account)
{
    enum status status = db_row(db, SQL_BILLS_OPEN, "t", account->account_no);
    for (; status == STATUS_OK; status = db_next(db, SQL_BILLS_OPEN)) {
        char rule_name[16];
        enum late_fee_rule rule = LATE_FEE_NONE;
        if (account->bill_count == BILLS_MAX) {
            account->more_bills = true;
            return STATUS_OK;
        }
        struct bill *bill = &account->bills[account->bill_count++];
        db_text(db, SQL_BILLS_OPEN, 0, bill->bill_id, sizeof(bill->bill_id));
        db_text(db, SQL_BILLS_OPEN, 1, bill->period, sizeof(bill->period));
        bill->due_date = (int32_t)db_int(db, SQL_BILLS_OPEN, 2);
        bill->amount_fen = db_int(db, SQL_BILLS_OPEN, 3);
        db_text(db, SQL_BILLS_OPEN, 4, rule_name, sizeof(rule_name));
        if (late_fee_rule_parse(rule_name, &rule) != STATUS_OK ||
            late_fee(fees ? rule : LATE_FEE_NONE, bill->amount_fen, bill->due_date,
                     date_of_instant(now_ms), &bill->late_fee_fen) != STATUS_OK) {
            db_spoil(db, "late fee");
            return STATUS_CORRUPT;
        }
    }
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static void read_recent(struct db *db, int64_t now_ms, struct account *account)
{
    if (db_row(db, SQL_RECENT_PAID, "ti", account->account_no, now_ms - RECENT_MS) == STATUS_OK) {
        int64_t age_ms = now_ms - db_int(db, SQL_RECENT_PAID, 1);
        account->recent_fen = db_int(db, SQL_RECENT_PAID, 0);
        account->recent_seconds = age_ms > 0 ? (int)(age_ms / 1000) : 0;
    }
}

enum status accounts_load(struct db *db, const char *account_no, int64_t now_ms,
                          struct account_facts *facts)
{
    const enum sql sql = SQL_ACCOUNT_GET;
    struct account *account = &facts->shown;
    char text[NAME_STORE_MAX];
    memset(facts, 0, sizeof(*facts));
    enum status status = db_row(db, sql, "t", account_no);
    if (status != STATUS_OK) {
        return status;
    }
    snprintf(account->account_no, sizeof(account->account_no), "%s", account_no);
    db_text(db, sql, 1, text, sizeof(text));
    mask_name(text, account->name_masked, sizeof(account->name_masked));
    db_text(db, sql, 2, text, sizeof(text));
    mask_address(text, account->address_masked, sizeof(account->address_masked));
    db_text(db, sql, 3, account->category, sizeof(account->category));
    db_text(db, sql, 11, account->payee, sizeof(account->payee));
    db_text(db, sql, 12, facts->merchant, sizeof(facts->merchant));
    db_text(db, sql, 20, text, sizeof(text));
    facts->utility = strcmp(text, "utility") == 0;
    account->prepaid = db_int(db, sql, 4) != 0;
    account->pay_all_bills = db_int(db, sql, 18) != 0;
    read_state(db, now_ms, account);
    if (account->prepaid) {
        read_prepaid(db, account);
        read_recent(db, now_ms, account);
        return STATUS_OK;
    }
    return read_bills(db, now_ms, db_int(db, sql, 19) != 0, account);
}
