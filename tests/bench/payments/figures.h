/* figures.h - times of one kind, and what is said of them. */
#ifndef BENCH_PAYMENTS_FIGURES_H
#define BENCH_PAYMENTS_FIGURES_H

#include <stddef.h>
#include <stdint.h>

int64_t now_ns(void);
/* Sorts the times. percent of them were not longer than the answer. */
int64_t percentile(int64_t *times, size_t count, int percent);
/* A number of an argument that is from 1 to most, else the program ends. */
long wanted_number(const char *text, long most);

#endif
