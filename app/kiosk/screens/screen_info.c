/* What can be read without an account: how to pay, and whom to call. */
#include <stdio.h>

#include "kiosk/screens/panel.h"

struct info {
    const char *id, *art, *icon; /* art NULL: the icon in a tile */
    struct ui_tint tint;
    const char *title, *body;
};

/* The largest words that the row has room for. */
static void info_row(struct ui *ui, struct ui_rect rect, const struct info *info)
{
    static const enum ui_size sizes[][2] = {
        {UI_HEAD, UI_TITLE}, {UI_HEAD, UI_BODY}, {UI_TITLE, UI_BODY}};
    const struct ui_theme *theme = ui_theme(ui);
    int art = rect.h - 40 > 260 ? 260 : rect.h - 16;
    int tile = rect.h > 220 ? 168 : 108, left = info->art != NULL ? art + 48 : tile + 72;
    struct ui_rect words = {rect.x + left, rect.y, rect.w - left - 32, rect.h};
    struct ui_node_spec node = {.id = info->id, .role = UI_TEXT, .rect = rect, .text = info->title};
    struct ui_type head = {0}, text = {0};
    int head_h = 0, body_h = 0;
    char spoken[UI_TEXT_MAX];

    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        head = page_type(sizes[i][0], true, theme->ink, UI_LEFT);
        text = page_type(sizes[i][1], false, theme->ink2, UI_LEFT);
        head_h = ui_paragraph_height(ui, words.w, head, info->title);
        body_h = ui_paragraph_height(ui, words.w, text, info->body);
        if (head_h + body_h + 24 <= rect.h) {
            break;
        }
    }
    snprintf(spoken, sizeof(spoken), "%s. %s", info->title, info->body);
    node.spoken = spoken;
    ui_node_begin(ui, &node);
    ui_card(ui, rect, UI_RADIUS_CARD);
    if (info->art != NULL) {
        panel_picture(ui, (struct ui_rect){rect.x + 24, rect.y + (rect.h - art) / 2, art, art},
                      info->art, info->icon, info->tint);
    } else {
        ui_icon_tile(ui, (struct ui_rect){rect.x + 36, rect.y + (rect.h - tile) / 2, tile, tile},
                     40, info->icon, tile * 56 / 100, info->tint);
    }
    int spare = rect.h - head_h - body_h - 8;
    words.y += spare > 8 ? spare / 2 : 4;
    words.h = head_h;
    ui_paragraph(ui, words, head, info->title);
    words.y += head_h + (spare > 0 ? 8 : 0);
    words.h = rect.y + rect.h - words.y - 2;
    ui_paragraph(ui, words, text, info->body);
    ui_node_end(ui);
}

/* One below the other in portrait, two by two where the screen is wide. */
static void info_rows(struct ui *ui, struct ui_rect rest, const struct info *rows, int count)
{
    int wide = ui_portrait(ui) ? 1 : 2, lines = (count + wide - 1) / wide;
    int w = (rest.w - (wide - 1) * PAGE_GAP) / wide;
    int h = (rest.h - (lines - 1) * PAGE_GAP) / lines;

    for (int i = 0; i < count; i++) {
        info_row(ui,
                 (struct ui_rect){rest.x + i % wide * (w + PAGE_GAP),
                                  rest.y + i / wide * (h + PAGE_GAP), w, h},
                 &rows[i]);
    }
}

static void leave(struct ui *ui, const struct view *view, const struct page *page)
{
    page_actions(ui, view, page, &(struct page_actions){.back = ui_words(ui, "Back")});
}

static void draw_guide(struct ui *ui, const struct view *view)
{
    const struct ui_theme *theme = ui_theme(ui);
    struct page page = page_begin(ui, view, ui_words(ui, "How to pay"), 0);
    const struct info rows[4] = {
        {"guide.1", "bill-scan", "barcode", theme->teal, ui_words(ui, "1. Find your account"),
         ui_words(ui, "Type the number on your bill or scan its barcode; check the name")},
        {"guide.2", "amount", "wallet", theme->blue, ui_words(ui, "2. Choose the amount"),
         ui_words(ui, "Prepaid: any amount. Monthly bills: choose the bills")},
        {"guide.3", "phone-scan", "phone", theme->violet, ui_words(ui, "3. Pay with your phone"),
         ui_words(ui, "Hold up your payment code, or scan the code on the screen; take the "
                      "receipt")},
        {"guide.safe", "fake-code", "shield", theme->rust, ui_words(ui, "Beware of fake codes"),
         ui_words(ui, "Only codes on the screen are ours; codes stuck on the case are fakes")},
    };

    info_rows(ui, page.content, rows, 4);
    leave(ui, view, &page);
}

const struct screen screen_guide = {.id = SCREEN_GUIDE, .name = "guide", .draw = draw_guide};

static void draw_help(struct ui *ui, const struct view *view)
{
    const struct ui_theme *theme = ui_theme(ui);
    struct page page = page_begin(ui, view, ui_words(ui, "Help"), 0);
    char staff[160], site[160], terminal[160];

    if (view->open_hours[0] == '\0') {
        snprintf(staff, sizeof(staff), "%s", ui_words(ui, "Nobody works at this site"));
    } else {
        snprintf(staff, sizeof(staff), ui_words(ui, "The counter is open %s"), view->open_hours);
    }
    snprintf(site, sizeof(site), ui_words(ui, "This site: %s"),
             view->hotline[0] != '\0' ? view->hotline : "95598");
    if (view->queue == 0) {
        snprintf(terminal, sizeof(terminal), ui_words(ui, "Please name terminal %s when you call"),
                 view->terminal_no);
    } else { /* for the one who answers the call: whether anything is left to deliver */
        snprintf(terminal, sizeof(terminal),
                 ui_words(ui, "Please name terminal %s when you call; being confirmed: %d"),
                 view->terminal_no, view->queue);
    }
    const struct info rows[4] = {
        {"help.staff", NULL, "headset", theme->teal,
         view->staff_here ? ui_words(ui, "Staff are here now: please ask at the counter")
                          : ui_words(ui, "No staff are here at this hour"),
         staff},
        {"help.power", NULL, "call", theme->blue, ui_words(ui, "Power service 95598"),
         ui_words(ui, "Bills, power cuts, repairs: 24 hours a day")},
        {"help.site", NULL, "house", theme->violet, site, terminal},
        {"help.complaints", NULL, "shield", theme->rust, ui_words(ui, "Energy regulator 12398"),
         ui_words(ui, "Complaints about the power supply")},
    };

    info_rows(ui, page.content, rows, 4);
    leave(ui, view, &page);
}

const struct screen screen_help = {.id = SCREEN_HELP, .name = "help", .draw = draw_help};
