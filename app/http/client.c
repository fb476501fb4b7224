#include "http/client.h"

#include <ctype.h>
#include <curl/curl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONNECT_TIMEOUT_DEFAULT_MS 3000
#define TIMEOUT_DEFAULT_MS         10000
/* What OpenSSL says of a certificate, which curl hands on as it is. */
#define VERIFY_NOT_YET_VALID 9
#define VERIFY_EXPIRED       10
#define BODY_FIRST           4096 /* grows by doubling */

struct http_client {
    CURL *curl;
    struct http_client_options options;
    char *ca_path, *certificate_path, *key_path, *user_agent;
    char *body;
    size_t length, capacity;
    bool too_long, clock_doubtful;
    char error[CURL_ERROR_SIZE];
};

enum status http_client_global_init(void)
{
    return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? STATUS_OK : STATUS_IO;
}

/* A short count makes curl fail the transfer, which is what too long a reply deserves. */
static size_t collect(char *bytes, size_t size, size_t count, void *context)
{
    struct http_client *client = context;
    size_t added = size * count;
    if (added > client->options.reply_max - client->length) {
        client->too_long = true;
        return 0;
    }
    if (client->length + added + 1 > client->capacity) {
        size_t wanted = client->capacity == 0 ? BODY_FIRST : client->capacity;
        while (wanted < client->length + added + 1) {
            wanted *= 2;
        }
        char *grown = realloc(client->body, wanted);
        if (grown == NULL) {
            return 0;
        }
        client->body = grown;
        client->capacity = wanted;
    }
    memcpy(client->body + client->length, bytes, added);
    client->length += added;
    client->body[client->length] = '\0';
    return added;
}

static bool copy_text(const char *text, char **copy)
{
    *copy = text == NULL ? NULL : strdup(text);
    return text == NULL || *copy != NULL;
}

enum status http_client_open(const struct http_client_options *options, struct http_client **client)
{
    if ((options->certificate_path == NULL) != (options->key_path == NULL) ||
        options->timeout_ms < 0 || options->connect_timeout_ms < 0) {
        return STATUS_INVALID;
    }
    struct http_client *made = calloc(1, sizeof(*made));
    if (made == NULL) {
        return STATUS_IO;
    }
    made->options = *options;
    made->curl = curl_easy_init();
    bool copied = copy_text(options->ca_path, &made->ca_path);
    copied = copy_text(options->certificate_path, &made->certificate_path) && copied;
    copied = copy_text(options->key_path, &made->key_path) && copied;
    copied =
        copy_text(options->user_agent != NULL ? options->user_agent : "lobby-kiosk/" KIOSK_VERSION,
                  &made->user_agent) &&
        copied;
    made->body = calloc(1, BODY_FIRST);
    made->capacity = BODY_FIRST;
    if (made->curl == NULL || !copied || made->body == NULL) {
        http_client_close(made);
        return STATUS_IO;
    }
    if (made->options.timeout_ms == 0) {
        made->options.timeout_ms = TIMEOUT_DEFAULT_MS;
    }
    if (made->options.connect_timeout_ms == 0) {
        made->options.connect_timeout_ms = CONNECT_TIMEOUT_DEFAULT_MS;
    }
    if (made->options.reply_max == 0) {
        made->options.reply_max = HTTP_REPLY_DEFAULT_MAX;
    }
    *client = made;
    return STATUS_OK;
}

void http_client_close(struct http_client *client)
{
    if (client == NULL) {
        return;
    }
    curl_easy_cleanup(client->curl);
    free(client->ca_path);
    free(client->certificate_path);
    free(client->key_path);
    free(client->user_agent);
    free(client->body);
    free(client);
}

/* All options anew for every call: nothing of the last request stays behind. */
static bool prepare(struct http_client *client, const struct http_request *request,
                    struct curl_slist *headers)
{
    CURL *curl = client->curl;
    long timeout_ms = request->timeout_ms > 0 ? request->timeout_ms : client->options.timeout_ms;
    curl_easy_reset(curl); /* keeps connections and the TLS session cache */
    bool ok = curl_easy_setopt(curl, CURLOPT_URL, request->url) == CURLE_OK;
    ok = curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK && ok;
    ok = curl_easy_setopt(curl, CURLOPT_USERAGENT, client->user_agent) == CURLE_OK && ok;
    ok = curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers) == CURLE_OK && ok;
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, request->once ? 1L : 0L);
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, client->error);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, collect);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, client);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, timeout_ms);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)client->options.connect_timeout_ms);
    if (client->ca_path != NULL) {
        ok = curl_easy_setopt(curl, CURLOPT_CAINFO, client->ca_path) == CURLE_OK && ok;
        ok = curl_easy_setopt(curl, CURLOPT_CAPATH, NULL) == CURLE_OK && ok;
    }
    if (client->certificate_path != NULL) {
        ok = curl_easy_setopt(curl, CURLOPT_SSLCERT, client->certificate_path) == CURLE_OK && ok;
        ok = curl_easy_setopt(curl, CURLOPT_SSLKEY, client->key_path) == CURLE_OK && ok;
    }
    if (request->body != NULL || strcmp(request->method, "POST") == 0) {
        const char *body = request->body != NULL ? request->body : "";
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->length);
        ok = curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body) == CURLE_OK && ok;
    }
    return curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method) == CURLE_OK && ok;
}

