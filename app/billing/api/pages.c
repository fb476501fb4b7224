/*
 * The page behind the QR: one address for every wallet. Opening it changes nothing (chats
 * fetch previews, people open twice); the button makes the attempt, under the order's lock.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "billing/api/api.h"
#include "billing/api/page_text.h"
#include "billing/jobs/apply.h"
#include "billing/store/orders.h"
#include "billing/store/velocity.h"
#include "system/clock.h"
#include "system/log.h"
#include "system/random.h"

#define CASHIER_WAIT_MS 3000 /* how long the button waits for the provider's page */
#define CASHIER_STEP_MS 20
#define LANGUAGE_S      1800 /* how long a chosen language is kept: longer than an order lives */
#define POLICY_MAX      448

struct page_call {
    const struct server *server;
    const char *token;    /* what is loaded */
    const char *order_no; /* or what an attempt is made for, by this wallet */
    enum channel channel;
    char out_trade_no[TRADE_NO_MAX];
    struct order_facts *facts;
};

static enum status load_work(struct db *db, void *context)
{
    const struct page_call *call = context;
    char order_no[ORDER_NO_MAX];
    enum status status = db_row(db, SQL_ORDER_BY_TOKEN, "t", call->token);
    if (status != STATUS_OK) {
        return status;
    }
    db_text(db, SQL_ORDER_BY_TOKEN, 0, order_no, sizeof(order_no));
    return orders_load(db, order_no, call->server->base_url, clock_wall_ms(), call->facts);
}

/* STATUS_NOT_FOUND for a token that is none of ours. Reads only. */
static enum status load(const struct server *server, const char *token, struct order_facts *facts)
{
    struct page_call call = {.server = server, .token = token, .facts = facts};
    if (strlen(token) != TOKEN_MAX - 1 || strspn(token, "0123456789abcdef") != TOKEN_MAX - 1) {
        return STATUS_NOT_FOUND;
    }
    return db_read(server->db, load_work, &call);
}

/*
 * Nothing but the page itself may run or be asked. Forms: browsers hold every redirect of a form
 * against the policy too, and where the provider's page is, only the provider knows.
 */
static void add_policy(struct http_answer *answer, const char *nonce)
{
    char policy[POLICY_MAX];
    snprintf(policy, sizeof(policy),
             "default-src 'none'; script-src 'nonce-%s'; style-src 'nonce-%s'; connect-src 'self'; "
             "img-src data:; form-action 'self' http: https:; frame-ancestors 'none'; "
             "base-uri 'none'",
             nonce, nonce);
    http_answer_header(answer, "Content-Security-Policy", policy);
    http_answer_header(answer, "X-Frame-Options", "DENY");
}

/* Nobody keeps it, nobody is told its address. */
static void add_privacy(struct http_answer *answer)
{
    http_answer_header(answer, "Cache-Control", "no-store");
    http_answer_header(answer, "Referrer-Policy", "no-referrer");
    http_answer_header(answer, "X-Content-Type-Options", "nosniff");
}

/* -- whose phone it is ------------------------------------------------------------------- */

static bool language_parse(const char *word, enum page_language *language)
{
    bool english = strncmp(word, "en", 2) == 0;
    if (!english && strncmp(word, "zh", 2) != 0) {
        return false;
    }
    *language = english ? PAGE_EN : PAGE_ZH;
    return true;
}

