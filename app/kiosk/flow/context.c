#include "kiosk/flow/context.h"

#include <string.h>

struct effect *effects_add(struct effects *effects, enum effect_kind kind)
{
    CHECK(effects->count < EFFECTS_MAX);
    struct effect *effect = &effects->list[effects->count++];

    memset(effect, 0, sizeof(*effect));
    effect->kind = kind;
    return effect;
}

struct effect *context_add(const struct context *context, enum effect_kind kind)
{
    struct effect *effect = effects_add(context->effects, kind);

    *context->next_seq += 1;
    if (*context->next_seq == 0) {
        *context->next_seq = 1;
    }
    effect->seq = *context->next_seq;
    return effect;
}

struct call_request *context_call(const struct context *context, enum call call)
{
    struct effect *effect = context_add(context, EFFECT_CALL);

    effect->call.call = call;
    effect->call.seq = effect->seq;
    return &effect->call;
}

void text_copy(char *to, size_t size, const char *from)
{
    size_t length = strlen(from);

    CHECK(length < size);
    memcpy(to, from, length + 1);
}
