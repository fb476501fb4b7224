#include "billing/api/page_text.h"

#include <stdio.h>
#include <string.h>

#include "billing/api/page_words.h"
#include "common/mask.h"
#include "common/money.h"
#include "http/html.h"

#define ASK_LOOK_MS  3000 /* somebody else may pay, or leave, at the kiosk */
#define MOVE_LOOK_MS 1500
#define REFRESH_S    3 /* without a script, while the outcome is open */
#define CLOCK_MAX    16

/* How a scene looks, and how soon the page looks again; 0: this is the end. */
static const struct {
    const char *tone, *sign;
    int look_ms;
} SCENES[SCENE_COUNT] = {
#define SIGN_WAIT "M7 4h10M7 20h10M8 4c0 5 3 6 4 8-1 2-4 3-4 8M16 4c0 5-3 6-4 8 1 2 4 3 4 8"
#define SIGN_DONE "M5 12.5l5 5L19.5 7"
#define SIGN_NOTE "M12 11v6M12 7.5v.1M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18z"
    [SCENE_ASK] = {"ask", SIGN_NOTE, ASK_LOOK_MS},
    [SCENE_AGAIN] = {"again", SIGN_NOTE, ASK_LOOK_MS},
    [SCENE_OPENING] = {"move", SIGN_WAIT, MOVE_LOOK_MS},
    [SCENE_AT_WALLET] = {"move", SIGN_WAIT, MOVE_LOOK_MS},
    [SCENE_ELSEWHERE] = {"move", SIGN_WAIT, MOVE_LOOK_MS},
    [SCENE_CONFIRMING] = {"move", SIGN_WAIT, MOVE_LOOK_MS},
    [SCENE_ENDING] = {"move", SIGN_WAIT, MOVE_LOOK_MS},
    [SCENE_CREDITING] = {"done", SIGN_DONE, MOVE_LOOK_MS},
    [SCENE_PAID] = {"done", SIGN_DONE, 0},
    [SCENE_ENDED] = {"end", SIGN_NOTE, 0},
    [SCENE_UNKNOWN] = {"end", SIGN_NOTE, 0},
    [SCENE_BUSY] = {"move", SIGN_WAIT, ASK_LOOK_MS},
};

struct page {
    struct html html;
    const struct page_look *look;
    const struct order_facts *facts; /* NULL: none */
    const char *const *words;
    enum scene scene;
};

/* -- which scene ------------------------------------------------------------------------- */

/* A phone's attempt whose page at the provider is open. */
static bool at_wallet(const struct order_facts *facts)
{
    return facts->order.state == ORDER_PAYING && facts->order.by_phone &&
           facts->cashier_url[0] != '\0';
}

bool page_may_continue(const struct page_look *look, const struct order_facts *facts)
{
    return at_wallet(facts) &&
           (look->wallet == CHANNEL_NONE || look->wallet == facts->order.channel);
}

static enum scene scene_paying(const struct page_look *look, const struct order_facts *facts)
{
    if (!facts->order.by_phone) {
        return SCENE_CONFIRMING;
    }
    if (!at_wallet(facts)) {
        return SCENE_OPENING;
    }
    return page_may_continue(look, facts) ? SCENE_AT_WALLET : SCENE_ELSEWHERE;
}

static enum scene scene_of(const struct page_look *look, const struct order_facts *facts)
{
    if (facts == NULL) {
        return look->busy ? SCENE_BUSY : SCENE_UNKNOWN;
    }
    switch (facts->order.state) {
    case ORDER_OPEN: return facts->order.attempt_count > 0 ? SCENE_AGAIN : SCENE_ASK;
    case ORDER_PAYING: return scene_paying(look, facts);
    case ORDER_CLOSING: return SCENE_ENDING;
    case ORDER_PAID:
        return facts->order.statement == STATEMENT_TAKEN_CREDITED ? SCENE_PAID : SCENE_CREDITING;
    case ORDER_CLOSED:
    case ORDER_STATE_COUNT: break;
    }
    return SCENE_ENDED;
}

