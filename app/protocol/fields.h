/*
 * fields.h - one message as a table of fields: the same rows write it and read it, so that the
 * two directions cannot drift apart. Used by app/protocol and by
 * the import of demonstration data, which reads by the same rules.
 */
#ifndef PROTOCOL_FIELDS_H
#define PROTOCOL_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include "protocol/codec.h"

enum field_type {
    FIELD_TEXT,    /* char[size] */
    FIELD_INT,     /* int */
    FIELD_INT64,   /* int64_t */
    FIELD_BOOL,    /* bool */
    FIELD_ENUM,    /* an enumeration of `names`, int-sized */
    FIELD_DATE,    /* int32_t days, "YYYY-MM-DD" on the wire */
    FIELD_INSTANT, /* int64_t milliseconds, RFC 3339 on the wire */
    FIELD_TEXTS,   /* char[maximum][size]; number at count_offset */
    FIELD_INT64S,  /* int64_t[size]; number at count_offset */
    FIELD_OBJECTS, /* struct[maximum], size bytes each, by `items`; number at count_offset */
};

enum text_form {
    FORM_PRINTABLE = 0, /* any UTF-8 without control characters */
    FORM_HEX,           /* [0-9a-f] */
    FORM_DIGITS,        /* [0-9] */
    FORM_UPPER,         /* [0-9A-Z] */
    FORM_NAME,          /* [0-9A-Za-z_.-] */
    FORM_ASCII,         /* 0x21 .. 0x7e */
    FORM_PERIOD,        /* YYYY-MM */
    FORM_PEM            /* printable ASCII and newlines */
};

struct field {
    const char *name;
    size_t offset;
    size_t size;
    int64_t minimum, maximum; /* of a number; TEXT: least length; lists: maximum items */
    const char *const *names; /* FIELD_ENUM */
    const struct field *items;
    size_t item_count;
    size_t count_offset;
    int name_count;
    enum field_type type;
    enum text_form form;
    bool nullable; /* zero, or "", is null on the wire */
};

/* clang-format off */
#define AT(owner, member) .name = #member, .offset = offsetof(struct owner, member), \
                         .size = sizeof(((struct owner *)0)->member)
#define FIELD_TEXT_OF(owner, member, least, of_form) \
    {AT(owner, member), .type = FIELD_TEXT, .minimum = (least), .form = (of_form)}
#define FIELD_TEXT_OR_NULL(owner, member, of_form) \
    {AT(owner, member), .type = FIELD_TEXT, .minimum = 1, .form = (of_form), .nullable = true}
#define FIELD_FEN_OF(owner, member, least, most) \
    {AT(owner, member), .type = FIELD_INT64, .minimum = (least), .maximum = (most)}
#define FIELD_INT_OF(owner, member, least, most) \
    {AT(owner, member), .type = FIELD_INT, .minimum = (least), .maximum = (most)}
#define FIELD_BOOL_OF(owner, member) \
    {AT(owner, member), .type = FIELD_BOOL}
#define FIELD_ENUM_OF(owner, member, of_names) \
    {AT(owner, member), .type = FIELD_ENUM, .names = (of_names), \
     .name_count = (int)ARRAY_LEN(of_names)}
#define FIELD_DATE_OF(owner, member, null) {AT(owner, member), .type = FIELD_DATE, .nullable = (null)}
/* clang-format on */

/* The fields of base as an object; NULL without memory. CHECKs that base keeps the rules. */
json_t *fields_write(const struct field *fields, size_t count, const void *base);

/*
 * Fills base, which the caller has zeroed. Refuses unknown fields. base is undefined on failure.
 */
enum status fields_read(const struct field *fields, size_t count, const json_t *json, void *base,
                        struct codec_error *error) MUST_USE;

/* Writes "name: reason" and answers STATUS_INVALID. */
enum status codec_refuse(struct codec_error *error, const char *name, const char *reason) MUST_USE;

/* Used by the writer as a check and by the reader as the rule. */
bool text_form_ok(const char *text, enum text_form form);

#endif
