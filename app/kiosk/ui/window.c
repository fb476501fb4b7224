#include "kiosk/ui/window.h"

#include <stdlib.h>

/*
 * SDL's switches, each with its reason, all before the first window.
 */
static void set_hints(void)
{
    /* Else the window surface goes through software GL: slow start, six times the memory. */
    SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
    /* One touch must fire once: no mouse made of touches, no touches made of the mouse. */
    SDL_SetHint(SDL_HINT_TOUCH_MOUSE_EVENTS, "0");
    SDL_SetHint(SDL_HINT_MOUSE_TOUCH_EVENTS, "0");
    /* The first touch on a window without focus counts as well. */
    SDL_SetHint(SDL_HINT_MOUSE_FOCUS_CLICKTHROUGH, "1");
    /* The site decides when the panel sleeps; compositors must not be switched off for us. */
    SDL_SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "1");
    SDL_SetHint(SDL_HINT_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR, "0");
    /* The loop stops the program itself, cleanly. */
    SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
}

/*
 * Two libraries below SDL look for what a kiosk has not, and take longer for it than for the
 * window: libX11 reads the table of a keyboard's composed characters, D-Bus starts a daemon of its
 * own.
 */
static void set_environment(void)
{
    (void)setenv("XCOMPOSEFILE", "/dev/null", 0);
    (void)setenv("DBUS_SESSION_BUS_ADDRESS", "disabled:", 0);
}

enum status window_prepare(void)
{
    set_environment();
    set_hints();
    return SDL_InitSubSystem(SDL_INIT_EVENTS) == 0 ? STATUS_OK : STATUS_UNAVAILABLE;
}

enum status window_open(const char *title, int width, int height, SDL_Window **window)
{
    Uint32 flags = 0;

    *window = NULL;
    if (SDL_InitSubSystem(SDL_INIT_VIDEO) != 0) {
        return STATUS_UNAVAILABLE;
    }
    if (width <= 0) {
        SDL_DisplayMode mode;

        /* SDL's own fullscreen waits some 100 ms for a window manager that a kiosk has not. */
        if (SDL_GetDesktopDisplayMode(0, &mode) != 0) {
            return STATUS_UNAVAILABLE;
        }
        width = mode.w;
        height = mode.h;
        flags = SDL_WINDOW_BORDERLESS;
    }
    *window = SDL_CreateWindow(title, SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED, width, height,
                               flags);
    return *window != NULL ? STATUS_OK : STATUS_UNAVAILABLE;
}

void window_close(SDL_Window *window)
{
    if (window != NULL) {
        SDL_DestroyWindow(window);
    }
    SDL_QuitSubSystem(SDL_INIT_VIDEO);
    SDL_QuitSubSystem(SDL_INIT_EVENTS);
}

/* Only the first finger counts: a second one voids the press. */
static void finger(struct ui *ui, const SDL_TouchFingerEvent *touch, struct ui_action *action)
{
    SDL_Window *window = SDL_GetWindowFromID(touch->windowID);
    int width = 0, height = 0;

    if (window == NULL) {
        return;
    }
    SDL_GetWindowSize(window, &width, &height);
    int x = (int)(touch->x * (float)width), y = (int)(touch->y * (float)height);
    if (SDL_GetNumTouchFingers(touch->touchId) > 1) {
        ui_pointer_cancel(ui);
    } else if (touch->type == SDL_FINGERDOWN) {
        ui_pointer_down(ui, x, y);
    } else if (touch->type == SDL_FINGERMOTION) {
        ui_pointer_move(ui, x, y);
    } else {
        ui_pointer_up(ui, x, y, action);
    }
}

static bool window_changed(struct ui *ui, const SDL_WindowEvent *event)
{
    switch (event->event) {
    case SDL_WINDOWEVENT_EXPOSED:
    case SDL_WINDOWEVENT_SHOWN:
    case SDL_WINDOWEVENT_RESTORED: ui_expose(ui); return true;
    case SDL_WINDOWEVENT_SIZE_CHANGED: ui_invalidate(ui); return true;
    case SDL_WINDOWEVENT_LEAVE:
    case SDL_WINDOWEVENT_FOCUS_LOST: ui_pointer_cancel(ui); return true;
    default: return false;
    }
}

bool window_event(struct ui *ui, const SDL_Event *event, struct ui_action *action)
{
    *action = (struct ui_action){0};
    switch (event->type) {
    case SDL_MOUSEBUTTONDOWN:
        if (event->button.button == SDL_BUTTON_LEFT) {
            ui_pointer_down(ui, event->button.x, event->button.y);
        }
        return true;
    case SDL_MOUSEBUTTONUP:
        if (event->button.button == SDL_BUTTON_LEFT) {
            ui_pointer_up(ui, event->button.x, event->button.y, action);
        }
        return true;
    case SDL_MOUSEMOTION: ui_pointer_move(ui, event->motion.x, event->motion.y); return true;
    case SDL_FINGERDOWN:
    case SDL_FINGERMOTION:
    case SDL_FINGERUP: finger(ui, &event->tfinger, action); return true;
    case SDL_WINDOWEVENT: return window_changed(ui, &event->window);
    default: return false;
    }
}
