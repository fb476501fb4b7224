#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>

#include "sandbox/sandbox.h"

#define SIGNATURE_HEADER "X-Sandbox-Signature"

void sandbox_sign(const char *secret, const void *bytes, size_t length,
                  char signature[SIGNATURE_MAX])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned digest_length = 0;

    CHECK(HMAC(EVP_sha256(), secret, (int)strlen(secret), bytes, length, digest, &digest_length) !=
          NULL);
    CHECK(digest_length == (SIGNATURE_MAX - 1) / 2);
    for (unsigned i = 0; i < digest_length; i++) {
        snprintf(signature + (size_t)2 * i, 3, "%02x", digest[i]);
    }
}

bool sandbox_signature_ok(const char *secret, const char *signature, const void *bytes,
                          size_t length)
{
    char expected[SIGNATURE_MAX];

    if (signature == NULL || strlen(signature) != SIGNATURE_MAX - 1) {
        return false;
    }
    sandbox_sign(secret, bytes, length, expected);
    return CRYPTO_memcmp(signature, expected, SIGNATURE_MAX - 1) == 0;
}

bool sandbox_signed_well(const char *secret, const struct http_call *call)
{
    bool post = strcmp(call->method, "POST") == 0;

    return sandbox_signature_ok(secret, http_call_header(call, SIGNATURE_HEADER),
                                post ? call->body : call->path,
                                post ? call->length : strlen(call->path));
}

void sandbox_sign_answer(const char *secret, bool badly, struct http_answer *answer)
{
    char signature[SIGNATURE_MAX];

    sandbox_sign(secret, answer->body != NULL ? answer->body : "", answer->length, signature);
    if (badly) {
        signature[0] = signature[0] == '0' ? '1' : '0';
    }
    http_answer_header(answer, SIGNATURE_HEADER, signature);
}
