/*
 * mutation.h - one rule of the payment law taken away, by an adapter around the real objects. Each
 * of them is a test: the simulation must find it, by its name, and make the story short.
 */
#ifndef TESTS_SIM_MUTATION_H
#define TESTS_SIM_MUTATION_H

#include <stdbool.h>

enum mutation {
    MUTATION_NONE = 0,
    MUTATION_JOURNAL_FIRST,        /* the journal answers before it has written */
    MUTATION_FINAL_CLOSE,          /* a cancel is answered and never reaches the server */
    MUTATION_TOMBSTONE,            /* a request that was never heard of is closed, not forbidden */
    MUTATION_BOOT_RECOVERY,        /* the restarted kiosk does not look at its open sales */
    MUTATION_BOOT_SCAN,            /* the restarted server does not look at its open attempts */
    MUTATION_IDEMPOTENCY,          /* a repeated request id is not recognised */
    MUTATION_QUERY_AFTER_REVERSAL, /* the reversal's own reply is believed */
    MUTATION_SENT_FIRST,           /* SENT is committed after the socket write */
    MUTATION_LATE_IS_REFUNDED,     /* a success after the reversal is credited like any other */
    MUTATION_CREDITED_ONCE,        /* every word of "paid" credits */
    MUTATION_REFUND_QUERIED,       /* a refund is believed when it was asked for */
    MUTATION_SILENCE_REFUSES,      /* a utility that does not answer is taken to refuse */
    MUTATION_POSTED_ONCE,          /* every call to the utility has a new number */
    MUTATION_COUNT
};
extern enum mutation mutation;

/* MUTATION_COUNT: there is no such rule. */
enum mutation mutation_parse(const char *name);
const char *mutation_name(enum mutation which);

/* Around the server's objects. */
struct request;
void mutation_after_boot(void);
void mutation_before_call(const struct request *request);
void mutation_after_call(const struct request *request);

#endif
