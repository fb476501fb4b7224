#include "billing/rules/velocity.h"

#include "common/instant.h"
#include "common/money.h"

#define FEN_PER_YUAN 100
#define DAY_MS       (INT64_C(24) * 3600 * 1000)
#define BEIJING_MS   (INT64_C(8) * 3600 * 1000)

bool velocity_ok(int limit_payments, int limit_yuan, int64_t count, int64_t sum_fen,
                 int64_t amount_fen)
{
    int64_t after_fen = 0;
    if (limit_payments > 0 && count >= limit_payments) {
        return false;
    }
    return limit_yuan <= 0 || (money_add(sum_fen, amount_fen, &after_fen) == STATUS_OK &&
                               after_fen <= (int64_t)limit_yuan * FEN_PER_YUAN);
}

int64_t velocity_day_start(int64_t now_ms)
{
    return now_ms - (now_ms + BEIJING_MS) % DAY_MS;
}
