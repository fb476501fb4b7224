/*
 * internal.h - shared by the files of the server; nobody else includes it.
 */
#ifndef HTTP_INTERNAL_H
#define HTTP_INTERNAL_H

#include "http/server.h"

/* Whether path fits pattern; fills call->params. STATUS_LIMIT: a parameter is too long. */
enum status route_match(const char *pattern, const char *path, struct http_call *call) MUST_USE;

/* A pattern that can be matched: '/' first, names in braces, no more than HTTP_PARAM_MAX. */
bool route_pattern_ok(const char *pattern);

/* Undoes %XX of text of length bytes; STATUS_INVALID for a bad escape, a NUL or a control. */
enum status percent_decode(const char *text, size_t length, bool plus_is_space, char *out,
                           size_t size) MUST_USE;

#endif
