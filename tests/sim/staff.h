/*
 * staff.h - the two persons who decide what no rule may: a case that is MANUAL is proposed by one
 * and confirmed by the other, with the functions of billing-admin.
 */
#ifndef TESTS_SIM_STAFF_H
#define TESTS_SIM_STAFF_H

#include <stdint.h>

void staff_open(void);
/* Given back at the counter, which the gateway knows nothing of. */
int64_t staff_returned_fen(void);

/* Cases of all runs. */
extern uint64_t staff_cases;

#endif
