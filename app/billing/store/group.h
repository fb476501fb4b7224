/*
 * group.h - who waits for the one writer, and who leads: the transactions that wait at the same
 * time are run one after the other by the thread of the first of them, and share one commit, and so
 * one sync of the disk. Threads and turns only; what a transaction is, db.c knows.
 *
 * Nobody is made to wait for company: a leader takes who is there, lets those who are awake come,
 * and when nobody does it commits. While it does, the next ones gather. So one alone is as fast as
 * without groups, and many make large groups by themselves.
 */
#ifndef BILLING_STORE_GROUP_H
#define BILLING_STORE_GROUP_H

#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "billing/store/db.h"

#define GROUP_MAX 32 /* the first one waits for so many others at most */

enum group_place { GROUP_WAITS = 0, GROUP_LEADS, GROUP_TAKEN, GROUP_GOES };

/* One transaction in the line. The caller fills the first two and gets the third. */
struct group_member {
    db_work *work;
    void *context;
    enum status answer; /* STATUS_IO until the leader says otherwise */
    /* of group.c alone */
    _Atomic enum group_place place;
    struct group_member *next;
    sem_t turned; /* leads now, or has its answer */
};

struct group;

/* most: of one group, GROUP_MAX at most. */
struct group *group_make(int most);
void group_free(struct group *group);

/*
 * Stands in line until the answer is there. Whoever is first leads: lead(context) runs on its
 * thread, takes members by group_next(), itself the first, and gives each its answer; when it
 * returns, all of them go. False: it was nobody's turn for ms; the work was not run.
 */
bool group_join(struct group *group, struct group_member *member, void (*lead)(void *context),
                void *context, int64_t ms);

/* Of the leader alone. NULL: nobody waits, or the group is full. */
struct group_member *group_next(struct group *group);
/* Those that were taken, in their order, to be run again. NULL behind the last. */
struct group_member *group_taken(const struct group *group, int index);
/* What they did came to nothing: each of those that were taken gets this answer. */
void group_fail(struct group *group, enum status answer);

#endif
