#include <stdio.h>
#include <string.h>

#include "kiosk/screens/page.h"

static void field(struct ui *ui, const struct view *view, struct ui_rect rect)
{
    const struct ui_theme *theme = ui_theme(ui);
    char grouped[48];
    bool empty = view->input[0] == '\0';
    char count[48];

    page_group(view->input, 4, grouped, sizeof(grouped));
    snprintf(count, sizeof(count), ui_words(ui, "%d digits typed"), (int)strlen(view->input));
    ui_card(ui, rect, UI_RADIUS_CARD);
    ui_outline(ui, rect, UI_RADIUS_CARD, 4, theme->brand);
    int x = rect.x + 36, width = rect.w - 72;
    ui_label(ui, "field.label", (struct ui_rect){x, rect.y + 16, width - 220, 60},
             page_type(UI_BODY, true, theme->ink2, UI_LEFT),
             ui_words(ui, "Account number on the bill"));
    struct ui_rect line = {x, rect.y + (rect.h - 120) / 2, width, 120};
    struct ui_node_spec node = {.id = "field.number",
                                .role = UI_FIELD,
                                .rect = line,
                                .text = empty ? ui_words(ui, "Type the number") : grouped};
    ui_node_begin(ui, &node);
    int at = 0;
    if (empty) {
        ui_text(ui, (struct ui_rect){x + 20, line.y, width - 20, line.h},
                page_type(UI_TITLE, false, theme->ink2, UI_LEFT), node.text);
    } else {
        at = ui_text(ui, line, page_type(UI_KEYCAP, true, theme->ink, UI_LEFT), grouped) + 8;
    }
    ui_fill(ui, (struct ui_rect){x + at, line.y + 18, 6, line.h - 36}, 3, theme->brand);
    ui_node_end(ui);
    ui_fill(ui, (struct ui_rect){x, line.y + line.h + 4, width, 2}, 0, theme->line);
    ui_label(ui, "field.count", (struct ui_rect){x, rect.y + rect.h - 70, width, 56},
             page_type(UI_CAPTION, false, theme->ink2, UI_LEFT),
             empty ? ui_words(ui, "10, 13 or 16 digits") : count);
}

static void scan_hint(struct ui *ui, const struct view *view, struct ui_rect rect)
{
    const struct ui_theme *theme = ui_theme(ui);
    int art = rect.h - 40 < 240 ? rect.h - 40 : 240;
    const char *title = ui_words(ui, "Or scan the barcode on your bill");
    const char *how =
        ui_words(ui, "Hold the long barcode of the paper bill before the scanner below the screen");
    struct ui_node_spec node = {.id = "scan.hint", .role = UI_TEXT, .rect = rect, .text = title};

    if (page_message(ui, view, rect)) {
        return;
    }
    if (!view->scanner_up) {
        title = ui_words(ui, "The scanner does not work now");
        how = ui_words(ui, "Please type the account number with the keys");
    }
    node.text = title;
    ui_node_begin(ui, &node);
    ui_card(ui, rect, UI_RADIUS_CARD);
    ui_art(ui, view->scanner_up ? "bill-scan" : "unplugged",
           (struct ui_rect){rect.x + 28, rect.y + (rect.h - art) / 2, art, art});
    if (theme->high_contrast) {
        ui_icon(ui, view->scanner_up ? "barcode" : "warning", rect.x + 60,
                rect.y + (rect.h - 140) / 2, 140, theme->brand);
    }
    struct ui_rect text = {rect.x + art + 60, rect.y, rect.w - art - 92, rect.h};
    struct ui_type body = page_type(UI_BODY, false, theme->ink2, UI_LEFT);
    struct ui_type head = page_type(UI_TITLE, true, theme->ink, UI_LEFT);
    int body_h = ui_paragraph_height(ui, text.w, body, how);
    int head_h = ui_paragraph_height(ui, text.w, head, title);
    int spare = text.h - body_h - head_h;
    text.y += spare > 16 ? spare / 2 : 8;
    text.h = head_h;
    ui_paragraph(ui, text, head, title);
    text.y += head_h;
    text.h = rect.y + rect.h - text.y - 4;
    ui_paragraph(ui, text, body, how);
    ui_node_end(ui);
}

static void draw(struct ui *ui, const struct view *view)
{
    const char *title = view->service == SERVICE_RECHARGE ? ui_words(ui, "Top up")
                                                          : ui_words(ui, "Pay electricity");
    struct page page = page_begin(ui, view, title, PAGE_KEYPAD);
    struct ui_rect a = page.a;

    field(ui, view, page_take_top(&a, a.h * 50 / 100, PAGE_GAP));
    scan_hint(ui, view, a);
    page_keypad(ui, page.b, false, view->busy);
    page_actions(ui, view, &page,
                 &(struct page_actions){.back = ui_words(ui, "Back"),
                                        .next = view->input_valid ? ui_words(ui, "Find account")
                                                                  : ui_words(ui, "Not complete"),
                                        .next_off = !view->input_valid});
}

const struct screen screen_account = {.id = SCREEN_ACCOUNT, .name = "account", .draw = draw};
