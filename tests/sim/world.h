/*
 * world.h - the virtual clock with what is due, the story that is told, and the rule that broke.
 */
#ifndef TESTS_SIM_WORLD_H
#define TESTS_SIM_WORLD_H

#include <stdbool.h>
#include <stdint.h>

/* Milliseconds since the run began, and what every right clock on a wall says. */
extern int64_t world_now_ms;
int64_t world_wall_ms(void);

void world_begin(int64_t wall_ms);
/* Everything that is still due is forgotten. */
void world_end(void);

typedef void world_work(void *context, uint64_t token);
/* Runs it then; what is due at the same moment runs in the order in which it was asked for. */
void world_at(int64_t at_ms, world_work *work, void *context, uint64_t token);
/* Runs the next thing. False: nothing is due. */
bool world_step(void);

/* -- the story: hashed always, printed when somebody wants to read it ---------------------- */

extern bool story_wanted;
uint64_t story_hash(void);
void story_note(uint64_t what, uint64_t more);
void story_print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* format: "kiosk 3: presses next". What decides stands in the two numbers. */
#define TELL(what, more, ...)                                                                      \
    do {                                                                                           \
        story_note((uint64_t)(what), (uint64_t)(more));                                            \
        if (story_wanted) {                                                                        \
            story_print(__VA_ARGS__);                                                              \
        }                                                                                          \
    } while (0)

/* -- the rule that broke ------------------------------------------------------------------------
 */

#define WORLD_WHY_MAX 320

struct world_failure {
    char rule[64]; /* "": none */
    char why[WORLD_WHY_MAX];
};

extern struct world_failure world_failure;
/* The first one counts. */
void world_fail(const char *rule, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool world_failed(void);
/* Called when a program of the product stops itself (CHECK): does not return. */
extern void (*world_stopped)(void);

#endif
