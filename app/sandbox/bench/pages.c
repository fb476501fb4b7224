/*
 * The bench over HTTP: the page, what it shows, and one line of command.
 *
 * A stranger's web page in the same browser must not play the hall: every request has to name this
 * machine (a foreign name that was bent to loopback does not), a command has to carry a header that
 * no form can send, and nothing may be framed.
 */
#include <qrencode.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/utf8.h"
#include "sandbox/bench/parts.h"
#include "system/clock.h"

#define FILE_MAX_BYTES  (1024 * 1024)
#define PAPER_MAX_BYTES (16 * 1024 * 1024)
#define PAPER_MAX       9999
#define QR_TEXT_MAX     256
#define QR_QUIET        4 /* modules around it, ISO/IEC 18004 */
#define KEEP_STATE_MS   150
#define KEEP_LEDGER_MS  1000

static const char CONTENT_SECURITY[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'";

/* -- who may ask
 * ----------------------------------------------------------------------------------- */

/* "localhost:8600": the name alone counts, since a tunnel may end at any port. */
static bool names_this_machine(const char *host)
{
    static const char *const names[] = {"127.0.0.1", "localhost", "[::1]"};

    for (size_t i = 0; host != NULL && i < ARRAY_LEN(names); i++) {
        size_t length = strlen(names[i]);

        if (strncmp(host, names[i], length) == 0 && (host[length] == '\0' || host[length] == ':')) {
            return true;
        }
    }
    return false;
}

static bool comes_from_here(const struct http_call *call, const char *host)
{
    const char *origin = http_call_header(call, "Origin");
    const char *site = http_call_header(call, "Sec-Fetch-Site");

    return (origin == NULL ||
            (strncmp(origin, "http://", 7) == 0 && strcmp(origin + 7, host) == 0)) &&
           (site == NULL || strcmp(site, "same-origin") == 0 || strcmp(site, "none") == 0);
}

/* The bench, or NULL with an answer. */
static struct bench *admit(void *context, const struct http_call *call, struct http_answer *answer)
{
    const struct sandbox *sandbox = context;
    const char *host = http_call_header(call, "Host");

    if (!names_this_machine(host)) {
        http_answer_problem(answer, 403, "not_from_here", NULL);
        return NULL;
    }
    if (sandbox->settings.bench_kiosk_dir[0] == '\0') {
        http_answer_problem(answer, 404, "no_bench", "bench.kiosk_dir is not set");
        return NULL;
    }
    return sandbox->bench;
}

static void add_security(struct http_answer *answer)
{
    http_answer_header(answer, "Cache-Control", "no-store");
    http_answer_header(answer, "Referrer-Policy", "no-referrer");
    http_answer_header(answer, "X-Content-Type-Options", "nosniff");
    http_answer_header(answer, "Cross-Origin-Resource-Policy", "same-origin");
    http_answer_header(answer, "Content-Security-Policy", CONTENT_SECURITY);
}

static void answer_text(struct http_answer *answer, int status, const char *content_type,
                        char *text)
{
    if (text == NULL) {
        http_answer_problem(answer, 503, "no_memory", NULL);
        return;
    }
    http_answer_set(answer, status, content_type, text, strlen(text));
    add_security(answer);
    free(text);
}

static void answer_file(struct http_answer *answer, const char *path, size_t max,
                        const char *content_type)
{
    char *bytes = NULL;
    size_t length = 0;

    if (files_read_all(path, max, &bytes, &length) != STATUS_OK) {
        http_answer_problem(answer, 404, "not_found", NULL);
        return;
    }
    http_answer_set(answer, 200, content_type, bytes, length);
    add_security(answer);
    free(bytes);
}

/* -- files
 * ------------------------------------------------------------------------------------------- */

static const char *content_type_of(const char *name)
{
    static const struct {
        const char *ending, *type;
    } types[] = {{".html", "text/html; charset=utf-8"},
                 {".css", "text/css; charset=utf-8"},
                 {".js", "text/javascript; charset=utf-8"},
                 {".svg", "image/svg+xml"},
                 {".png", "image/png"}};
    size_t stem = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-");

    for (size_t i = 0; stem > 0 && i < ARRAY_LEN(types); i++) {
        if (strcmp(name + stem, types[i].ending) == 0) {
            return types[i].type;
        }
    }
    return NULL;
}

static void send_named(const struct bench *bench, const char *name, struct http_answer *answer)
{
    const char *directory = bench->sandbox->settings.bench_page_dir;
    const char *type = content_type_of(name);
    char path[PATH_TEXT_MAX];

    if (type == NULL || directory[0] == '\0' || files_join(directory, name, path) != STATUS_OK) {
        http_answer_problem(answer, 404, "not_found", NULL);
        return;
    }
    answer_file(answer, path, FILE_MAX_BYTES, type);
}

void bench_page(void *context, const struct http_call *call, struct http_answer *answer)
{
    const struct bench *bench = admit(context, call, answer);

    if (bench != NULL) {
        send_named(bench, "index.html", answer);
    }
}

void bench_file(void *context, const struct http_call *call, struct http_answer *answer)
{
    const struct bench *bench = admit(context, call, answer);

    if (bench != NULL) {
        send_named(bench, http_call_param(call, "file"), answer);
    }
}

void bench_paper(void *context, const struct http_call *call, struct http_answer *answer)
{
    const struct bench *bench = admit(context, call, answer);
    char name[32];
    char path[PATH_TEXT_MAX];
    long number = 0;

    if (bench == NULL) {
        return;
    }
    if (!control_number(http_call_param(call, "number"), 1, PAPER_MAX, &number)) {
        http_answer_problem(answer, 404, "not_found", NULL);
        return;
    }
    (void)snprintf(name, sizeof(name), "printed/%04ld.png", number);
    if (hands_path(bench, name, path) != STATUS_OK) {
        http_answer_problem(answer, 404, "not_found", NULL);
        return;
    }
    answer_file(answer, path, PAPER_MAX_BYTES, "image/png");
}

/* -- what the page shows
 * --------------------------------------------------------------------------- */

/* A copy of what is kept, made anew when it is too old. Under the bench's lock. */
static char *keep(struct kept *kept, char *(*make)(struct bench *bench), struct bench *bench,
                  int keep_ms)
{
    pthread_mutex_lock(&bench->lock);
    if (kept->json == NULL || clock_monotonic_ms() >= kept->until_ms) {
        free(kept->json);
        kept->json = make(bench);
        kept->until_ms = clock_monotonic_ms() + keep_ms;
    }
    char *copy = kept->json != NULL ? strdup(kept->json) : NULL;

    pthread_mutex_unlock(&bench->lock);
    return copy;
}

void bench_state(void *context, const struct http_call *call, struct http_answer *answer)
{
    struct bench *bench = admit(context, call, answer);

    if (bench != NULL) {
        answer_text(answer, 200, "application/json",
                    keep(&bench->state, state_json, bench, KEEP_STATE_MS));
    }
}

static char *ledger_json(struct bench *bench)
{
    char words[HALL_WORDS_MAX];
    json_t *ledger = NULL;

    if (hall_ask(bench, "books", words) == STATUS_OK) {
        ledger = json_loads(words, JSON_REJECT_DUPLICATES, NULL);
    }
    bool there = json_is_object(ledger);

    if (!there) {
        json_decref(ledger);
        ledger = json_object();
    }
    json_object_set_new(ledger, "available", json_boolean(there));
    char *text = json_dumps(ledger, JSON_COMPACT);

    json_decref(ledger);
    return text;
}

void bench_ledger(void *context, const struct http_call *call, struct http_answer *answer)
{
    struct bench *bench = admit(context, call, answer);

    if (bench != NULL) {
        answer_text(answer, 200, "application/json",
                    keep(&bench->ledger, ledger_json, bench, KEEP_LEDGER_MS));
    }
}

void bench_accounts(void *context, const struct http_call *call, struct http_answer *answer)
{
    if (admit(context, call, answer) != NULL) {
        answer_text(answer, 200, "application/json", accounts_json());
    }
}

void bench_tree(void *context, const struct http_call *call, struct http_answer *answer)
{
    const struct bench *bench = admit(context, call, answer);
    struct screen_copy copy;

    if (bench == NULL) {
        return;
    }
    if (hands_screen(bench, &copy) != STATUS_OK) {
        http_answer_problem(answer, 503, "no_kiosk", NULL);
        return;
    }
    answer_text(answer, 200, "application/json", tree_json(&copy));
    screen_copy_free(&copy);
}

/* -- the screen
 * --------------------------------------------------------------------------------------- */

static void send_part(const struct screen_copy *copy, struct picture_part part,
                      struct http_answer *answer)
{
    uint8_t *bytes = NULL;
    size_t length = 0;
    char text[64];

    if (picture_png(copy, part, &bytes, &length) != STATUS_OK) {
        http_answer_problem(answer, 503, "no_memory", NULL);
        return;
    }
    http_answer_set(answer, 200, "image/png", bytes, length);
    add_security(answer);
    (void)snprintf(text, sizeof(text), "%u", copy->sequence);
    http_answer_header(answer, "X-Screen-Seq", text);
    (void)snprintf(text, sizeof(text), "%d,%d,%d,%d", part.x, part.y, part.w, part.h);
    http_answer_header(answer, "X-Screen-Rect", text);
    (void)snprintf(text, sizeof(text), "%d,%d", copy->width, copy->height);
    http_answer_header(answer, "X-Screen-Size", text);
    free(bytes);
}

/* The part that a page lacks which has the picture `after`. Takes over the copy. */
static void send_change(struct bench *bench, struct screen_copy *copy, long after,
                        struct http_answer *answer)
{
    struct picture_part part = {0, 0, copy->width, copy->height};

    pthread_mutex_lock(&bench->lock);
    if (bench->shown.sequence == (uint32_t)after && bench->shown.width == copy->width &&
        bench->shown.height == copy->height) {
        part = picture_difference(&bench->shown, copy);
        if (part.w == 0) {
            part = (struct picture_part){0, 0, 1, 1}; /* only the tree changed */
        }
    }
    send_part(copy, part, answer);
    screen_copy_free(&bench->shown);
    bench->shown = *copy;
    pthread_mutex_unlock(&bench->lock);
}

void bench_screen(void *context, const struct http_call *call, struct http_answer *answer)
{
    struct bench *bench = admit(context, call, answer);
    const char *word = http_call_query(call, "after");
    char path[PATH_TEXT_MAX];
    struct screen_copy copy;
    uint32_t sequence = 0;
    long after = 0;

    if (bench == NULL) {
        return;
    }
    if (word != NULL && !control_number(word, 0, UINT32_MAX, &after)) {
        http_answer_problem(answer, 400, "after_invalid", NULL);
        return;
    }
    if (hands_path(bench, "screen.frame", path) != STATUS_OK ||
        screen_share_sequence(path, &sequence) != STATUS_OK) {
        http_answer_problem(answer, 503, "no_kiosk", NULL);
        return;
    }
    if (sequence == (uint32_t)after) {
        http_answer_set(answer, 204, NULL, "", 0);
        add_security(answer);
        return;
    }
    if (hands_screen(bench, &copy) != STATUS_OK) {
        http_answer_problem(answer, 503, "no_kiosk", NULL);
        return;
    }
    send_change(bench, &copy, after, answer);
}

/* -- a code for the wallet to show
 * ------------------------------------------------------------------- */

static int hex_value(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* A query argument as text. False: too long, or no text. */
static bool decode(const char *raw, char text[QR_TEXT_MAX])
{
    size_t used = 0;

    while (*raw != '\0' && used + 1 < QR_TEXT_MAX) {
        if (*raw == '%') {
            int high = hex_value(raw[1]);
            int low = high >= 0 ? hex_value(raw[2]) : -1;

            if (low < 0 || (high == 0 && low == 0)) {
                return false;
            }
            text[used++] = (char)(high * 16 + low);
            raw += 3;
        } else if (*raw == '+') {
            text[used++] = ' ';
            raw++;
        } else {
            text[used++] = *raw++;
        }
    }
    text[used] = '\0';
    return *raw == '\0' && used > 0 && utf8_valid(text, used);
}

static char *draw_qr(const QRcode *code)
{
    int side = code->width + 2 * QR_QUIET;
    size_t size = 512 + (size_t)code->width * (size_t)code->width * 24;
    char *svg = malloc(size);

    if (svg == NULL) {
        return NULL;
    }
    size_t used = (size_t)snprintf(
        svg, size,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
        "shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/><path d=\"",
        side, side, side, side);

    for (int y = 0; y < code->width; y++) {
        for (int x = 0; x < code->width; x++) {
            if ((code->data[y * code->width + x] & 1) != 0) {
                used += (size_t)snprintf(svg + used, size - used, "M%d %dh1v1h-1z", x + QR_QUIET,
                                         y + QR_QUIET);
            }
        }
    }
    (void)snprintf(svg + used, size - used, "\"/></svg>");
    return svg;
}

void bench_qr(void *context, const struct http_call *call, struct http_answer *answer)
{
    const char *raw = http_call_query(call, "text");
    char text[QR_TEXT_MAX];

    if (admit(context, call, answer) == NULL) {
        return;
    }
    QRcode *code =
        raw != NULL && decode(raw, text) ? QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M) : NULL;

    if (code == NULL) {
        http_answer_problem(answer, 400, "text_invalid", NULL);
        return;
    }
    answer_text(answer, 200, "image/svg+xml", draw_qr(code));
    QRcode_free(code);
}

/* -- one line
 * ------------------------------------------------------------------------------------------ */

void bench_do(void *context, const struct http_call *call, struct http_answer *answer)
{
    struct bench *bench = admit(context, call, answer);
    struct control_reply reply = {{0}};
    char line[CONTROL_LINE_MAX];

    if (bench == NULL) {
        return;
    }
    if (http_call_header(call, "X-Bench") == NULL ||
        !comes_from_here(call, http_call_header(call, "Host"))) {
        http_answer_problem(answer, 403, "not_from_here", NULL);
        return;
    }
    if (call->length == 0 || call->length >= sizeof(line) || strlen(call->body) != call->length ||
        !utf8_valid(call->body, call->length) || strpbrk(call->body, "\r\n") != NULL ||
        call->body[0] == ' ') {
        http_answer_problem(answer, 400, "line_invalid", NULL);
        return;
    }
    memcpy(line, call->body, call->length + 1);
    char *arguments = line + strcspn(line, " ");

    if (*arguments != '\0') {
        *arguments++ = '\0';
    }
    bench_command(bench, line, arguments, &reply);
    pthread_mutex_lock(&bench->lock);
    bench->state.until_ms = 0; /* whoever asks now sees what it did */
    pthread_mutex_unlock(&bench->lock);
    const char *words = control_answer(&reply);
    json_t *result = words != NULL
                         ? json_pack("{s:b, s:s}", "ok", 1, "answer", words)
                         : json_pack("{s:b, s:s}", "ok", 0, "reason",
                                     strncmp(reply.text, "err ", 4) == 0 ? reply.text + 4 : "");

    answer_text(answer, words != NULL ? 200 : 409, "application/json",
                json_dumps(result, JSON_COMPACT));
    json_decref(result);
}

/* -- life
 * ------------------------------------------------------------------------------------------------
 */

struct bench *bench_open(struct sandbox *sandbox)
{
    struct bench *bench = calloc(1, sizeof(*bench));

    CHECK(bench != NULL && pthread_mutex_init(&bench->lock, NULL) == 0);
    bench->sandbox = sandbox;
    return bench;
}

enum status bench_start(struct bench *bench)
{
    const struct settings *settings = &bench->sandbox->settings;

    if (settings->bench_cable_port == 0) {
        return STATUS_OK;
    }
    return cable_lay((uint16_t)settings->bench_cable_port, (uint16_t)settings->bench_server_port,
                     &bench->cable);
}

void bench_close(struct bench *bench)
{
    if (bench == NULL) {
        return;
    }
    cable_close(bench->cable);
    screen_copy_free(&bench->shown);
    free(bench->state.json);
    free(bench->ledger.json);
    pthread_mutex_destroy(&bench->lock);
    free(bench);
}
