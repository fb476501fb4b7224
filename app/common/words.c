#include "common/money.h"

#include <stdbool.h>
#include <string.h>

static const char *const digits[] = {"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"};
static const char *const places[] = {"", "拾", "佰", "仟"};
/* Ten thousand each; MONEY_MAX_FEN is 10^11 yuan, within three groups. */
static const char *const groups[] = {"", "万", "亿"};

static void append(char *buffer, const char *text)
{
    size_t used = strlen(buffer);
    size_t length = strlen(text);

    CHECK(used + length < MONEY_WORDS_MAX);
    memcpy(buffer + used, text, length + 1);
}

/* One group of four digits; *zero says that a 零 is due before the next digit that is not 0. */
static void append_group(char *buffer, int value, bool leading, bool *zero)
{
    static const int powers[] = {1, 10, 100, 1000};

    for (int place = 3; place >= 0; place--) {
        int digit = value / powers[place] % 10;

        if (digit == 0) {
            *zero = *zero || !leading;
            continue;
        }
        if (*zero) {
            append(buffer, digits[0]);
        }
        append(buffer, digits[digit]);
        append(buffer, places[place]);
        *zero = false;
        leading = false;
    }
}

static void append_yuan(char *buffer, int64_t yuan)
{
    bool leading = true;
    bool zero = false;
    int64_t unit = INT64_C(100000000);

    for (int group = 2; group >= 0; group--, unit /= 10000) {
        int value = (int)(yuan / unit % 10000);

        append_group(buffer, value, leading, &zero);
        if (value != 0) {
            append(buffer, groups[group]);
            leading = false;
        }
    }
    append(buffer, "元");
}

enum status money_words(int64_t amount_fen, char buffer[MONEY_WORDS_MAX])
{
    if (amount_fen < 0 || amount_fen > MONEY_MAX_FEN) {
        return STATUS_INVALID;
    }
    int64_t yuan = amount_fen / 100;
    int jiao = (int)(amount_fen / 10 % 10);
    int fen = (int)(amount_fen % 10);

    buffer[0] = '\0';
    append(buffer, "人民币");
    if (yuan > 0) {
        append_yuan(buffer, yuan);
    } else if (amount_fen == 0) {
        append(buffer, "零元");
    }
    if (jiao == 0 && fen == 0) {
        append(buffer, "整");
        return STATUS_OK;
    }
    if (jiao > 0) {
        append(buffer, digits[jiao]);
        append(buffer, "角");
    } else if (yuan > 0) {
        append(buffer, digits[0]);
    }
    if (fen > 0) {
        append(buffer, digits[fen]);
        append(buffer, "分");
    } else {
        append(buffer, "整");
    }
    return STATUS_OK;
}
