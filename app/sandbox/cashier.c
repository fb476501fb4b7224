/*
 * cashier.c - the wallet's own page on the phone: who gets how much, confirm or decline.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/money.h"
#include "sandbox/sandbox.h"
#include "system/clock.h"

#define PAGE_MAX    8192
#define ESCAPED_MAX (TRADE_TEXT_MAX * 6)

struct words {
    const char *lang, *title, *confirm, *decline, *back, *sandbox_note;
    const char *states[TRADE_STATE_COUNT];
};

static const struct words chinese = {
    "zh-CN",
    "收银台",
    "确认付款",
    "取消付款",
    "返回商户",
    "沙箱环境，不产生真实扣款",
    {"", "正在处理，请勿重复支付", "支付成功", "支付未完成", "订单已关闭", "订单已撤销，款项已退回",
     "款项已退回"},
};
static const struct words english = {
    "en",
    "Cashier",
    "Pay now",
    "Do not pay",
    "Back to the merchant",
    "Sandbox: no real money is taken",
    {"", "Being processed; please do not pay again", "Paid", "Payment not completed",
     "This order is closed", "This order was reversed; the money was returned",
     "The money was returned"},
};

static const char *escape(const char *text, char out[ESCAPED_MAX])
{
    size_t used = 0;

    for (; *text != '\0' && used + 7 < ESCAPED_MAX; text++) {
        const char *entity = *text == '&'    ? "&amp;"
                             : *text == '<'  ? "&lt;"
                             : *text == '>'  ? "&gt;"
                             : *text == '"'  ? "&quot;"
                             : *text == '\'' ? "&#39;"
                                             : NULL;

        if (entity != NULL) {
            used += (size_t)snprintf(out + used, ESCAPED_MAX - used, "%s", entity);
        } else {
            out[used++] = *text;
        }
    }
    out[used] = '\0';
    return out;
}

static const struct words *words_for(const struct http_call *call)
{
    const char *accepted = http_call_header(call, "Accept-Language");

    return accepted != NULL && strncmp(accepted, "en", 2) == 0 ? &english : &chinese;
}

static const char STYLE[] =
    "body{margin:0;font:16px/1.5 system-ui,'Noto Sans CJK SC',sans-serif;background:#f2f4f7;"
    "color:#1b2430}main{max-width:26rem;margin:0 auto;padding:2.5rem 1.25rem;text-align:center}"
    "h1{font-size:1rem;font-weight:500;color:#5b6675;margin:0 0 1.5rem}"
    ".card{background:#fff;border-radius:1rem;padding:2rem 1.25rem;margin-bottom:1.5rem}"
    ".payee{font-size:1.15rem}.amount{font-size:3rem;font-weight:700;margin:.25rem 0}"
    ".subject{color:#5b6675}form{margin:.75rem 0}"
    "button,a{display:block;box-sizing:border-box;width:100%;padding:.95rem;border-radius:.75rem;"
    "font:inherit;font-size:1.1rem;border:0;text-decoration:none}"
    ".go{background:#0b7a4b;color:#fff;font-weight:600}"
    ".no{background:transparent;color:#44505f;border:1px solid #b8c1cc}"
    ".state{font-size:1.25rem;font-weight:600}small{color:#5b6675}";

static void add(char page[PAGE_MAX], size_t *used, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void add(char page[PAGE_MAX], size_t *used, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int length = vsnprintf(page + *used, PAGE_MAX - *used, format, arguments);

    va_end(arguments);
    CHECK(length >= 0 && (size_t)length < PAGE_MAX - *used);
    *used += (size_t)length;
}

static void write_page(const struct trade *trade, const struct words *words,
                       struct http_answer *answer)
{
    char page[PAGE_MAX];
    char payee[ESCAPED_MAX];
    char other[ESCAPED_MAX * 2];
    char amount[MONEY_TEXT_MAX];
    size_t used = 0;

    add(page, &used,
        "<!doctype html><html lang=\"%s\"><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width,initial-scale=1\"><title>%s</title><style>%s</style>"
        "<main><h1>%s</h1><div class=\"card\">",
        words->lang, words->title, STYLE, words->title);
    add(page, &used,
        "<div class=\"payee\">%s</div><div class=\"amount\">￥%s</div><div class=\"subject\">%s"
        "</div></div>",
        escape(trade->payee, payee), money_format(trade->amount_fen, amount),
        escape(trade->subject, other));
    if (trade->state == TRADE_NOTPAY) {
        add(page, &used,
            "<form method=\"post\" action=\"/cashier/%s/confirm\"><button class=\"go\">%s</button>"
            "</form><form method=\"post\" action=\"/cashier/%s/decline\"><button class=\"no\">%s"
            "</button></form>",
            trade->cashier_id, words->confirm, trade->cashier_id, words->decline);
    } else {
        add(page, &used, "<p class=\"state\">%s</p>", words->states[trade->state]);
        if (trade->return_url[0] != '\0') {
            add(page, &used, "<a class=\"no\" href=\"%s\">%s</a>", escape(trade->return_url, other),
                words->back);
        }
    }
    add(page, &used, "<p><small>%s</small></p></main></html>", words->sandbox_note);
    http_answer_set(answer, 200, "text/html; charset=utf-8", page, used);
    http_answer_header(answer, "Cache-Control", "no-store");
    http_answer_header(answer, "X-Content-Type-Options", "nosniff");
    http_answer_header(answer, "Content-Security-Policy",
                       "default-src 'none'; style-src 'unsafe-inline'; form-action 'self' http: "
                       "https:; frame-ancestors 'none'; base-uri 'none'");
}

/* Loads the trade of the page, with the lock held and a transaction begun when it is found. */
static bool open_trade(struct sandbox *sandbox, const struct http_call *call, struct trade *trade,
                       struct http_answer *answer)
{
    pthread_mutex_lock(&sandbox->lock);
    if (sandbox->faults.down) {
        pthread_mutex_unlock(&sandbox->lock);
        http_answer_problem(answer, 503, "out_of_order", NULL);
        return false;
    }
    books_begin(sandbox->books);
    if (books_trade(sandbox->books, TRADE_BY_CASHIER, http_call_param(call, "id"), trade) !=
        STATUS_OK) {
        books_commit(sandbox->books);
        pthread_mutex_unlock(&sandbox->lock);
        http_answer_problem(answer, 404, "page_unknown", NULL);
        return false;
    }
    trade_settle(sandbox, trade, clock_wall_ms());
    return true;
}

