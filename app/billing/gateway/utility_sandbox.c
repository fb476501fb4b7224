/* The sandbox's utility: signed JSON; POST /utility/postings, GET /utility/postings/{no}. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "billing/gateway/signed.h"
#include "billing/gateway/utility.h"
#include "common/instant.h"
#include "system/log.h"

#define PATH_TEXT_SIZE 96

struct utility_handle {
    struct signed_link link;
};

static enum status sandbox_open(const struct provider_settings *settings,
                                struct utility_handle **handle)
{
    struct utility_handle *made = calloc(1, sizeof(*made));
    enum status status = made != NULL ? signed_open(&made->link, settings) : STATUS_IO;
    if (status != STATUS_OK) {
        free(made);
        return status;
    }
    *handle = made;
    return STATUS_OK;
}

static void sandbox_close(struct utility_handle *handle)
{
    if (handle != NULL) {
        signed_close(&handle->link);
        free(handle);
    }
}

static bool reason_ok(const char *text)
{
    size_t length = strlen(text);
    return length < UTILITY_REASON_MAX && strspn(text, "abcdefghijklmnopqrstuvwxyz_") == length;
}

static struct utility_answer read_reply(const json_t *json, const struct utility_posting *posting)
{
    struct utility_answer answer = {.result = UTILITY_UNKNOWN};
    const char *number = "";
    const char *account = "";
    const char *state = "";
    const char *reason = "";
    json_int_t amount_fen = -1;
    if (json_unpack((json_t *)json, "{s:s, s:s, s:s, s:s, s:I}", "posting_no", &number,
                    "account_no", &account, "state", &state, "reason", &reason, "amount_fen",
                    &amount_fen) != 0 ||
        strcmp(number, posting->posting_no) != 0 || !reason_ok(reason)) {
        log_warn("utility.reply", "posting=%s is not answered", posting->posting_no);
        return answer;
    }
    snprintf(answer.reason, sizeof(answer.reason), "%s", reason);
    if (strcmp(state, "not_found") == 0) {
        answer.result = UTILITY_NOT_FOUND;
    } else if (strcmp(state, "pending") == 0) {
        answer.result = UTILITY_PENDING;
    } else if (strcmp(state, "refused") == 0) {
        answer.result = UTILITY_REFUSED;
    } else if (strcmp(state, "accepted") == 0) {
        bool same = amount_fen == posting->amount_fen && strcmp(account, posting->account_no) == 0;
        answer.result = same ? UTILITY_ACCEPTED : UTILITY_OTHER_AMOUNT;
    }
    return answer;
}

static struct utility_answer finish(enum status status, json_t *json,
                                    const struct utility_posting *posting)
{
    struct utility_answer answer = {.result = UTILITY_UNKNOWN};
    if (status == STATUS_OK && json != NULL) {
        answer = read_reply(json, posting);
    }
    json_decref(json);
    return answer;
}

static struct utility_answer sandbox_post(struct utility_handle *handle,
                                          const struct utility_posting *posting)
{
    char paid_at[INSTANT_TEXT_MAX];
    json_t *json = NULL;
    json_t *bills = json_array();
    for (int i = 0; i < posting->bill_count && bills != NULL; i++) {
        if (json_array_append_new(bills, json_string(posting->bill_ids[i])) != 0) {
            json_decref(bills);
            bills = NULL;
        }
    }
    json_t *message =
        bills == NULL
            ? NULL
            : json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:s, s:o}", "posting_no",
                        posting->posting_no, "account_no", posting->account_no, "order_no",
                        posting->order_no, "out_trade_no", posting->out_trade_no, "kind",
                        posting->recharge ? "recharge" : "bills", "amount_fen",
                        (json_int_t)posting->amount_fen, "paid_at",
                        instant_format(posting->paid_at_ms, paid_at), "bills", bills);
    if (message == NULL) {
        return (struct utility_answer){.result = UTILITY_UNKNOWN};
    }
    enum status status = signed_call(&handle->link, "/utility/postings", message, true, &json);
    json_decref(message);
    return finish(status, json, posting);
}

static struct utility_answer sandbox_query(struct utility_handle *handle,
                                           const struct utility_posting *posting)
{
    char path[PATH_TEXT_SIZE];
    json_t *json = NULL;
    snprintf(path, sizeof(path), "/utility/postings/%s", posting->posting_no);
    enum status status = signed_call(&handle->link, path, NULL, false, &json);
    return finish(status, json, posting);
}

const struct utility utility_sandbox = {.name = "sandbox",
                                        .open = sandbox_open,
                                        .close = sandbox_close,
                                        .post = sandbox_post,
                                        .query = sandbox_query};
