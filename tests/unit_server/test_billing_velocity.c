/* The limits of a day: where they begin, and where the day does. */
#include "cmocka_all.h"

#include "billing/rules/velocity.h"
#include "common/money.h"

static void no_limit_is_none(void **unused)
{
    (void)unused;
    assert_true(velocity_ok(0, 0, 1000000, MONEY_MAX_FEN, MONEY_MAX_FEN));
}

static void the_last_one_that_fits_is_taken(void **unused)
{
    (void)unused;
    assert_true(velocity_ok(3, 0, 2, 0, 1));
    assert_false(velocity_ok(3, 0, 3, 0, 1));
    assert_true(velocity_ok(0, 100, 0, 4000, 6000));
    assert_false(velocity_ok(0, 100, 0, 4000, 6001));
    assert_false(velocity_ok(0, 100, 0, MONEY_MAX_FEN, MONEY_MAX_FEN));
    assert_false(velocity_ok(3, 100, 3, 0, 1));
}

/* 2026-11-21 in Beijing lasts from 16:00 UTC of the 20th to 16:00 UTC. */
static void the_day_is_that_of_beijing(void **unused)
{
    (void)unused;
    const int64_t start_ms = INT64_C(1795190400000);
    const int64_t day_ms = INT64_C(86400000);
    assert_int_equal(velocity_day_start(start_ms), start_ms);
    assert_int_equal(velocity_day_start(start_ms + day_ms - 1), start_ms);
    assert_int_equal(velocity_day_start(start_ms - 1), start_ms - day_ms);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_limit_is_none),
        cmocka_unit_test(the_last_one_that_fits_is_taken),
        cmocka_unit_test(the_day_is_that_of_beijing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
