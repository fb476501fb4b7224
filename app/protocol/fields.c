#include "protocol/fields.h"

#include <stdio.h>
#include <string.h>

#include "common/money.h"

#define MONTH_LENGTH 7 /* YYYY-MM */

enum status codec_refuse(struct codec_error *error, const char *name, const char *reason)
{
    snprintf(error->text, sizeof(error->text), "%.64s: %.48s", name, reason);
    return STATUS_INVALID;
}

static bool byte_in_form(unsigned char byte, enum text_form form)
{
    bool digit = byte >= '0' && byte <= '9';
    bool upper = byte >= 'A' && byte <= 'Z';
    bool lower = byte >= 'a' && byte <= 'z';
    switch (form) {
    case FORM_PRINTABLE: return byte >= 0x20 && byte != 0x7f;
    case FORM_HEX: return digit || (byte >= 'a' && byte <= 'f');
    case FORM_DIGITS: return digit;
    case FORM_UPPER: return digit || upper;
    case FORM_NAME: return digit || upper || lower || byte == '_' || byte == '.' || byte == '-';
    case FORM_ASCII: return byte > 0x20 && byte < 0x7f;
    case FORM_PERIOD: return digit || byte == '-';
    case FORM_PEM: return (byte >= 0x20 && byte < 0x7f) || byte == '\n';
    }
    return false;
}

static bool period_ok(const char *text)
{
    char date[MONTH_LENGTH + 4];
    int32_t day = 0;
    if (strlen(text) != MONTH_LENGTH) {
        return false;
    }
    snprintf(date, sizeof(date), "%s-01", text);
    return date_parse(date, &day) == STATUS_OK;
}

bool text_form_ok(const char *text, enum text_form form)
{
    for (const char *at = text; *at != '\0'; at++) {
        if (!byte_in_form((unsigned char)*at, form)) {
            return false;
        }
    }
    return form != FORM_PERIOD || period_ok(text);
}

/* -- writing ----------------------------------------------------------------------------- */

static json_t *write_text(const struct field *field, const char *text)
{
    size_t length = strnlen(text, field->size);
    CHECK(length < field->size);
    if (length == 0 && field->nullable) {
        return json_null();
    }
    CHECK(length >= (size_t)field->minimum && text_form_ok(text, field->form));
    return json_string(text);
}

static int read_int(const void *at)
{
    int value = 0;
    memcpy(&value, at, sizeof(value));
    return value;
}

static json_t *write_list(const struct field *field, const char *at, const void *base)
{
    int count = read_int((const char *)base + field->count_offset);
    CHECK(count >= 0 && count <= field->maximum);
    json_t *list = json_array();
    for (int i = 0; list != NULL && i < count; i++) {
        const char *item = at + (size_t)i * field->size;
        json_t *value = NULL;
        if (field->type == FIELD_OBJECTS) {
            value = fields_write(field->items, field->item_count, item);
        } else if (field->type == FIELD_TEXTS) {
            value = write_text(&(struct field){.size = field->size,
                                               .minimum = field->minimum,
                                               .form = field->form},
                               item);
        } else {
            int64_t number = 0;
            memcpy(&number, item, sizeof(number));
            value = json_integer(number);
        }
        if (json_array_append_new(list, value) != 0) {
            json_decref(list);
            list = NULL;
        }
    }
    return list;
}

static json_t *write_number(const struct field *field, int64_t value)
{
    CHECK(value >= field->minimum && value <= field->maximum);
    return json_integer(value);
}

static json_t *write_date(const struct field *field, int32_t day)
{
    char text[DATE_TEXT_MAX];
    return day == 0 && field->nullable ? json_null() : json_string(date_format(day, text));
}

static json_t *write_instant(const struct field *field, int64_t instant_ms)
{
    char text[INSTANT_TEXT_MAX];
    return instant_ms == 0 && field->nullable ? json_null()
                                              : json_string(instant_format(instant_ms, text));
}

static json_t *write_field(const struct field *field, const void *base)
{
    const char *at = (const char *)base + field->offset;
    int64_t wide = 0;
    int32_t day = 0;
    int narrow = 0;
    bool flag = false;
    switch (field->type) {
    case FIELD_TEXT: return write_text(field, at);
    case FIELD_INT: return write_number(field, read_int(at));
    case FIELD_INT64: memcpy(&wide, at, sizeof(wide)); return write_number(field, wide);
    case FIELD_BOOL: memcpy(&flag, at, sizeof(flag)); return json_boolean(flag);
    case FIELD_ENUM:
        narrow = read_int(at);
        CHECK(narrow >= 0 && narrow < field->name_count);
        return json_string(field->names[narrow]);
    case FIELD_DATE: memcpy(&day, at, sizeof(day)); return write_date(field, day);
    case FIELD_INSTANT: memcpy(&wide, at, sizeof(wide)); return write_instant(field, wide);
    case FIELD_TEXTS:
    case FIELD_INT64S:
    case FIELD_OBJECTS: return write_list(field, at, base);
    }
    return NULL;
}

json_t *fields_write(const struct field *fields, size_t count, const void *base)
{
    json_t *object = json_object();
    for (size_t i = 0; object != NULL && i < count; i++) {
        /* _set_new refuses a NULL value, so a failed field ends here too. */
        if (json_object_set_new(object, fields[i].name, write_field(&fields[i], base)) != 0) {
            json_decref(object);
            object = NULL;
        }
    }
    return object;
}

/* -- reading ----------------------------------------------------------------------------- */

