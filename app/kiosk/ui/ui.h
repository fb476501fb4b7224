/*
 * ui.h - the touch toolkit: one call draws and registers, and only what changed is repainted.
 *
 * A frame is a list of drawing commands. The list is compared with that of the frame before;
 * only rectangles that differ are painted, and only they go to the window. Everything that can
 * be seen belongs to a node; taps, the audit, the JSON tree and the voice use the same nodes.
 *
 * Coordinates are design units: portrait is 1080 x 1920, landscape is 1920 wide (or 1080 high),
 * and the surface's size decides how many pixels a unit has. Everything runs in the screen
 * thread and nothing blocks; strings are copied. A bound that is reached is a broken invariant.
 */
#ifndef KIOSK_UI_UI_H
#define KIOSK_UI_UI_H

#include <SDL2/SDL.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/status.h"
#include "kiosk/ui/theme.h"

#define UI_ID_MAX       32
#define UI_TEXT_MAX     256
#define UI_REASON_MAX   96
#define UI_NODES_MAX    160
#define UI_COMMANDS_MAX 1024

struct ui;

struct ui_options {
    SDL_Window *window;     /* draws into its surface; or NULL and: */
    SDL_Surface *surface;   /* an off-screen surface of 32 bits a pixel; stays the caller's */
    const char *assets_dir; /* holds fonts/, icons/ and locale/ */
};

struct ui_rect {
    int x, y, w, h;
};

enum ui_role { UI_TEXT = 0, UI_BUTTON, UI_TOGGLE, UI_FIELD, UI_IMAGE, UI_STATUS, UI_DIALOG };

/* What a touch meant: the numbers that the node was given. intent 0: nothing. */
struct ui_action {
    int intent;
    int argument;
};

struct ui_node_spec {
    const char *id; /* unique on a screen, stable between releases */
    enum ui_role role;
    struct ui_rect rect;
    const char *text;   /* what stands there */
    const char *spoken; /* NULL: the same as text */
    bool disabled, selected;
    int intent, argument; /* intent 0: cannot be tapped */
};

/* A node as it was registered. Colours and sizes are those of its worst text. */
struct ui_node {
    char id[UI_ID_MAX];
    char text[UI_TEXT_MAX];
    char spoken[UI_TEXT_MAX];
    enum ui_role role;
    struct ui_rect rect; /* design units */
    bool enabled, selected;
    bool clipped;        /* an ellipsis was needed, or a paragraph did not fit */
    bool bad_line_start; /* a line begins with closing punctuation */
    int intent, argument;
    int layer;
    int text_size;           /* the smallest text in it, design units; 0: no text */
    ui_colour ink, paper;    /* of the text with the lowest contrast */
    int contrast_percent;    /* 450 is 4.5:1; 0: no text */
    int shrink_percent;      /* 100: no text had to shrink */
    struct ui_rect text_box; /* union of its texts, design units */
};

/* -- life ------------------------------------------------------------------------------ */

/* STATUS_IO: an asset cannot be read (logged by name on standard error by the caller). */
enum status ui_create(const struct ui_options *options, struct ui **ui) MUST_USE;
void ui_destroy(struct ui *ui);
/* Overwrites and drops every cached text, QR code, node and command: the visit is over. Shapes
 * (shadows, icons, art) stay: they say nothing of anybody. */
void ui_wipe(struct ui *ui);
/* The window changed its size: the next frame is painted in full. */
void ui_invalidate(struct ui *ui);
/* The display lost the window's pixels: the next frame goes there whole; what did not change is
 * not painted again. */
void ui_expose(struct ui *ui);
/* Pushes the changed rectangles to the window; without a window it only forgets them. */
void ui_present(struct ui *ui);
/* The first asset that could not be opened; "" when all is well. */
const char *ui_missing_asset(void);

/* -- a frame ----------------------------------------------------------------------------- */

struct ui_style {
    const char *language; /* "zh_CN" or "en" */
    bool large_type, high_contrast;
};

void ui_frame_begin(struct ui *ui, const char *screen, const struct ui_style *style);
/* Paints what changed; false: nothing did. */
bool ui_frame_end(struct ui *ui);
/* The pressed node changed since the last frame: draw again even if the view did not. */
bool ui_wants_frame(const struct ui *ui);

int ui_width(const struct ui *ui);
int ui_height(const struct ui *ui);
bool ui_portrait(const struct ui *ui);
bool ui_large(const struct ui *ui);
const struct ui_theme *ui_theme(const struct ui *ui);
/* The msgid's translation in the frame's language; the msgid itself when there is none. */
const char *ui_words(const struct ui *ui, const char *msgid) __attribute__((format_arg(2)));

