/*
 * Whatever a scanner delivers: it is one of the kinds that we know, and a code that is taken is
 * made of digits.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "common/paycode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct paycode code = paycode_classify((const char *)data, size);
    char account_no[ACCOUNT_NO_MAX];

    CHECK((unsigned)code.kind < SCAN_KIND_COUNT);
    CHECK((code.kind == SCAN_PAYMENT_CODE) == (code.channel != CHANNEL_NONE));
    if (code.kind == SCAN_PAYMENT_CODE) {
        size_t length = strlen(code.code);

        CHECK(length >= 16 && length <= 24 && strspn(code.code, "0123456789") == length);
    }
    if (bill_barcode_parse((const char *)data, size, account_no) == STATUS_OK) {
        CHECK(account_no_check(account_no) == STATUS_OK);
    }
    return 0;
}
