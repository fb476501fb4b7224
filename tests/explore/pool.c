#include "pool.h"

#include <stdlib.h>
#include <string.h>

#include "common/status.h"

#define FIRST_SLOTS 1024
#define FIRST_BYTES 65536
#define ALIGNMENT   16

void *grow(void *list, size_t bytes)
{
    void *larger = realloc(list, bytes);
    CHECK(larger != NULL);
    return larger;
}

static uint64_t mix(uint64_t hash)
{
    hash ^= hash >> 32;
    hash *= UINT64_C(0xd6e8feb86659fd93);
    return hash ^ (hash >> 32);
}

uint64_t hash_bytes(const void *bytes, size_t length)
{
    const uint8_t *at = bytes;
    uint64_t hash = UINT64_C(0x9e3779b97f4a7c15) ^ length;
    for (; length >= 8; length -= 8, at += 8) {
        uint64_t word = 0;
        memcpy(&word, at, 8);
        hash = (hash ^ word) * UINT64_C(0x9fb21c651e98df25);
        hash ^= hash >> 29;
    }
    uint64_t rest = 0;
    memcpy(&rest, at, length);
    return mix(hash ^ rest);
}

static void rehash(struct pool *pool)
{
    pool->slot_count = pool->slot_count == 0 ? FIRST_SLOTS : pool->slot_count * 2;
    free(pool->slots);
    pool->slots = calloc(pool->slot_count, sizeof(*pool->slots));
    CHECK(pool->slots != NULL);
    for (uint32_t id = 1; id <= pool->count; id++) {
        size_t length = 0;
        const void *bytes = pool_get(pool, id, &length);
        uint32_t slot = (uint32_t)hash_bytes(bytes, length) & (pool->slot_count - 1);
        while (pool->slots[slot] != 0) {
            slot = (slot + 1) & (pool->slot_count - 1);
        }
        pool->slots[slot] = id;
    }
}

static uint32_t append(struct pool *pool, const void *bytes, size_t length)
{
    if (pool->used + length + ALIGNMENT > pool->capacity) {
        pool->capacity = (pool->used + length) * 2 + FIRST_BYTES;
        pool->bytes = grow(pool->bytes, pool->capacity);
    }
    if (pool->count == pool->room) {
        pool->room = pool->room * 2 + FIRST_SLOTS;
        pool->starts = grow(pool->starts, pool->room * sizeof(*pool->starts));
        pool->lengths = grow(pool->lengths, pool->room * sizeof(*pool->lengths));
    }
    memcpy(pool->bytes + pool->used, bytes, length);
    pool->starts[pool->count] = pool->used;
    pool->lengths[pool->count] = length;
    pool->used = (pool->used + length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return ++pool->count;
}

uint32_t pool_put(struct pool *pool, const void *bytes, size_t length)
{
    if ((pool->count + 1) * 2 > pool->slot_count) {
        rehash(pool);
    }
    uint32_t slot = (uint32_t)hash_bytes(bytes, length) & (pool->slot_count - 1);
    while (pool->slots[slot] != 0) {
        size_t known_length = 0;
        const void *known = pool_get(pool, pool->slots[slot], &known_length);
        if (known_length == length && memcmp(known, bytes, length) == 0) {
            return pool->slots[slot];
        }
        slot = (slot + 1) & (pool->slot_count - 1);
    }
    pool->slots[slot] = append(pool, bytes, length);
    return pool->slots[slot];
}

const void *pool_get(const struct pool *pool, uint32_t id, size_t *length)
{
    CHECK(id >= 1 && id <= pool->count);
    if (length != NULL) {
        *length = pool->lengths[id - 1];
    }
    return pool->bytes + pool->starts[id - 1];
}

void pool_free(struct pool *pool)
{
    free(pool->bytes);
    free(pool->starts);
    free(pool->lengths);
    free(pool->slots);
    *pool = (struct pool){0};
}

static size_t slot_of(const struct memo *memo, uint64_t key)
{
    size_t slot = (size_t)mix(key) & (memo->slot_count - 1);
    while (memo->keys[slot] != 0 && memo->keys[slot] != key) {
        slot = (slot + 1) & (memo->slot_count - 1);
    }
    return slot;
}

bool memo_get(const struct memo *memo, uint64_t key, uint32_t *value)
{
    if (memo->slot_count == 0) {
        return false;
    }
    size_t slot = slot_of(memo, key);
    *value = memo->values[slot];
    return memo->keys[slot] != 0;
}

void memo_put(struct memo *memo, uint64_t key, uint32_t value)
{
    CHECK(key != 0);
    if ((memo->used + 1) * 2 > memo->slot_count) {
        struct memo old = *memo;
        memo->slot_count = old.slot_count == 0 ? FIRST_SLOTS : old.slot_count * 2;
        memo->keys = calloc(memo->slot_count, sizeof(*memo->keys));
        memo->values = calloc(memo->slot_count, sizeof(*memo->values));
        CHECK(memo->keys != NULL && memo->values != NULL);
        for (size_t i = 0; i < old.slot_count; i++) {
            if (old.keys[i] != 0) {
                size_t slot = slot_of(memo, old.keys[i]);
                memo->keys[slot] = old.keys[i];
                memo->values[slot] = old.values[i];
            }
        }
        free(old.keys);
        free(old.values);
    }
    size_t slot = slot_of(memo, key);
    memo->used += memo->keys[slot] == 0 ? 1 : 0;
    memo->keys[slot] = key;
    memo->values[slot] = value;
}

void memo_free(struct memo *memo)
{
    free(memo->keys);
    free(memo->values);
    *memo = (struct memo){0};
}
