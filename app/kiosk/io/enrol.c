#include "kiosk/io/enrol.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/client.h"
#include "protocol/codec.h"
#include "system/files.h"

static enum status fail(char error[ENROL_ERROR_MAX], enum status status, const char *what)
{
    (void)snprintf(error, ENROL_ERROR_MAX, "%s", what);
    return status;
}

/* The subject says nothing: the server puts the terminal's number into the certificate. */
static X509_REQ *make_request(EVP_PKEY *key)
{
    X509_REQ *request = X509_REQ_new();

    if (request != NULL && X509_REQ_set_pubkey(request, key) == 1 &&
        X509_REQ_sign(request, key, EVP_sha256()) > 0) {
        return request;
    }
    X509_REQ_free(request);
    return NULL;
}

/* The whole of a memory BIO as text of at most PEM_MAX. */
static bool take_pem(BIO *bio, char pem[PEM_MAX])
{
    int length = BIO_read(bio, pem, PEM_MAX);

    if (length <= 0 || length >= PEM_MAX) {
        return false;
    }
    pem[length] = '\0';
    return true;
}

static bool make_key(char key_pem[PEM_MAX], char csr_pem[PEM_MAX])
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509_REQ *request = key == NULL ? NULL : make_request(key);
    BIO *key_bio = BIO_new(BIO_s_mem());
    BIO *csr_bio = BIO_new(BIO_s_mem());
    bool good = request != NULL && key_bio != NULL && csr_bio != NULL &&
                PEM_write_bio_PrivateKey(key_bio, key, NULL, NULL, 0, NULL, NULL) == 1 &&
                PEM_write_bio_X509_REQ(csr_bio, request) == 1 && take_pem(key_bio, key_pem) &&
                take_pem(csr_bio, csr_pem);

    BIO_free(key_bio);
    BIO_free(csr_bio);
    X509_REQ_free(request);
    EVP_PKEY_free(key);
    return good;
}

static enum status ask(struct http_client *client, const char *base_url,
                       const struct enrolment_request *request, struct enrolment_reply *reply,
                       char error[ENROL_ERROR_MAX])
{
    char url[HTTP_URL_MAX];
    char *body = codec_print(enrolment_request_to_json(request));
    struct codec_error reason = {""};
    struct http_reply http = {0};
    json_t *json = NULL;

    CHECK(body != NULL);
    (void)snprintf(url, sizeof(url), "%s/v1/enrolments", base_url);
    struct http_request post = {.method = "POST", .url = url, .body = body, .length = strlen(body)};
    enum status status = http_client_send(client, &post, &http);

    free(body);
    if (status != STATUS_OK) {
        return fail(error, status, http_client_error(client));
    }
    if (http.status < 200 || http.status > 299) {
        return fail(error, STATUS_DENIED,
                    "the server refused this code: it is wrong, used already, or too old");
    }
    status = codec_parse(http.body, http.length, &json, &reason);
    if (status == STATUS_OK) {
        status = enrolment_reply_from_json(json, reply, &reason);
        json_decref(json);
    }
    return status == STATUS_OK ? STATUS_OK : fail(error, status, reason.text);
}

static enum status store(const char *state_dir, const char *key_pem,
                         const struct enrolment_reply *reply, char error[ENROL_ERROR_MAX])
{
    const struct {
        const char *name;
        const char *text;
        unsigned mode;
    } files[] = {
        {"ca.crt", reply->ca_pem, 0644},
        {"kiosk.key", key_pem, 0600},
        {"kiosk.crt", reply->certificate_pem, 0644}, /* last: with it the identity is whole */
    };

    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        char path[PATH_TEXT_MAX];

        if (files_join(state_dir, files[i].name, path) != STATUS_OK ||
            files_write_atomic(path, files[i].text, strlen(files[i].text), files[i].mode) !=
                STATUS_OK) {
            return fail(error, STATUS_IO, "the certificate cannot be written to the state folder");
        }
    }
    return STATUS_OK;
}

enum status enrol(const char *base_url, const char *ca_path, const char *code,
                  const char *state_dir, const char *only_terminal, char error[ENROL_ERROR_MAX])
{
    struct enrolment_request request = {0};
    struct enrolment_reply reply = {0};
    struct http_client *client = NULL;
    const struct http_client_options options = {.ca_path = ca_path};
    char key_pem[PEM_MAX];

    if (strlen(code) >= sizeof(request.code)) {
        return fail(error, STATUS_INVALID, "this is no enrolment code: it is too long");
    }
    memcpy(request.code, code, strlen(code) + 1);
    if (!make_key(key_pem, request.csr_pem)) {
        return fail(error, STATUS_IO, "no key could be made");
    }
    enum status status = http_client_open(&options, &client);

    if (status != STATUS_OK) {
        (void)fail(error, status, "the authority's certificate cannot be read");
    } else {
        status = ask(client, base_url, &request, &reply, error);
    }
    if (status == STATUS_OK && only_terminal != NULL &&
        strcmp(only_terminal, reply.terminal_no) != 0) {
        status = fail(error, STATUS_CONFLICT, "the code is another terminal's");
    }
    if (status == STATUS_OK) {
        status = store(state_dir, key_pem, &reply, error);
    }
    http_client_close(client);
    explicit_bzero(key_pem, sizeof(key_pem));
    return status;
}
