#include <string.h>

#include "scanner/drivers.h"

static const struct scanner_driver *const drivers[] = {&scanner_virtual};

const struct scanner_driver *scanner_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(drivers); i++) {
        if (strcmp(drivers[i]->name, name) == 0) {
            return drivers[i];
        }
    }
    return NULL;
}
