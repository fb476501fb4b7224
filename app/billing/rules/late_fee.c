#include "billing/rules/late_fee.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/instant.h"
#include "common/money.h"

#define MINIMUM_FEN       100
#define PER_MILLE         1000
#define RESIDENTIAL_A_DAY 1 /* thousandths */
#define SAME_YEAR_A_DAY   2
#define LATER_YEAR_A_DAY  3

static const char *const NAMES[LATE_FEE_RULES] = {"none", "residential", "other"};

enum status late_fee_rule_parse(const char *name, enum late_fee_rule *rule)
{
    for (int i = 0; i < LATE_FEE_RULES; i++) {
        if (strcmp(name, NAMES[i]) == 0) {
            *rule = (enum late_fee_rule)i;
            return STATUS_OK;
        }
    }
    return STATUS_INVALID;
}

/* The last day of the year in which day lies. */
static int32_t year_end(int32_t day)
{
    char text[DATE_TEXT_MAX];
    char last[DATE_TEXT_MAX];
    int32_t end = 0;
    snprintf(last, sizeof(last), "%.4s-12-31", date_format(day, text));
    enum status status = date_parse(last, &end);
    CHECK(status == STATUS_OK);
    return end;
}

enum status late_fee(enum late_fee_rule rule, int64_t amount_fen, int32_t due_date,
                     int32_t paid_date, int64_t *fee_fen)
{
    if (rule == LATE_FEE_NONE || paid_date <= due_date || amount_fen <= 0) {
        *fee_fen = 0;
        return STATUS_OK;
    }
    int64_t days = (int64_t)paid_date - due_date;
    int64_t thousandths = days * RESIDENTIAL_A_DAY;
    if (rule == LATE_FEE_OTHER) {
        int64_t same_year = (int64_t)year_end(due_date) - due_date;
        same_year = days < same_year ? days : same_year;
        thousandths = same_year * SAME_YEAR_A_DAY + (days - same_year) * LATER_YEAR_A_DAY;
    }
    int64_t fee = 0;
    enum status status = money_scale(amount_fen, thousandths, PER_MILLE, &fee);
    if (status == STATUS_OK) {
        *fee_fen = fee < MINIMUM_FEN ? MINIMUM_FEN : fee;
    }
    return status;
}
