/*
 * fiber.h - threads of a simulated server: each has a stack of its own and runs until it waits.
 * While it waits, anything else may happen, and virtual time passes.
 */
#ifndef TESTS_SIM_FIBER_H
#define TESTS_SIM_FIBER_H

#include <stdbool.h>
#include <stdint.h>

struct fiber;

/* Begins when the world's thread goes on. owner: whose it is. */
struct fiber *fiber_start(void *owner, void (*run)(void *context), void *context);
/* The one that runs; NULL: the world's own thread. */
struct fiber *fiber_self(void);
void *fiber_owner(const struct fiber *fiber);

/* Of the running fiber: until that moment, or until somebody wakes it. False: the time passed. */
bool fiber_wait_until(int64_t at_ms, const void *what);
/* Until somebody goes on with it by fiber_go_on(): no time wakes it. */
void fiber_stand_still(void);

/* Wakes one that waits for this, or all. They run when the world's thread goes on. */
void fiber_wake(const void *what, bool all);
/* Runs it now until it waits again. False: it has ended. */
bool fiber_go_on(struct fiber *fiber);
/* The next fiber of that owner that has not ended; NULL: none. */
struct fiber *fiber_of(const void *owner);
bool fiber_ended(const struct fiber *fiber);

/* After a run: they are all forgotten where they stand. */
void fiber_forget_all(void);

#endif
