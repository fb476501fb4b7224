#include "kiosk/paper/writer.h"

#include <stdio.h>
#include <string.h>

#include "common/utf8.h"

/* Four bytes a character at most, two columns each at least: enough for every line. */
#define LINE_BYTES_MAX (4 * WRITER_COLUMNS_MAX + 1)

static const struct glyph_style plain = {.width = 1, .height = 1};

/* Where a field's value begins: after four Chinese characters and a blank, or both languages. */
static int value_column(const struct writer *writer)
{
    return writer->english ? 20 : 10;
}

static bool is_cjk_stop(const char *text)
{
    static const char *const stops[] = {"，", "。", "；", "：", "、", "）", "！", "”"};

    for (size_t i = 0; i < ARRAY_LEN(stops); i++) {
        if (strncmp(text, stops[i], strlen(stops[i])) == 0) {
            return true;
        }
    }
    return false;
}

/*
 * How many bytes of text fit into so many columns: never a part of a character, no English word
 * cut in two unless it is longer than the line, no stop at the start of the next line.
 */
static size_t fit(const char *text, int columns)
{
    size_t at = 0;
    size_t word = 0; /* after the last place where a line may end */
    int used = 0;

    while (text[at] != '\0') {
        uint32_t character = 0;
        size_t bytes = 1;

        (void)utf8_read(text + at, strlen(text + at), &character, &bytes);
        int width = bytes > 1 ? 2 : 1;

        if (used + width > columns) {
            if (text[at] == ' ') {
                return at;
            }
            return word > 0 ? word : at;
        }
        at += bytes;
        used += width;
        bool both_ascii = bytes == 1 && (unsigned char)text[at] < 0x80;

        if ((!both_ascii || text[at - 1] == ' ') && !is_cjk_stop(text + at)) {
            word = at;
        }
    }
    return at;
}

/* Cuts the next line off *text into line. False when nothing is left. */
static bool next_line(const char **text, int columns, char line[LINE_BYTES_MAX])
{
    *text += strspn(*text, " ");
    if (**text == '\0') {
        return false;
    }
    size_t bytes = fit(*text, columns);

    if (bytes == 0 || bytes >= LINE_BYTES_MAX) {
        bytes = 1;
    }
    memcpy(line, *text, bytes);
    *text += bytes;
    while (bytes > 0 && line[bytes - 1] == ' ') {
        bytes--;
    }
    line[bytes] = '\0';
    return true;
}

void writer_field(struct writer *writer, struct label label, const char *value)
{
    char head[LINE_BYTES_MAX];
    char line[LINE_BYTES_MAX];
    char whole[2 * LINE_BYTES_MAX];
    int column = value_column(writer);
    bool first = true;

    if (value[strspn(value, " ")] == '\0') {
        return; /* no label without a value, on narrow paper either */
    }
    snprintf(head, sizeof(head), writer->english ? "%s %s" : "%s", label.zh, label.en);
    /* On narrow paper two languages take a line of their own. */
    if (writer->columns < 2 * column) {
        escpos_line(&writer->escpos, head);
        head[0] = '\0';
        column = 2;
    }
    while (next_line(&value, writer->columns - column, line)) {
        const char *start = first ? head : "";

        snprintf(whole, sizeof(whole), "%s%*s%s", start, column - escpos_columns(start), "", line);
        escpos_line(&writer->escpos, whole);
        first = false;
    }
}

void writer_pair(struct writer *writer, const char *left, const char *right)
{
    char whole[2 * LINE_BYTES_MAX];
    int gap = writer->columns - escpos_columns(left) - escpos_columns(right);

    if (gap < 1) {
        escpos_line(&writer->escpos, left);
        left = "";
        gap = writer->columns - escpos_columns(right);
    }
    snprintf(whole, sizeof(whole), "%s%*s%s", left, gap > 0 ? gap : 0, "", right);
    escpos_line(&writer->escpos, whole);
}

void writer_row(struct writer *writer, const char *const *cells, int count)
{
    char whole[2 * LINE_BYTES_MAX];
    int first = writer->columns - (count - 1) * (writer->columns / count);
    size_t used = (size_t)snprintf(whole, sizeof(whole), "%s%*s", cells[0],
                                   first - escpos_columns(cells[0]), "");

    for (int i = 1; i < count && used < sizeof(whole); i++) {
        int gap = writer->columns / count - escpos_columns(cells[i]);

        used += (size_t)snprintf(whole + used, sizeof(whole) - used, "%*s%s", gap > 0 ? gap : 0, "",
                                 cells[i]);
    }
    escpos_line(&writer->escpos, whole);
}

void writer_text(struct writer *writer, enum escpos_align align, struct glyph_style style,
                 const char *text)
{
    char line[LINE_BYTES_MAX];

    escpos_set_align(&writer->escpos, align);
    escpos_set_style(&writer->escpos, style.width, style.height, style.bold);
    while (next_line(&text, writer->columns / style.width, line)) {
        escpos_line(&writer->escpos, line);
    }
    escpos_set_style(&writer->escpos, plain.width, plain.height, plain.bold);
    escpos_set_align(&writer->escpos, ESCPOS_LEFT);
}

void writer_rule(struct writer *writer)
{
    char line[WRITER_COLUMNS_MAX + 1];

    memset(line, '-', (size_t)writer->columns);
    line[writer->columns] = '\0';
    escpos_line(&writer->escpos, line);
}
