/* Painting on 32-bit pixels: fills, masks and pictures, always inside one clip rectangle. */
#include <math.h>
#include <string.h>

#include "kiosk/ui/internal.h"

#define OPAQUE 255U

static inline uint32_t mix(uint32_t under, uint32_t over, uint32_t alpha)
{
    uint32_t keep = OPAQUE - alpha;
    uint32_t rb = (over & 0xFF00FFU) * alpha + (under & 0xFF00FFU) * keep + 0x800080U;
    uint32_t g = (over & 0x00FF00U) * alpha + (under & 0x00FF00U) * keep + 0x008000U;

    rb = (rb + (rb >> 8 & 0xFF00FFU)) >> 8 & 0xFF00FFU;
    g = (g + (g >> 8 & 0x00FF00U)) >> 8 & 0x00FF00U;
    return 0xFF000000U | rb | g;
}

static uint32_t *row_at(SDL_Surface *surface, int y)
{
    return (uint32_t *)(void *)((uint8_t *)surface->pixels + (ptrdiff_t)y * surface->pitch);
}

static void paint_run(uint32_t *row, int x0, int x1, ui_colour colour)
{
    uint32_t alpha = colour >> 24;

    if (alpha == OPAQUE) {
        for (int x = x0; x < x1; x++) {
            row[x] = colour;
        }
        return;
    }
    for (int x = x0; x < x1; x++) {
        row[x] = mix(row[x], colour, alpha);
    }
}

