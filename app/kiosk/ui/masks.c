/* Makes the alpha masks and pictures that painting uses; each is made once for its size. */
#include <SDL2/SDL_image.h>
#include <math.h>
#include <qrencode.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/ui/internal.h"

#define KEY_MAX 400

static uint8_t *make_alpha(struct cached *entry, int w, int h)
{
    entry->w = w;
    entry->h = h;
    entry->alpha = calloc((size_t)w * (size_t)h + 1, 1);
    CHECK(entry->alpha != NULL);
    return entry->alpha;
}

/* Coverage of a pixel at that distance inside an edge: a soft step one pixel wide. */
static double step(double inside)
{
    return inside <= -0.5 ? 0.0 : inside >= 0.5 ? 1.0 : inside + 0.5;
}

static double corner_distance(int x, int y, int radius)
{
    double dx = radius - (x + 0.5), dy = radius - (y + 0.5);

    return sqrt(dx * dx + dy * dy);
}

const struct cached *mask_corner(struct ui *ui, int radius)
{
    char key[KEY_MAX];
    bool made;

    snprintf(key, sizeof(key), "C%d", radius);
    struct cached *entry = cache_get(ui, key, &made);
    if (made) {
        uint8_t *alpha = make_alpha(entry, radius, radius);

        for (int y = 0; y < radius; y++) {
            for (int x = 0; x < radius; x++) {
                *alpha++ = (uint8_t)(255.0 * step(radius - corner_distance(x, y, radius)));
            }
        }
    }
    return entry;
}

const struct cached *mask_outline_corner(struct ui *ui, int radius, int width)
{
    char key[KEY_MAX];
    bool made;

    snprintf(key, sizeof(key), "O%d-%d", radius, width);
    struct cached *entry = cache_get(ui, key, &made);
    if (made) {
        uint8_t *alpha = make_alpha(entry, radius, radius);

        for (int y = 0; y < radius; y++) {
            for (int x = 0; x < radius; x++) {
                double distance = corner_distance(x, y, radius);
                double cover = step(radius - distance) * step(distance - radius + width);

                *alpha++ = (uint8_t)(255.0 * cover);
            }
        }
    }
    return entry;
}

/* One box blur of rows, written transposed: twice is both directions. */
static void blur_rows(const uint8_t *from, uint8_t *to, int w, int h, int reach)
{
    for (int y = 0; y < h; y++) {
        const uint8_t *row = from + (ptrdiff_t)y * w;
        int sum = 0;

        for (int x = -reach; x < w; x++) {
            sum += x + reach < w ? row[x + reach] : 0;
            sum -= x - reach - 1 >= 0 ? row[x - reach - 1] : 0;
            if (x >= 0) {
                to[(ptrdiff_t)x * h + y] = (uint8_t)(sum / (2 * reach + 1));
            }
        }
    }
}

static void rounded_alpha(uint8_t *alpha, int stride, int w, int h, int radius)
{
    for (int y = 0; y < h; y++) {
        for (int x = 0; x < w; x++) {
            int cx = x < radius ? x : x >= w - radius ? w - 1 - x : radius;
            int cy = y < radius ? y : y >= h - radius ? h - 1 - y : radius;
            bool corner = cx < radius && cy < radius;
            double cover = corner ? step(radius - corner_distance(cx, cy, radius)) : 1.0;

            alpha[(ptrdiff_t)y * stride + x] = (uint8_t)(255.0 * cover);
        }
    }
}

const struct cached *mask_shadow(struct ui *ui, int w, int h, int radius, int blur)
{
    char key[KEY_MAX];
    bool made;
    int core = 2 * (radius + blur) + 1;
    int inner_w = w < core ? w : core, inner_h = h < core ? h : core;

    snprintf(key, sizeof(key), "S%d-%d-%d-%d", inner_w, inner_h, radius, blur);
    struct cached *entry = cache_get(ui, key, &made);
    if (!made) {
        return entry;
    }
    int full_w = inner_w + 2 * blur, full_h = inner_h + 2 * blur;
    uint8_t *alpha = make_alpha(entry, full_w, full_h);
    uint8_t *other = malloc((size_t)full_w * (size_t)full_h);
    CHECK(other != NULL);
    rounded_alpha(alpha + (ptrdiff_t)blur * full_w + blur, full_w, inner_w, inner_h, radius);
    /* Three box blurs are a Gaussian to the eye; together they reach as far as the margin. */
    int reach = blur / 3 > 0 ? blur / 3 : 1;
    for (int pass = 0; pass < 3; pass++) {
        blur_rows(alpha, other, full_w, full_h, reach);
        blur_rows(other, alpha, full_h, full_w, reach);
    }
    free(other);
    return entry;
}

