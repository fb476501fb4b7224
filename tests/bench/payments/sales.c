/*
 * bench_sales: whole sales of so many kiosks at once through the real server, over TLS with the
 * kiosk's certificate: look up, order, payment code, and the order asked for until it is paid.
 *
 * usage: bench_sales STATE PORT KIOSKS EACH ACCOUNT_0 ACCOUNTS   prints KEY=VALUE lines
 *        bench_sales gateway SECRET    a provider that takes every code at once, and remembers
 *                                      nothing; prints port=N and stays until its input ends
 * STATE: holds ca.pem, kiosk.crt and kiosk.key. It is as thin as it can be, so as not to measure
 * itself: one thread a kiosk, plain sockets, texts that are searched and not parsed.
 */
#include <arpa/inet.h>
#include <jansson.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/hmac.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/status.h"
#include "figures.h"
#include "http/server.h"
#include "system/clock.h"
#include "system/random.h"

#define KIOSKS_MAX      64
#define EACH_MAX        10000
#define TEXT_SIZE       8192
#define PATH_SIZE       512
#define ID_SIZE         33
#define NO_SIZE         32
#define POLL_MS         10
#define POLLS_MAX       3000
#define SIGNATURE_SIZE  65
#define GATEWAY_THREADS 4
#define AMOUNT_FEN      5000

/* -- the provider --------------------------------------------------------------------------- */

static const char *secret;

static void sign(const char *text, size_t length, char signature[SIGNATURE_SIZE])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    CHECK(HMAC(EVP_sha256(), secret, (int)strlen(secret), (const unsigned char *)text, length,
               digest, &size) != NULL);
    for (unsigned i = 0; i < size; i++) {
        snprintf(signature + (size_t)2 * i, 3, "%02x", digest[i]);
    }
}

static void take(void *context, const struct http_call *call, struct http_answer *answer)
{
    static atomic_int taken;
    char signature[SIGNATURE_SIZE], transaction[NO_SIZE];
    (void)context;
    json_t *in = json_loadb(call->body, call->length, 0, NULL);
    snprintf(transaction, sizeof(transaction), "T%d", atomic_fetch_add(&taken, 1));
    json_t *out = json_pack("{s:s, s:O, s:s, s:s, s:O, s:i, s:s}", "result", "paid", "out_trade_no",
                            json_object_get(in, "out_trade_no"), "reason", "", "transaction_id",
                            transaction, "paid_fen", json_object_get(in, "amount_fen"),
                            "refunded_fen", 0, "paid_at", "2026-11-21T06:26:00.000Z");
    char *text = json_dumps(out, JSON_COMPACT);
    json_decref(in);
    json_decref(out);
    CHECK(text != NULL);
    sign(text, strlen(text), signature);
    http_answer_json(answer, 200, text);
    http_answer_header(answer, "X-Sandbox-Signature", signature);
}

static int be_the_gateway(const char *shared)
{
    static const struct http_route ROUTES[] = {{"POST", "/gateway/pay", take, 0}};
    struct http_server *server = NULL;
    struct http_server_options options = {
        .routes = ROUTES, .route_count = ARRAY_LEN(ROUTES), .threads = GATEWAY_THREADS};
    secret = shared;
    CHECK(http_server_start(&options, &server) == STATUS_OK);
    printf("port=%u\n", http_server_port(server));
    fflush(stdout);
    while (getchar() != EOF) {
    }
    http_server_stop(server);
    return 0;
}

/* -- one kiosk ------------------------------------------------------------------------------ */

struct kiosk {
    pthread_t thread;
    SSL *tls;
    int seat, each, polls;
    int64_t *times;
    char text[TEXT_SIZE];
};

static struct {
    SSL_CTX *tls;
    uint16_t port;
    int64_t account_0;
    int accounts;
} all;

static SSL *dial(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(all.port)};
    int on = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    CHECK(fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    SSL *tls = SSL_new(all.tls);
    CHECK(tls != NULL && SSL_set_fd(tls, fd) == 1 && SSL_connect(tls) == 1);
    return tls;
}

/* The answer's body stays in kiosk->text. */
static int ask(struct kiosk *kiosk, const char *method, const char *path, const char *key,
               const char *body)
{
    char request[TEXT_SIZE];
    int length = snprintf(request, sizeof(request),
                          "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %zu\r\n"
                          "Content-Type: application/json\r\n%s%s\r\n\r\n%s",
                          method, path, strlen(body), key[0] != '\0' ? "Idempotency-Key: " : "X: x",
                          key, body);
    CHECK(SSL_write(kiosk->tls, request, length) == length);
    size_t have = 0;
    const char *end = NULL;
    for (;;) {
        int got = SSL_read(kiosk->tls, kiosk->text + have, (int)(TEXT_SIZE - 1 - have));
        CHECK(got > 0);
        have += (size_t)got;
        kiosk->text[have] = '\0';
        end = strstr(kiosk->text, "\r\n\r\n");
        const char *said = strcasestr(kiosk->text, "Content-Length: ");
        if (end != NULL && said != NULL &&
            have >= (size_t)(end + 4 - kiosk->text) + strtoul(said + 16, NULL, 10)) {
            break;
        }
    }
    return (int)strtol(kiosk->text + strlen("HTTP/1.1 "), NULL, 10);
}

