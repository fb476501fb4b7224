#include "billing/store/group.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>

#define YIELDS 2

struct group {
    pthread_mutex_t mutex; /* the line and who leads */
    struct group_member *first, *last;
    bool led;
    int most;
    /* the leader's own */
    struct group_member *taken[GROUP_MAX];
    int count;
    int last_count; /* of the group before */
};

struct group *group_make(int most)
{
    struct group *made = calloc(1, sizeof(*made));
    CHECK(most > 0 && most <= GROUP_MAX);
    if (made != NULL) {
        made->most = most;
        pthread_mutex_init(&made->mutex, NULL);
    }
    return made;
}

void group_free(struct group *group)
{
    if (group != NULL) {
        CHECK(!group->led && group->first == NULL);
        pthread_mutex_destroy(&group->mutex);
        free(group);
    }
}

/* -- the line; under the mutex -------------------------------------------------------------- */

static void append(struct group *group, struct group_member *member)
{
    member->next = NULL;
    if (group->first == NULL) {
        group->first = member;
    } else {
        group->last->next = member;
    }
    group->last = member;
}

static void leave(struct group *group, const struct group_member *member)
{
    struct group_member *before = NULL;
    struct group_member *at = group->first;
    for (; at != member; at = at->next) {
        CHECK(at != NULL);
        before = at;
    }
    if (before == NULL) {
        group->first = at->next;
    } else {
        before->next = at->next;
    }
    if (group->last == at) {
        group->last = before;
    }
}

/* -- turns ---------------------------------------------------------------------------------- */

/* False: the time is over. */
static bool wait_for_turn(sem_t *turned, int64_t ms)
{
    struct timespec until;
    int result = -1;
    CHECK(clock_gettime(CLOCK_MONOTONIC, &until) == 0);
    until.tv_sec += (time_t)(ms / 1000);
    until.tv_nsec += (long)(ms % 1000) * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000L;
    }
    do {
        result = sem_clockwait(turned, CLOCK_MONOTONIC, &until);
    } while (result != 0 && errno == EINTR);
    return result == 0;
}

static void wait_for_ever(sem_t *turned)
{
    while (sem_wait(turned) != 0) {
        CHECK(errno == EINTR);
    }
}

static struct group_member *take_first(struct group *group)
{
    struct group_member *member = NULL;
    pthread_mutex_lock(&group->mutex);
    if (group->first != NULL && group->count < group->most) {
        member = group->first;
        leave(group, member);
        atomic_store(&member->place, GROUP_TAKEN);
        member->answer = STATUS_IO;
        group->taken[group->count++] = member;
    }
    pthread_mutex_unlock(&group->mutex);
    return member;
}

/*
 * Those whom the last commit let go are awake, but may not have had a processor yet. Where there
 * was nobody, nobody is waited for: on a busy machine a yield takes as long as a commit.
 */
struct group_member *group_next(struct group *group)
{
    struct group_member *member = take_first(group);
    int yields = group->last_count > 1 ? YIELDS : 0;
    for (int i = 0; i < yields && member == NULL && group->count < group->most; i++) {
        sched_yield();
        member = take_first(group);
    }
    return member;
}

struct group_member *group_taken(const struct group *group, int index)
{
    return index < group->count ? group->taken[index] : NULL;
}

void group_fail(struct group *group, enum status answer)
{
    for (int i = 0; i < group->count; i++) {
        group->taken[i]->answer = answer;
    }
}

/*
 * The lead goes on to the next in line, and everybody who was taken goes. They are woken outside
 * the mutex, or each would run into it; from its wake on a member's memory is no longer ours.
 */
static void let_go(struct group *group, const struct group_member *leader)
{
    struct group_member *gone[GROUP_MAX];
    int count = 0;
    pthread_mutex_lock(&group->mutex);
    for (int i = 0; i < group->count; i++) {
        if (group->taken[i] != leader) {
            gone[count++] = group->taken[i];
        }
    }
    group->last_count = group->count;
    group->count = 0;
    struct group_member *heir = group->first;
    group->led = heir != NULL;
    if (heir != NULL) {
        atomic_store(&heir->place, GROUP_LEADS);
    }
    pthread_mutex_unlock(&group->mutex);
    if (heir != NULL) {
        sem_post(&heir->turned);
    }
    for (int i = 0; i < count; i++) {
        atomic_store(&gone[i]->place, GROUP_GOES);
        sem_post(&gone[i]->turned);
    }
}

/* True: it stays no longer. What came at the last moment counts. */
static bool give_up(struct group *group, struct group_member *member)
{
    pthread_mutex_lock(&group->mutex);
    bool waits = atomic_load(&member->place) == GROUP_WAITS;
    if (waits) {
        leave(group, member);
    }
    pthread_mutex_unlock(&group->mutex);
    return waits;
}

bool group_join(struct group *group, struct group_member *member, void (*lead)(void *context),
                void *context, int64_t ms)
{
    bool joined = true;
    member->answer = STATUS_IO;
    CHECK(sem_init(&member->turned, 0, 0) == 0);
    pthread_mutex_lock(&group->mutex);
    append(group, member);
    bool leads = !group->led;
    atomic_store(&member->place, leads ? GROUP_LEADS : GROUP_WAITS);
    group->led = true;
    pthread_mutex_unlock(&group->mutex);
    if (!leads) {
        if (!wait_for_turn(&member->turned, ms)) {
            joined = !give_up(group, member);
            if (joined) {
                wait_for_ever(&member->turned);
            }
        }
        leads = joined && atomic_load(&member->place) == GROUP_LEADS;
    }
    if (leads) {
        lead(context);
        let_go(group, member);
    }
    sem_destroy(&member->turned);
    return joined;
}
