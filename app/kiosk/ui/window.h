/*
 * window.h - opens the kiosk's window and turns SDL's events into touches.
 */
#ifndef KIOSK_UI_WINDOW_H
#define KIOSK_UI_WINDOW_H

#include "kiosk/ui/ui.h"

/*
 * Before everything else, and before the first thread: it writes to the environment. From then on
 * any thread may push SDL events. STATUS_UNAVAILABLE: SDL_GetError() says why.
 */
enum status window_prepare(void) MUST_USE;

/*
 * Behind window_prepare(): starts SDL's video and opens a window of that size; width 0: borderless,
 * of the screen's size. STATUS_UNAVAILABLE: there is no display; SDL_GetError() says why.
 */
enum status window_open(const char *title, int width, int height, SDL_Window **window) MUST_USE;
void window_close(SDL_Window *window);

/*
 * Feeds one event to the toolkit. *action is what a finished touch meant (intent 0: nothing).
 * Returns true when the event was the toolkit's.
 */
bool window_event(struct ui *ui, const SDL_Event *event, struct ui_action *action);

#endif
