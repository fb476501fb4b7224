/* Messages there and back, and everything that must be refused. */
#include "cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/money.h"
#include "protocol/codec.h"

#define REQUEST "0123456789abcdef0123456789abcdef"

static const char ORDER_REQUEST[] =
    "{\"request_id\":\"" REQUEST "\",\"account_no\":\"5263940474\",\"kind\":\"bills\","
    "\"amount_fen\":28560,\"bill_ids\":[\"B1\",\"B2\"]}";

static struct account full_account(void)
{
    struct account account = {.account_no = "5263940474",
                              .state = ACCOUNT_NOT_YET_USABLE,
                              .usable_from = 20500,
                              .name_masked = "张*伟",
                              .address_masked = "示范市*****1002室",
                              .payee = "示范供电公司",
                              .category = "campus",
                              .prepaid = true,
                              .balance_shown = true,
                              .balance_fen = -3440,
                              .restore_fen = 3440,
                              .supply_cut = true,
                              .min_fen = 100,
                              .max_fen = 500000,
                              .presets_fen = {5000, 10000},
                              .preset_count = 2,
                              .recent_fen = 10000,
                              .recent_seconds = 180,
                              .daily_cost_fen = 560,
                              .pay_all_bills = true,
                              .bill_count = 1,
                              .more_bills = true};
    account.bills[0] = (struct bill){"B1", "2026-10", 20400, 14280, 100};
    return account;
}

static struct order full_order(void)
{
    return (struct order){.order_no = "20261121000000000001",
                          .request_id = REQUEST,
                          .account_no = "5263940474",
                          .kind = ORDER_BILLS,
                          .amount_fen = 14380,
                          .state = ORDER_PAID,
                          .statement = STATEMENT_TAKEN_CREDITED,
                          .failure = FAILURE_NO_FUNDS,
                          .payee = "示范供电公司",
                          .pay_url = "http://127.0.0.1:8444/p/0123",
                          .expires_at_ms = 1795242360123,
                          .attempt_count = 2,
                          .attempt_request_id = REQUEST,
                          .channel = CHANNEL_ALIPAY,
                          .by_phone = true,
                          .password_wanted = true,
                          .out_trade_no = "20261121000000000001A02",
                          .transaction_id = "4200001",
                          .paid_at_ms = 1795242300000,
                          .balance_known = true,
                          .balance_fen = -5,
                          .supply_restoring = true};
}

/* Through text, as on the wire. */
static json_t *wire(json_t *json)
{
    struct codec_error error = {{0}};
    json_t *again = NULL;
    char *text = codec_print(json);
    assert_non_null(text);
    assert_int_equal(codec_parse(text, strlen(text), &again, &error), STATUS_OK);
    free(text);
    return again;
}

static void messages_come_back_as_they_went(void **state)
{
    struct codec_error error = {{0}};
    struct account account = full_account();
    struct account account_back;
    struct order order = full_order();
    struct order order_back;
    (void)state;
    json_t *json = wire(account_to_json(&account));
    assert_int_equal(account_from_json(json, &account_back, &error), STATUS_OK);
    json_decref(json);
    assert_memory_equal(&account, &account_back, sizeof(account));
    json = wire(order_to_json(&order));
    assert_int_equal(order_from_json(json, &order_back, &error), STATUS_OK);
    json_decref(json);
    assert_memory_equal(&order, &order_back, sizeof(order));

    struct close_reply reply = {.known = true, .order = order};
    struct close_reply reply_back;
    json = wire(close_reply_to_json(&reply));
    assert_int_equal(close_reply_from_json(json, &reply_back, &error), STATUS_OK);
    json_decref(json);
    assert_memory_equal(&reply, &reply_back, sizeof(reply));

    struct attempt_request attempt = {.request_id = REQUEST, .code = "134567890123456789"};
    struct attempt_request attempt_back;
    json = wire(attempt_request_to_json(&attempt));
    assert_int_equal(attempt_request_from_json(json, &attempt_back, &error), STATUS_OK);
    json_decref(json);
    assert_memory_equal(&attempt, &attempt_back, sizeof(attempt));
}

static void nothing_is_null(void **state)
{
    struct codec_error error = {{0}};
    struct order order = full_order();
    struct order back;
    (void)state;
    order.attempt_request_id[0] = '\0';
    order.paid_at_ms = 0;
    json_t *json = wire(order_to_json(&order));
    assert_true(json_is_null(json_object_get(json, "attempt_request_id")));
    assert_true(json_is_null(json_object_get(json, "paid_at")));
    assert_int_equal(order_from_json(json, &back, &error), STATUS_OK);
    assert_int_equal(back.paid_at_ms, 0);
    json_decref(json);
}

