#include "shrink.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "chance.h"
#include "common/status.h"
#include "run_one.h"
#include "world.h"

#define TRIES_MAX   3000
#define SECONDS_MAX 40

/* What one try came to: the rule that broke, and what had happened until then. */
struct verdict {
    struct world_failure failure;
    size_t count;
    struct chosen *list;
};

static int tries;
static time_t began;

static bool enough(void)
{
    return tries >= TRIES_MAX || time(NULL) - began > SECONDS_MAX;
}

static void write_all(int fd, const void *bytes, size_t size)
{
    const char *at = bytes;
    while (size > 0) {
        ssize_t wrote = write(fd, at, size);
        CHECK(wrote > 0);
        at += wrote;
        size -= (size_t)wrote;
    }
}

static bool read_all(int fd, void *bytes, size_t size)
{
    char *at = bytes;
    while (size > 0) {
        ssize_t got = read(fd, at, size);
        if (got <= 0) {
            return false;
        }
        at += got;
        size -= (size_t)got;
    }
    return true;
}

static int answer_fd; /* of the child */

static void tell_verdict(void)
{
    size_t happened = 0;
    const struct chosen *list = chance_list(&happened);
    write_all(answer_fd, &world_failure, sizeof(world_failure));
    write_all(answer_fd, &happened, sizeof(happened));
    write_all(answer_fd, list, happened * sizeof(*list));
    _exit(0);
}

static void be_child(uint64_t seed, const uint64_t *allowed, size_t count, int fd)
{
    answer_fd = fd;
    world_stopped = tell_verdict;
    chance_allow(allowed, count);
    (void)run_one(seed);
    tell_verdict();
}

static void flush_and_go(void)
{
    (void)fflush(NULL);
    _exit(0);
}

/* allowed NULL: everything. */
static struct verdict try(uint64_t seed, const uint64_t *allowed, size_t count)
{
    struct verdict verdict = {.count = 0};
    int ends[2];
    tries++;
    (void)fflush(NULL);
    CHECK(pipe(ends) == 0);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        close(ends[0]);
        be_child(seed, allowed, count, ends[1]);
    }
    close(ends[1]);
    if (read_all(ends[0], &verdict.failure, sizeof(verdict.failure)) &&
        read_all(ends[0], &verdict.count, sizeof(verdict.count))) {
        verdict.list = calloc(verdict.count + 1, sizeof(*verdict.list));
        CHECK(verdict.list != NULL);
        if (!read_all(ends[0], verdict.list, verdict.count * sizeof(*verdict.list))) {
            verdict.count = 0;
        }
    }
    close(ends[0]);
    (void)waitpid(child, NULL, 0);
    return verdict;
}

static int by_id(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;
    return a < b ? -1 : a > b;
}

/* The ids of what happened, ascending. */
static uint64_t *ids_of(const struct verdict *verdict)
{
    uint64_t *ids = calloc(verdict->count + 1, sizeof(*ids));
    CHECK(ids != NULL);
    for (size_t i = 0; i < verdict->count; i++) {
        ids[i] = verdict->list[i].id;
    }
    qsort(ids, verdict->count, sizeof(*ids), by_id);
    return ids;
}

/* Without the choices from..to of the list; true and replaced when the same rule still breaks. */
static bool without(uint64_t seed, struct verdict *best, size_t from, size_t to)
{
    struct verdict fewer = {.count = 0};
    fewer.list = calloc(best->count + 1, sizeof(*fewer.list));
    CHECK(fewer.list != NULL);
    for (size_t i = 0; i < best->count; i++) {
        if (i < from || i >= to) {
            fewer.list[fewer.count++] = best->list[i];
        }
    }
    uint64_t *ids = ids_of(&fewer);
    struct verdict verdict = try(seed, ids, fewer.count);
    bool same = strcmp(verdict.failure.rule, best->failure.rule) == 0;
    free(fewer.list);
    free(ids);
    free(same ? best->list : verdict.list);
    if (same) {
        *best = verdict;
    }
    return same;
}

static void make_small(uint64_t seed, struct verdict *best)
{
    size_t chunk = best->count / 2 + 1;
    while (chunk > 0 && !enough()) {
        bool took = false;
        for (size_t from = 0; from < best->count && !enough();) {
            size_t to = from + chunk < best->count ? from + chunk : best->count;
            if (without(seed, best, from, to)) {
                took = true;
            } else {
                from = to;
            }
        }
        chunk = chunk == 1 && took ? 1 : chunk / 2;
    }
}

int shrink(uint64_t seed)
{
    tries = 0;
    began = time(NULL);
    struct verdict best = try(seed, NULL, 0);
    if (best.failure.rule[0] == '\0') {
        printf("seed %llu breaks no rule\n", (unsigned long long)seed);
        free(best.list);
        return -1;
    }
    size_t before = best.count;
    make_small(seed, &best);
    printf("shrunk from %zu choices to %zu in %d tries:\n", before, best.count, tries);
    for (size_t i = 0; i < best.count; i++) {
        printf("  %s\n", choice_words(best.list[i].choice));
    }
    (void)fflush(NULL);
    uint64_t *ids = ids_of(&best);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        story_wanted = true;
        world_stopped = flush_and_go;
        chance_allow(ids, best.count);
        (void)run_one(seed);
        flush_and_go();
    }
    (void)waitpid(child, NULL, 0);
    free(ids);
    free(best.list);
    return (int)best.count;
}
