/*
 * utf8.h - reads UTF-8 strictly (RFC 3629). Pure.
 */
#ifndef COMMON_UTF8_H
#define COMMON_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Reads one character of the length bytes at text: its code point, and its bytes in *used.
 * False for an overlong form, a surrogate, a cut-off or otherwise malformed one, and for
 * length 0; then *used is 1, so that a caller may skip the byte.
 */
bool utf8_read(const char *text, size_t length, uint32_t *code_point, size_t *used);

/* The whole text is valid. */
bool utf8_valid(const char *text, size_t length);

#endif
