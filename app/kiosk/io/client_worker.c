#include "kiosk/io/client_worker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/client.h"
#include "protocol/codec.h"
#include "system/clock.h"
#include "system/log.h"

#define PATH_MAX_BYTES 128

struct client_worker {
    struct worker *worker;
    struct mailbox *mailbox;
    struct http_client *client;
    bool clock_doubtful; /* it was said of the last call */
    char base_url[HTTP_URL_MAX / 2];
};

static const char *const call_names[CALL_COUNT] = {
    [CALL_HEALTH] = "health",   [CALL_ACCOUNT] = "account",
    [CALL_ORDER] = "order",     [CALL_ORDER_STATE] = "order_state",
    [CALL_ATTEMPT] = "attempt", [CALL_CANCEL] = "cancel",
    [CALL_VERSION] = "version", [CALL_CLOSE_REQUEST] = "close_request",
};

/* What one call is in HTTP. body: NULL or text to free and wipe. */
struct outgoing {
    const char *method;
    char path[PATH_MAX_BYTES];
    char idempotency_key[REQUEST_ID_MAX];
    char *body;
};

static void build(const struct call_request *call, struct outgoing *out)
{
    out->method = "POST";
    out->body = NULL;
    out->idempotency_key[0] = '\0';
    switch (call->call) {
    case CALL_HEALTH:
        out->method = "GET";
        (void)snprintf(out->path, PATH_MAX_BYTES, "/v1/health");
        return;
    case CALL_VERSION:
        out->method = "GET";
        (void)snprintf(out->path, PATH_MAX_BYTES, "/v1/version");
        return;
    case CALL_ACCOUNT:
        out->method = "GET";
        (void)snprintf(out->path, PATH_MAX_BYTES, "/v1/accounts/%s", call->account_no);
        return;
    case CALL_ORDER:
        (void)snprintf(out->path, PATH_MAX_BYTES, "/v1/orders");
        (void)snprintf(out->idempotency_key, REQUEST_ID_MAX, "%s", call->order.request_id);
        out->body = codec_print(order_request_to_json(&call->order));
        return;
    case CALL_ORDER_STATE:
        out->method = "GET";
        (void)snprintf(out->path, PATH_MAX_BYTES, "/v1/orders/%s", call->order_no);
        return;
    case CALL_ATTEMPT:
        (void)snprintf(out->path, PATH_MAX_BYTES, "/v1/orders/%s/attempts", call->attempt.order_no);
        (void)snprintf(out->idempotency_key, REQUEST_ID_MAX, "%s", call->attempt.request_id);
        out->body = codec_print(attempt_request_to_json(&call->attempt));
        return;
    case CALL_CANCEL:
        (void)snprintf(out->path, PATH_MAX_BYTES, "/v1/orders/%s/cancel", call->order_no);
        return;
    case CALL_CLOSE_REQUEST:
        (void)snprintf(out->path, PATH_MAX_BYTES, "/v1/requests/%s/close", call->request_id);
        return;
    case CALL_COUNT: break;
    }
    UNREACHABLE("a call that does not exist");
}

static enum status read_body(const json_t *json, struct call_reply *reply,
                             struct codec_error *error)
{
    struct close_reply closed = {0};
    struct health_reply health = {0};
    enum status status = STATUS_OK;

    switch (reply->call) {
    case CALL_HEALTH:
        status = health_reply_from_json(json, &health, error);
        reply->server_time_ms = health.time_ms;
        return status;
    case CALL_VERSION: return version_reply_from_json(json, &reply->version, error);
    case CALL_ACCOUNT: return account_from_json(json, &reply->account, error);
    case CALL_CLOSE_REQUEST:
        status = close_reply_from_json(json, &closed, error);
        reply->known = closed.known;
        reply->order = closed.order;
        return status;
    default: return order_from_json(json, &reply->order, error);
    }
}