/* Nodes above this layer cover all below: used by dialogs. */
void ui_layer(struct ui *ui, int layer);

/* Everything drawn between the two belongs to the node. Nodes do not nest. */
void ui_node_begin(struct ui *ui, const struct ui_node_spec *spec);
void ui_node_end(struct ui *ui);
/* The open node is under the finger now. */
bool ui_node_pressed(const struct ui *ui);

/* -- drawing ------------------------------------------------------------------------------- */

#define UI_CHIP 10000 /* a radius of half the height */

enum ui_elevation { UI_FLAT = 0, UI_KEY, UI_CARD, UI_CALL };

void ui_fill(struct ui *ui, struct ui_rect rect, int radius, ui_colour colour);
void ui_gradient(struct ui *ui, struct ui_rect rect, int radius, ui_colour top, ui_colour bottom);
void ui_outline(struct ui *ui, struct ui_rect rect, int radius, int width, ui_colour colour);
void ui_shadow(struct ui *ui, struct ui_rect rect, int radius, enum ui_elevation elevation);
void ui_icon(struct ui *ui, const char *name, int x, int y, int size, ui_colour colour);
/* A many-coloured drawing, stretched to the rectangle; keep its proportions yourself. */
void ui_art(struct ui *ui, const char *name, struct ui_rect rect);
/* An error-correcting (M) QR code with its quiet zone, black on white, in whole pixels. */
void ui_qr(struct ui *ui, struct ui_rect rect, const char *text);
/* A ring open clockwise from the top: permille of it in colour, the rest in track. */
void ui_ring(struct ui *ui, struct ui_rect rect, int width, int permille, ui_colour colour,
             ui_colour track);

enum ui_align { UI_LEFT = 0, UI_CENTRE, UI_RIGHT };

struct ui_type {
    enum ui_size size;
    bool bold;
    ui_colour colour;
    enum ui_align align;
};

/* One line, vertically centred; shrinks by up to 15 %, then ends in "…". Returns its width. */
int ui_text(struct ui *ui, struct ui_rect rect, struct ui_type type, const char *text);
/* Lines broken by UAX 14, from the top of the rectangle. Returns the height that they take. */
int ui_paragraph(struct ui *ui, struct ui_rect rect, struct ui_type type, const char *text);
/* The width that ui_text() would like to have, and a paragraph's height at a width. */
int ui_text_width(struct ui *ui, struct ui_type type, const char *text);
int ui_paragraph_height(struct ui *ui, int width, struct ui_type type, const char *text);
/* The size in design units under the present style. */
int ui_type_size(const struct ui *ui, enum ui_size size);

/* -- touch ----------------------------------------------------------------------------- */

/* Window pixels. An action comes with the release inside the node that was pressed. */
void ui_pointer_down(struct ui *ui, int x, int y);
void ui_pointer_move(struct ui *ui, int x, int y);
void ui_pointer_up(struct ui *ui, int x, int y, struct ui_action *action);
/* The press is void: a second finger, a lost window, a new screen. */
void ui_pointer_cancel(struct ui *ui);

/* -- for tests and remote tapping ------------------------------------------------------ */

/*
 * What a touch in the middle of the node would do. STATUS_NOT_FOUND: no such node;
 * STATUS_DENIED: disabled, covered, or not made for touch. reason says which.
 */
enum status ui_tap_id(struct ui *ui, const char *id, struct ui_action *action,
                      char reason[UI_REASON_MAX]) MUST_USE;
const struct ui_node *ui_node_find(const struct ui *ui, const char *id);
const struct ui_node *ui_node_at(const struct ui *ui, int index); /* NULL behind the last */
const char *ui_role_name(enum ui_role role);
const char *ui_screen(const struct ui *ui);
bool ui_modal(const struct ui *ui);
/* The middle of a node in window pixels, for real pointer events. */
void ui_node_middle(const struct ui *ui, const struct ui_node *node, int *x, int *y);
/* The tree as JSON text; the caller frees it with free(). NULL: no memory. */
char *ui_dump_json(const struct ui *ui);
enum status ui_save_png(const struct ui *ui, const char *path) MUST_USE;
/* What was painted last, 0x00RRGGBB a pixel; stays the toolkit's. */
const SDL_Surface *ui_surface(const struct ui *ui);

/* What the last ui_frame_end() painted, or found missing on the display, in pixels. */
#define UI_DIRTY_MAX 16
int ui_dirty(const struct ui *ui, SDL_Rect rects[UI_DIRTY_MAX]);

#endif
