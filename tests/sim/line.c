#include "line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/status.h"
#include "world.h"

/* One request until nothing of it is on the way any more. */
struct exchange {
    struct request request;
    struct stream stream;
    int64_t until_ms;
    line_answered *answered;
    void *context;
    uint64_t token;
    bool over;   /* the caller has been told */
    int flights; /* copies and timers that still come back to this */
    bool reply_lost, reply_slow;
};

struct reply {
    struct exchange *exchange;
    struct http_answer answer;
};

static void land(struct exchange *exchange)
{
    if (--exchange->flights == 0) {
        free(exchange->request.body);
        free(exchange);
    }
}

static void tell(struct exchange *exchange, int status, const struct http_answer *answer)
{
    if (!exchange->over) {
        exchange->over = true;
        exchange->answered(exchange->context, exchange->token, status, answer);
    }
}

static void on_reply(void *context, uint64_t token)
{
    struct reply *reply = context;
    (void)token;
    tell(reply->exchange, reply->answer.status, &reply->answer);
    land(reply->exchange);
    free(reply->answer.body);
    free(reply);
}

static void served(struct arrival *arrival)
{
    struct exchange *exchange = arrival->context;
    bool lost = exchange->reply_lost;
    if (arrival->answer.status == 0 || lost) {
        land(exchange);
        free(arrival->answer.body);
        free(arrival);
        return;
    }
    struct reply *reply = malloc(sizeof(*reply));
    CHECK(reply != NULL);
    *reply = (struct reply){exchange, arrival->answer};
    free(arrival);
    int64_t way_ms = stream_between(&exchange->stream, 1, exchange->reply_slow ? 4000 : 12);
    world_at(world_now_ms + way_ms, on_reply, reply, 0);
}

static void on_arrival(void *context, uint64_t token)
{
    struct exchange *exchange = context;
    struct arrival *arrival = malloc(sizeof(*arrival));
    (void)token;
    CHECK(arrival != NULL);
    memset(arrival, 0, sizeof(*arrival));
    arrival->request = &exchange->request;
    arrival->done = served;
    arrival->context = exchange;
    arrival->which = stream_draw(&exchange->stream);
    if (!servers_take(arrival)) {
        free(arrival);
        tell(exchange, -1, NULL);
        land(exchange);
    }
}

static void on_silence(void *context, uint64_t token)
{
    (void)token;
    tell(context, 0, NULL);
    land(context);
}

static void fly(struct exchange *exchange, int64_t after_ms)
{
    exchange->flights++;
    world_at(world_now_ms + after_ms, on_arrival, exchange, 0);
}

void line_send(struct stream *stream, const struct request *request, int64_t timeout_ms,
               line_answered *answered, void *context, uint64_t token)
{
    struct exchange *exchange = calloc(1, sizeof(*exchange));
    CHECK(exchange != NULL);
    exchange->request = *request;
    exchange->stream = (struct stream){.key = stream_draw(stream)};
    exchange->until_ms = world_now_ms + timeout_ms;
    exchange->answered = answered;
    exchange->context = context;
    exchange->token = token;
    exchange->flights = 1;
    if (request->body != NULL) {
        exchange->request.body = strdup(request->body);
        CHECK(exchange->request.body != NULL);
    }
    int64_t way_ms = stream_between(stream, 1, 12);
    bool lost = happens(stream, CHOICE_CALL_LOST);
    exchange->reply_lost = happens(stream, CHOICE_REPLY_LOST);
    if (happens(stream, CHOICE_CALL_SLOW)) {
        way_ms = stream_between(stream, 100, 5000);
        exchange->reply_slow = true;
    }
    if (happens(stream, CHOICE_CALL_LATE)) {
        way_ms = timeout_ms + stream_short(stream, 1, 120000);
    }
    if (!lost) {
        fly(exchange, way_ms);
    }
    if (happens(stream, CHOICE_CALL_TWICE)) {
        fly(exchange, stream_short(stream, 1, 60000));
    }
    world_at(exchange->until_ms, on_silence, exchange, 0);
}
