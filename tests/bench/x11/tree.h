/*
 * tree.h - all processes that a command has brought up, also those that left their parent.
 */
#ifndef TESTS_BENCH_X11_TREE_H
#define TESTS_BENCH_X11_TREE_H

#include <stdint.h>

/* Starts the command; its standard output goes nowhere. Call once. */
void tree_start(char *const command[]);
/* CPU time of all its threads so far. */
int64_t tree_cpu_ns(void);
/* Its share of memory: a page that n processes map counts 1/n for each (PSS). */
int64_t tree_memory_kib(void);
int tree_count(void);
/* Asks the command to end; after some seconds kills it all. Returns when none is left. */
void tree_end(void);

#endif