static SDL_Surface *load_svg(struct ui *ui, const char *folder, const char *name, int w, int h)
{
    char path[KEY_MAX];

    snprintf(path, sizeof(path), "%s/%s/%s.svg", ui->assets_dir, folder, name);
    SDL_RWops *file = SDL_RWFromFile(path, "rb");
    SDL_Surface *raw = file == NULL ? NULL : IMG_LoadSizedSVG_RW(file, w, h);
    if (file != NULL) {
        SDL_RWclose(file);
    }
    if (raw == NULL) {
        missing_asset(path);
        return NULL;
    }
    SDL_Surface *argb = SDL_ConvertSurfaceFormat(raw, SDL_PIXELFORMAT_ARGB8888, 0);
    SDL_FreeSurface(raw);
    CHECK(argb != NULL);
    return argb;
}

static uint32_t pixel(const SDL_Surface *surface, int x, int y)
{
    if (x >= surface->w || y >= surface->h) {
        return 0;
    }
    const uint8_t *row = (const uint8_t *)surface->pixels + (ptrdiff_t)y * surface->pitch;
    uint32_t value;

    memcpy(&value, row + (ptrdiff_t)x * 4, sizeof(value));
    return value;
}

const struct cached *mask_icon(struct ui *ui, const char *name, int size)
{
    char key[KEY_MAX];
    bool made;

    snprintf(key, sizeof(key), "I%d-%s", size, name);
    struct cached *entry = cache_get(ui, key, &made);
    if (!made) {
        return entry;
    }
    uint8_t *alpha = make_alpha(entry, size, size);
    SDL_Surface *surface = load_svg(ui, "icons", name, size, size);
    for (int y = 0; surface != NULL && y < size; y++) {
        for (int x = 0; x < size; x++) {
            *alpha++ = (uint8_t)(pixel(surface, x, y) >> 24);
        }
    }
    SDL_FreeSurface(surface);
    return entry;
}

/* Large drawings stand ready in the sizes of common screens: see assets/CMakeLists.txt. */
static bool map_art(const struct ui *ui, const char *name, struct cached *entry)
{
    char path[KEY_MAX];

    snprintf(path, sizeof(path), "%s/art/%s-%dx%d.argb", ui->assets_dir, name, entry->w, entry->h);
    if (!map_open(path, &entry->map)) {
        return false;
    }
    if (entry->map.size != (size_t)entry->w * (size_t)entry->h * sizeof(*entry->pixels)) {
        map_close(&entry->map);
        return false;
    }
    entry->pixels = entry->map.bytes;
    return true;
}

const struct cached *mask_art(struct ui *ui, const char *name, int w, int h)
{
    char key[KEY_MAX];
    bool made;

    snprintf(key, sizeof(key), "A%dx%d-%s", w, h, name);
    struct cached *entry = cache_get(ui, key, &made);
    if (!made) {
        return entry;
    }
    entry->w = w;
    entry->h = h;
    if (map_art(ui, name, entry)) {
        return entry;
    }
    uint32_t *to = calloc((size_t)w * (size_t)h, sizeof(*to));
    CHECK(to != NULL);
    entry->pixels = to;
    SDL_Surface *surface = load_svg(ui, "art", name, w, h);
    for (int y = 0; surface != NULL && y < h; y++) {
        for (int x = 0; x < w; x++) {
            *to++ = pixel(surface, x, y);
        }
    }
    SDL_FreeSurface(surface);
    return entry;
}

#define QUIET_ZONE 4 /* modules, ISO/IEC 18004 */

const struct cached *mask_qr(struct ui *ui, const char *text, int size)
{
    char key[KEY_MAX];
    bool made;

    snprintf(key, sizeof(key), "Q%d-%s", size, text);
    struct cached *entry = cache_get(ui, key, &made);
    if (!made) {
        return entry;
    }
    uint8_t *alpha = make_alpha(entry, size, size);
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    if (code == NULL) {
        return entry; /* an empty text: a white field */
    }
    int module = size / (code->width + 2 * QUIET_ZONE);
    int margin = (size - module * code->width) / 2;
    CHECK(module > 0);
    for (int y = 0; y < module * code->width; y++) {
        for (int x = 0; x < module * code->width; x++) {
            bool dark = (code->data[y / module * code->width + x / module] & 1) != 0;

            alpha[(ptrdiff_t)(y + margin) * size + x + margin] = dark ? 255 : 0;
        }
    }
    QRcode_free(code);
    return entry;
}
