/* Our client against our server, and against ports where nobody speaks. */
#include "cmocka_all.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/client.h"
#include "http/server.h"
#include "system/clock.h"

static struct http_server *server;
static struct http_client *client;

static void echo(void *context, const struct http_call *call, struct http_answer *answer)
{
    (void)context;
    http_answer_set(answer, 200, "text/plain", call->body, call->length);
    http_answer_header(answer, "X-Name",
                       call->param_count > 0 ? http_call_param(call, "name") : "none");
}

static void slow(void *context, const struct http_call *call, struct http_answer *answer)
{
    (void)context;
    (void)call;
    clock_sleep_ms(400);
    http_answer_set(answer, 200, "text/plain", "late", 4);
}

static void form(void *context, const struct http_call *call, struct http_answer *answer)
{
    char value[32] = "";
    (void)context;
    enum status status = http_call_form(call, "name", value, sizeof(value));
    http_answer_set(answer, status == STATUS_OK ? 200 : 400, "text/plain", value, strlen(value));
}

static const struct http_route ROUTES[] = {
    {"POST", "/echo", echo, 0},
    {"POST", "/names/{name}/echo", echo, 0},
    {"GET", "/slow", slow, 0},
    {"POST", "/form", form, 0},
};

static enum status ask(const char *method, const char *path, const char *body,
                       struct http_reply *reply)
{
    char url[600];
    snprintf(url, sizeof(url), "http://127.0.0.1:%u%s", http_server_port(server), path);
    struct http_request request = {.method = method,
                                   .url = url,
                                   .body = body,
                                   .length = body != NULL ? strlen(body) : 0,
                                   .want_header = "X-Name"};
    return http_client_send(client, &request, reply);
}

static void routes_are_found_and_names_decoded(void **state)
{
    struct http_reply reply;
    (void)state;
    assert_int_equal(ask("POST", "/echo", "hello", &reply), STATUS_OK);
    assert_int_equal(reply.status, 200);
    assert_string_equal(reply.body, "hello");
    assert_int_equal(ask("POST", "/names/a%20b/echo", "", &reply), STATUS_OK);
    assert_string_equal(reply.header, "a b");
}

static void what_has_no_route_is_a_problem(void **state)
{
    static const struct {
        const char *method, *path;
        int status;
    } CASES[] = {{"GET", "/nothing", 404},         {"GET", "/echo", 405},
                 {"POST", "/names//echo", 404},    {"POST", "/names/%2/echo", 400},
                 {"POST", "/names/%00/echo", 400}, {"POST", "/names/a%2Fb/echo", 400},
                 {"POST", "/names/a/b/echo", 404}};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        struct http_reply reply;
        assert_int_equal(ask(CASES[i].method, CASES[i].path, NULL, &reply), STATUS_OK);
        assert_int_equal(reply.status, CASES[i].status);
        assert_string_equal(reply.content_type, "application/problem+json");
    }
}

static void too_long_a_body_is_refused_whole(void **state)
{
    struct http_reply reply;
    char *body = calloc(1, 200001);
    (void)state;
    assert_non_null(body);
    memset(body, 'x', 200000);
    assert_int_equal(ask("POST", "/echo", body, &reply), STATUS_OK);
    assert_int_equal(reply.status, 413);
    free(body);
}

static void form_fields_are_decoded_strictly(void **state)
{
    struct http_reply reply;
    (void)state;
    assert_int_equal(ask("POST", "/form", "x=1&name=a+b%26", &reply), STATUS_OK);
    assert_string_equal(reply.body, "a b&");
    assert_int_equal(ask("POST", "/form", "name=%zz", &reply), STATUS_OK);
    assert_int_equal(reply.status, 400);
    assert_int_equal(ask("POST", "/form", "names=a", &reply), STATUS_OK);
    assert_int_equal(reply.status, 400);
}

/* A port that was free a moment ago: nobody listens there. */
static uint16_t closed_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, length), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
    close(fd);
    return ntohs(address.sin_port);
}

static void nothing_sent_is_told_from_unknown(void **state)
{
    char url[64];
    struct http_reply reply;
    (void)state;
    snprintf(url, sizeof(url), "http://127.0.0.1:%u/", closed_port());
    struct http_request request = {.method = "GET", .url = url};
    assert_int_equal(http_client_send(client, &request, &reply), STATUS_UNAVAILABLE);
    snprintf(url, sizeof(url), "http://127.0.0.1:%u/slow", http_server_port(server));
    request.timeout_ms = 100;
    assert_int_equal(http_client_send(client, &request, &reply), STATUS_TIMEOUT);
    request.url = "file:///etc/passwd";
    assert_int_equal(http_client_send(client, &request, &reply), STATUS_INVALID);
    request.url = url;
    request.headers[0] = "X: a\r\nY: b";
    assert_int_equal(http_client_send(client, &request, &reply), STATUS_INVALID);
}

static void a_port_in_use_is_said_so(void **state)
{
    struct http_server *second = NULL;
    struct http_server_options options = {
        .port = http_server_port(server), .routes = ROUTES, .route_count = ARRAY_LEN(ROUTES)};
    (void)state;
    assert_int_equal(http_server_start(&options, &second), STATUS_CONFLICT);
    options.bind_address = "not an address";
    assert_int_equal(http_server_start(&options, &second), STATUS_INVALID);
}

static int start(void **state)
{
    struct http_server_options options = {.routes = ROUTES, .route_count = ARRAY_LEN(ROUTES)};
    (void)state;
    return http_client_global_init() == STATUS_OK &&
                   http_server_start(&options, &server) == STATUS_OK &&
                   http_client_open(&(struct http_client_options){0}, &client) == STATUS_OK
               ? 0
               : 1;
}

static int stop(void **state)
{
    (void)state;
    http_client_close(client);
    http_server_stop(server);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(routes_are_found_and_names_decoded),
        cmocka_unit_test(what_has_no_route_is_a_problem),
        cmocka_unit_test(too_long_a_body_is_refused_whole),
        cmocka_unit_test(form_fields_are_decoded_strictly),
        cmocka_unit_test(nothing_sent_is_told_from_unknown),
        cmocka_unit_test(a_port_in_use_is_said_so),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
