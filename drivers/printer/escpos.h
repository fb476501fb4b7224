/*
 * escpos.h - writes ESC/POS bytes into a buffer of the caller. Pure but for the font that a
 * rare character needs.
 *
 * Text goes out in GB18030, in its two-byte part that printers sold in China have fonts for.
 * A line with any other character (rare ones in names), or any Chinese on a printer without
 * fonts for it, goes out as a picture. Bytes: Epson's command reference and the manuals of
 * Chinese makers, as collected for the printers that we know.
 *
 * Writing past the end is remembered, not done: escpos_end() says so.
 */
#ifndef PRINTER_ESCPOS_H
#define PRINTER_ESCPOS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/status.h"
#include "printer/glyph.h"
#include "printer/printer.h"

#define ESCPOS_DOTS_MAX 832 /* the widest head in use, 104 mm */
#define ESCPOS_QR_MAX   512 /* bytes in one QR */
#define ESCPOS_LEADING  8   /* dots between two lines of text */

enum escpos_align { ESCPOS_LEFT = 0, ESCPOS_CENTRE, ESCPOS_RIGHT };

struct escpos {
    uint8_t *bytes;
    size_t size, length;
    bool overflow;
    struct printer_model model;
    enum escpos_align align;
    struct glyph_style style;
    void *converter;       /* an iconv_t */
    struct glyphs *glyphs; /* opened when the first line needs it */
    bool glyphs_tried;
    int rasterised; /* lines that went out as pictures */
    int missing;    /* characters that no font here has: printed as the geta mark */
};

/*
 * Starts a job: initialises the printer and turns Hanzi on. STATUS_INVALID for a head that is
 * wider than ESCPOS_DOTS_MAX or not whole bytes wide, STATUS_IO when the system lacks GB18030.
 */
enum status escpos_begin(struct escpos *escpos, const struct printer_model *model, uint8_t *bytes,
                         size_t size) MUST_USE;

void escpos_set_align(struct escpos *escpos, enum escpos_align align);
/* Factors 1..GLYPH_SIZE_MAX. */
void escpos_set_style(struct escpos *escpos, int width, int height, bool bold);

/* How many half widths (ASCII characters of factor 1) the text takes. */
int escpos_columns(const char *text);

/* One line with its end; a control byte or malformed UTF-8 is printed as '?'. */
void escpos_line(struct escpos *escpos, const char *text);

/* Moves the paper by dots. */
void escpos_feed(struct escpos *escpos, int dots);

/* A QR (error correction M); module: dots a square, 1..16. Text: printable ASCII only. */
enum status escpos_qr(struct escpos *escpos, const char *text, int module) MUST_USE;

/* Feeds the last line past the knife and cuts. */
void escpos_cut(struct escpos *escpos);

/* Ends the job, frees what begin took. STATUS_LIMIT: the buffer was too small. */
enum status escpos_end(struct escpos *escpos, size_t *length) MUST_USE;

/* -- for drivers ------------------------------------------------------------------------- */

#define ESCPOS_PROCESS_ID_BYTES 11
/*
 * GS ( H: asks the printer to answer with the id when printing reached this place. The id goes
 * out as four printable characters (Epson: each 20h-7Eh), which hold 24 bits of it.
 */
void escpos_process_id(uint32_t id, uint8_t bytes[ESCPOS_PROCESS_ID_BYTES]);

#endif
