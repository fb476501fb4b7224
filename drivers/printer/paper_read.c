/*
 * paper_read.c - the bytes of a job, one command after the other.
 *
 * Every reader gets what is left of the job and returns how many bytes it took; 0: the first
 * byte is not understood, or its command is cut off.
 */
#include <string.h>

#include "printer/paper_internal.h"

#define ESC 0x1B
#define FS  0x1C
#define GS  0x1D
#define LF  0x0A

#define RASTER_HEADER 8
#define STORE_HEADER  3 /* cn fn m before the data of a QR */

static size_t read_esc(struct paper *paper, const uint8_t *bytes, size_t length)
{
    if (length >= 2 && bytes[1] == '@') {
        paper_reset(paper);
        return 2;
    }
    if (length >= 2 && bytes[1] == '2') {
        paper->spacing = 34;
        return 2;
    }
    if (length < 3) {
        return 0;
    }
    uint8_t n = bytes[2];

    switch (bytes[1]) {
    case 'a':
        if (n > ESCPOS_RIGHT) {
            return 0;
        }
        paper->align = n;
        return 3;
    case 'E': paper->style.bold = (n & 1) != 0; return 3;
    case '3': paper->spacing = n; return 3;
    case 'J':
        if (paper->line_count > 0) {
            paper_line_end(paper);
        }
        (void)paper_advance(paper, n);
        return 3;
    case 'd':
        for (int i = 0; i < n; i++) {
            paper_line_end(paper);
        }
        return 3;
    default: return 0;
    }
}

static size_t read_fs(struct paper *paper, const uint8_t *bytes, size_t length)
{
    if (length < 2 || (bytes[1] != '&' && bytes[1] != '.')) {
        return 0;
    }
    paper->hanzi = bytes[1] == '&';
    return 2;
}

/* A printer waits for the rest of such a command: whatever else comes is swallowed. */
static size_t swallow(struct paper *paper, size_t length)
{
    paper->report.unknown_bytes += length;
    return length;
}

static size_t read_raster(struct paper *paper, const uint8_t *bytes, size_t length)
{
    if (length < RASTER_HEADER || bytes[2] != '0' || bytes[3] != 0 || paper->line_count > 0) {
        return 0;
    }
    size_t row_bytes = (size_t)bytes[4] | (size_t)bytes[5] << 8;
    size_t rows = (size_t)bytes[6] | (size_t)bytes[7] << 8;

    if (row_bytes == 0 || row_bytes * 8 > (size_t)paper->report.dots || rows == 0) {
        return 0;
    }
    if (row_bytes * rows > length - RASTER_HEADER) {
        return swallow(paper, length);
    }
    uint8_t *ink = paper_advance(paper, (int)rows);

    for (size_t i = 0; i < row_bytes * rows * 8 && ink != NULL; i++) {
        size_t y = i / (row_bytes * 8);
        size_t x = i % (row_bytes * 8);

        if ((bytes[RASTER_HEADER + i / 8] & (0x80 >> i % 8)) != 0) {
            ink[y * (size_t)paper->report.dots + x] = 255;
        }
    }
    return RASTER_HEADER + row_bytes * rows;
}

/* The data of GS ( k: cn fn parameters. False: not understood. */
static bool read_qr(struct paper *paper, const uint8_t *data, size_t length)
{
    if (length < 3 || data[0] != '1') {
        return false;
    }
    switch (data[1]) {
    case 'A': return length == 4 && data[2] == '2' && data[3] == 0;
    case 'C':
        if (length != 3 || data[2] < 1 || data[2] > 16) {
            return false;
        }
        paper->qr_module = data[2];
        return true;
    case 'E':
        if (length != 3 || data[2] < '0' || data[2] > '3') {
            return false;
        }
        paper->qr_level = (char)data[2];
        return true;
    case 'P':
        if (data[2] != '0' || length - STORE_HEADER == 0 || length - STORE_HEADER > ESCPOS_QR_MAX) {
            return false;
        }
        for (size_t i = STORE_HEADER; i < length; i++) {
            if (data[i] < 0x20 || data[i] > 0x7E) {
                return false;
            }
        }
        paper->qr_length = length - STORE_HEADER;
        memcpy(paper->qr, data + STORE_HEADER, paper->qr_length);
        paper->qr[paper->qr_length] = '\0';
        return true;
    case 'Q':
        if (length != 3 || data[2] != '0' || paper->qr_length == 0) {
            return false;
        }
        paper_draw_qr(paper);
        return true;
    default: return false;
    }
}

