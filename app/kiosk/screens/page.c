#include "kiosk/screens/page.h"

#include <stdio.h>
#include <string.h>

#include "common/money.h"

#define HEADER_Y     44
#define BRAND        76
#define STEPS_TOP    160
#define DOCK_TALL    152
#define DOCK_WIDE    124
#define ACTIONS_TALL 124
#define ACTIONS_WIDE 108
#define TIMER_FULL_S 90 /* the ring is full at this many seconds */
#define KEYPAD_WIDE  760
#define WARN_BELOW_S 30

struct ui_type page_type(enum ui_size size, bool bold, ui_colour colour, enum ui_align align)
{
    return (struct ui_type){.size = size, .bold = bold, .colour = colour, .align = align};
}

const char *page_money(int64_t amount_fen, char buffer[PAGE_MONEY])
{
    char digits[MONEY_TEXT_MAX];

    snprintf(buffer, PAGE_MONEY, "¥%s", money_format(amount_fen, digits));
    return buffer;
}

void page_group(const char *digits, int group, char *buffer, size_t size)
{
    size_t at = 0;

    for (int i = 0; digits[i] != '\0' && at + 2 < size; i++) {
        if (i > 0 && i % group == 0) {
            buffer[at++] = ' ';
        }
        buffer[at++] = digits[i];
    }
    buffer[at] = '\0';
}

void page_period(struct ui *ui, const char *period, char *buffer, size_t size)
{
    if (strlen(period) == 7) {
        /* TRANSLATORS: year, month */
        snprintf(buffer, size, ui_words(ui, "%.4s-%.2s"), period, period + 5);
    } else {
        snprintf(buffer, size, "%s", period);
    }
}

const char *page_category(struct ui *ui, const struct account *account)
{
    static const struct {
        const char *code, *msgid;
    } kinds[] = {
        {"residential", WORDS_ID("Household")},
        {"commercial", WORDS_ID("Business")},
        {"campus", WORDS_ID("Campus room")},
        {"industrial", WORDS_ID("Industry")},
    };

    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (strcmp(account->category, kinds[i].code) == 0) {
            return ui_words(ui, kinds[i].msgid);
        }
    }
    return ui_words(ui, "Electricity");
}

struct ui_rect page_take_top(struct ui_rect *rect, int h, int gap)
{
    struct ui_rect top = {rect->x, rect->y, rect->w, h};

    rect->y += h + gap;
    rect->h -= h + gap;
    return top;
}

struct ui_rect page_take_left(struct ui_rect *rect, int w, int gap)
{
    struct ui_rect left = {rect->x, rect->y, w, rect->h};

    rect->x += w + gap;
    rect->w -= w + gap;
    return left;
}

static void timer(struct ui *ui, const struct view *view)
{
    const struct ui_theme *theme = ui_theme(ui);
    struct ui_rect rect = {ui_width(ui) - PAGE_MARGIN - 212, HEADER_Y + 3, 212, 70};
    bool late = view->seconds_left < WARN_BELOW_S;
    int full = ui_large(ui) ? 2 * TIMER_FULL_S : TIMER_FULL_S;
    char text[32];

    if (view->seconds_left < 0) {
        return;
    }
    snprintf(text, sizeof(text), ui_words(ui, "%d s"), view->seconds_left);
    struct ui_node_spec node = {.id = "time", .role = UI_STATUS, .rect = rect, .text = text};
    ui_node_begin(ui, &node);
    ui_fill(ui, rect, UI_CHIP, theme->surface);
    ui_outline(ui, rect, UI_CHIP, 2, theme->line);
    ui_ring(ui, (struct ui_rect){rect.x + 16, rect.y + 14, 42, 42}, 7,
            view->seconds_left * 1000 / full, late ? theme->danger : theme->brand,
            theme->high_contrast ? theme->surface : theme->line);
    ui_text(ui, (struct ui_rect){rect.x + 70, rect.y, rect.w - 88, rect.h},
            page_type(UI_BODY, true, theme->ink, UI_CENTRE), text);
    ui_node_end(ui);
}

