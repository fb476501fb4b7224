/*
 * panel.h - a card with a sign, a sentence in big words and an explanation.
 */
#ifndef KIOSK_SCREENS_PANEL_H
#define KIOSK_SCREENS_PANEL_H

#include "kiosk/screens/page.h"

struct panel {
    const char *id, *icon, *head, *body; /* body "": none */
    enum ui_size head_size;
    ui_colour colour; /* of the head */
    struct ui_tint tint;
};

void panel_draw(struct ui *ui, struct ui_rect rect, const struct panel *panel);

#endif
