/*
 * server.h - an HTTP server: a table of routes over libmicrohttpd (epoll, a few threads).
 *
 * Handlers run on the server's threads, several at once; they get a whole body and fill in an
 * answer. Whatever goes wrong before a handler (no route, wrong method, too long, malformed)
 * is answered here with a problem document (RFC 9457).
 */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/status.h"

#define HTTP_PARAM_MAX         4 /* {names} in one pattern */
#define HTTP_PARAM_NAME_MAX    24
#define HTTP_PARAM_VALUE_MAX   96
#define HTTP_PATH_MAX          256
#define HTTP_ANSWER_HEADER_MAX 10
#define HTTP_FINGERPRINT_MAX   65 /* SHA-256 in lower-case hex */
#define HTTP_BODY_DEFAULT_MAX  (64 * 1024)

struct http_param {
    char name[HTTP_PARAM_NAME_MAX];
    char value[HTTP_PARAM_VALUE_MAX]; /* percent-decoded; a '/' never is in it */
};

struct http_route;

/* One request, as a handler sees it. Everything belongs to the server and dies with the call. */
struct http_call {
    const char *method; /* HEAD arrives as GET */
    const char *path;
    const struct http_route *route; /* NULL in a gate when no route matches */
    struct http_param params[HTTP_PARAM_MAX];
    int param_count;
    const char *body; /* terminated, never NULL */
    size_t length;
    /*
     * With TLS: SHA-256 of the peer's certificate when it was issued by the given authority
     * and is in date; "" without one, or with a foreign or expired one.
     */
    char peer_fingerprint[HTTP_FINGERPRINT_MAX];
    char peer_address[64]; /* numeric, without port */
    void *user;            /* a gate may leave its finding here for the handler */
    char gate_text[64];    /* likewise: e.g. the terminal's number */
    void *connection;      /* the server's own */
};

/* As an answer's status: the connection is closed without a reply (a test gateway's fault). */
#define HTTP_STATUS_DROP (-1)

/* What goes back. Starts as 500 without a body; fill it with the functions below. */
struct http_answer {
    int status;
    char *body; /* malloc'ed; the server frees it */
    size_t length;
    const char *content_type; /* static text */
    struct {
        char name[32];
        char value[448];
    } headers[HTTP_ANSWER_HEADER_MAX];
    int header_count;
};

struct http_route {
    const char *method;  /* "GET", "POST" */
    const char *pattern; /* "/v1/orders/{order_no}/cancel" */
    void (*handle)(void *context, const struct http_call *call, struct http_answer *answer);
    int flags; /* the program's own, for its gate */
};

struct http_server_options {
    const char *bind_address; /* numeric, v4 or v6; NULL: 127.0.0.1 */
    uint16_t port;            /* 0: any free port, see http_server_port() */
    const struct http_route *routes;
    size_t route_count;
    void *context; /* handed to every handler and gate */
    /*
     * Runs once for every request, after the body arrived and before its handler; false: the
     * answer is final. Also runs for paths that do not exist (call->route is NULL), so that
     * a stranger cannot tell which ones do. NULL: everybody may.
     */
    bool (*gate)(void *context, struct http_call *call, struct http_answer *answer);
    const char *certificate_pem; /* NULL: plain HTTP; else the texts, not paths */
    const char *key_pem;
    const char *client_ca_pem;      /* NULL: no client certificates are asked for */
    int threads;                    /* 0: 2 */
    int connection_max;             /* 0: 1024 */
    int connection_max_per_address; /* 0: as many */
    int idle_timeout_s;             /* 0: 75 */
    size_t body_max;                /* 0: HTTP_BODY_DEFAULT_MAX */
};

struct http_server;

/*
 * Listens when it returns STATUS_OK. STATUS_CONFLICT: the port is in use; STATUS_DENIED: it may
 * not be bound; STATUS_INVALID: an address, certificate or route is malformed; STATUS_IO: rest.
 */
enum status http_server_start(const struct http_server_options *options,
                              struct http_server **server) MUST_USE;

/* The port that is bound. */
uint16_t http_server_port(const struct http_server *server);

/* Takes no new requests, lets the running handlers end, frees everything. NULL is fine. */
void http_server_stop(struct http_server *server);

/* -- for handlers ------------------------------------------------------------------------ */

/* The value of a {param} of the pattern; CHECKs that the pattern has it. */
const char *http_call_param(const struct http_call *call, const char *name);
/* A request header, or NULL. */
const char *http_call_header(const struct http_call *call, const char *name);
/*
 * Which of the languages ("zh", "en") the caller wants: the first of its Accept-Language that is
 * among them, else 0. Browsers write them by preference; their weights are not read.
 */
size_t http_call_language(const struct http_call *call, const char *const *languages, size_t count);
/* A query argument as it was sent, still percent-encoded; NULL when absent or without a value. */
const char *http_call_query(const struct http_call *call, const char *name);
/* A field of an application/x-www-form-urlencoded body; STATUS_NOT_FOUND, STATUS_LIMIT. */
enum status http_call_form(const struct http_call *call, const char *name, char *value,
                           size_t size) MUST_USE;

/* Copies the body. content_type must be static text. Without memory the answer is a bare 500. */
void http_answer_set(struct http_answer *answer, int status, const char *content_type,
                     const void *body, size_t length);
/* Takes over a malloc'ed JSON text; NULL makes the answer a bare 500. */
void http_answer_json(struct http_answer *answer, int status, char *text);
/* problem+json: {"type","title","status","code","detail"}; detail may be NULL. */
void http_answer_problem(struct http_answer *answer, int status, const char *code,
                         const char *detail);
/* 303 with a Location. */
void http_answer_redirect(struct http_answer *answer, const char *location);
/* CHECKs the number and length: headers are the program's own, never a client's text. */
void http_answer_header(struct http_answer *answer, const char *name, const char *value);

#endif
