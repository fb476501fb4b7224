#include <stdio.h>

#include "common/instant.h"
#include "kiosk/screens/page.h"

#define TILE_LOW 270 /* up to this height a tile has its words beside the icon */

static const char *weekday(struct ui *ui, int day)
{
    static const char *const names[7] = {
        WORDS_ID("Sunday"),   WORDS_ID("Monday"), WORDS_ID("Tuesday"), WORDS_ID("Wednesday"),
        WORDS_ID("Thursday"), WORDS_ID("Friday"), WORDS_ID("Saturday")};

    return ui_words(ui, names[day % 7]);
}

static void brand(struct ui *ui, const struct view *view)
{
    const struct ui_theme *theme = ui_theme(ui);
    struct ui_rect tile = {PAGE_MARGIN, 44, 88, 88};
    struct ui_rect rect = {tile.x, 44, ui_width(ui) / 2 + 60, 88};
    struct ui_rect line = {tile.x + 112, 36, rect.w - 112, 50};
    const char *name = ui_words(ui, "Electricity Kiosk");
    struct ui_node_spec node = {
        .id = "title", .role = UI_TEXT, .rect = rect, .text = name, .spoken = NULL};

    ui_node_begin(ui, &node);
    ui_fill(ui, tile, 26, theme->high_contrast ? theme->brand : theme->surface);
    ui_icon(ui, "bolt", tile.x + 16, tile.y + 16, 56,
            theme->high_contrast ? theme->on_brand : theme->brand);
    ui_text(ui, line, page_type(UI_TITLE, true, theme->on_hero, UI_LEFT), name);
    line.y += 60;
    line.h = 42;
    ui_text(ui, line, page_type(UI_CAPTION, false, theme->on_hero, UI_LEFT), view->site);
    ui_node_end(ui);
}

static void clock_face(struct ui *ui, const struct view *view)
{
    const struct ui_theme *theme = ui_theme(ui);
    struct civil now = instant_to_beijing(view->now_ms);
    struct ui_rect rect = {ui_width(ui) - PAGE_MARGIN - 330, 28, 330, 116};
    char time[16], date[64], all[96];

    snprintf(time, sizeof(time), "%02d:%02d", now.hour, now.minute);
    /* TRANSLATORS: month, day, weekday */
    snprintf(date, sizeof(date), ui_words(ui, "%d/%d %s"), now.month, now.day,
             weekday(ui, now.weekday));
    snprintf(all, sizeof(all), "%s %s", time, date);
    struct ui_node_spec node = {.id = "clock", .role = UI_TEXT, .rect = rect, .text = all};
    ui_node_begin(ui, &node);
    ui_text(ui, (struct ui_rect){rect.x, rect.y, rect.w, 58},
            page_type(UI_HEAD, true, theme->on_hero, UI_RIGHT), time);
    ui_text(ui, (struct ui_rect){rect.x, rect.y + 66, rect.w, 44},
            page_type(UI_CAPTION, false, theme->on_hero, UI_RIGHT), date);
    ui_node_end(ui);
}

static int chip(struct ui *ui, const char *id, int x, int y, const char *icon, const char *text)
{
    const struct ui_theme *theme = ui_theme(ui);
    struct ui_type type = page_type(UI_CAPTION, false, theme->on_hero, UI_LEFT);
    int width = ui_text_width(ui, type, text);
    struct ui_rect rect = {x, y, width + 92, 60};
    struct ui_node_spec node = {.id = id, .role = UI_STATUS, .rect = rect, .text = text};

    ui_node_begin(ui, &node);
    ui_fill(ui, rect, UI_CHIP, theme->hero_chip);
    ui_icon(ui, icon, x + 22, y + 13, 34, theme->on_hero);
    ui_text(ui, (struct ui_rect){x + 66, y, width + 4, 60}, type, text);
    ui_node_end(ui);
    return x + rect.w + 16;
}

static void greeting(struct ui *ui, const struct view *view, int top, int width)
{
    const struct ui_theme *theme = ui_theme(ui);
    const char *printer = view->printer == PRINTER_READY      ? ui_words(ui, "Printer ready")
                          : view->printer == PRINTER_NEAR_END ? ui_words(ui, "Paper is low")
                          : view->printer == PRINTER_OUT      ? ui_words(ui, "No paper")
                                                              : ui_words(ui, "Printer fault");
    bool paper = view->printer == PRINTER_READY || view->printer == PRINTER_NEAR_END;
    const char *network =
        view->server_up ? ui_words(ui, "Network ready") : ui_words(ui, "Network down");

    ui_label(ui, "hello", (struct ui_rect){PAGE_MARGIN, top, width, 84},
             page_type(UI_HEAD, true, theme->on_hero, UI_LEFT), ui_words(ui, "Welcome,"));
    ui_label(ui, "question", (struct ui_rect){PAGE_MARGIN, top + 84, width, 100},
             page_type(UI_HERO, true, theme->on_hero, UI_LEFT), ui_words(ui, "choose a service"));
    ui_label(ui, "hint", (struct ui_rect){PAGE_MARGIN, top + 186, width, 60},
             page_type(UI_BODY, false, theme->on_hero, UI_LEFT),
             view->server_up ? ui_words(ui, "Touch a card to begin; it takes 2 minutes")
             : paper         ? ui_words(ui, "No network: receipts can be reprinted")
                             : ui_words(ui, "No network: please ask at the counter"));
    int x = chip(ui, "chip.printer", PAGE_MARGIN, top + 258, "printer", printer);
    chip(ui, "chip.network", x, top + 258, view->server_up ? "network" : "warning", network);
}

