#include "common/status.h"

#include <stdio.h>
#include <stdlib.h>

const char *status_name(enum status status)
{
    static const char *const names[STATUS_COUNT] = {
        [STATUS_OK] = "ok",
        [STATUS_INVALID] = "invalid",
        [STATUS_LIMIT] = "limit",
        [STATUS_NOT_FOUND] = "not_found",
        [STATUS_CONFLICT] = "conflict",
        [STATUS_DENIED] = "denied",
        [STATUS_UNAVAILABLE] = "unavailable",
        [STATUS_TIMEOUT] = "timeout",
        [STATUS_IO] = "io",
        [STATUS_CORRUPT] = "corrupt",
    };
    return (unsigned)status < STATUS_COUNT ? names[status] : "?";
}

_Noreturn void check_failed(const char *file, int line, const char *condition)
{
    (void)fprintf(stderr, "%s:%d: broken invariant: %s\n", file, line, condition);
    abort();
}
