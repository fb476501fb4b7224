/*
 * gateway.c - the provider's API: signed JSON in, signed JSON out, and the planned faults.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/instant.h"
#include "common/money.h"
#include "sandbox/sandbox.h"
#include "system/clock.h"
#include "system/log.h"
#include "system/random.h"

#define NUMBER_CHARACTERS "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* What a handler made of a request: a reply, or the problem's code. */
struct outcome {
    json_t *reply;
    int problem_status;
    const char *problem;
};

static struct outcome refuse(int status, const char *code)
{
    return (struct outcome){.problem_status = status, .problem = code};
}

static bool number_ok(const char *text)
{
    size_t length = strlen(text);

    return length > 0 && length < TRADE_NO_MAX && strspn(text, NUMBER_CHARACTERS) == length;
}

/* Copies a text that fits; an empty one only where it may be. */
static bool take(char *out, size_t size, const char *text, bool may_be_empty)
{
    size_t length = strlen(text);

    if (length >= size || (length == 0 && !may_be_empty)) {
        return false;
    }
    memcpy(out, text, length + 1);
    return true;
}

#define TAKE(array, text)       take(array, sizeof(array), text, false)
#define TAKE_MAYBE(array, text) take(array, sizeof(array), text, true)

static json_t *describe(struct sandbox *sandbox, const struct trade *trade, const char *key,
                        const char *word)
{
    char paid_at[INSTANT_TEXT_MAX] = "";
    char payer[PAYER_MAX];

    books_payer(sandbox->books, trade->out_trade_no, payer);
    if (trade->paid_at_ms > 0) {
        instant_format(trade->paid_at_ms, paid_at);
    }
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:s}", "out_trade_no",
                     trade->out_trade_no, "merchant", trade->merchant, "payer", payer, key, word,
                     "reason", trade->reason, "transaction_id", trade->transaction_id, "paid_fen",
                     (json_int_t)trade->paid_fen, "refunded_fen", (json_int_t)trade->refunded_fen,
                     "paid_at", paid_at);
}

/* The "result" word of a trade that was there already. */
static const char *result_word(const struct trade *trade)
{
    switch (trade->state) {
    case TRADE_PAID: return "paid";
    case TRADE_NOTPAY:
    case TRADE_PAYING: return trade->late_at_ms > 0 ? "unknown" : "paying";
    case TRADE_FAILED:
    case TRADE_CLOSED:
    case TRADE_REVOKED:
    case TRADE_REFUNDED:
    case TRADE_STATE_COUNT: break;
    }
    return "failed";
}

/* A trade that is closed says so: "failed" alone would look like the wallet's own no. */
static json_t *describe_known(struct sandbox *sandbox, struct trade *trade)
{
    if (trade->state == TRADE_CLOSED || trade->state == TRADE_REVOKED ||
        trade->state == TRADE_REFUNDED) {
        snprintf(trade->reason, sizeof(trade->reason), "order_closed");
    }
    return describe(sandbox, trade, "result", result_word(trade));
}

static struct outcome pay(struct sandbox *sandbox, json_t *in, int64_t now_ms)
{
    const char *no = "";
    const char *code = "";
    const char *subject = "";
    const char *merchant = "";
    const char *terminal = "";
    const char *expire_at = "";
    json_int_t amount = 0;
    struct trade trade = {.created_at_ms = now_ms};

    if (json_unpack_ex(in, NULL, JSON_STRICT, "{s:s, s:s, s:I, s:s, s:s, s:s, s:s}", "out_trade_no",
                       &no, "auth_code", &code, "amount_fen", &amount, "subject", &subject,
                       "merchant", &merchant, "terminal", &terminal, "expire_at",
                       &expire_at) != 0 ||
        !number_ok(no) || amount <= 0 || amount > MONEY_MAX_FEN || !TAKE(trade.out_trade_no, no) ||
        !TAKE(trade.subject, subject) || !TAKE(trade.merchant, merchant) ||
        !TAKE(trade.terminal, terminal) ||
        instant_parse(expire_at, &trade.expire_at_ms) != STATUS_OK) {
        return refuse(400, "body_invalid");
    }
    struct trade known = {0};

    if (books_trade(sandbox->books, TRADE_BY_NO, no, &known) == STATUS_OK) {
        trade_settle(sandbox, &known, now_ms);
        if (known.amount_fen != 0 && (known.amount_fen != amount || known.page)) {
            return refuse(409, "trade_differs");
        }
        return (struct outcome){.reply = describe_known(sandbox, &known)};
    }
    trade.amount_fen = amount;
    const char *word = trade_pay_code(sandbox, &trade, code, now_ms);