/* Milliseconds until the order is over, where that matters to who looks; else 0. */
static int64_t left_ms(const struct page *page)
{
    enum scene scene = page->scene;
    bool matters = scene == SCENE_ASK || scene == SCENE_AGAIN || scene == SCENE_AT_WALLET;
    int64_t left = matters ? page->facts->order.expires_at_ms - page->look->now_ms : 0;
    return left > 0 ? left : 0;
}

/* -- its parts --------------------------------------------------------------------------- */

/* What became of the money stands first; before the first try there is only the asking. */
static void add_news(struct page *page)
{
    enum page_language language = page->look->language;
    const char *scene = PAGE_SCENES[language][page->scene];
    bool tried = page->facts != NULL && page->scene != SCENE_ASK;
    bool turns = SCENES[page->scene].sign == SCENES[SCENE_OPENING].sign;
    html_add(&page->html, "<section id=\"news\" role=\"status\" class=\"%s\">",
             SCENES[page->scene].tone);
    html_add(
        &page->html,
        "<svg class=\"mark\" viewBox=\"0 0 24 24\" aria-hidden=\"true\"><path%s d=\"%s\"/></svg>",
        turns ? " class=\"turn\"" : "", SCENES[page->scene].sign);
    if (tried) {
        enum statement statement = page->facts->order.statement;
        html_add(&page->html,
                 "<h1 id=\"statement\" data-statement=\"%s\">%s</h1><p class=\"say\">%s</p>",
                 statement_name(statement), PAGE_STATEMENTS[language][statement], scene);
    } else {
        html_add(&page->html, "<h1>%s</h1>", scene);
    }
    html_add(&page->html, "<p class=\"next\">%s</p></section>", PAGE_NEXT[language][page->scene]);
}

/* Until when, as a time of day: true without a script, which makes "time left" of it. */
static void add_left(struct page *page)
{
    const char *const *words = page->words;
    struct civil at = instant_to_beijing(page->facts->order.expires_at_ms);
    if (left_ms(page) == 0) {
        return;
    }
    html_add(&page->html,
             "<span class=\"left\" id=\"left\" data-words=\"%s\">%s<b>%02d:%02d:%02d</b>%s</span>",
             words[WORD_LEFT], words[WORD_BEFORE], at.hour, at.minute, at.second,
             words[WORD_BEFORE_END]);
}

static void add_sale(struct page *page)
{
    const char *const *words = page->words;
    const struct order *order = &page->facts->order;
    char amount[MONEY_TEXT_MAX];
    char tail[8];
    html_add(&page->html, "<section><p class=\"over\"><span>%s</span>", words[WORD_SUBJECT]);
    add_left(page);
    html_add(&page->html, "</p><p class=\"sum\">¥%s</p><dl><dt>%s</dt><dd>",
             money_format(order->amount_fen, amount), words[WORD_PAYEE]);
    html_add_escaped(&page->html, order->payee);
    html_add(&page->html, "</dd><dt>%s</dt><dd>%s</dd></dl></section>", words[WORD_ACCOUNT],
             mask_account_tail(order->account_no, tail, sizeof(tail)));
}

static void add_button(struct page *page, enum channel channel, const char *label,
                       const char *amount)
{
    const char *name = channel_name(channel);
    html_add(&page->html,
             "<form method=\"post\" action=\"/p/%s/pay\"><input type=\"hidden\" name=\"channel\" "
             "value=\"%s\"><button id=\"pay-%s\" class=\"%s\">%s%s%s</button></form>",
             page->facts->token, name, name, name, label, amount[0] != '\0' ? " ¥" : "", amount);
}

