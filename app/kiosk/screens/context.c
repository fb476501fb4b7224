/* The card that says who it is for, and the flow's messages with their figures. */
#include <stdio.h>
#include <string.h>

#include "common/instant.h"
#include "common/money.h"
#include "kiosk/screens/page.h"

void page_message_words(struct ui *ui, const struct view *view, char buffer[PAGE_TEXT])
{
    enum message message = view->message;
    const char *words = ui_words(ui, messages_id(message));
    char figure[MONEY_TEXT_MAX + DATE_TEXT_MAX] = "";

    if (message == MESSAGE_PRINTER_OUT && view->screen == SCREEN_REPRINT) {
        words = ui_words(ui, "There is no receipt paper, so nothing can be printed here now. "
                             "Please use another terminal or ask at the counter.");
    } else if (message == MESSAGE_NO_SCANNER && view->screen == SCREEN_ACCOUNT) {
        words = ui_words(ui, "The scanner does not work. Please type the account number.");
    } else if (message == MESSAGE_ACCOUNT_NOT_YET) {
        (void)date_format(view->account.usable_from, figure);
    } else if (message == MESSAGE_AMOUNT_TOO_SMALL) {
        (void)money_format(view->account.min_fen, figure);
    } else if (message == MESSAGE_AMOUNT_TOO_LARGE) {
        (void)money_format(view->account.max_fen, figure);
    }
    /* The one figure stands where the words have "{}": these msgids come from a table, where
     * the compiler cannot check a format. */
    const char *place = strstr(words, "{}");
    if (place != NULL) {
        snprintf(buffer, PAGE_TEXT, "%.*s%s%s", (int)(place - words), words, figure, place + 2);
    } else {
        snprintf(buffer, PAGE_TEXT, "%s", words);
    }
}

bool page_message(struct ui *ui, const struct view *view, struct ui_rect rect)
{
    const struct ui_theme *theme = ui_theme(ui);
    char words[PAGE_TEXT];

    if (view->message == MESSAGE_NONE) {
        return false;
    }
    page_message_words(ui, view, words);
    struct ui_node_spec node = {.id = "message", .role = UI_STATUS, .rect = rect, .text = words};
    ui_node_begin(ui, &node);
    ui_fill(ui, rect, UI_RADIUS_CARD, theme->notice);
    ui_outline(ui, rect, UI_RADIUS_CARD, theme->outline_width, theme->on_notice);
    ui_icon(ui, "warning", rect.x + 28, rect.y + (rect.h - 60) / 2, 60, theme->on_notice);
    struct ui_rect text = {rect.x + 112, rect.y + 8, rect.w - 136, rect.h - 16};
    struct ui_type type = page_type(UI_BODY, true, theme->on_notice, UI_LEFT);
    int height = ui_paragraph_height(ui, text.w, type, words);
    if (height < text.h) {
        text.y += (text.h - height) / 2;
        text.h = height;
    }
    ui_paragraph(ui, text, type, words);
    ui_node_end(ui);
    return true;
}

void page_context(struct ui *ui, const struct view *view, struct ui_rect rect)
{
    const struct ui_theme *theme = ui_theme(ui);
    const struct account *account = &view->account;
    char name[NAME_MAX_BYTES + 32], number[64], grouped[40];

    if (page_message(ui, view, rect)) {
        return;
    }
    page_group(account->account_no, 4, grouped, sizeof(grouped));
    snprintf(name, sizeof(name), "%s·%s", account->name_masked, page_category(ui, account));
    snprintf(number, sizeof(number), "%s %s", ui_words(ui, "Account no."), grouped);
    ui_card(ui, rect, UI_RADIUS_CARD);
    int tile = 108, x = rect.x + 32, y = rect.y + (rect.h - tile) / 2;
    int line = (rect.h - 24) / 3, left = x + tile + 28, width = rect.x + rect.w - 28 - left;
    struct ui_rect lines = {left, rect.y + 12, width, line};
    ui_icon_tile(ui, (struct ui_rect){x, y, tile, tile}, 28, "house", 60, theme->teal);
    ui_label(ui, "acct.name", lines, page_type(UI_BODY, true, theme->ink, UI_LEFT), name);
    lines.y += line;
    ui_label(ui, "acct.number", lines, page_type(UI_CAPTION, false, theme->ink2, UI_LEFT), number);
    lines.y += line;
    ui_label(ui, "acct.address", lines, page_type(UI_CAPTION, false, theme->ink2, UI_LEFT),
             account->address_masked);
}

void page_number_field(struct ui *ui, struct ui_rect rect, const char *label, const char *number,
                       const char *hint)
{
    const struct ui_theme *theme = ui_theme(ui);
    bool empty = number[0] == '\0';
    int x = rect.x + 36, width = rect.w - 72;
    struct ui_rect line = {x, rect.y + (rect.h - 120) / 2, width, 120};
    struct ui_node_spec node = {.id = "field.number",
                                .role = UI_FIELD,
                                .rect = line,
                                .text = empty ? ui_words(ui, "Type the number") : number};
    int at = 0;

    ui_card(ui, rect, UI_RADIUS_CARD);
    ui_outline(ui, rect, UI_RADIUS_CARD, 4, theme->brand);
    ui_label(ui, "field.label", (struct ui_rect){x, rect.y + 16, width - 220, 60},
             page_type(UI_BODY, true, theme->ink2, UI_LEFT), label);
    ui_node_begin(ui, &node);
    if (empty) {
        ui_text(ui, (struct ui_rect){x + 20, line.y, width - 20, line.h},
                page_type(UI_TITLE, false, theme->ink2, UI_LEFT), node.text);
    } else {
        at = ui_text(ui, line, page_type(UI_KEYCAP, true, theme->ink, UI_LEFT), number) + 8;
    }
    ui_fill(ui, (struct ui_rect){x + at, line.y + 18, 6, line.h - 36}, 3, theme->brand);
    ui_node_end(ui);
    ui_fill(ui, (struct ui_rect){x, line.y + line.h + 4, width, 2}, 0, theme->line);
    ui_label(ui, "field.count", (struct ui_rect){x, rect.y + rect.h - 70, width, 56},
             page_type(UI_CAPTION, false, theme->ink2, UI_LEFT), hint);
}
