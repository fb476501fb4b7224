/* What handlers use to read a call and to fill in an answer. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <microhttpd.h>

#include "http/internal.h"

#define PROBLEM_MAX 1024

const char *http_call_param(const struct http_call *call, const char *name)
{
    int i = 0;
    while (i < call->param_count && strcmp(call->params[i].name, name) != 0) {
        i++;
    }
    CHECK(i < call->param_count);
    return call->params[i].value;
}

const char *http_call_header(const struct http_call *call, const char *name)
{
    return MHD_lookup_connection_value(call->connection, MHD_HEADER_KIND, name);
}

size_t http_call_language(const struct http_call *call, const char *const *languages, size_t count)
{
    const char *at = http_call_header(call, "Accept-Language");
    while (at != NULL) {
        at += strspn(at, ", ");
        for (size_t i = 0; i < count; i++) {
            if (strncasecmp(at, languages[i], strlen(languages[i])) == 0) {
                return i;
            }
        }
        at = strchr(at, ',');
    }
    return 0;
}

const char *http_call_query(const struct http_call *call, const char *name)
{
    return MHD_lookup_connection_value(call->connection, MHD_GET_ARGUMENT_KIND, name);
}

enum status http_call_form(const struct http_call *call, const char *name, char *value, size_t size)
{
    size_t name_length = strlen(name);
    const char *at = call->body;
    while (*at != '\0') {
        size_t length = strcspn(at, "&");
        if (length > name_length && at[name_length] == '=' && memcmp(at, name, name_length) == 0) {
            return percent_decode(at + name_length + 1, length - name_length - 1, true, value,
                                  size);
        }
        at += length + (at[length] == '&' ? 1 : 0);
    }
    return STATUS_NOT_FOUND;
}

void http_answer_set(struct http_answer *answer, int status, const char *content_type,
                     const void *body, size_t length)
{
    char *copy = malloc(length + 1);
    free(answer->body);
    answer->body = copy;
    answer->length = copy != NULL ? length : 0;
    answer->status = copy != NULL ? status : 500;
    answer->content_type = content_type;
    if (copy != NULL) {
        memcpy(copy, body, length);
        copy[length] = '\0';
    }
}

void http_answer_json(struct http_answer *answer, int status, char *text)
{
    free(answer->body);
    answer->body = text;
    answer->length = text != NULL ? strlen(text) : 0;
    answer->status = text != NULL ? status : 500;
    answer->content_type = "application/json";
}

/* Writes text as the inside of a JSON string; what would need thought is left out. */
static void plain_json(const char *text, char *out, size_t size)
{
    size_t used = 0;
    for (; *text != '\0' && used + 1 < size; text++) {
        if ((unsigned char)*text >= 0x20 && (unsigned char)*text < 0x7f && *text != '"' &&
            *text != '\\') {
            out[used++] = *text;
        }
    }
    out[used] = '\0';
}

void http_answer_problem(struct http_answer *answer, int status, const char *code,
                         const char *detail)
{
    char text[PROBLEM_MAX];
    char safe[160] = "";
    char quoted[sizeof(safe) + 2] = "null";
    if (detail != NULL) {
        plain_json(detail, safe, sizeof(safe));
        snprintf(quoted, sizeof(quoted), "\"%s\"", safe);
    }
    int length = snprintf(text, sizeof(text),
                          "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,"
                          "\"code\":\"%s\",\"detail\":%s}",
                          code, status, code, quoted);
    CHECK(length > 0 && (size_t)length < sizeof(text));
    http_answer_set(answer, status, "application/problem+json", text, (size_t)length);
}

void http_answer_header(struct http_answer *answer, const char *name, const char *value)
{
    CHECK(answer->header_count < HTTP_ANSWER_HEADER_MAX);
    CHECK(strlen(name) < sizeof(answer->headers[0].name));
    CHECK(strlen(value) < sizeof(answer->headers[0].value));
    CHECK(strpbrk(value, "\r\n") == NULL);
    snprintf(answer->headers[answer->header_count].name, sizeof(answer->headers[0].name), "%s",
             name);
    snprintf(answer->headers[answer->header_count].value, sizeof(answer->headers[0].value), "%s",
             value);
    answer->header_count++;
}

void http_answer_redirect(struct http_answer *answer, const char *location)
{
    http_answer_set(answer, 303, "text/plain; charset=utf-8", "", 0);
    http_answer_header(answer, "Location", location);
}
