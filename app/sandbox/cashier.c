/*
 * cashier.c - the wallet's own page on the phone: who gets how much, confirm or decline.
 */
#include <stdio.h>
#include <string.h>

#include "common/instant.h"
#include "common/money.h"
#include "http/html.h"
#include "sandbox/sandbox.h"
#include "system/clock.h"
#include "system/random.h"

#define PAGE_MAX     16384
#define NONCE_MAX    33
#define POLICY_MAX   448
#define REFRESH_S    2 /* while the wallet works */
#define LANGUAGE_ZH  0
#define LANGUAGE_EN  1
#define LANGUAGE_MAX 2

struct words {
    const char *lang, *sandbox, *pay_to, *subject, *until, *confirm, *decline, *back;
    const char *sandbox_note, *unknown, *unknown_hint, *down, *down_hint;
    const char *wallets[CHANNEL_COUNT];
    const char *states[TRADE_STATE_COUNT];
};

static const struct words WORDS[LANGUAGE_MAX] = {
    {"zh-CN",
     "沙箱",
     "付款给",
     "商品",
     "付款截止",
     "确认付款",
     "不付了",
     "返回商户",
     "沙箱环境，不产生真实扣款",
     "没有这笔付款",
     "请回到商户页面重新付款。",
     "支付服务暂停",
     "请稍后再试，不要重复支付。",
     {"收银台", "微信支付", "支付宝", "云闪付"},
     {"", "正在处理，请勿重复支付", "支付成功", "支付未完成，没有扣款", "这笔付款已关闭，没有扣款",
      "这笔付款已撤销，已扣的款会退回", "款项已退回"}},
    {"en",
     "Sandbox",
     "Pay to",
     "For",
     "Before",
     "Pay now",
     "Do not pay",
     "Back to the merchant",
     "Sandbox: no real money is taken",
     "There is no such payment",
     "Please go back to the merchant and pay again.",
     "The payment service is down",
     "Please try again later, and do not pay twice.",
     {"Cashier", "WeChat Pay", "Alipay", "UnionPay"},
     {"", "Being processed; please do not pay again", "Paid",
      "Payment not completed; no money was taken", "This payment is closed; no money was taken",
      "This payment was reversed; any money taken is returned", "The money was returned"}},
};

/* Each wallet's own colour, dark enough for white letters; and lighter, for a dark phone. */
static const char *const ACCENTS[CHANNEL_COUNT] = {"#3d4754", "#067a45", "#1257c2", "#b4232a"};
static const char *const LIGHT_ACCENTS[CHANNEL_COUNT] = {"#c3ccd8", "#5fd39a", "#8db8ff",
                                                         "#ff9c98"};

