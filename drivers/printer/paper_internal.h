/*
 * paper_internal.h - shared by paper.c (the picture) and paper_read.c (the bytes).
 */
#ifndef PRINTER_PAPER_INTERNAL_H
#define PRINTER_PAPER_INTERNAL_H

#include <iconv.h>
#include <stdbool.h>

#include "printer/escpos.h"
#include "printer/paper.h"

#define PAPER_CELLS_MAX (ESCPOS_DOTS_MAX / GLYPH_HALF)

struct paper_cell {
    uint32_t code_point;
    int columns;
    struct glyph_style style;
};

struct paper {
    struct paper_report report;
    struct glyphs *glyphs;
    iconv_t converter; /* GB18030 to UTF-32 */
    uint8_t *ink;      /* rows of report.dots, 255 is black */
    int capacity;      /* rows */
    /* the printer's state */
    struct paper_cell line[PAPER_CELLS_MAX];
    size_t line_count;
    int line_dots;
    enum escpos_align align;
    struct glyph_style style;
    int spacing;
    bool hanzi;
    int qr_module;
    char qr_level;
    char qr[ESCPOS_QR_MAX + 1];
    size_t qr_length;
};

/* Moves on by so many rows of white paper; returns the first of them, or NULL at the end. */
uint8_t *paper_advance(struct paper *paper, int rows);
/* Adds a character to the line, printing the line first when it is full. */
void paper_put(struct paper *paper, uint32_t code_point);
/* Prints the line. */
void paper_line_end(struct paper *paper);
void paper_draw_qr(struct paper *paper);
void paper_draw_cut(struct paper *paper);
/* Back to the state after ESC @. */
void paper_reset(struct paper *paper);

#endif
