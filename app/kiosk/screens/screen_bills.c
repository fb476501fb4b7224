#include <stdio.h>
#include <string.h>

#include "common/instant.h"
#include "kiosk/screens/page.h"

#define ROW_GAP   16
#define ROW_LEAST 132
#define ROW_MOST  196 /* few bills have taller rows and larger words */
#define ROW_ROOMY 176
#define ROW_WIDE  900 /* below this, large type has no room for larger words */

static void bill_row(struct ui *ui, const struct view *view, struct ui_rect rect, int index)
{
    const struct ui_theme *theme = ui_theme(ui);
    const struct bill *bill = &view->account.bills[index];
    bool on = view->bill_selected[index];
    char id[UI_ID_MAX], period[32], money[PAGE_MONEY], fee[PAGE_MONEY], due[DATE_TEXT_MAX];
    char note[128], all[UI_TEXT_MAX];

    page_period(ui, bill->period, period, sizeof(period));
    page_money(bill->amount_fen + bill->late_fee_fen, money);
    snprintf(id, sizeof(id), "bill.%d", index);
    snprintf(note, sizeof(note), ui_words(ui, "Due %s"), date_format(bill->due_date, due));
    if (bill->late_fee_fen > 0) {
        size_t at = strlen(note);
        snprintf(note + at, sizeof(note) - at, ui_words(ui, " · late fee %s"),
                 page_money(bill->late_fee_fen, fee));
    }
    snprintf(all, sizeof(all), "%s %s %s", period, money, note);
    struct ui_node_spec node = {.id = id,
                                .role = UI_TOGGLE,
                                .rect = rect,
                                .text = all,
                                .selected = on,
                                .disabled = view->busy,
                                .intent = INTENT_BILL,
                                .argument = index};
    ui_node_begin(ui, &node);
    ui_shadow(ui, rect, UI_RADIUS_KEY, UI_KEY);
    ui_fill(ui, rect, UI_RADIUS_KEY, theme->surface);
    ui_outline(ui, rect, UI_RADIUS_KEY,
               on                     ? 5
               : theme->high_contrast ? 3
                                      : 2,
               on ? theme->brand : theme->line);
    ui_press_shade(ui, rect, UI_RADIUS_KEY);
    struct ui_rect box = {rect.x + 28, rect.y + (rect.h - 60) / 2, 60, 60};
    if (on) {
        ui_fill(ui, box, 18, theme->brand);
        ui_icon(ui, "check", box.x + 10, box.y + 10, 40, theme->on_brand);
    } else {
        ui_outline(ui, box, 18, 4, theme->outline);
    }
    int x = box.x + 88, money_w = rect.w * 36 / 100;
    int width = rect.x + rect.w - 28 - x;
    bool roomy = rect.h >= ROW_ROOMY && (rect.w > ROW_WIDE || !ui_large(ui));
    int line = roomy ? 72 : 58, under = roomy ? 58 : 46;
    int top = rect.y + (rect.h - line - under - 2) / 2;
    enum ui_size big = roomy ? UI_HEAD : UI_TITLE;
    ui_text(ui, (struct ui_rect){x, top, width - money_w - 12, line},
            page_type(big, true, theme->ink, UI_LEFT), period);
    ui_text(ui, (struct ui_rect){rect.x + rect.w - 28 - money_w, top, money_w, line},
            page_type(big, true, theme->ink, UI_RIGHT), money);
    ui_text(ui, (struct ui_rect){x, top + line + 2, width, under},
            page_type(roomy ? UI_BODY : UI_CAPTION, false, theme->ink2, UI_LEFT), note);
    ui_node_end(ui);
}

static void turn_page(struct ui *ui, const char *id, struct ui_rect rect, const char *text,
                      int page, bool off)
{
    ui_button(ui, &(struct ui_button){.node = {.id = id,
                                               .role = UI_BUTTON,
                                               .rect = rect,
                                               .text = text,
                                               .disabled = off,
                                               .intent = INTENT_BILL_PAGE,
                                               .argument = page},
                                      .size = UI_BODY});
}

