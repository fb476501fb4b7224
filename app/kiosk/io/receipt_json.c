#include "kiosk/io/receipt_json.h"

#include <jansson.h>
#include <string.h>

#include "common/money.h"

struct text_field {
    const char *name;
    size_t offset, size;
};

#define TEXT(field)                                                                                \
    {                                                                                              \
#field, offsetof(struct receipt, field), sizeof(((struct receipt *)0)->field)              \
    }

static const struct text_field texts[] = {
    TEXT(account_no), TEXT(name_masked),  TEXT(address_masked), TEXT(payee),
    TEXT(order_no),   TEXT(out_trade_no), TEXT(transaction_id), TEXT(terminal_no),
    TEXT(site),       TEXT(hotline),      TEXT(status_url),
};

/* kind, language, channel, by_phone, amount, balance known, balance, paid at, statement, lines */
#define FIELD_COUNT (ARRAY_LEN(texts) + 10)

static json_t *lines_to_json(const struct receipt *receipt)
{
    json_t *lines = json_array();

    for (int i = 0; i < receipt->line_count; i++) {
        const struct receipt_line *line = &receipt->lines[i];

        CHECK(json_array_append_new(lines, json_pack("{s:s, s:I, s:I}", "period", line->period,
                                                     "amount_fen", (json_int_t)line->amount_fen,
                                                     "late_fee_fen",
                                                     (json_int_t)line->late_fee_fen)) == 0);
    }
    return lines;
}

char *receipt_to_json(const struct receipt *receipt)
{
    json_t *json =
        json_pack("{s:i, s:i, s:s, s:b, s:I, s:b, s:I, s:I, s:s, s:o}", "kind", (int)receipt->kind,
                  "language", (int)receipt->language, "channel", channel_name(receipt->channel),
                  "by_phone", (int)receipt->by_phone, "amount_fen", (json_int_t)receipt->amount_fen,
                  "balance_known", (int)receipt->balance_known, "balance_fen",
                  (json_int_t)receipt->balance_fen, "paid_at_ms", (json_int_t)receipt->paid_at_ms,
                  "statement", statement_name(receipt->statement), "lines", lines_to_json(receipt));

    CHECK(json != NULL);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        const char *text = (const char *)receipt + texts[i].offset;

        CHECK(json_object_set_new(json, texts[i].name, json_string(text)) == 0);
    }
    char *printed = json_dumps(json, JSON_COMPACT);

    CHECK(printed != NULL);
    json_decref(json);
    return printed;
}

static bool read_texts(const json_t *json, struct receipt *receipt)
{
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        const char *text = json_string_value(json_object_get(json, texts[i].name));

        if (text == NULL || strlen(text) >= texts[i].size) {
            return false;
        }
        memcpy((char *)receipt + texts[i].offset, text, strlen(text) + 1);
    }
    return true;
}

static bool amount_in_range(int64_t amount_fen)
{
    return amount_fen >= -MONEY_MAX_FEN && amount_fen <= MONEY_MAX_FEN;
}

static bool read_lines(json_t *list, struct receipt *receipt)
{
    size_t count = json_array_size(list);

    if (count > BILLS_MAX) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        struct receipt_line *line = &receipt->lines[i];
        const char *period = NULL;
        json_int_t amount_fen = 0;
        json_int_t late_fee_fen = 0;

        if (json_unpack_ex(json_array_get(list, i), NULL, JSON_STRICT, "{s:s, s:I, s:I}", "period",
                           &period, "amount_fen", &amount_fen, "late_fee_fen",
                           &late_fee_fen) != 0 ||
            strlen(period) >= sizeof(line->period) || !amount_in_range(amount_fen) ||
            !amount_in_range(late_fee_fen)) {
            return false;
        }
        memcpy(line->period, period, strlen(period) + 1);
        line->amount_fen = amount_fen;
        line->late_fee_fen = late_fee_fen;
    }
    receipt->line_count = (int)count;
    return true;
}

static bool read_all(json_t *json, struct receipt *receipt)
{
    int kind = 0;
    int language = 0;
    int by_phone = 0;
    int balance_known = 0;
    json_int_t amount_fen = 0;
    json_int_t balance_fen = 0;
    json_int_t paid_at_ms = 0;
    const char *channel = NULL;
    const char *statement = NULL;
    json_t *lines = NULL;

    if (json_object_size(json) != FIELD_COUNT ||
        json_unpack(json, "{s:i, s:i, s:s, s:b, s:I, s:b, s:I, s:I, s:s, s:o}", "kind", &kind,
                    "language", &language, "channel", &channel, "by_phone", &by_phone, "amount_fen",
                    &amount_fen, "balance_known", &balance_known, "balance_fen", &balance_fen,
                    "paid_at_ms", &paid_at_ms, "statement", &statement, "lines", &lines) != 0) {
        return false;
    }
    if (kind < 0 || kind > RECEIPT_SLIP || language < 0 || language >= LANGUAGE_COUNT ||
        !amount_in_range(amount_fen) || !amount_in_range(balance_fen) || paid_at_ms < 0) {
        return false;
    }
    receipt->kind = (enum receipt_kind)kind;
    receipt->language = (enum language)language;
    receipt->by_phone = by_phone != 0;
    receipt->balance_known = balance_known != 0;
    receipt->amount_fen = amount_fen;
    receipt->balance_fen = balance_fen;
    receipt->paid_at_ms = paid_at_ms;
    return channel_parse(channel, &receipt->channel) == STATUS_OK &&
           statement_parse(statement, &receipt->statement) == STATUS_OK &&
           read_texts(json, receipt) && read_lines(lines, receipt);
}

enum status receipt_from_json(const char *text, struct receipt *receipt)
{
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

    memset(receipt, 0, sizeof(*receipt));
    if (json == NULL) {
        return STATUS_CORRUPT;
    }
    bool good = read_all(json, receipt);

    json_decref(json);
    return good ? STATUS_OK : STATUS_CORRUPT;
}
