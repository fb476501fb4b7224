#include "billing/api/page_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/mask.h"
#include "common/money.h"

#define REFRESH_S 3 /* while the outcome is open the page looks again by itself */

enum word {
    WORD_LANG = 0,
    WORD_TITLE,
    WORD_PAYEE,
    WORD_ACCOUNT,
    WORD_ORDER,
    WORD_PAY,
    WORD_CONTINUE,
    WORD_UNKNOWN,
    WORD_UNKNOWN_HINT,
    WORD_OTHER,
    WORD_BRAND,
    WORD_CHOOSE,
    WORD_COUNT
};

static const char *const WORDS[PAGE_LANGUAGES][WORD_COUNT] = {
    {"zh-CN", "电费", "收款方", "户号尾号", "订单号", "确认付款", "继续付款", "没有找到这笔订单",
     "请重新扫终端屏幕上的码，或在终端上重新操作。", "English", "电力自助服务", "请选择付款方式"},
    {"en", "Electricity payment", "Payee", "Account, last 4", "Order", "Pay", "Continue to pay",
     "Order not found", "Scan the code on the kiosk's screen again, or start again there.", "中文",
     "Electricity Kiosk", "Choose how to pay"},
};

static const char *const STATES[PAGE_LANGUAGES][ORDER_STATE_COUNT] = {
    {"请核对后付款", "正在确认付款", "正在结束这笔订单", "付款成功", "订单已结束"},
    {"Please check, then pay", "Confirming the payment", "Ending this order", "Paid",
     "This order has ended"},
};

/* What to do now. */
static const char *const NEXT[PAGE_LANGUAGES][ORDER_STATE_COUNT] = {
    {"金额和收款方与终端屏幕上一致，再付款。", "付完款请稍等，本页和终端屏幕都会自动更新。",
     "请稍等，本页会自动更新。", "可以关闭本页，回到终端前取凭证。",
     "还要交费，请在终端上重新操作。"},
    {"Pay only if amount and payee are those on the kiosk's screen.",
     "After paying please wait: this page and the kiosk's screen go on by themselves.",
     "Please wait: this page goes on by itself.",
     "You can close this page. Your receipt is at the kiosk.",
     "To pay, please start again at the kiosk."},
};

/* The hero's colours: asking, moving, moving, done, ended. */
static const char *const TONES[ORDER_STATE_COUNT] = {"ask", "move", "move", "done", "end"};

/* One drawing a state, of the family of the kiosk's icons. */
static const char *const SIGNS[ORDER_STATE_COUNT] = {
    ("M4 7.5h13.5a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2zM4 7.5a2 2 0 0 1 2-2h10"
     "M19.5 12h-4v3h4"),
    "M7 4h10M7 20h10M8 4c0 5 3 6 4 8-1 2-4 3-4 8M16 4c0 5-3 6-4 8 1 2 4 3 4 8",
    "M7 4h10M7 20h10M8 4c0 5 3 6 4 8-1 2-4 3-4 8M16 4c0 5-3 6-4 8 1 2 4 3 4 8",
    "M5 12.5l5 5L19.5 7",
    "M12 11v6M12 7.5v.1M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18z",
};

static const char *const STATEMENTS[PAGE_LANGUAGES][STATEMENT_COUNT] = {
    {"没有扣款", "正在确认扣款，请勿重复支付", "已扣款，入账中", "已扣款，已入账",
     "若手机显示已扣款，将自动退回"},
    {"No money was taken", "Confirming the payment. Please do not pay again",
     "Paid; being credited", "Paid and credited",
     "If your phone shows a payment, it will be returned automatically"},
};

static const char *const WALLETS[PAGE_LANGUAGES][CHANNEL_COUNT] = {
    {"", "微信支付", "支付宝", "云闪付"},
    {"", "WeChat Pay", "Alipay", "UnionPay"},
};

