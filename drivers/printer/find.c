#include <string.h>

#include "printer/drivers.h"

/* Measured on 80 mm kiosk printers: 15 mm from the head to the knife. */
#define FEED_TO_CUT_DOTS 120

static const struct printer_driver *const drivers[] = {&printer_virtual, &printer_file};

const struct printer_driver *printer_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(drivers); i++) {
        if (strcmp(drivers[i]->name, name) == 0) {
            return drivers[i];
        }
    }
    return NULL;
}

const char *printer_state_name(enum printer_state state)
{
    static const char *const names[PRINTER_STATE_COUNT] = {
        [PRINTER_STATE_READY] = "ready",     [PRINTER_STATE_NEAR_END] = "near-end",
        [PRINTER_STATE_OUT] = "paper-out",   [PRINTER_STATE_COVER] = "cover-open",
        [PRINTER_STATE_CUTTER] = "cutter",   [PRINTER_STATE_JAM] = "jam",
        [PRINTER_STATE_OFFLINE] = "offline", [PRINTER_STATE_UNPLUGGED] = "unplugged",
        [PRINTER_STATE_UNKNOWN] = "unknown",
    };

    CHECK(state >= 0 && state < PRINTER_STATE_COUNT);
    return names[state];
}

enum status printer_address_parse(const char *address, char path[PRINTER_PATH_MAX],
                                  struct printer_model *model)
{
    const char *comma = strchr(address, ',');
    size_t length = comma == NULL ? strlen(address) : (size_t)(comma - address);

    if (length == 0 || length >= PRINTER_PATH_MAX) {
        return STATUS_INVALID;
    }
    *model =
        (struct printer_model){.dots = 576, .feed_to_cut_dots = FEED_TO_CUT_DOTS, .hanzi = true};
    if (comma != NULL && strcmp(comma, ",dots=384") == 0) {
        model->dots = 384;
    } else if (comma != NULL && strcmp(comma, ",dots=576") != 0) {
        return STATUS_INVALID;
    }
    memcpy(path, address, length);
    path[length] = '\0';
    return STATUS_OK;
}
