#include <stdio.h>
#include <string.h>

#include "kiosk/screens/panel.h"

/* "00012-261121-0001" while it is typed: terminal, date and sequence as printed. */
static void dashed(const char *digits, char *buffer, size_t size)
{
    size_t at = 0;

    for (int i = 0; digits[i] != '\0' && at + 2 < size; i++) {
        if (i == 5 || i == 11) {
            buffer[at++] = '-';
        }
        buffer[at++] = digits[i];
    }
    buffer[at] = '\0';
}

static void field(struct ui *ui, const struct view *view, struct ui_rect rect)
{
    char number[48];

    dashed(view->input, number, sizeof(number));
    page_number_field(ui, rect, ui_words(ui, "Receipt number"), number,
                      ui_words(ui, "15 digits, beside “Receipt no.” on the receipt"));
}

static void hint(struct ui *ui, const struct view *view, struct ui_rect rect)
{
    const struct ui_theme *theme = ui_theme(ui);
    struct ui_type type = page_type(UI_BODY, false, theme->ink, UI_LEFT);
    const char *words = ui_words(ui, "Receipts of this terminal can be printed again. A reprint "
                                     "is marked, and the number of reprints is limited.");

    if (page_message(ui, view, rect)) {
        return;
    }
    ui_card(ui, rect, UI_RADIUS_CARD);
    int art = rect.h - 32 > 240 ? 240 : rect.h - 32;
    panel_picture(ui, (struct ui_rect){rect.x + 24, rect.y + (rect.h - art) / 2, art, art},
                  "receipt-out", "receipt", theme->violet);
    struct ui_rect text = {rect.x + art + 52, rect.y + 8, rect.w - art - 84, rect.h - 16};
    int high = ui_paragraph_height(ui, text.w, type, words);
    text.y += text.h > high ? (text.h - high) / 2 : 0;
    text.h = text.h > high ? high : text.h;
    ui_prose(ui, "reprint.hint", text, type, words);
}

static void draw(struct ui *ui, const struct view *view)
{
    struct page page = page_begin(ui, view, ui_words(ui, "Reprint"), PAGE_KEYPAD);
    struct ui_rect a = page.a;
    int high = a.h > 660 ? 380 : a.h * 52 / 100;

    field(ui, view, page_take_top(&a, high, PAGE_GAP));
    hint(ui, view, a);
    page_keypad(ui, page.b, false, view->busy);
    page_actions(ui, view, &page,
                 &(struct page_actions){.back = ui_words(ui, "Back"),
                                        .next = view->input_valid ? ui_words(ui, "Print receipt")
                                                                  : ui_words(ui, "Not complete"),
                                        .next_off = !view->input_valid});
}

const struct screen screen_reprint = {.id = SCREEN_REPRINT, .name = "reprint", .draw = draw};
