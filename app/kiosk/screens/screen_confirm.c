#include <stdio.h>

#include "kiosk/screens/page.h"

static void fact(struct ui *ui, const char *id, struct ui_rect rect, const char *label,
                 const char *value, ui_colour colour)
{
    const struct ui_theme *theme = ui_theme(ui);
    struct ui_node_spec node = {.id = id, .role = UI_TEXT, .rect = rect, .text = value};
    int left = rect.w * 50 / 100;
    char spoken[UI_TEXT_MAX];

    snprintf(spoken, sizeof(spoken), "%s %s", label, value);
    node.spoken = spoken;
    ui_node_begin(ui, &node);
    ui_text(ui, (struct ui_rect){rect.x, rect.y, left, rect.h},
            page_type(UI_BODY, false, theme->ink2, UI_LEFT), label);
    ui_text(ui, (struct ui_rect){rect.x + left + 16, rect.y, rect.w - left - 16, rect.h},
            page_type(UI_TITLE, true, colour, UI_RIGHT), value);
    ui_node_end(ui);
}

static int64_t due_fen(const struct account *account)
{
    int64_t sum = 0;

    for (int i = 0; i < account->bill_count; i++) {
        sum += account->bills[i].amount_fen + account->bills[i].late_fee_fen;
    }
    return sum;
}

static void dues(struct ui *ui, const struct view *view, struct ui_rect rect)
{
    const struct ui_theme *theme = ui_theme(ui);
    const struct account *account = &view->account;
    char money[PAGE_MONEY], text[64];
    int row = rect.h / 4 < 110 ? rect.h / 4 : 110;
    struct ui_rect line = {rect.x + 36, rect.y + (rect.h - 4 * row) / 2, rect.w - 72, row};

    ui_card(ui, rect, UI_RADIUS_CARD);
    fact(ui, "acct.kind", line, ui_words(ui, "Kind of account"), page_category(ui, account),
         theme->ink);
    line.y += row;
    fact(ui, "acct.payment", line, ui_words(ui, "Way of paying"),
         account->prepaid ? ui_words(ui, "Prepaid") : ui_words(ui, "Billed monthly"), theme->ink);
    line.y += row;
    if (account->prepaid && account->balance_shown) {
        fact(ui, "acct.balance", line, ui_words(ui, "Balance (estimated)"),
             page_money(account->balance_fen, money),
             account->balance_fen < 0 ? theme->danger : theme->ink);
        line.y += row;
        fact(ui, "acct.supply", line, ui_words(ui, "Supply"),
             account->supply_cut ? ui_words(ui, "Cut off") : ui_words(ui, "On"),
             account->supply_cut ? theme->danger : theme->brand);
    } else if (!account->prepaid) {
        snprintf(text, sizeof(text), ui_words(ui, "%d unpaid"), account->bill_count);
        fact(ui, "acct.bills", line, ui_words(ui, "Open bills"), text, theme->ink);
        line.y += row;
        fact(ui, "acct.due", line, ui_words(ui, "Due in all"), page_money(due_fen(account), money),
             account->bill_count > 0 ? theme->danger : theme->brand);
    }
}

static void identity(struct ui *ui, const struct view *view, struct ui_rect rect)
{
    const struct ui_theme *theme = ui_theme(ui);
    const struct account *account = &view->account;
    char grouped[48], number[96];

    page_group(account->account_no, 4, grouped, sizeof(grouped));
    snprintf(number, sizeof(number), "%s %s", ui_words(ui, "Account no."), grouped);
    ui_card(ui, rect, UI_RADIUS_CARD);
    int free = rect.h - 470 > 0 ? (rect.h - 470) / 2 : 0;
    struct ui_rect line = {rect.x + 40, rect.y + 24 + free, rect.w - 80, 72};
    ui_icon_tile(ui, (struct ui_rect){rect.x + rect.w - 168, line.y, 128, 128}, 32, "house", 72,
                 theme->teal);
    line.w -= 150;
    ui_label(ui, "confirm.question", line, page_type(UI_TITLE, true, theme->brand, UI_LEFT),
             ui_words(ui, "Is this the right account?"));
    line.y += 84;
    line.h = 116;
    ui_label(ui, "acct.name", line, page_type(UI_HERO, true, theme->ink, UI_LEFT),
             account->name_masked);
    line.w += 150;
    line.y += 124;
    line.h = 72;
    ui_label(ui, "acct.number", line, page_type(UI_TITLE, true, theme->ink, UI_LEFT), number);
    line.y += 80;
    line.h = rect.y + rect.h - line.y - 8 < 130 ? rect.y + rect.h - line.y - 8 : 130;
    ui_prose(ui, "acct.address", line, page_type(UI_BODY, false, theme->ink2, UI_LEFT),
             account->address_masked);
}

static void draw(struct ui *ui, const struct view *view)
{
    struct page page = page_begin(ui, view, ui_words(ui, "Check account"), 440);
    const struct account *account = &view->account;
    bool nothing = !account->prepaid && account->bill_count == 0;
    const char *next = account->prepaid ? ui_words(ui, "Choose amount")
                       : nothing        ? ui_words(ui, "Nothing is due")
                                        : ui_words(ui, "Show the bills");

    if (view->message != MESSAGE_NONE) {
        struct ui_rect *from = ui_portrait(ui) ? &page.a : &page.b;

        (void)page_message(ui, view, page_take_top(from, PAGE_CONTEXT, PAGE_GAP));
    }
    identity(ui, view, page.a);
    dues(ui, view, page.b);
    page_actions(ui, view, &page,
                 &(struct page_actions){.back = ui_words(ui, "Not mine"),
                                        .next = next,
                                        .next_off = nothing || !view->input_valid});
}

const struct screen screen_confirm = {.id = SCREEN_CONFIRM, .name = "confirm", .draw = draw};
