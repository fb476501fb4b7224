/*
 * Reads GNU gettext's .mo files. glibc's own gettext() picks a language by the process's
 * locale, which must be installed (a kiosk has C.UTF-8 only), and by the environment, which
 * must not be written while other threads run. The customer's language is neither.
 */
#include <string.h>

#include "kiosk/ui/internal.h"

#define MO_MAGIC  0x950412deU
#define MO_HEADER 28U

static uint32_t word_at(const char *place)
{
    uint32_t value;

    memcpy(&value, place, sizeof(value));
    return value;
}

/* A table is count pairs of length and offset; every text must end inside the file. */
static bool table_holds(const struct catalogue *catalogue, uint32_t offset)
{
    uint64_t end = (uint64_t)offset + (uint64_t)catalogue->count * 8;

    if (end > catalogue->size) {
        return false;
    }
    for (uint32_t i = 0; i < catalogue->count; i++) {
        const char *pair = catalogue->bytes + offset + (size_t)i * 8;
        uint64_t stop = (uint64_t)word_at(pair) + word_at(pair + 4);

        if (stop >= catalogue->size || catalogue->bytes[stop] != '\0') {
            return false;
        }
    }
    return true;
}

enum status catalogue_open(const char *path, struct catalogue *catalogue)
{
    *catalogue = (struct catalogue){0};
    catalogue->bytes = SDL_LoadFile(path, &catalogue->size);
    if (catalogue->bytes == NULL) {
        missing_asset(path);
        return STATUS_IO;
    }
    if (catalogue->size >= MO_HEADER && word_at(catalogue->bytes) == MO_MAGIC) {
        uint32_t ids = word_at(catalogue->bytes + 12);
        uint32_t words = word_at(catalogue->bytes + 16);

        catalogue->count = word_at(catalogue->bytes + 8);
        if (table_holds(catalogue, ids) && table_holds(catalogue, words)) {
            catalogue->ids = catalogue->bytes + ids;
            catalogue->words = catalogue->bytes + words;
            return STATUS_OK;
        }
    }
    catalogue_close(catalogue);
    missing_asset(path);
    return STATUS_CORRUPT;
}

void catalogue_close(struct catalogue *catalogue)
{
    SDL_free(catalogue->bytes);
    *catalogue = (struct catalogue){0};
}

const char *catalogue_find(const struct catalogue *catalogue, const char *msgid)
{
    uint32_t low = 0, high = catalogue->count;

    while (low < high) { /* msgfmt sorts the ids bytewise */
        uint32_t middle = low + (high - low) / 2;
        const char *pair = catalogue->ids + (size_t)middle * 8;
        int order = strcmp(msgid, catalogue->bytes + word_at(pair + 4));

        if (order == 0) {
            const char *words = catalogue->words + (size_t)middle * 8;

            return catalogue->bytes + word_at(words + 4);
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return NULL;
}
