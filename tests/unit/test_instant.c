#include "cmocka_all.h"

#include <string.h>
#include <time.h>

#include "common/instant.h"

static void dates_agree_with_the_c_library(void **state)
{
    (void)state;
    for (int32_t day = 0; day < 2932896; day += 97) { /* to the end of 9999 */
        time_t seconds = (time_t)day * 86400;
        struct tm expected;
        char text[DATE_TEXT_MAX];
        char wanted[32];
        int32_t back = -1;

        assert_non_null(gmtime_r(&seconds, &expected));
        assert_true(strftime(wanted, sizeof(wanted), "%Y-%m-%d", &expected) > 0);
        assert_string_equal(date_format(day, text), wanted);
        assert_int_equal(date_parse(text, &back), STATUS_OK);
        assert_int_equal(back, day);
    }
}

static void the_business_day_is_beijings(void **state)
{
    int64_t instant_ms = 0;
    int32_t day = 0;

    (void)state;
    assert_int_equal(instant_parse("2026-11-20T15:59:59.999Z", &instant_ms), STATUS_OK);
    assert_int_equal(date_parse("2026-11-20", &day), STATUS_OK);
    assert_int_equal(date_of_instant(instant_ms), day);
    assert_int_equal(date_of_instant(instant_ms + 1), day + 1);

    struct civil civil = instant_to_beijing(instant_ms + 1);

    assert_int_equal(civil.day, 21);
    assert_int_equal(civil.hour, 0);
    assert_int_equal(civil.weekday, 6);
}

static void instants_are_read_as_they_are_written(void **state)
{
    char text[INSTANT_TEXT_MAX];
    int64_t back_ms = 0;

    (void)state;
    for (int64_t instant_ms = 0; instant_ms < INT64_C(253402300000000);
         instant_ms = instant_ms * 2 + 86399999) {
        assert_int_equal(instant_parse(instant_format(instant_ms, text), &back_ms), STATUS_OK);
        assert_int_equal(back_ms, instant_ms);
    }
    assert_int_equal(instant_parse("2026-11-21T06:26:00Z", &back_ms), STATUS_OK);
}

static void what_does_not_exist_is_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:60Z",
        "2026-01-01T00:00:00+08:00",
        "2026-01-01 00:00:00Z",
        "2026-01-01T00:00:00.1Z",
        "2026-01-01T00:00:00.000Zx",
        "1969-12-31T23:59:59Z",
        "2026-1-01T00:00:00Z",
    };
    int64_t instant_ms = 5;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_int_equal(instant_parse(bad[i], &instant_ms), STATUS_INVALID);
    }
    assert_int_equal(instant_ms, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_agree_with_the_c_library),
        cmocka_unit_test(the_business_day_is_beijings),
        cmocka_unit_test(instants_are_read_as_they_are_written),
        cmocka_unit_test(what_does_not_exist_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
