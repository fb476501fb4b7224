/* The sandbox gateway: JSON over HTTP, every message signed with HMAC-SHA256. */
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "billing/gateway/provider.h"
#include "billing/gateway/sandbox_reply.h"
#include "billing/gateway/signed.h"
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

/* Without a reply it is unknown what happened, unless nothing was sent. */
static struct provider_answer finish(enum status status, json_t *json,
                                     enum sandbox_question question, const char *number)
{
    struct provider_answer answer = sandbox_reply_read(question, number, json);
    if (status == STATUS_UNAVAILABLE) {
        answer.result = PROVIDER_NOT_SENT;
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
    return finish(status, json, SANDBOX_PAY, trade->out_trade_no);
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
    return finish(status, json, SANDBOX_PAGE, trade->out_trade_no);
}

static struct provider_answer sandbox_query(struct provider_handle *handle,
                                            const char *out_trade_no)
{
    char path[PATH_MAX_TEXT];
    json_t *json = NULL;
    snprintf(path, sizeof(path), "/gateway/trades/%s", out_trade_no);
    enum status status = signed_call(&handle->link, path, NULL, false, &json);
    return finish(status, json, SANDBOX_QUERY, out_trade_no);
}

/* For the log alone: no proof of anything. */
static const char *result_word(const json_t *json)
{
    const char *word = json_string_value(json_object_get(json, "result"));
    return word != NULL ? word : "";
}

static void sandbox_reverse(struct provider_handle *handle, const char *out_trade_no)
{
    json_t *json = NULL;
    json_t *message = json_pack("{s:s}", "out_trade_no", out_trade_no);
    if (message != NULL) {
        enum status status = signed_call(&handle->link, "/gateway/reverse", message, false, &json);
        log_info("gateway.reverse", "trade=%s status=%s result=%.12s", out_trade_no,
                 status_name(status), result_word(json));
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
                 status_name(status), result_word(json));
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
    return finish(status, json, SANDBOX_REFUND_QUERY, out_refund_no);
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
