/*
 * internal.h - what the toolkit's own files share. Nothing else includes it.
 */
#ifndef KIOSK_UI_INTERNAL_H
#define KIOSK_UI_INTERNAL_H

#include <SDL2/SDL_ttf.h>
#include <stddef.h>

#include "kiosk/ui/ui.h"

#define UI_CACHE_BUCKETS 512
#define UI_FONTS         4
#define UI_LINES_MAX     16
#define UI_SCREEN_MAX    32

/* A file in the page cache; packages replace files whole, so it never shrinks under us. */
struct map {
    void *bytes; /* to read only */
    size_t size;
};

/* A cached thing made from a key: an alpha mask, a picture, or a paragraph's line starts. */
struct cached {
    struct cached *next;
    char *key;
    uint64_t hash;
    uint32_t frame; /* last used */
    int w, h;
    int ascent;       /* text: pixels from the top to the baseline */
    uint8_t *alpha;   /* w * h; NULL until it is wanted */
    uint32_t *pixels; /* w * h ARGB, for art: in map, or else on the heap */
    struct map map;
    int lines[UI_LINES_MAX + 1], line_count;
    bool whole; /* a paragraph: all of it fits into UI_LINES_MAX lines */
};

/* One face of a font, set to the size that was wanted last. */
struct font {
    struct map file;
    TTF_Font *ttf; /* NULL until it is wanted */
    int px;
};

enum command_kind { DRAW_FILL = 0, DRAW_OUTLINE, DRAW_SHADOW, DRAW_MASK, DRAW_PIXELS, DRAW_RING };

struct command {
    enum command_kind kind;
    SDL_Rect box;   /* pixels that it may touch */
    SDL_Rect shape; /* the shape's own rectangle */
    int radius, width, permille;
    ui_colour a, b;
    const struct cached *image; /* lives at least as long as this frame */
    uint64_t hash;
};

struct display_list {
    struct command commands[UI_COMMANDS_MAX];
    int count;
};

struct catalogue {
    char *bytes;
    size_t size;
    uint32_t count;
    const char *ids, *words; /* the two tables, in bytes */
};

struct ui {
    SDL_Window *window;
    SDL_Surface *target; /* where painting goes: the window's, the caller's, or own */
    char *assets_dir;
    double scale;
    int width, height; /* design units */
    /* frame */
    char screen[UI_SCREEN_MAX];
    struct ui_style style;
    uint32_t frame;
    struct display_list lists[2], *now, *before;
    SDL_Rect dirty[UI_DIRTY_MAX];
    int dirty_count;
    /* nodes */
    struct ui_node nodes[UI_NODES_MAX];
    int node_count;
    struct ui_node *open;
    int layer, top_layer;
    /* touch */
    char pressed[UI_ID_MAX]; /* what went down; "" nothing */
    bool inside;             /* the finger is still on it */
    bool press_changed;
    bool own_target;  /* target is neither the window's nor the caller's */
    bool repaint_all; /* the pixels are lost: compare nothing */
    bool present_all; /* the display's copy of them is */
    /* assets */
    struct cached *cache[UI_CACHE_BUCKETS];
    int cached_count;
    struct font fonts[UI_FONTS];
    struct catalogue catalogues[2];
};

/* -- map.c */
/* False: it cannot be read. */
bool map_open(const char *path, struct map *map) MUST_USE;
void map_close(struct map *map);

/* -- cache.c */
struct cached *cache_get(struct ui *ui, const char *key, bool *made);
void cache_age(struct ui *ui);
void cache_wipe(struct ui *ui); /* all that was made from a text */
void cache_close(struct ui *ui);
uint64_t hash_bytes(uint64_t seed, const void *bytes, size_t size);

/* -- geometry (draw.c) */
int ui_px(const struct ui *ui, int units);
SDL_Rect ui_px_rect(const struct ui *ui, struct ui_rect rect);

/* -- masks.c: all sizes in pixels. Their keys begin with C, O, S, I or A: shapes, which outlive a
 * visit; with Q: a text's code. text.c: T and P. */
const struct cached *mask_corner(struct ui *ui, int radius);
const struct cached *mask_outline_corner(struct ui *ui, int radius, int width);
const struct cached *mask_shadow(struct ui *ui, int w, int h, int radius, int blur);
const struct cached *mask_icon(struct ui *ui, const char *name, int size);
const struct cached *mask_art(struct ui *ui, const char *name, int w, int h);
const struct cached *mask_qr(struct ui *ui, const char *text, int size);

/* -- paint.c */
void paint_command(SDL_Surface *surface, const struct command *command, SDL_Rect clip);

/* -- text.c */
enum status text_open(struct ui *ui);
void text_close(struct ui *ui);
/* One line at a pixel size; with_alpha false measures only. */
struct cached *text_line(struct ui *ui, bool bold, int px, const char *text, bool with_alpha);
const struct cached *text_lines(struct ui *ui, bool bold, int px, int width, const char *text);
bool text_closing(const char *text); /* begins with closing punctuation */

/* -- words.c: the .mo file */
enum status catalogue_open(const char *path, struct catalogue *catalogue) MUST_USE;
void catalogue_close(struct catalogue *catalogue);
const char *catalogue_find(const struct catalogue *catalogue, const char *msgid);

/* -- node.c */
/* Colours and size of one text become the open node's when they are its worst. */
void node_note_text(struct ui *ui, struct ui_rect box, int size, ui_colour ink, ui_colour paper);

/* -- frame.c */
struct command *frame_add(struct ui *ui, enum command_kind kind, SDL_Rect box);
void frame_seal(struct command *command);
void missing_asset(const char *path);

#endif
