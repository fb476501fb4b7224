/* Whether the server is there, what time it is, and which kiosks it still serves. */
#include <stdio.h>

#include "billing/api/api.h"
#include "system/clock.h"

void health_get(void *context, const struct http_call *call, struct http_answer *answer)
{
    (void)context;
    (void)call;
    struct health_reply reply = {.time_ms = clock_wall_ms()};
    reply.business_date = date_of_instant(reply.time_ms);
    http_answer_json(answer, 200, codec_print(health_reply_to_json(&reply)));
}

void version_get(void *context, const struct http_call *call, struct http_answer *answer)
{
    const struct server *server = context;
    (void)call;
    struct version_reply reply = {.version = KIOSK_VERSION};
    snprintf(reply.oldest_kiosk, sizeof(reply.oldest_kiosk), "%s", server->settings.oldest_kiosk);
    http_answer_json(answer, 200, codec_print(version_reply_to_json(&reply)));
}
