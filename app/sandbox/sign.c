#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>

#include "sandbox/sandbox.h"

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
