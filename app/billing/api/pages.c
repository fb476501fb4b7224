/*
 * The page behind the QR: one address for every wallet. Opening it changes nothing (chats
 * fetch previews, people open twice); the button makes the attempt, under the order's lock.
 */
#include <stdio.h>
#include <string.h>

#include "billing/api/api.h"
#include "billing/api/page_text.h"
#include "billing/store/orders.h"
#include "system/clock.h"
#include "system/log.h"

#define CASHIER_WAIT_MS 3000 /* how long the button waits for the provider's page */
#define CASHIER_STEP_MS 20

/* STATUS_NOT_FOUND for a token that is none of ours. Reads only. */
static enum status load(struct server *server, const char *token, struct order_facts *facts)
{
    char order_no[ORDER_NO_MAX];
    if (strlen(token) != TOKEN_MAX - 1 || db_begin(server->db) != STATUS_OK) {
        return STATUS_NOT_FOUND;
    }
    enum status status = db_row(server->db, SQL_ORDER_BY_TOKEN, "t", token);
    if (status == STATUS_OK) {
        db_text(server->db, SQL_ORDER_BY_TOKEN, 0, order_no, sizeof(order_no));
        status = orders_load(server->db, order_no, server->base_url, clock_wall_ms(), facts);
    }
    enum status committed = db_commit(server->db);
    return committed == STATUS_OK ? status : committed;
}

static void add_security(struct http_answer *answer)
{
    http_answer_header(answer, "Cache-Control", "no-store");
    http_answer_header(answer, "Referrer-Policy", "no-referrer");
    http_answer_header(answer, "X-Content-Type-Options", "nosniff");
    http_answer_header(answer, "X-Frame-Options", "DENY");
    http_answer_header(answer, "Content-Security-Policy",
                       "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; "
                       "base-uri 'none'");
}

static enum page_language language_of(const struct http_call *call)
{
    const char *asked = http_call_query(call, "lang");
    const char *accepted = http_call_header(call, "Accept-Language");
    if (asked != NULL) {
        return strcmp(asked, "en") == 0 ? PAGE_EN : PAGE_ZH;
    }
    return accepted != NULL && strncmp(accepted, "en", 2) == 0 ? PAGE_EN : PAGE_ZH;
}

/* The wallet whose browser this is. */
static enum channel channel_of(const struct http_call *call)
{
    const char *agent = http_call_header(call, "User-Agent");
    if (agent == NULL) {
        return CHANNEL_NONE;
    }
    if (strstr(agent, "MicroMessenger") != NULL) {
        return CHANNEL_WECHAT;
    }
    if (strstr(agent, "AlipayClient") != NULL) {
        return CHANNEL_ALIPAY;
    }
    return strstr(agent, "UnionPay") != NULL ? CHANNEL_UNIONPAY : CHANNEL_NONE;
}

static void answer_page(const struct http_call *call, const struct order_facts *facts, int status,
                        struct http_answer *answer)
{
    char html[PAGE_HTML_MAX];
    page_compose(language_of(call), channel_of(call), facts, html);
    http_answer_set(answer, status, "text/html; charset=utf-8", html, strlen(html));
    add_security(answer);
}

static void answer_unknown(const struct http_call *call, enum status status,
                           struct http_answer *answer)
{
    answer_page(call, NULL, status == STATUS_NOT_FOUND ? 404 : 503, answer);
}

void page_get(void *context, const struct http_call *call, struct http_answer *answer)
{
    struct order_facts facts;
    enum status status = load(context, http_call_param(call, "token"), &facts);
    if (status != STATUS_OK) {
        answer_unknown(call, status, answer);
        return;
    }
    answer_page(call, &facts, 200, answer);
}

/* STATUS_CONFLICT: the order is not open any more, or another attempt came first. */
static enum status make_attempt(struct server *server, const struct order_facts *seen,
                                enum channel channel)
{
    struct db *db = server->db;
    struct order_facts facts;
    char out_trade_no[TRADE_NO_MAX];
    int64_t now_ms = clock_wall_ms();
    enum status status = db_begin(db);
    if (status != STATUS_OK) {
        return status;
    }
    status = orders_load(db, seen->order.order_no, server->base_url, now_ms, &facts);
    if (status == STATUS_OK && facts.order.state != ORDER_OPEN) {
        status = STATUS_CONFLICT;
    }
    if (status == STATUS_OK) {
        int number = facts.order.attempt_count + 1;
        snprintf(out_trade_no, sizeof(out_trade_no), "%sA%02d", facts.order.order_no, number % 100);
        struct new_attempt fresh = {.out_trade_no = out_trade_no,
                                    .order_no = facts.order.order_no,
                                    .number = number,
                                    .channel = channel,
                                    .by_phone = true,
                                    .amount_fen = facts.order.amount_fen,
                                    .code_hash = "",
                                    .deadline_ms = facts.order.expires_at_ms};
        status = orders_add_attempt(db, &fresh, now_ms);
    }
    if (status != STATUS_OK) {
        db_rollback(db);
        return status;
    }
    status = db_commit(db);
    if (status == STATUS_OK) {
        log_info("attempt.created", "trade=%s channel=%s by=phone", out_trade_no,
                 channel_name(channel));
        worker_wake(server->worker);
    }
    return status;
}

/* The worker asks the provider for its page; this thread waits a little, holding nothing. */
static void wait_for_cashier(struct server *server, const char *token, struct order_facts *facts)
{
    int64_t until_ms = clock_monotonic_ms() + CASHIER_WAIT_MS;
    while (load(server, token, facts) == STATUS_OK && facts->order.by_phone &&
           facts->cashier_url[0] == '\0' && facts->order.state == ORDER_PAYING &&
           clock_monotonic_ms() < until_ms) {
        clock_sleep_ms(CASHIER_STEP_MS);
    }
}

void page_pay(void *context, const struct http_call *call, struct http_answer *answer)
{
    struct server *server = context;
    const char *token = http_call_param(call, "token");
    struct order_facts facts;
    char word[16] = "";
    char back[TOKEN_MAX + 16];
    enum channel channel = channel_of(call);
    enum status status = load(server, token, &facts);
    if (status != STATUS_OK) {
        answer_unknown(call, status, answer);
        return;
    }
    if (channel == CHANNEL_NONE &&
        (http_call_form(call, "channel", word, sizeof(word)) != STATUS_OK ||
         channel_parse(word, &channel) != STATUS_OK)) {
        channel = CHANNEL_NONE;
    }
    if (facts.order.state == ORDER_OPEN && channel != CHANNEL_NONE) {
        status = make_attempt(server, &facts, channel);
        if (status != STATUS_OK && status != STATUS_CONFLICT) {
            answer_unknown(call, status, answer);
            return;
        }
        wait_for_cashier(server, token, &facts);
    }
    snprintf(back, sizeof(back), "/p/%s%s", facts.token,
             language_of(call) == PAGE_EN ? "?lang=en" : "");
    bool cashier =
        facts.order.state == ORDER_PAYING && facts.order.by_phone && facts.cashier_url[0] != '\0';
    http_answer_redirect(answer, cashier ? facts.cashier_url : back);
    add_security(answer);
}
