/*
 * context.h - what every part of the flow is handed for one step, and helpers to use it.
 */
#ifndef KIOSK_FLOW_CONTEXT_H
#define KIOSK_FLOW_CONTEXT_H

#include "kiosk/flow/event.h"
#include "kiosk/flow/settings.h"

/* No deadline. */
#define NEVER_MS INT64_MAX

struct context {
    const struct settings *settings;
    int64_t now_ms;
    int64_t wall_ms;
    const char *fresh_id; /* may be used once in a step */
    uint32_t *next_seq;
    struct effects *effects;
};

/* A new effect with a fresh seq (never 0), which the answer will carry. */
struct effect *context_add(const struct context *context, enum effect_kind kind);

/* EFFECT_CALL with a fresh seq; the caller fills the rest of the request. */
struct call_request *context_call(const struct context *context, enum call call);

/* Copies text into a field; a text that does not fit is a broken invariant. */
void text_copy(char *to, size_t size, const char *from);
#define TEXT_COPY(array, from) text_copy((array), sizeof(array), (from))

#endif
