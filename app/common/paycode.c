#include "common/paycode.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define BILL_PREFIX   "DF"
#define PERIOD_DIGITS 6

struct wallet_rule {
    enum channel channel;
    size_t min_digits, max_digits;
    int first_two_from, first_two_to;
};

/* The prefixes are disjoint, so the first match is the only one. */
static const struct wallet_rule wallets[] = {
    {CHANNEL_WECHAT, 18, 18, 10, 15},
    {CHANNEL_ALIPAY, 16, 24, 25, 30},
    {CHANNEL_UNIONPAY, 19, 19, 62, 62},
};

static const char *const channel_names[CHANNEL_COUNT] = {
    [CHANNEL_NONE] = "none",
    [CHANNEL_WECHAT] = "wechat",
    [CHANNEL_ALIPAY] = "alipay",
    [CHANNEL_UNIONPAY] = "unionpay",
};

/* A slice of the scanned bytes; never terminated. */
struct slice {
    const char *at;
    size_t length;
};

const char *channel_name(enum channel channel)
{
    CHECK((unsigned)channel < CHANNEL_COUNT);
    return channel_names[channel];
}

enum status channel_parse(const char *name, enum channel *channel)
{
    for (int i = 0; i < CHANNEL_COUNT; i++) {
        if (strcmp(name, channel_names[i]) == 0) {
            *channel = (enum channel)i;
            return STATUS_OK;
        }
    }
    return STATUS_INVALID;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool all_digits(struct slice text)
{
    for (size_t i = 0; i < text.length; i++) {
        if (!is_digit(text.at[i])) {
            return false;
        }
    }
    return text.length > 0;
}

static bool printable(struct slice text)
{
    for (size_t i = 0; i < text.length; i++) {
        if (text.at[i] < 0x20 || text.at[i] > 0x7E) {
            return false;
        }
    }
    return text.length > 0;
}

/* A scanner ends a code with CR, LF or both, and may put the AIM identifier "]Q1" before it. */
static struct slice strip(const char *text, size_t length)
{
    struct slice slice = {text, length};

    if (slice.length > 0 && slice.at[slice.length - 1] == '\n') {
        slice.length--;
    }
    if (slice.length > 0 && slice.at[slice.length - 1] == '\r') {
        slice.length--;
    }
    if (slice.length > 3 && slice.at[0] == ']' && isalpha((unsigned char)slice.at[1]) &&
        is_digit(slice.at[2])) {
        slice.at += 3;
        slice.length -= 3;
    }
    return slice;
}

static bool starts_with(struct slice text, const char *prefix)
{
    size_t length = strlen(prefix);

    return text.length >= length && strncasecmp(text.at, prefix, length) == 0;
}

static bool starts_with_any(struct slice text, const char *const *prefixes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (starts_with(text, prefixes[i])) {
            return true;
        }
    }
    return false;
}

static enum channel wallet_of(struct slice digits)
{
    for (size_t i = 0; i < ARRAY_LEN(wallets); i++) {
        const struct wallet_rule *rule = &wallets[i];
        int first_two = (digits.at[0] - '0') * 10 + (digits.at[1] - '0');

        if (digits.length >= rule->min_digits && digits.length <= rule->max_digits &&
            first_two >= rule->first_two_from && first_two <= rule->first_two_to) {
            return rule->channel;
        }
    }
    return CHANNEL_NONE;
}

static bool goods_barcode(struct slice digits)
{
    return digits.length == 8 || digits.length == 12 || digits.length == 13;
}

static enum scan_kind kind_of_text(struct slice text)
{
    static const char *const payees[] = {"000201",
                                         "weixin://",
                                         "wxp://",
                                         "https://qr.alipay.com",
                                         "http://qr.alipay.com",
                                         "https://payapp.weixin.qq.com",
                                         "alipays://"};
    static const char *const addresses[] = {"http://", "https://", "www."};
    char account_no[ACCOUNT_NO_MAX];

    if (starts_with_any(text, payees, ARRAY_LEN(payees))) {
        return SCAN_PAYEE_CODE;
    }
    if (starts_with_any(text, addresses, ARRAY_LEN(addresses))) {
        return SCAN_WEB_ADDRESS;
    }
    if (starts_with(text, "hQVDUFY")) {
        return SCAN_OFFLINE_CODE;
    }
    if (starts_with(text, BILL_PREFIX) &&
        bill_barcode_parse(text.at, text.length, account_no) == STATUS_OK) {
        return SCAN_BILL_BARCODE;
    }
    return SCAN_UNKNOWN;
}

struct paycode paycode_classify(const char *text, size_t length)
{
    struct paycode result = {.kind = SCAN_UNREADABLE, .channel = CHANNEL_NONE};
    struct slice slice = strip(text, length);

    if (length > SCAN_TEXT_MAX || !printable(slice)) {
        return result;
    }
    if (!all_digits(slice) || starts_with(slice, "000201")) {
        result.kind = kind_of_text(slice);
        return result;
    }
    if (slice.length >= 2) {
        result.channel = wallet_of(slice);
    }
    if (result.channel != CHANNEL_NONE) {
        CHECK(slice.length < PAYCODE_MAX);
        result.kind = SCAN_PAYMENT_CODE;
        memcpy(result.code, slice.at, slice.length);
        return result;
    }
    result.kind = goods_barcode(slice) ? SCAN_GOODS_BARCODE : SCAN_UNKNOWN;
    return result;
}

static bool account_length(size_t length)
{
    return length == 10 || length == 13 || length == 16;
}

enum status account_no_check(const char *account_no)
{
    struct slice digits = {account_no, strnlen(account_no, ACCOUNT_NO_MAX)};

    return account_length(digits.length) && all_digits(digits) ? STATUS_OK : STATUS_INVALID;
}

enum status bill_barcode_parse(const char *text, size_t length, char account_no[ACCOUNT_NO_MAX])
{
    struct slice slice = strip(text, length);

    if (slice.length > strlen(BILL_PREFIX) && memcmp(slice.at, BILL_PREFIX, 2) == 0) {
        const char *dash = memchr(slice.at, '-', slice.length);

        if (dash == NULL) {
            return STATUS_INVALID;
        }
        struct slice period = {dash + 1, slice.length - (size_t)(dash + 1 - slice.at)};

        if (period.length != PERIOD_DIGITS || !all_digits(period)) {
            return STATUS_INVALID;
        }
        slice.at += strlen(BILL_PREFIX);
        slice.length = (size_t)(dash - slice.at);
    }
    if (!account_length(slice.length) || !all_digits(slice)) {
        return STATUS_INVALID;
    }
    memcpy(account_no, slice.at, slice.length);
    account_no[slice.length] = '\0';
    return STATUS_OK;
}
