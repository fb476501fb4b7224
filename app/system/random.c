#include "system/random.h"

#include <sys/random.h>

#include "common/status.h"

/* getrandom() returns whole requests up to this size. */
#define REQUEST_MAX 256

void random_bytes(uint8_t *buffer, size_t length)
{
    CHECK(length <= REQUEST_MAX);
    CHECK(getrandom(buffer, length, 0) == (ssize_t)length);
}

void random_hex(char *buffer, size_t bytes)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t raw[REQUEST_MAX];

    random_bytes(raw, bytes);
    for (size_t i = 0; i < bytes; i++) {
        buffer[2 * i] = digits[raw[i] >> 4];
        buffer[2 * i + 1] = digits[raw[i] & 15];
    }
    buffer[2 * bytes] = '\0';
}
