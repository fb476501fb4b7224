#include <stdio.h>

#include "kiosk/screens/panel.h"

static const char *statement_words(struct ui *ui, enum statement statement)
{
    static const char *const words[STATEMENT_COUNT] = {
        [STATEMENT_NOT_TAKEN] = WORDS_ID("No money was taken"),
        [STATEMENT_CONFIRMING] =
            WORDS_ID("The payment is being confirmed; please do not pay again"),
        [STATEMENT_TAKEN_CREDITING] = WORDS_ID("Paid; being credited"),
        [STATEMENT_TAKEN_CREDITED] = WORDS_ID("Paid and credited"),
        [STATEMENT_MAY_RETURN] =
            WORDS_ID("If your phone shows a payment, it will be returned by itself"),
    };

    CHECK((unsigned)statement < STATEMENT_COUNT);
    return ui_words(ui, words[statement]);
}

/* "The payment stands" is said only of a payment that is proved. */
static const char *receipt_words(struct ui *ui, const struct view *view)
{
    bool stands = view->screen == SCREEN_RESULT && view->outcome == OUTCOME_PAID &&
                  view->statement == STATEMENT_TAKEN_CREDITED;

    switch (view->receipt) {
    case RECEIPT_PRINTING: return ui_words(ui, "The receipt is being printed");
    case RECEIPT_PRINTED: return ui_words(ui, "Please take your receipt");
    case RECEIPT_UNPROVED: return ui_words(ui, "If no receipt came out, it can be printed again");
    case RECEIPT_NO_PAPER:
        return stands ? ui_words(ui, "No paper. The payment stands; note the receipt number")
                      : ui_words(ui, "No paper. Please note the number");
    case RECEIPT_FAILED:
        return stands ? ui_words(ui, "Not printed. The payment stands; note the receipt number")
                      : ui_words(ui, "Not printed. Please note the number");
    case RECEIPT_NONE: break;
    }
    return "";
}

/* What stands there, and what to do with it; the number in figures that can be noted. */
static void receipt_card(struct ui *ui, const struct view *view, struct ui_rect rect,
                         const char *words)
{
    const struct ui_theme *theme = ui_theme(ui);
    bool bad = view->receipt >= RECEIPT_UNPROVED, number = view->receipt_no[0] != '\0';
    bool again = view->receipt > RECEIPT_PRINTED && number;
    int art = rect.h - 24 < 232 ? rect.h - 24 : 232, button = again ? 112 : 0;
    struct ui_rect square = {rect.x + 24, rect.y + (rect.h - art) / 2, art, art};
    struct ui_rect text = {square.x + art + 24, rect.y + 16, 0, rect.h - 32};
    struct ui_type type = page_type(UI_TITLE, true, theme->ink, UI_LEFT);
    char line[96];

    text.w = rect.x + rect.w - 36 - text.x;
    ui_card(ui, rect, UI_RADIUS_CARD);
    panel_picture(ui, square, bad ? "receipt-missing" : "receipt-out", bad ? "warning" : "printer",
                  bad ? theme->rust : theme->teal);
    int label = number ? 60 : 0, most = text.h - label - button - (again ? 12 : 0);
    int high = ui_paragraph_height(ui, text.w, type, words);
    if (high > most) {
        type.size = UI_BODY;
        high = ui_paragraph_height(ui, text.w, type, words);
        high = high > most ? most : high;
    }
    text.y += (most - high) / 2;
    text.h = high;
    ui_prose(ui, "result.receipt", text, type, words);
    text.y += high;
    text.h = label;
    if (number) {
        snprintf(line, sizeof(line), ui_words(ui, "Receipt %s"), view->receipt_no);
        ui_label(ui, "result.number", text, page_type(UI_BODY, bad, theme->ink2, UI_LEFT), line);
    }
    if (again) {
        text.y += label + 12;
        text.h = button - 12;
        text.w = text.w > 440 ? 440 : text.w;
        ui_button(ui, &(struct ui_button){.node = {.id = "result.print",
                                                   .role = UI_BUTTON,
                                                   .rect = text,
                                                   .text = ui_words(ui, "Print again"),
                                                   .disabled = view->busy,
                                                   .intent = INTENT_PRINT},
                                          .icon_left = "printer",
                                          .size = UI_BODY});
    }
}

static void facts_card(struct ui *ui, const struct view *view, struct ui_rect rect)
{
    const struct ui_theme *theme = ui_theme(ui);
    char balance[PAGE_MONEY], grouped[48];
    bool known = view->order.balance_known;
    int row = (rect.h - 24) / (known ? 2 : 1);
    struct ui_rect line = {rect.x + 40, rect.y + 12, rect.w - 80, row};

    page_group(view->account.account_no, 4, grouped, sizeof(grouped));
    ui_card(ui, rect, UI_RADIUS_CARD);
    panel_fact(ui, "result.account", line, view->account.name_masked, grouped, theme->ink);
    if (known) {
        ui_fill(ui, (struct ui_rect){line.x, line.y + row - 1, line.w, 2}, 0, theme->line);
        line.y += row;
        panel_fact(ui, "result.balance", line, ui_words(ui, "New balance"),
                   page_money(view->order.balance_fen, balance), theme->ink);
    }
}

