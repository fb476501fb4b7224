/*
 * chance.h - everything that is drawn. One seed; each actor draws from a stream of its own, so that
 * taking one customer or one fault away leaves what the others draw as it was.
 *
 * What may happen or not (a fault, a customer, a whim) is a choice. Choices that happened are
 * written down with an id that is the same in the next run of that seed; a run may be told which
 * ones alone are allowed. That is all that shrinking needs (shrink.c).
 */
#ifndef TESTS_SIM_CHANCE_H
#define TESTS_SIM_CHANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum choice {
#define CHOICE(name, rate, group, words) CHOICE_##name,
#include "choices.h"
#undef CHOICE
    CHOICE_COUNT
};

/* Which choices rest when the faults are over. */
enum choice_group { GROUP_PEOPLE = 0, GROUP_FAULT };

const char *choice_words(enum choice choice);

struct stream {
    uint64_t key;
    uint32_t drawn;
};

/* A new run. */
void chance_begin(uint64_t seed);
/* From now on nothing fails any more. */
void chance_calm(void);

/* actor: "kiosk", "trade"; name: which of them. */
struct stream stream_of(const char *actor, uint64_t name);
uint64_t stream_draw(struct stream *stream);
/* low to high, both included. */
int64_t stream_between(struct stream *stream, int64_t low, int64_t high);
/* Mostly near low, sometimes as far as high. */
int64_t stream_short(struct stream *stream, int64_t low, int64_t high);

/* Draws whether it happens. */
bool happens(struct stream *stream, enum choice choice);

uint64_t hash_bytes(const void *bytes, size_t length);
uint64_t hash_text(const char *text);

/* -- what happened, for the report and for shrinking --------------------------------------- */

struct chosen {
    uint64_t id;
    enum choice choice;
};

/* Of this run, in order. */
const struct chosen *chance_list(size_t *count);
/* NULL: everything may happen; else the ids, ascending, that alone may. Kept by the caller. */
void chance_allow(const uint64_t *ids, size_t count);
/* Of all runs of this process. */
extern uint64_t chance_counts[CHOICE_COUNT];

#endif
