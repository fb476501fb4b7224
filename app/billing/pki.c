#include "billing/pki.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "system/files.h"

#define CA_DAYS       3650
#define SERVER_DAYS   825
#define TERMINAL_DAYS 1095
#define DAY_S         86400
#define BACKDATE_S    3600 /* a kiosk's clock may lag */
#define ALT_NAMES_MAX 1024

struct pki {
    X509 *ca;
    EVP_PKEY *key;
    char *ca_pem;
};

/* -- files ------------------------------------------------------------------------------- */

static enum status bio_to_file(BIO *bio, const char *directory, const char *name, unsigned mode)
{
    char path[PATH_TEXT_MAX];
    char *bytes = NULL;
    long length = BIO_get_mem_data(bio, &bytes);
    enum status status = files_join(directory, name, path);
    if (status != STATUS_OK || length <= 0) {
        return status != STATUS_OK ? status : STATUS_IO;
    }
    return files_write_atomic(path, bytes, (size_t)length, mode);
}

static enum status save(const char *directory, const char *name, X509 *certificate, EVP_PKEY *key)
{
    BIO *bio = BIO_new(BIO_s_mem());
    int written = 0;
    if (bio != NULL && key != NULL) {
        written = PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL);
    } else if (bio != NULL) {
        written = PEM_write_bio_X509(bio, certificate);
    }
    enum status status =
        written == 1 ? bio_to_file(bio, directory, name, key != NULL ? 0600 : 0644) : STATUS_IO;
    BIO_free(bio);
    return status;
}

static enum status load_text(const char *directory, const char *name, char **text, size_t *length)
{
    char path[PATH_TEXT_MAX];
    enum status status = files_join(directory, name, path);
    return status == STATUS_OK ? files_read_all(path, PEM_MAX, text, length) : status;
}

enum status pki_open(const char *directory, struct pki **pki)
{
    char *key_pem = NULL;
    size_t ca_length = 0;
    size_t key_length = 0;
    struct pki *made = calloc(1, sizeof(*made));
    if (made == NULL) {
        return STATUS_IO;
    }
    enum status status = load_text(directory, CA_FILE, &made->ca_pem, &ca_length);
    if (status == STATUS_OK) {
        status = load_text(directory, CA_KEY_FILE, &key_pem, &key_length);
    }
    if (status == STATUS_OK) {
        BIO *ca = BIO_new_mem_buf(made->ca_pem, (int)ca_length);
        BIO *key = BIO_new_mem_buf(key_pem, (int)key_length);
        made->ca = ca != NULL ? PEM_read_bio_X509(ca, NULL, NULL, NULL) : NULL;
        made->key = key != NULL ? PEM_read_bio_PrivateKey(key, NULL, NULL, NULL) : NULL;
        BIO_free(ca);
        BIO_free(key);
        bool match = made->ca != NULL && made->key != NULL &&
                     X509_check_private_key(made->ca, made->key) == 1;
        status = match ? STATUS_OK : STATUS_CORRUPT;
    }
    if (key_pem != NULL) {
        OPENSSL_cleanse(key_pem, key_length);
        free(key_pem);
    }
    if (status != STATUS_OK) {
        pki_close(made);
        return status;
    }
    *pki = made;
    return STATUS_OK;
}

void pki_close(struct pki *pki)
{
    if (pki != NULL) {
        X509_free(pki->ca);
        EVP_PKEY_free(pki->key);
        free(pki->ca_pem);
        free(pki);
    }
}

const char *pki_ca_pem(const struct pki *pki)
{
    return pki->ca_pem;
}

/* -- certificates ------------------------------------------------------------------------ */

static bool add_extension(X509 *certificate, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    bool ok = extension != NULL && X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return ok;
}

static bool random_serial(X509 *certificate)
{
    unsigned char bytes[16];
    if (RAND_bytes(bytes, sizeof(bytes)) != 1) {
        return false;
    }
    bytes[0] &= 0x7f;
    BIGNUM *number = BN_bin2bn(bytes, sizeof(bytes), NULL);
    bool ok =
        number != NULL && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != NULL;
    BN_free(number);
    return ok;
}

