/*
 * glyph.h - draws single characters into the cells of a receipt printer: 24 dots high, 24 wide
 * or, for ASCII, 12 wide, each times a whole factor.
 *
 * Used where a printer's own font does not do (rare characters of names) and by the paper
 * interpreter. One handle belongs to one thread.
 */
#ifndef PRINTER_GLYPH_H
#define PRINTER_GLYPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/status.h"

#define GLYPH_CELL     24 /* height, and width of a Chinese character, in dots */
#define GLYPH_HALF     12 /* width of an ASCII character */
#define GLYPH_SIZE_MAX 8  /* largest factor of width or height: GS ! has no more */

struct glyphs;

struct glyph_style {
    int width, height; /* factors, 1..GLYPH_SIZE_MAX */
    bool bold;
};

/*
 * Opens the font: path, or where path is NULL the one that LOBBY_KIOSK_FONT names, else that of
 * the package fonts-noto-cjk. STATUS_NOT_FOUND when there is none, STATUS_IO without memory.
 */
enum status glyphs_open(const char *path, struct glyphs **out) MUST_USE;
void glyphs_close(struct glyphs *glyphs); /* NULL is fine */

/*
 * Draws into a cell of `columns` half widths at grey (255 is ink), clipped to the cell; what is
 * there stays. False when the font lacks the character; nothing is drawn then.
 */
bool glyphs_draw(struct glyphs *glyphs, uint32_t code_point, int columns, struct glyph_style style,
                 uint8_t *grey, size_t stride);

#endif
