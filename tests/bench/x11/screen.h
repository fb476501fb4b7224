/*
 * screen.h - an X11 display seen from outside: what is on it, when it changes, a finger.
 *
 * Nothing here knows which program draws. A change is told by the server (XDamage), so that
 * waiting costs no CPU; what changed is then looked at. One thread.
 */
#ifndef TESTS_BENCH_X11_SCREEN_H
#define TESTS_BENCH_X11_SCREEN_H

#include <stdbool.h>
#include <stdint.h>

#include "common/status.h"

struct screen;

struct area {
    int x, y, w, h;
};

/* Opens $DISPLAY. STATUS_UNAVAILABLE: none, or it lacks an extension that this needs. */
enum status screen_open(struct screen **screen) MUST_USE;
void screen_close(struct screen *screen);
struct area screen_area(const struct screen *screen);

/* Waits for the next change. Its instant in microseconds, or -1 when there was none by then. */
int64_t screen_wait(struct screen *screen, int64_t until_us);
/* Forgets the changes so far. */
void screen_forget(struct screen *screen);

/* The pixels as they are now, 0x00RRGGBB, w * h of them. */
void screen_grab(struct screen *screen, struct area area, uint32_t *pixels);

void screen_move(struct screen *screen, int x, int y);
void screen_press(struct screen *screen, bool down);

#endif