void page_header(struct ui *ui, const struct view *view, const char *title)
{
    const struct ui_theme *theme = ui_theme(ui);
    struct ui_rect tile = {PAGE_MARGIN, HEADER_Y, BRAND, BRAND};
    bool narrow =
        !ui_portrait(ui) && view->step > 0 && !view->warning && !view->recent_payment_warning;
    int right = narrow ? 620 : ui_width(ui) - PAGE_MARGIN - 236;
    struct ui_rect words = {tile.x + BRAND + 24, HEADER_Y, right - tile.x - BRAND - 24, BRAND};
    struct ui_node_spec node = {.id = "title", .role = UI_TEXT, .rect = words, .text = title};

    ui_node_begin(ui, &node);
    ui_fill(ui, tile, 24, theme->brand);
    ui_icon(ui, "bolt", tile.x + 14, tile.y + 14, 48, theme->on_brand);
    ui_text(ui, words, page_type(UI_HEAD, true, theme->ink, UI_LEFT), title);
    ui_node_end(ui);
    timer(ui, view);
}

static void step_dot(struct ui *ui, struct ui_rect dot, int number, int step)
{
    const struct ui_theme *theme = ui_theme(ui);
    char text[16];

    snprintf(text, sizeof(text), "%d", number);
    if (number < step) {
        ui_fill(ui, dot, UI_CHIP, theme->brand);
        ui_icon(ui, "check", dot.x + 12, dot.y + 12, dot.w - 24, theme->on_brand);
        return;
    }
    if (number == step) {
        ui_fill(ui, ui_inset(dot, -8, -8), UI_CHIP, theme->brand_tint);
        ui_fill(ui, dot, UI_CHIP, theme->brand);
    } else {
        ui_fill(ui, dot, UI_CHIP, theme->surface);
        ui_outline(ui, dot, UI_CHIP, 3, theme->outline);
    }
    ui_text(ui, dot,
            page_type(UI_BODY, true, number == step ? theme->on_brand : theme->ink2, UI_CENTRE),
            text);
}

/* Progress in words too: the node says "step 2 of 4: amount". */
static void steps(struct ui *ui, const struct view *view)
{
    const struct ui_theme *theme = ui_theme(ui);
    bool bills = view->account.account_no[0] != '\0' && !view->account.prepaid;
    const char *names[4] = {ui_words(ui, "Account"),
                            bills ? ui_words(ui, "Bills") : ui_words(ui, "Amount"),
                            ui_words(ui, "Pay"), ui_words(ui, "Receipt")};
    bool tall = ui_portrait(ui);
    int left = tall ? PAGE_MARGIN : 660;
    int pitch = (tall ? ui_width(ui) - 2 * PAGE_MARGIN : ui_width(ui) - 660 - 300) / 4;
    int top = tall ? STEPS_TOP : 24, size = tall ? 64 : 56;
    char text[96];
    int step = view->step;

    snprintf(text, sizeof(text), ui_words(ui, "Step %d of %d: %s"), step, view->step_count,
             names[(step - 1) & 3]);
    struct ui_node_spec node = {.id = "steps",
                                .role = UI_STATUS,
                                .rect = {left, top - 8, pitch * 4, size + 66},
                                .text = text};
    ui_node_begin(ui, &node);
    for (int i = 0; i < 4; i++) {
        int middle = left + pitch * i + pitch / 2;
        bool here = i + 1 == step;

        if (i > 0) {
            struct ui_rect line = {middle - pitch + size / 2 + 14, top + size / 2 - 3,
                                   pitch - size - 28, 6};
            ui_fill(ui, line, 3, i + 1 <= step ? theme->brand : theme->line);
        }
        step_dot(ui, (struct ui_rect){middle - size / 2, top, size, size}, i + 1, step);
        ui_text(ui, (struct ui_rect){left + pitch * i + 4, top + size + 10, pitch - 8, 48},
                page_type(UI_CAPTION, here, here ? theme->brand : theme->ink2, UI_CENTRE),
                names[i]);
    }
    ui_node_end(ui);
}

