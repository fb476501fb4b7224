/*
 * shrink.h - makes the story of a failing seed short: takes customers, whims and faults away as
 * long as the same rule breaks (delta debugging over the choices that happened).
 */
#ifndef TESTS_SIM_SHRINK_H
#define TESTS_SIM_SHRINK_H

#include <stdint.h>

/* Prints what is left, and its story. Each try is a process of its own. How many choices are left.
 */
int shrink(uint64_t seed);

#endif
