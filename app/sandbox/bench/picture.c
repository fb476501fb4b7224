/* The part of the screen that changed, as a PNG for the browser. */
#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox/bench/parts.h"

/* Fast before small: it goes over loopback. */
#define COMPRESSION_LEVEL 1

struct picture_part picture_difference(const struct screen_copy *before,
                                       const struct screen_copy *now)
{
    struct picture_part part = {0};
    int left = now->width, right = 0, top = -1, bottom = 0;

    for (int y = 0; y < now->height; y++) {
        const uint32_t *old_row = before->pixels + (size_t)y * (size_t)now->width;
        const uint32_t *new_row = now->pixels + (size_t)y * (size_t)now->width;

        if (memcmp(old_row, new_row, (size_t)now->width * sizeof(*new_row)) == 0) {
            continue;
        }
        int from = 0, to = now->width;

        while (old_row[from] == new_row[from]) {
            from++;
        }
        while (old_row[to - 1] == new_row[to - 1]) {
            to--;
        }
        left = from < left ? from : left;
        right = to > right ? to : right;
        top = top < 0 ? y : top;
        bottom = y + 1;
    }
    if (top >= 0) {
        part = (struct picture_part){left, top, right - left, bottom - top};
    }
    return part;
}

struct sink {
    uint8_t *bytes;
    size_t length, capacity;
};

static void take(png_structp png, png_bytep bytes, size_t length)
{
    struct sink *sink = png_get_io_ptr(png);

    if (sink->length + length > sink->capacity) {
        size_t capacity = (sink->length + length) * 2;
        uint8_t *grown = realloc(sink->bytes, capacity);

        if (grown == NULL) {
            png_error(png, "no memory");
        }
        sink->bytes = grown;
        sink->capacity = capacity;
    }
    memcpy(sink->bytes + sink->length, bytes, length);
    sink->length += length;
}

static void flush(png_structp png)
{
    (void)png;
}

enum status picture_png(const struct screen_copy *copy, struct picture_part part, uint8_t **bytes,
                        size_t *length)
{
    struct sink sink = {0};
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png != NULL ? png_create_info_struct(png) : NULL;

    if (info == NULL) {
        png_destroy_write_struct(&png, NULL);
        return STATUS_IO;
    }
    png_set_write_fn(png, &sink, take, flush);
    if (setjmp(png_jmpbuf(png)) != 0) {
        png_destroy_write_struct(&png, &info);
        free(sink.bytes);
        return STATUS_IO;
    }
    png_set_compression_level(png, COMPRESSION_LEVEL);
    png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_SUB);
    png_set_IHDR(png, info, (png_uint_32)part.w, (png_uint_32)part.h, 8, PNG_COLOR_TYPE_RGB,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, info);
    /* 0x00RRGGBB on a little-endian machine: blue first, and a byte that says nothing. */
    png_set_bgr(png);
    png_set_filler(png, 0, PNG_FILLER_AFTER);
    for (int y = part.y; y < part.y + part.h; y++) {
        png_write_row(png,
                      (png_const_bytep)(copy->pixels + (size_t)y * (size_t)copy->width + part.x));
    }
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    *bytes = sink.bytes;
    *length = sink.length;
    return STATUS_OK;
}