static void expect(struct kiosk *kiosk, int status, int wanted)
{
    if (status != wanted) {
        fprintf(stderr, "bench_sales: %s\n", kiosk->text);
        exit(1);
    }
}

static void sell(struct kiosk *kiosk, int number)
{
    char path[PATH_SIZE], body[PATH_SIZE], id[ID_SIZE], order_no[NO_SIZE] = "", account_no[NO_SIZE];
    unsigned chance = 0;
    random_bytes((uint8_t *)&chance, sizeof(chance));
    snprintf(account_no, sizeof(account_no), "%lld",
             (long long)all.account_0 + (int64_t)(chance % (unsigned)all.accounts));
    snprintf(path, sizeof(path), "/v1/accounts/%s", account_no);
    expect(kiosk, ask(kiosk, "GET", path, "", ""), 200);
    random_hex(id, (ID_SIZE - 1) / 2);
    snprintf(body, sizeof(body),
             "{\"request_id\":\"%s\",\"account_no\":\"%s\",\"kind\":\"recharge\",\"amount_fen\":%d,"
             "\"bill_ids\":[]}",
             id, account_no, AMOUNT_FEN);
    expect(kiosk, ask(kiosk, "POST", "/v1/orders", id, body), 201);
    const char *at = strstr(kiosk->text, "\"order_no\":\"");
    CHECK(at != NULL && sscanf(at + strlen("\"order_no\":\""), "%31[0-9]", order_no) == 1);
    random_hex(id, (ID_SIZE - 1) / 2);
    snprintf(path, sizeof(path), "/v1/orders/%s/attempts", order_no);
    snprintf(body, sizeof(body), "{\"request_id\":\"%s\",\"code\":\"13%04d%06d%06u\"}", id,
             kiosk->seat, number, chance % 1000000);
    expect(kiosk, ask(kiosk, "POST", path, id, body), 202);
    snprintf(path, sizeof(path), "/v1/orders/%s", order_no);
    for (int i = 0; strstr(kiosk->text, "\"state\":\"paid\"") == NULL; i++) {
        CHECK(i < POLLS_MAX);
        clock_sleep_ms(POLL_MS);
        expect(kiosk, ask(kiosk, "GET", path, "", ""), 200);
        kiosk->polls++;
    }
}

static void *open_for_business(void *context)
{
    struct kiosk *kiosk = context;
    for (int i = 0; i < kiosk->each; i++) {
        int64_t from = now_ns();
        sell(kiosk, i);
        kiosk->times[i] = now_ns() - from;
    }
    return NULL;
}

static void meet_the_server(const char *state)
{
    char path[PATH_SIZE];
    all.tls = SSL_CTX_new(TLS_client_method());
    CHECK(all.tls != NULL);
    snprintf(path, sizeof(path), "%s/ca.pem", state);
    CHECK(SSL_CTX_load_verify_locations(all.tls, path, NULL) == 1);
    SSL_CTX_set_verify(all.tls, SSL_VERIFY_PEER, NULL);
    snprintf(path, sizeof(path), "%s/kiosk.crt", state);
    CHECK(SSL_CTX_use_certificate_file(all.tls, path, SSL_FILETYPE_PEM) == 1);
    snprintf(path, sizeof(path), "%s/kiosk.key", state);
    CHECK(SSL_CTX_use_PrivateKey_file(all.tls, path, SSL_FILETYPE_PEM) == 1);
}

int main(int argc, char **argv)
{
    static struct kiosk kiosks[KIOSKS_MAX];
    if (argc == 3 && strcmp(argv[1], "gateway") == 0) {
        return be_the_gateway(argv[2]);
    }
    if (argc != 7) {
        fputs("usage: bench_sales STATE PORT KIOSKS EACH ACCOUNT_0 ACCOUNTS\n", stderr);
        return 2;
    }
    int count = (int)wanted_number(argv[3], KIOSKS_MAX);
    int each = (int)wanted_number(argv[4], EACH_MAX);
    int64_t *times = calloc((size_t)count * (size_t)each, sizeof(*times));
    int polls = 0;
    CHECK(times != NULL);
    all.port = (uint16_t)wanted_number(argv[2], UINT16_MAX);
    all.account_0 = wanted_number(argv[5], INT64_C(9999999999));
    all.accounts = (int)wanted_number(argv[6], EACH_MAX);
    meet_the_server(argv[1]);
    for (int i = 0; i < count; i++) {
        kiosks[i] = (struct kiosk){
            .tls = dial(), .seat = i, .each = each, .times = times + (size_t)i * (size_t)each};
    }
    int64_t from = now_ns();
    for (int i = 0; i < count; i++) {
        CHECK(pthread_create(&kiosks[i].thread, NULL, open_for_business, &kiosks[i]) == 0);
    }
    for (int i = 0; i < count; i++) {
        CHECK(pthread_join(kiosks[i].thread, NULL) == 0);
        polls += kiosks[i].polls;
        SSL_free(kiosks[i].tls);
    }
    double seconds = (double)(now_ns() - from) / 1e9;
    size_t sales = (size_t)count * (size_t)each;
    printf("per_second=%.0f\n", (double)sales / seconds);
    printf("p50_us=%.0f\n", (double)percentile(times, sales, 50) / 1000);
    printf("p99_us=%.0f\n", (double)percentile(times, sales, 99) / 1000);
    printf("polls=%.1f\n", (double)polls / (double)sales);
    SSL_CTX_free(all.tls);
    free(times);
    return 0;
}