static void close_trade(struct sandbox *sandbox)
{
    books_commit(sandbox->books);
    pthread_mutex_unlock(&sandbox->lock);
}

void cashier_get(void *context, const struct http_call *call, struct http_answer *answer)
{
    struct sandbox *sandbox = context;
    struct trade trade = {0};

    if (open_trade(sandbox, call, &trade, answer)) {
        close_trade(sandbox);
        write_page(&trade, words_for(call), answer);
    }
}

static void finish(const struct trade *trade, const struct http_call *call,
                   struct http_answer *answer)
{
    if (trade->return_url[0] != '\0') {
        http_answer_redirect(answer, trade->return_url);
    } else {
        write_page(trade, words_for(call), answer);
    }
}

void cashier_confirm(void *context, const struct http_call *call, struct http_answer *answer)
{
    struct sandbox *sandbox = context;
    struct trade trade = {0};

    if (open_trade(sandbox, call, &trade, answer)) {
        /* A second press, or one on a closed order, changes nothing: the page says what is. */
        (void)!trade_confirm(sandbox, &trade, clock_wall_ms());
        close_trade(sandbox);
        finish(&trade, call, answer);
    }
}

void cashier_decline(void *context, const struct http_call *call, struct http_answer *answer)
{
    struct sandbox *sandbox = context;
    struct trade trade = {0};

    if (open_trade(sandbox, call, &trade, answer)) {
        (void)!trade_decline(sandbox, &trade, "declined", clock_wall_ms());
        close_trade(sandbox);
        finish(&trade, call, answer);
    }
}
