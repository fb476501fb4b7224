/*
 * mirror.h - the screen, shown to and touched by another program on this machine. Development
 * builds only (KIOSK_MIRROR): in a hall, nobody but the customer sees the screen and touches it.
 *
 * <state>/screen.frame holds the picture and the tree of nodes (system/screen_share.h);
 * <state>/screen.sock takes one line a command:
 *
 *   touch down|move|up X Y   a finger, in the window's pixels
 *   clock SECONDS            this machine's clock is so far ahead, below 0: behind; 0: right
 *   state                    "ok clock SECONDS"
 */
#ifndef KIOSK_MIRROR_H
#define KIOSK_MIRROR_H

#include <SDL2/SDL.h>

#include "kiosk/ui/ui.h"

struct mirror;

#ifdef KIOSK_MIRROR

/* Touches go to the window through SDL's own queue. STATUS_IO, STATUS_CONFLICT, STATUS_LIMIT. */
enum status mirror_open(const char *state_dir, SDL_Window *window, struct mirror **out) MUST_USE;
/* Screen thread: what was just painted. */
void mirror_show(struct mirror *mirror, const struct ui *ui);
/* What to add to the machine's clock. Any thread. */
int64_t mirror_clock_ms(const struct mirror *mirror);
void mirror_close(struct mirror *mirror); /* NULL is fine */

#else

static inline enum status mirror_open(const char *state_dir, SDL_Window *window,
                                      struct mirror **out)
{
    (void)state_dir;
    (void)window;
    *out = NULL;
    return STATUS_OK;
}
static inline void mirror_show(struct mirror *mirror, const struct ui *ui)
{
    (void)mirror;
    (void)ui;
}
static inline int64_t mirror_clock_ms(const struct mirror *mirror)
{
    (void)mirror;
    return 0;
}
static inline void mirror_close(struct mirror *mirror)
{
    (void)mirror;
}

#endif
#endif
