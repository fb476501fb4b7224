/*
 * codec.h - the messages of messages.h as JSON and back (jansson). Pure: no sockets, no files.
 * Any thread. A message that one end only writes has no reader here, and the other way round.
 *
 * Reading is strict: a field that is unknown, missing, of the wrong type, too long, out of its
 * range, or not in its form refuses the whole message, and the error names the field. A
 * nothing is null, never a missing field. Writing a struct that breaks those same rules is a
 * broken invariant of the program and stops it.
 */
#ifndef PROTOCOL_CODEC_H
#define PROTOCOL_CODEC_H

#include <jansson.h>
#include <stddef.h>

#include "protocol/messages.h"

#define CODEC_TEXT_MAX  (64 * 1024) /* longest document that is looked at at all */
#define CODEC_ERROR_MAX 128

/* Why a message was refused: "amount_fen: out of range". Holds field names, never values. */
struct codec_error {
    char text[CODEC_ERROR_MAX];
};

/*
 * Text to a document: an object at the top, no duplicate keys, valid UTF-8, no NUL, integers
 * that fit into 64 bits. The caller owns *document (json_decref).
 */
enum status codec_parse(const char *text, size_t length, json_t **document,
                        struct codec_error *error) MUST_USE;
/* Compact text, malloc'ed; takes over the reference. NULL without memory or for NULL. */
char *codec_print(json_t *document);

/* Each *_to_json answers a new reference, or NULL without memory. */
json_t *account_to_json(const struct account *account);
enum status account_from_json(const json_t *json, struct account *account,
                              struct codec_error *error) MUST_USE;

json_t *order_request_to_json(const struct order_request *request);
enum status order_request_from_json(const json_t *json, struct order_request *request,
                                    struct codec_error *error) MUST_USE;

/* order_no is in the path, not in the message: left out, and left "" by the reader. */
json_t *attempt_request_to_json(const struct attempt_request *request);
enum status attempt_request_from_json(const json_t *json, struct attempt_request *request,
                                      struct codec_error *error) MUST_USE;

json_t *order_to_json(const struct order *order);
enum status order_from_json(const json_t *json, struct order *order,
                            struct codec_error *error) MUST_USE;

/* The only reader that lets unknown fields pass: RFC 9457 asks for that. */
enum status problem_from_json(const json_t *json, struct problem *problem,
                              struct codec_error *error) MUST_USE;

json_t *close_reply_to_json(const struct close_reply *reply);
enum status close_reply_from_json(const json_t *json, struct close_reply *reply,
                                  struct codec_error *error) MUST_USE;

json_t *enrolment_request_to_json(const struct enrolment_request *request);
enum status enrolment_request_from_json(const json_t *json, struct enrolment_request *request,
                                        struct codec_error *error) MUST_USE;
json_t *enrolment_reply_to_json(const struct enrolment_reply *reply);
enum status enrolment_reply_from_json(const json_t *json, struct enrolment_reply *reply,
                                      struct codec_error *error) MUST_USE;

json_t *health_reply_to_json(const struct health_reply *reply);
enum status health_reply_from_json(const json_t *json, struct health_reply *reply,
                                   struct codec_error *error) MUST_USE;
json_t *version_reply_to_json(const struct version_reply *reply);
enum status version_reply_from_json(const json_t *json, struct version_reply *reply,
                                    struct codec_error *error) MUST_USE;

/* "none", "code_expired", "no_funds", "declined", "password", "provider". */
const char *failure_name(enum failure failure);
enum status failure_parse(const char *name, enum failure *failure) MUST_USE;

#endif
