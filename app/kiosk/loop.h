/*
 * loop.h - the screen's thread: it sleeps until a touch, an answer or a deadline.
 */
#ifndef KIOSK_LOOP_H
#define KIOSK_LOOP_H

#include "kiosk/config.h"

struct loop_options {
    int width, height; /* 0: the whole screen */
    const char *assets_dir;
    const char *state_dir;
};

#define LOOP_ERROR_MAX 512

/* Opens screen and kiosk and runs until the window is closed or the program is asked to end. */
enum status loop_run(const struct kiosk_config *config, const struct loop_options *options,
                     char error[LOOP_ERROR_MAX]) MUST_USE;

#endif
