#include "cmocka_all.h"

#include <string.h>

#include "common/mask.h"
#include "common/status.h"

static void names(void **state)
{
    char out[64];

    (void)state;
    assert_string_equal(mask_name("李威", out, sizeof(out)), "*威");
    assert_string_equal(mask_name("张小伟", out, sizeof(out)), "张*伟");
    assert_string_equal(mask_name("欧阳娜娜", out, sizeof(out)), "欧**娜");
    assert_string_equal(mask_name("𠮷野家", out, sizeof(out)), "𠮷*家");
    assert_string_equal(mask_name("张", out, sizeof(out)), "*");
    assert_string_equal(mask_name("", out, sizeof(out)), "*");
}

static void addresses_and_account_numbers(void **state)
{
    char out[128];

    (void)state;
    assert_string_equal(mask_phone("18212344900", out, sizeof(out)), "182****4900");
    assert_string_equal(mask_phone("0100", out, sizeof(out)), "**00");
    assert_string_equal(mask_phone("", out, sizeof(out)), "*");
    assert_string_equal(mask_address("江宁区某某路一1002室", out, sizeof(out)), "江宁区****1002室");
    assert_string_equal(mask_address("短地址", out, sizeof(out)), "*");
    assert_string_equal(mask_account_tail("5263940474", out, sizeof(out)), "0474");
    assert_string_equal(mask_account_tail("12", out, sizeof(out)), "12");
}

static void what_is_not_text_is_masked_whole(void **state)
{
    static const char *const bad[] = {"\xff\xfe", "张\xe4\xbc", "\xc0\xaf\x41", "a\nb",
                                      "\xed\xa0\x80x"};
    char out[64];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_string_equal(mask_name(bad[i], out, sizeof(out)), "*");
    }
}

static void a_small_buffer_is_never_overrun(void **state)
{
    char out[8];
    char long_name[400];

    (void)state;
    memset(long_name, 'a', sizeof(long_name) - 1);
    long_name[sizeof(long_name) - 1] = '\0';
    assert_string_equal(mask_name("张小小小小小伟", out, sizeof(out)), "*");
    assert_string_equal(mask_name(long_name, out, sizeof(out)), "*");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),
        cmocka_unit_test(addresses_and_account_numbers),
        cmocka_unit_test(what_is_not_text_is_masked_whole),
        cmocka_unit_test(a_small_buffer_is_never_overrun),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
