/* One cache for all that is made once and drawn often, keyed by a readable string. */
#include <stdlib.h>
#include <string.h>

#include "kiosk/ui/internal.h"

/* Above this, what the last two frames did not use is dropped: some 6 MB at most. */
#define CACHE_MANY 700

uint64_t hash_bytes(uint64_t seed, const void *bytes, size_t size)
{
    const uint8_t *at = bytes;
    uint64_t hash = seed ^ UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ at[i]) * UINT64_C(0x100000001b3);
    }
    return hash;
}

static void drop(struct cached *entry)
{
    /* texts and codes are a customer's: nothing of them stays in freed memory */
    explicit_bzero(entry->key, strlen(entry->key));
    free(entry->key);
    if (entry->alpha != NULL) {
        explicit_bzero(entry->alpha, (size_t)entry->w * (size_t)entry->h);
        free(entry->alpha);
    }
    if (entry->map.bytes == NULL) {
        free(entry->pixels);
    }
    map_close(&entry->map);
    free(entry);
}

struct cached *cache_get(struct ui *ui, const char *key, bool *made)
{
    uint64_t hash = hash_bytes(0, key, strlen(key));
    struct cached **bucket = &ui->cache[hash % UI_CACHE_BUCKETS];

    for (struct cached *entry = *bucket; entry != NULL; entry = entry->next) {
        if (entry->hash == hash && strcmp(entry->key, key) == 0) {
            entry->frame = ui->frame;
            *made = false;
            return entry;
        }
    }
    struct cached *entry = calloc(1, sizeof(*entry));
    CHECK(entry != NULL);
    entry->key = strdup(key);
    CHECK(entry->key != NULL);
    entry->hash = hash;
    entry->frame = ui->frame;
    entry->next = *bucket;
    *bucket = entry;
    ui->cached_count++;
    *made = true;
    return entry;
}

static void drop_where(struct ui *ui, bool all)
{
    for (size_t i = 0; i < UI_CACHE_BUCKETS; i++) {
        struct cached **at = &ui->cache[i];

        while (*at != NULL) {
            struct cached *entry = *at;

            if (all || entry->frame + 1 < ui->frame) {
                *at = entry->next;
                drop(entry);
                ui->cached_count--;
            } else {
                at = &entry->next;
            }
        }
    }
}

void cache_age(struct ui *ui)
{
    if (ui->cached_count > CACHE_MANY) {
        drop_where(ui, false);
    }
}

void cache_wipe(struct ui *ui)
{
    drop_where(ui, true);
}
