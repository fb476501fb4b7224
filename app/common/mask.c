#include "common/mask.h"

#include <stdbool.h>
#include <string.h>

#include "common/status.h"

/* Longer texts are no name or address that we know; they are masked whole. */
#define CHARACTERS_MAX 96

struct characters {
    size_t start[CHARACTERS_MAX + 1]; /* start[count] is the end of the text */
    size_t count;
};

/* Length of the UTF-8 character at text, or 0 when it is not valid (RFC 3629). */
static size_t character_length(const unsigned char *text)
{
    static const unsigned char minimum_second[] = {0xA0, 0x90};
    size_t length = 0;

    if (text[0] < 0x80) {
        return text[0] < 0x20 || text[0] == 0x7F ? 0 : 1;
    }
    if (text[0] >= 0xC2 && text[0] <= 0xDF) {
        length = 2;
    } else if (text[0] >= 0xE0 && text[0] <= 0xEF) {
        length = 3;
    } else if (text[0] >= 0xF0 && text[0] <= 0xF4) {
        length = 4;
    }
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    bool overlong = (text[0] == 0xE0 && text[1] < minimum_second[0]) ||
                    (text[0] == 0xF0 && text[1] < minimum_second[1]);
    bool surrogate = text[0] == 0xED && text[1] >= 0xA0;
    bool too_high = text[0] == 0xF4 && text[1] >= 0x90;

    return overlong || surrogate || too_high ? 0 : length;
}

/* False when the text is not valid UTF-8, holds control characters, is empty or too long. */
static bool split(const char *text, struct characters *out)
{
    size_t at = 0;

    out->count = 0;
    while (text[at] != '\0') {
        size_t length = character_length((const unsigned char *)text + at);

        if (length == 0 || out->count == CHARACTERS_MAX) {
            return false;
        }
        out->start[out->count++] = at;
        at += length;
    }
    out->start[out->count] = at;
    return out->count > 0;
}

/* Keeps `first` and `last` characters and writes one star for each hidden one. */
static const char *keep_ends(const char *text, size_t first, size_t last, char *buffer, size_t size)
{
    struct characters characters;

    CHECK(size >= 2);
    if (!split(text, &characters) || characters.count <= first + last) {
        memcpy(buffer, "*", 2);
        return buffer;
    }
    size_t head = characters.start[first];
    size_t stars = characters.count - first - last;
    size_t tail_at = characters.start[characters.count - last];
    size_t tail = characters.start[characters.count] - tail_at;

    if (head + stars + tail + 1 > size) {
        memcpy(buffer, "*", 2);
        return buffer;
    }
    memcpy(buffer, text, head);
    memset(buffer + head, '*', stars);
    memcpy(buffer + head + stars, text + tail_at, tail);
    buffer[head + stars + tail] = '\0';
    return buffer;
}

const char *mask_name(const char *name, char *buffer, size_t size)
{
    struct characters characters;

    if (!split(name, &characters) || characters.count == 1) {
        memcpy(buffer, "*", 2);
        return buffer;
    }
    return keep_ends(name, characters.count == 2 ? 0 : 1, 1, buffer, size);
}

const char *mask_phone(const char *phone, char *buffer, size_t size)
{
    bool mobile = strlen(phone) == 11 && strspn(phone, "0123456789") == 11;

    return keep_ends(phone, mobile ? 3 : 0, mobile ? 4 : 2, buffer, size);
}

const char *mask_address(const char *address, char *buffer, size_t size)
{
    return keep_ends(address, 3, 5, buffer, size);
}

const char *mask_account_tail(const char *account_no, char *buffer, size_t size)
{
    size_t length = strlen(account_no);
    size_t skip = length > 4 ? length - 4 : 0;

    CHECK(size >= 5);
    memcpy(buffer, account_no + skip, length - skip + 1);
    return buffer;
}
