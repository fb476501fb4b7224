/* The private authority: what it makes, and what it refuses to sign. */
#include "cmocka_all.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "billing/pki.h"

static char directory[] = "/tmp/pki.XXXXXX";

static void make_request(const char *kind, bool spoil, char csr_pem[PEM_MAX])
{
    EVP_PKEY *key = strcmp(kind, "RSA") == 0 ? EVP_RSA_gen(2048) : EVP_EC_gen(kind);
    X509_REQ *request = X509_REQ_new();
    BIO *bio = BIO_new(BIO_s_mem());
    char *bytes = NULL;
    assert_non_null(key);
    assert_int_equal(X509_REQ_set_pubkey(request, key), 1);
    assert_true(X509_REQ_sign(request, key, EVP_sha256()) > 0);
    if (spoil) { /* somebody else's key in the same request: the signature proves nothing */
        EVP_PKEY *other = EVP_EC_gen("P-256");
        assert_int_equal(X509_REQ_set_pubkey(request, other), 1);
        EVP_PKEY_free(other);
    }
    assert_int_equal(PEM_write_bio_X509_REQ(bio, request), 1);
    long length = BIO_get_mem_data(bio, &bytes);
    assert_true(length > 0 && length < PEM_MAX);
    memcpy(csr_pem, bytes, (size_t)length);
    csr_pem[length] = '\0';
    BIO_free(bio);
    X509_REQ_free(request);
    EVP_PKEY_free(key);
}

static int make_authority(void **state)
{
    const char *hosts[] = {"kiosk.example", "192.0.2.7"};
    (void)state;
    return mkdtemp(directory) != NULL && pki_make(directory, hosts, 2) == STATUS_OK ? 0 : 1;
}

static void keys_are_for_the_owner_alone(void **state)
{
    static const char *const NAMES[] = {CA_KEY_FILE, SERVER_KEY_FILE};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(NAMES); i++) {
        char path[128];
        struct stat status;
        snprintf(path, sizeof(path), "%s/%s", directory, NAMES[i]);
        assert_int_equal(stat(path, &status), 0);
        assert_int_equal(status.st_mode & 0777, 0600);
    }
}

static void a_good_request_gets_a_certificate(void **state)
{
    char csr[PEM_MAX];
    char certificate[PEM_MAX] = "";
    char fingerprint[FINGERPRINT_MAX] = "";
    struct pki *pki = NULL;
    (void)state;
    make_request("P-256", false, csr);
    assert_int_equal(pki_open(directory, &pki), STATUS_OK);
    assert_int_equal(pki_issue(pki, csr, "00012", certificate, fingerprint), STATUS_OK);
    assert_int_equal(strlen(fingerprint), 64);
    assert_non_null(strstr(certificate, "BEGIN CERTIFICATE"));
    pki_close(pki);
}

static void other_requests_are_refused(void **state)
{
    char csr[PEM_MAX];
    char certificate[PEM_MAX] = "";
    char fingerprint[FINGERPRINT_MAX] = "";
    struct pki *pki = NULL;
    (void)state;
    assert_int_equal(pki_open(directory, &pki), STATUS_OK);
    make_request("P-256", true, csr);
    assert_int_equal(pki_issue(pki, csr, "00012", certificate, fingerprint), STATUS_INVALID);
    make_request("P-384", false, csr);
    assert_int_equal(pki_issue(pki, csr, "00012", certificate, fingerprint), STATUS_INVALID);
    make_request("RSA", false, csr);
    assert_int_equal(pki_issue(pki, csr, "00012", certificate, fingerprint), STATUS_INVALID);
    assert_int_equal(pki_issue(pki, "no request", "00012", certificate, fingerprint),
                     STATUS_INVALID);
    pki_close(pki);
}

static void made_again_the_authority_stays(void **state)
{
    struct pki *before = NULL;
    struct pki *after = NULL;
    (void)state;
    assert_int_equal(pki_open(directory, &before), STATUS_OK);
    assert_int_equal(pki_make(directory, NULL, 0), STATUS_OK);
    assert_int_equal(pki_open(directory, &after), STATUS_OK);
    assert_string_equal(pki_ca_pem(before), pki_ca_pem(after));
    pki_close(before);
    pki_close(after);
}

static void a_host_that_is_none_is_refused(void **state)
{
    const char *hosts[] = {"a,DNS:evil.example"};
    (void)state;
    assert_int_equal(pki_make(directory, hosts, 1), STATUS_INVALID);
}

static int remove_authority(void **state)
{
    static const char *const NAMES[] = {CA_FILE, CA_KEY_FILE, SERVER_FILE, SERVER_KEY_FILE};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(NAMES); i++) {
        char path[128];
        snprintf(path, sizeof(path), "%s/%s", directory, NAMES[i]);
        remove(path);
    }
    return remove(directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_for_the_owner_alone),
        cmocka_unit_test(a_good_request_gets_a_certificate),
        cmocka_unit_test(other_requests_are_refused),
        cmocka_unit_test(made_again_the_authority_stays),
        cmocka_unit_test(a_host_that_is_none_is_refused),
    };
    return cmocka_run_group_tests(tests, make_authority, remove_authority);
}
