/* Fonts, and lines of text as cached alpha masks. */
#include <linebreak.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/ui/internal.h"

#define KEY_MAX       1400
#define PARAGRAPH_MAX 1024

/* The subset is small and holds what people write; the whole font waits for a rare character. */
static const char *const font_names[UI_FONTS] = {
    "fonts/kiosk-regular.otf",
    "fonts/kiosk-bold.otf",
    "fonts/full-regular.ttc",
    "fonts/full-bold.ttc",
};
/* NotoSansCJK-*.ttc holds JP, KR, SC, TC, HK in this order. */
#define FULL_FACE_SC 2

static bool load_file(struct ui *ui, int index)
{
    char path[512];
    struct font *font = &ui->fonts[index];

    if (font->file.bytes == NULL) {
        snprintf(path, sizeof(path), "%s/%s", ui->assets_dir, font_names[index]);
        if (!map_open(path, &font->file)) {
            missing_asset(path);
        }
    }
    return font->file.bytes != NULL;
}

/*
 * The face at that size, until the next call. One face serves all sizes: opening it parses seven
 * thousand glyphs' places, changing its size costs next to nothing, and finished lines are cached.
 */
static TTF_Font *font_at(struct ui *ui, bool bold, bool full, int px)
{
    int index = (full ? 2 : 0) + (bold ? 1 : 0);
    struct font *font = &ui->fonts[index];

    if (!load_file(ui, index)) {
        return NULL;
    }
    if (font->ttf == NULL) {
        SDL_RWops *bytes = SDL_RWFromConstMem(font->file.bytes, (int)font->file.size);

        CHECK(bytes != NULL);
        font->ttf = TTF_OpenFontIndexRW(bytes, 1, px, full ? FULL_FACE_SC : 0);
        CHECK(font->ttf != NULL);
        TTF_SetFontHinting(font->ttf, TTF_HINTING_NONE);
    } else if (font->px != px) {
        CHECK(TTF_SetFontSize(font->ttf, px) == 0);
    }
    font->px = px;
    return font->ttf;
}

/* The next character of valid UTF-8; a wrong byte counts as one character. */
static uint32_t next_character(const char **at)
{
    const uint8_t *byte = (const uint8_t *)*at;
    int more = byte[0] >= 0xF0 ? 3 : byte[0] >= 0xE0 ? 2 : byte[0] >= 0xC0 ? 1 : 0;
    uint32_t value = more == 0 ? byte[0] : byte[0] & (0x3FU >> more);

    for (int i = 1; i <= more; i++) {
        if ((byte[i] & 0xC0) != 0x80) {
            more = i - 1;
            break;
        }
        value = value << 6 | (byte[i] & 0x3F);
    }
    *at += more + 1;
    return value;
}

static bool covers(TTF_Font *font, const char *text)
{
    while (*text != '\0') {
        uint32_t character = next_character(&text);

        if (character > ' ' && !TTF_GlyphIsProvided32(font, character)) {
            return false;
        }
    }
    return true;
}

static TTF_Font *font_for(struct ui *ui, bool bold, int px, const char *text)
{
    TTF_Font *font = font_at(ui, bold, false, px);

    if (font != NULL && !covers(font, text)) {
        TTF_Font *full = font_at(ui, bold, true, px);

        return full != NULL ? full : font;
    }
    return font;
}

enum status text_open(struct ui *ui)
{
    if (!TTF_WasInit() && TTF_Init() != 0) {
        return STATUS_IO;
    }
    init_linebreak();
    return load_file(ui, 0) && load_file(ui, 1) ? STATUS_OK : STATUS_IO;
}

void text_close(struct ui *ui)
{
    for (size_t i = 0; i < ARRAY_LEN(ui->fonts); i++) {
        if (ui->fonts[i].ttf != NULL) {
            TTF_CloseFont(ui->fonts[i].ttf);
        }
        map_close(&ui->fonts[i].file);
    }
}