static const char STYLE[] =
    ":root{color-scheme:light dark;--ground:#f3f4f6;--card:#fff;--text:#16191f;--soft:#5a6472;"
    "--line:#e3e6ea}"
    "@media(prefers-color-scheme:dark){:root{--ground:#0e1013;--card:#1b1e23;--text:#f0f2f5;"
    "--soft:#a7b0bc;--line:#31363e;--accent:var(--light)}}"
    "*{box-sizing:border-box}html{-webkit-text-size-adjust:100%;text-size-adjust:100%}"
    "body{margin:0;background:var(--ground);color:var(--text);"
    "font:1.0625rem/1.5 system-ui,'PingFang SC','Noto Sans CJK SC',sans-serif}"
    "main{max-width:26rem;min-height:100vh;min-height:100dvh;margin:0 auto;display:flex;"
    "flex-direction:column;padding:calc(.9rem + env(safe-area-inset-top)) 1.1rem "
    "calc(1rem + env(safe-area-inset-bottom))}"
    "header{display:flex;justify-content:center;align-items:center;gap:.5rem;min-height:2.75rem}"
    "header b{font-weight:600}header span{font-size:.95rem;padding:0 .5rem;border-radius:.3rem;"
    "border:1px solid var(--soft);color:var(--soft)}"
    ".sheet{background:var(--card);border-radius:.9rem;padding:1.4rem 1.2rem;text-align:center}"
    "h1{font-size:1.1rem;font-weight:500;margin:0;overflow-wrap:anywhere}"
    ".to{margin:0;color:var(--soft)}.sum{font-size:clamp(2.4rem,13vw,3.2rem);line-height:1.25;"
    "font-weight:600;margin:.3rem 0 .8rem;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}"
    ".state{margin:0 0 .6rem;font-weight:600;font-size:1.2rem;color:var(--accent)}"
    "dl{display:grid;grid-template-columns:auto 1fr;gap:.45rem 1rem;margin:0;padding-top:.8rem;"
    "border-top:1px solid var(--line);text-align:left}dt{color:var(--soft);white-space:nowrap}"
    "dd{margin:0;text-align:right;overflow-wrap:anywhere}"
    ".act{margin-top:auto;padding-top:1.2rem}form{margin:0 0 .6rem}"
    "button,a{display:block;width:100%;min-height:3.1rem;padding:.65rem 1rem;border-radius:.55rem;"
    "font:inherit;font-size:1.15rem;text-align:center;text-decoration:none;border:0;cursor:pointer;"
    "touch-action:manipulation}"
    ".go{background:var(--fill);color:#fff;font-weight:600}.go:active{filter:brightness(.85)}"
    ".no{background:none;color:var(--text);border:1px solid var(--soft)}"
    "button:focus-visible,a:focus-visible{outline:3px solid var(--accent);outline-offset:2px}"
    ".note{margin:.3rem 0 0;text-align:center;color:var(--soft);font-size:.95rem}";

struct page {
    struct html html;
    char text[PAGE_MAX];
    char nonce[NONCE_MAX];
    const struct words *words;
};

static const struct words *words_for(const struct http_call *call)
{
    static const char *const languages[LANGUAGE_MAX] = {[LANGUAGE_ZH] = "zh", [LANGUAGE_EN] = "en"};

    return &WORDS[http_call_language(call, languages, LANGUAGE_MAX)];
}

/* refresh_s: the page looks again by itself; 0: never. */
static void begin_page(struct page *page, const struct words *words, enum channel channel,
                       long long refresh_s)
{
    page->html = html_begin(page->text, sizeof(page->text));
    page->words = words;
    random_hex(page->nonce, (NONCE_MAX - 1) / 2);
    html_add(
        &page->html,
        "<!doctype html><html lang=\"%s\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width,initial-scale=1,viewport-fit=cover\"><link rel=\"icon\" "
        "href=\"data:,\"><title>%s</title>",
        words->lang, words->wallets[channel]);
    if (refresh_s > 0) {
        html_add(&page->html, "<meta http-equiv=\"refresh\" content=\"%lld\">", refresh_s);
    }
    html_add(
        &page->html,
        "<style nonce=\"%s\">:root{--fill:%s;--accent:%s;--light:%s}%s</style></head><body><main>"
        "<header><b>%s</b><span>%s</span></header>",
        page->nonce, ACCENTS[channel], ACCENTS[channel], LIGHT_ACCENTS[channel], STYLE,
        words->wallets[channel], words->sandbox);
}

static void end_page(struct page *page, int status, struct http_answer *answer)
{
    char policy[POLICY_MAX];

    /* A browser that comes back may show what it kept: then the truth is asked for. */
    html_add(&page->html,
             "<p class=\"note\">%s</p></main><script nonce=\"%s\">addEventListener('pageshow',"
             "function(e){if(e.persisted)location.reload()})</script></body></html>",
             page->words->sandbox_note, page->nonce);
    http_answer_set(answer, status, "text/html; charset=utf-8", page->html.text, page->html.used);
    snprintf(policy, sizeof(policy),
             "default-src 'none'; script-src 'nonce-%s'; style-src 'nonce-%s'; img-src data:; "
             "form-action 'self' http: https:; frame-ancestors 'none'; base-uri 'none'",
             page->nonce, page->nonce);
    http_answer_header(answer, "Cache-Control", "no-store");
    http_answer_header(answer, "Referrer-Policy", "no-referrer");
    http_answer_header(answer, "X-Content-Type-Options", "nosniff");
    http_answer_header(answer, "Content-Security-Policy", policy);
}

