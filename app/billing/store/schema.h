/*
 * schema.h - the tables, as a numbered list of migrations: the files of the folder migrations,
 * which the build puts into the program. Text that both engines take.
 *
 * A file that was ever released is never changed; what comes new is the next number.
 */
#ifndef BILLING_STORE_SCHEMA_H
#define BILLING_STORE_SCHEMA_H

#include <stddef.h>

/* Step n brings a store from version n to n + 1; several statements, ';' between them. */
extern const char *const SCHEMA_STEPS[];
extern const size_t SCHEMA_STEP_COUNT;

#endif
