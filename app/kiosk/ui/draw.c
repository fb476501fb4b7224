/* Drawing calls in design units become commands in pixels. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "kiosk/ui/internal.h"

/* Text may shrink to this share of its size before an ellipsis cuts it. */
#define SHRINK_PERCENT 85
/* Line spacing of paragraphs; at least 1.3 is the rule. */
#define LEADING_PERCENT 140
/* Longer paragraphs are not evened out. */
#define BALANCED_LINES 4
/* The middle of a Chinese character's box above the baseline, in hundredths of the size. */
#define EM_MIDDLE_PERCENT 38

int ui_px(const struct ui *ui, int units)
{
    return (int)lround(units * ui->scale);
}

SDL_Rect ui_px_rect(const struct ui *ui, struct ui_rect rect)
{
    int x = ui_px(ui, rect.x), y = ui_px(ui, rect.y);

    return (SDL_Rect){x, y, ui_px(ui, rect.x + rect.w) - x, ui_px(ui, rect.y + rect.h) - y};
}

int ui_width(const struct ui *ui)
{
    return ui->width;
}

int ui_height(const struct ui *ui)
{
    return ui->height;
}

bool ui_portrait(const struct ui *ui)
{
    return ui->height > ui->width;
}

bool ui_large(const struct ui *ui)
{
    return ui->style.large_type;
}

const struct ui_theme *ui_theme(const struct ui *ui)
{
    return ui->style.high_contrast ? &ui_theme_contrast : &ui_theme_normal;
}

const char *ui_words(const struct ui *ui, const char *msgid)
{
    size_t index = strcmp(ui->style.language, "en") == 0 ? 1 : 0;
    const char *words = msgid[0] == '\0' ? "" : catalogue_find(&ui->catalogues[index], msgid);

    return words != NULL ? words : msgid;
}

int ui_type_size(const struct ui *ui, enum ui_size size)
{
    return ui_size_units(size, ui->style.large_type);
}

static int fit_radius(SDL_Rect shape, int radius)
{
    int most = (shape.w < shape.h ? shape.w : shape.h) / 2;

    return radius > most ? most : radius;
}

void ui_gradient(struct ui *ui, struct ui_rect rect, int radius, ui_colour top, ui_colour bottom)
{
    SDL_Rect box = ui_px_rect(ui, rect);

    if (box.w <= 0 || box.h <= 0) {
        return;
    }
    struct command *command = frame_add(ui, DRAW_FILL, box);
    command->radius = fit_radius(box, ui_px(ui, radius));
    command->image = command->radius > 0 ? mask_corner(ui, command->radius) : NULL;
    command->a = top;
    command->b = bottom;
    frame_seal(command);
}

void ui_fill(struct ui *ui, struct ui_rect rect, int radius, ui_colour colour)
{
    ui_gradient(ui, rect, radius, colour, colour);
}

void ui_outline(struct ui *ui, struct ui_rect rect, int radius, int width, ui_colour colour)
{
    SDL_Rect box = ui_px_rect(ui, rect);
    struct command *command = frame_add(ui, DRAW_OUTLINE, box);

    command->width = ui_px(ui, width) > 0 ? ui_px(ui, width) : 1;
    command->radius = fit_radius(box, ui_px(ui, radius));
    if (command->radius > 0) {
        command->image = mask_outline_corner(ui, command->radius, command->width);
    }
    command->a = command->b = colour;
    frame_seal(command);
}

static void shadow_layer(struct ui *ui, struct ui_rect rect, int radius, int dy, int blur,
                         int percent)
{
    rect.y += dy;
    SDL_Rect shape = ui_px_rect(ui, rect);
    int soft = ui_px(ui, blur) > 2 ? ui_px(ui, blur) : 2;
    SDL_Rect box = {shape.x - soft, shape.y - soft, shape.w + 2 * soft, shape.h + 2 * soft};
    struct command *command = frame_add(ui, DRAW_SHADOW, box);

    command->shape = shape;
    command->radius = fit_radius(shape, ui_px(ui, radius));
    command->image = mask_shadow(ui, shape.w, shape.h, command->radius, soft);
    command->a = command->b = (ui_theme(ui)->shadow & 0xFFFFFFU) | (ui_colour)(percent * 255 / 100)
                                                                       << 24;
    frame_seal(command);
}

void ui_shadow(struct ui *ui, struct ui_rect rect, int radius, enum ui_elevation elevation)
{
    static const struct {
        int dy, blur, percent;
    } layers[][2] = {
        [UI_FLAT] = {{0, 0, 0}, {0, 0, 0}},
        [UI_KEY] = {{6, 16, 6}, {3, 4, 13}},
        [UI_CARD] = {{14, 34, 9}, {2, 6, 7}},
        [UI_CALL] = {{22, 44, 22}, {4, 10, 16}},
    };

    if (elevation == UI_FLAT || ui->style.high_contrast) {
        return;
    }
    for (int i = 0; i < 2; i++) {
        shadow_layer(ui, rect, radius, layers[elevation][i].dy, layers[elevation][i].blur,
                     layers[elevation][i].percent);
    }
}

