/*
 * run_one.h - one run: a hall of kiosks, servers, gateway and people from a seed to its end.
 */
#ifndef TESTS_SIM_RUN_ONE_H
#define TESTS_SIM_RUN_ONE_H

#include <stdint.h>

struct run_result {
    int sales;
    uint64_t hash;
    int64_t virtual_ms;
};

/* What broke stands in world_failure. */
struct run_result run_one(uint64_t seed);

/* Attempts by their last state, of all runs: "CREDITED" and its count. */
void run_ends_print(void);

#endif