static void add_sheet(struct page *page, const struct trade *trade)
{
    const struct words *words = page->words;
    char amount[MONEY_TEXT_MAX];
    struct civil at = instant_to_beijing(trade->expire_at_ms);

    html_add(&page->html, "<section class=\"sheet\" role=\"status\">");
    if (trade->state != TRADE_NOTPAY) {
        html_add(&page->html, "<p class=\"state\">%s</p>", words->states[trade->state]);
    }
    html_add(&page->html, "<p class=\"to\">%s</p><h1>", words->pay_to);
    html_add_escaped(&page->html, trade->payee);
    html_add(&page->html, "</h1><p class=\"sum\">￥%s</p><dl><dt>%s</dt><dd>",
             money_format(trade->amount_fen, amount), words->subject);
    html_add_escaped(&page->html, trade->subject);
    if (trade->state == TRADE_NOTPAY) {
        html_add(&page->html, "</dd><dt>%s</dt><dd>%02d:%02d:%02d", words->until, at.hour,
                 at.minute, at.second);
    }
    html_add(&page->html, "</dd></dl></section><div class=\"act\">");
}

static void write_page(const struct trade *trade, const struct words *words,
                       struct http_answer *answer)
{
    struct page page;
    int64_t left_ms = trade->expire_at_ms - clock_wall_ms();
    long long refresh_s = trade->state == TRADE_PAYING ? REFRESH_S : 0;

    if (trade->state == TRADE_NOTPAY && left_ms > 0) {
        refresh_s = left_ms / 1000 + 1;
    }
    begin_page(&page, words, trade->channel, refresh_s);
    add_sheet(&page, trade);
    if (trade->state == TRADE_NOTPAY) {
        html_add(
            &page.html,
            "<form method=\"post\" action=\"/cashier/%s/confirm\"><button id=\"confirm\" "
            "class=\"go\">%s</button></form><form method=\"post\" action=\"/cashier/%s/decline\">"
            "<button id=\"decline\" class=\"no\">%s</button></form>",
            trade->cashier_id, words->confirm, trade->cashier_id, words->decline);
    } else if (trade->return_url[0] != '\0') {
        html_add(&page.html, "<a id=\"back\" class=\"no\" href=\"");
        html_add_escaped(&page.html, trade->return_url);
        html_add(&page.html, "\">%s</a>", words->back);
    }
    html_add(&page.html, "</div>");
    end_page(&page, 200, answer);
}

static void write_nothing(const struct http_call *call, int status, struct http_answer *answer)
{
    struct page page;
    const struct words *words = words_for(call);
    bool down = status == 503;

    begin_page(&page, words, CHANNEL_NONE, 0);
    html_add(&page.html,
             "<section class=\"sheet\"><h1 class=\"state\">%s</h1><p class=\"to\">%s</p></section>",
             down ? words->down : words->unknown, down ? words->down_hint : words->unknown_hint);
    end_page(&page, status, answer);
}

/* Loads the trade of the page, with the lock held and a transaction begun when it is found. */
static bool open_trade(struct sandbox *sandbox, const struct http_call *call, struct trade *trade,
                       struct http_answer *answer)
{
    pthread_mutex_lock(&sandbox->lock);
    if (sandbox->faults.down) {
        pthread_mutex_unlock(&sandbox->lock);
        write_nothing(call, 503, answer);
        return false;
    }
    books_begin(sandbox->books);
    if (books_trade(sandbox->books, TRADE_BY_CASHIER, http_call_param(call, "id"), trade) !=
        STATUS_OK) {
        books_commit(sandbox->books);
        pthread_mutex_unlock(&sandbox->lock);
        write_nothing(call, 404, answer);
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
