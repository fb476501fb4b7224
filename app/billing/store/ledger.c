#include "billing/store/ledger.h"

#include <stdio.h>

#include "common/instant.h"
#include "common/money.h"

#define ENTRY_ID_MAX 64
#define LINE_MAX     3
#define VAT_PERCENT  13

#define CLEARING   "channel_clearing"
#define PREPAID    "prepaid_cash"
#define RECEIVABLE "receivable"
#define REVENUE    "revenue"
#define VAT        "output_vat"
#define LATE_FEES  "late_fee_income"
#define HELD       "to_be_refunded"
#define POSTING    "to_be_posted"
#define UTILITY    "payable_to_utility"
#define OPENING    "opening_balance"

struct line {
    const char *ledger_account;
    int64_t fen;
};

static enum status post(struct db *db, const char *kind, const char *subject,
                        const char *account_no, const struct line lines[LINE_MAX], int64_t now_ms)
{
    char entry_id[ENTRY_ID_MAX];
    int64_t sum = 0;
    int length = snprintf(entry_id, sizeof(entry_id), "%s:%s", kind, subject);
    CHECK(length > 0 && (size_t)length < sizeof(entry_id));
    enum status status =
        db_run(db, SQL_LEDGER_ENTRY, "tii", entry_id, now_ms, (int64_t)date_of_instant(now_ms));
    if (status != STATUS_OK) {
        return status == STATUS_NOT_FOUND ? STATUS_CONFLICT : status;
    }
    for (int i = 0; i < LINE_MAX; i++) {
        if (lines[i].ledger_account == NULL || lines[i].fen == 0) {
            continue;
        }
        sum += lines[i].fen;
        status = db_change(db, SQL_LEDGER_LINE, "titti", entry_id, (int64_t)i,
                           lines[i].ledger_account, account_no, lines[i].fen);
        if (status != STATUS_OK) {
            return status;
        }
    }
    CHECK(sum == 0);
    return STATUS_OK;
}

enum status ledger_opening(struct db *db, const char *account_no, int64_t balance_fen,
                           int64_t now_ms)
{
    const struct line lines[LINE_MAX] = {{OPENING, balance_fen}, {PREPAID, -balance_fen}};
    return post(db, "opening", account_no, account_no, lines, now_ms);
}

enum status ledger_bill(struct db *db, const char *bill_id, const char *account_no,
                        int64_t amount_fen, int64_t now_ms)
{
    int64_t net = 0;
    enum status status = money_scale(amount_fen, 100, 100 + VAT_PERCENT, &net);
    if (status != STATUS_OK) {
        return status;
    }
    const struct line lines[LINE_MAX] = {
        {RECEIVABLE, amount_fen}, {REVENUE, -net}, {VAT, net - amount_fen}};
    return post(db, "bill", bill_id, account_no, lines, now_ms);
}

enum status ledger_recharge(struct db *db, const char *out_trade_no, const char *account_no,
                            int64_t paid_fen, int64_t now_ms)
{
    const struct line lines[LINE_MAX] = {{CLEARING, paid_fen}, {PREPAID, -paid_fen}};
    return post(db, "credit", out_trade_no, account_no, lines, now_ms);
}

enum status ledger_bills(struct db *db, const char *out_trade_no, const char *account_no,
                         int64_t charges_fen, int64_t late_fees_fen, int64_t now_ms)
{
    const struct line lines[LINE_MAX] = {{CLEARING, charges_fen + late_fees_fen},
                                         {RECEIVABLE, -charges_fen},
                                         {LATE_FEES, -late_fees_fen}};
    return post(db, "credit", out_trade_no, account_no, lines, now_ms);
}

enum status ledger_posting(struct db *db, const char *posting_no, const char *account_no,
                           int64_t paid_fen, int64_t now_ms)
{
    const struct line lines[LINE_MAX] = {{CLEARING, paid_fen}, {POSTING, -paid_fen}};
    return post(db, "posting", posting_no, account_no, lines, now_ms);
}

enum status ledger_posted(struct db *db, const char *posting_no, const char *account_no,
                          int64_t paid_fen, int64_t now_ms)
{
    const struct line lines[LINE_MAX] = {{POSTING, paid_fen}, {CLEARING, -paid_fen}};
    return post(db, "posted", posting_no, account_no, lines, now_ms);
}

enum status ledger_handed(struct db *db, const char *out_trade_no, const char *account_no,
                          int64_t paid_fen, int64_t now_ms)
{
    const struct line lines[LINE_MAX] = {{CLEARING, paid_fen}, {UTILITY, -paid_fen}};
    return post(db, "credit", out_trade_no, account_no, lines, now_ms);
}

enum status ledger_held(struct db *db, const char *hold_no, const char *account_no,
                        int64_t paid_fen, int64_t now_ms)
{
    const struct line lines[LINE_MAX] = {{CLEARING, paid_fen}, {HELD, -paid_fen}};
    return post(db, "held", hold_no, account_no, lines, now_ms);
}

enum status ledger_freed(struct db *db, const char *hold_no, const char *account_no,
                         int64_t paid_fen, int64_t now_ms)
{
    const struct line lines[LINE_MAX] = {{HELD, paid_fen}, {CLEARING, -paid_fen}};
    return post(db, "freed", hold_no, account_no, lines, now_ms);
}

enum status ledger_refund(struct db *db, const char *out_trade_no, const char *account_no,
                          int64_t paid_fen, int64_t now_ms)
{
    const struct line lines[LINE_MAX] = {{HELD, paid_fen}, {CLEARING, -paid_fen}};
    return post(db, "refund", out_trade_no, account_no, lines, now_ms);
}
