#include "billing/secrets.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "common/status.h"

void secrets_hash(const char *domain, const char *text, char hex[SHA256_HEX_MAX])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    CHECK(context != NULL);
    int ok = EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1 &&
             EVP_DigestUpdate(context, domain, strlen(domain)) == 1 &&
             EVP_DigestUpdate(context, ":", 1) == 1 &&
             EVP_DigestUpdate(context, text, strlen(text)) == 1 &&
             EVP_DigestFinal_ex(context, digest, &length) == 1;
    CHECK(ok && length == (SHA256_HEX_MAX - 1) / 2);
    for (unsigned i = 0; i < length; i++) {
        snprintf(hex + (size_t)2 * i, 3, "%02x", digest[i]);
    }
    EVP_MD_CTX_free(context);
}
