#include "cmocka_all.h"

#include <string.h>

#include "common/paycode.h"

static struct paycode classify(const char *text)
{
    return paycode_classify(text, strlen(text));
}

static void payment_codes_of_each_wallet(void **state)
{
    static const struct {
        const char *text;
        enum channel channel;
    } codes[] = {
        {"101234567890123456", CHANNEL_WECHAT},    {"151234567890123456", CHANNEL_WECHAT},
        {"2512345678901234", CHANNEL_ALIPAY},      {"301234567890123456789012", CHANNEL_ALIPAY},
        {"6212345678901234567", CHANNEL_UNIONPAY}, {"]Q128123456789012345678\r\n", CHANNEL_ALIPAY},
        {"131234567890123456\r", CHANNEL_WECHAT},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
        struct paycode result = classify(codes[i].text);

        assert_int_equal(result.kind, SCAN_PAYMENT_CODE);
        assert_int_equal(result.channel, codes[i].channel);
        assert_int_equal(strspn(result.code, "0123456789"), strlen(result.code));
    }
}

static void everything_else_is_named(void **state)
{
    static const struct {
        const char *text;
        enum scan_kind kind;
    } scans[] = {
        {"00020101021126360014com.example", SCAN_PAYEE_CODE},
        {"weixin://wxpay/bizpayurl?pr=x", SCAN_PAYEE_CODE},
        {"wxp://f2f0abc", SCAN_PAYEE_CODE},
        {"https://qr.alipay.com/fkx1", SCAN_PAYEE_CODE},
        {"HTTPS://QR.ALIPAY.COM/fkx1", SCAN_PAYEE_CODE},
        {"https://example.com/", SCAN_WEB_ADDRESS},
        {"6901234567892", SCAN_GOODS_BARCODE},
        {"96385074", SCAN_GOODS_BARCODE},
        {"DF5263940474-202610", SCAN_BILL_BARCODE},
        {"hQVDUFYwMQ==", SCAN_OFFLINE_CODE},
        {"", SCAN_UNREADABLE},
        {"\r\n", SCAN_UNREADABLE},
        {"13123456789\x01"
         "123456",
         SCAN_UNREADABLE},
        {"\x1b"
         "131234567890123456",
         SCAN_UNREADABLE},
        {"付款码", SCAN_UNREADABLE},
        {"161234567890123456", SCAN_UNKNOWN},
        {"13123456789012345", SCAN_UNKNOWN},
        {"1312345678901234567", SCAN_UNKNOWN},
        {"621234567890123456", SCAN_UNKNOWN},
        {"hello", SCAN_UNKNOWN},
        {"1", SCAN_UNKNOWN},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(scans); i++) {
        struct paycode result = classify(scans[i].text);

        assert_int_equal(result.kind, scans[i].kind);
        assert_int_equal(result.channel, CHANNEL_NONE);
        assert_string_equal(result.code, "");
    }
}

static void a_scan_may_hold_anything(void **state)
{
    char bytes[SCAN_TEXT_MAX + 1];

    (void)state;
    memset(bytes, '1', sizeof(bytes));
    assert_int_equal(paycode_classify(bytes, sizeof(bytes)).kind, SCAN_UNREADABLE);
    assert_int_equal(paycode_classify(bytes, SCAN_TEXT_MAX).kind, SCAN_UNKNOWN);
    assert_int_equal(paycode_classify("13123456789012345\0", 18).kind, SCAN_UNREADABLE);
}

static void bills(void **state)
{
    char account_no[ACCOUNT_NO_MAX] = "kept";
    static const char *const good[] = {"DF5263940474-202610", "5263940474", "3312345678901\r\n",
                                       "DF2812345678901234-202601"};
    static const char *const bad[] = {"DF5263940474",
                                      "DF526394047-202610",
                                      "DF5263940474-20261",
                                      "DF5263940474-2026100",
                                      "52639404745",
                                      "DF-202610",
                                      "",
                                      "DF52639404a4-202610",
                                      "131234567890123456"};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_int_equal(bill_barcode_parse(bad[i], strlen(bad[i]), account_no), STATUS_INVALID);
        assert_string_equal(account_no, "kept");
    }
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        assert_int_equal(bill_barcode_parse(good[i], strlen(good[i]), account_no), STATUS_OK);
        assert_int_equal(account_no_check(account_no), STATUS_OK);
    }
    assert_string_equal(account_no, "2812345678901234");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(payment_codes_of_each_wallet),
        cmocka_unit_test(everything_else_is_named),
        cmocka_unit_test(a_scan_may_hold_anything),
        cmocka_unit_test(bills),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
