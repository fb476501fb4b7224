#include "common/instant.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define MS_PER_DAY        INT64_C(86400000)
#define BEIJING_OFFSET_MS (INT64_C(8) * 3600 * 1000)
/* 9999-12-31T23:59:59.999Z, and the same instant in Beijing. */
#define INSTANT_MAX_MS INT64_C(253402300799999)

/*
 * Days from civil and back: the proleptic Gregorian calendar in eras of 400 years, with the
 * year beginning in March so that the leap day comes last.
 */
static int32_t days_from_civil(int year, int month, int day)
{
    int shifted = month <= 2 ? year - 1 : year;
    int era = shifted / 400;
    int year_of_era = shifted - era * 400;
    int day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return era * 146097 + day_of_era - 719468;
}

static void civil_from_days(int32_t days, struct civil *civil)
{
    int shifted = days + 719468;
    int era = shifted / 146097;
    int day_of_era = shifted - era * 146097;
    int year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int month = (5 * day_of_year + 2) / 153;

    civil->day = day_of_year - (153 * month + 2) / 5 + 1;
    civil->month = month < 10 ? month + 3 : month - 9;
    civil->year = year_of_era + era * 400 + (civil->month <= 2 ? 1 : 0);
}

static struct civil civil_of(int64_t local_ms)
{
    struct civil civil = {0};
    int32_t days = (int32_t)(local_ms / MS_PER_DAY);
    int seconds = (int)(local_ms % MS_PER_DAY / 1000);

    civil_from_days(days, &civil);
    civil.hour = seconds / 3600;
    civil.minute = seconds / 60 % 60;
    civil.second = seconds % 60;
    civil.weekday = (days + 4) % 7; /* 1970-01-01 was a Thursday */
    return civil;
}

struct civil instant_to_beijing(int64_t instant_ms)
{
    CHECK(instant_ms >= 0 && instant_ms <= INSTANT_MAX_MS);
    return civil_of(instant_ms + BEIJING_OFFSET_MS);
}

int32_t date_of_instant(int64_t instant_ms)
{
    CHECK(instant_ms >= 0 && instant_ms <= INSTANT_MAX_MS);
    return (int32_t)((instant_ms + BEIJING_OFFSET_MS) / MS_PER_DAY);
}

/* Exactly `count` digits at *text; advances. -1 when there are not. */
static int read_digits(const char **text, int count)
{
    int value = 0;

    for (int i = 0; i < count; i++, (*text)++) {
        if (**text < '0' || **text > '9') {
            return -1;
        }
        value = value * 10 + (**text - '0');
    }
    return value;
}

static bool read_char(const char **text, char expected)
{
    if (**text != expected) {
        return false;
    }
    (*text)++;
    return true;
}

static bool read_date(const char **text, int32_t *day)
{
    int year = read_digits(text, 4);
    bool first = year >= 1970 && read_char(text, '-');
    int month = first ? read_digits(text, 2) : -1;
    bool second = month >= 1 && month <= 12 && read_char(text, '-');
    int day_of_month = second ? read_digits(text, 2) : -1;
    struct civil back = {0};

    if (day_of_month < 1) {
        return false;
    }
    *day = days_from_civil(year, month, day_of_month);
    civil_from_days(*day, &back);
    return back.month == month && back.day == day_of_month;
}

enum status date_parse(const char *text, int32_t *day)
{
    int32_t result = 0;

    if (!read_date(&text, &result) || *text != '\0') {
        return STATUS_INVALID;
    }
    *day = result;
    return STATUS_OK;
}

const char *date_format(int32_t day, char buffer[DATE_TEXT_MAX])
{
    struct civil civil = {0};

    CHECK(day >= 0 && day <= INSTANT_MAX_MS / MS_PER_DAY + 1);
    civil_from_days(day, &civil);
    (void)snprintf(buffer, DATE_TEXT_MAX, "%04d-%02d-%02d", civil.year % 10000, civil.month % 100,
                   civil.day % 100);
    return buffer;
}

const char *instant_format(int64_t instant_ms, char buffer[INSTANT_TEXT_MAX])
{
    CHECK(instant_ms >= 0 && instant_ms <= INSTANT_MAX_MS);
    struct civil civil = civil_of(instant_ms);

    (void)snprintf(buffer, INSTANT_TEXT_MAX, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
                   civil.year % 10000, civil.month % 100, civil.day % 100, civil.hour % 100,
                   civil.minute % 100, civil.second % 100, (int)(instant_ms % 1000));
    return buffer;
}

enum status instant_parse(const char *text, int64_t *instant_ms)
{
    int32_t day = 0;
    int hour = -1;
    int minute = -1;
    int second = -1;
    int fraction = 0;

    if (read_date(&text, &day) && read_char(&text, 'T')) {
        hour = read_digits(&text, 2);
    }
    if (hour >= 0 && hour <= 23 && read_char(&text, ':')) {
        minute = read_digits(&text, 2);
    }
    if (minute >= 0 && minute <= 59 && read_char(&text, ':')) {
        second = read_digits(&text, 2);
    }
    if (second < 0 || second > 59) {
        return STATUS_INVALID;
    }
    if (*text == '.') {
        text++;
        fraction = read_digits(&text, 3);
    }
    if (fraction < 0 || strcmp(text, "Z") != 0) {
        return STATUS_INVALID;
    }
    *instant_ms =
        day * MS_PER_DAY + ((hour * 60 + minute) * INT64_C(60) + second) * 1000 + fraction;
    return STATUS_OK;
}