/* A certificate without extensions and signature. issuer NULL: issued by itself. */
static X509 *begin_certificate(const char *common_name, EVP_PKEY *key, X509 *issuer, long days)
{
    X509 *certificate = X509_new();
    X509_NAME *name = certificate != NULL ? X509_get_subject_name(certificate) : NULL;
    bool ok = name != NULL && X509_set_version(certificate, X509_VERSION_3) == 1 &&
              random_serial(certificate) &&
              X509_NAME_add_entry_by_txt(name, "O", MBSTRING_ASC,
                                         (const unsigned char *)"Lobby kiosk", -1, -1, 0) == 1 &&
              X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                         (const unsigned char *)common_name, -1, -1, 0) == 1 &&
              X509_gmtime_adj(X509_getm_notBefore(certificate), -BACKDATE_S) != NULL &&
              X509_gmtime_adj(X509_getm_notAfter(certificate), days * DAY_S) != NULL &&
              X509_set_pubkey(certificate, key) == 1 &&
              X509_set_issuer_name(certificate,
                                   issuer != NULL ? X509_get_subject_name(issuer) : name) == 1;
    if (!ok) {
        X509_free(certificate);
        return NULL;
    }
    return certificate;
}

static X509 *make_ca(EVP_PKEY *key)
{
    X509 *ca = begin_certificate("Lobby kiosk private authority", key, NULL, CA_DAYS);
    if (ca == NULL || !add_extension(ca, ca, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") ||
        !add_extension(ca, ca, NID_key_usage, "critical,keyCertSign,cRLSign") ||
        !add_extension(ca, ca, NID_subject_key_identifier, "hash") ||
        X509_sign(ca, key, EVP_sha256()) == 0) {
        X509_free(ca);
        return NULL;
    }
    return ca;
}

static X509 *make_leaf(const char *common_name, EVP_PKEY *key, const struct pki *pki, long days,
                       const char *usage, const char *alt_names)
{
    X509 *leaf = begin_certificate(common_name, key, pki->ca, days);
    if (leaf == NULL || !add_extension(leaf, pki->ca, NID_basic_constraints, "critical,CA:FALSE") ||
        !add_extension(leaf, pki->ca, NID_key_usage, "critical,digitalSignature") ||
        !add_extension(leaf, pki->ca, NID_ext_key_usage, usage) ||
        !add_extension(leaf, pki->ca, NID_subject_key_identifier, "hash") ||
        !add_extension(leaf, pki->ca, NID_authority_key_identifier, "keyid") ||
        (alt_names != NULL && !add_extension(leaf, pki->ca, NID_subject_alt_name, alt_names)) ||
        X509_sign(leaf, pki->key, EVP_sha256()) == 0) {
        X509_free(leaf);
        return NULL;
    }
    return leaf;
}

/* Only what can stand in a name: nothing that the extension's own syntax would read. */
static bool host_ok(const char *host)
{
    return host[0] != '\0' && strlen(host) < 100 &&
           strspn(host, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.:-") ==
               strlen(host);
}

static enum status alt_names_of(const char *const *hosts, int host_count, char *text, size_t size)
{
    int used = snprintf(text, size, "IP:127.0.0.1,IP:::1,DNS:localhost");
    for (int i = 0; i < host_count; i++) {
        struct in6_addr address;
        if (!host_ok(hosts[i])) {
            return STATUS_INVALID;
        }
        bool numeric = inet_pton(AF_INET, hosts[i], &address) == 1 ||
                       inet_pton(AF_INET6, hosts[i], &address) == 1;
        used +=
            snprintf(text + used, size - (size_t)used, ",%s:%s", numeric ? "IP" : "DNS", hosts[i]);
        if ((size_t)used >= size) {
            return STATUS_LIMIT;
        }
    }
    return STATUS_OK;
}

static enum status make_authority(const char *directory)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *ca = key != NULL ? make_ca(key) : NULL;
    enum status status = ca != NULL ? save(directory, CA_KEY_FILE, NULL, key) : STATUS_IO;
    if (status == STATUS_OK) {
        status = save(directory, CA_FILE, ca, NULL);
    }
    X509_free(ca);
    EVP_PKEY_free(key);
    return status;
}

enum status pki_make(const char *directory, const char *const *hosts, int host_count)
{
    char alt_names[ALT_NAMES_MAX];
    struct pki *pki = NULL;
    enum status status = alt_names_of(hosts, host_count, alt_names, sizeof(alt_names));
    if (status != STATUS_OK) {
        return status;
    }
    status = pki_open(directory, &pki);
    if (status == STATUS_NOT_FOUND) {
        status = make_authority(directory);
        status = status == STATUS_OK ? pki_open(directory, &pki) : status;
    }
    if (status != STATUS_OK) {
        return status;
    }
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *server =
        key != NULL ? make_leaf("billing", key, pki, SERVER_DAYS, "serverAuth", alt_names) : NULL;
    status = server != NULL ? save(directory, SERVER_KEY_FILE, NULL, key) : STATUS_IO;
    if (status == STATUS_OK) {
        status = save(directory, SERVER_FILE, server, NULL);
    }
    X509_free(server);
    EVP_PKEY_free(key);
    pki_close(pki);
    return status;
}

/* -- issuing ----------------------------------------------------------------------------- */

/* The request's key when it is one that we take and the sender holds it; else NULL. */
static EVP_PKEY *key_of_request(const char *csr_pem)
{
    char group[32] = "";
    size_t length = 0;
    BIO *bio = BIO_new_mem_buf(csr_pem, -1);
    X509_REQ *request = bio != NULL ? PEM_read_bio_X509_REQ(bio, NULL, NULL, NULL) : NULL;
    EVP_PKEY *key = request != NULL ? X509_REQ_get_pubkey(request) : NULL;
    bool ok = key != NULL && EVP_PKEY_is_a(key, "EC") == 1 &&
              EVP_PKEY_get_group_name(key, group, sizeof(group), &length) == 1 &&
              strcmp(group, "prime256v1") == 0 && X509_REQ_verify(request, key) == 1;
    X509_REQ_free(request);
    BIO_free(bio);
    if (!ok) {
        EVP_PKEY_free(key);
        return NULL;
    }
    return key;
}

static enum status print_certificate(X509 *certificate, char certificate_pem[PEM_MAX],
                                     char fingerprint[FINGERPRINT_MAX])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned digest_length = 0;
    char *bytes = NULL;
    BIO *bio = BIO_new(BIO_s_mem());
    bool ok = bio != NULL && PEM_write_bio_X509(bio, certificate) == 1 &&
              X509_digest(certificate, EVP_sha256(), digest, &digest_length) == 1;
    long length = ok ? BIO_get_mem_data(bio, &bytes) : 0;
    ok = ok && length > 0 && length < PEM_MAX;
    if (ok) {
        memcpy(certificate_pem, bytes, (size_t)length);
        certificate_pem[length] = '\0';
        for (unsigned i = 0; i < digest_length; i++) {
            snprintf(fingerprint + (size_t)2 * i, 3, "%02x", digest[i]);
        }
    }
    BIO_free(bio);
    return ok ? STATUS_OK : STATUS_IO;
}

enum status pki_issue(const struct pki *pki, const char *csr_pem, const char *terminal_no,
                      char certificate_pem[PEM_MAX], char fingerprint[FINGERPRINT_MAX])
{
    EVP_PKEY *key = key_of_request(csr_pem);
    if (key == NULL) {
        return STATUS_INVALID;
    }
    X509 *certificate = make_leaf(terminal_no, key, pki, TERMINAL_DAYS, "clientAuth", NULL);
    enum status status = certificate != NULL
                             ? print_certificate(certificate, certificate_pem, fingerprint)
                             : STATUS_IO;
    X509_free(certificate);
    EVP_PKEY_free(key);
    return status;
}
