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
    bool stands = view->screen == SCREEN_RESULT && view->outcome == OUTCOME_PAID;

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

static void receipt_card(struct ui *ui, const struct view *view, struct ui_rect rect)
{
    const struct ui_theme *theme = ui_theme(ui);
    bool again = view->receipt > RECEIPT_PRINTED && view->receipt_no[0] != '\0';
    int button = again ? 300 : 0;
    const char *words = receipt_words(ui, view);
    struct ui_rect text = {rect.x + 152, rect.y + 12, rect.w - 188 - button, rect.h - 84};
    struct ui_type type = page_type(UI_BODY, true, theme->ink, UI_LEFT);
    char number[96];

    ui_card(ui, rect, UI_RADIUS_CARD);
    ui_icon_tile(ui, (struct ui_rect){rect.x + 32, rect.y + (rect.h - 92) / 2, 92, 92}, 26,
                 view->receipt >= RECEIPT_UNPROVED ? "warning" : "printer", 54,
                 view->receipt >= RECEIPT_UNPROVED ? theme->rust : theme->teal);
    int high = ui_paragraph_height(ui, text.w, type, words);
    text.y += text.h > high ? (text.h - high) / 2 : 0;
    text.h = text.h > high ? high : text.h;
    ui_prose(ui, "result.receipt", text, type, words);
    if (view->receipt_no[0] != '\0') {
        snprintf(number, sizeof(number), ui_words(ui, "Receipt %s"), view->receipt_no);
        ui_label(ui, "result.number", (struct ui_rect){text.x, rect.y + rect.h - 72, text.w, 60},
                 page_type(UI_BODY, false, theme->ink2, UI_LEFT), number);
    }
    if (again) {
        ui_button(ui,
                  &(struct ui_button){.node = {.id = "result.print",
                                               .role = UI_BUTTON,
                                               .rect = {rect.x + rect.w - button - 24,
                                                        rect.y + (rect.h - 108) / 2, button, 108},
                                               .text = ui_words(ui, "Print again"),
                                               .disabled = view->busy,
                                               .intent = INTENT_PRINT},
                                      .size = UI_BODY});
    }
}

static void money_card(struct ui *ui, const struct view *view, struct ui_rect rect)
{
    const struct ui_theme *theme = ui_theme(ui);
    char money[PAGE_MONEY], balance[PAGE_MONEY], note[256];
    int x = rect.x + 40, width = rect.w - 80, row = (rect.h - 24) / 2;

    ui_card(ui, rect, UI_RADIUS_CARD);
    ui_label(ui, "result.paid.label", (struct ui_rect){x, rect.y + 12, width * 4 / 10, row},
             page_type(UI_BODY, true, theme->ink2, UI_LEFT), ui_words(ui, "Paid"));
    ui_label(ui, "result.amount",
             (struct ui_rect){x + width * 4 / 10, rect.y + 12, width * 6 / 10, row},
             page_type(UI_HEAD, true, theme->brand, UI_RIGHT),
             page_money(view->order.amount_fen, money));
    if (view->order.balance_known) {
        snprintf(note, sizeof(note), ui_words(ui, "New balance %s"),
                 page_money(view->order.balance_fen, balance));
    } else {
        snprintf(note, sizeof(note), "%s·%s", view->account.name_masked, view->account.account_no);
    }
    ui_label(ui, "result.balance", (struct ui_rect){x, rect.y + 12 + row, width, row},
             page_type(UI_TITLE, true, theme->ink, UI_LEFT), note);
}

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
        return ui_words(ui, "The money has arrived; your account is credited by itself");
    case STATEMENT_CONFIRMING:
        return ui_words(ui, "We go on asking. The slip has the order's number; you may leave");
    case STATEMENT_MAY_RETURN:
        return ui_words(ui, "Nothing was credited here. You can start again");
    default: return ui_words(ui, "You can try again or end here");
    }
}

