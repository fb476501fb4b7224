/*
 * widgets.h - the few controls that all screens are made of. Each call draws and registers.
 */
#ifndef KIOSK_UI_WIDGETS_H
#define KIOSK_UI_WIDGETS_H

#include "kiosk/ui/ui.h"

#define UI_RADIUS_KEY    28
#define UI_RADIUS_CARD   36
#define UI_RADIUS_HERO   44
#define UI_RADIUS_DIALOG 48

struct ui_rect ui_inset(struct ui_rect rect, int dx, int dy);

/* A node that is one line of text. */
int ui_label(struct ui *ui, const char *id, struct ui_rect rect, struct ui_type type,
             const char *text);
/* A node that is a paragraph; returns its height. */
int ui_prose(struct ui *ui, const char *id, struct ui_rect rect, struct ui_type type,
             const char *text);

/* White (or outlined) ground for content; no node. */
void ui_card(struct ui *ui, struct ui_rect rect, int radius);

enum ui_button_kind { UI_SECONDARY = 0, UI_NEXT, UI_PILL };

struct ui_button {
    struct ui_node_spec node; /* its text is the label */
    enum ui_button_kind kind;
    const char *icon_left, *icon_right; /* NULL: none */
    enum ui_size size;                  /* 0 is UI_CAPTION: say what you want */
};

void ui_button(struct ui *ui, const struct ui_button *button);

/* A keypad's key: a label or an icon. */
void ui_key(struct ui *ui, const struct ui_node_spec *node, const char *icon);

/* Darkens the open node while the finger is on it. */
void ui_press_shade(struct ui *ui, struct ui_rect rect, int radius);

/* A tinted square with an icon in its middle. */
void ui_icon_tile(struct ui *ui, struct ui_rect rect, int radius, const char *icon, int size,
                  struct ui_tint tint);

#endif
