/*
 * Whatever a gateway answers: it is paid only with an amount, a number of the provider's and the
 * number that was asked about; an address only where a page was opened.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "billing/gateway/sandbox_reply.h"
#include "common/money.h"

#define TRADE_NO  "20261121000000000001A01"
#define REFUND_NO TRADE_NO "R"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool names(const json_t *json, const char *field, const char *number)
{
    const char *text = json_string_value(json_object_get(json, field));

    return text != NULL && strcmp(text, number) == 0;
}

static void hold(enum sandbox_question question, const json_t *json)
{
    bool refund = question == SANDBOX_REFUND_QUERY;
    const char *number = refund ? REFUND_NO : TRADE_NO;
    struct provider_answer answer = sandbox_reply_read(question, number, json);

    CHECK(answer.result != PROVIDER_NOT_SENT);
    if (answer.result != PROVIDER_UNKNOWN) {
        CHECK(names(json, refund ? "out_refund_no" : "out_trade_no", number));
    }
    if (answer.result == PROVIDER_PAID) {
        CHECK(answer.paid_fen > 0 && answer.paid_fen <= MONEY_MAX_FEN);
        CHECK(answer.transaction_id[0] != '\0');
    }
    if (answer.cashier_url[0] != '\0') {
        CHECK(question == SANDBOX_PAGE && answer.result == PROVIDER_PAYING);
    }
    CHECK(memchr(answer.transaction_id, '\0', sizeof(answer.transaction_id)) != NULL);
    CHECK(memchr(answer.cashier_url, '\0', sizeof(answer.cashier_url)) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    json_t *json = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);

    if (json_is_object(json)) {
        for (int question = SANDBOX_PAY; question <= SANDBOX_REFUND_QUERY; question++) {
            hold((enum sandbox_question)question, json);
        }
    }
    json_decref(json);
    return 0;
}