    return (struct outcome){.reply = describe(sandbox, &trade, "result", word)};
}

static struct outcome page_reply(struct sandbox *sandbox, struct trade *trade)
{
    char url[TRADE_URL_MAX];

    if (trade->state != TRADE_NOTPAY) {
        return (struct outcome){.reply = describe_known(sandbox, trade)};
    }
    snprintf(url, sizeof(url), "%s/cashier/%s", sandbox->base_url, trade->cashier_id);
    return (struct outcome){.reply =
                                json_pack("{s:s, s:s, s:s}", "out_trade_no", trade->out_trade_no,
                                          "result", "created", "cashier_url", url)};
}

static struct outcome page(struct sandbox *sandbox, json_t *in, int64_t now_ms)
{
    const char *no = "";
    const char *channel = "";
    const char *payee = "";
    const char *subject = "";
    const char *merchant = "";
    const char *terminal = "";
    const char *expire_at = "";
    const char *notify_url = "";
    const char *return_url = "";
    json_int_t amount = 0;
    struct trade trade = {.created_at_ms = now_ms, .page = true};

    if (json_unpack_ex(in, NULL, JSON_STRICT, "{s:s, s:s, s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:s}",
                       "out_trade_no", &no, "channel", &channel, "amount_fen", &amount, "payee",
                       &payee, "subject", &subject, "merchant", &merchant, "terminal", &terminal,
                       "expire_at", &expire_at, "notify_url", &notify_url, "return_url",
                       &return_url) != 0 ||
        !number_ok(no) || amount <= 0 || amount > MONEY_MAX_FEN ||
        channel_parse(channel, &trade.channel) != STATUS_OK || trade.channel == CHANNEL_NONE ||
        !TAKE(trade.out_trade_no, no) || !TAKE(trade.payee, payee) ||
        !TAKE(trade.subject, subject) || !TAKE(trade.merchant, merchant) ||
        !TAKE(trade.terminal, terminal) || !TAKE_MAYBE(trade.notify_url, notify_url) ||
        !TAKE_MAYBE(trade.return_url, return_url) ||
        instant_parse(expire_at, &trade.expire_at_ms) != STATUS_OK) {
        return refuse(400, "body_invalid");
    }
    struct trade known = {0};

    if (books_trade(sandbox->books, TRADE_BY_NO, no, &known) == STATUS_OK) {
        trade_settle(sandbox, &known, now_ms);
        if (known.amount_fen != 0 && (known.amount_fen != amount || !known.page)) {
            return refuse(409, "trade_differs");
        }
        return page_reply(sandbox, &known);
    }
    trade.amount_fen = amount;
    random_hex(trade.cashier_id, (sizeof(trade.cashier_id) - 1) / 2);
    books_save_trade(sandbox->books, &trade);
    return page_reply(sandbox, &trade);
}

/* "paying" says that the password box is open; a trade whose success is late has none. */
static const char *state_word(const struct trade *trade)
{
    return trade->state == TRADE_PAYING && trade->password_until_ms == 0
               ? "accepted"
               : trade_state_name(trade->state);
}

static struct outcome query(struct sandbox *sandbox, const char *no, int64_t now_ms)
{
    struct trade trade = {0};

    if (!number_ok(no)) {
        return refuse(400, "number_invalid");
    }
    if (books_trade(sandbox->books, TRADE_BY_NO, no, &trade) != STATUS_OK) {
        snprintf(trade.out_trade_no, sizeof(trade.out_trade_no), "%s", no);
        return (struct outcome){.reply = describe(sandbox, &trade, "state", "not_found")};
    }
    trade_settle(sandbox, &trade, now_ms);
    return (struct outcome){.reply = describe(sandbox, &trade, "state", state_word(&trade))};
}

static struct outcome reverse(struct sandbox *sandbox, json_t *in, int64_t now_ms)
{
    const char *no = "";

    if (json_unpack_ex(in, NULL, JSON_STRICT, "{s:s}", "out_trade_no", &no) != 0 ||
        !number_ok(no)) {
        return refuse(400, "body_invalid");
    }
    return (struct outcome){.reply =
                                json_pack("{s:s}", "result", trade_reverse(sandbox, no, now_ms))};
}

static struct outcome refund(struct sandbox *sandbox, json_t *in, int64_t now_ms)
{
    const char *trade_no = "";
    const char *refund_no = "";
    json_int_t amount = 0;
    struct refund fresh = {0};

