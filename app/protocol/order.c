/* What a kiosk asks for, and the current state of an order. */
#include <string.h>

#include "common/money.h"
#include "protocol/fields.h"

static const char *const KINDS[] = {"recharge", "bills"};
static const char *const STATES[] = {"open", "paying", "closing", "paid", "closed"};
static const char *const STATEMENTS[] = {"not_taken", "confirming", "taken_crediting",
                                         "taken_credited", "may_return"};
static const char *const FAILURES[] = {"none",     "code_expired", "no_funds",
                                       "declined", "password",     "provider"};
static const char *const CHANNELS[] = {"none", "wechat", "alipay", "unionpay"};

_Static_assert(ARRAY_LEN(STATES) == ORDER_STATE_COUNT, "a word for every state");
_Static_assert(ARRAY_LEN(STATEMENTS) == STATEMENT_COUNT, "a word for every statement");
_Static_assert(ARRAY_LEN(FAILURES) == FAILURE_COUNT, "a word for every failure");
_Static_assert(ARRAY_LEN(CHANNELS) == CHANNEL_COUNT, "a word for every channel");

static const struct field ORDER_REQUEST[] = {
    FIELD_TEXT_OF(order_request, request_id, 32, FORM_HEX),
    FIELD_TEXT_OF(order_request, account_no, 10, FORM_DIGITS),
    FIELD_ENUM_OF(order_request, kind, KINDS),
    FIELD_FEN_OF(order_request, amount_fen, 1, MONEY_MAX_FEN),
    {.name = "bill_ids",
     .type = FIELD_TEXTS,
     .offset = offsetof(struct order_request, bill_ids),
     .size = BILL_ID_MAX,
     .minimum = 1,
     .maximum = BILLS_MAX,
     .form = FORM_NAME,
     .count_offset = offsetof(struct order_request, bill_count)},
};

static const struct field ATTEMPT_REQUEST[] = {
    FIELD_TEXT_OF(attempt_request, request_id, 32, FORM_HEX),
    FIELD_TEXT_OF(attempt_request, code, 16, FORM_DIGITS),
};

static const struct field ORDER[] = {
    FIELD_TEXT_OF(order, order_no, 1, FORM_DIGITS),
    FIELD_TEXT_OF(order, request_id, 32, FORM_HEX),
    FIELD_TEXT_OF(order, account_no, 10, FORM_DIGITS),
    FIELD_ENUM_OF(order, kind, KINDS),
    FIELD_FEN_OF(order, amount_fen, 1, MONEY_MAX_FEN),
    FIELD_ENUM_OF(order, state, STATES),
    FIELD_ENUM_OF(order, statement, STATEMENTS),
    FIELD_ENUM_OF(order, failure, FAILURES),
    FIELD_TEXT_OF(order, payee, 1, FORM_PRINTABLE),
    FIELD_TEXT_OF(order, pay_url, 8, FORM_ASCII),
    {.name = "expires_at", .type = FIELD_INSTANT, .offset = offsetof(struct order, expires_at_ms)},
    FIELD_INT_OF(order, attempt_count, 0, 1000),
    FIELD_TEXT_OR_NULL(order, attempt_request_id, FORM_HEX),
    FIELD_ENUM_OF(order, channel, CHANNELS),
    FIELD_BOOL_OF(order, by_phone),
    FIELD_BOOL_OF(order, password_wanted),
    FIELD_TEXT_OR_NULL(order, out_trade_no, FORM_UPPER),
    FIELD_TEXT_OR_NULL(order, transaction_id, FORM_ASCII),
    {.name = "paid_at",
     .type = FIELD_INSTANT,
     .offset = offsetof(struct order, paid_at_ms),
     .nullable = true},
    FIELD_BOOL_OF(order, balance_known),
    FIELD_FEN_OF(order, balance_fen, -MONEY_MAX_FEN, MONEY_MAX_FEN),
    FIELD_BOOL_OF(order, supply_restoring),
};

static bool bill_ids_differ(const struct order_request *request)
{
    for (int i = 0; i < request->bill_count; i++) {
        for (int j = 0; j < i; j++) {
            if (strcmp(request->bill_ids[i], request->bill_ids[j]) == 0) {
                return false;
            }
        }
    }
    return true;
}

json_t *order_request_to_json(const struct order_request *request)
{
    return fields_write(ORDER_REQUEST, ARRAY_LEN(ORDER_REQUEST), request);
}

enum status order_request_from_json(const json_t *json, struct order_request *request,
                                    struct codec_error *error)
{
    memset(request, 0, sizeof(*request));
    enum status status = fields_read(ORDER_REQUEST, ARRAY_LEN(ORDER_REQUEST), json, request, error);
    if (status != STATUS_OK) {
        return status;
    }
    if (account_no_check(request->account_no) != STATUS_OK) {
        return codec_refuse(error, "account_no", "not in its form");
    }
    if ((request->kind == ORDER_BILLS) != (request->bill_count > 0)) {
        return codec_refuse(error, "bill_ids", "bills are named for bills only");
    }
    if (!bill_ids_differ(request)) {
        return codec_refuse(error, "bill_ids", "a bill twice");
    }
    return STATUS_OK;
}

json_t *attempt_request_to_json(const struct attempt_request *request)
{
    return fields_write(ATTEMPT_REQUEST, ARRAY_LEN(ATTEMPT_REQUEST), request);
}

enum status attempt_request_from_json(const json_t *json, struct attempt_request *request,
                                      struct codec_error *error)
{
    memset(request, 0, sizeof(*request));
    return fields_read(ATTEMPT_REQUEST, ARRAY_LEN(ATTEMPT_REQUEST), json, request, error);
}

json_t *order_to_json(const struct order *order)
{
    return fields_write(ORDER, ARRAY_LEN(ORDER), order);
}

enum status order_from_json(const json_t *json, struct order *order, struct codec_error *error)
{
    memset(order, 0, sizeof(*order));
    enum status status = fields_read(ORDER, ARRAY_LEN(ORDER), json, order, error);
    if (status == STATUS_OK && account_no_check(order->account_no) != STATUS_OK) {
        return codec_refuse(error, "account_no", "not in its form");
    }
    return status;
}

json_t *close_reply_to_json(const struct close_reply *reply)
{
    json_t *order = reply->known ? order_to_json(&reply->order) : json_null();
    return json_pack("{s:b, s:o}", "known", reply->known ? 1 : 0, "order", order);
}

enum status close_reply_from_json(const json_t *json, struct close_reply *reply,
                                  struct codec_error *error)
{
    memset(reply, 0, sizeof(*reply));
    const json_t *known = json_object_get(json, "known");
    const json_t *order = json_object_get(json, "order");
    if (!json_is_boolean(known) || order == NULL || json_object_size(json) != 2) {
        return codec_refuse(error, "message", "not {known, order}");
    }
    reply->known = json_is_true(known);
    if (reply->known) {
        return order_from_json(order, &reply->order, error);
    }
    return json_is_null(order) ? STATUS_OK : codec_refuse(error, "order", "not null");
}

const char *failure_name(enum failure failure)
{
    CHECK((int)failure >= 0 && failure < FAILURE_COUNT);
    return FAILURES[failure];
}

enum status failure_parse(const char *name, enum failure *failure)
{
    for (int i = 0; i < FAILURE_COUNT; i++) {
        if (strcmp(name, FAILURES[i]) == 0) {
            *failure = (enum failure)i;
            return STATUS_OK;
        }
    }
    return STATUS_INVALID;
}