/* Rows that fit; more are on further pages, because dragging is not asked of anybody. */
static void list(struct ui *ui, const struct view *view, struct ui_rect rect)
{
    const struct ui_theme *theme = ui_theme(ui);
    int count = view->account.bill_count;
    int fit = (rect.h + ROW_GAP) / (ROW_LEAST + ROW_GAP);
    bool paged = count > fit;
    int rows = paged ? (rect.h - 96 - ROW_GAP + ROW_GAP) / (ROW_LEAST + ROW_GAP) : fit;
    int pages = (count + rows - 1) / rows;
    int page = view->bill_page < pages ? view->bill_page : pages - 1;
    struct ui_rect left = rect;
    char text[48];

    page = page < 0 ? 0 : page;
    int high = paged || count == 0 ? ROW_LEAST : (rect.h - (count - 1) * ROW_GAP) / count;
    high = high > ROW_MOST ? ROW_MOST : high;
    for (int i = page * rows; i < count && i < (page + 1) * rows; i++) {
        bill_row(ui, view, page_take_top(&left, high, ROW_GAP), i);
    }
    if (paged) {
        struct ui_rect bar = {rect.x, rect.y + rect.h - 92, rect.w, 92};
        int third = (bar.w - 2 * PAGE_GAP) / 3;

        turn_page(ui, "bills.before", page_take_left(&bar, third, PAGE_GAP),
                  ui_words(ui, "Earlier"), page - 1, page == 0);
        snprintf(text, sizeof(text), ui_words(ui, "Page %d/%d"), page + 1, pages);
        ui_label(ui, "bills.page", page_take_left(&bar, third, PAGE_GAP),
                 page_type(UI_BODY, true, theme->ink, UI_CENTRE), text);
        turn_page(ui, "bills.after", bar, ui_words(ui, "Later"), page + 1, page == pages - 1);
    }
}

static void sum(struct ui *ui, const struct view *view, struct ui_rect rect)
{
    const struct ui_theme *theme = ui_theme(ui);
    char money[PAGE_MONEY];
    int h = rect.h / 2 > 100 ? 100 : rect.h / 2;
    struct ui_rect top = {rect.x + 36, rect.y + rect.h / 2 - h, rect.w - 72, h};
    const char *rule = view->account.more_bills ? ui_words(ui, "More bills will follow these")
                       : view->account.pay_all_bills
                           ? ui_words(ui, "Late fees as of today are included")
                           : ui_words(ui, "One bill at a time, the oldest first");

    ui_card(ui, rect, UI_RADIUS_CARD);
    ui_label(ui, "bills.sum.label", (struct ui_rect){top.x, top.y, top.w * 4 / 10, h},
             page_type(UI_BODY, true, theme->ink2, UI_LEFT), ui_words(ui, "Chosen in all"));
    ui_label(ui, "amt.value", (struct ui_rect){top.x + top.w * 4 / 10, top.y, top.w * 6 / 10, h},
             page_type(UI_HEAD, true, theme->brand, UI_RIGHT), page_money(view->amount_fen, money));
    ui_label(ui, "bills.rule", (struct ui_rect){top.x, top.y + h, top.w, h > 64 ? 64 : h},
             page_type(UI_CAPTION, false, theme->ink2, UI_LEFT), rule);
}

static void draw(struct ui *ui, const struct view *view)
{
    bool tall = ui_portrait(ui);
    struct page page = page_begin(ui, view, ui_words(ui, "Choose bills"), tall ? 850 : PAGE_KEYPAD);
    struct ui_rect a = page.a;
    char money[PAGE_MONEY], next[96];

    page_context(ui, view, page_take_top(&a, tall ? PAGE_CONTEXT : 190, 20));
    a.h = a.h > 220 ? 220 : a.h;
    sum(ui, view, a);
    list(ui, view, page.b);
    snprintf(next, sizeof(next), ui_words(ui, "Pay %s"), page_money(view->amount_fen, money));
    bool ready = view->input_valid && view->amount_fen > 0;
    page_actions(ui, view, &page,
                 &(struct page_actions){.back = ui_words(ui, "Back"),
                                        .next = ready ? next : ui_words(ui, "Choose a bill"),
                                        .next_off = !ready});
}

const struct screen screen_bills = {.id = SCREEN_BILLS, .name = "bills", .draw = draw};
