#include "harness.h"

#include <curl/curl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client.h"
#include "http/server.h"
#include "system/clock.h"
#include "system/control.h"
#include "system/files.h"

#define SECRET        "sandbox-secret-for-trying-only"
#define HEADER        "X-Sandbox-Signature: "
#define START_WAIT_MS 20000
#define EXPIRE_AT     "2099-01-01T00:00:00.000Z"

static char folder[] = "/tmp/test_sandbox_XXXXXX";
static bool made;
static pid_t child;
static int port;
static struct http_server *merchant;
static atomic_int seen, refuse_left;
static char cashier_url[256];

static void sign(const void *bytes, size_t length, char out[65])
{
    unsigned char digest[32];

    HMAC(EVP_sha256(), SECRET, (int)strlen(SECRET), bytes, length, digest, NULL);
    for (size_t i = 0; i < sizeof(digest); i++) {
        snprintf(out + 2 * i, 3, "%02x", digest[i]);
    }
}

static void join(const char *name, char path[PATH_TEXT_MAX])
{
    CHECK(files_join(folder, name, path) == STATUS_OK);
}

void sandbox_start(void)
{
    char ports[PATH_TEXT_MAX];
    char *content = NULL;
    size_t length = 0;

    if (!made) {
        CHECK(mkdtemp(folder) != NULL);
        made = true;
    }
    join("ports", ports);
    unlink(ports);
    child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        char log[PATH_TEXT_MAX];

        join("log", log);
        CHECK(freopen(log, "a", stderr) != NULL);
        execl(SANDBOX_PROGRAM, "sandbox", "--state-dir", folder, "--port", "0", (char *)NULL);
        _exit(127);
    }
    int64_t until_ms = clock_monotonic_ms() + START_WAIT_MS;

    while (files_read_all(ports, 64, &content, &length) != STATUS_OK) {
        CHECK(clock_monotonic_ms() < until_ms);
        clock_sleep_ms(5);
    }
    CHECK(sscanf(content, "gateway=%d", &port) == 1); // NOLINT(cert-err34-c)
    free(content);
}

void sandbox_signal(int signal_number)
{
    CHECK(kill(child, signal_number) == 0);
}

int sandbox_reap(void)
{
    int status = 0;

    CHECK(waitpid(child, &status, 0) == child);
    return status;
}

int sandbox_stop(int signal_number)
{
    sandbox_signal(signal_number);
    return sandbox_reap();
}

const char *ask(const char *format, ...)
{
    static char reply[CONTROL_REPLY_MAX + 2];
    char line[CONTROL_LINE_MAX];
    char path[PATH_TEXT_MAX];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    join("control.sock", path);
    return client_once(path, line, reply, sizeof(reply));
}

const char *code(const char *wallet_and_balance)
{
    static char digits[32];

    CHECK(sscanf(ask("code %s", wallet_and_balance), "ok %31s", digits) == 1);
    return digits;
}

struct received {
    char body[BODY_MAX];
    size_t length;
    char signature[80];
};

static size_t on_body(char *bytes, size_t size, size_t count, void *context)
{
    struct received *received = context;
    size_t length = size * count;

    if (length >= sizeof(received->body) - received->length) {
        return 0;
    }
    memcpy(received->body + received->length, bytes, length);
    received->length += length;
    return length;
}

static size_t on_header(char *bytes, size_t size, size_t count, void *context)
{
    struct received *received = context;
    size_t name = strlen(HEADER);

    if (size * count > name && strncasecmp(bytes, HEADER, name) == 0) {
        snprintf(received->signature, sizeof(received->signature), "%.64s", bytes + name);
    }
    return size * count;
}

struct answer call_signed(const char *path, const char *body, const char *signature)
{
    static _Thread_local json_t *kept;
    struct received received = {0};
    struct answer answer = {0};
    struct curl_slist *headers = NULL;
    char url[512];
    char header[128];
    char expected[65];
    long status = 0;
    CURL *curl = curl_easy_init();

    CHECK(curl != NULL);
    snprintf(url, sizeof(url), "http://127.0.0.1:%d%s", port, path);
    snprintf(header, sizeof(header), HEADER "%s", signature);
    headers = curl_slist_append(headers, header);
    headers = curl_slist_append(headers, "Content-Type: application/json");
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 10000L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &received);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &received);
    if (body != NULL) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
    }
    if (curl_easy_perform(curl) == CURLE_OK) {
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    }
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    json_decref(kept);
    kept = json_loadb(received.body, received.length, JSON_REJECT_DUPLICATES, NULL);
    sign(received.body, received.length, expected);
    answer.status = (int)status;
    answer.json = kept;
    answer.signed_well = strcmp(expected, received.signature) == 0;
    return answer;
}

struct answer call(const char *path, const char *body)
{
    char signature[65];
    const char *what = body != NULL ? body : path;

    sign(what, strlen(what), signature);
    return call_signed(path, body, signature);
}

const char *text(struct answer answer, const char *key)
{
    const char *value = json_string_value(json_object_get(answer.json, key));

    return value != NULL ? value : "(absent)";
}

