/*
 * condition.h - POSIX conditions that wait by the monotonic clock.
 *
 * A condition of PTHREAD_COND_INITIALIZER waits by the wall clock: when that is set, its waits
 * last hours or no time at all. Whoever waits with a deadline begins here.
 */
#ifndef SYSTEM_CONDITION_H
#define SYSTEM_CONDITION_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/* Ends with pthread_cond_destroy(). Cannot fail: the system's refusal is a broken invariant. */
void condition_init(pthread_cond_t *condition);

/*
 * Waits, with the lock held, until somebody signals or clock_monotonic_ms() reaches end_ms.
 * False: the time is over. True: look again at what was waited for; it may be nothing.
 */
bool condition_wait_until(pthread_cond_t *condition, pthread_mutex_t *lock, int64_t end_ms);

#endif
