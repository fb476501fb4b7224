#include "common/money.h"

#include <stdbool.h>
#include <stdio.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Reads the digits before the point; NULL when there is none or a needless leading zero. */
static const char *parse_yuan(const char *text, int64_t *yuan)
{
    if (!is_digit(*text) || (*text == '0' && is_digit(text[1]))) {
        return NULL;
    }
    *yuan = 0;
    for (; is_digit(*text); text++) {
        /* Stays above the limit once it is there: no overflow, however long the text is. */
        if (*yuan <= MONEY_MAX_FEN) {
            *yuan = *yuan * 10 + (*text - '0');
        }
    }
    return text;
}

enum status money_parse(const char *text, int64_t *amount_fen)
{
    int64_t yuan = 0;
    int64_t fen = 0;
    const char *rest = parse_yuan(text, &yuan);

    if (rest == NULL) {
        return STATUS_INVALID;
    }
    if (*rest == '.') {
        if (!is_digit(rest[1])) {
            return STATUS_INVALID;
        }
        fen = (rest[1] - '0') * 10;
        rest += 2;
        if (is_digit(*rest)) {
            fen += *rest - '0';
            rest++;
        }
    }
    if (*rest != '\0') {
        return STATUS_INVALID;
    }
    if (yuan > MONEY_MAX_FEN / 100 || yuan * 100 + fen > MONEY_MAX_FEN) {
        return STATUS_LIMIT;
    }
    *amount_fen = yuan * 100 + fen;
    return STATUS_OK;
}

const char *money_format(int64_t amount_fen, char buffer[MONEY_TEXT_MAX])
{
    CHECK(amount_fen >= -MONEY_MAX_FEN && amount_fen <= MONEY_MAX_FEN);
    int64_t magnitude = amount_fen < 0 ? -amount_fen : amount_fen;

    (void)snprintf(buffer, MONEY_TEXT_MAX, "%s%lld.%02d", amount_fen < 0 ? "-" : "",
                   (long long)(magnitude / 100), (int)(magnitude % 100));
    return buffer;
}

static bool in_range(__int128 amount)
{
    return amount >= -(__int128)MONEY_MAX_FEN && amount <= (__int128)MONEY_MAX_FEN;
}

enum status money_add(int64_t a_fen, int64_t b_fen, int64_t *sum_fen)
{
    __int128 sum = (__int128)a_fen + b_fen;

    if (!in_range(sum)) {
        return STATUS_LIMIT;
    }
    *sum_fen = (int64_t)sum;
    return STATUS_OK;
}

enum status money_scale(int64_t amount_fen, int64_t numerator, int64_t denominator,
                        int64_t *result_fen)
{
    CHECK(denominator > 0);
    __int128 product = (__int128)amount_fen * numerator;
    __int128 magnitude = product < 0 ? -product : product;
    __int128 rounded = (magnitude * 2 + denominator) / ((__int128)denominator * 2);
    __int128 result = product < 0 ? -rounded : rounded;

    if (!in_range(result)) {
        return STATUS_LIMIT;
    }
    *result_fen = (int64_t)result;
    return STATUS_OK;
}