int64_t number(struct answer answer, const char *key)
{
    return json_integer_value(json_object_get(answer.json, key));
}

struct answer pay(const char *no, const char *auth_code, int64_t amount_fen)
{
    char body[BODY_MAX];

    snprintf(body, sizeof(body),
             "{\"out_trade_no\":\"%s\",\"auth_code\":\"%s\",\"amount_fen\":%lld,\"subject\":"
             "\"电费\",\"merchant\":\"SG01M\",\"terminal\":\"00012\",\"expire_at\":\"" EXPIRE_AT
             "\"}",
             no, auth_code, (long long)amount_fen);
    return call("/gateway/pay", body);
}

struct answer page(const char *no, int64_t amount_fen)
{
    char body[BODY_MAX];
    char back[128];

    snprintf(back, sizeof(back), "%s", merchant_url("/p/x"));
    snprintf(
        body, sizeof(body),
        "{\"out_trade_no\":\"%s\",\"channel\":\"alipay\",\"amount_fen\":%lld,\"payee\":"
        "\"示范<供电>公司\",\"subject\":\"电费\",\"merchant\":\"SG01M\",\"terminal\":\"00012\","
        "\"expire_at\":\"" EXPIRE_AT "\",\"notify_url\":\"%s\",\"return_url\":\"%s\"}",
        no, (long long)amount_fen, merchant_url("/notify"), back);
    struct answer answer = call("/gateway/page", body);

    if (strcmp(text(answer, "result"), "created") == 0) {
        snprintf(cashier_url, sizeof(cashier_url), "%s", text(answer, "cashier_url"));
    }
    return answer;
}

struct answer query(const char *no)
{
    char path[128];

    snprintf(path, sizeof(path), "/gateway/trades/%s", no);
    return call(path, NULL);
}

struct answer reverse(const char *no)
{
    char body[128];

    snprintf(body, sizeof(body), "{\"out_trade_no\":\"%s\"}", no);
    return call("/gateway/reverse", body);
}

struct answer refund(const char *no, const char *refund_no, int64_t amount_fen)
{
    char body[256];

    snprintf(body, sizeof(body),
             "{\"out_trade_no\":\"%s\",\"out_refund_no\":\"%s\",\"amount_fen\":%lld}", no,
             refund_no, (long long)amount_fen);
    return call("/gateway/refund", body);
}

struct answer refund_query(const char *refund_no)
{
    char path[128];

    snprintf(path, sizeof(path), "/gateway/refunds/%s", refund_no);
    return call(path, NULL);
}

int64_t book(const char *key)
{
    json_t *json = json_loads(ask("books") + 3, JSON_REJECT_DUPLICATES, NULL);

    CHECK(json_is_integer(json_object_get(json, key)));
    int64_t value = json_integer_value(json_object_get(json, key));

    json_decref(json);
    return value;
}

/* -- the merchant --------------------------------------------------------------------------- */

static void on_notice(void *context, const struct http_call *request, struct http_answer *answer)
{
    char expected[65];
    const char *signature = http_call_header(request, "X-Sandbox-Signature");

    (void)context;
    sign(request->body, request->length, expected);
    if (signature == NULL || strcmp(signature, expected) != 0) {
        http_answer_set(answer, 401, "text/plain", "", 0);
        return;
    }
    seen++;
    bool refused = refuse_left > 0;

    refuse_left -= refused ? 1 : 0;
    http_answer_set(answer, refused ? 500 : 204, "text/plain", "", 0);
}

static void on_page(void *context, const struct http_call *request, struct http_answer *answer)
{
    static const char html[] = "<html><form method=\"post\" action=\"/p/x/pay\"></form></html>";
    const char *agent = http_call_header(request, "User-Agent");

    (void)context;
    http_answer_set(answer, agent != NULL && strstr(agent, "AlipayClient") != NULL ? 200 : 406,
                    "text/html", html, sizeof(html) - 1);
}

static void on_press(void *context, const struct http_call *request, struct http_answer *answer)
{
    (void)context;
    (void)request;
    http_answer_redirect(answer, cashier_url);
}

void merchant_start(void)
{
    static const struct http_route routes[] = {
        {"POST", "/notify", on_notice, 0},
        {"GET", "/p/x", on_page, 0},
        {"POST", "/p/x/pay", on_press, 0},
    };
    struct http_server_options options = {.routes = routes, .route_count = ARRAY_LEN(routes)};

    CHECK(http_server_start(&options, &merchant) == STATUS_OK);
}

void merchant_stop(void)
{
    http_server_stop(merchant);
}

const char *merchant_url(const char *path)
{
    static char url[128];

    snprintf(url, sizeof(url), "http://127.0.0.1:%u%s", http_server_port(merchant), path);
    return url;
}

int notices_seen(void)
{
    return seen;
}

void notices_refuse(int count)
{
    refuse_left = count;
}

bool notices_wait(int count)
{
    for (int i = 0; i < 500 && seen < count; i++) {
        clock_sleep_ms(10);
    }
    return seen == count;
}
