/*
 * status.h - the one error type, and what a broken invariant does.
 *
 * A function that can fail returns enum status and is marked MUST_USE, so that the
 * compiler refuses a caller who ignores it. A broken invariant is no error: CHECK()
 * stops the program, in release too, and the journals recover at the next start.
 */
#ifndef COMMON_STATUS_H
#define COMMON_STATUS_H

#define MUST_USE __attribute__((warn_unused_result))

enum status {
    STATUS_OK = 0,
    STATUS_INVALID,     /* the input breaks a rule; the same input will fail again */
    STATUS_LIMIT,       /* a named bound was reached */
    STATUS_NOT_FOUND,   /* no such thing */
    STATUS_CONFLICT,    /* the thing exists in a state that excludes this */
    STATUS_DENIED,      /* the caller may not */
    STATUS_UNAVAILABLE, /* the other side cannot be reached; nothing was sent, or it may be resent
                         */
    STATUS_TIMEOUT,     /* no answer in time: the outcome is UNKNOWN, never "failed" */
    STATUS_IO,          /* the operating system refused */
    STATUS_CORRUPT,     /* stored data contradicts itself */
    STATUS_COUNT
};

/* A stable lower-case word for logs: "not_found". Never NULL. */
const char *status_name(enum status status);

/* Stops the program with the place and the condition on standard error. */
_Noreturn void check_failed(const char *file, int line, const char *condition);

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            check_failed(__FILE__, __LINE__, #condition);                                          \
        }                                                                                          \
    } while (0)

/* A place that no input can lead to; why: the rule that excludes it. */
#define UNREACHABLE(why) check_failed(__FILE__, __LINE__, (why))

#define ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

#endif
