/*
 * sample.h - views to draw: every screen in every state that it can have.
 */
#ifndef TESTS_SCREENS_SAMPLE_H
#define TESTS_SCREENS_SAMPLE_H

#include "kiosk/screens/screens.h"

struct sample {
    const char *name; /* of its picture */
    void (*fill)(struct view *view);
};

extern const struct sample samples[];
extern const int sample_count;

/* What all samples share: a place, a time, healthy devices, an account. */
void sample_base(struct view *view);
/* NULL when there is no sample of that name. */
const struct sample *sample_find(const char *name);

/* A toolkit on an off-screen surface; assertion failure when it cannot be made. */
struct ui *sample_ui(int width, int height, SDL_Surface **surface);
void sample_ui_end(struct ui *ui, SDL_Surface *surface);

#endif
