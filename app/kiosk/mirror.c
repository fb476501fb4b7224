#include "kiosk/mirror.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "system/control.h"
#include "system/files.h"
#include "system/log.h"
#include "system/screen_share.h"

#define CLOCK_MAX_S 4000000000L /* some 126 years: further than any clock is wrong */
#define MS_PER_S    1000

struct mirror {
    struct screen_share *share;
    struct control *control;
    Uint32 window_id;
    int width, height;
    _Atomic int64_t clock_ms;
};

/* -- commands, on the control's thread ------------------------------------------------------ */

static bool take_point(const struct mirror *mirror, char **words, long *x, long *y)
{
    const char *first = control_word(words);
    const char *second = control_word(words);

    return first != NULL && second != NULL && control_number(first, 0, mirror->width - 1, x) &&
           control_number(second, 0, mirror->height - 1, y);
}

static void touch(const struct mirror *mirror, char **words, struct control_reply *reply)
{
    const char *what = control_word(words);
    SDL_Event event = {0};
    long x = 0, y = 0;

    if (what == NULL || !take_point(mirror, words, &x, &y)) {
        control_err(reply, "touch down|move|up X Y, within %dx%d", mirror->width, mirror->height);
        return;
    }
    if (strcmp(what, "move") == 0) {
        event.motion = (SDL_MouseMotionEvent){.type = SDL_MOUSEMOTION,
                                              .windowID = mirror->window_id,
                                              .state = SDL_BUTTON_LMASK,
                                              .x = (Sint32)x,
                                              .y = (Sint32)y};
    } else if (strcmp(what, "down") == 0 || strcmp(what, "up") == 0) {
        bool down = what[0] == 'd';

        event.button =
            (SDL_MouseButtonEvent){.type = down ? SDL_MOUSEBUTTONDOWN : SDL_MOUSEBUTTONUP,
                                   .windowID = mirror->window_id,
                                   .button = SDL_BUTTON_LEFT,
                                   .state = down ? SDL_PRESSED : SDL_RELEASED,
                                   .clicks = 1,
                                   .x = (Sint32)x,
                                   .y = (Sint32)y};
    } else {
        control_err(reply, "touch down|move|up X Y");
        return;
    }
    if (SDL_PushEvent(&event) < 0) {
        control_err(reply, "the screen takes no touches now");
        return;
    }
    control_ok(reply, "%s", "");
}

static void set_clock(struct mirror *mirror, const char *text, struct control_reply *reply)
{
    bool behind = text[0] == '-';
    long seconds = 0;

    if (!control_number(behind ? text + 1 : text, 0, CLOCK_MAX_S, &seconds)) {
        control_err(reply, "clock SECONDS");
        return;
    }
    int64_t ahead_s = behind ? -seconds : seconds;
    SDL_Event look = {.type = SDL_USEREVENT}; /* whoever sleeps until a deadline looks again */

    atomic_store(&mirror->clock_ms, ahead_s * MS_PER_S);
    (void)SDL_PushEvent(&look);
    log_warn("mirror.clock", "ahead_s=%lld", (long long)ahead_s);
    control_ok(reply, "clock %lld", (long long)ahead_s);
}

static void handle(void *context, const char *verb, const char *arguments,
                   struct control_reply *reply)
{
    struct mirror *mirror = context;
    char line[CONTROL_LINE_MAX];
    char *words = line;

    (void)snprintf(line, sizeof(line), "%s", arguments);
    if (strcmp(verb, "touch") == 0) {
        touch(mirror, &words, reply);
    } else if (strcmp(verb, "clock") == 0) {
        set_clock(mirror, arguments, reply);
    } else if (strcmp(verb, "state") == 0) {
        control_ok(reply, "clock %lld", (long long)(atomic_load(&mirror->clock_ms) / MS_PER_S));
    } else {
        control_err(reply, "unknown verb");
    }
}

/* -- life ------------------------------------------------------------------------------------ */

static enum status open_both(struct mirror *mirror, const char *state_dir)
{
    char path[PATH_TEXT_MAX];
    enum status status = files_join(state_dir, "screen.frame", path);

    if (status == STATUS_OK) {
        status = screen_share_open(path, mirror->width, mirror->height, &mirror->share);
    }
    if (status == STATUS_OK) {
        status = files_join(state_dir, "screen.sock", path);
    }
    return status == STATUS_OK ? control_start(path, handle, mirror, &mirror->control) : status;
}

enum status mirror_open(const char *state_dir, SDL_Window *window, struct mirror **out)
{
    const SDL_Surface *surface = SDL_GetWindowSurface(window);
    struct mirror *mirror = calloc(1, sizeof(*mirror));

    if (mirror == NULL || surface == NULL) {
        free(mirror);
        return STATUS_IO;
    }
    mirror->window_id = SDL_GetWindowID(window);
    mirror->width = surface->w;
    mirror->height = surface->h;
    enum status status = open_both(mirror, state_dir);

    if (status != STATUS_OK) {
        mirror_close(mirror);
        return status;
    }
    log_warn("mirror.open", "size=%dx%d", mirror->width, mirror->height);
    *out = mirror;
    return STATUS_OK;
}

void mirror_show(struct mirror *mirror, const struct ui *ui)
{
    const SDL_Surface *surface = ui_surface(ui);

    if (mirror == NULL || surface->w != mirror->width || surface->h != mirror->height) {
        return;
    }
    char *tree = ui_dump_json(ui);

    screen_share_write(mirror->share, surface->pixels, surface->pitch, tree != NULL ? tree : "");
    free(tree);
}

int64_t mirror_clock_ms(const struct mirror *mirror)
{
    return mirror == NULL ? 0 : atomic_load(&mirror->clock_ms);
}

void mirror_close(struct mirror *mirror)
{
    if (mirror == NULL) {
        return;
    }
    control_stop(mirror->control);
    screen_share_close(mirror->share);
    free(mirror);
}
