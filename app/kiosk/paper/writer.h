/*
 * writer.h - columns, wrapping and rules on narrow paper, over printer/escpos.h.
 *
 * Widths are columns: one ASCII character, half a Chinese one.
 */
#ifndef KIOSK_PAPER_WRITER_H
#define KIOSK_PAPER_WRITER_H

#include <stdbool.h>

#include "printer/escpos.h"

#define WRITER_COLUMNS_MAX (ESCPOS_DOTS_MAX / GLYPH_HALF)

struct writer {
    struct escpos escpos;
    int columns;
    bool english; /* labels in both languages */
};

/* A label in Chinese and English. */
struct label {
    const char *zh, *en;
};

/* "户号 Account no.    5263940001": the value at a fixed column, wrapped under itself.
 * Nothing at all for an empty value. */
void writer_field(struct writer *writer, struct label label, const char *value);
/* A label at the left and a value at the right end of one line. */
void writer_pair(struct writer *writer, const char *left, const char *right);
/* Right-aligned cells of equal width, the first one left-aligned. */
void writer_row(struct writer *writer, const char *const *cells, int count);
/* Text in the given style and alignment, wrapped between characters (words in English). */
void writer_text(struct writer *writer, enum escpos_align align, struct glyph_style style,
                 const char *text);
/* A thin line across the paper. */
void writer_rule(struct writer *writer);

#endif