static enum status read_request(const char *text, struct codec_error *error)
{
    struct order_request request;
    json_t *json = NULL;
    enum status status = codec_parse(text, strlen(text), &json, error);
    if (status == STATUS_OK) {
        status = order_request_from_json(json, &request, error);
        json_decref(json);
    }
    return status;
}

/* ORDER_REQUEST with one part replaced. */
static void refused(const char *part, const char *by, const char *reason)
{
    char text[1024];
    struct codec_error error = {{0}};
    const char *at = strstr(ORDER_REQUEST, part);
    assert_non_null(at);
    snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - ORDER_REQUEST), ORDER_REQUEST, by,
             at + strlen(part));
    assert_int_equal(read_request(text, &error), STATUS_INVALID);
    assert_string_equal(error.text, reason);
}

static void bad_messages_name_their_field(void **state)
{
    struct codec_error error = {{0}};
    (void)state;
    assert_int_equal(read_request(ORDER_REQUEST, &error), STATUS_OK);
    refused("28560", "0", "amount_fen: out of range");
    refused("28560", "-1", "amount_fen: out of range");
    refused("28560", "10000000000001", "amount_fen: out of range");
    refused("28560", "285.6", "amount_fen: not an integer");
    refused("28560", "\"28560\"", "amount_fen: not an integer");
    refused("28560", "null", "amount_fen: not an integer");
    refused("\"bills\"", "\"gift\"", "kind: not one of its words");
    refused("\"bills\"", "\"recharge\"", "bill_ids: bills are named for bills only");
    refused("\"B1\",\"B2\"", "", "bill_ids: bills are named for bills only");
    refused("\"B2\"", "\"B1\"", "bill_ids: a bill twice");
    refused("\"B2\"", "\"B 2\"", "bill_ids: not in its form");
    refused("\"B2\"", "7", "bill_ids: not a text");
    refused("[\"B1\",\"B2\"]", "\"B1\"", "bill_ids: not a list");
    refused("5263940474", "526394047", "account_no: too short");
    refused("5263940474", "52639404745", "account_no: not in its form");
    refused("5263940474", "526394047x", "account_no: not in its form");
    refused("5263940474", "52639404745263940474", "account_no: too long");
    refused("abcdef\"", "ABCDEF\"", "request_id: not in its form");
    refused("\"amount_fen\":28560,", "", "amount_fen: missing");
    refused("\"kind\"", "\"more\":1,\"kind\"", "message: unknown field");
}

static void bad_texts_are_no_messages(void **state)
{
    static const char *const TEXTS[] = {"",
                                        "[]",
                                        "1",
                                        "{",
                                        "null",
                                        "{\"a\":1,\"a\":1}",
                                        "{\"a\":\"\xc3\x28\"}",
                                        "{\"a\":\"\\u0000\"}",
                                        "{\"a\":99999999999999999999}",
                                        "{} {}"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(TEXTS); i++) {
        struct codec_error error = {{0}};
        json_t *json = NULL;
        assert_int_equal(codec_parse(TEXTS[i], strlen(TEXTS[i]), &json, &error), STATUS_INVALID);
        assert_true(error.text[0] != '\0');
    }
}

static void problems_let_unknown_fields_pass(void **state)
{
    static const char TEXT[] =
        "{\"status\":409,\"code\":\"bills_changed\",\"more\":{},\"detail\":7}";
    struct codec_error error = {{0}};
    struct problem problem;
    json_t *json = NULL;
    (void)state;
    assert_int_equal(codec_parse(TEXT, strlen(TEXT), &json, &error), STATUS_OK);
    assert_int_equal(problem_from_json(json, &problem, &error), STATUS_OK);
    assert_int_equal(problem.http_status, 409);
    assert_string_equal(problem.code, "bills_changed");
    json_object_set_new(json, "status", json_integer(200));
    assert_int_equal(problem_from_json(json, &problem, &error), STATUS_INVALID);
    json_decref(json);
}

static void bad_dates_are_refused(void **state)
{
    struct codec_error error = {{0}};
    struct account account = full_account();
    struct account back;
    (void)state;
    static const char *const DATES[] = {"2026-02-29", "2026-13-01", "2026-1-1", "", "20261121"};
    for (size_t i = 0; i < ARRAY_LEN(DATES); i++) {
        json_t *json = account_to_json(&account);
        json_object_set_new(json, "usable_from", json_string(DATES[i]));
        assert_int_equal(account_from_json(json, &back, &error), STATUS_INVALID);
        assert_string_equal(error.text, "usable_from: not a date");
        json_decref(json);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_come_back_as_they_went),
        cmocka_unit_test(nothing_is_null),
        cmocka_unit_test(bad_messages_name_their_field),
        cmocka_unit_test(bad_texts_are_no_messages),
        cmocka_unit_test(problems_let_unknown_fields_pass),
        cmocka_unit_test(bad_dates_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
