#include "stage.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/client.h"
#include "kiosk/screens/screens.h"
#include "system/clock.h"

#define LOOK_AGAIN_MS 2

struct stage {
    SDL_Surface *surface;
    struct ui *ui;
    struct kiosk *kiosk;
    struct kiosk_config config;
    int64_t now_ms, wall_ms;
    int64_t ahead_ms; /* the wall clock is wrong by so much */
};

static int64_t monotonic_ms(void *user)
{
    return ((const struct stage *)user)->now_ms;
}

static int64_t wall_ms(void *user)
{
    const struct stage *stage = user;

    return stage->wall_ms + stage->ahead_ms;
}

static void wake(void *user)
{
    (void)user; /* the stage looks by itself */
}

static void wipe(void *user)
{
    ui_wipe(((struct stage *)user)->ui);
}

static void pass(struct stage *stage, int64_t duration_ms)
{
    stage->now_ms += duration_ms;
    stage->wall_ms += duration_ms;
}

static void turn(struct stage *stage)
{
    (void)kiosk_turn(stage->kiosk);
    if (screens_draw(stage->ui, kiosk_view(stage->kiosk))) {
        ui_present(stage->ui);
    }
}

static enum status open_screen(struct stage *stage, const struct stage_options *options,
                               char error[STAGE_ERROR_MAX])
{
    /* No display is wanted; the environment may still name one. */
    (void)SDL_setenv("SDL_VIDEODRIVER", "dummy", 1);
    if (SDL_Init(SDL_INIT_VIDEO) != 0) {
        (void)snprintf(error, STAGE_ERROR_MAX, "SDL does not start: %s", SDL_GetError());
        return STATUS_IO;
    }
    stage->surface = SDL_CreateRGBSurfaceWithFormat(0, options->width, options->height, 32,
                                                    SDL_PIXELFORMAT_RGB888);
    if (stage->surface == NULL) {
        return STATUS_IO;
    }
    const struct ui_options ui = {.surface = stage->surface, .assets_dir = options->assets_dir};
    enum status status = ui_create(&ui, &stage->ui);

    if (status != STATUS_OK) {
        (void)snprintf(error, STAGE_ERROR_MAX, "an asset cannot be read: %s", ui_missing_asset());
    }
    return status;
}

enum status stage_open(const struct stage_options *options, struct stage **out,
                       char error[STAGE_ERROR_MAX])
{
    struct stage *stage = calloc(1, sizeof(*stage));
    const struct kiosk_ports ports = {.user = stage,
                                      .monotonic_ms = monotonic_ms,
                                      .wall_ms = wall_ms,
                                      .wake = wake,
                                      .wipe = wipe};

    CHECK(stage != NULL);
    stage->now_ms = 1000;
    stage->wall_ms = options->wall_ms != 0 ? options->wall_ms : clock_wall_ms();
    enum status status = kiosk_config_read(options->config_path, &stage->config, error);

    if (status == STATUS_OK) {
        status = http_client_global_init();
    }
    if (status == STATUS_OK) {
        status = open_screen(stage, options, error);
    }
    if (status == STATUS_OK) {
        status = kiosk_open(&stage->config, options->state_dir, &ports, &stage->kiosk, error);
    }
    if (status != STATUS_OK) {
        stage_close(stage);
        return status;
    }
    turn(stage);
    *out = stage;
    return STATUS_OK;
}

void stage_close(struct stage *stage)
{
    if (stage == NULL) {
        return;
    }
    kiosk_close(stage->kiosk);
    ui_destroy(stage->ui);
    SDL_FreeSurface(stage->surface);
    SDL_Quit();
    free(stage);
}

void stage_settle(struct stage *stage, int patience_ms)
{
    int64_t end_ms = clock_monotonic_ms() + patience_ms;

    turn(stage);
    while (kiosk_owed(stage->kiosk) > 0 && clock_monotonic_ms() < end_ms) {
        clock_sleep_ms(LOOK_AGAIN_MS);
        turn(stage);
    }
}

void stage_advance(struct stage *stage, int64_t duration_ms)
{
    int64_t end_ms = stage->now_ms + duration_ms;

    while (stage->now_ms < end_ms) {
        int64_t next_ms = kiosk_deadline_ms(stage->kiosk);

        next_ms = next_ms <= stage->now_ms ? stage->now_ms + 1 : next_ms;
        pass(stage, (next_ms < end_ms ? next_ms : end_ms) - stage->now_ms);
        stage_settle(stage, 10000);
    }
}

void stage_follow(struct stage *stage, int real_ms)
{
    int64_t from_ms = clock_monotonic_ms();

    clock_sleep_ms(real_ms);
    pass(stage, clock_monotonic_ms() - from_ms);
    turn(stage);
}

void stage_clock(struct stage *stage, int64_t ahead_ms)
{
    stage->ahead_ms = ahead_ms;
    turn(stage);
}

enum status stage_tap(struct stage *stage, const char *id, char reason[UI_REASON_MAX])
{
    struct ui_action action = {0};
    enum status status = ui_tap_id(stage->ui, id, &action, reason);

    if (status == STATUS_OK) {
        kiosk_touch(stage->kiosk, (enum intent)action.intent, action.argument);
        turn(stage);
    }
    return status;
}

struct ui *stage_ui(struct stage *stage)
{
    return stage->ui;
}

const struct view *stage_view(const struct stage *stage)
{
    return kiosk_view(stage->kiosk);
}
