/*
 * signed.h - JSON over HTTP where both sides sign: a POST's body, a GET's path, every reply's body.
 * The sandbox's provider and a utility's ledger speak so.
 *
 * A link belongs to one worker thread; a call blocks, at most for the configured time.
 */
#ifndef BILLING_GATEWAY_SIGNED_H
#define BILLING_GATEWAY_SIGNED_H

#include <jansson.h>
#include <stdbool.h>

#include "billing/gateway/provider.h"

#define SIGNATURE_MAX 65 /* SHA-256 in hex */

struct http_client;

struct signed_link {
    struct provider_settings settings;
    struct http_client *client;
};

enum status signed_open(struct signed_link *link,
                        const struct provider_settings *settings) MUST_USE;
/* Forgets the secret. */
void signed_close(struct signed_link *link);

/*
 * message: NULL for a GET; its text is wiped after sending, it may hold a payment code. once: on a
 * connection of its own, so that nothing below repeats it.
 *
 * STATUS_OK: *json is the reply, to be released by the caller, or NULL for anything but a signed
 * JSON object with HTTP status 200. STATUS_UNAVAILABLE: proved that not one byte was sent.
 * Anything else, a wrong signature included: the outcome is unknown.
 */
enum status signed_call(struct signed_link *link, const char *path, const json_t *message,
                        bool once, json_t **json) MUST_USE;

/* hex(HMAC-SHA256(secret, bytes)) */
void signed_sign(const char *secret, const void *bytes, size_t length, char out[SIGNATURE_MAX]);

#endif
