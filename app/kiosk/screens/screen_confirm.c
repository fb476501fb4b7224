#include <stdio.h>

#include "kiosk/screens/panel.h"

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
    panel_fact(ui, "acct.kind", line, ui_words(ui, "Kind of account"), page_category(ui, account),
               theme->ink);
    line.y += row;
    panel_fact(ui, "acct.payment", line, ui_words(ui, "Way of paying"),
               account->prepaid ? ui_words(ui, "Prepaid") : ui_words(ui, "Billed monthly"),
               theme->ink);
    line.y += row;
    if (account->prepaid && account->balance_shown) {
        panel_fact(ui, "acct.balance", line, ui_words(ui, "Balance (estimated)"),
                   page_money(account->balance_fen, money),
                   account->balance_fen < 0 ? theme->danger : theme->ink);
        line.y += row;
        panel_fact(ui, "acct.supply", line, ui_words(ui, "Supply"),
                   account->supply_cut ? ui_words(ui, "Cut off") : ui_words(ui, "On"),
                   account->supply_cut ? theme->danger : theme->brand);
    } else if (!account->prepaid) {
        snprintf(text, sizeof(text), ui_words(ui, "%d unpaid"), account->bill_count);
        panel_fact(ui, "acct.bills", line, ui_words(ui, "Open bills"), text, theme->ink);
        line.y += row;
        panel_fact(ui, "acct.due", line, ui_words(ui, "Due in all"),
                   page_money(due_fen(account), money),
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
    /* The name as large as it goes: it is what people recognise from a step away. */
    struct ui_type name = page_type(UI_AMOUNT, true, theme->ink, UI_LEFT);
    int art = rect.h - 560 > 320 ? 320 : rect.h - 560 < 128 ? 128 : rect.h - 560;
    int width = rect.w - 80;
    if (rect.h < 560 || ui_text_width(ui, name, account->name_masked) > width) {
        name.size = UI_HERO;
    }
    int name_h = ui_type_size(ui, name.size) * 13 / 10, head_h = art > 140 ? art : 84;
    int free = rect.h - 24 - head_h - name_h - 80 - 130;
    struct ui_rect line = {rect.x + 40, rect.y + 16 + (free > 0 ? free / 2 : 0), width, head_h};
    panel_picture(ui, (struct ui_rect){rect.x + rect.w - 40 - art, line.y, art, art}, "house",
                  "house", theme->teal);
    line.w -= art + 16;
    struct ui_type ask = page_type(UI_HEAD, true, theme->brand, UI_LEFT);
    const char *question = ui_words(ui, "Is this the right account?");
    if (art > 140) {
        int high = ui_paragraph_height(ui, line.w, ask, question);
        struct ui_rect text = {line.x, line.y + (head_h - high) / 2, line.w, high};

        ui_prose(ui, "confirm.question", text, ask, question);
    } else {
        ask.size = UI_TITLE;
        ui_label(ui, "confirm.question", line, ask, question);
    }
    line.y += head_h;
    line.w = art > 140 ? width : line.w;
    line.h = name_h;
    ui_label(ui, "acct.name", line, name, account->name_masked);
    line.w = width;
    line.y += name_h;
    line.h = 80;
    ui_label(ui, "acct.number", line, page_type(UI_TITLE, true, theme->ink, UI_LEFT), number);
    line.y += 80;
    line.h = rect.y + rect.h - line.y - 8 < 130 ? rect.y + rect.h - line.y - 8 : 130;
    struct ui_type address = page_type(UI_TITLE, false, theme->ink2, UI_LEFT);
    if (ui_paragraph_height(ui, width, address, account->address_masked) > line.h) {
        address.size = UI_BODY;
    }
    ui_prose(ui, "acct.address", line, address, account->address_masked);
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
