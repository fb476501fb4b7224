#include "http/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <microhttpd.h>

#include "http/internal.h"

#define THREADS_DEFAULT        2
#define CONNECTION_DEFAULT_MAX 1024
#define IDLE_DEFAULT_S         75
#define LISTEN_BACKLOG         511
#define CONNECTION_MEMORY      (32 * 1024) /* headers of one request */

enum { PEM_CERTIFICATE = 0, PEM_KEY, PEM_CLIENT_CA, PEM_COUNT };

struct http_server {
    struct MHD_Daemon *daemon;
    char *pems[PEM_COUNT];
    struct http_server_options options;
    uint16_t port;
};

/* One connection: whose it is, looked up when its first request comes. */
struct peer {
    bool known;
    char fingerprint[HTTP_FINGERPRINT_MAX];
};

/* One request while its body arrives. */
struct pending {
    struct http_call call;
    char *body;
    size_t length, capacity;
    bool too_long;
    char path[HTTP_PATH_MAX];
};

/* -- the peer's certificate -------------------------------------------------------------- */

static void hex_of(const unsigned char *bytes, size_t length, char *out)
{
    for (size_t i = 0; i < length; i++) {
        snprintf(out + 2 * i, 3, "%02x", bytes[i]);
    }
}

/* The fingerprint of a certificate that our authority issued, else "". */
static void identify_peer(struct MHD_Connection *connection, struct peer *peer)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    unsigned verdict = 0;
    unsigned count = 0;
    unsigned char digest[32];
    size_t digest_length = sizeof(digest);
    peer->known = true;
    peer->fingerprint[0] = '\0';
    if (info == NULL || info->tls_session == NULL) {
        return;
    }
    gnutls_session_t session = info->tls_session;
    const gnutls_datum_t *chain = gnutls_certificate_get_peers(session, &count);
    if (chain == NULL || count == 0) {
        return;
    }
    /* Names no host: a client is who its certificate says. Signature, dates, issuer count. */
    if (gnutls_certificate_verify_peers2(session, &verdict) != 0 || verdict != 0) {
        return;
    }
    if (gnutls_fingerprint(GNUTLS_DIG_SHA256, &chain[0], digest, &digest_length) == 0) {
        hex_of(digest, digest_length, peer->fingerprint);
    }
}

static void notify_connection(void *context, struct MHD_Connection *connection, void **slot,
                              enum MHD_ConnectionNotificationCode code)
{
    (void)context;
    (void)connection;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        *slot = calloc(1, sizeof(struct peer));
    } else {
        free(*slot);
        *slot = NULL;
    }
}

static void fill_peer(struct MHD_Connection *connection, struct http_call *call)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct peer *peer = info != NULL ? info->socket_context : NULL;
    if (peer != NULL) {
        if (!peer->known) {
            identify_peer(connection, peer);
        }
        memcpy(call->peer_fingerprint, peer->fingerprint, sizeof(peer->fingerprint));
    }
    info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (info != NULL && info->client_addr != NULL) {
        const struct sockaddr *address = info->client_addr;
        const void *raw =
            address->sa_family == AF_INET6
                ? (const void *)&((const struct sockaddr_in6 *)info->client_addr)->sin6_addr
                : (const void *)&((const struct sockaddr_in *)info->client_addr)->sin_addr;
        inet_ntop(address->sa_family, raw, call->peer_address, sizeof(call->peer_address));
    }
}

/* -- one request ------------------------------------------------------------------------- */

static enum MHD_Result send_answer(struct MHD_Connection *connection, struct http_answer *answer)
{
    char none[1] = "";
    /* The response owns the body from here on, also when it cannot be made. */
    struct MHD_Response *response = MHD_create_response_from_buffer(
        answer->length, answer->body != NULL ? answer->body : none,
        answer->body != NULL ? MHD_RESPMEM_MUST_FREE : MHD_RESPMEM_MUST_COPY);
    if (response == NULL) {
        free(answer->body);
        return MHD_NO;
    }
    enum MHD_Result ok = MHD_YES;
    if (answer->content_type != NULL) {
        ok = MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, answer->content_type);
    }
    for (int i = 0; ok == MHD_YES && i < answer->header_count; i++) {
        ok = MHD_add_response_header(response, answer->headers[i].name, answer->headers[i].value);
    }
    if (ok == MHD_YES) {
        ok = MHD_queue_response(connection, (unsigned)answer->status, response);
    }
    MHD_destroy_response(response);
    return ok;
}

static enum MHD_Result refuse(struct MHD_Connection *connection, int status, const char *code,
                              const char *detail)
{
    struct http_answer answer = {0};
    http_answer_problem(&answer, status, code, detail);
    return send_answer(connection, &answer);
}

