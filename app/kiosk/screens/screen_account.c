#include <stdio.h>
#include <string.h>

#include "kiosk/screens/page.h"

static void field(struct ui *ui, const struct view *view, struct ui_rect rect)
{
    bool empty = view->input[0] == '\0';
    char grouped[48], count[48];

    page_group(view->input, 4, grouped, sizeof(grouped));
    snprintf(count, sizeof(count), ui_words(ui, "%d digits typed"), (int)strlen(view->input));
    page_number_field(ui, rect, ui_words(ui, "Account number on the bill"), grouped,
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
