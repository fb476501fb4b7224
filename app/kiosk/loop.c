#include "kiosk/loop.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#include "kiosk/mirror.h"
#include "kiosk/screens/screens.h"
#include "kiosk/ui/ui.h"
#include "kiosk/ui/window.h"
#include "kiosk/wire.h"
#include "system/clock.h"
#include "system/log.h"
#include "system/program.h"

/* A first screen that is replaced within this time would only flicker, and delay the next. */
#define FIRST_SCREEN_MS 150
/* SDL sleeps in one piece at most; longer deadlines are looked at again. */
#define SLEEP_MAX_MS 60000

struct loop {
    SDL_Window *window;
    struct ui *ui;
    struct kiosk *kiosk;
    struct mirror *mirror;
    Uint32 wake_event;
    atomic_bool awake; /* the window is there: workers may wake its thread */
    int64_t started_us;
    bool ready; /* the first home screen was shown */
    bool quit;
};

/* ---- ports ---------------------------------------------------------------------------------- */

static int64_t monotonic_ms(void *user)
{
    (void)user;
    return clock_monotonic_ms();
}

static int64_t wall_ms(void *user)
{
    const struct loop *loop = user;

    return clock_wall_ms() + mirror_clock_ms(loop->mirror);
}

/*
 * Any thread. SDL_PushEvent() ends SDL_WaitEventTimeout() on the screen's thread. While SDL is
 * still opening the window nobody sleeps there; run() looks into the mailbox before it does.
 */
static void wake(void *user)
{
    const struct loop *loop = user;
    SDL_Event event = {.type = loop->wake_event};

    if (atomic_load(&loop->awake)) {
        (void)SDL_PushEvent(&event);
    }
}

static void wipe(void *user)
{
    struct loop *loop = user;

    if (loop->ui != NULL) {
        ui_wipe(loop->ui);
    }
}

/* ---- one turn ------------------------------------------------------------------------------- */

static void handle_event(struct loop *loop, const SDL_Event *event)
{
    struct ui_action action = {0};

    if (event->type == SDL_QUIT) {
        loop->quit = true;
    } else if (event->type != loop->wake_event && window_event(loop->ui, event, &action) &&
               action.intent != 0) {
        kiosk_touch(loop->kiosk, (enum intent)action.intent, action.argument);
    } else if (event->type == SDL_FINGERUP || event->type == SDL_MOUSEBUTTONUP) {
        kiosk_touch(loop->kiosk, INTENT_NONE, 0); /* a sign of life, wherever it landed */
    }
}

static void handle_events(struct loop *loop)
{
    SDL_Event event;

    while (!loop->quit && SDL_PollEvent(&event) != 0) {
        handle_event(loop, &event);
    }
}

static void wait_for_something(struct loop *loop, int64_t until_ms)
{
    int64_t left_ms = until_ms - clock_monotonic_ms();
    SDL_Event event;

    if (left_ms <= 0) {
        return;
    }
    if (SDL_WaitEventTimeout(&event, (int)(left_ms < SLEEP_MAX_MS ? left_ms : SLEEP_MAX_MS)) != 0) {
        handle_event(loop, &event);
    }
}

static void draw(struct loop *loop)
{
    if (screens_draw(loop->ui, kiosk_view(loop->kiosk))) {
        ui_present(loop->ui);
        mirror_show(loop->mirror, loop->ui);
    }
    if (!loop->ready && kiosk_view(loop->kiosk)->screen == SCREEN_HOME) {
        loop->ready = true;
        log_info("kiosk.ready", "us=%lld", (long long)(clock_monotonic_us() - loop->started_us));
    }
}

static void wait_for_first_screen(struct loop *loop)
{
    int64_t end_ms = clock_monotonic_ms() + FIRST_SCREEN_MS;

    handle_events(loop);
    (void)kiosk_turn(loop->kiosk);
    while (!loop->quit && kiosk_view(loop->kiosk)->screen == SCREEN_STARTING &&
           clock_monotonic_ms() < end_ms) {
        int64_t deadline_ms = kiosk_deadline_ms(loop->kiosk);

        wait_for_something(loop, deadline_ms < end_ms ? deadline_ms : end_ms);
        handle_events(loop);
        (void)kiosk_turn(loop->kiosk);
    }
}

static void run(struct loop *loop)
{
    wait_for_first_screen(loop);
    draw(loop);
    while (!loop->quit) {
        wait_for_something(loop, kiosk_deadline_ms(loop->kiosk));
        handle_events(loop);
        (void)kiosk_turn(loop->kiosk);
        draw(loop);
    }
}

/* ---- being asked to end --------------------------------------------------------------------- */

/* SIGTERM and SIGINT, which every thread blocks: waited for here, turned into SDL's own quit. */
static void *wait_for_signal(void *user)
{
    SDL_Event quit = {.type = SDL_QUIT};

    (void)user;
    log_info("kiosk.asked_to_end", "signal=%d", program_wait_for_end());
    (void)SDL_PushEvent(&quit);
    return NULL;
}

/* Before any thread is started: they inherit the mask. The thread ends with the program. */
static void watch_signals(void)
{
    pthread_t thread;

    program_block_signals();
    CHECK(pthread_create(&thread, NULL, wait_for_signal, NULL) == 0);
    CHECK(pthread_detach(thread) == 0);
}

/* ---- opening -------------------------------------------------------------------------------- */

static enum status open_screen(struct loop *loop, const struct loop_options *options,
                               char error[LOOP_ERROR_MAX])
{
    enum status status =
        window_open("电力自助服务", options->width, options->height, &loop->window);

    if (status != STATUS_OK) {
        (void)snprintf(error, LOOP_ERROR_MAX, "no window can be opened: %s", SDL_GetError());
        return status;
    }
    const struct ui_options ui = {.window = loop->window, .assets_dir = options->assets_dir};

    status = ui_create(&ui, &loop->ui);
    if (status != STATUS_OK) {
        (void)snprintf(error, LOOP_ERROR_MAX, "an asset cannot be read: %s", ui_missing_asset());
    }
    return status;
}

enum status loop_run(const struct kiosk_config *config, const struct loop_options *options,
                     char error[LOOP_ERROR_MAX])
{
    struct loop loop = {.started_us = clock_monotonic_us()};
    const struct kiosk_ports ports = {.user = &loop,
                                      .monotonic_ms = monotonic_ms,
                                      .wall_ms = wall_ms,
                                      .wake = wake,
                                      .wipe = wipe};
    enum status status = window_prepare();

    if (status != STATUS_OK) {
        (void)snprintf(error, LOOP_ERROR_MAX, "SDL does not start: %s", SDL_GetError());
        return status;
    }
    watch_signals();
    loop.wake_event = SDL_RegisterEvents(1);
    status = kiosk_open(config, options->state_dir, &ports, &loop.kiosk, error);
    if (status == STATUS_OK) {
        (void)kiosk_turn(loop.kiosk); /* the server is asked while the window opens */
        status = open_screen(&loop, options, error);
    }
    if (status == STATUS_OK) {
        atomic_store(&loop.awake, true);
        /* Behind the kiosk, which has the folder for itself from then on. */
        status = mirror_open(options->state_dir, loop.window, &loop.mirror);
        if (status != STATUS_OK) {
            (void)snprintf(error, LOOP_ERROR_MAX, "the screen cannot be shared in %s",
                           options->state_dir);
        }
    }
    if (status == STATUS_OK) {
        run(&loop);
    }
    kiosk_close(loop.kiosk);
    mirror_close(loop.mirror);
    ui_destroy(loop.ui);
    window_close(loop.window);
    return status;
}