static bool read_process_id(struct paper *paper, const uint8_t *data, size_t length)
{
    uint32_t id = 0;

    if (length != 6 || data[0] != '0' || data[1] != '0' ||
        paper->report.process_id_count == PAPER_PROCESS_IDS_MAX) {
        return false;
    }
    for (size_t i = 2; i < length; i++) {
        if (data[i] < '0' || data[i] > '0' + 0x3F) {
            return false;
        }
        id = id << 6 | (uint32_t)(data[i] - '0');
    }
    paper->report.process_ids[paper->report.process_id_count++] = id;
    return true;
}

/* GS ( fn pL pH data */
static size_t read_block(struct paper *paper, const uint8_t *bytes, size_t length)
{
    if (length < 5) {
        return 0;
    }
    size_t size = (size_t)bytes[3] | (size_t)bytes[4] << 8;

    if (size > length - 5) {
        return swallow(paper, length);
    }
    bool known = (bytes[2] == 'k' && read_qr(paper, bytes + 5, size)) ||
                 (bytes[2] == 'H' && read_process_id(paper, bytes + 5, size));

    return known ? 5 + size : 0;
}

static size_t read_gs(struct paper *paper, const uint8_t *bytes, size_t length)
{
    if (length < 3) {
        return 0;
    }
    switch (bytes[1]) {
    case '!':
        if ((bytes[2] & 0x88) != 0) {
            return 0;
        }
        paper->style.width = (bytes[2] >> 4) + 1;
        paper->style.height = (bytes[2] & 7) + 1;
        return 3;
    case 'v': return read_raster(paper, bytes, length);
    case '(': return read_block(paper, bytes, length);
    case 'V':
        if (length < 4 || bytes[2] != 66 || paper->line_count > 0) {
            return 0;
        }
        (void)paper_advance(paper, bytes[3]);
        paper_draw_cut(paper);
        return 4;
    default: return 0;
    }
}

static size_t read_hanzi(struct paper *paper, const uint8_t *bytes, size_t length)
{
    bool pair = paper->hanzi && length >= 2 && bytes[0] >= 0x81 && bytes[0] <= 0xFE &&
                bytes[1] >= 0x40 && bytes[1] <= 0xFE && bytes[1] != 0x7F;
    char code[2];
    uint32_t character = 0;
    char *in = code;
    char *out = (char *)&character;
    size_t in_left = 2;
    size_t out_left = sizeof(character);

    if (!pair) {
        return 0;
    }
    memcpy(code, bytes, 2);
    if (iconv(paper->converter, &in, &in_left, &out, &out_left) == (size_t)-1 || out_left != 0) {
        iconv(paper->converter, NULL, NULL, NULL, NULL);
        return 0;
    }
    paper_put(paper, character);
    return 2;
}

static size_t read_one(struct paper *paper, const uint8_t *bytes, size_t length)
{
    switch (bytes[0]) {
    case LF: paper_line_end(paper); return 1;
    case ESC: return read_esc(paper, bytes, length);
    case FS: return read_fs(paper, bytes, length);
    case GS: return read_gs(paper, bytes, length);
    default: break;
    }
    if (bytes[0] >= 0x20 && bytes[0] <= 0x7E) {
        paper_put(paper, bytes[0]);
        return 1;
    }
    return read_hanzi(paper, bytes, length);
}

void paper_print(struct paper *paper, const uint8_t *bytes, size_t length)
{
    size_t at = 0;

    while (at < length) {
        size_t used = read_one(paper, bytes + at, length - at);

        if (used == 0) {
            paper->report.unknown_bytes++;
            used = 1;
        }
        at += used;
    }
}
