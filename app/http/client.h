/*
 * client.h - one HTTP client: a handle with its own connection cache, over libcurl.
 *
 * One handle belongs to one worker thread; calls block. A connection is kept alive between
 * calls. Redirects are never followed and only http and https are spoken, so that an address
 * in a configuration cannot be turned into something else.
 *
 * What the caller must know about money: STATUS_UNAVAILABLE says that nothing was sent (no
 * connection came about), so the call may be made again or dropped. Every other failure means
 * that the outcome is UNKNOWN, never that it failed.
 */
#ifndef HTTP_CLIENT_H
#define HTTP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

#include "common/status.h"

#define HTTP_URL_MAX            512
#define HTTP_REQUEST_HEADER_MAX 8 /* headers of one request, Content-Type not counted */
#define HTTP_REPLY_HEADER_MAX   160
#define HTTP_CONTENT_TYPE_MAX   64
#define HTTP_REPLY_DEFAULT_MAX  (256 * 1024) /* far above any reply of ours */

struct http_client;

struct http_client_options {
    const char *ca_path;          /* NULL: the system's authorities; else only this file */
    const char *certificate_path; /* NULL: no client certificate; else both, PEM */
    const char *key_path;
    const char *user_agent; /* NULL: "lobby-kiosk/VERSION" */
    int connect_timeout_ms; /* 0: 3000 */
    int timeout_ms;         /* the whole call, connecting included; 0: 10000 */
    size_t reply_max;       /* bytes; 0: HTTP_REPLY_DEFAULT_MAX */
};

struct http_request {
    const char *method;       /* "GET", "POST" */
    const char *url;          /* http:// or https:// */
    const char *content_type; /* NULL: application/json, when there is a body */
    const void *body;         /* NULL: none */
    size_t length;
    const char *headers[HTTP_REQUEST_HEADER_MAX]; /* "Name: value"; NULL ends the list */
    const char *want_header; /* NULL, or the name of a reply's header to hand back */
    /*
     * Goes out at most once, over a connection of its own: libcurl repeats a request by itself
     * when a kept connection closes without a reply, and a charge must never be repeated.
     */
    bool once;
    int timeout_ms; /* 0: the handle's */
};

struct http_reply {
    int status;                               /* 200 .. 599 */
    char content_type[HTTP_CONTENT_TYPE_MAX]; /* without parameters, lower case */
    char header[HTTP_REPLY_HEADER_MAX];       /* want_header's value; "": absent or longer */
    const char *body; /* terminated, never NULL; belongs to the handle until the next call */
    size_t length;
};

/*
 * Call once in a program before its threads start. STATUS_IO when libcurl does not come up.
 */
enum status http_client_global_init(void) MUST_USE;

/* Opens no connection yet. STATUS_INVALID for contradictory options, STATUS_IO without memory. */
enum status http_client_open(const struct http_client_options *options,
                             struct http_client **client) MUST_USE;

/* NULL is fine. */
void http_client_close(struct http_client *client);

/*
 * Sends one request and waits for the whole reply; any HTTP status is STATUS_OK.
 * STATUS_INVALID     the request itself is malformed (no such scheme, too many headers);
 * STATUS_UNAVAILABLE no connection, nothing was sent; also a refused certificate of the server;
 * STATUS_TIMEOUT     sent, or maybe sent, and no whole reply came: the outcome is unknown;
 * STATUS_LIMIT       the reply is longer than reply_max: the outcome is unknown too.
 * *reply is written only on STATUS_OK.
 */
enum status http_client_send(struct http_client *client, const struct http_request *request,
                             struct http_reply *reply) MUST_USE;

/* One line why the last call failed, for a log; never holds the request's body. */
/* After a failure: the server's certificate is not valid yet, or no more, by this machine's clock,
 * which may be the one that is wrong. */
bool http_client_clock_doubtful(const struct http_client *client);

const char *http_client_error(const struct http_client *client);

#endif
