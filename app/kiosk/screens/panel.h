/*
 * panel.h - what the telling screens are made of: a card with a picture, a sentence in big
 * words and an explanation; a card of facts; one line "what: how much".
 */
#ifndef KIOSK_SCREENS_PANEL_H
#define KIOSK_SCREENS_PANEL_H

#include "kiosk/screens/page.h"

struct panel {
    const char *id, *head, *body; /* body "": none */
    const char *art;              /* the picture; high contrast shows the icon instead */
    const char *icon;
    const char *count; /* NULL, or a number in a ring that takes the picture's place */
    int permille;      /* how much of the ring is left */
    ui_colour colour;  /* of the head */
    struct ui_tint tint;
    bool framed; /* the one card that is waited for */
};

/* The largest words that fit; beside the picture where the card is wide, below it otherwise. */
void panel_draw(struct ui *ui, struct ui_rect rect, const struct panel *panel);

/* A picture of our family, or its icon in a ring where pictures are off. */
void panel_picture(struct ui *ui, struct ui_rect square, const char *art, const char *icon,
                   struct ui_tint tint);

/* A label at the left, its value at the right; the voice says both. */
void panel_fact(struct ui *ui, const char *id, struct ui_rect rect, const char *label,
                const char *value, ui_colour colour);

#endif
