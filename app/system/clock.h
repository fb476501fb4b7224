/*
 * clock.h - the operating system's clocks, and no other: pure code gets its time as data.
 */
#ifndef SYSTEM_CLOCK_H
#define SYSTEM_CLOCK_H

#include <stdint.h>

/* Milliseconds since 1970-01-01T00:00:00Z. May jump; never decides about money. Any thread. */
int64_t clock_wall_ms(void);

/* Milliseconds since some moment before the program started; never goes back. Any thread. */
int64_t clock_monotonic_ms(void);

/* The same in microseconds, for measuring. */
int64_t clock_monotonic_us(void);

/* Sleeps at least so long. Any thread. */
void clock_sleep_ms(int duration_ms);

#endif
