/*
 * Whatever reaches a printer: the paper interpreter reads it within its bounds, and the same
 * bytes make the same paper. First byte: the width of the head.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "printer/paper.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct paper_report print(int dots, const uint8_t *bytes, size_t length)
{
    struct paper *paper = NULL;

    CHECK(paper_open(dots, &paper) == STATUS_OK);
    paper_print(paper, bytes, length);
    struct paper_report report = paper_report(paper);

    paper_close(paper);
    return report;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int widths[] = {384, 576, 24, 832};

    if (size < 1) {
        return 0;
    }
    int dots = widths[data[0] % ARRAY_LEN(widths)];
    struct paper_report report = print(dots, data + 1, size - 1);

    CHECK(report.height <= PAPER_HEIGHT_MAX && report.unknown_bytes <= size);
    CHECK(report.process_id_count <= PAPER_PROCESS_IDS_MAX);
    return 0;
}
