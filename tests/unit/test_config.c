#include "cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/config.h"

static const char good[] = "# a comment\n[kiosk]\nterminal_no = 00012\nsite = 示范营业厅\n"
                           "hotline = 010-0000-0000\n[times]\nwarn_after_s = 60\n";

static void expect_error(const char *text, const char *expected)
{
    struct kiosk_config config;
    char error[CONFIG_ERROR_MAX];

    assert_int_equal(kiosk_config_parse("kiosk.ini", text, &config, error), STATUS_INVALID);
    if (strstr(error, expected) == NULL) {
        fail_msg("\"%s\" does not hold \"%s\"", error, expected);
    }
}

static void a_good_file_and_its_defaults(void **state)
{
    struct kiosk_config config;
    char error[CONFIG_ERROR_MAX];

    (void)state;
    assert_int_equal(kiosk_config_parse("kiosk.ini", good, &config, error), STATUS_OK);
    assert_string_equal(config.settings.site, "示范营业厅");
    assert_int_equal(config.settings.warn_after_ms, 60000);
    assert_int_equal(config.settings.open_from_minute, 510);
    assert_int_equal(config.settings.account_pattern_count, 3);
    assert_string_equal(config.settings.account_patterns[2], "################");
}

static void the_first_bad_line_is_named(void **state)
{
    (void)state;
    expect_error("[kiosk]\nterminal_no = 00012\nsit = x\n", "kiosk.ini:3: [kiosk] sit");
    expect_error("[kiosk]\nterminal_no = 00012\nterminal_no = 00013\n", "kiosk.ini:3");
    expect_error("[kisok]\nterminal_no = 00012\n", "kiosk.ini:2: [kisok] terminal_no");
    expect_error("[kiosk\n", "kiosk.ini:1");
    expect_error("[kiosk]\nwhat is this\n", "kiosk.ini:2");
    expect_error("[times]\nwarn_after_s = 1e3\n", "kiosk.ini:2: [times] warn_after_s");
    expect_error("[times]\nwarn_after_s = 4\n", "from 5 to 600");
    expect_error("[times]\nwarn_after_s = 99999999999999999999\n", "kiosk.ini:2");
    expect_error("[kiosk]\nsite = x\nhotline = 1\n", "terminal_no: is missing");
    expect_error("[kiosk]\nterminal_no = 12\nsite = x\nhotline = 1\n", "terminal_no");
}

static void contradictions_are_named(void **state)
{
    char text[sizeof(good) + 128];

    (void)state;
    (void)snprintf(text, sizeof(text), "%swipe_after_s = 30\n", good);
    expect_error(text, "wipe_after_s must be more");
    (void)snprintf(text, sizeof(text), "%s[kiosk]\nopen_from = 25:00\n", good);
    expect_error(text, "open_from");
    (void)snprintf(text, sizeof(text), "%s[kiosk]\naccount_patterns = ##,##\n", good);
    expect_error(text, "account_patterns");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_file_and_its_defaults),
        cmocka_unit_test(the_first_bad_line_is_named),
        cmocka_unit_test(contradictions_are_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
