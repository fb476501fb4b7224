/*
 * stage.h - the real kiosk without a window: screens on a surface, time by hand.
 *
 * Everything behind it is the program's own: flow, journal, client, devices, screens. Only the
 * clock is the test's: it stands still until told to go, so a minute passes in no time and a
 * picture does not depend on the hour.
 */
#ifndef TESTS_JOURNEYS_STAGE_H
#define TESTS_JOURNEYS_STAGE_H

#include "kiosk/ui/ui.h"
#include "kiosk/wire.h"

struct stage;

struct stage_options {
    const char *config_path, *state_dir, *assets_dir;
    int width, height;
    int64_t wall_ms; /* what the header's clock shows; 0: now */
};

#define STAGE_ERROR_MAX 512

enum status stage_open(const struct stage_options *options, struct stage **out,
                       char error[STAGE_ERROR_MAX]) MUST_USE;
void stage_close(struct stage *stage);

/* Handles what lies there, draws, and waits (in real time, bounded) for answers that are owed. */
void stage_settle(struct stage *stage, int patience_ms);
/* Lets virtual time pass in the steps in which the kiosk wants to be woken. */
void stage_advance(struct stage *stage, int64_t duration_ms);
/* Lets virtual time follow real time for a moment: for answers that come by asking again. */
void stage_follow(struct stage *stage, int real_ms);

/* The kiosk's own wall clock is so far ahead from now on; below 0: behind. */
void stage_clock(struct stage *stage, int64_t ahead_ms);

/* Taps a node of the screen as a finger would. reason: why not. */
enum status stage_tap(struct stage *stage, const char *id, char reason[UI_REASON_MAX]) MUST_USE;

struct ui *stage_ui(struct stage *stage);
const struct view *stage_view(const struct stage *stage);

#endif
