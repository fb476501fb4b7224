/*
 * instant.h - instants and dates. Pure: the clock itself is a port (system/clock.h).
 *
 * An instant is int64_t milliseconds since 1970-01-01T00:00:00Z. Beijing time is fixed
 * +08:00 arithmetic: China has had no daylight saving since 1991, and a wrong TZ file on one
 * machine must not move a business date.
 */
#ifndef COMMON_INSTANT_H
#define COMMON_INSTANT_H

#include <stdint.h>

#include "common/status.h"

#define INSTANT_TEXT_MAX 32 /* "2026-11-21T06:26:00.000Z" */
#define DATE_TEXT_MAX    16 /* "2026-11-21" */

struct civil {
    int year, month, day; /* 1-based */
    int hour, minute, second;
    int weekday; /* 0 is Sunday */
};

/* Beijing wall time of an instant between the years 1970 and 9999. */
struct civil instant_to_beijing(int64_t instant_ms);

/* Days since 1970-01-01 of a civil date; STATUS_INVALID for a date that does not exist. */
enum status date_parse(const char *text, int32_t *day) MUST_USE; /* "2026-11-21" */
const char *date_format(int32_t day, char buffer[DATE_TEXT_MAX]);
/* The Beijing date of an instant, as days since 1970-01-01. */
int32_t date_of_instant(int64_t instant_ms);

/* RFC 3339 in UTC with milliseconds; the parser takes exactly that and also no fraction. */
const char *instant_format(int64_t instant_ms, char buffer[INSTANT_TEXT_MAX]);
enum status instant_parse(const char *text, int64_t *instant_ms) MUST_USE;

#endif
