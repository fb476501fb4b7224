#include "cmocka_all.h"

#include "common/money.h"

static void amounts_are_read_exactly(void **state)
{
    static const struct {
        const char *text;
        int64_t amount_fen;
    } good[] = {
        {"0", 0},
        {"0.05", 5},
        {"0.5", 50},
        {"186.4", 18640},
        {"186.40", 18640},
        {"19.90", 1990},
        {"19.99", 1999},
        {"1", 100},
        {"100000000000", MONEY_MAX_FEN},
        {"4503599627370.49", 0},
    };
    int64_t amount_fen = 0;

    (void)state;
    for (size_t i = 0; i + 1 < ARRAY_LEN(good); i++) {
        assert_int_equal(money_parse(good[i].text, &amount_fen), STATUS_OK);
        assert_int_equal(amount_fen, good[i].amount_fen);
    }
    assert_int_equal(money_parse("4503599627370.49", &amount_fen), STATUS_LIMIT);
    assert_int_equal(money_parse("99999999999999999999999999999999", &amount_fen), STATUS_LIMIT);
}

static void everything_else_is_refused(void **state)
{
    static const char *const bad[] = {"",      " 1",   "1 ",   "+1",  "-1",    "1.",    ".5",
                                      "1.234", "1,00", "1e2",  "00",  "01.00", "1.2.3", "0x10",
                                      "１",    "NaN",  "1.0a", "￥1", "--1",   "1.-1"};
    int64_t amount_fen = 42;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_int_equal(money_parse(bad[i], &amount_fen), STATUS_INVALID);
        assert_int_equal(amount_fen, 42);
    }
}

static void what_is_written_is_read_back(void **state)
{
    char text[MONEY_TEXT_MAX];
    int64_t back_fen = 0;

    (void)state;
    for (int64_t amount_fen = 0; amount_fen < MONEY_MAX_FEN; amount_fen = amount_fen * 3 + 7) {
        assert_int_equal(money_parse(money_format(amount_fen, text), &back_fen), STATUS_OK);
        assert_int_equal(back_fen, amount_fen);
    }
    assert_string_equal(money_format(-5, text), "-0.05");
    assert_string_equal(money_format(18640, text), "186.40");
}

static void sums_stop_at_the_limit(void **state)
{
    int64_t sum_fen = 7;

    (void)state;
    assert_int_equal(money_add(MONEY_MAX_FEN, 1, &sum_fen), STATUS_LIMIT);
    assert_int_equal(money_add(INT64_MAX, INT64_MAX, &sum_fen), STATUS_LIMIT);
    assert_int_equal(sum_fen, 7);
    assert_int_equal(money_add(MONEY_MAX_FEN, -1, &sum_fen), STATUS_OK);
    assert_int_equal(sum_fen, MONEY_MAX_FEN - 1);
}

static void halves_are_rounded_up(void **state)
{
    int64_t result_fen = 0;

    (void)state;
    assert_int_equal(money_scale(5, 1, 10, &result_fen), STATUS_OK); /* 0.5 */
    assert_int_equal(result_fen, 1);
    assert_int_equal(money_scale(4, 1, 10, &result_fen), STATUS_OK);
    assert_int_equal(result_fen, 0);
    assert_int_equal(money_scale(-5, 1, 10, &result_fen), STATUS_OK);
    assert_int_equal(result_fen, -1);
    /* 184.00 at 0.1 % a day for 20 days */
    assert_int_equal(money_scale(18400, 20, 1000, &result_fen), STATUS_OK);
    assert_int_equal(result_fen, 368);
    assert_int_equal(money_scale(MONEY_MAX_FEN, INT64_MAX, 1, &result_fen), STATUS_LIMIT);
}

static void words_are_those_of_a_bank_form(void **state)
{
    static const struct {
        int64_t amount_fen;
        const char *words;
    } known[] = {
        {32504, "人民币叁佰贰拾伍元零肆分"},
        {600714, "人民币陆仟零柒元壹角肆分"},
        {1640902, "人民币壹万陆仟肆佰零玖元零贰分"},
        {68800, "人民币陆佰捌拾捌元整"},
        {5, "人民币伍分"},
        {INT64_C(10000000105), "人民币壹亿零壹元零伍分"},
        {14897425, "人民币壹拾肆万捌仟玖佰柒拾肆元贰角伍分"},
        {0, "人民币零元整"},
        {50, "人民币伍角整"},
        {1000, "人民币壹拾元整"},
        {100000, "人民币壹仟元整"},
        {10000000, "人民币壹拾万元整"},
        {1000010000, "人民币壹仟万零壹佰元整"},
        {18640, "人民币壹佰捌拾陆元肆角整"},
        {MONEY_MAX_FEN, "人民币壹仟亿元整"},
    };
    char words[MONEY_WORDS_MAX];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        assert_int_equal(money_words(known[i].amount_fen, words), STATUS_OK);
        assert_string_equal(words, known[i].words);
    }
    assert_int_equal(money_words(-1, words), STATUS_INVALID);
    assert_int_equal(money_words(MONEY_MAX_FEN + 1, words), STATUS_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amounts_are_read_exactly),
        cmocka_unit_test(everything_else_is_refused),
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(sums_stop_at_the_limit),
        cmocka_unit_test(halves_are_rounded_up),
        cmocka_unit_test(words_are_those_of_a_bank_form),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
