/* JSON over HTTP where every message carries an HMAC-SHA256 of a shared secret. */
#include "billing/gateway/signed.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/client.h"
#include "system/log.h"

#define SIGNATURE_HEADER "X-Sandbox-Signature"
#define SIGNED_PATH_MAX  160
#define REPLY_MAX        16384

void signed_sign(const char *secret, const void *bytes, size_t length, char out[SIGNATURE_MAX])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned digest_length = 0;
    const unsigned char *done =
        HMAC(EVP_sha256(), secret, (int)strlen(secret), bytes, length, digest, &digest_length);
    CHECK(done != NULL && digest_length == (SIGNATURE_MAX - 1) / 2);
    for (unsigned i = 0; i < digest_length; i++) {
        snprintf(out + (size_t)2 * i, 3, "%02x", digest[i]);
    }
}

enum status signed_open(struct signed_link *link, const struct provider_settings *settings)
{
    link->settings = *settings;
    return http_client_open(&(struct http_client_options){.user_agent = "billing/" KIOSK_VERSION,
                                                          .timeout_ms = settings->timeout_ms,
                                                          .reply_max = REPLY_MAX},
                            &link->client);
}

void signed_close(struct signed_link *link)
{
    http_client_close(link->client);
    OPENSSL_cleanse(&link->settings, sizeof(link->settings));
}

enum status signed_call(struct signed_link *link, const char *path, const json_t *message,
                        bool once, json_t **json)
{
    char url[GATEWAY_URL_MAX + SIGNED_PATH_MAX];
    char header[SIGNATURE_MAX + 32];
    char signature[SIGNATURE_MAX];
    struct http_reply reply = {0};
    char *body = message != NULL ? json_dumps(message, JSON_COMPACT) : NULL;
    *json = NULL;
    if (message != NULL && body == NULL) {
        return STATUS_UNAVAILABLE;
    }
    const char *signed_text = body != NULL ? body : path;
    signed_sign(link->settings.secret, signed_text, strlen(signed_text), signature);
    snprintf(url, sizeof(url), "%s%s", link->settings.url, path);
    snprintf(header, sizeof(header), SIGNATURE_HEADER ": %s", signature);
    struct http_request request = {.method = body != NULL ? "POST" : "GET",
                                   .url = url,
                                   .body = body,
                                   .length = body != NULL ? strlen(body) : 0,
                                   .headers = {header},
                                   .want_header = SIGNATURE_HEADER,
                                   .once = once};
    enum status status = http_client_send(link->client, &request, &reply);
    if (body != NULL) {
        OPENSSL_cleanse(body, strlen(body)); /* it may hold a payment code */
        free(body);
    }
    if (status != STATUS_OK) {
        log_warn("gateway.call", "status=%s", status_name(status));
        return status;
    }
    signed_sign(link->settings.secret, reply.body, reply.length, signature);
    if (strcmp(reply.header, signature) != 0) {
        log_warn("gateway.signature", "http=%d bytes=%zu", reply.status, reply.length);
        return STATUS_TIMEOUT; /* whoever said it, the outcome is unknown */
    }
    if (reply.status == 200) {
        *json = json_loadb(reply.body, reply.length, JSON_REJECT_DUPLICATES, NULL);
    }
    if (*json == NULL || !json_is_object(*json)) {
        log_warn("gateway.reply", "http=%d bytes=%zu", reply.status, reply.length);
        json_decref(*json);
        *json = NULL;
    }
    return STATUS_OK;
}
