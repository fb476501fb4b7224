#include "printer/escpos.h"

#include <iconv.h>
#include <string.h>

#include "common/utf8.h"

#define ESC 0x1B
#define FS  0x1C
#define GS  0x1D
#define LF  0x0A

#define LINE_CHARACTERS_MAX 256
#define RASTER_BAND         24 /* lines; a multiple of 48 breaks some printers */
#define RASTER_THRESHOLD    96
#define YEN_SIGN            0x00A5 /* four bytes in GB18030, which printers show as rubbish */
#define FULLWIDTH_YEN       0xFFE5
#define GETA_MARK           0x3013 /* 〓: "a character stood here" */

struct cell {
    uint32_t code_point;
    int columns;
    uint8_t code[2]; /* GB18030; only columns of them */
};

static void put(struct escpos *escpos, const void *bytes, size_t length)
{
    if (length > escpos->size - escpos->length) {
        escpos->overflow = true;
        return;
    }
    memcpy(escpos->bytes + escpos->length, bytes, length);
    escpos->length += length;
}

#define PUT(escpos, ...)                                                                           \
    do {                                                                                           \
        const uint8_t put_bytes[] = {__VA_ARGS__};                                                 \
        put(escpos, put_bytes, sizeof(put_bytes));                                                 \
    } while (0)

// NOLINTBEGIN(readability-non-const-parameter): the handle writes through bytes later
enum status escpos_begin(struct escpos *escpos, const struct printer_model *model, uint8_t *bytes,
                         size_t size)
// NOLINTEND(readability-non-const-parameter)
{
    if (model->dots < GLYPH_CELL || model->dots > ESCPOS_DOTS_MAX || model->dots % 8 != 0) {
        return STATUS_INVALID;
    }
    iconv_t converter = iconv_open("GB18030", "UTF-8");

    if (converter == (iconv_t)-1) { // NOLINT(performance-no-int-to-ptr): the API's own error value
        return STATUS_IO;
    }
    *escpos =
        (struct escpos){.bytes = bytes, .size = size, .model = *model, .converter = converter};
    PUT(escpos, ESC, '@');
    if (model->hanzi) {
        PUT(escpos, FS, '&');
    }
    escpos_set_align(escpos, ESCPOS_LEFT);
    escpos_set_style(escpos, 1, 1, false);
    return STATUS_OK;
}

void escpos_set_align(struct escpos *escpos, enum escpos_align align)
{
    escpos->align = align;
    PUT(escpos, ESC, 'a', (uint8_t)align);
}

void escpos_set_style(struct escpos *escpos, int width, int height, bool bold)
{
    CHECK(width >= 1 && width <= GLYPH_SIZE_MAX && height >= 1 && height <= GLYPH_SIZE_MAX);
    escpos->style = (struct glyph_style){.width = width, .height = height, .bold = bold};
    PUT(escpos, ESC, 'E', bold);
    PUT(escpos, GS, '!', (uint8_t)((width - 1) << 4 | (height - 1)));
    PUT(escpos, ESC, '3', (uint8_t)(GLYPH_CELL * height + ESCPOS_LEADING));
}

static uint32_t tame(uint32_t code_point)
{
    if (code_point < 0x20 || code_point == 0x7F) {
        return '?';
    }
    return code_point == YEN_SIGN ? FULLWIDTH_YEN : code_point;
}

/* The next character of a text, moving *text on. */
static uint32_t next_character(const char **text)
{
    uint32_t code_point = '?';
    size_t used = 0;

    if (!utf8_read(*text, strlen(*text), &code_point, &used)) {
        code_point = '?';
    }
    *text += used;
    return tame(code_point);
}

int escpos_columns(const char *text)
{
    int columns = 0;

    while (*text != '\0') {
        columns += next_character(&text) < 0x80 ? 1 : 2;
    }
    return columns;
}

static size_t utf8_write(uint32_t value, char out[4])
{
    if (value < 0x80) {
        out[0] = (char)value;
        return 1;
    }
    size_t size = value < 0x800 ? 2 : value < 0x10000 ? 3 : 4;

    for (size_t i = size - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (value & 0x3F));
        value >>= 6;
    }
    static const uint8_t lead[] = {0, 0, 0xC0, 0xE0, 0xF0};

    out[0] = (char)(lead[size] | value);
    return size;
}

/* False: the character has no two-byte code. */
static bool encode(struct escpos *escpos, struct cell *cell)
{
    char text[4];
    char code[4];
    char *in = text;
    char *out = code;
    size_t in_left = utf8_write(cell->code_point, text);
    size_t out_left = sizeof(code);

    if (cell->code_point < 0x80) {
        cell->code[0] = (uint8_t)cell->code_point;
        return true;
    }
    if (iconv(escpos->converter, &in, &in_left, &out, &out_left) == (size_t)-1 ||
        out_left != sizeof(code) - 2) {
        iconv(escpos->converter, NULL, NULL, NULL, NULL);
        return false;
    }
    memcpy(cell->code, code, 2);
    return escpos->model.hanzi;
}

static void put_band(struct escpos *escpos, const uint8_t *grey, size_t stride, int rows)
{
    uint8_t row_bytes = (uint8_t)(escpos->model.dots / 8);

    PUT(escpos, GS, 'v', '0', 0, row_bytes, 0, (uint8_t)rows, 0);
    for (int y = 0; y < rows; y++) {
        uint8_t row[ESCPOS_DOTS_MAX / 8] = {0};

        for (int x = 0; x < escpos->model.dots; x++) {
            if (grey[(size_t)y * stride + (size_t)x] >= RASTER_THRESHOLD) {
                row[x / 8] |= (uint8_t)(0x80 >> (x % 8));
            }
        }
        put(escpos, row, row_bytes);
    }
}

