/*
 * Whatever a damaged journal holds: a receipt is refused, or it is within every bound.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/io/receipt_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct receipt first, second;
    char *text = malloc(size + 1);

    CHECK(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    if (receipt_from_json(text, &first) == STATUS_OK) {
        char *written = receipt_to_json(&first);

        CHECK(receipt_from_json(written, &second) == STATUS_OK);
        CHECK(memcmp(&first, &second, sizeof(first)) == 0);
        free(written);
    }
    free(text);
    return 0;
}