static void render(struct cached *entry, TTF_Font *font, const char *text)
{
    SDL_Surface *surface = TTF_RenderUTF8_Blended(font, text, (SDL_Color){255, 255, 255, 255});

    if (surface == NULL) { /* nothing but blanks */
        entry->alpha = calloc((size_t)entry->w * (size_t)entry->h + 1, 1);
        CHECK(entry->alpha != NULL);
        return;
    }
    entry->w = surface->w;
    entry->h = surface->h;
    entry->alpha = malloc((size_t)surface->w * (size_t)surface->h + 1);
    CHECK(entry->alpha != NULL);
    uint8_t *to = entry->alpha;
    for (int y = 0; y < surface->h; y++) {
        const uint8_t *row = (const uint8_t *)surface->pixels + (ptrdiff_t)y * surface->pitch;

        for (int x = 0; x < surface->w; x++) {
            uint32_t pixel;

            memcpy(&pixel, row + (ptrdiff_t)x * 4, sizeof(pixel));
            *to++ = (uint8_t)(pixel >> 24);
        }
    }
    SDL_memset(surface->pixels, 0, (size_t)surface->h * (size_t)surface->pitch);
    SDL_FreeSurface(surface);
}

struct cached *text_line(struct ui *ui, bool bold, int px, const char *text, bool with_alpha)
{
    char key[KEY_MAX];
    bool made;

    snprintf(key, sizeof(key), "T%d%c%s", px, bold ? 'b' : 'r', text);
    struct cached *entry = cache_get(ui, key, &made);
    if (made || (with_alpha && entry->alpha == NULL)) {
        TTF_Font *font = font_for(ui, bold, px, text);
        CHECK(font != NULL);
        if (made) {
            (void)TTF_SizeUTF8(font, text, &entry->w, &entry->h);
            entry->ascent = TTF_FontAscent(font);
        }
        if (with_alpha) {
            render(entry, font, text);
        }
    }
    return entry;
}

bool text_closing(const char *text)
{
    static const char *const closing[] = {"，", "。", "、", "；", "：", "！", "？", "）",
                                          "》", "”",  "’",  "】", "」", "…",  ",",  ".",
                                          ";",  ":",  "!",  "?",  ")",  "%",  "]"};

    for (size_t i = 0; i < ARRAY_LEN(closing); i++) {
        if (strncmp(text, closing[i], strlen(closing[i])) == 0) {
            return true;
        }
    }
    return false;
}

/* Bytes of so many characters. */
static int bytes_of(const char *text, int characters)
{
    const char *at = text;

    for (int i = 0; i < characters && *at != '\0'; i++) {
        (void)next_character(&at);
    }
    return (int)(at - text);
}

/* Where the line that begins at from ends: behind the last break that still fits. */
static int line_end(TTF_Font *font, const char *text, const char *breaks, int from, int length,
                    int width)
{
    char line[PARAGRAPH_MAX];
    int extent = 0, count = 0;

    snprintf(line, sizeof(line), "%s", text + from);
    (void)TTF_MeasureUTF8(font, line, width, &extent, &count);
    int fits = from + bytes_of(text + from, count > 0 ? count : 1);
    for (int i = from; i < fits; i++) {
        if (breaks[i] == LINEBREAK_MUSTBREAK && i + 1 < length) {
            return i + 1;
        }
    }
    if (fits >= length) {
        return length;
    }
    /* A blank may hang over the edge, so the byte behind counts too. */
    int last = text[fits] == ' ' ? fits : fits - 1;
    for (int i = last; i > from; i--) {
        if (breaks[i] == LINEBREAK_ALLOWBREAK) {
            return i + 1;
        }
    }
    return fits; /* one unbreakable word: cut it */
}

const struct cached *text_lines(struct ui *ui, bool bold, int px, int width, const char *text)
{
    char key[KEY_MAX], breaks[PARAGRAPH_MAX];
    bool made;

    snprintf(key, sizeof(key), "P%d%c%d-%s", px, bold ? 'b' : 'r', width, text);
    struct cached *entry = cache_get(ui, key, &made);
    if (!made) {
        return entry;
    }
    size_t length = strlen(text);
    TTF_Font *font = font_for(ui, bold, px, text);
    CHECK(length < PARAGRAPH_MAX && font != NULL);
    set_linebreaks_utf8((const utf8_t *)text, length, ui->style.language, breaks);
    int at = 0;
    while (at < (int)length && entry->line_count < UI_LINES_MAX) {
        entry->lines[entry->line_count++] = at;
        at = line_end(font, text, breaks, at, (int)length, width);
    }
    entry->lines[entry->line_count] = at;
    entry->whole = at == (int)length;
    return entry;
}