/* What follows for the customer. */
static const char *explanation(struct ui *ui, const struct view *view, char buffer[PAGE_TEXT])
{
    if (view->outcome == OUTCOME_UNPAID && view->message != MESSAGE_NONE) {
        page_message_words(ui, view, buffer);
        return buffer;
    }
    switch (view->statement) {
    case STATEMENT_TAKEN_CREDITED:
        return view->order.supply_restoring
                   ? ui_words(ui, "The supply is being switched on, usually within minutes")
                   : "";
    case STATEMENT_TAKEN_CREDITING:
        return view->crediting
                   ? ui_words(ui, "Waiting for the power company to credit it; a moment please")
                   : ui_words(ui, "If the power company cannot credit it, it is returned");
    case STATEMENT_CONFIRMING:
        return ui_words(ui, "We go on asking. The slip has the order's number; you may leave");
    case STATEMENT_MAY_RETURN:
        return ui_words(ui, "Nothing was credited here. You can start again");
    default: return ui_words(ui, "You can try again or end here");
    }
}

/*
 * Two steps, paid and credited: the second is outlined until the ledger has confirmed it. A sale
 * that was credited with its payment has one.
 */
static void steps(struct ui *ui, const struct view *view, struct ui_rect round)
{
    const struct ui_theme *theme = ui_theme(ui);
    int size = round.w, icon = size * 6 / 10, inset = size / 5, bar = size / 2;

    ui_fill(ui, round, UI_CHIP, theme->high_contrast ? theme->brand : theme->surface);
    ui_icon(ui, "check", round.x + inset, round.y + inset, icon,
            theme->high_contrast ? theme->on_brand : theme->brand);
    if (view->statement != STATEMENT_TAKEN_CREDITING) {
        return;
    }
    ui_fill(ui, (struct ui_rect){round.x + size + 12, round.y + size / 2 - 3, bar, 6}, 3,
            theme->on_hero);
    round.x += size + bar + 24;
    ui_outline(ui, round, UI_CHIP, 6, theme->on_hero);
    ui_icon(ui, "hourglass", round.x + inset, round.y + inset, icon, theme->on_hero);
}

/* Paid: what became of the money, and how much, in the largest type that this kiosk has. */
static void paid_card(struct ui *ui, const struct view *view, struct ui_rect rect)
{
    const struct ui_theme *theme = ui_theme(ui);
    struct ui_type big = page_type(UI_HERO, true, theme->on_hero, UI_LEFT);
    struct ui_type small = page_type(UI_BODY, false, theme->on_hero, UI_LEFT);
    const char *statement = statement_words(ui, view->statement);
    char buffer[PAGE_TEXT], money[PAGE_MONEY];
    const char *more = explanation(ui, view, buffer);
    struct ui_rect text = {rect.x + 56, 0, rect.w - 112, 0};
    int more_h = more[0] == '\0' ? 0 : ui_paragraph_height(ui, text.w, small, more) + 12;
    int line = ui_type_size(ui, UI_HERO) * 15 / 10, amount = ui_type_size(ui, UI_AMOUNT) * 13 / 10;
    int label = ui_type_size(ui, UI_BODY) * 15 / 10;
    int free = rect.h - 40 - line - more_h - label - amount;
    int art = free + 24 > 360 ? 360 : free + 24, badge = free > 250 ? 132 : 96;

    ui_shadow(ui, rect, UI_RADIUS_HERO, UI_CALL);
    ui_gradient(ui, rect, UI_RADIUS_HERO, theme->hero_top, theme->hero_bottom);
    if (theme->high_contrast) {
        ui_outline(ui, rect, UI_RADIUS_HERO, theme->outline_width, theme->outline);
    }
    ui_art(ui, "house-lit", (struct ui_rect){rect.x + rect.w - art - 40, rect.y + 20, art, art});
    struct ui_rect round = {text.x, rect.y + (free - badge) / 2 + 8, badge, badge};
    steps(ui, view, round);
    text.y = rect.y + free;
    text.h = line;
    ui_label(ui, "result.statement", text, big, statement);
    text.y += line;
    text.h = more_h;
    if (more_h > 0) {
        ui_prose(ui, "result.note", text, small, more);
    }
    text.y += more_h;
    text.h = label;
    ui_label(ui, "result.paid.label", text, small, ui_words(ui, "Paid"));
    text.y += label;
    text.h = amount;
    big.size = UI_AMOUNT;
    ui_label(ui, "result.amount", text, big, page_money(view->order.amount_fen, money));
}