static bool add_header(struct curl_slist **headers, const char *line)
{
    struct curl_slist *longer = curl_slist_append(*headers, line);
    if (longer != NULL) {
        *headers = longer;
    }
    return longer != NULL;
}

static enum status make_headers(const struct http_request *request, struct curl_slist **headers)
{
    char line[HTTP_CONTENT_TYPE_MAX + 16];
    const char *type = request->content_type != NULL ? request->content_type : "application/json";
    bool ok = add_header(headers, "Expect:"); /* no 100-continue: it costs a round trip */
    if (request->body != NULL) {
        snprintf(line, sizeof(line), "Content-Type: %s", type);
        ok = add_header(headers, line) && ok;
    }
    for (size_t i = 0; i < HTTP_REQUEST_HEADER_MAX && request->headers[i] != NULL; i++) {
        if (strpbrk(request->headers[i], "\r\n") != NULL ||
            strchr(request->headers[i], ':') == NULL) {
            return STATUS_INVALID;
        }
        ok = add_header(headers, request->headers[i]) && ok;
    }
    return ok ? STATUS_OK : STATUS_IO;
}

/* Whether it is certain that not one byte of the request left: only then may it be repeated. */
static bool nothing_sent(CURL *curl, CURLcode code)
{
    long request_bytes = 0;
    curl_off_t ready_us = 0;
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_OPERATION_TIMEDOUT: break;
    default: return false;
    }
    curl_easy_getinfo(curl, CURLINFO_REQUEST_SIZE, &request_bytes);
    curl_easy_getinfo(curl, CURLINFO_PRETRANSFER_TIME_T, &ready_us);
    return request_bytes == 0 && ready_us == 0;
}

static bool out_of_time(CURL *curl, CURLcode code)
{
    long verified = 0;

    return code == CURLE_PEER_FAILED_VERIFICATION &&
           curl_easy_getinfo(curl, CURLINFO_SSL_VERIFYRESULT, &verified) == CURLE_OK &&
           (verified == VERIFY_NOT_YET_VALID || verified == VERIFY_EXPIRED);
}

static void fill_header(struct http_client *client, const char *name, struct http_reply *reply)
{
    struct curl_header *header = NULL;
    if (name != NULL &&
        curl_easy_header(client->curl, name, 0, CURLH_HEADER, -1, &header) == CURLHE_OK &&
        strlen(header->value) < sizeof(reply->header)) {
        snprintf(reply->header, sizeof(reply->header), "%s", header->value);
    }
}

static void fill_reply(struct http_client *client, struct http_reply *reply)
{
    long status = 0;
    char *type = NULL;
    curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(client->curl, CURLINFO_CONTENT_TYPE, &type);
    memset(reply, 0, sizeof(*reply));
    reply->status = (int)status;
    reply->body = client->body;
    reply->length = client->length;
    for (size_t i = 0; type != NULL && type[i] != '\0' && type[i] != ';' && type[i] != ' ' &&
                       i + 1 < sizeof(reply->content_type);
         i++) {
        reply->content_type[i] = (char)tolower((unsigned char)type[i]);
    }
}

enum status http_client_send(struct http_client *client, const struct http_request *request,
                             struct http_reply *reply)
{
    struct curl_slist *headers = NULL;
    client->error[0] = '\0';
    client->length = 0;
    client->body[0] = '\0';
    client->too_long = false;
    client->clock_doubtful = false;
    enum status status = make_headers(request, &headers);
    if (status == STATUS_OK && !prepare(client, request, headers)) {
        status = STATUS_INVALID;
    }
    if (status != STATUS_OK) {
        curl_slist_free_all(headers);
        return status;
    }
    CURLcode code = curl_easy_perform(client->curl);
    curl_slist_free_all(headers);
    if (code == CURLE_OK) {
        fill_reply(client, reply);
        fill_header(client, request->want_header, reply);
        return STATUS_OK;
    }
    if (client->error[0] == '\0') {
        snprintf(client->error, sizeof(client->error), "%s", curl_easy_strerror(code));
    }
    if (code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_URL_MALFORMAT) {
        return STATUS_INVALID;
    }
    if (client->too_long) {
        return STATUS_LIMIT;
    }
    client->clock_doubtful = out_of_time(client->curl, code);
    return nothing_sent(client->curl, code) ? STATUS_UNAVAILABLE : STATUS_TIMEOUT;
}

bool http_client_clock_doubtful(const struct http_client *client)
{
    return client->clock_doubtful;
}

const char *http_client_error(const struct http_client *client)
{
    return client->error;
}
