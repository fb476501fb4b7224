/* The sandbox gateway: JSON over HTTP, every message signed with HMAC-SHA256. */
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "billing/gateway/provider.h"
#include "billing/gateway/signed.h"
#include "common/money.h"
#include "system/log.h"

struct provider_handle {
    struct signed_link link;
};

static enum status sandbox_open(const struct provider_settings *settings,
                                struct provider_handle **handle)
{
    struct provider_handle *made = calloc(1, sizeof(*made));
    enum status status = made != NULL ? signed_open(&made->link, settings) : STATUS_IO;
    if (status != STATUS_OK) {
        free(made);
        return status;
    }
    *handle = made;
    return STATUS_OK;
}

static void sandbox_close(struct provider_handle *handle)
{
    if (handle != NULL) {
        signed_close(&handle->link);
        free(handle);
    }
}

#define PATH_MAX_TEXT 160

static const char *text_of(const json_t *json, const char *name)
{
    const char *text = json_string_value(json_object_get(json, name));
    return text != NULL ? text : "";
}

static int64_t fen_of(const json_t *json, const char *name)
{
    int64_t fen = json_integer_value(json_object_get(json, name));
    return fen >= 0 && fen <= MONEY_MAX_FEN ? fen : -1;
}

/* STATUS_NOT_FOUND: a reason that declines nothing by itself, such as "order_closed". */
static enum status failure_of(const char *reason, enum failure *failure)
{
    static const struct {
        const char *reason;
        enum failure failure;
    } REASONS[] = {
        {"code_expired", FAILURE_CODE_EXPIRED}, {"code_invalid", FAILURE_CODE_EXPIRED},
        {"no_funds", FAILURE_NO_FUNDS},         {"password", FAILURE_PASSWORD},
        {"provider", FAILURE_PROVIDER},         {"declined", FAILURE_DECLINED},
    };
    for (size_t i = 0; i < ARRAY_LEN(REASONS); i++) {
        if (strcmp(reason, REASONS[i].reason) == 0) {
            *failure = REASONS[i].failure;
            return STATUS_OK;
        }
    }
    *failure = FAILURE_DECLINED;
    return STATUS_NOT_FOUND;
}

static enum provider_result result_of(const char *word)
{
    static const struct {
        const char *word;
        enum provider_result result;
    } WORDS[] = {
        {"paid", PROVIDER_PAID},         {"paying", PROVIDER_PAYING},
        {"notpay", PROVIDER_PAYING},     {"created", PROVIDER_PAYING},
        {"accepted", PROVIDER_PAYING},   {"failed", PROVIDER_FAILED},
        {"closed", PROVIDER_CLOSED},     {"revoked", PROVIDER_CLOSED},
        {"refunded", PROVIDER_REFUNDED}, {"not_found", PROVIDER_NOT_FOUND},
    };
    for (size_t i = 0; i < ARRAY_LEN(WORDS); i++) {
        if (strcmp(word, WORDS[i].word) == 0) {
            return WORDS[i].result;
        }
    }
    return PROVIDER_UNKNOWN;
}

/* The same fields stand in the answers to pay, page and query. */
static struct provider_answer read_trade(const json_t *json, const char *word, bool charging)
{
    struct provider_answer answer = {.result = result_of(word)};
    const char *transaction_id = text_of(json, "transaction_id");
    const char *paid_at = text_of(json, "paid_at");
    const char *cashier_url = text_of(json, "cashier_url");
    const char *payer = text_of(json, "payer");
    answer.password = strcmp(word, "paying") == 0; /* "accepted": no box is open */
    if (answer.result == PROVIDER_FAILED &&
        failure_of(text_of(json, "reason"), &answer.failure) != STATUS_OK && charging) {
        answer.result = PROVIDER_UNKNOWN; /* the number is used or closed: only a query tells */
    }
    answer.paid_fen = fen_of(json, "paid_fen");
    answer.refunded_fen = fen_of(json, "refunded_fen");
    if (strlen(transaction_id) < sizeof(answer.transaction_id)) {
        snprintf(answer.transaction_id, sizeof(answer.transaction_id), "%s", transaction_id);
    }
    if (strlen(payer) < sizeof(answer.payer)) {
        snprintf(answer.payer, sizeof(answer.payer), "%s", payer);
    }
    if (strlen(cashier_url) < sizeof(answer.cashier_url)) {
        snprintf(answer.cashier_url, sizeof(answer.cashier_url), "%s", cashier_url);
    }
    if (paid_at[0] != '\0' && instant_parse(paid_at, &answer.paid_at_ms) != STATUS_OK) {
        answer.paid_at_ms = 0;
    }
    /* Said to be paid without the amount and the number: that proves nothing. */
    if (answer.result == PROVIDER_PAID &&
        (answer.paid_fen <= 0 || answer.transaction_id[0] == '\0')) {
        answer.result = PROVIDER_UNKNOWN;
    }
    return answer;
}

