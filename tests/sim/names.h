/*
 * names.h - texts to small numbers: 0, 1, 2 ... in the order in which they were first seen.
 */
#ifndef TESTS_SIM_NAMES_H
#define TESTS_SIM_NAMES_H

#include <stdbool.h>

#define NAMES_MAX  8192 /* half of a power of two */
#define NAME_BYTES 36

struct names {
    int count;
    int slots[2 * NAMES_MAX]; /* 1 + number; 0: free */
    char texts[NAMES_MAX][NAME_BYTES];
};

void names_clear(struct names *names);
/* -1: not seen before, and not to be made. */
int names_number(struct names *names, const char *text, bool make);

#endif
