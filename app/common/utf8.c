#include "common/utf8.h"

bool utf8_read(const char *text, size_t length, uint32_t *code_point, size_t *used)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *bytes = (const unsigned char *)text;
    size_t size = 1;
    uint32_t value = 0;

    *used = 1;
    if (length == 0) {
        return false;
    }
    if (bytes[0] < 0x80) {
        *code_point = bytes[0];
        return true;
    }
    if (bytes[0] >= 0xC2 && bytes[0] <= 0xDF) {
        size = 2;
        value = bytes[0] & 0x1FU;
    } else if (bytes[0] >= 0xE0 && bytes[0] <= 0xEF) {
        size = 3;
        value = bytes[0] & 0x0FU;
    } else if (bytes[0] >= 0xF0 && bytes[0] <= 0xF4) {
        size = 4;
        value = bytes[0] & 0x07U;
    } else {
        return false;
    }
    if (size > length) {
        return false;
    }
    for (size_t i = 1; i < size; i++) {
        if ((bytes[i] & 0xC0) != 0x80) {
            return false;
        }
        value = value << 6 | (bytes[i] & 0x3FU);
    }
    if (value < smallest[size] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
        return false;
    }
    *code_point = value;
    *used = size;
    return true;
}

bool utf8_valid(const char *text, size_t length)
{
    size_t at = 0;

    while (at < length) {
        uint32_t code_point = 0;
        size_t used = 0;

        if (!utf8_read(text + at, length - at, &code_point, &used)) {
            return false;
        }
        at += used;
    }
    return true;
}
