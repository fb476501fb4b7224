/* Patterns and percent signs; pure. */
#include <string.h>

#include "http/internal.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

enum status percent_decode(const char *text, size_t length, bool plus_is_space, char *out,
                           size_t size)
{
    size_t used = 0;
    for (size_t i = 0; i < length; i++) {
        int byte = (unsigned char)text[i];
        if (byte == '+' && plus_is_space) {
            byte = ' ';
        } else if (byte == '%') {
            if (length - i < 3 || hex_digit(text[i + 1]) < 0 || hex_digit(text[i + 2]) < 0) {
                return STATUS_INVALID;
            }
            byte = hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]);
            i += 2;
        }
        if (byte < 0x20 || byte == 0x7f) {
            return STATUS_INVALID;
        }
        if (used + 1 >= size) {
            return STATUS_LIMIT;
        }
        out[used++] = (char)byte;
    }
    out[used] = '\0';
    return STATUS_OK;
}

bool route_pattern_ok(const char *pattern)
{
    int params = 0;
    if (pattern[0] != '/') {
        return false;
    }
    for (const char *at = pattern; *at != '\0'; at++) {
        if (*at == '{') {
            const char *end = strchr(at, '}');
            params++;
            if (at[-1] != '/' || end == NULL || (end[1] != '/' && end[1] != '\0') ||
                end - at - 1 >= HTTP_PARAM_NAME_MAX || end - at == 1) {
                return false;
            }
            at = end;
        }
    }
    return params <= HTTP_PARAM_MAX;
}

/* One {name} against one segment of the path. */
static enum status take_param(const char *name, size_t name_length, const char *value,
                              size_t value_length, struct http_call *call)
{
    struct http_param *param = &call->params[call->param_count];
    if (value_length == 0) {
        return STATUS_NOT_FOUND;
    }
    CHECK(call->param_count < HTTP_PARAM_MAX && name_length < sizeof(param->name));
    memcpy(param->name, name, name_length);
    param->name[name_length] = '\0';
    enum status status =
        percent_decode(value, value_length, false, param->value, sizeof(param->value));
    if (status == STATUS_OK && strchr(param->value, '/') != NULL) {
        status = STATUS_INVALID;
    }
    call->param_count++;
    return status;
}

enum status route_match(const char *pattern, const char *path, struct http_call *call)
{
    call->param_count = 0;
    while (*pattern != '\0') {
        if (*pattern == '{') {
            size_t name_length = strcspn(pattern, "}") - 1;
            size_t value_length = strcspn(path, "/");
            enum status status = take_param(pattern + 1, name_length, path, value_length, call);
            if (status != STATUS_OK) {
                return status;
            }
            pattern += name_length + 2;
            path += value_length;
        } else if (*pattern++ != *path++) {
            return STATUS_NOT_FOUND;
        }
    }
    return *path == '\0' ? STATUS_OK : STATUS_NOT_FOUND;
}
