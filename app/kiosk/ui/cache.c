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

/* What a visit leaves alone: the keys of masks.c that say a form and a size, and no text. */
static bool is_shape(const struct cached *entry)
{
    return strchr("COSIA", entry->key[0]) != NULL;
}

enum drop { DROP_OLD, DROP_TEXTS, DROP_ALL };

static bool goes(const struct ui *ui, const struct cached *entry, enum drop what)
{
    switch (what) {
    case DROP_OLD: return entry->frame + 1 < ui->frame;
    case DROP_TEXTS: return !is_shape(entry);
    case DROP_ALL: return true;
    }
    UNREACHABLE("a kind that does not exist");
}

static void drop_where(struct ui *ui, enum drop what)
{
    for (size_t i = 0; i < UI_CACHE_BUCKETS; i++) {
        struct cached **at = &ui->cache[i];

        while (*at != NULL) {
            struct cached *entry = *at;

            if (goes(ui, entry, what)) {
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
        drop_where(ui, DROP_OLD);
    }
}

void cache_wipe(struct ui *ui)
{
    drop_where(ui, DROP_TEXTS);
}

void cache_close(struct ui *ui)
{
    drop_where(ui, DROP_ALL);
}
