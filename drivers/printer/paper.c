#include <png.h>
#include <qrencode.h>
#include <stdlib.h>
#include <string.h>

#include "printer/paper_internal.h"

#define ROWS_STEP    512 /* grows by so many rows */
#define MARGIN       24  /* white around the picture */
#define SPACING_INIT 34  /* 1/6 inch at 203 dpi */
#define CUT_ROWS     24
#define CUT_TOOTH    12 /* dots from tooth to tooth */
#define GETA_MARK    0x3013

void paper_reset(struct paper *paper)
{
    paper->line_count = 0;
    paper->line_dots = 0;
    paper->align = ESCPOS_LEFT;
    paper->style = (struct glyph_style){.width = 1, .height = 1};
    paper->spacing = SPACING_INIT;
    paper->hanzi = false;
    paper->qr_module = 3;
    paper->qr_level = '0';
    paper->qr_length = 0;
}

enum status paper_open(int dots, struct paper **out)
{
    if (dots < GLYPH_CELL || dots > ESCPOS_DOTS_MAX) {
        return STATUS_INVALID;
    }
    struct paper *paper = calloc(1, sizeof(*paper));

    if (paper == NULL) {
        return STATUS_IO;
    }
    paper->report.dots = dots;
    paper_reset(paper);
    enum status status = glyphs_open(NULL, &paper->glyphs);

    if (status != STATUS_OK) {
        free(paper);
        return status;
    }
    paper->converter = iconv_open("UTF-32LE", "GB18030");
    CHECK(paper->converter != (iconv_t)-1); // NOLINT(performance-no-int-to-ptr)
    *out = paper;
    return STATUS_OK;
}

void paper_close(struct paper *paper)
{
    if (paper == NULL) {
        return;
    }
    glyphs_close(paper->glyphs);
    iconv_close(paper->converter);
    free(paper->ink);
    free(paper);
}

struct paper_report paper_report(const struct paper *paper)
{
    return paper->report;
}

uint8_t *paper_advance(struct paper *paper, int rows)
{
    size_t width = (size_t)paper->report.dots;
    int first = paper->report.height;

    if (rows > PAPER_HEIGHT_MAX - first) {
        return NULL;
    }
    if (first + rows > paper->capacity) {
        int capacity = (first + rows + ROWS_STEP) / ROWS_STEP * ROWS_STEP;
        uint8_t *grown = realloc(paper->ink, (size_t)capacity * width);

        CHECK(grown != NULL);
        memset(grown + (size_t)paper->capacity * width, 0,
               (size_t)(capacity - paper->capacity) * width);
        paper->ink = grown;
        paper->capacity = capacity;
    }
    paper->report.height += rows;
    return paper->ink + (size_t)first * width;
}

/* Where something of that width begins, by the alignment. */
static int place(const struct paper *paper, int width)
{
    int spare = paper->report.dots - width;

    return paper->align == ESCPOS_LEFT ? 0 : paper->align == ESCPOS_CENTRE ? spare / 2 : spare;
}

void paper_line_end(struct paper *paper)
{
    int height = 0;
    int x = place(paper, paper->line_dots);

    for (size_t i = 0; i < paper->line_count; i++) {
        int cell = GLYPH_CELL * paper->line[i].style.height;

        height = cell > height ? cell : height;
    }
    int rows = height > paper->spacing ? height : paper->spacing;
    uint8_t *ink = paper_advance(paper, rows);

    for (size_t i = 0; i < paper->line_count && ink != NULL; i++) {
        const struct paper_cell *cell = &paper->line[i];
        size_t stride = (size_t)paper->report.dots;
        /* Different heights in one line stand on one base line. */
        uint8_t *at = ink + (size_t)(height - GLYPH_CELL * cell->style.height) * stride + (size_t)x;

        if (!glyphs_draw(paper->glyphs, cell->code_point, cell->columns, cell->style, at, stride)) {
            paper->report.missing_glyphs++;
            (void)glyphs_draw(paper->glyphs, GETA_MARK, cell->columns, cell->style, at, stride);
        }
        x += cell->columns * GLYPH_HALF * cell->style.width;
    }
    paper->line_count = 0;
    paper->line_dots = 0;
}

void paper_put(struct paper *paper, uint32_t code_point)
{
    int columns = code_point < 0x80 ? 1 : 2;
    int width = columns * GLYPH_HALF * paper->style.width;

    if (paper->line_dots + width > paper->report.dots) {
        paper->report.overlong_lines++;
        paper_line_end(paper);
    }
    if (width > paper->report.dots) {
        return;
    }
    paper->line[paper->line_count++] =
        (struct paper_cell){.code_point = code_point, .columns = columns, .style = paper->style};
    paper->line_dots += width;
}

void paper_draw_qr(struct paper *paper)
{
    static const QRecLevel levels[] = {QR_ECLEVEL_L, QR_ECLEVEL_M, QR_ECLEVEL_Q, QR_ECLEVEL_H};
    QRcode *code = QRcode_encodeString8bit(paper->qr, 0, levels[paper->qr_level - '0']);

    if (code == NULL) {
        paper->report.unknown_bytes += paper->qr_length;
        return;
    }
    int side = code->width * paper->qr_module;
    uint8_t *ink = side > paper->report.dots ? NULL : paper_advance(paper, side);

    if (ink != NULL) {
        int left = place(paper, side);

        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                int square = y / paper->qr_module * code->width + x / paper->qr_module;

                if ((code->data[square] & 1) != 0) {
                    ink[y * paper->report.dots + left + x] = 255;
                }
            }
        }
        paper->report.codes++;
    }
    QRcode_free(code);
}

/* A saw line, as the knife leaves it. */
void paper_draw_cut(struct paper *paper)
{
    uint8_t *ink = paper_advance(paper, CUT_ROWS);

    paper->report.cuts++;
    for (int x = 0; x < paper->report.dots && ink != NULL; x++) {
        int phase = x % CUT_TOOTH;
        int depth = phase < CUT_TOOTH / 2 ? phase : CUT_TOOTH - phase;

        ink[(CUT_ROWS / 2 + depth) * paper->report.dots + x] = 160;
        ink[(CUT_ROWS / 2 + depth + 1) * paper->report.dots + x] = 90;
    }
}

enum status paper_write_png(const struct paper *paper, const char *path)
{
    size_t width = (size_t)paper->report.dots + 2 * MARGIN;
    size_t height = (size_t)paper->report.height + 2 * MARGIN;
    uint8_t *picture = malloc(width * height);
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .width = (png_uint_32)width,
                       .height = (png_uint_32)height,
                       .format = PNG_FORMAT_GRAY};

    if (picture == NULL) {
        return STATUS_IO;
    }
    memset(picture, 255, width * height);
    for (size_t y = 0; y < (size_t)paper->report.height; y++) {
        for (size_t x = 0; x < (size_t)paper->report.dots; x++) {
            picture[(y + MARGIN) * width + x + MARGIN] =
                (uint8_t)(255 - paper->ink[y * (size_t)paper->report.dots + x]);
        }
    }
    int written = png_image_write_to_file(&image, path, 0, picture, 0, NULL);

    free(picture);
    return written != 0 ? STATUS_OK : STATUS_IO;
}