static const char STYLE[] =
    "body{margin:0;font:19px/1.5 -apple-system,'PingFang SC','Noto Sans CJK SC',sans-serif;"
    "background:#eef3f1;color:#0c211d}main{max-width:28rem;margin:0 auto;padding:1.1rem}"
    "header{display:flex;align-items:center;gap:.7rem;font-weight:700;font-size:1.15rem;"
    "margin:0 .2rem 1rem}header b{flex:1}header svg{width:30px;height:30px;padding:6px;"
    "border-radius:13px;background:#00705a;fill:#fff}"
    "header a{font-weight:400;font-size:1rem;padding:.55rem .9rem;border-radius:2rem;"
    "background:#fff;border:2px solid #648a81;color:#0c211d;text-decoration:none}"
    "section{background:#fff;border-radius:22px;padding:1.3rem;margin-bottom:1rem;"
    "box-shadow:0 6px 22px #06312a1a}"
    ".hero svg{width:34px;height:34px;padding:13px;border-radius:50%;fill:none;stroke-width:2;"
    "stroke-linecap:round;stroke-linejoin:round}"
    "h1{font-size:1.75rem;line-height:1.25;margin:.7rem 0 "
    "0;text-wrap:balance}.say{font-size:1.2rem;margin:.25rem 0 "
    "0}.next{margin:.7rem 0 0;text-wrap:pretty}dt{white-space:nowrap}"
    ".ask{display:grid;grid-template-columns:auto 1fr;column-gap:1rem;align-items:center}"
    ".ask svg{background:#ddf2ea;stroke:#00705a;grid-row:1/3}.ask h1{margin:0}"
    ".ask .say{margin:0}.ask .next{grid-column:1/3}"
    "dd.no{font-size:.9rem;white-space:nowrap;align-self:center}"
    ".move{background:#fff3d9;color:#4f3100}.move svg{background:#ffc65c;stroke:#2b1800}"
    ".done{background:linear-gradient(150deg,#063c34,#0b7763);color:#fff}"
    ".done svg{background:#fff;stroke:#00705a}"
    ".end svg{background:#e2ecfa;stroke:#1b56a8}"
    ".label{color:#47605a;margin:0}.sum{font-size:3rem;line-height:1.2;font-weight:700;"
    "color:#00705a;margin:0 0 .8rem;font-variant-numeric:tabular-nums}"
    "dl{display:grid;grid-template-columns:auto 1fr;gap:.5rem 1rem;margin:0;border-top:1px solid "
    "#d5e0dc;padding-top:.9rem}dt{color:#47605a}dd{margin:0;text-align:right;"
    "overflow-wrap:anywhere}"
    "button{width:100%;min-height:4rem;border:0;border-radius:20px;color:#fff;font:inherit;"
    "font-size:1.3rem;font-weight:700;margin-bottom:.75rem;"
    "background:linear-gradient(#00806a,#006450);box-shadow:0 6px 16px #06312a33}"
    "button:active{background:#064e43;box-shadow:none}"
    "button:focus-visible,a:focus-visible{outline:4px solid #ffa62b;outline-offset:2px}"
    ".how{font-weight:700;margin:.2rem .3rem .7rem}";

struct page {
    char *html;
    size_t used;
};

static void add(struct page *page, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct page *page, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(page->html + page->used, PAGE_HTML_MAX - page->used, format, arguments);
    va_end(arguments);
    CHECK(length >= 0 && (size_t)length < PAGE_HTML_MAX - page->used);
    page->used += (size_t)length;
}

/* Text from the store: the payee's name may hold anything. */
static void add_escaped(struct page *page, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '&': add(page, "&amp;"); break;
        case '<': add(page, "&lt;"); break;
        case '>': add(page, "&gt;"); break;
        case '"': add(page, "&quot;"); break;
        case '\'': add(page, "&#39;"); break;
        default: add(page, "%c", *text);
        }
    }
}

static void add_button(struct page *page, const char *token, enum channel channel,
                       const char *query, const char *label)
{
    add(page, "<form method=\"post\" action=\"/p/%s/pay%s\">", token, query);
    add(page, "<input type=\"hidden\" name=\"channel\" value=\"%s\">", channel_name(channel));
    add(page, "<button id=\"pay-%s\">%s</button></form>", channel_name(channel), label);
}

