#include <stdio.h>

#include "kiosk/screens/panel.h"

/* Amount and account stay visible until the money has moved. */
void page_bill(struct ui *ui, const struct view *view, struct ui_rect rect)
{
    const struct ui_theme *theme = ui_theme(ui);
    char money[PAGE_MONEY], grouped[48], account[128];
    int x = rect.x + 40, width = rect.w - 80, half = width * 40 / 100, row = (rect.h - 32) / 2;
    int64_t amount_fen = view->order.amount_fen > 0 ? view->order.amount_fen : view->amount_fen;

    page_group(view->account.account_no, 4, grouped, sizeof(grouped));
    snprintf(account, sizeof(account), "%s %s", ui_words(ui, "Account no."), grouped);
    ui_card(ui, rect, UI_RADIUS_CARD);
    ui_label(ui, "pay.label", (struct ui_rect){x, rect.y + 12, half, row - 10},
             page_type(UI_BODY, true, theme->ink2, UI_LEFT), ui_words(ui, "To pay"));
    ui_label(ui, "pay.amount", (struct ui_rect){x, rect.y + 8 + row - 16, half, row + 24},
             page_type(ui_portrait(ui) ? UI_HERO : UI_HEAD, true, theme->brand, UI_LEFT),
             page_money(amount_fen, money));
    ui_label(ui, "acct.name", (struct ui_rect){x + half + 16, rect.y + 16, width - half - 16, row},
             page_type(UI_TITLE, true, theme->ink, UI_RIGHT), view->account.name_masked);
    ui_label(ui, "acct.number",
             (struct ui_rect){x + half + 16, rect.y + 16 + row, width - half - 16, row},
             page_type(UI_CAPTION, false, theme->ink2, UI_RIGHT), account);
}

struct pay_words {
    const char *icon, *title, *note;
};

static struct pay_words state_words(struct ui *ui, const struct view *view)
{
    if (view->order.password_wanted && !view->qr_shown) {
        return (struct pay_words){"phone", ui_words(ui, "Please type the password on your phone"),
                                  ui_words(ui, "Keep the phone in your hand and wait a few "
                                               "seconds")};
    }
    if (view->order.state == ORDER_PAYING && view->order.by_phone) {
        return (struct pay_words){"phone", ui_words(ui, "Please finish paying on your phone"),
                                  ui_words(ui, "The code on this screen is locked; nobody else "
                                               "can pay with it")};
    }
    if (view->order.state == ORDER_PAYING || !view->qr_shown) {
        return (struct pay_words){"hourglass", ui_words(ui, "The payment is being made"),
                                  ui_words(ui, "Please wait and do not pay a second time")};
    }
    if (!view->scanner_up) {
        return (struct pay_words){"scan", ui_words(ui, "Please use the code on the screen"),
                                  ui_words(ui, "The scanner does not work now")};
    }
    return (struct pay_words){NULL, ui_words(ui, "Hold your payment code to the scanner"),
                              ui_words(ui, "Payment codes of WeChat, Alipay and UnionPay all "
                                           "work")};
}

static void scan_card(struct ui *ui, const struct view *view, struct ui_rect rect)
{
    const struct ui_theme *theme = ui_theme(ui);
    struct pay_words words = state_words(ui, view);
    int art = rect.h - 56 < 360 ? rect.h - 56 : 360;
    struct ui_rect picture = {rect.x + 32, rect.y + (rect.h - art) / 2, art, art};
    struct ui_node_spec node = {
        .id = "pay.state", .role = UI_STATUS, .rect = rect, .text = words.title};
    char spoken[UI_TEXT_MAX];

    snprintf(spoken, sizeof(spoken), "%s. %s", words.title, words.note);
    node.spoken = spoken;
    ui_node_begin(ui, &node);
    ui_card(ui, rect, UI_RADIUS_CARD);
    ui_outline(ui, rect, UI_RADIUS_CARD, 4, theme->brand);
    if (words.icon == NULL && !theme->high_contrast) {
        ui_art(ui, "phone-scan", picture);
    } else {
        int size = art * 5 / 10;
        ui_icon(ui, words.icon == NULL ? "phone" : words.icon, picture.x + (art - size) / 2,
                picture.y + (art - size) / 2, size, theme->brand);
    }
    struct ui_type head =
        page_type(ui_portrait(ui) ? UI_HEAD : UI_TITLE, true, theme->ink, UI_LEFT);
    struct ui_type body = page_type(UI_BODY, false, theme->ink2, UI_LEFT);
    struct ui_rect text = {picture.x + art + 28, rect.y, rect.w - art - 92, rect.h};
    int head_h = ui_paragraph_height(ui, text.w, head, words.title);
    int body_h = ui_paragraph_height(ui, text.w, body, words.note);
    text.y += rect.h - head_h - body_h - 16 > 16 ? (rect.h - head_h - body_h - 16) / 2 : 8;
    text.h = head_h;
    ui_paragraph(ui, text, head, words.title);
    text.y += head_h + 16;
    text.h = rect.y + rect.h - text.y - 4;
    ui_paragraph(ui, text, body, words.note);
    ui_node_end(ui);
}

static void time_left(struct ui *ui, const struct view *view, struct ui_rect rect)
{
    const struct ui_theme *theme = ui_theme(ui);
    char text[64];

    snprintf(text, sizeof(text), ui_words(ui, "%d:%02d left"), view->pay_seconds_left / 60,
             view->pay_seconds_left % 60);
    struct ui_node_spec node = {.id = "pay.time", .role = UI_STATUS, .rect = rect, .text = text};
    ui_node_begin(ui, &node);
    ui_icon(ui, "clock", rect.x, rect.y + (rect.h - 44) / 2, 44, theme->brand);
    ui_text(ui, (struct ui_rect){rect.x + 60, rect.y, rect.w - 60, rect.h},
            page_type(UI_BODY, true, theme->ink, UI_LEFT), text);
    ui_node_end(ui);
}