/* The route of a call. Another method of the same path leaves *other_method. */
static enum status find_route(const struct http_server *server, struct http_call *call,
                              bool *other_method)
{
    enum status worst = STATUS_NOT_FOUND;
    for (size_t i = 0; i < server->options.route_count; i++) {
        const struct http_route *route = &server->options.routes[i];
        enum status status = route_match(route->pattern, call->path, call);
        if (status == STATUS_OK && strcmp(route->method, call->method) == 0) {
            call->route = route;
            return STATUS_OK;
        }
        if (status == STATUS_OK) {
            *other_method = true;
        } else if (status != STATUS_NOT_FOUND) {
            worst = status;
        }
    }
    return worst;
}

static void handle(struct http_server *server, struct pending *pending, struct http_answer *answer)
{
    struct http_call *call = &pending->call;
    bool other_method = false;
    enum status found = find_route(server, call, &other_method);
    call->body = pending->body != NULL ? pending->body : "";
    call->length = pending->length;
    if (server->options.gate != NULL &&
        !server->options.gate(server->options.context, call, answer)) {
        return;
    }
    if (found == STATUS_OK) {
        call->route->handle(server->options.context, call, answer);
    } else if (other_method) {
        http_answer_problem(answer, 405, "method_not_allowed", NULL);
    } else if (found == STATUS_NOT_FOUND) {
        http_answer_problem(answer, 404, "not_found", NULL);
    } else {
        http_answer_problem(answer, 400, "path_invalid", NULL);
    }
}

static enum MHD_Result finish(struct http_server *server, struct MHD_Connection *connection,
                              struct pending *pending)
{
    struct http_answer answer = {.status = 500};
    if (pending->too_long) {
        return refuse(connection, 413, "body_too_large", NULL);
    }
    fill_peer(connection, &pending->call);
    handle(server, pending, &answer);
    if (answer.status == HTTP_STATUS_DROP) {
        free(answer.body);
        return MHD_NO;
    }
    return send_answer(connection, &answer);
}

static void take_bytes(struct http_server *server, struct pending *pending, const char *bytes,
                       size_t length)
{
    if (pending->too_long || length > server->options.body_max - pending->length) {
        pending->too_long = true;
        return;
    }
    if (pending->length + length + 1 > pending->capacity) {
        size_t wanted = pending->length + length + 1;
        wanted = wanted < 1024 ? 1024 : wanted * 2;
        char *grown = realloc(pending->body, wanted);
        if (grown == NULL) {
            pending->too_long = true;
            return;
        }
        pending->body = grown;
        pending->capacity = wanted;
    }
    memcpy(pending->body + pending->length, bytes, length);
    pending->length += length;
    pending->body[pending->length] = '\0';
}

static enum MHD_Result begin(struct MHD_Connection *connection, const char *url, const char *method,
                             void **slot)
{
    struct pending *pending = calloc(1, sizeof(*pending));
    if (pending == NULL) {
        return MHD_NO;
    }
    *slot = pending;
    if (strlen(url) >= sizeof(pending->path)) {
        return refuse(connection, 414, "path_too_long", NULL);
    }
    snprintf(pending->path, sizeof(pending->path), "%s", url);
    pending->call.method = strcmp(method, "HEAD") == 0 ? "GET" : method;
    pending->call.path = pending->path;
    pending->call.connection = connection;
    return MHD_YES;
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *bytes,
                                  size_t *length, void **slot)
{
    struct http_server *server = context;
    (void)version;
    if (*slot == NULL) {
        return begin(connection, url, method, slot);
    }
    if (*length > 0) {
        take_bytes(server, *slot, bytes, *length);
        *length = 0;
        return MHD_YES;
    }
    return finish(server, connection, *slot);
}

static void on_completed(void *context, struct MHD_Connection *connection, void **slot,
                         enum MHD_RequestTerminationCode code)
{
    struct pending *pending = *slot;
    (void)context;
    (void)connection;
    (void)code;
    if (pending != NULL) {
        free(pending->body);
        free(pending);
        *slot = NULL;
    }
}

/* Paths are matched raw and parameters decoded one by one: "%2F" must not make a segment. */
static size_t leave_escaped(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context;
    (void)connection;
    return strlen(text);
}

/* -- starting and stopping --------------------------------------------------------------- */

static enum status listen_error(int fd)
{
    int error = errno;
    if (fd >= 0) {
        close(fd);
    }
    if (error == EADDRINUSE) {
        return STATUS_CONFLICT;
    }
    return error == EACCES ? STATUS_DENIED : STATUS_IO;
}

