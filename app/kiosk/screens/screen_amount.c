#include <stdio.h>

#include "common/money.h"
#include "kiosk/screens/page.h"

/* A longer time is no help: prices and habits change. */
#define DAYS_SHOWN_MAX 366

/* "¥50 is about 6 days": only where the use is known and the answer says something. */
static void hint_words(struct ui *ui, const struct view *view, char *buffer, size_t size)
{
    const struct account *account = &view->account;
    char low[PAGE_MONEY], high[PAGE_MONEY];

    if (view->amount_fen > 0 && account->daily_cost_fen > 0 &&
        view->amount_fen >= account->daily_cost_fen && view->amount_fen <= account->max_fen &&
        view->amount_fen / account->daily_cost_fen <= DAYS_SHOWN_MAX) {
        snprintf(buffer, size, ui_words(ui, "Lasts about %d days at your recent use"),
                 (int)(view->amount_fen / account->daily_cost_fen));
        return;
    }
    snprintf(buffer, size, ui_words(ui, "From %s to %s each time"),
             page_money(account->min_fen, low), page_money(account->max_fen, high));
}

static void clear_button(struct ui *ui, struct ui_rect rect, bool off)
{
    const struct ui_theme *theme = ui_theme(ui);
    ui_colour ink = off ? theme->on_off : theme->ink;
    struct ui_node_spec node = {.id = "key.clear",
                                .role = UI_BUTTON,
                                .rect = rect,
                                .text = ui_words(ui, "Clear"),
                                .disabled = off,
                                .intent = INTENT_CLEAR};

    ui_node_begin(ui, &node);
    ui_press_shade(ui, rect, UI_RADIUS_KEY);
    ui_icon(ui, "cross", rect.x + 20, rect.y + (rect.h - 40) / 2, 40, ink);
    ui_text(ui, (struct ui_rect){rect.x + 72, rect.y, rect.w - 92, rect.h},
            page_type(UI_BODY, false, ink, UI_LEFT), node.text);
    ui_node_end(ui);
}

static void field(struct ui *ui, const struct view *view, struct ui_rect rect)
{
    const struct ui_theme *theme = ui_theme(ui);
    int x = rect.x + 36, width = rect.w - 72, clear = ui_large(ui) ? 220 : 190;
    char typed[MONEY_TEXT_MAX], words[MONEY_WORDS_MAX], hint[160];
    const char *shown = view->input[0] != '\0' ? view->input : "0.00";
    bool empty = view->input[0] == '\0' && view->amount_fen == 0;

    if (view->input[0] == '\0' && view->amount_fen > 0) {
        shown = money_format(view->amount_fen, typed);
    }
    ui_card(ui, rect, UI_RADIUS_CARD);
    ui_outline(ui, rect, UI_RADIUS_CARD, 4, theme->brand);
    ui_label(ui, "field.label", (struct ui_rect){x, rect.y + 14, width - clear - 20, 81},
             page_type(UI_BODY, true, theme->ink2, UI_LEFT), ui_words(ui, "Amount (yuan)"));
    clear_button(ui, (struct ui_rect){rect.x + rect.w - clear - 16, rect.y + 12, clear, 84},
                 empty || view->busy);
    int foot = 84;
    struct ui_rect line = {x, rect.y + 84, width, rect.h - 84 - foot};
    struct ui_node_spec node = {
        .id = "amt.value", .role = UI_FIELD, .rect = line, .text = shown, .spoken = shown};
    if (view->amount_fen > 0 && money_words(view->amount_fen, words) == STATUS_OK &&
        view->language == LANGUAGE_ZH) {
        node.spoken = words;
    }
    ui_node_begin(ui, &node);
    int at = ui_text(ui, (struct ui_rect){line.x, line.y + 14, 100, line.h - 14},
                     page_type(UI_KEYCAP, true, theme->brand, UI_LEFT), "¥") +
             24;
    at += ui_text(ui, (struct ui_rect){line.x + at, line.y, line.w - at - 40, line.h},
                  page_type(UI_AMOUNT, true, empty ? theme->ink2 : theme->ink, UI_LEFT), shown);
    ui_fill(ui, (struct ui_rect){line.x + at + 16, line.y + 12, 6, line.h - 24}, 3, theme->brand);
    ui_node_end(ui);
    ui_fill(ui, (struct ui_rect){x, rect.y + rect.h - foot, width, 2}, 0, theme->line);
    hint_words(ui, view, hint, sizeof(hint));
    struct ui_rect low = {x, rect.y + rect.h - foot + 6, width, foot - 12};
    struct ui_node_spec note = {.id = "amt.hint", .role = UI_TEXT, .rect = low, .text = hint};
    ui_node_begin(ui, &note);
    ui_icon(ui, "info", low.x, low.y + (low.h - 40) / 2, 40, theme->brand);
    ui_text(ui, (struct ui_rect){low.x + 56, low.y, low.w - 56, low.h},
            page_type(UI_BODY, false, theme->ink, UI_LEFT), hint);
    ui_node_end(ui);
}

