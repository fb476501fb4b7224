/*
 * power.h - a disk whose power fails: an SQLite VFS that remembers what was written since the last
 * sync of each file, and loses it at the N-th sync.
 *
 * A disk may keep any part of what was not synced, in any order and torn within a write: after the
 * cut everything unsynced is taken back, and then, by the seed, some of it happened after all.
 * One thread.
 */
#ifndef TESTS_CRASH_POWER_H
#define TESTS_CRASH_POWER_H

#include <stdbool.h>

/* Becomes SQLite's default; every database that is opened from now on lies on this disk. */
void power_register(void);

/* Counts syncs from zero; the power fails in the middle of number sync (1, 2, ...); 0: never. */
void power_plan(int sync, unsigned seed);
/* A disk that says "synced" and is not: for the test of the test. Ends with the next plan. */
void power_lie(void);
bool power_failed(void);
int power_syncs(void);

/*
 * The power is back: the files are what the disk kept of them. Call when every database is closed;
 * what was asked of them after the cut had failed. seed 0 in power_plan(): nothing unsynced was
 * kept.
 */
void power_return(void);

/* Removes a database that nobody has open, and all that SQLite keeps beside it. */
void power_remove(const char *database);

#endif