/* What was asked for, which a cookie of this one order keeps; else what the phone speaks. */
static enum page_language language_of(const struct http_call *call, bool *asked)
{
    enum page_language language = PAGE_ZH;
    const char *word = http_call_query(call, "lang");
    const char *cookie = http_call_header(call, "Cookie");
    const char *kept = cookie != NULL ? strstr(cookie, "lang=") : NULL;
    *asked = word != NULL && strlen(word) == 2 && language_parse(word, &language);
    if (*asked || (kept != NULL && language_parse(kept + strlen("lang="), &language))) {
        return language;
    }
    static const char *const languages[PAGE_LANGUAGES] = {[PAGE_ZH] = "zh", [PAGE_EN] = "en"};
    return (enum page_language)http_call_language(call, languages, PAGE_LANGUAGES);
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

/* -- the page ---------------------------------------------------------------------------- */

static void keep_language(const struct order_facts *facts, enum page_language language,
                          struct http_answer *answer)
{
    char cookie[TOKEN_MAX + 96];
    snprintf(cookie, sizeof(cookie), "lang=%s; Path=/p/%s; Max-Age=%d; HttpOnly; SameSite=Lax",
             language == PAGE_EN ? "en" : "zh", facts->token, LANGUAGE_S);
    http_answer_header(answer, "Set-Cookie", cookie);
}

/* facts NULL: there is none, or (503) it cannot be read now. */
static void answer_page(const struct http_call *call, const struct order_facts *facts, int status,
                        struct http_answer *answer)
{
    char html[PAGE_HTML_MAX];
    char nonce[PAGE_NONCE_MAX];
    bool asked = false;
    random_hex(nonce, (PAGE_NONCE_MAX - 1) / 2);
    struct page_look look = {.language = language_of(call, &asked),
                             .wallet = channel_of(call),
                             .nonce = nonce,
                             .now_ms = clock_wall_ms(),
                             .busy = status == 503};
    page_compose(&look, facts, html);
    http_answer_set(answer, status, "text/html; charset=utf-8", html, strlen(html));
    add_privacy(answer);
    add_policy(answer, nonce);
    if (asked && facts != NULL) {
        keep_language(facts, look.language, answer);
    }
}

static void answer_unknown(const struct http_call *call, enum status status,
                           struct http_answer *answer)
{
    answer_page(call, NULL, status == STATUS_NOT_FOUND ? 404 : 503, answer);
}

void page_busy(const struct http_call *call, struct http_answer *answer)
{
    answer_page(call, NULL, 503, answer);
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

/* -- its button -------------------------------------------------------------------------- */

/* Under the order's lock, which is the transaction. */
static enum status attempt_work(struct db *db, void *context)
{
    struct page_call *call = context;
    struct order_facts facts;
    int64_t now_ms = clock_wall_ms();
    enum status status = orders_load(db, call->order_no, call->server->base_url, now_ms, &facts);
    if (status != STATUS_OK || facts.order.state != ORDER_OPEN) {
        return status == STATUS_OK ? STATUS_CONFLICT : status;
    }
    const struct settings *settings = &call->server->settings;
    if (facts.order.kind == ORDER_RECHARGE) {
        status = velocity_account(db, &settings->velocity, facts.order.account_no,
                                  facts.order.amount_fen, now_ms);
    }
    if (status ==
        STATUS_LIMIT) { /* other orders of the day came first: the page says that it ended */
        log_info("attempt.account_limit", "order=%s", call->order_no);
        return order_end_in(db, call->order_no, settings->poll_ms, now_ms);
    }
    if (status != STATUS_OK) {
        return status;
    }
    int number = facts.order.attempt_count + 1;
    snprintf(call->out_trade_no, TRADE_NO_MAX, "%sA%02d", call->order_no, number % 100);
    struct new_attempt fresh = {.out_trade_no = call->out_trade_no,
                                .order_no = call->order_no,
                                .number = number,
                                .channel = call->channel,
                                .by_phone = true,
                                .amount_fen = facts.order.amount_fen,
                                .code_hash = "",
                                .deadline_ms = facts.order.expires_at_ms};
    return orders_add_attempt(db, &fresh, now_ms);
}

/* STATUS_CONFLICT: the order is not open any more, or another attempt came first. */
static enum status make_attempt(struct server *server, const struct order_facts *seen,
                                enum channel channel)
{
    struct page_call call = {
        .server = server, .order_no = seen->order.order_no, .channel = channel};
    enum status status = db_transact(server->db, attempt_work, &call);
    if (status == STATUS_OK) {
        log_info("attempt.created", "trade=%s channel=%s by=phone", call.out_trade_no,
                 channel_name(channel));
        worker_wake(server->worker);
    }
    return status;
}

/*
 * The worker asks the provider for its page; this thread waits a little, holding nothing. While it
 * does, it serves nobody else: so half of the threads never wait, and who comes too many is sent
 * back to the page, which goes on by itself.
 */
static void wait_for_cashier(struct server *server, const char *token, struct order_facts *facts)
{
    static atomic_int waiting;
    int64_t until_ms = clock_monotonic_ms() + CASHIER_WAIT_MS;
    int before = atomic_fetch_add(&waiting, 1);
    int may_wait = server->settings.public_threads > 1 ? server->settings.public_threads / 2 : 1;
    enum status status = load(server, token, facts);
    while (before < may_wait && status == STATUS_OK && facts->order.by_phone &&
           facts->cashier_url[0] == '\0' && facts->order.state == ORDER_PAYING &&
           clock_monotonic_ms() < until_ms) {
        clock_sleep_ms(CASHIER_STEP_MS);
        status = load(server, token, facts);
    }
    atomic_fetch_sub(&waiting, 1);
}

/* The wallet that pays: the browser's own, or the one that was chosen on the page. */
static enum channel channel_chosen(const struct http_call *call)
{
    char word[16] = "";
    enum channel channel = channel_of(call);
    if (channel == CHANNEL_NONE &&
        (http_call_form(call, "channel", word, sizeof(word)) != STATUS_OK ||
         channel_parse(word, &channel) != STATUS_OK)) {
        channel = CHANNEL_NONE;
    }
    return channel;
}

void page_pay(void *context, const struct http_call *call, struct http_answer *answer)
{
    struct server *server = context;
    const char *token = http_call_param(call, "token");
    struct order_facts facts;
    char back[TOKEN_MAX + 8];
    struct page_look look = {.wallet = channel_chosen(call)};
    enum status status = load(server, token, &facts);
    if (status != STATUS_OK) {
        answer_unknown(call, status, answer);
        return;
    }
    if (facts.order.state == ORDER_OPEN && look.wallet != CHANNEL_NONE) {
        status = make_attempt(server, &facts, look.wallet);
        if (status != STATUS_OK && status != STATUS_CONFLICT) {
            answer_unknown(call, status, answer);
            return;
        }
        wait_for_cashier(server, token, &facts);
    }
    snprintf(back, sizeof(back), "/p/%s", token);
    bool onward = look.wallet != CHANNEL_NONE && page_may_continue(&look, &facts);
    http_answer_redirect(answer, onward ? facts.cashier_url : back);
    add_privacy(answer);
}