/* The one amber card: the first thing that most people come for. */
static void pay_card(struct ui *ui, const struct view *view, struct ui_rect rect)
{
    const struct ui_theme *theme = ui_theme(ui);
    bool off = !view->server_up;
    ui_colour ink = off ? theme->on_off : theme->on_call;
    const char *name = ui_words(ui, "Pay electricity");
    bool wide = rect.w > 950;
    int tile = wide ? 180 : 140, arrow = wide ? 108 : 92;
    struct ui_rect text = {rect.x + tile + 84, rect.y, rect.w - tile - arrow - 150, 0};
    struct ui_node_spec node = {.id = "svc.pay",
                                .role = UI_BUTTON,
                                .rect = rect,
                                .text = name,
                                .disabled = off,
                                .intent = INTENT_START,
                                .argument = SERVICE_PAY};

    ui_node_begin(ui, &node);
    ui_shadow(ui, rect, UI_RADIUS_HERO, UI_CALL);
    ui_gradient(ui, rect, UI_RADIUS_HERO, off ? theme->off : theme->call_top,
                off ? theme->off : theme->call_bottom);
    ui_press_shade(ui, rect, UI_RADIUS_HERO);
    struct ui_rect square = {rect.x + 44, rect.y + (rect.h - tile) / 2, tile, tile};
    ui_shadow(ui, square, 48, UI_KEY);
    ui_fill(ui, square, 48, theme->surface);
    ui_icon(ui, "wallet", square.x + (tile - 92) / 2, square.y + (tile - 92) / 2, 92,
            theme->high_contrast ? theme->brand : UI_RGB(0xA65300));
    text.y = rect.y + (rect.h - 236) / 2;
    text.h = 104;
    ui_text(ui, text, page_type(UI_HERO, true, ink, UI_LEFT), name);
    text.y += 108;
    text.h = 60;
    ui_text(ui, text, page_type(UI_BODY, false, ink, UI_LEFT),
            off ? ui_words(ui, "No network just now") : ui_words(ui, "WeChat · Alipay · UnionPay"));
    text.y += 66;
    ui_text(ui, text, page_type(UI_CAPTION, false, ink, UI_LEFT),
            ui_words(ui, "This terminal takes no cash"));
    struct ui_rect round = {rect.x + rect.w - arrow - 40, rect.y + (rect.h - arrow) / 2, arrow,
                            arrow};
    if (!off) {
        ui_fill(ui, round, UI_CHIP, theme->on_call);
        ui_icon(ui, "arrow-right", round.x + (arrow - 52) / 2, round.y + (arrow - 52) / 2, 52,
                theme->high_contrast ? theme->call_top : UI_RGB(0xFFC65C));
    }
    ui_node_end(ui);
}

struct tile {
    const char *id, *icon, *name, *note;
    enum intent intent;
    int argument;
    bool off;
};

static void tile_card(struct ui *ui, struct ui_rect rect, const struct tile *tile,
                      struct ui_tint tint)
{
    const struct ui_theme *theme = ui_theme(ui);
    ui_colour ink = tile->off ? theme->on_off : theme->ink;
    int icon = rect.h > TILE_LOW ? 104 : 76;
    struct ui_node_spec node = {.id = tile->id,
                                .role = UI_BUTTON,
                                .rect = rect,
                                .text = tile->name,
                                .disabled = tile->off,
                                .intent = (int)tile->intent,
                                .argument = tile->argument};

    ui_node_begin(ui, &node);
    ui_card(ui, rect, UI_RADIUS_CARD);
    ui_press_shade(ui, rect, UI_RADIUS_CARD);
    bool low = rect.h <= TILE_LOW;
    int top = low ? rect.y + (rect.h - icon) / 2 : rect.y + 32;
    int x = low ? rect.x + icon + 48 : rect.x + 34;
    int width = rect.x + rect.w - x - (low ? 14 : 26);
    ui_icon_tile(ui, (struct ui_rect){rect.x + (low ? 24 : 32), top, icon, icon}, 28, tile->icon,
                 icon * 6 / 10, tint);
    if (!tile->off && !low) {
        ui_icon(ui, "chevron", rect.x + rect.w - 60, top + 8, 40,
                theme->high_contrast ? theme->ink : theme->outline);
    }
    int line = low ? rect.y + rect.h / 2 + 10 : rect.y + rect.h - 76;
    ui_text(ui, (struct ui_rect){x, line - 64, width, 62}, page_type(UI_TITLE, true, ink, UI_LEFT),
            tile->name);
    ui_text(ui, (struct ui_rect){x, line, width, 48},
            page_type(UI_CAPTION, false, tile->off ? theme->on_off : theme->ink2, UI_LEFT),
            tile->note);
    ui_node_end(ui);
}

