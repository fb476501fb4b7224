#include "protocol/codec.h"

#include <stdio.h>

enum status codec_parse(const char *text, size_t length, json_t **document,
                        struct codec_error *error)
{
    json_error_t failure = {0};
    if (length > CODEC_TEXT_MAX) {
        snprintf(error->text, sizeof(error->text), "message: too long");
        return STATUS_INVALID;
    }
    /* Without JSON_DECODE_ANY only an object or a list can stand at the top. */
    json_t *parsed = json_loadb(text, length, JSON_REJECT_DUPLICATES, &failure);
    if (parsed == NULL) {
        /* Not failure.text: it quotes the input. */
        snprintf(error->text, sizeof(error->text), "message: not JSON at byte %d",
                 failure.position);
        return STATUS_INVALID;
    }
    if (!json_is_object(parsed)) {
        json_decref(parsed);
        snprintf(error->text, sizeof(error->text), "message: not an object");
        return STATUS_INVALID;
    }
    *document = parsed;
    return STATUS_OK;
}

char *codec_print(json_t *document)
{
    if (document == NULL) {
        return NULL;
    }
    char *text = json_dumps(document, JSON_COMPACT);
    json_decref(document);
    return text;
}
