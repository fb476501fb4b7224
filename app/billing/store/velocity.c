#include "billing/store/velocity.h"

enum status velocity_account(struct db *db, const struct velocity_limits *limits,
                             const char *account_no, int64_t amount_fen, int64_t now_ms)
{
    const enum sql sql = SQL_ACCOUNT_TODAY;
    if (limits->account_payments == 0 && limits->account_yuan == 0) {
        return STATUS_OK;
    }
    enum status status = db_row(db, sql, "ti", account_no, velocity_day_start(now_ms));
    if (status != STATUS_OK) {
        return status;
    }
    return velocity_ok(limits->account_payments, limits->account_yuan, db_int(db, sql, 0),
                       db_int(db, sql, 1), amount_fen)
               ? STATUS_OK
               : STATUS_LIMIT;
}

enum status velocity_payer(struct db *db, const struct velocity_limits *limits,
                           const char *payer_hash, const char *out_trade_no, int64_t paid_fen,
                           int64_t now_ms)
{
    const enum sql sql = SQL_PAYER_TODAY;
    if (limits->payer_payments == 0 && limits->payer_yuan == 0) {
        return STATUS_OK;
    }
    enum status status =
        db_row(db, sql, "tit", payer_hash, velocity_day_start(now_ms), out_trade_no);
    if (status != STATUS_OK) {
        return status;
    }
    return velocity_ok(limits->payer_payments, limits->payer_yuan, db_int(db, sql, 0),
                       db_int(db, sql, 1), paid_fen)
               ? STATUS_OK
               : STATUS_LIMIT;
}