static void dock_item(struct ui *ui, struct ui_rect rect, const struct ui_node_spec *spec,
                      const char *icon)
{
    const struct ui_theme *theme = ui_theme(ui);
    bool lit = spec->selected;
    ui_colour ink = lit ? theme->brand : theme->ink;
    int size = rect.h >= 130 ? 48 : 40, top = rect.y + (rect.h - size - 54) / 2;

    ui_node_begin(ui, spec);
    if (lit) {
        ui_fill(ui, rect, UI_RADIUS_KEY, theme->brand_tint);
        ui_outline(ui, rect, UI_RADIUS_KEY, theme->outline_width, theme->brand);
    }
    ui_press_shade(ui, rect, UI_RADIUS_KEY);
    ui_icon(ui, icon, rect.x + (rect.w - size) / 2, top, size, ink);
    ui_text(ui, (struct ui_rect){rect.x + 6, top + size + 4, rect.w - 12, 48},
            page_type(UI_CAPTION, lit, ink, UI_CENTRE), spec->text);
    ui_node_end(ui);
}

void page_dock(struct ui *ui, const struct view *view)
{
    const struct ui_theme *theme = ui_theme(ui);
    int height = ui_portrait(ui) ? DOCK_TALL : DOCK_WIDE;
    struct ui_rect dock = {0, ui_height(ui) - height, ui_width(ui), height + 2};
    int pitch = (ui_width(ui) - 2 * PAGE_MARGIN + 16) / 4;
    /* The other language in its own name: never translated. */
    const char *other = view->language == LANGUAGE_ZH ? "English" : "中文";
    const struct {
        const char *id, *text, *icon;
        enum intent intent;
        bool selected;
    } items[4] = {
        {"dock.language", other, "globe", INTENT_LANGUAGE, false},
        {"dock.large", ui_words(ui, "Large type"), "type", INTENT_LARGE_TYPE, view->large_type},
        {"dock.contrast", ui_words(ui, "Contrast"), "contrast", INTENT_CONTRAST,
         view->high_contrast},
        {"dock.help", ui_words(ui, "Help"), "headset", INTENT_HELP, view->screen == SCREEN_HELP},
    };

    ui_fill(ui, dock, 0, theme->surface);
    ui_fill(ui, (struct ui_rect){0, dock.y, dock.w, theme->high_contrast ? 4 : 2}, 0, theme->line);
    for (int i = 0; i < 4; i++) {
        struct ui_rect rect = {PAGE_MARGIN + pitch * i, dock.y + 10, pitch - 16, height - 20};
        bool toggle = items[i].intent == INTENT_LARGE_TYPE || items[i].intent == INTENT_CONTRAST;
        struct ui_node_spec node = {.id = items[i].id,
                                    .role = toggle ? UI_TOGGLE : UI_BUTTON,
                                    .rect = rect,
                                    .text = items[i].text,
                                    .selected = items[i].selected,
                                    .intent = (int)items[i].intent};

        dock_item(ui, rect, &node, items[i].icon);
    }
}

struct page page_begin(struct ui *ui, const struct view *view, const char *title, int b_height)
{
    bool tall = ui_portrait(ui);
    int dock = tall ? DOCK_TALL : DOCK_WIDE, action = tall ? ACTIONS_TALL : ACTIONS_WIDE;
    int top = tall ? (view->step > 0 ? 312 : 176) : 160;
    int width = ui_width(ui) - 2 * PAGE_MARGIN;
    struct page page = {0};