void ui_icon(struct ui *ui, const char *name, int x, int y, int size, ui_colour colour)
{
    int px = ui_px(ui, size);
    SDL_Rect box = {ui_px(ui, x), ui_px(ui, y), px, px};
    struct command *command = frame_add(ui, DRAW_MASK, box);

    command->image = mask_icon(ui, name, px);
    command->a = command->b = colour;
    frame_seal(command);
}

void ui_art(struct ui *ui, const char *name, struct ui_rect rect)
{
    if (ui->style.high_contrast) {
        return;
    }
    SDL_Rect box = ui_px_rect(ui, rect);
    struct command *command = frame_add(ui, DRAW_PIXELS, box);
    command->image = mask_art(ui, name, box.w, box.h);
    frame_seal(command);
}

void ui_qr(struct ui *ui, struct ui_rect rect, const char *text)
{
    ui_fill(ui, rect, 0, UI_RGB(0xFFFFFF));
    SDL_Rect box = ui_px_rect(ui, rect);
    box.h = box.w;
    struct command *command = frame_add(ui, DRAW_MASK, box);
    command->image = mask_qr(ui, text, box.w);
    command->a = command->b = UI_RGB(0x000000);
    frame_seal(command);
}

void ui_ring(struct ui *ui, struct ui_rect rect, int width, int permille, ui_colour colour,
             ui_colour track)
{
    struct command *command = frame_add(ui, DRAW_RING, ui_px_rect(ui, rect));

    command->width = ui_px(ui, width);
    command->permille = permille < 0 ? 0 : permille > 1000 ? 1000 : permille;
    command->a = colour;
    command->b = track;
    frame_seal(command);
}

/* -- text --------------------------------------------------------------------------------- */

static ui_colour gradient_at(const struct command *fill, int y)
{
    int alpha = fill->shape.h > 1 ? (y - fill->shape.y) * 255 / (fill->shape.h - 1) : 0;
    ui_colour over = (fill->b & 0xFFFFFFU) | (ui_colour)(alpha < 0 ? 0 : alpha & 0xFF) << 24;

    return (fill->a & 0xFF000000U) | (ui_blend(over, fill->a | 0xFF000000U) & 0xFFFFFFU);
}

/* The colour under a place: what was filled there, translucent layers laid over. */
static ui_colour paper_at(const struct ui *ui, int x, int y)
{
    SDL_Point point = {x, y};
    ui_colour over[8];
    int count = 0;

    for (int i = ui->now->count - 1; i >= 0 && count < 8; i--) {
        const struct command *fill = &ui->now->commands[i];

        if (fill->kind != DRAW_FILL || !SDL_PointInRect(&point, &fill->shape)) {
            continue;
        }
        over[count++] = gradient_at(fill, y);
        if (over[count - 1] >> 24 == 255) {
            break;
        }
    }
    ui_colour paper = count > 0 ? over[count - 1] : 0;
    for (int i = count - 2; i >= 0; i--) {
        paper = ui_blend(over[i], paper);
    }
    return paper;
}

static void place_line(struct ui *ui, const struct cached *line, int x, int baseline, int px,
                       struct ui_type type, int units)
{
    SDL_Rect box = {x, baseline - line->ascent, line->w, line->h};
    int top = baseline - px * 4 / 5, left = x + 1, right = x + line->w - 1;
    ui_colour papers[3] = {paper_at(ui, left, top), paper_at(ui, right, baseline),
                           paper_at(ui, (left + right) / 2, baseline)};
    ui_colour worst = papers[0];
    struct ui_rect units_box = {(int)(x / ui->scale), (int)(top / ui->scale),
                                (int)(line->w / ui->scale), (int)(px * 0.95 / ui->scale)};

    for (size_t i = 1; i < ARRAY_LEN(papers); i++) {
        if (ui_contrast_percent(type.colour, papers[i]) < ui_contrast_percent(type.colour, worst)) {
            worst = papers[i];
        }
    }
    node_note_text(ui, units_box, units, type.colour, worst);
    struct command *command = frame_add(ui, DRAW_MASK, box);
    command->image = line;
    command->a = command->b = type.colour;
    frame_seal(command);
}

/* Cuts at a character's end until the text and an ellipsis fit. */
static struct cached *cut_line(struct ui *ui, bool bold, int px, int width, const char *text)
{
    char shorter[UI_TEXT_MAX];
    size_t length = strlen(text);

    if (length > sizeof(shorter) - 4) {
        length = sizeof(shorter) - 4;
    }
    while (length > 0) {
        length--;
        while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80) {
            length--;
        }
        snprintf(shorter, sizeof(shorter), "%.*s…", (int)length, text);
        struct cached *line = text_line(ui, bold, px, shorter, false);
        if (line->w <= width) {
            break;
        }
    }
    snprintf(shorter, sizeof(shorter), "%.*s…", (int)length, text);
    return text_line(ui, bold, px, shorter, true);
}

