/*
 * paper.h - reads ESC/POS bytes as a printer does, onto a picture of the paper.
 *
 * Strict on purpose: it knows the commands that escpos.h writes, and counts every byte that it
 * does not understand. It draws letters with the font at their final size, where a real head
 * would double dots. One handle belongs to one thread.
 */
#ifndef PRINTER_PAPER_H
#define PRINTER_PAPER_H

#include <stddef.h>
#include <stdint.h>

#include "common/status.h"

#define PAPER_HEIGHT_MAX      8000 /* dots, one metre: what comes after is counted, not drawn */
#define PAPER_PROCESS_IDS_MAX 4

struct paper;

struct paper_report {
    int dots, height;
    size_t unknown_bytes;  /* not understood, or a command that the end cut off */
    size_t overlong_lines; /* lines that had to be broken because they were too wide */
    int missing_glyphs;
    int cuts, codes;                             /* codes: QR */
    uint32_t process_ids[PAPER_PROCESS_IDS_MAX]; /* their 24 bits, in the order of printing */
    int process_id_count;
};

/* STATUS_NOT_FOUND without a font, STATUS_INVALID for a head of 0 or more than 832 dots. */
enum status paper_open(int dots, struct paper **out) MUST_USE;
void paper_close(struct paper *paper); /* NULL is fine */

/* Prints a job's bytes under what is already there. Commands do not reach across two calls. */
void paper_print(struct paper *paper, const uint8_t *bytes, size_t length);

/* Writes the picture, 8 bits grey, with a margin. STATUS_IO. */
enum status paper_write_png(const struct paper *paper, const char *path) MUST_USE;

struct paper_report paper_report(const struct paper *paper);

#endif