    if (json_unpack_ex(in, NULL, JSON_STRICT, "{s:s, s:s, s:I}", "out_trade_no", &trade_no,
                       "out_refund_no", &refund_no, "amount_fen", &amount) != 0 ||
        !number_ok(trade_no) || !number_ok(refund_no) || amount <= 0 || amount > MONEY_MAX_FEN ||
        !TAKE(fresh.out_trade_no, trade_no) || !TAKE(fresh.out_refund_no, refund_no)) {
        return refuse(400, "body_invalid");
    }
    fresh.amount_fen = amount;
    return (struct outcome){
        .reply = json_pack("{s:s}", "result", trade_refund(sandbox, &fresh, now_ms))};
}

static struct outcome refund_query(struct sandbox *sandbox, const char *no)
{
    struct refund found = {0};
    const char *state = "not_found";

    if (!number_ok(no)) {
        return refuse(400, "number_invalid");
    }
    if (books_refund(sandbox->books, no, &found) == STATUS_OK) {
        state = found.done ? "refunded" : "processing";
    }
    return (struct outcome){.reply = json_pack("{s:s, s:s, s:I}", "out_refund_no", no, "state",
                                               state, "amount_fen", (json_int_t)found.amount_fen)};
}

/* True, and counted, when the fault is planned for this kind of call. */
static bool fault_hits(struct fault *fault, enum call_kind kind)
{
    if (fault->left <= 0 || (fault->kind != CALL_ANY && fault->kind != (int)kind)) {
        return false;
    }
    fault->left--;
    return true;
}

static struct outcome serve(struct sandbox *sandbox, const struct http_call *call,
                            enum call_kind kind)
{
    int64_t now_ms = clock_wall_ms();
    json_t *in = NULL;
    struct outcome outcome = {0};

    if (strcmp(call->method, "POST") == 0) {
        in = json_loadb(call->body, call->length, JSON_REJECT_DUPLICATES, NULL);
        if (in == NULL) {
            return refuse(400, "body_invalid");
        }
    }
    books_begin(sandbox->books);
    switch (kind) {
    case CALL_PAY: outcome = pay(sandbox, in, now_ms); break;
    case CALL_PAGE: outcome = page(sandbox, in, now_ms); break;
    case CALL_QUERY: outcome = query(sandbox, http_call_param(call, "no"), now_ms); break;
    case CALL_REVERSE: outcome = reverse(sandbox, in, now_ms); break;
    case CALL_REFUND: outcome = refund(sandbox, in, now_ms); break;
    case CALL_REFUND_QUERY: outcome = refund_query(sandbox, http_call_param(call, "no")); break;
    case CALL_KIND_COUNT: CHECK(false);
    }
    books_commit(sandbox->books);
    json_decref(in);
    return outcome;
}

static void send_outcome(struct sandbox *sandbox, struct outcome outcome, bool bad_signature,
                         struct http_answer *answer)
{
    if (outcome.reply != NULL) {
        http_answer_json(answer, 200, json_dumps(outcome.reply, JSON_COMPACT));
    } else {
        http_answer_problem(answer, outcome.problem != NULL ? outcome.problem_status : 500,
                            outcome.problem != NULL ? outcome.problem : "out_of_memory", NULL);
    }
    json_decref(outcome.reply);
    sandbox_sign_answer(sandbox->settings.secret, bad_signature, answer);
}

void gateway_handle(void *context, const struct http_call *call, struct http_answer *answer)
{
    struct sandbox *sandbox = context;
    enum call_kind kind = (enum call_kind)call->route->flags;

    pthread_mutex_lock(&sandbox->lock);
    struct faults *faults = &sandbox->faults;

    if (fault_hits(&faults->lose_request, kind)) {
        pthread_mutex_unlock(&sandbox->lock);
        answer->status = HTTP_STATUS_DROP;
        return;
    }
    struct outcome outcome = faults->down ? refuse(503, "out_of_order")
                             : !sandbox_signed_well(sandbox->settings.secret, call)
                                 ? refuse(401, "signature_invalid")
                                 : serve(sandbox, call, kind);
    bool lost = fault_hits(&faults->lose_reply, kind);
    bool bad_signature = fault_hits(&faults->bad_signature, kind);
    long delay_ms = fault_hits(&faults->delay, kind) ? faults->delay_ms : 0;

    pthread_mutex_unlock(&sandbox->lock);
    clock_sleep_ms((int)delay_ms);
    if (lost) {
        json_decref(outcome.reply);
        answer->status = HTTP_STATUS_DROP;
        return;
    }
    send_outcome(sandbox, outcome, bad_signature, answer);
}
