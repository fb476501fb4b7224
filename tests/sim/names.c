#include "names.h"

#include <stdint.h>
#include <string.h>

#include "chance.h"
#include "common/status.h"

void names_clear(struct names *names)
{
    names->count = 0;
    memset(names->slots, 0, sizeof(names->slots));
}

int names_number(struct names *names, const char *text, bool make)
{
    size_t slot = hash_text(text) % (2 * NAMES_MAX);
    while (names->slots[slot] != 0) {
        int number = names->slots[slot] - 1;
        if (strcmp(names->texts[number], text) == 0) {
            return number;
        }
        slot = (slot + 1) % (2 * NAMES_MAX);
    }
    if (!make) {
        return -1;
    }
    size_t length = strlen(text);
    CHECK(names->count < NAMES_MAX && length < NAME_BYTES);
    memcpy(names->texts[names->count], text, length + 1);
    names->slots[slot] = names->count + 1;
    return names->count++;
}
