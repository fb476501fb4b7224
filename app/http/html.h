/*
 * html.h - a page that is written piece by piece into memory of the caller's. Pure.
 */
#ifndef HTTP_HTML_H
#define HTTP_HTML_H

#include <stddef.h>

#include "common/status.h"

struct html {
    char *text; /* always terminated */
    size_t size, used;
};

/* Begins an empty page in size bytes at text. */
struct html html_begin(char *text, size_t size);
/* CHECKs that it fits: how long a page can become is the program's own business. */
void html_add(struct html *page, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Text that may hold anything, as text and inside a quoted attribute. */
void html_add_escaped(struct html *page, const char *text);

#endif