static int clamp(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

static ui_colour lerp(ui_colour a, ui_colour b, int at, int of)
{
    uint32_t alpha = of > 1 ? (uint32_t)(at * 255 / (of - 1)) : 0;

    return a == b ? a : ((a & 0xFF000000U) | (mix(a, b, alpha) & 0xFFFFFFU));
}

/* One row of a corner: coverage from the mask, mirrored for the right side. */
static void corner_row(uint32_t *row, SDL_Rect clip, int x, const uint8_t *cover, int count,
                       bool mirror, ui_colour colour)
{
    uint32_t alpha = colour >> 24;
    int from = clamp(clip.x - x, 0, count), to = clamp(clip.x + clip.w - x, 0, count);

    for (int i = from; i < to; i++) {
        uint32_t a = cover[mirror ? count - 1 - i : i] * alpha / OPAQUE;

        if (a != 0) {
            row[x + i] = mix(row[x + i], colour, a);
        }
    }
}

static void paint_fill(SDL_Surface *surface, const struct command *command, SDL_Rect clip)
{
    SDL_Rect shape = command->shape;
    int radius = command->radius;

    for (int y = clip.y; y < clip.y + clip.h; y++) {
        int line = y - shape.y;
        int edge = line < radius ? line : shape.h - 1 - line < radius ? shape.h - 1 - line : -1;
        ui_colour colour = lerp(command->a, command->b, line, shape.h);
        uint32_t *row = row_at(surface, y);
        int inset = edge >= 0 && radius > 0 ? radius : 0;
        int left = clamp(shape.x + inset, clip.x, clip.x + clip.w);
        int right = clamp(shape.x + shape.w - inset, clip.x, clip.x + clip.w);

        if (inset > 0) {
            const uint8_t *cover = command->image->alpha + (ptrdiff_t)edge * radius;

            corner_row(row, clip, shape.x, cover, radius, false, colour);
            corner_row(row, clip, shape.x + shape.w - radius, cover, radius, true, colour);
        }
        paint_run(row, left, right, colour);
    }
}

static void paint_outline(SDL_Surface *surface, const struct command *command, SDL_Rect clip)
{
    SDL_Rect shape = command->shape;
    int radius = command->radius, width = command->width;
    int end = clip.x + clip.w;

    for (int y = clip.y; y < clip.y + clip.h; y++) {
        int line = y - shape.y, below = shape.h - 1 - line;
        int edge = line < below ? line : below;
        uint32_t *row = row_at(surface, y);

        if (edge < radius) {
            const uint8_t *cover = command->image->alpha + (ptrdiff_t)edge * radius;

            corner_row(row, clip, shape.x, cover, radius, false, command->a);
            corner_row(row, clip, shape.x + shape.w - radius, cover, radius, true, command->a);
            if (edge < width) {
                paint_run(row, clamp(shape.x + radius, clip.x, end),
                          clamp(shape.x + shape.w - radius, clip.x, end), command->a);
            }
            continue;
        }
        paint_run(row, clamp(shape.x, clip.x, end), clamp(shape.x + width, clip.x, end),
                  command->a);
        paint_run(row, clamp(shape.x + shape.w - width, clip.x, end),
                  clamp(shape.x + shape.w, clip.x, end), command->a);
    }
}

/* Where a nine-slice's pixel comes from: the ends are copied, the middle is stretched. */
static int slice(int at, int size, int mask_size)
{
    int half = mask_size / 2;

    if (at < half) {
        return at;
    }
    return at >= size - half ? mask_size - (size - at) : half;
}

/* Columns x0 to x1 of a row; cover[0] belongs to column x. */
static void paint_cover(uint32_t *row, int x0, int x1, const uint8_t *cover, int x,
                        ui_colour colour)
{
    uint32_t strength = colour >> 24;

    for (int at = x0; at < x1; at++) {
        row[at] = mix(row[at], colour, cover[at - x] * strength / OPAQUE);
    }
}

static void paint_shadow(SDL_Surface *surface, const struct command *command, SDL_Rect clip)
{
    const struct cached *mask = command->image;
    SDL_Rect box = command->box;
    int half = mask->w / 2, end = clip.x + clip.w;
    int left = clamp(box.x + half, clip.x, end);
    int right = clamp(box.x + box.w - half, left, end);

    for (int y = clip.y; y < clip.y + clip.h; y++) {
        int my = slice(y - box.y, box.h, mask->h);
        const uint8_t *cover = mask->alpha + (ptrdiff_t)my * mask->w;
        uint32_t *row = row_at(surface, y);
        uint32_t alpha = cover[half] * (command->a >> 24) / OPAQUE;

        paint_cover(row, clip.x, left, cover, box.x, command->a);
        /* The middle of the middle lies under an opaque shape. */
        if (my != mask->h / 2 || box.h <= mask->h) {
            paint_run(row, left, right, (command->a & 0xFFFFFFU) | alpha << 24);
        }
        paint_cover(row, right, end, cover, box.x + box.w - mask->w, command->a);
    }
}

static void paint_mask(SDL_Surface *surface, const struct command *command, SDL_Rect clip)
{
    const struct cached *mask = command->image;
    uint32_t strength = command->a >> 24;

    for (int y = clip.y; y < clip.y + clip.h; y++) {
        const uint8_t *cover =
            mask->alpha + (ptrdiff_t)(y - command->box.y) * mask->w - (ptrdiff_t)command->box.x;
        uint32_t *row = row_at(surface, y);

        for (int x = clip.x; x < clip.x + clip.w; x++) {
            uint32_t alpha = cover[x];

            if (alpha == OPAQUE && strength == OPAQUE) {
                row[x] = command->a;
            } else if (alpha != 0) {
                row[x] = mix(row[x], command->a, alpha * strength / OPAQUE);
            }
        }
    }
}

static void paint_pixels(SDL_Surface *surface, const struct command *command, SDL_Rect clip)
{
    const struct cached *image = command->image;

    for (int y = clip.y; y < clip.y + clip.h; y++) {
        const uint32_t *from =
            image->pixels + (ptrdiff_t)(y - command->box.y) * image->w - (ptrdiff_t)command->box.x;
        uint32_t *row = row_at(surface, y);

        for (int x = clip.x; x < clip.x + clip.w; x++) {
            uint32_t alpha = from[x] >> 24;

            if (alpha == OPAQUE) {
                row[x] = from[x];
            } else if (alpha != 0) {
                row[x] = mix(row[x], from[x], alpha);
            }
        }
    }
}

static double cover_of(double distance)
{
    return distance <= -0.5 ? 0.0 : distance >= 0.5 ? 1.0 : distance + 0.5;
}

static void paint_ring(SDL_Surface *surface, const struct command *command, SDL_Rect clip)
{
    SDL_Rect shape = command->shape;
    double radius = shape.w / 2.0;
    double cx = shape.x + radius, cy = shape.y + shape.h / 2.0;
    double full = 2.0 * 3.14159265358979323846;
    double end = full * command->permille / 1000.0;

    for (int y = clip.y; y < clip.y + clip.h; y++) {
        uint32_t *row = row_at(surface, y);

        for (int x = clip.x; x < clip.x + clip.w; x++) {
            double dx = x + 0.5 - cx, dy = y + 0.5 - cy;
            double distance = sqrt(dx * dx + dy * dy);
            double cover =
                cover_of(radius - distance) * cover_of(distance - radius + (double)command->width);

            if (cover <= 0.0) {
                continue;
            }
            double angle = atan2(dx, -dy);
            bool lit = (angle < 0 ? angle + full : angle) < end;

            row[x] = mix(row[x], lit ? command->a : command->b, (uint32_t)(cover * 255.0));
        }
    }
}

void paint_command(SDL_Surface *surface, const struct command *command, SDL_Rect clip)
{
    if (!SDL_IntersectRect(&clip, &command->box, &clip)) {
        return;
    }
    switch (command->kind) {
    case DRAW_FILL: paint_fill(surface, command, clip); return;
    case DRAW_OUTLINE: paint_outline(surface, command, clip); return;
    case DRAW_SHADOW: paint_shadow(surface, command, clip); return;
    case DRAW_MASK: paint_mask(surface, command, clip); return;
    case DRAW_PIXELS: paint_pixels(surface, command, clip); return;
    case DRAW_RING: paint_ring(surface, command, clip); return;
    }
}
