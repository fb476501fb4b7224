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
    WORD_COUNT
};

static const char *const WORDS[PAGE_LANGUAGES][WORD_COUNT] = {
    {"zh-CN", "电费缴纳", "收款方", "用户编号尾号", "订单号", "确认支付", "继续支付",
     "未找到该订单", "请核对二维码，或在自助终端上重新操作。", "English"},
    {"en", "Electricity payment", "Payee", "Account ending in", "Order", "Pay", "Continue to pay",
     "Order not found", "Check the QR code, or start again at the kiosk.", "中文"},
};

static const char *const STATES[PAGE_LANGUAGES][ORDER_STATE_COUNT] = {
    {"待支付", "支付确认中", "正在关闭", "支付成功", "订单已关闭"},
    {"Waiting for payment", "Confirming the payment", "Being closed", "Paid", "Order closed"},
};

static const char *const STATEMENTS[PAGE_LANGUAGES][STATEMENT_COUNT] = {
    {"没有扣款", "正在确认扣款，请勿重复支付", "已扣款，入账中", "已扣款，已入账",
     "若手机显示已扣款，将自动退回"},
    {"Nothing was taken", "Confirming the payment. Please do not pay again",
     "Taken; being credited", "Taken and credited",
     "If your phone shows a payment, it will be returned automatically"},
};

static const char *const WALLETS[PAGE_LANGUAGES][CHANNEL_COUNT] = {
    {"", "微信支付", "支付宝", "云闪付"},
    {"", "WeChat Pay", "Alipay", "UnionPay"},
};

static const char STYLE[] =
    "body{margin:0;font:17px/1.5 -apple-system,'PingFang SC','Noto Sans CJK SC',sans-serif;"
    "background:#f4f6f8;color:#17212b}main{max-width:26rem;margin:0 auto;padding:1.5rem}"
    "section{background:#fff;border-radius:14px;padding:1.25rem 1.25rem .75rem}"
    "h1{font-size:1rem;font-weight:500;margin:0;color:#44525f}"
    ".sum{font-size:2.5rem;font-weight:600;margin:.25rem 0 1rem}"
    "dl{display:grid;grid-template-columns:auto 1fr;gap:.4rem 1rem;margin:0 0 1rem}"
    "dt{color:#5b6873}dd{margin:0;text-align:right;overflow-wrap:anywhere}"
    ".state{font-weight:600;margin:1rem 0 0}.say{margin:.1rem 0 1rem}"
    "button{width:100%;min-height:3.25rem;border:0;border-radius:12px;background:#00696b;"
    "color:#fff;font:inherit;font-weight:600;margin-top:.75rem}"
    "a{color:#00696b;display:inline-block;padding:.75rem 0}";

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
    for (int i = CHANNEL_WECHAT; i < CHANNEL_COUNT; i++) {
        if (wallet == CHANNEL_NONE) {
            add_button(page, facts->token, (enum channel)i, query, WALLETS[language][i]);
        } else if (wallet == (enum channel)i) {
            snprintf(label, sizeof(label), "%s ￥%s", WORDS[language][WORD_PAY], amount);
            add_button(page, facts->token, wallet, query, label);
        }
    }
}

static void add_order(struct page *page, enum page_language language, enum channel wallet,
                      const struct order_facts *facts)
{
    const char *const *words = WORDS[language];
    const struct order *order = &facts->order;
    char amount[MONEY_TEXT_MAX];
    char tail[8];
    money_format(order->amount_fen, amount);
    add(page, "<section><h1>%s</h1><p class=\"sum\">￥%s</p><dl><dt>%s</dt><dd>", words[WORD_TITLE],
        amount, words[WORD_PAYEE]);
    add_escaped(page, order->payee);
    add(page, "</dd><dt>%s</dt><dd>%s</dd><dt>%s</dt><dd>%s</dd></dl></section>",
        words[WORD_ACCOUNT], mask_account_tail(order->account_no, tail, sizeof(tail)),
        words[WORD_ORDER], order->order_no);
    add(page, "<p class=\"state\" id=\"state\" data-state=\"%d\">%s</p>", (int)order->state,
        STATES[language][order->state]);
    /* "Nothing was taken" goes without saying before the first try. */
    if (order->state != ORDER_OPEN || order->attempt_count > 0) {
        add(page, "<p class=\"say\" id=\"statement\" data-statement=\"%s\">%s</p>",
            statement_name(order->statement), STATEMENTS[language][order->statement]);
    }
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
    add(&page, "<style>%s</style></head><body><main>", STYLE);
    if (facts == NULL) {
        add(&page, "<section><h1>%s</h1><p>%s</p></section>", words[WORD_UNKNOWN],
            words[WORD_UNKNOWN_HINT]);
    } else {
        add_order(&page, language, wallet, facts);
    }
    add(&page, "<a href=\"?lang=%s\">%s</a></main></body></html>",
        language == PAGE_EN ? "zh" : "en", words[WORD_OTHER]);
}