static void add_buttons(struct page *page, enum page_language language, enum channel wallet,
                        const struct order_facts *facts, const char *amount)
{
    const struct order *order = &facts->order;
    const char *query = language == PAGE_EN ? "?lang=en" : "";
    char label[96];
    if (order->state == ORDER_PAYING && order->by_phone && facts->cashier_url[0] != '\0') {
        add_button(page, facts->token, order->channel, query, WORDS[language][WORD_CONTINUE]);
    }
    if (order->state != ORDER_OPEN) {
        return;
    }
    if (wallet == CHANNEL_NONE) {
        add(page, "<p class=\"how\">%s</p>", WORDS[language][WORD_CHOOSE]);
    }
    for (int i = CHANNEL_WECHAT; i < CHANNEL_COUNT; i++) {
        if (wallet == CHANNEL_NONE) {
            add_button(page, facts->token, (enum channel)i, query, WALLETS[language][i]);
        } else if (wallet == (enum channel)i) {
            snprintf(label, sizeof(label), "%s ¥%s", WORDS[language][WORD_PAY], amount);
            add_button(page, facts->token, wallet, query, label);
        }
    }
}

/* What became of the money stands first; before the first try there is only the asking. */
static void add_hero(struct page *page, enum page_language language, const struct order *order)
{
    bool tried = order->state != ORDER_OPEN || order->attempt_count > 0;
    const char *state = STATES[language][order->state];

    add(page,
        "<section class=\"hero %s\"><svg viewBox=\"0 0 24 24\" aria-hidden=\"true\">"
        "<path d=\"%s\"/></svg>",
        TONES[order->state], SIGNS[order->state]);
    if (tried) {
        add(page, "<h1 id=\"statement\" data-statement=\"%s\">%s</h1>",
            statement_name(order->statement), STATEMENTS[language][order->statement]);
    }
    add(page, "<%s id=\"state\" data-state=\"%d\">%s</%s><p class=\"next\">%s</p></section>",
        tried ? "p class=\"say\"" : "h1", (int)order->state, state, tried ? "p" : "h1",
        NEXT[language][order->state]);
}

static void add_order(struct page *page, enum page_language language, enum channel wallet,
                      const struct order_facts *facts)
{
    const char *const *words = WORDS[language];
    const struct order *order = &facts->order;
    char amount[MONEY_TEXT_MAX];
    char tail[8];
    money_format(order->amount_fen, amount);
    add_hero(page, language, order);
    add(page,
        "<section><p class=\"label\">%s</p><p class=\"sum\">¥%s</p><dl><dt>%s</dt>"
        "<dd>",
        words[WORD_TITLE], amount, words[WORD_PAYEE]);
    add_escaped(page, order->payee);
    add(page, "</dd><dt>%s</dt><dd>%s</dd><dt>%s</dt><dd class=\"no\">%s</dd></dl></section>",
        words[WORD_ACCOUNT], mask_account_tail(order->account_no, tail, sizeof(tail)),
        words[WORD_ORDER], order->order_no);
    add_buttons(page, language, wallet, facts, amount);
}

void page_compose(enum page_language language, enum channel wallet, const struct order_facts *facts,
                  char html[PAGE_HTML_MAX])
{
    struct page page = {.html = html};
    const char *const *words = WORDS[language];
    bool moving = facts != NULL &&
                  (facts->order.state == ORDER_PAYING || facts->order.state == ORDER_CLOSING);
    html[0] = '\0';
    add(&page,
        "<!doctype html><html lang=\"%s\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
        "<meta name=\"robots\" content=\"noindex\"><title>%s</title>",
        words[WORD_LANG], words[WORD_TITLE]);
    if (moving) {
        add(&page, "<meta http-equiv=\"refresh\" content=\"%d\">", REFRESH_S);
    }
    add(&page,
        "<style>%s</style></head><body><main><header><svg viewBox=\"0 0 24 24\" "
        "aria-hidden=\"true\"><path d=\"M13 2L4 14h6l-1 8 9-12h-6z\"/></svg><b>%s</b>"
        "<a href=\"?lang=%s\">%s</a></header>",
        STYLE, words[WORD_BRAND], language == PAGE_EN ? "zh" : "en", words[WORD_OTHER]);
    if (facts == NULL) {
        add(&page, "<section><h1>%s</h1><p class=\"next\">%s</p></section>", words[WORD_UNKNOWN],
            words[WORD_UNKNOWN_HINT]);
    } else {
        add_order(&page, language, wallet, facts);
    }
    add(&page, "</main></body></html>");
}
