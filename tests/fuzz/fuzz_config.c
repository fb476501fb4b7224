/*
 * Whatever stands in a settings file: it is good, or the first fault is named.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct kiosk_config config;
    char error[CONFIG_ERROR_MAX] = "";
    char *text = malloc(size + 1);

    CHECK(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    enum status status = kiosk_config_parse("fuzz.ini", text, &config, error);

    CHECK(status == STATUS_OK || (status == STATUS_INVALID && error[0] != '\0'));
    if (status == STATUS_OK) {
        CHECK(strlen(config.settings.terminal_no) == 5);
        CHECK(config.settings.wipe_after_ms > config.settings.warn_after_ms);
        CHECK(config.settings.resolving_ms <= 90000);
    }
    free(text);
    return 0;
}
