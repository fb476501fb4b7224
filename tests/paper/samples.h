/*
 * samples.h - receipts of every kind, in every language, for every width of paper.
 */
#ifndef TESTS_PAPER_SAMPLES_H
#define TESTS_PAPER_SAMPLES_H

#include "kiosk/flow/receipt.h"

struct sample {
    const char *name;
    struct receipt receipt;
};

/* The samples and how many: the same ones at every call. */
const struct sample *samples_all(size_t *count);

#endif
