/* http/client.h for the real provider of the gateway: its calls, on the fiber of a worker. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fiber.h"
#include "gateway.h"
#include "http/client.h"
#include "line.h"
#include "mutation.h"
#include "world.h"

struct http_client {
    int timeout_ms;
    char *body; /* of the last reply */
};

/* One call on its way, until nothing of it is. */
struct crossing {
    struct request request;
    struct truth *truth;
    struct http_answer answer;
    bool answered;
    bool reply_lost, reply_slow;
    int flights;
};

enum status http_client_open(const struct http_client_options *options, struct http_client **client)
{
    struct http_client *made = calloc(1, sizeof(*made));
    CHECK(made != NULL);
    made->timeout_ms = options->timeout_ms;
    *client = made;
    return STATUS_OK;
}

void http_client_close(struct http_client *client)
{
    if (client != NULL) {
        free(client->body);
        free(client);
    }
}

static int flights;

void gateway_line_begin(void)
{
    flights = 0;
}

bool gateway_line_rests(void)
{
    return flights == 0;
}

/* A refund's and a posting's number begin with that of their trade: digits, A, two digits. */
void line_trade_of(const struct request *request, char out_trade_no[33])
{
    static const char name[] = "\"out_trade_no\":\"";
    const char *at = request->body != NULL ? strstr(request->body, name) : NULL;
    at = at != NULL ? at + sizeof(name) - 1 : strrchr(request->path, '/') + 1;
    size_t length = strspn(at, "0123456789") + 3;
    CHECK(length < 33 && strlen(at) >= length && at[length - 3] == 'A');
    memcpy(out_trade_no, at, length);
    out_trade_no[length] = '\0';
}

static void land(struct crossing *crossing)
{
    flights--;
    if (--crossing->flights == 0) {
        free(crossing->request.body);
        free(crossing->answer.body);
        free(crossing);
    }
}

static void on_reply(void *context, uint64_t token)
{
    struct crossing *crossing = context;
    (void)token;
    crossing->answered = true;
    fiber_wake(crossing, true);
    land(crossing);
}

static void on_arrival(void *context, uint64_t token)
{
    struct crossing *crossing = context;
    struct http_answer answer = {.status = 500};
    gateway_take(&crossing->request, &answer);
    if (token != 0 || crossing->reply_lost || crossing->answered) {
        free(answer.body);
        land(crossing);
        return;
    }
    crossing->answer = answer;
    int64_t way_ms = stream_between(&crossing->truth->line, 1, crossing->reply_slow ? 12000 : 60);
    world_at(world_now_ms + way_ms, on_reply, crossing, 0);
}

/* token 0: the answer of this copy is the one that is waited for. */
static void fly(struct crossing *crossing, int64_t after_ms, uint64_t token)
{
    crossing->flights++;
    flights++;
    world_at(world_now_ms + after_ms, on_arrival, crossing, token);
}

static struct crossing *begin(const struct http_request *request)
{
    struct crossing *made = calloc(1, sizeof(*made));
    const char *path = strchr(strstr(request->url, "://") + 3, '/');
    char number[33];
    CHECK(made != NULL && path != NULL);
    made->request.method = request->method;
    snprintf(made->request.path, sizeof(made->request.path), "%s", path);
    if (request->body != NULL) {
        made->request.body = strdup(request->body);
        CHECK(made->request.body != NULL);
    }
    const char *signature = strchr(request->headers[0], ' ');
    CHECK(signature != NULL);
    snprintf(made->request.signature, sizeof(made->request.signature), "%s", signature + 1);
    line_trade_of(&made->request, number);
    made->truth = gateway_truth(number);
    made->flights = 1;
    flights++;
    return made;
}

static void take_reply(struct http_client *client, const struct http_request *request,
                       struct crossing *crossing, struct http_reply *reply)
{
    free(client->body);
    client->body = crossing->answer.body;
    crossing->answer.body = NULL;
    memset(reply, 0, sizeof(*reply));
    reply->status = crossing->answer.status;
    reply->body = client->body != NULL ? client->body : "";
    reply->length = crossing->answer.length;
    for (int i = 0; i < crossing->answer.header_count; i++) {
        if (strcmp(crossing->answer.headers[i].name, request->want_header) == 0) {
            snprintf(reply->header, sizeof(reply->header), "%.150s",
                     crossing->answer.headers[i].value);
        }
    }
}

enum status http_client_send(struct http_client *client, const struct http_request *request,
                             struct http_reply *reply)
{
    CHECK(fiber_self() != NULL);
    server_stand_still_when_dead();
    if (server_gone()) {
        return STATUS_UNAVAILABLE;
    }
    struct crossing *crossing = begin(request);
    struct stream *line = &crossing->truth->line;
    int64_t way_ms = stream_between(line, 1, 60);
    story_note(hash_text(crossing->request.path), (uint64_t)crossing->truth->sends++);
    if (story_wanted && request->body != NULL) { /* a query is no news */
        story_print("server asks: %s %s", crossing->request.path, crossing->truth->out_trade_no);
    }
    if (happens(line, CHOICE_GATEWAY_REFUSES)) {
        land(crossing);
        return STATUS_UNAVAILABLE;
    }
    bool lost = happens(line, CHOICE_GATEWAY_CALL_LOST);
    crossing->reply_lost = happens(line, CHOICE_GATEWAY_REPLY_LOST);
    crossing->reply_slow = happens(line, CHOICE_GATEWAY_SLOW);
    if (happens(line, CHOICE_GATEWAY_LATE)) {
        way_ms = client->timeout_ms + stream_short(line, 1, 120000);
    }
    if (!lost) {
        fly(crossing, way_ms, 0);
    }
    /* libcurl repeats by itself what goes over a kept connection. */
    if (!request->once && happens(line, CHOICE_GATEWAY_TWICE)) {
        fly(crossing, stream_short(line, 1, 60000), 1);
    }
    (void)fiber_wait_until(world_now_ms + client->timeout_ms, crossing);
    server_stand_still_when_dead();
    enum status status = STATUS_TIMEOUT;
    if (crossing->answered && !server_gone()) {
        take_reply(client, request, crossing, reply);
        status = STATUS_OK;
    }
    crossing->answered = true; /* whatever comes now comes too late */
    land(crossing);
    return status;
}

const char *http_client_error(const struct http_client *client)
{
    (void)client;
    return "";
}