static void draw(struct ui *ui, const struct view *view)
{
    const struct ui_theme *theme = ui_theme(ui);
    bool paid = view->outcome == OUTCOME_PAID, tall = ui_portrait(ui);
    bool unpaid = view->outcome == OUTCOME_UNPAID;
    struct page page = page_begin(ui, view,
                                  paid     ? ui_words(ui, "Done")
                                  : unpaid ? ui_words(ui, "Not paid")
                                           : ui_words(ui, "Being confirmed"),
                                  0);
    struct ui_rect rest = page.content, side = rest;
    char buffer[PAGE_TEXT];
    bool receipt = view->receipt != RECEIPT_NONE;
    struct panel panel = {.id = "result.statement",
                          .icon = paid     ? "check"
                                  : unpaid ? "info"
                                           : "hourglass",
                          .head = statement_words(ui, view->statement),
                          .body = explanation(ui, view, buffer),
                          .head_size = paid || tall ? UI_HEAD : UI_TITLE,
                          .colour = paid ? theme->brand : theme->ink,
                          .tint = paid     ? theme->teal
                                  : unpaid ? theme->blue
                                           : theme->rust};

    if (tall) {
        int below = (paid ? 216 + PAGE_GAP : 0) + (receipt ? 236 + PAGE_GAP : 0);
        int high = rest.h - below < 640 ? rest.h - below : 640;

        panel_draw(ui, page_take_top(&rest, high, PAGE_GAP), &panel);
        side = rest;
    } else if (paid || receipt) {
        panel_draw(ui, page_take_left(&rest, rest.w / 2 - 80, PAGE_GAP), &panel);
        side = rest;
    } else {
        panel_draw(ui, rest, &panel);
    }
    if (paid) {
        money_card(ui, view, page_take_top(&side, 216, PAGE_GAP));
    }
    if (receipt) {
        receipt_card(ui, view, page_take_top(&side, 236, PAGE_GAP));
    }
    page_actions(ui, view, &page,
                 &(struct page_actions){.back = unpaid && view->account.account_no[0] != '\0'
                                                    ? ui_words(ui, "Try again")
                                                    : NULL,
                                        .next = ui_words(ui, "Finish"),
                                        .next_icon = "check"});
}

const struct screen screen_result = {.id = SCREEN_RESULT, .name = "result", .draw = draw};

static void draw_reprint_done(struct ui *ui, const struct view *view)
{
    const struct ui_theme *theme = ui_theme(ui);
    struct page page = page_begin(ui, view, ui_words(ui, "Reprint"), 0);
    struct ui_rect rest = page.content;
    char body[160];
    bool good = view->receipt == RECEIPT_PRINTED || view->receipt == RECEIPT_PRINTING;

    snprintf(body, sizeof(body), ui_words(ui, "Copy no. %d is marked as a reprint"),
             view->reprint_number);
    struct panel panel = {.id = "result.statement",
                          .icon = good ? "printer" : "warning",
                          .head =
                              view->receipt == RECEIPT_NO_PAPER || view->receipt == RECEIPT_FAILED
                                  ? ui_words(ui, "Not printed")
                                  : receipt_words(ui, view),
                          .body = view->reprint_number > 0 ? body : "",
                          .head_size = UI_HEAD,
                          .colour = theme->ink,
                          .tint = good ? theme->teal : theme->rust};
    int low = 236 + PAGE_GAP;
    int high = rest.h - low < 640 ? rest.h - low : 640;
    panel_draw(ui, page_take_top(&rest, high, PAGE_GAP), &panel);
    receipt_card(ui, view, page_take_top(&rest, 236, PAGE_GAP));
    page_actions(ui, view, &page,
                 &(struct page_actions){.next = ui_words(ui, "Finish"), .next_icon = "check"});
}

const struct screen screen_reprint_done = {
    .id = SCREEN_REPRINT_DONE, .name = "reprint_done", .draw = draw_reprint_done};
