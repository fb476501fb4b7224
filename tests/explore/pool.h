/*
 * pool.h - values that occur again and again, each kept once and named by a number.
 *
 * A world of the explorer is a handful of such numbers, so that millions of them fit into memory,
 * and a step of kiosk or server that was made once is never computed again.
 */
#ifndef TESTS_EXPLORE_POOL_H
#define TESTS_EXPLORE_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pool {
    uint8_t *bytes;
    size_t used, capacity;
    size_t *starts, *lengths;
    uint32_t count, room;
    uint32_t *slots;
    uint32_t slot_count;
};

/* The number of these bytes, from 1 on. 0 is never given: it stands for "none". */
uint32_t pool_put(struct pool *pool, const void *bytes, size_t length);
/* Aligned for any struct. The pointer dies with the next put into the same pool. */
const void *pool_get(const struct pool *pool, uint32_t id, size_t *length);
void pool_free(struct pool *pool);

/* What a step led to, by what it began with. */
struct memo {
    uint64_t *keys;
    uint32_t *values;
    size_t used, slot_count;
};

bool memo_get(const struct memo *memo, uint64_t key, uint32_t *value);
void memo_put(struct memo *memo, uint64_t key, uint32_t value); /* key: not 0 */
void memo_free(struct memo *memo);

uint64_t hash_bytes(const void *bytes, size_t length);
/* Without memory there is no test. */
void *grow(void *list, size_t bytes);

#endif
