/* What can be read without an account: how to pay, and whom to call. */
#include <stdio.h>

#include "kiosk/screens/page.h"

static void info_row(struct ui *ui, const char *id, struct ui_rect rect, const char *icon,
                     struct ui_tint tint, const char *title, const char *body)
{
    const struct ui_theme *theme = ui_theme(ui);
    int tile = rect.h > 220 ? 140 : 108;
    struct ui_type head = page_type(UI_TITLE, true, theme->ink, UI_LEFT);
    struct ui_type text = page_type(UI_BODY, false, theme->ink2, UI_LEFT);
    struct ui_rect words = {rect.x + tile + 72, rect.y, rect.w - tile - 104, rect.h};
    int head_h = ui_paragraph_height(ui, words.w, head, title);
    int body_h = ui_paragraph_height(ui, words.w, text, body);
    struct ui_node_spec node = {.id = id, .role = UI_TEXT, .rect = rect, .text = title};
    char spoken[UI_TEXT_MAX];

    snprintf(spoken, sizeof(spoken), "%s. %s", title, body);
    node.spoken = spoken;
    ui_node_begin(ui, &node);
    ui_card(ui, rect, UI_RADIUS_CARD);
    ui_icon_tile(ui, (struct ui_rect){rect.x + 36, rect.y + (rect.h - tile) / 2, tile, tile}, 36,
                 icon, tile * 58 / 100, tint);
    int spare = rect.h - head_h - body_h;
    words.y += spare > 8 ? spare / 2 : 4;
    words.h = head_h;
    ui_paragraph(ui, words, head, title);
    words.y += head_h;
    words.h = rect.y + rect.h - words.y - 2;
    ui_paragraph(ui, words, text, body);
    ui_node_end(ui);
}

static void leave(struct ui *ui, const struct view *view, const struct page *page)
{
    page_actions(ui, view, page, &(struct page_actions){.back = ui_words(ui, "Back")});
}

static void draw_guide(struct ui *ui, const struct view *view)
{
    const struct ui_theme *theme = ui_theme(ui);
    struct page page = page_begin(ui, view, ui_words(ui, "How to pay"), 0);
    struct ui_rect rest = page.content;
    int row = (rest.h - 3 * PAGE_GAP) / 4;

    row = row > 290 ? 290 : row;
    info_row(ui, "guide.1", page_take_top(&rest, row, PAGE_GAP), "barcode", theme->teal,
             ui_words(ui, "1. Find your account"),
             ui_words(ui, "Type the number on your bill or scan its barcode; check the name"));
    info_row(ui, "guide.2", page_take_top(&rest, row, PAGE_GAP), "wallet", theme->blue,
             ui_words(ui, "2. Choose the amount"),
             ui_words(ui, "Prepaid: any amount. Monthly bills: choose the bills"));
    info_row(ui, "guide.3", page_take_top(&rest, row, PAGE_GAP), "phone", theme->violet,
             ui_words(ui, "3. Pay with your phone"),
             ui_words(ui, "Hold up your payment code, or scan the code on the screen; take the "
                          "receipt"));
    info_row(ui, "guide.safe", page_take_top(&rest, row, PAGE_GAP), "shield", theme->rust,
             ui_words(ui, "Beware of fake codes"),
             ui_words(ui, "Only codes on the screen are ours; codes stuck on the case are fakes"));
    leave(ui, view, &page);
}

const struct screen screen_guide = {.id = SCREEN_GUIDE, .name = "guide", .draw = draw_guide};

static void draw_help(struct ui *ui, const struct view *view)
{
    const struct ui_theme *theme = ui_theme(ui);
    struct page page = page_begin(ui, view, ui_words(ui, "Help"), 0);
    struct ui_rect rest = page.content;
    int row = (rest.h - 3 * PAGE_GAP) / 4;
    char staff[160], site[160], terminal[96];

    row = row > 290 ? 290 : row;
    if (view->open_hours[0] == '\0') {
        snprintf(staff, sizeof(staff), "%s", ui_words(ui, "Nobody works at this site"));
    } else {
        snprintf(staff, sizeof(staff), ui_words(ui, "The counter is open %s"), view->open_hours);
    }
    snprintf(site, sizeof(site), ui_words(ui, "This site: %s"),
             view->hotline[0] != '\0' ? view->hotline : "95598");
    snprintf(terminal, sizeof(terminal), ui_words(ui, "Please name terminal %s when you call"),
             view->terminal_no);
    info_row(ui, "help.staff", page_take_top(&rest, row, PAGE_GAP), "headset", theme->teal,
             view->staff_here ? ui_words(ui, "Staff are here now: please ask at the counter")
                              : ui_words(ui, "No staff are here at this hour"),
             staff);
    info_row(ui, "help.power", page_take_top(&rest, row, PAGE_GAP), "call", theme->blue,
             ui_words(ui, "Power service 95598"),
             ui_words(ui, "Bills, power cuts, repairs: 24 hours a day"));
    info_row(ui, "help.site", page_take_top(&rest, row, PAGE_GAP), "call", theme->violet, site,
             terminal);
    info_row(ui, "help.complaints", page_take_top(&rest, row, PAGE_GAP), "shield", theme->rust,
             ui_words(ui, "Energy regulator 12398"),
             ui_words(ui, "Complaints about the power supply"));
    leave(ui, view, &page);
}

const struct screen screen_help = {.id = SCREEN_HELP, .name = "help", .draw = draw_help};
