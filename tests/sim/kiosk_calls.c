/* A kiosk's calls, as app/kiosk/io/client_worker.c builds and reads them: one at a time. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk.h"
#include "line.h"
#include "mutation.h"
#include "protocol/codec.h"
#include "rules.h"
#include "witness.h"
#include "world.h"

#define CALL_TIMEOUT_MS 8000
#define UNREACHABLE_MS  2000
#define TERMINALS       32

static const char *const CALLS[CALL_COUNT] = {
    [CALL_HEALTH] = "health",   [CALL_ACCOUNT] = "looks up",
    [CALL_ORDER] = "order",     [CALL_ORDER_STATE] = "asks",
    [CALL_ATTEMPT] = "attempt", [CALL_CANCEL] = "cancel",
    [CALL_VERSION] = "version", [CALL_CLOSE_REQUEST] = "close request",
};

static void build(const struct kiosk *kiosk, const struct call_request *call,
                  struct request *request)
{
    memset(request, 0, sizeof(*request));
    request->method = "POST";
    snprintf(request->fingerprint, sizeof(request->fingerprint), "%s", kiosk->fingerprint);
    switch (call->call) {
    case CALL_HEALTH:
        request->method = "GET";
        snprintf(request->path, sizeof(request->path), "/v1/health");
        return;
    case CALL_ACCOUNT:
        request->method = "GET";
        snprintf(request->path, sizeof(request->path), "/v1/accounts/%s", call->account_no);
        return;
    case CALL_ORDER:
        snprintf(request->path, sizeof(request->path), "/v1/orders");
        snprintf(request->key, sizeof(request->key), "%s", call->order.request_id);
        request->body = codec_print(order_request_to_json(&call->order));
        return;
    case CALL_ORDER_STATE:
        request->method = "GET";
        snprintf(request->path, sizeof(request->path), "/v1/orders/%s", call->order_no);
        return;
    case CALL_ATTEMPT:
        snprintf(request->path, sizeof(request->path), "/v1/orders/%s/attempts",
                 call->attempt.order_no);
        snprintf(request->key, sizeof(request->key), "%s", call->attempt.request_id);
        request->body = codec_print(attempt_request_to_json(&call->attempt));
        return;
    case CALL_CANCEL:
        if (mutation == MUTATION_FINAL_CLOSE) {
            request->method = "GET";
            snprintf(request->path, sizeof(request->path), "/v1/orders/%s", call->order_no);
            return;
        }
        snprintf(request->path, sizeof(request->path), "/v1/orders/%s/cancel", call->order_no);
        return;
    case CALL_VERSION:
        request->method = "GET";
        snprintf(request->path, sizeof(request->path), "/v1/version");
        return;
    case CALL_CLOSE_REQUEST:
        snprintf(request->path, sizeof(request->path), "/v1/requests/%s/close", call->request_id);
        return;
    case CALL_COUNT: break;
    }
    UNREACHABLE("a call that does not exist");
}

static enum status read_body(const json_t *json, struct call_reply *reply)
{
    struct close_reply closed = {0};
    struct health_reply health = {0};
    struct codec_error error = {""};
    enum status status = STATUS_OK;
    switch (reply->call) {
    case CALL_HEALTH:
        status = health_reply_from_json(json, &health, &error);
        reply->server_time_ms = health.time_ms;
        return status;
    case CALL_VERSION: return version_reply_from_json(json, &reply->version, &error);
    case CALL_ACCOUNT: return account_from_json(json, &reply->account, &error);
    case CALL_CLOSE_REQUEST:
        status = close_reply_from_json(json, &closed, &error);
        reply->known = closed.known;
        reply->order = closed.order;
        return status;
    default: return order_from_json(json, &reply->order, &error);
    }
}

static void read_reply(const struct http_answer *answer, struct call_reply *reply)
{
    struct codec_error error = {""};
    json_t *json = NULL;
    bool good = answer->status >= 200 && answer->status < 300;
    bool refused = answer->status >= 400 && answer->status < 500;
    reply->status = STATUS_TIMEOUT;
    if ((good || refused) &&
        codec_parse(answer->body, answer->length, &json, &error) == STATUS_OK) {
        if (good && read_body(json, reply) == STATUS_OK) {
            reply->status = STATUS_OK;
        } else if (refused && problem_from_json(json, &reply->problem, &error) == STATUS_OK) {
            reply->status = STATUS_INVALID;
        }
        json_decref(json);
    }
    if (reply->status == STATUS_TIMEOUT && answer->status < 500) {
        world_fail("a reply can be read", "%d to call %d: %s", answer->status, (int)reply->call,
                   error.text);
    }
}

static bool about_order(const struct call_reply *reply)
{
    return reply->status == STATUS_OK && reply->call != CALL_HEALTH &&
           reply->call != CALL_ACCOUNT && (reply->call != CALL_CLOSE_REQUEST || reply->known);
}

/* The same answer to the same question again is none. */
static bool is_news(const struct kiosk *kiosk, const struct call_reply *reply)
{
    static int last[TERMINALS];
    int now = (int)reply->call << 16 | (int)reply->status << 12 | (int)reply->order.state << 8 |
              (int)reply->order.statement;
    bool news = reply->call != CALL_HEALTH && reply->call != CALL_VERSION &&
                last[kiosk->number % TERMINALS] != now;
    last[kiosk->number % TERMINALS] =
        reply->call == CALL_HEALTH ? last[kiosk->number % TERMINALS] : now;
    return news;
}

