/*
 * Whatever a name or an address holds: its line is text or a picture, and never a command of its
 * own: the paper interpreter understands every byte and sees one cut. First byte: the printer.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "printer/escpos.h"
#include "printer/paper.h"

#define JOB_MAX (64 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t job[JOB_MAX];
    struct escpos escpos;
    struct paper *paper = NULL;
    size_t length = 0;

    if (size < 1) {
        return 0;
    }
    struct printer_model model = {.dots = (data[0] & 1) != 0 ? 576 : 384,
                                  .feed_to_cut_dots = 120,
                                  .hanzi = (data[0] & 2) != 0};
    char *text = malloc(size);

    CHECK(text != NULL);
    memcpy(text, data + 1, size - 1);
    text[size - 1] = '\0';
    CHECK(escpos_begin(&escpos, &model, job, sizeof(job)) == STATUS_OK);
    escpos_set_style(&escpos, 1 + (data[0] >> 2 & 3), 1 + (data[0] >> 4 & 3), data[0] >> 7);
    escpos_line(&escpos, text);
    escpos_cut(&escpos);
    if (escpos_end(&escpos, &length) == STATUS_OK) {
        CHECK(paper_open(model.dots, &paper) == STATUS_OK);
        paper_print(paper, job, length);
        CHECK(paper_report(paper).unknown_bytes == 0 && paper_report(paper).cuts == 1);
        paper_close(paper);
    }
    free(text);
    return 0;
}
