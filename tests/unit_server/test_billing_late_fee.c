/* The worked figures of the rule of 1996. */
#include "cmocka_all.h"

#include "billing/rules/late_fee.h"
#include "common/instant.h"
#include "common/money.h"

static int64_t fee(enum late_fee_rule rule, int64_t amount_fen, const char *due, const char *paid)
{
    int32_t due_date = 0;
    int32_t paid_date = 0;
    int64_t fee_fen = -1;
    assert_int_equal(date_parse(due, &due_date), STATUS_OK);
    assert_int_equal(date_parse(paid, &paid_date), STATUS_OK);
    assert_int_equal(late_fee(rule, amount_fen, due_date, paid_date, &fee_fen), STATUS_OK);
    return fee_fen;
}

static void residential_is_one_thousandth_a_day(void **state)
{
    (void)state;
    assert_int_equal(fee(LATE_FEE_RESIDENTIAL, 18400, "2026-03-20", "2026-04-09"), 368);
}

static void the_least_fee_is_one_yuan(void **state)
{
    (void)state;
    assert_int_equal(fee(LATE_FEE_RESIDENTIAL, 2000, "2026-03-20", "2026-03-25"), 100);
    assert_int_equal(fee(LATE_FEE_OTHER, 1, "2026-03-20", "2026-03-21"), 100);
}

static void others_pay_more_once_the_year_is_over(void **state)
{
    (void)state;
    assert_int_equal(fee(LATE_FEE_OTHER, 1000000, "2025-12-20", "2026-01-15"), 67000);
    assert_int_equal(fee(LATE_FEE_OTHER, 1000000, "2025-12-20", "2025-12-31"), 22000);
    assert_int_equal(fee(LATE_FEE_OTHER, 1000000, "2025-12-31", "2026-01-01"), 3000);
}

static void nothing_is_due_on_the_due_date(void **state)
{
    (void)state;
    assert_int_equal(fee(LATE_FEE_RESIDENTIAL, 18400, "2026-03-20", "2026-03-20"), 0);
    assert_int_equal(fee(LATE_FEE_RESIDENTIAL, 18400, "2026-03-20", "2026-03-01"), 0);
    assert_int_equal(fee(LATE_FEE_NONE, 18400, "2020-03-20", "2026-03-20"), 0);
}

static void a_fee_beyond_all_money_is_refused(void **state)
{
    int64_t fee_fen = 7;
    (void)state;
    assert_int_equal(late_fee(LATE_FEE_OTHER, MONEY_MAX_FEN, 0, 1000000, &fee_fen), STATUS_LIMIT);
    assert_int_equal(fee_fen, 7);
}

static void names_are_read(void **state)
{
    static const char *const NAMES[LATE_FEE_RULES] = {"none", "residential", "other"};
    enum late_fee_rule rule = LATE_FEE_NONE;
    (void)state;
    for (int i = 0; i < LATE_FEE_RULES; i++) {
        assert_int_equal(late_fee_rule_parse(NAMES[i], &rule), STATUS_OK);
        assert_int_equal((int)rule, i);
    }
    assert_int_equal(late_fee_rule_parse("", &rule), STATUS_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(residential_is_one_thousandth_a_day),
        cmocka_unit_test(the_least_fee_is_one_yuan),
        cmocka_unit_test(others_pay_more_once_the_year_is_over),
        cmocka_unit_test(nothing_is_due_on_the_due_date),
        cmocka_unit_test(a_fee_beyond_all_money_is_refused),
        cmocka_unit_test(names_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
