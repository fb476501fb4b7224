#include "figures.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static int by_length(const void *a, const void *b)
{
    int64_t one = *(const int64_t *)a;
    int64_t other = *(const int64_t *)b;
    return one < other ? -1 : one > other;
}

int64_t percentile(int64_t *times, size_t count, int percent)
{
    qsort(times, count, sizeof(times[0]), by_length);
    return times[(count - 1) * (size_t)percent / 100];
}

long wanted_number(const char *text, long most)
{
    char *end = NULL;
    long number = strtol(text, &end, 10);
    if (end == text || *end != '\0' || number < 1 || number > most) {
        fprintf(stderr, "%s is not a number from 1 to %ld\n", text, most);
        exit(2);
    }
    return number;
}
