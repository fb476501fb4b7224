#include "http/html.h"

#include <stdarg.h>
#include <stdio.h>

struct html html_begin(char *text, size_t size)
{
    CHECK(size > 0);
    text[0] = '\0';
    return (struct html){.text = text, .size = size};
}

void html_add(struct html *page, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(page->text + page->used, page->size - page->used, format, arguments);
    va_end(arguments);
    CHECK(length >= 0 && (size_t)length < page->size - page->used);
    page->used += (size_t)length;
}

void html_add_escaped(struct html *page, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '&': html_add(page, "&amp;"); break;
        case '<': html_add(page, "&lt;"); break;
        case '>': html_add(page, "&gt;"); break;
        case '"': html_add(page, "&quot;"); break;
        case '\'': html_add(page, "&#39;"); break;
        default: html_add(page, "%c", *text);
        }
    }
}