static enum status open_socket(const char *bind_address, uint16_t port, int *fd, uint16_t *bound)
{
    struct sockaddr_storage address = {0};
    struct sockaddr_in *v4 = (struct sockaddr_in *)&address;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&address;
    socklen_t length = sizeof(*v4);
    if (inet_pton(AF_INET, bind_address, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
    } else if (inet_pton(AF_INET6, bind_address, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(port);
        length = sizeof(*v6);
    } else {
        return STATUS_INVALID;
    }
    int made = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int on = 1;
    if (made < 0 || setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
        bind(made, (struct sockaddr *)&address, length) != 0 || listen(made, LISTEN_BACKLOG) != 0 ||
        getsockname(made, (struct sockaddr *)&address, &length) != 0) {
        return listen_error(made);
    }
    *bound = ntohs(address.ss_family == AF_INET ? v4->sin_port : v6->sin6_port);
    *fd = made;
    return STATUS_OK;
}

static void set_defaults(struct http_server_options *options)
{
    options->bind_address = options->bind_address != NULL ? options->bind_address : "127.0.0.1";
    options->threads = options->threads > 0 ? options->threads : THREADS_DEFAULT;
    options->connection_max =
        options->connection_max > 0 ? options->connection_max : CONNECTION_DEFAULT_MAX;
    options->idle_timeout_s =
        options->idle_timeout_s > 0 ? options->idle_timeout_s : IDLE_DEFAULT_S;
    options->body_max = options->body_max > 0 ? options->body_max : HTTP_BODY_DEFAULT_MAX;
}

/* libmicrohttpd takes its options as void *, so the texts are kept as our own copies. */
static bool keep_pems(struct http_server *server)
{
    const char *texts[PEM_COUNT] = {server->options.certificate_pem, server->options.key_pem,
                                    server->options.client_ca_pem};
    for (size_t i = 0; i < PEM_COUNT; i++) {
        server->pems[i] = texts[i] != NULL ? strdup(texts[i]) : NULL;
        if (texts[i] != NULL && server->pems[i] == NULL) {
            return false;
        }
    }
    return true;
}

static void destroy(struct http_server *server)
{
    for (size_t i = 0; i < PEM_COUNT; i++) {
        if (server->pems[i] != NULL) {
            explicit_bzero(server->pems[i], strlen(server->pems[i]));
        }
        free(server->pems[i]);
    }
    free(server);
}

static enum status start_daemon(struct http_server *server, int fd)
{
    const struct http_server_options *options = &server->options;
    static char priorities[] = "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD;
    struct MHD_OptionItem tls[5] = {{MHD_OPTION_END, 0, NULL}};
    size_t count = 0;
    if (!keep_pems(server)) {
        return STATUS_IO;
    }
    if (server->pems[PEM_CERTIFICATE] != NULL) {
        flags |= MHD_USE_TLS;
        tls[count++] =
            (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_CERT, 0, server->pems[PEM_CERTIFICATE]};
        tls[count++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_KEY, 0, server->pems[PEM_KEY]};
        tls[count++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_PRIORITIES, 0, priorities};
        if (server->pems[PEM_CLIENT_CA] != NULL) {
            tls[count++] =
                (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_TRUST, 0, server->pems[PEM_CLIENT_CA]};
        }
        tls[count] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
    }
    server->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, server, MHD_OPTION_LISTEN_SOCKET, fd,
        MHD_OPTION_THREAD_POOL_SIZE, (unsigned)options->threads, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)options->connection_max, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
        (unsigned)options->connection_max_per_address, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)options->idle_timeout_s, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_MEMORY, MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL,
        MHD_OPTION_NOTIFY_CONNECTION, notify_connection, NULL, MHD_OPTION_UNESCAPE_CALLBACK,
        leave_escaped, NULL, MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
    return server->daemon != NULL ? STATUS_OK : STATUS_IO;
}

enum status http_server_start(const struct http_server_options *options,
                              struct http_server **server)
{
    int fd = -1;
    for (size_t i = 0; i < options->route_count; i++) {
        if (!route_pattern_ok(options->routes[i].pattern)) {
            return STATUS_INVALID;
        }
    }
    if ((options->certificate_pem == NULL) != (options->key_pem == NULL)) {
        return STATUS_INVALID;
    }
    struct http_server *made = calloc(1, sizeof(*made));
    if (made == NULL) {
        return STATUS_IO;
    }
    made->options = *options;
    set_defaults(&made->options);
    enum status status = open_socket(made->options.bind_address, options->port, &fd, &made->port);
    if (status == STATUS_OK) {
        status = start_daemon(made, fd);
        if (status != STATUS_OK) {
            close(fd);
        }
    }
    if (status != STATUS_OK) {
        destroy(made);
        return status;
    }
    *server = made;
    return STATUS_OK;
}

uint16_t http_server_port(const struct http_server *server)
{
    return server->port;
}

void http_server_stop(struct http_server *server)
{
    if (server == NULL) {
        return;
    }
    MHD_stop_daemon(server->daemon);
    destroy(server);
}