/* False: no font is here. Draws what fits; a line never wraps as a picture. */
static bool put_picture(struct escpos *escpos, const struct cell *cells, size_t count)
{
    static _Thread_local uint8_t grey[GLYPH_CELL * GLYPH_SIZE_MAX][ESCPOS_DOTS_MAX];
    int width = 0;

    if (!escpos->glyphs_tried) {
        escpos->glyphs_tried = true;
        if (glyphs_open(NULL, &escpos->glyphs) != STATUS_OK) {
            escpos->glyphs = NULL;
        }
    }
    if (escpos->glyphs == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        width += cells[i].columns * GLYPH_HALF * escpos->style.width;
    }
    int spare = escpos->model.dots > width ? escpos->model.dots - width : 0;
    int x = escpos->align == ESCPOS_LEFT ? 0 : escpos->align == ESCPOS_CENTRE ? spare / 2 : spare;

    memset(grey, 0, sizeof(grey));
    for (size_t i = 0; i < count; i++) {
        int advance = cells[i].columns * GLYPH_HALF * escpos->style.width;

        if (x + advance > escpos->model.dots) {
            break;
        }
        if (!glyphs_draw(escpos->glyphs, cells[i].code_point, cells[i].columns, escpos->style,
                         &grey[0][x], ESCPOS_DOTS_MAX)) {
            escpos->missing++;
            (void)glyphs_draw(escpos->glyphs, GETA_MARK, 2, escpos->style, &grey[0][x],
                              ESCPOS_DOTS_MAX);
        }
        x += advance;
    }
    PUT(escpos, ESC, 'a', ESCPOS_LEFT);
    for (int y = 0; y < GLYPH_CELL * escpos->style.height; y += RASTER_BAND) {
        put_band(escpos, grey[y], ESCPOS_DOTS_MAX, RASTER_BAND);
    }
    PUT(escpos, ESC, 'J', ESCPOS_LEADING);
    PUT(escpos, ESC, 'a', (uint8_t)escpos->align);
    escpos->rasterised++;
    return true;
}

void escpos_line(struct escpos *escpos, const char *text)
{
    struct cell cells[LINE_CHARACTERS_MAX] = {0};
    size_t count = 0;
    bool plain = true;

    while (*text != '\0' && count < LINE_CHARACTERS_MAX) {
        struct cell *cell = &cells[count++];

        cell->code_point = next_character(&text);
        cell->columns = cell->code_point < 0x80 ? 1 : 2;
        if (!encode(escpos, cell)) {
            plain = false;
        }
    }
    if (!plain && put_picture(escpos, cells, count)) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (cells[i].code[0] == 0) {
            cells[i].code[0] = 0xA1; /* the geta mark */
            cells[i].code[1] = 0xFE;
            escpos->missing++;
        }
        put(escpos, cells[i].code, (size_t)cells[i].columns);
    }
    PUT(escpos, LF);
}

void escpos_feed(struct escpos *escpos, int dots)
{
    while (dots > 0) {
        int step = dots > UINT8_MAX ? UINT8_MAX : dots;

        PUT(escpos, ESC, 'J', (uint8_t)step);
        dots -= step;
    }
}

enum status escpos_qr(struct escpos *escpos, const char *text, int module)
{
    size_t length = strlen(text);

    if (length == 0 || length > ESCPOS_QR_MAX || module < 1 || module > 16) {
        return STATUS_INVALID;
    }
    for (size_t i = 0; i < length; i++) {
        if (text[i] < 0x20 || text[i] > 0x7E) {
            return STATUS_INVALID;
        }
    }
    PUT(escpos, GS, '(', 'k', 4, 0, '1', 'A', '2', 0);
    PUT(escpos, GS, '(', 'k', 3, 0, '1', 'C', (uint8_t)module);
    PUT(escpos, GS, '(', 'k', 3, 0, '1', 'E', '1');
    PUT(escpos, GS, '(', 'k', (uint8_t)((length + 3) & 0xFF), (uint8_t)((length + 3) >> 8), '1',
        'P', '0');
    put(escpos, text, length);
    PUT(escpos, GS, '(', 'k', 3, 0, '1', 'Q', '0');
    return STATUS_OK;
}

void escpos_cut(struct escpos *escpos)
{
    escpos_feed(escpos, escpos->model.feed_to_cut_dots);
    PUT(escpos, GS, 'V', 66, 0);
}

enum status escpos_end(struct escpos *escpos, size_t *length)
{
    iconv_close(escpos->converter);
    glyphs_close(escpos->glyphs);
    escpos->converter = NULL;
    escpos->glyphs = NULL;
    if (escpos->overflow) {
        return STATUS_LIMIT;
    }
    *length = escpos->length;
    return STATUS_OK;
}

void escpos_process_id(uint32_t id, uint8_t bytes[ESCPOS_PROCESS_ID_BYTES])
{
    const uint8_t request[] = {GS,
                               '(',
                               'H',
                               6,
                               0,
                               '0',
                               '0',
                               (uint8_t)('0' + (id >> 18 & 0x3F)),
                               (uint8_t)('0' + (id >> 12 & 0x3F)),
                               (uint8_t)('0' + (id >> 6 & 0x3F)),
                               (uint8_t)('0' + (id & 0x3F))};

    _Static_assert(sizeof(request) == ESCPOS_PROCESS_ID_BYTES, "one request");
    memcpy(bytes, request, sizeof(request));
}