static void tiles(struct ui *ui, const struct view *view, struct ui_rect area)
{
    const struct ui_theme *theme = ui_theme(ui);
    const char *down = ui_words(ui, "No network now");
    bool paper = view->printer == PRINTER_READY || view->printer == PRINTER_NEAR_END;
    const struct tile all[4] = {
        {"svc.recharge", "meter", ui_words(ui, "Top up"),
         view->server_up ? ui_words(ui, "Prepaid meters") : down, INTENT_START, SERVICE_RECHARGE,
         !view->server_up},
        {"svc.reprint", "receipt", ui_words(ui, "Reprint"),
         paper ? ui_words(ui, "By receipt number") : ui_words(ui, "No paper now"), INTENT_START,
         SERVICE_REPRINT, !paper},
        {"svc.guide", "book", ui_words(ui, "How to pay"), ui_words(ui, "Three steps"), INTENT_GUIDE,
         0, false},
        {"svc.help", "call", ui_words(ui, "Hotlines"), ui_words(ui, "24 hours a day"), INTENT_HELP,
         0, false},
    };
    const struct ui_tint tints[4] = {theme->teal, theme->violet, theme->blue, theme->rust};
    int gap = PAGE_GAP, w = (area.w - gap) / 2, h = (area.h - gap) / 2;

    for (int i = 0; i < 4; i++) {
        struct ui_rect rect = {area.x + i % 2 * (w + gap), area.y + i / 2 * (h + gap), w, h};

        tile_card(ui, rect, &all[i], tints[i]);
    }
}

static void warning_line(struct ui *ui, struct ui_rect rect)
{
    const struct ui_theme *theme = ui_theme(ui);
    const char *words =
        ui_words(ui, "Scan codes on the screen only; codes stuck on the case are fakes");
    struct ui_node_spec node = {.id = "fakes", .role = UI_TEXT, .rect = rect, .text = words};

    ui_node_begin(ui, &node);
    ui_fill(ui, rect, UI_RADIUS_KEY, theme->notice);
    if (theme->high_contrast) {
        ui_outline(ui, rect, UI_RADIUS_KEY, theme->outline_width, theme->on_notice);
    }
    ui_icon(ui, "shield", rect.x + 28, rect.y + (rect.h - 48) / 2, 48, theme->on_notice);
    ui_text(ui, (struct ui_rect){rect.x + 96, rect.y, rect.w - 116, rect.h},
            page_type(UI_CAPTION, true, theme->on_notice, UI_LEFT), words);
    ui_node_end(ui);
}

static void footer(struct ui *ui, const struct view *view, struct ui_rect rect)
{
    char text[160];

    snprintf(text, sizeof(text), ui_words(ui, "Power 95598 · Complaints 12398 · Terminal %s"),
             view->terminal_no);
    ui_label(ui, "footer", rect, page_type(UI_CAPTION, false, ui_theme(ui)->ink2, UI_CENTRE), text);
}

static void draw(struct ui *ui, const struct view *view)
{
    const struct ui_theme *theme = ui_theme(ui);
    bool tall = ui_portrait(ui);
    int width = ui_width(ui), height = ui_height(ui), margin = PAGE_MARGIN;
    int extra = tall ? 0 : height - 1080;
    int band = tall ? 720 : 640;

    ui_gradient(ui, (struct ui_rect){0, 0, width, band}, 0, theme->hero_top, theme->hero_bottom);
    ui_art(ui, tall ? "hero-light" : "hero-light-wide", (struct ui_rect){0, 0, width, band});
    ui_art(ui, "hero", (struct ui_rect){width - 1080, tall ? 100 : 60, 1080, 620});
    brand(ui, view);
    clock_face(ui, view);
    greeting(ui, view, tall ? 216 : 150, tall ? 700 : 1000);
    if (tall) {
        pay_card(ui, view, (struct ui_rect){margin, 592, width - 2 * margin, 308});
        tiles(ui, view, (struct ui_rect){margin, 932, width - 2 * margin, 596});
        warning_line(ui, (struct ui_rect){margin, 1560, width - 2 * margin, 100});
        footer(ui, view, (struct ui_rect){margin, 1684, width - 2 * margin, 60});
    } else {
        int w = (width - 2 * margin - PAGE_GAP) / 2, h = 344 + extra;

        pay_card(ui, view, (struct ui_rect){margin, 500, w, h});
        tiles(ui, view, (struct ui_rect){margin + w + PAGE_GAP, 436, w, h + 64});
        warning_line(ui, (struct ui_rect){margin, 868 + extra, w, 72});
        footer(ui, view, (struct ui_rect){margin + w + PAGE_GAP, 868 + extra, w, 72});
    }
    page_dock(ui, view);
}

const struct screen screen_home = {.id = SCREEN_HOME, .name = "home", .draw = draw};