    page_header(ui, view, title);
    if (view->step > 0) {
        steps(ui, view);
    }
    page.actions = (struct ui_rect){PAGE_MARGIN, ui_height(ui) - dock - action - (tall ? 38 : 24),
                                    width, action};
    page.content =
        (struct ui_rect){PAGE_MARGIN, top, width, page.actions.y - (tall ? 28 : 24) - top};
    page.a = page.b = page.content;
    if (tall && b_height > 0) {
        page.a.h = page.content.h - b_height - PAGE_GAP;
        page.b.y = page.a.y + page.a.h + PAGE_GAP;
        page.b.h = b_height;
    } else if (b_height > 0) {
        page.a.w = width - KEYPAD_WIDE - 32;
        page.b.x = page.a.x + page.a.w + 32;
        page.b.w = KEYPAD_WIDE;
    }
    page_dock(ui, view);
    return page;
}

struct ui_rect page_whole(const struct ui *ui, const struct page *page)
{
    struct ui_rect whole = page->content;

    whole.h = page->actions.y + page->actions.h - whole.y - (ui_portrait(ui) ? 10 : 0);
    return whole;
}

void page_actions(struct ui *ui, const struct view *view, const struct page *page,
                  const struct page_actions *actions)
{
    struct ui_rect next = page->actions;
    struct ui_rect back = {next.x, next.y, 340, next.h};

    if (actions->back != NULL) {
        if (actions->next == NULL) {
            back.w = 420;
        }
        ui_button(ui, &(struct ui_button){
                          .node = {.id = actions->back_id != NULL ? actions->back_id : "nav.back",
                                   .role = UI_BUTTON,
                                   .rect = back,
                                   .text = actions->back,
                                   .intent = actions->back_intent != 0 ? actions->back_intent
                                                                       : INTENT_BACK},
                          .icon_left = "arrow-left",
                          .size = UI_TITLE});
        next.x += back.w + PAGE_GAP;
        next.w -= back.w + PAGE_GAP;
    }
    if (actions->next == NULL) {
        return;
    }
    bool off = actions->next_off || view->busy;
    ui_button(
        ui, &(struct ui_button){
                .node = {.id = actions->next_id != NULL ? actions->next_id : "nav.next",
                         .role = UI_BUTTON,
                         .rect = next,
                         .text = view->busy ? ui_words(ui, "One moment…") : actions->next,
                         .disabled = off,
                         .intent = actions->next_intent != 0 ? actions->next_intent : INTENT_NEXT},
                .kind = UI_NEXT,
                .icon_right =
                    off ? NULL : (actions->next_icon != NULL ? actions->next_icon : "arrow-right"),
                .size = UI_TITLE});
}

void page_keypad(struct ui *ui, struct ui_rect rect, bool point, bool off)
{
    static const char *const keys[12] = {"1", "2", "3", "4", "5", "6",
                                         "7", "8", "9", ".", "0", "<"};
    const int gap = 16;
    int w = (rect.w - 2 * gap) / 3, h = (rect.h - 3 * gap) / 4;

    for (int i = 0; i < 12; i++) {
        char id[UI_ID_MAX];
        char c = keys[i][0];
        bool digit = c >= '0' && c <= '9';
        struct ui_node_spec node = {
            .id = id,
            .role = UI_BUTTON,
            .rect = {rect.x + i % 3 * (w + gap), rect.y + i / 3 * (h + gap), w, h},
            .text = keys[i],
            .disabled = off,
            .intent = INTENT_DIGIT,
            .argument = c - '0'};

        snprintf(id, sizeof(id), "key.%c", c);
        if (!digit) {
            node.argument = 0;
            node.intent = c == '<' ? INTENT_BACKSPACE : point ? INTENT_POINT : INTENT_CLEAR;
            snprintf(id, sizeof(id), "key.%s", c == '<' ? "backspace" : point ? "point" : "clear");
            node.spoken = c == '<' ? ui_words(ui, "Delete one digit")
                          : point  ? ui_words(ui, "Point")
                                   : ui_words(ui, "Clear");
            node.text = point && c == '.' ? "." : node.spoken;
        }
        ui_key(ui, &node, c == '<' ? "backspace" : (c == '.' && !point) ? "cross" : NULL);
    }
}