static void begin_next(struct kiosk *kiosk);

static void on_answer(void *context, uint64_t token, int status, const struct http_answer *answer)
{
    struct kiosk *kiosk = context;
    if (kiosk_stale(kiosk, token)) {
        return;
    }
    CHECK(kiosk->call_count > 0 && kiosk->calls[0].seq == (uint32_t)token);
    struct event *event = &kiosk->event;
    memset(&event->reply, 0, sizeof(event->reply));
    event->kind = EVENT_REPLY;
    event->reply.call = kiosk->calls[0].call;
    event->reply.seq = kiosk->calls[0].seq;
    event->reply.status = status < 0 ? STATUS_UNAVAILABLE : STATUS_TIMEOUT;
    if (status > 0) {
        read_reply(answer, &event->reply);
    }
    if (mutation == MUTATION_FINAL_CLOSE && event->reply.call == CALL_CANCEL) {
        event->reply.order.state = ORDER_CLOSED;
        event->reply.order.statement = STATEMENT_NOT_TAKEN;
    }
    if (about_order(&event->reply)) {
        witness_order(&event->reply.order, PLACE_REPLY);
    }
    if (event->reply.call == CALL_CLOSE_REQUEST && event->reply.status == STATUS_OK &&
        !event->reply.known) {
        witness_forbidden(kiosk->calls[0].request_id);
    }
    story_note(event->reply.call, (uint64_t)event->reply.status << 8 | event->reply.order.state);
    if (story_wanted && is_news(kiosk, &event->reply)) {
        story_print("kiosk %d: %s: %s%s", kiosk->number, CALLS[event->reply.call],
                    status <= 0 ? "no answer" : event->reply.problem.code,
                    about_order(&event->reply) ? statement_name(event->reply.order.statement) : "");
    }
    kiosk->calling = false;
    kiosk->call_count--;
    memmove(kiosk->calls, kiosk->calls + 1, (size_t)kiosk->call_count * sizeof(kiosk->calls[0]));
    kiosk_step(kiosk);
    begin_next(kiosk);
}

static void on_unreachable(void *context, uint64_t token)
{
    on_answer(context, token, -1, NULL);
}

static void check_durable(const struct kiosk *kiosk, const struct call_request *call)
{
    if (call->call == CALL_ORDER && kiosk_intent(kiosk, call->order.request_id) == 0) {
        world_fail("journal first", "kiosk %d asks for an order that its journal does not know",
                   kiosk->number);
    }
    if (call->call == CALL_ATTEMPT && !kiosk_attempt_saved(kiosk, call->attempt.request_id)) {
        world_fail("journal first", "kiosk %d sends a code that its journal does not know",
                   kiosk->number);
    }
}

static void begin_next(struct kiosk *kiosk)
{
    const struct call_request *call = &kiosk->calls[0];
    struct request request;
    uint64_t token = kiosk_token(kiosk, call->seq);
    if (kiosk->calling || kiosk->call_count == 0) {
        return;
    }
    kiosk->calling = true;
    story_note(call->call, call->seq);
    check_durable(kiosk, call);
    if (happens(&kiosk->line, CHOICE_LINE_DOWN)) {
        kiosk->line_down_until_ms = world_now_ms + stream_short(&kiosk->line, 1000, 300000);
    }
    if (world_now_ms < kiosk->line_down_until_ms) {
        int64_t wait_ms = (stream_draw(&kiosk->line) & 1) != 0 ? UNREACHABLE_MS : 5;
        world_at(world_now_ms + wait_ms, on_unreachable, kiosk, token);
        return;
    }
    build(kiosk, call, &request);
    line_send(&kiosk->line, &request, CALL_TIMEOUT_MS, on_answer, kiosk, token);
    if (request.body != NULL) {
        free(request.body);
    }
}

void kiosk_call(struct kiosk *kiosk, const struct call_request *request)
{
    CHECK(kiosk->call_count < CALLS_MAX);
    kiosk->calls[kiosk->call_count++] = *request;
    begin_next(kiosk);
}
