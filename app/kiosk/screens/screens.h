/*
 * screens.h - from the flow's view to nodes. Each screen is one file with one draw function,
 * pure from the view; screens.c picks the one that the view names and lays overlays on top.
 */
#ifndef KIOSK_SCREENS_SCREENS_H
#define KIOSK_SCREENS_SCREENS_H

#include "kiosk/flow/view.h"
#include "kiosk/ui/ui.h"

struct screen {
    enum screen_id id;
    const char *name; /* "amount": in dumps and journeys */
    void (*draw)(struct ui *ui, const struct view *view);
};

/*
 * Draws the view: what is as it was is not painted again. Returns whether
 * pixels changed; then ui_present() pushes them.
 */
bool screens_draw(struct ui *ui, const struct view *view);

/* The words of a message: what happened, whether money was taken, what to do next. */
const char *messages_id(enum message message); /* msgid; "" for MESSAGE_NONE */

#endif