static void draw_paid(struct ui *ui, const struct view *view, struct ui_rect rest)
{
    int facts = view->order.balance_known ? 208 : 120;
    struct ui_rect side = rest;

    if (ui_portrait(ui)) {
        /* A receipt that did not come has more to say, and a button. */
        int receipt = view->receipt > RECEIPT_PRINTED ? 356 : 288;
        int below = facts + PAGE_GAP + (view->receipt != RECEIPT_NONE ? receipt + PAGE_GAP : 0);

        paid_card(ui, view, page_take_top(&side, rest.h - below, PAGE_GAP));
    } else {
        paid_card(ui, view, page_take_left(&side, rest.w / 2, PAGE_GAP));
    }
    facts_card(ui, view, page_take_top(&side, facts, PAGE_GAP));
    if (view->receipt != RECEIPT_NONE) {
        receipt_card(ui, view, side, receipt_words(ui, view));
    }
}

static void draw_open(struct ui *ui, const struct view *view, struct ui_rect rest)
{
    const struct ui_theme *theme = ui_theme(ui);
    bool unpaid = view->outcome == OUTCOME_UNPAID;
    char buffer[PAGE_TEXT];
    struct panel panel = {.id = "result.statement",
                          .art = unpaid ? "money-safe" : "waiting",
                          .icon = unpaid ? "info" : "hourglass",
                          .head = statement_words(ui, view->statement),
                          .body = explanation(ui, view, buffer),
                          .colour = theme->ink,
                          .tint = unpaid ? theme->blue : theme->rust};

    if (view->receipt == RECEIPT_NONE) {
        panel_draw(ui, rest, &panel);
        return;
    }
    int low = ui_portrait(ui) ? 340 : 270;
    panel_draw(ui, page_take_top(&rest, rest.h - low - PAGE_GAP, PAGE_GAP), &panel);
    receipt_card(ui, view, rest, receipt_words(ui, view));
}

static const char *title(struct ui *ui, const struct view *view)
{
    if (view->outcome == OUTCOME_UNPAID || view->statement == STATEMENT_NOT_TAKEN) {
        return ui_words(ui, "Not paid");
    }
    switch (view->statement) {
    case STATEMENT_TAKEN_CREDITED: return ui_words(ui, "Done");
    case STATEMENT_TAKEN_CREDITING: return ui_words(ui, "Payment received");
    case STATEMENT_MAY_RETURN: return ui_words(ui, "Not credited");
    default: return ui_words(ui, "Being confirmed");
    }
}

static void draw(struct ui *ui, const struct view *view)
{
    bool paid = view->outcome == OUTCOME_PAID, unpaid = view->outcome == OUTCOME_UNPAID;
    struct page page = page_begin(ui, view, title(ui, view), 0);

    if (paid) {
        draw_paid(ui, view, page.content);
    } else {
        draw_open(ui, view, page.content);
    }
    page_actions(ui, view, &page,
                 &(struct page_actions){.back = unpaid && view->account.account_no[0] != '\0'
                                                    ? ui_words(ui, "Try again")
                                                    : NULL,
                                        .next = view->crediting
                                                    ? ui_words(ui, "Print the receipt now")
                                                    : ui_words(ui, "Finish"),
                                        .next_icon = view->crediting ? "printer" : "check"});
}

const struct screen screen_result = {.id = SCREEN_RESULT, .name = "result", .draw = draw};

static void draw_reprint_done(struct ui *ui, const struct view *view)
{
    const struct ui_theme *theme = ui_theme(ui);
    struct page page = page_begin(ui, view, ui_words(ui, "Reprint"), 0);
    struct ui_rect rest = page.content;
    char body[160], line[96];
    bool good = view->receipt == RECEIPT_PRINTED || view->receipt == RECEIPT_PRINTING;

    snprintf(body, sizeof(body), ui_words(ui, "Copy no. %d is marked as a reprint"),
             view->reprint_number);
    struct panel panel = {.id = "result.statement",
                          .art = good ? "receipt-out" : "receipt-missing",
                          .icon = good ? "printer" : "warning",
                          .head = good ? receipt_words(ui, view) : ui_words(ui, "Not printed"),
                          .body = view->reprint_number > 0 ? body : "",
                          .colour = good ? theme->brand : theme->ink,
                          .tint = good ? theme->teal : theme->rust};
    int low = good ? 140 : ui_portrait(ui) ? 340 : 270;

    panel_draw(ui, page_take_top(&rest, rest.h - low - PAGE_GAP, PAGE_GAP), &panel);
    if (good) {
        ui_card(ui, rest, UI_RADIUS_CARD);
        snprintf(line, sizeof(line), ui_words(ui, "Receipt %s"), view->receipt_no);
        ui_label(ui, "result.number", ui_inset(rest, 40, 16),
                 page_type(UI_TITLE, true, theme->ink, UI_CENTRE), line);
    } else {
        receipt_card(ui, view, rest, receipt_words(ui, view));
    }
    page_actions(ui, view, &page,
                 &(struct page_actions){.next = ui_words(ui, "Finish"), .next_icon = "check"});
}

const struct screen screen_reprint_done = {
    .id = SCREEN_REPRINT_DONE, .name = "reprint_done", .draw = draw_reprint_done};