static void preset(struct ui *ui, const struct view *view, struct ui_rect rect, int index,
                   const char *text)
{
    char id[UI_ID_MAX];

    snprintf(id, sizeof(id), "preset.%d", index);
    if (index == PRESET_RESTORE) {
        snprintf(id, sizeof(id), "preset.restore");
    }
    ui_button(ui, &(struct ui_button){.node = {.id = id,
                                               .role = UI_TOGGLE,
                                               .rect = rect,
                                               .text = text,
                                               .disabled = view->busy,
                                               .selected = view->selected_preset == index,
                                               .intent = INTENT_PRESET,
                                               .argument = index},
                                      .kind = UI_PILL,
                                      .size = UI_BODY});
}

static void presets(struct ui *ui, const struct view *view, struct ui_rect rect)
{
    const struct account *account = &view->account;
    bool restore = account->restore_fen > 0;
    int parts = account->preset_count + (restore ? 2 : 0);
    char text[64], money[MONEY_TEXT_MAX];

    if (parts == 0) {
        return;
    }
    int gap = 12, unit = (rect.w - gap * (account->preset_count - (restore ? 0 : 1))) / parts;
    if (restore) {
        snprintf(text, sizeof(text), ui_words(ui, "Restore %s"),
                 money_format(account->restore_fen, money));
        preset(ui, view, page_take_left(&rect, unit * 2, gap), PRESET_RESTORE, text);
    }
    for (int i = 0; i < account->preset_count; i++) {
        (void)money_format(account->presets_fen[i], money);
        if (account->presets_fen[i] % 100 == 0) { /* whole yuan are read faster without .00 */
            snprintf(money, sizeof(money), "%lld", (long long)(account->presets_fen[i] / 100));
        }
        snprintf(text, sizeof(text), ui_words(ui, "¥%s"), money);
        preset(ui, view, page_take_left(&rect, unit, gap), i, text);
    }
}

static void draw(struct ui *ui, const struct view *view)
{
    const char *title = view->service == SERVICE_RECHARGE ? ui_words(ui, "Top up")
                                                          : ui_words(ui, "Pay electricity");
    struct page page = page_begin(ui, view, title, PAGE_KEYPAD);
    struct ui_rect a = page.a;
    char money[PAGE_MONEY], next[96];
    int context = ui_portrait(ui) ? PAGE_CONTEXT : 172;

    page_context(ui, view, page_take_top(&a, context, 20));
    field(ui, view, page_take_top(&a, a.h - 108 - 20, 20));
    presets(ui, view, (struct ui_rect){a.x, a.y, a.w, 108});
    page_keypad(ui, page.b, true, view->busy);
    snprintf(next, sizeof(next), ui_words(ui, "Pay %s"), page_money(view->amount_fen, money));
    bool ready = view->input_valid && view->amount_fen > 0;
    const char *why = view->amount_fen == 0                      ? ui_words(ui, "Choose an amount")
                      : view->amount_fen > view->account.max_fen ? ui_words(ui, "Lower the amount")
                                                                 : ui_words(ui, "Raise the amount");
    page_actions(ui, view, &page,
                 &(struct page_actions){
                     .back = ui_words(ui, "Back"), .next = ready ? next : why, .next_off = !ready});
}

const struct screen screen_amount = {.id = SCREEN_AMOUNT, .name = "amount", .draw = draw};