static void qr_card(struct ui *ui, const struct view *view, struct ui_rect rect)
{
    const struct ui_theme *theme = ui_theme(ui);
    int edge = theme->high_contrast ? 24 : 12; /* the white square stays inside the corners */
    int most = rect.w * 60 / 100, size = rect.h - 2 * edge < most ? rect.h - 2 * edge : most;
    struct ui_rect code = {rect.x + rect.w - size - edge, rect.y + (rect.h - size) / 2, size, size};
    struct ui_rect text = {rect.x + 40, rect.y, code.x - rect.x - 48, 0};
    char payee[PAYEE_MAX_BYTES + 64];
    const char *title = ui_words(ui, "Or scan this with your phone");

    ui_card(ui, rect, UI_RADIUS_CARD);
    struct ui_node_spec node = {.id = "pay.qr",
                                .role = UI_IMAGE,
                                .rect = code,
                                .text = ui_words(ui, "Payment code for your phone")};
    ui_node_begin(ui, &node);
    ui_qr(ui, code, view->order.pay_url);
    ui_node_end(ui);
    struct ui_type head = page_type(UI_TITLE, true, theme->ink, UI_LEFT);
    struct ui_type body = page_type(UI_BODY, false, theme->ink2, UI_LEFT);
    snprintf(payee, sizeof(payee), ui_words(ui, "Your phone will show the payee: %s"),
             view->order.payee);
    int head_h = ui_paragraph_height(ui, text.w, head, title);
    int body_h = ui_paragraph_height(ui, text.w, body, payee);
    int spare = rect.h - head_h - body_h - 76;
    text.y += spare > 16 ? spare / 2 : 8;
    text.h = head_h;
    ui_prose(ui, "pay.how", text, head, title);
    text.y += head_h + 4;
    text.h = body_h < rect.y + rect.h - 76 - text.y ? body_h : rect.y + rect.h - 76 - text.y;
    ui_prose(ui, "pay.payee", text, body, payee);
    text.y += text.h + 8;
    text.h = 64;
    time_left(ui, view, text);
}

/* The phone has the payment now: what is happening, what comes next, and how long it can take. */
static void moving_card(struct ui *ui, const struct view *view, struct ui_rect rect)
{
    const struct ui_theme *theme = ui_theme(ui);
    struct pay_words words = state_words(ui, view);
    struct ui_rect foot = rect;
    struct panel panel = {.id = "pay.state",
                          .art =
                              words.icon != NULL && words.icon[0] == 'h' ? "waiting" : "phone-pay",
                          .icon = words.icon != NULL ? words.icon : "phone",
                          .head = words.title,
                          .body = words.note,
                          .colour = theme->ink,
                          .tint = theme->teal,
                          .framed = true};

    panel_draw(ui, page_take_top(&foot, rect.h - 132 - PAGE_GAP, PAGE_GAP), &panel);
    const char *next = ui_words(ui, "No key to press: the result appears here by itself");
    struct ui_node_spec node = {.id = "pay.next", .role = UI_TEXT, .rect = foot, .text = next};
    ui_node_begin(ui, &node);
    ui_fill(ui, foot, UI_RADIUS_CARD, theme->brand_tint);
    if (theme->high_contrast) {
        ui_outline(ui, foot, UI_RADIUS_CARD, theme->outline_width, theme->outline);
    }
    ui_icon(ui, "receipt", foot.x + 36, foot.y + (foot.h - 64) / 2, 64, theme->brand);
    struct ui_type type = page_type(UI_BODY, true, theme->ink, UI_LEFT);
    struct ui_rect text = {foot.x + 128, foot.y + 4, foot.w - 160, foot.h - 8};
    int high = ui_paragraph_height(ui, text.w, type, next);
    text.y += text.h > high ? (text.h - high) / 2 : 0;
    text.h = text.h > high ? high : text.h;
    ui_paragraph(ui, text, type, next);
    ui_node_end(ui);
}

static void draw(struct ui *ui, const struct view *view)
{
    bool tall = ui_portrait(ui);
    struct page page = page_begin(ui, view, ui_words(ui, "Pay"), 0);
    struct ui_rect rest = page.content;

    if (tall) {
        page_bill(ui, view, page_take_top(&rest, 196, PAGE_GAP));
        if (view->message != MESSAGE_NONE) {
            (void)page_message(ui, view, page_take_top(&rest, 176, PAGE_GAP));
        }
    } else {
        int strip = view->message != MESSAGE_NONE ? 196 : 150;
        struct ui_rect top = page_take_top(&rest, strip, 20);

        if (view->message != MESSAGE_NONE) {
            page_bill(ui, view, page_take_left(&top, 840, PAGE_GAP));
            (void)page_message(ui, view, top);
        } else {
            page_bill(ui, view, top);
        }
    }
    if (!view->qr_shown) {
        moving_card(ui, view, rest);
    } else if (tall) {
        /* The code for the phone gets the larger part: old phones read it from farther away. */
        int share = view->message != MESSAGE_NONE ? 50 : 41;

        scan_card(ui, view, page_take_top(&rest, (rest.h - PAGE_GAP) * share / 100, PAGE_GAP));
        qr_card(ui, view, rest);
    } else {
        int half = (rest.w - PAGE_GAP) / 2;

        scan_card(ui, view, page_take_left(&rest, half, PAGE_GAP));
        qr_card(ui, view, rest);
    }
    page_actions(ui, view, &page, &(struct page_actions){.back = ui_words(ui, "Cancel")});
}

const struct screen screen_pay = {.id = SCREEN_PAY, .name = "pay", .draw = draw};