/* An answer that we cannot read is no answer: the outcome stays unknown. */
static void read_reply(const struct http_reply *http, struct call_reply *reply)
{
    struct codec_error error = {""};
    json_t *json = NULL;
    bool good = http->status >= 200 && http->status < 300;
    bool refused = http->status >= 400 && http->status < 500;

    reply->status = STATUS_TIMEOUT;
    if ((good || refused) && codec_parse(http->body, http->length, &json, &error) == STATUS_OK) {
        if (good && read_body(json, reply, &error) == STATUS_OK) {
            reply->status = STATUS_OK;
        } else if (refused && problem_from_json(json, &reply->problem, &error) == STATUS_OK) {
            reply->status = STATUS_INVALID;
        }
        json_decref(json);
    }
    if (reply->status == STATUS_TIMEOUT) {
        log_warn("call.unreadable", "call=%s http=%d reason=\"%s\"", call_names[reply->call],
                 http->status, error.text);
    }
}

/* Once, when it begins: whoever mends the kiosk need not look for a fault of the network. */
static void tell_clock(struct client_worker *self)
{
    bool doubtful = http_client_clock_doubtful(self->client);

    if (doubtful && !self->clock_doubtful) {
        log_error("clock.doubtful",
                  "reason=\"the server's certificate is not valid at %lld, which "
                  "is this machine's time: set its clock\"",
                  (long long)(clock_wall_ms() / 1000));
    }
    self->clock_doubtful = doubtful;
}

static void handle(void *user, const struct effect *effect, struct mailbox *mailbox)
{
    struct client_worker *self = user;
    struct event event = {.kind = EVENT_REPLY};
    struct outgoing out = {0};
    char url[HTTP_URL_MAX];
    char key_header[64];
    int64_t started_us = clock_monotonic_us();
    struct http_reply http = {0};

    event.reply.call = effect->call.call;
    event.reply.seq = effect->call.seq;
    build(&effect->call, &out);
    (void)snprintf(url, sizeof(url), "%s%s", self->base_url, out.path);
    (void)snprintf(key_header, sizeof(key_header), "Idempotency-Key: %s", out.idempotency_key);
    struct http_request request = {
        .method = out.method,
        .url = url,
        .body = out.body,
        .length = out.body == NULL ? 0 : strlen(out.body),
        .headers = {out.idempotency_key[0] == '\0' ? NULL : key_header},
    };

    event.reply.status = http_client_send(self->client, &request, &http);
    tell_clock(self);
    if (event.reply.status == STATUS_OK) {
        read_reply(&http, &event.reply);
    } else if (event.reply.status == STATUS_INVALID) {
        event.reply.status = STATUS_TIMEOUT; /* a fault of ours is not the server's refusal */
    }
    if (effect->call.call != CALL_HEALTH || event.reply.status != STATUS_OK) {
        log_info("call", "call=%s http=%d status=%s code=%s us=%lld", call_names[event.reply.call],
                 http.status, status_name(event.reply.status), event.reply.problem.code,
                 (long long)(clock_monotonic_us() - started_us));
    }
    if (out.body != NULL) {
        explicit_bzero(out.body, strlen(out.body)); /* may hold a payment code */
        free(out.body);
    }
    mailbox_answer(mailbox, &event);
    explicit_bzero(&event, sizeof(event));
}

enum status client_worker_start(const struct client_options *options, struct mailbox *mailbox,
                                struct client_worker **out)
{
    static const struct worker_tasks tasks = {.handle = handle};
    struct client_worker *self = calloc(1, sizeof(*self));
    const struct http_client_options http = {
        .ca_path = options->ca_path,
        .certificate_path = options->certificate_path,
        .key_path = options->key_path,
        .connect_timeout_ms = options->connect_timeout_ms,
        .timeout_ms = options->timeout_ms,
    };

    CHECK(self != NULL && strlen(options->base_url) < sizeof(self->base_url));
    enum status status = http_client_open(&http, &self->client);

    if (status != STATUS_OK) {
        free(self);
        return status;
    }
    memcpy(self->base_url, options->base_url, strlen(options->base_url) + 1);
    self->mailbox = mailbox;
    self->worker = worker_start("billing-client", &tasks, self, mailbox);
    *out = self;
    return STATUS_OK;
}

void client_worker_send(struct client_worker *worker, const struct effect *effect)
{
    mailbox_reserve(worker->mailbox);
    worker_send(worker->worker, effect);
}

void client_worker_stop(struct client_worker *worker)
{
    if (worker == NULL) {
        return;
    }
    worker_stop(worker->worker);
    http_client_close(worker->client);
    free(worker);
}