static enum status read_text(const struct field *field, const json_t *value, char *at,
                             struct codec_error *error)
{
    if (!json_is_string(value)) {
        return codec_refuse(error, field->name, "not a text");
    }
    size_t length = json_string_length(value);
    const char *text = json_string_value(value);
    if (length >= field->size) {
        return codec_refuse(error, field->name, "too long");
    }
    if (length < (size_t)field->minimum) {
        return codec_refuse(error, field->name, "too short");
    }
    if (strlen(text) != length || !text_form_ok(text, field->form)) {
        return codec_refuse(error, field->name, "not in its form");
    }
    memcpy(at, text, length + 1);
    return STATUS_OK;
}

static enum status read_integer(const struct field *field, const json_t *value, int64_t least,
                                int64_t most, int64_t *number, struct codec_error *error)
{
    if (!json_is_integer(value)) {
        return codec_refuse(error, field->name, "not an integer");
    }
    *number = json_integer_value(value);
    if (*number < least || *number > most) {
        return codec_refuse(error, field->name, "out of range");
    }
    return STATUS_OK;
}

static enum status read_enum(const struct field *field, const json_t *value, char *at,
                             struct codec_error *error)
{
    if (!json_is_string(value)) {
        return codec_refuse(error, field->name, "not a text");
    }
    for (int i = 0; i < field->name_count; i++) {
        if (strcmp(json_string_value(value), field->names[i]) == 0) {
            memcpy(at, &i, sizeof(i));
            return STATUS_OK;
        }
    }
    return codec_refuse(error, field->name, "not one of its words");
}

static enum status read_date(const struct field *field, const json_t *value, char *at,
                             struct codec_error *error)
{
    int32_t day = 0;
    if (!json_is_string(value) || date_parse(json_string_value(value), &day) != STATUS_OK) {
        return codec_refuse(error, field->name, "not a date");
    }
    memcpy(at, &day, sizeof(day));
    return STATUS_OK;
}

static enum status read_instant(const struct field *field, const json_t *value, char *at,
                                struct codec_error *error)
{
    int64_t instant_ms = 0;
    if (!json_is_string(value) ||
        instant_parse(json_string_value(value), &instant_ms) != STATUS_OK) {
        return codec_refuse(error, field->name, "not an instant");
    }
    memcpy(at, &instant_ms, sizeof(instant_ms));
    return STATUS_OK;
}

static enum status read_item(const struct field *field, const json_t *value, char *item,
                             struct codec_error *error)
{
    if (field->type == FIELD_OBJECTS) {
        return fields_read(field->items, field->item_count, value, item, error);
    }
    if (field->type == FIELD_TEXTS) {
        return read_text(field, value, item, error);
    }
    int64_t number = 0;
    enum status status = read_integer(field, value, 1, MONEY_MAX_FEN, &number, error);
    if (status == STATUS_OK) {
        memcpy(item, &number, sizeof(number));
    }
    return status;
}

static enum status read_list(const struct field *field, const json_t *value, char *at, void *base,
                             struct codec_error *error)
{
    if (!json_is_array(value)) {
        return codec_refuse(error, field->name, "not a list");
    }
    if (json_array_size(value) > (size_t)field->maximum) {
        return codec_refuse(error, field->name, "too many");
    }
    int count = (int)json_array_size(value);
    for (int i = 0; i < count; i++) {
        enum status status =
            read_item(field, json_array_get(value, (size_t)i), at + (size_t)i * field->size, error);
        if (status != STATUS_OK) {
            return status;
        }
    }
    memcpy((char *)base + field->count_offset, &count, sizeof(count));
    return STATUS_OK;
}

static enum status read_field(const struct field *field, const json_t *value, void *base,
                              struct codec_error *error)
{
    char *at = (char *)base + field->offset;
    int64_t wide = 0;
    enum status status = STATUS_INVALID;
    if (field->nullable && json_is_null(value)) {
        return STATUS_OK;
    }
    switch (field->type) {
    case FIELD_TEXT: return read_text(field, value, at, error);
    case FIELD_ENUM: return read_enum(field, value, at, error);
    case FIELD_DATE: return read_date(field, value, at, error);
    case FIELD_INSTANT: return read_instant(field, value, at, error);
    case FIELD_BOOL:
        if (!json_is_boolean(value)) {
            return codec_refuse(error, field->name, "not true or false");
        }
        memcpy(at, &(bool){json_is_true(value)}, sizeof(bool));
        return STATUS_OK;
    case FIELD_INT:
    case FIELD_INT64:
        status = read_integer(field, value, field->minimum, field->maximum, &wide, error);
        if (status == STATUS_OK && field->type == FIELD_INT) {
            memcpy(at, &(int){(int)wide}, sizeof(int));
        } else if (status == STATUS_OK) {
            memcpy(at, &wide, sizeof(wide));
        }
        return status;
    case FIELD_TEXTS:
    case FIELD_INT64S:
    case FIELD_OBJECTS: return read_list(field, value, at, base, error);
    }
    return status;
}

enum status fields_read(const struct field *fields, size_t count, const json_t *json, void *base,
                        struct codec_error *error)
{
    if (!json_is_object(json)) {
        return codec_refuse(error, "message", "not an object");
    }
    for (size_t i = 0; i < count; i++) {
        const json_t *value = json_object_get(json, fields[i].name);
        if (value == NULL) {
            return codec_refuse(error, fields[i].name, "missing");
        }
        enum status status = read_field(&fields[i], value, base, error);
        if (status != STATUS_OK) {
            return status;
        }
    }
    /* Keys are unique, so a different number can only be a field that nobody knows. */
    if (json_object_size(json) != count) {
        return codec_refuse(error, "message", "unknown field");
    }
    return STATUS_OK;
}