static void add_buttons(struct page *page)
{
    const struct page_look *look = page->look;
    const struct order *order = &page->facts->order;
    char amount[MONEY_TEXT_MAX];
    if (page->scene == SCENE_AT_WALLET) {
        add_button(page, order->channel, page->words[WORD_CONTINUE], "");
        html_add(&page->html, "<p class=\"note\">%s</p>", page->words[WORD_CONTINUE_NOTE]);
    } else if (order->state == ORDER_OPEN && look->wallet != CHANNEL_NONE) {
        add_button(page, look->wallet, page->words[WORD_PAY],
                   money_format(order->amount_fen, amount));
    } else if (order->state == ORDER_OPEN) {
        html_add(&page->html, "<div class=\"choice\"><p class=\"how\">%s</p>",
                 page->words[WORD_CHOOSE]);
        for (int i = CHANNEL_WECHAT; i < CHANNEL_COUNT; i++) {
            add_button(page, (enum channel)i, PAGE_WALLETS[look->language][i], "");
        }
        html_add(&page->html, "</div>");
    }
}

/* Without a script the page refreshes while something moves, and just when the time is over. */
static void add_refresh(struct page *page)
{
    int64_t left = left_ms(page);
    bool waits = page->scene == SCENE_ASK || page->scene == SCENE_AGAIN;
    if (SCENES[page->scene].look_ms > 0) {
        html_add(&page->html, "<noscript><meta http-equiv=\"refresh\" content=\"%lld\"></noscript>",
                 waits ? (long long)(left / 1000 + 1) : (long long)REFRESH_S);
    }
}

static void add_head(struct page *page)
{
    const struct page_look *look = page->look;
    const char *const *words = page->words;
    html_add(
        &page->html,
        "<!doctype html><html lang=\"%s\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1,viewport-fit=cover\">"
        "<meta name=\"robots\" content=\"noindex\"><meta name=\"format-detection\" "
        "content=\"telephone=no\"><link rel=\"icon\" href=\"data:,\"><title>%s - %s</title>",
        words[WORD_LANG], PAGE_SCENES[look->language][page->scene], words[WORD_BRAND]);
    add_refresh(page);
    html_add(&page->html, "<style nonce=\"%s\">%s</style></head>", look->nonce, PAGE_STYLE);
}

void page_compose(const struct page_look *look, const struct order_facts *facts,
                  char html[PAGE_HTML_MAX])
{
    struct page page = {.html = html_begin(html, PAGE_HTML_MAX),
                        .look = look,
                        .facts = facts,
                        .words = PAGE_WORDS[look->language],
                        .scene = scene_of(look, facts)};
    const char *const *words = page.words;
    add_head(&page);
    html_add(
        &page.html,
        "<body><main id=\"page\" data-key=\"%d-%d\" data-look=\"%d\" data-left=\"%lld\" "
        "data-title=\"%s - %s\"><header>"
        "<svg viewBox=\"0 0 24 24\" aria-hidden=\"true\"><path d=\"M13 2L4 14h6l-1 8 9-12h-6z\"/>"
        "</svg><b>%s</b><a href=\"?lang=%s\" lang=\"%s\">%s</a></header>",
        (int)page.scene, facts != NULL ? (int)facts->order.statement : -1,
        SCENES[page.scene].look_ms, (long long)left_ms(&page),
        PAGE_SCENES[look->language][page.scene], words[WORD_BRAND], words[WORD_BRAND],
        words[WORD_OTHER_QUERY], words[WORD_OTHER_QUERY], words[WORD_OTHER]);
    add_news(&page);
    html_add(&page.html, "<div id=\"rest\">");
    if (facts != NULL) {
        add_sale(&page);
        add_buttons(&page);
    }
    html_add(
        &page.html,
        "</div><p id=\"lost\" role=\"alert\" hidden>%s</p></main><script nonce=\"%s\">%s</script>"
        "</body></html>",
        words[WORD_LOST], look->nonce, PAGE_SCRIPT);
}
