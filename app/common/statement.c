#include "common/statement.h"

#include <string.h>

static const char *const names[STATEMENT_COUNT] = {
    [STATEMENT_NOT_TAKEN] = "not_taken",
    [STATEMENT_CONFIRMING] = "confirming",
    [STATEMENT_TAKEN_CREDITING] = "taken_crediting",
    [STATEMENT_TAKEN_CREDITED] = "taken_credited",
    [STATEMENT_MAY_RETURN] = "may_return",
};

const char *statement_name(enum statement statement)
{
    CHECK((unsigned)statement < STATEMENT_COUNT);
    return names[statement];
}

enum status statement_parse(const char *name, enum statement *statement)
{
    for (int i = 0; i < STATEMENT_COUNT; i++) {
        if (strcmp(name, names[i]) == 0) {
            *statement = (enum statement)i;
            return STATUS_OK;
        }
    }
    return STATUS_INVALID;
}
