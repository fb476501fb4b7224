/* A picture with a sentence and an explanation: the shape of every screen that tells something. */
#include "kiosk/screens/panel.h"

#include <stdio.h>

#define PICTURE_MOST  440
#define PICTURE_LEAST 200 /* smaller words come before a smaller picture */
#define GAP           28

struct panel_words {
    struct ui_type head, body;
    int head_h, body_h, all_h;
};

static void measure(struct ui *ui, const struct panel *panel, int width, struct panel_words *words)
{
    words->head_h = ui_paragraph_height(ui, width, words->head, panel->head);
    words->body_h =
        panel->body[0] == '\0' ? 0 : ui_paragraph_height(ui, width, words->body, panel->body);
    words->all_h = words->head_h + (words->body_h > 0 ? GAP / 2 + words->body_h : 0);
}

static struct panel_words choose(struct ui *ui, const struct panel *panel, int width, int height,
                                 enum ui_align align)
{
    static const enum ui_size sizes[][2] = {
        {UI_HERO, UI_TITLE}, {UI_HEAD, UI_TITLE}, {UI_HEAD, UI_BODY}, {UI_TITLE, UI_BODY}};
    struct panel_words words = {0};

    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        words.head = page_type(sizes[i][0], true, panel->colour, align);
        words.body = page_type(sizes[i][1], false, ui_theme(ui)->ink2, align);
        measure(ui, panel, width, &words);
        if (words.all_h <= height) {
            break;
        }
    }
    return words;
}

void panel_picture(struct ui *ui, struct ui_rect square, const char *art, const char *icon,
                   struct ui_tint tint)
{
    int size = square.w * 7 / 10;

    if (!ui_theme(ui)->high_contrast) {
        ui_art(ui, art, square);
        return;
    }
    ui_icon_tile(ui, ui_inset(square, (square.w - size) / 2, (square.h - size) / 2), UI_CHIP, icon,
                 size * 55 / 100, tint);
}

static void picture(struct ui *ui, struct ui_rect square, const struct panel *panel)
{
    const struct ui_theme *theme = ui_theme(ui);

    if (panel->count == NULL) {
        panel_picture(ui, square, panel->art, panel->icon, panel->tint);
        return;
    }
    ui_ring(ui, ui_inset(square, 16, 16), 24, panel->permille, theme->brand,
            theme->high_contrast ? theme->surface : theme->line);
    ui_text(ui, ui_inset(square, square.w / 5, square.h / 5),
            page_type(square.w < 320 ? UI_HERO : UI_AMOUNT, true, theme->ink, UI_CENTRE),
            panel->count);
}

static void write_words(struct ui *ui, struct ui_rect text, const struct panel *panel,
                        const struct panel_words *words)
{
    int bottom = text.y + text.h;

    text.h = words->head_h;
    ui_paragraph(ui, text, words->head, panel->head);
    if (words->body_h > 0) {
        text.y += words->head_h + GAP / 2;
        text.h = bottom - text.y;
        ui_paragraph(ui, text, words->body, panel->body);
    }
}

static void stacked(struct ui *ui, struct ui_rect rect, const struct panel *panel)
{
    struct ui_rect text = {rect.x + 56, rect.y, rect.w - 112, 0};
    struct panel_words words =
        choose(ui, panel, text.w, rect.h - PICTURE_LEAST - GAP - 64, UI_CENTRE);
    int size = rect.h - words.all_h - GAP - 64;

    size = size > PICTURE_MOST ? PICTURE_MOST : size < 104 ? 104 : size;
    int all = size + GAP + words.all_h;
    int y = rect.y + (rect.h > all + 32 ? (rect.h - all) / 2 : 16);
    picture(ui, (struct ui_rect){rect.x + (rect.w - size) / 2, y, size, size}, panel);
    text.y = y + size + GAP;
    text.h = rect.y + rect.h - text.y - 8;
    write_words(ui, text, panel, &words);
}

static void side_by_side(struct ui *ui, struct ui_rect rect, const struct panel *panel)
{
    int size = rect.h - 48 > PICTURE_MOST ? PICTURE_MOST : rect.h - 48;

    size = size > rect.w * 36 / 100 ? rect.w * 36 / 100 : size;
    int margin = rect.w > 1200 ? 72 : 32;
    struct ui_rect square = {rect.x + margin, rect.y + (rect.h - size) / 2, size, size};
    struct ui_rect text = {square.x + size + margin * 3 / 4, rect.y, 0, 0};

    text.w = rect.x + rect.w - 40 - text.x;
    struct panel_words words = choose(ui, panel, text.w, rect.h - 48, UI_LEFT);
    text.y += rect.h > words.all_h + 16 ? (rect.h - words.all_h) / 2 : 8;
    text.h = rect.y + rect.h - text.y - 4;
    picture(ui, square, panel);
    write_words(ui, text, panel, &words);
}

void panel_draw(struct ui *ui, struct ui_rect rect, const struct panel *panel)
{
    struct ui_node_spec node = {
        .id = panel->id, .role = UI_STATUS, .rect = rect, .text = panel->head};
    char spoken[UI_TEXT_MAX];

    snprintf(spoken, sizeof(spoken), "%s. %s", panel->head, panel->body);
    node.spoken = panel->body[0] != '\0' ? spoken : NULL;
    ui_card(ui, rect, UI_RADIUS_HERO);
    if (panel->framed) {
        ui_outline(ui, rect, UI_RADIUS_HERO, 4, ui_theme(ui)->brand);
    }
    ui_node_begin(ui, &node);
    if (rect.w > rect.h * 3 / 2) {
        side_by_side(ui, rect, panel);
    } else {
        stacked(ui, rect, panel);
    }
    ui_node_end(ui);
}

void panel_fact(struct ui *ui, const char *id, struct ui_rect rect, const char *label,
                const char *value, ui_colour colour)
{
    const struct ui_theme *theme = ui_theme(ui);
    struct ui_node_spec node = {.id = id, .role = UI_TEXT, .rect = rect, .text = value};
    struct ui_type type = page_type(UI_BODY, false, theme->ink2, UI_LEFT);
    char spoken[UI_TEXT_MAX];

    snprintf(spoken, sizeof(spoken), "%s %s", label, value);
    node.spoken = spoken;
    ui_node_begin(ui, &node);
    /* Half the line at most, and no more than the label needs. */
    int left = ui_text_width(ui, type, label) + 4;
    left = left > rect.w / 2 ? rect.w / 2 : left;
    ui_text(ui, (struct ui_rect){rect.x, rect.y, left, rect.h}, type, label);
    ui_text(ui, (struct ui_rect){rect.x + left + 20, rect.y, rect.w - left - 20, rect.h},
            page_type(UI_TITLE, true, colour, UI_RIGHT), value);
    ui_node_end(ui);
}
