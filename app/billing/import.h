/*
 * import.h - demonstration data into the store: JSON lines, the format of README.md.
 */
#ifndef BILLING_IMPORT_H
#define BILLING_IMPORT_H

#include "billing/store/db.h"

#define IMPORT_ERROR_MAX 256

struct import_counts {
    int orgs, accounts, bills; /* lines read */
    int added;                 /* rows that were not there yet */
};

/*
 * One transaction: STATUS_OK, or nothing was loaded and error names the line. Rows that exist
 * are left alone.
 */
enum status import_file(struct db *db, const char *path, struct import_counts *counts,
                        char error[IMPORT_ERROR_MAX]) MUST_USE;

#endif
