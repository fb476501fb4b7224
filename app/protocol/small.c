/* Problems, enrolment, health and version. */
#include <string.h>

#include "common/money.h"
#include "protocol/fields.h"

static const struct field ENROLMENT_REQUEST[] = {
    FIELD_TEXT_OF(enrolment_request, code, 8, FORM_NAME),
    FIELD_TEXT_OF(enrolment_request, csr_pem, 64, FORM_PEM),
};

static const struct field ENROLMENT_REPLY[] = {
    FIELD_TEXT_OF(enrolment_reply, terminal_no, 1, FORM_UPPER),
    FIELD_TEXT_OF(enrolment_reply, site, 0, FORM_PRINTABLE),
    FIELD_TEXT_OF(enrolment_reply, certificate_pem, 64, FORM_PEM),
    FIELD_TEXT_OF(enrolment_reply, ca_pem, 64, FORM_PEM),
};

static const struct field VERSION_REPLY[] = {
    FIELD_TEXT_OF(version_reply, version, 1, FORM_NAME),
    FIELD_TEXT_OF(version_reply, oldest_kiosk, 1, FORM_NAME),
};

/* time_ms is named "time" on the wire, where it is a text. */
static const struct field HEALTH_REPLY[] = {
    {.name = "time", .type = FIELD_INSTANT, .offset = offsetof(struct health_reply, time_ms)},
    FIELD_DATE_OF(health_reply, business_date, false),
};

json_t *enrolment_request_to_json(const struct enrolment_request *request)
{
    return fields_write(ENROLMENT_REQUEST, ARRAY_LEN(ENROLMENT_REQUEST), request);
}

enum status enrolment_request_from_json(const json_t *json, struct enrolment_request *request,
                                        struct codec_error *error)
{
    memset(request, 0, sizeof(*request));
    return fields_read(ENROLMENT_REQUEST, ARRAY_LEN(ENROLMENT_REQUEST), json, request, error);
}

json_t *enrolment_reply_to_json(const struct enrolment_reply *reply)
{
    return fields_write(ENROLMENT_REPLY, ARRAY_LEN(ENROLMENT_REPLY), reply);
}

enum status enrolment_reply_from_json(const json_t *json, struct enrolment_reply *reply,
                                      struct codec_error *error)
{
    memset(reply, 0, sizeof(*reply));
    return fields_read(ENROLMENT_REPLY, ARRAY_LEN(ENROLMENT_REPLY), json, reply, error);
}

json_t *health_reply_to_json(const struct health_reply *reply)
{
    return fields_write(HEALTH_REPLY, ARRAY_LEN(HEALTH_REPLY), reply);
}

enum status health_reply_from_json(const json_t *json, struct health_reply *reply,
                                   struct codec_error *error)
{
    memset(reply, 0, sizeof(*reply));
    return fields_read(HEALTH_REPLY, ARRAY_LEN(HEALTH_REPLY), json, reply, error);
}

json_t *version_reply_to_json(const struct version_reply *reply)
{
    return fields_write(VERSION_REPLY, ARRAY_LEN(VERSION_REPLY), reply);
}

enum status version_reply_from_json(const json_t *json, struct version_reply *reply,
                                    struct codec_error *error)
{
    memset(reply, 0, sizeof(*reply));
    return fields_read(VERSION_REPLY, ARRAY_LEN(VERSION_REPLY), json, reply, error);
}

enum status problem_from_json(const json_t *json, struct problem *problem,
                              struct codec_error *error)
{
    memset(problem, 0, sizeof(*problem));
    const json_t *status = json_object_get(json, "status");
    const json_t *code = json_object_get(json, "code");
    const json_t *detail = json_object_get(json, "detail");
    if (!json_is_integer(status) || json_integer_value(status) < 400 ||
        json_integer_value(status) > 599) {
        return codec_refuse(error, "status", "not an error's");
    }
    if (!json_is_string(code) || json_string_length(code) == 0 ||
        json_string_length(code) >= sizeof(problem->code) ||
        !text_form_ok(json_string_value(code), FORM_NAME)) {
        return codec_refuse(error, "code", "not in its form");
    }
    problem->http_status = (int)json_integer_value(status);
    memcpy(problem->code, json_string_value(code), json_string_length(code) + 1);
    /* A detail that is too long is only a hint less. */
    if (json_is_string(detail) && json_string_length(detail) < sizeof(problem->detail) &&
        text_form_ok(json_string_value(detail), FORM_PRINTABLE)) {
        memcpy(problem->detail, json_string_value(detail), json_string_length(detail) + 1);
    }
    return STATUS_OK;
}