int ui_text(struct ui *ui, struct ui_rect rect, struct ui_type type, const char *text)
{
    if (text[0] == '\0') {
        return 0;
    }
    SDL_Rect box = ui_px_rect(ui, rect);
    int full = ui_px(ui, ui_type_size(ui, type.size));
    int px = full;
    struct cached *line = text_line(ui, type.bold, px, text, false);

    CHECK(ui->open != NULL);
    for (int tries = 0; line->w > box.w && px * 100 > full * SHRINK_PERCENT && tries < 4; tries++) {
        int wanted = px * box.w / line->w;

        px = wanted < px ? wanted : px - 1;
        px = px * 100 < full * SHRINK_PERCENT ? (full * SHRINK_PERCENT + 99) / 100 : px;
        line = text_line(ui, type.bold, px, text, false);
    }
    if (px < full && px * 100 / full < ui->open->shrink_percent) {
        ui->open->shrink_percent = px * 100 / full;
    }
    if (line->w > box.w) {
        ui->open->clipped = true;
        line = cut_line(ui, type.bold, px, box.w, text);
    } else {
        line = text_line(ui, type.bold, px, text, true);
    }
    int x = type.align == UI_LEFT     ? box.x
            : type.align == UI_CENTRE ? box.x + (box.w - line->w) / 2
                                      : box.x + box.w - line->w;
    int baseline = box.y + box.h / 2 + px * EM_MIDDLE_PERCENT / 100;
    place_line(ui, line, x, baseline, px, type, (int)(px / ui->scale + 0.5));
    return (int)ceil(line->w / ui->scale);
}

int ui_text_width(struct ui *ui, struct ui_type type, const char *text)
{
    int px = ui_px(ui, ui_type_size(ui, type.size));

    return text[0] == '\0'
               ? 0
               : (int)ceil(text_line(ui, type.bold, px, text, false)->w / ui->scale) + 1;
}

static int leading(int px)
{
    return px * LEADING_PERCENT / 100;
}

static const struct cached *lines_in(struct ui *ui, int width, struct ui_type type, int px,
                                     const char *text)
{
    int full = ui_px(ui, width);
    const struct cached *lines = text_lines(ui, type.bold, px, full, text);

    if (lines->line_count < 2 || lines->line_count > BALANCED_LINES) {
        return lines;
    }
    /* Evened out: a last line of one character reads badly. */
    for (int twelfths = 6; twelfths < 12; twelfths++) {
        const struct cached *even = text_lines(ui, type.bold, px, full * twelfths / 12, text);

        if (even->line_count == lines->line_count) {
            return even;
        }
    }
    return lines;
}

int ui_paragraph_height(struct ui *ui, int width, struct ui_type type, const char *text)
{
    int px = ui_px(ui, ui_type_size(ui, type.size));

    return (int)ceil(lines_in(ui, width, type, px, text)->line_count * leading(px) / ui->scale);
}

int ui_paragraph(struct ui *ui, struct ui_rect rect, struct ui_type type, const char *text)
{
    int full = ui_px(ui, ui_type_size(ui, type.size)), px = full;
    SDL_Rect box = ui_px_rect(ui, rect);
    const struct cached *lines = lines_in(ui, rect.w, type, px, text);

    CHECK(ui->open != NULL);
    while ((lines->line_count * leading(px) > box.h + leading(px) / 4 || !lines->whole) &&
           (px - 1) * 100 >= full * SHRINK_PERCENT) {
        px--;
        lines = lines_in(ui, rect.w, type, px, text);
    }
    if (px * 100 / full < ui->open->shrink_percent) {
        ui->open->shrink_percent = px * 100 / full;
    }
    for (int i = 0; i < lines->line_count; i++) {
        char part[UI_TEXT_MAX * 2];
        int from = lines->lines[i], length = lines->lines[i + 1] - from;

        while (length > 0 && (text[from + length - 1] == ' ' || text[from + length - 1] == '\n')) {
            length--;
        }
        if ((i + 1) * leading(px) > box.h + leading(px) / 4) {
            ui->open->clipped = true;
            break;
        }
        snprintf(part, sizeof(part), "%.*s", length, text + from);
        ui->open->bad_line_start |= i > 0 && text_closing(part);
        struct cached *line = text_line(ui, type.bold, px, part, true);
        int x = type.align == UI_LEFT     ? box.x
                : type.align == UI_CENTRE ? box.x + (box.w - line->w) / 2
                                          : box.x + box.w - line->w;
        int baseline = box.y + leading(px) * i + leading(px) / 2 + px * EM_MIDDLE_PERCENT / 100;
        place_line(ui, line, x, baseline, px, type, (int)(px / ui->scale + 0.5));
    }
    ui->open->clipped |= !lines->whole;
    return (int)ceil(lines->line_count * leading(px) / ui->scale);
}
