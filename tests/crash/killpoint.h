/*
 * killpoint.h - where a program can be killed: in front of every write and sync of a database,
 * every write to a wire and every write of a paper.
 *
 * libkillpoint.so stands before the C library (LD_PRELOAD) and counts these calls on a page of
 * memory that it shares with the test, which is the file named by KILLPOINT_PAGE. At the count that
 * the test has written there it kills its own process, or waits for the test to do something to
 * somebody else. Programs need no hook for it.
 */
#ifndef TESTS_CRASH_KILLPOINT_H
#define TESTS_CRASH_KILLPOINT_H

#include <stdint.h>

#define KILLPOINT_KINDS_MAX 16384

enum killpoint_kind {
    KILLPOINT_NONE = 0,
    KILLPOINT_STORE, /* bytes into a database or its log */
    KILLPOINT_SYNC,  /* a database's sync */
    KILLPOINT_WIRE,  /* bytes to another program over TCP */
    KILLPOINT_QUERY, /* bytes to a database server */
    KILLPOINT_PAPER  /* a slice of a print job: bytes, sync, or the name of the whole */
};

enum killpoint_how {
    KILLPOINT_COUNT = 0, /* only counts */
    KILLPOINT_BEFORE,    /* dies before the call */
    KILLPOINT_HALF,      /* dies after half of its bytes; of a call without bytes, after it */
    KILLPOINT_HOLD,      /* waits before the call, until it is let go */
    KILLPOINT_HOLD_AFTER /* the same after it */
};

struct killpoint_page {
    uint32_t armed;    /* 1: calls are counted */
    uint32_t mask;     /* bit 1 << kind: which ones */
    uint32_t how;      /* enum killpoint_how */
    uint32_t reached;  /* 1: the point was reached */
    uint32_t let_go;   /* 1: whoever waits may go on */
    uint32_t reserved; /* keeps what follows aligned */
    uint64_t count;
    uint64_t at; /* the first is 1 */
    uint8_t kinds[KILLPOINT_KINDS_MAX];
};

#endif
