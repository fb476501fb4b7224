#include "billing/gateway/sandbox_reply.h"

#include <stdio.h>
#include <string.h>

#include "common/money.h"
#include "system/log.h"

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

/* The same fields stand in the answers to pay and query. */
static struct provider_answer read_trade(const json_t *json, const char *word, bool charging)
{
    struct provider_answer answer = {.result = result_of(word)};
    const char *transaction_id = text_of(json, "transaction_id");
    const char *paid_at = text_of(json, "paid_at");
    const char *payer = text_of(json, "payer");
    const char *merchant = text_of(json, "merchant");
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
    if (strlen(merchant) < sizeof(answer.merchant)) {
        snprintf(answer.merchant, sizeof(answer.merchant), "%s", merchant);
    } else {
        snprintf(answer.merchant, sizeof(answer.merchant), "too long"); /* nobody of ours */
    }
    if (strlen(payer) < sizeof(answer.payer)) {
        snprintf(answer.payer, sizeof(answer.payer), "%s", payer);
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

/* An address that does not fit is none. */
static void read_page(const json_t *json, struct provider_answer *answer)
{
    const char *url = text_of(json, "cashier_url");
    if (answer->result == PROVIDER_PAYING && strlen(url) < sizeof(answer->cashier_url)) {
        snprintf(answer->cashier_url, sizeof(answer->cashier_url), "%s", url);
    }
}

struct provider_answer sandbox_reply_read(enum sandbox_question question, const char *number,
                                          const json_t *json)
{
    static const struct {
        const char *number, *word; /* the fields that hold them */
    } FIELDS[] = {
        [SANDBOX_PAY] = {"out_trade_no", "result"},
        [SANDBOX_PAGE] = {"out_trade_no", "result"},
        [SANDBOX_QUERY] = {"out_trade_no", "state"},
        [SANDBOX_REFUND_QUERY] = {"out_refund_no", "state"},
    };
    struct provider_answer answer = {.result = PROVIDER_UNKNOWN};
    if (json == NULL) {
        return answer;
    }
    if (strcmp(text_of(json, FIELDS[question].number), number) != 0) {
        log_warn("gateway.reply", "number=%s is not the one that is answered", number);
        return answer;
    }
    bool charging = question == SANDBOX_PAY || question == SANDBOX_PAGE;
    answer = read_trade(json, text_of(json, FIELDS[question].word), charging);
    if (question == SANDBOX_PAGE) {
        read_page(json, &answer);
    }
    return answer;
}