static struct provider_answer finish(enum status status, json_t *json, const char *field)
{
    struct provider_answer answer = {.result = PROVIDER_UNKNOWN};
    if (status == STATUS_UNAVAILABLE) {
        answer.result = PROVIDER_NOT_SENT;
    } else if (json != NULL) {
        /* "result" stands in the reply to a charge, "state" in the one to a query. */
        answer = read_trade(json, text_of(json, field), strcmp(field, "result") == 0);
    }
    json_decref(json);
    return answer;
}

static struct provider_answer sandbox_pay_code(struct provider_handle *handle,
                                               const struct provider_trade *trade)
{
    char expire_at[INSTANT_TEXT_MAX];
    json_t *json = NULL;
    json_t *message =
        json_pack("{s:s, s:s, s:I, s:s, s:s, s:s, s:s}", "out_trade_no", trade->out_trade_no,
                  "auth_code", trade->auth_code, "amount_fen", (json_int_t)trade->amount_fen,
                  "subject", trade->subject, "merchant", trade->merchant, "terminal",
                  trade->terminal_no, "expire_at", instant_format(trade->expire_at_ms, expire_at));
    if (message == NULL) {
        return (struct provider_answer){.result = PROVIDER_NOT_SENT};
    }
    enum status status = signed_call(&handle->link, "/gateway/pay", message, true, &json);
    json_decref(message);
    return finish(status, json, "result");
}

static struct provider_answer sandbox_open_page(struct provider_handle *handle,
                                                const struct provider_trade *trade)
{
    char expire_at[INSTANT_TEXT_MAX];
    json_t *json = NULL;
    json_t *message = json_pack(
        "{s:s, s:s, s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "out_trade_no", trade->out_trade_no,
        "channel", channel_name(trade->channel), "amount_fen", (json_int_t)trade->amount_fen,
        "payee", trade->payee, "subject", trade->subject, "merchant", trade->merchant, "terminal",
        trade->terminal_no, "expire_at", instant_format(trade->expire_at_ms, expire_at),
        "notify_url", trade->notify_url, "return_url", trade->return_url);
    if (message == NULL) {
        return (struct provider_answer){.result = PROVIDER_NOT_SENT};
    }
    enum status status = signed_call(&handle->link, "/gateway/page", message, true, &json);
    json_decref(message);
    return finish(status, json, "result");
}

static struct provider_answer sandbox_query(struct provider_handle *handle,
                                            const char *out_trade_no)
{
    char path[PATH_MAX_TEXT];
    json_t *json = NULL;
    snprintf(path, sizeof(path), "/gateway/trades/%s", out_trade_no);
    enum status status = signed_call(&handle->link, path, NULL, false, &json);
    if (json != NULL && strcmp(text_of(json, "out_trade_no"), out_trade_no) != 0) {
        log_warn("gateway.reply", "trade=%s is not the one asked for", out_trade_no);
        json_decref(json);
        json = NULL;
    }
    return finish(status, json, "state");
}

static void sandbox_reverse(struct provider_handle *handle, const char *out_trade_no)
{
    json_t *json = NULL;
    json_t *message = json_pack("{s:s}", "out_trade_no", out_trade_no);
    if (message != NULL) {
        enum status status = signed_call(&handle->link, "/gateway/reverse", message, false, &json);
        log_info("gateway.reverse", "trade=%s status=%s result=%.12s", out_trade_no,
                 status_name(status), text_of(json, "result"));
    }
    json_decref(message);
    json_decref(json);
}

static void sandbox_refund(struct provider_handle *handle, const char *out_trade_no,
                           const char *out_refund_no, int64_t amount_fen)
{
    json_t *json = NULL;
    json_t *message = json_pack("{s:s, s:s, s:I}", "out_trade_no", out_trade_no, "out_refund_no",
                                out_refund_no, "amount_fen", (json_int_t)amount_fen);
    if (message != NULL) {
        enum status status = signed_call(&handle->link, "/gateway/refund", message, false, &json);
        log_info("gateway.refund", "refund=%s status=%s result=%.12s", out_refund_no,
                 status_name(status), text_of(json, "result"));
    }
    json_decref(message);
    json_decref(json);
}

static struct provider_answer sandbox_query_refund(struct provider_handle *handle,
                                                   const char *out_refund_no)
{
    char path[PATH_MAX_TEXT];
    json_t *json = NULL;
    snprintf(path, sizeof(path), "/gateway/refunds/%s", out_refund_no);
    enum status status = signed_call(&handle->link, path, NULL, false, &json);
    return finish(status, json, "state");
}

static bool sandbox_notice_ok(const struct provider_settings *settings, const char *signature,
                              const void *body, size_t length)
{
    char expected[SIGNATURE_MAX];
    signed_sign(settings->secret, body, length, expected);
    return signature != NULL && strlen(signature) == strlen(expected) &&
           CRYPTO_memcmp(signature, expected, strlen(expected)) == 0;
}

const struct provider provider_sandbox = {
    .name = "sandbox",
    .open = sandbox_open,
    .close = sandbox_close,
    .pay_code = sandbox_pay_code,
    .open_page = sandbox_open_page,
    .query = sandbox_query,
    .reverse = sandbox_reverse,
    .refund = sandbox_refund,
    .query_refund = sandbox_query_refund,
    .notice_ok = sandbox_notice_ok,
};
