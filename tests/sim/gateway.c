#include "gateway.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/internal.h"
#include "line.h"
#include "rules.h"
#include "sandbox/sandbox.h"
#include "world.h"

#define SECRET         "sandbox-secret-for-trying-only"
#define UTILITY_SECRET "utility-secret-for-trying-only"
#define PAYERS         40
#define SIGNATURE_NAME "X-Sandbox-Signature"

static struct sandbox sandbox;
static int64_t look_at_ms; /* -1: none is planned */
static int64_t down_until_ms, utility_down_until_ms;

#define OF_UTILITY CALL_KIND_COUNT /* no call of the gateway */

static const struct http_route ROUTES[] = {
    {"POST", "/gateway/pay", gateway_handle, CALL_PAY},
    {"POST", "/gateway/page", gateway_handle, CALL_PAGE},
    {"GET", "/gateway/trades/{no}", gateway_handle, CALL_QUERY},
    {"POST", "/gateway/reverse", gateway_handle, CALL_REVERSE},
    {"POST", "/gateway/refund", gateway_handle, CALL_REFUND},
    {"GET", "/gateway/refunds/{no}", gateway_handle, CALL_REFUND_QUERY},
    {"POST", "/utility/postings", utility_post, OF_UTILITY},
    {"GET", "/utility/postings/{no}", utility_get, OF_UTILITY},
};

void gateway_sums(int64_t *charged_fen, int64_t *refunded_fen, int64_t *open)
{
    struct book_sums sums = books_sums(sandbox.books);
    *charged_fen = sums.charged_fen;
    *refunded_fen = sums.refunded_fen;
    *open = sums.open;
}

/* The sandbox makes the fault that is planned for the next charge of this trade. */
static void set_faults(struct truth *truth, bool code)
{
    struct faults *faults = &sandbox.faults;
    const char *reason = truth->declines               ? "declined"
                         : truth->no_funds             ? "no_funds"
                         : truth->code_expired && code ? "code_expired"
                                                       : "";
    memset(faults, 0, sizeof(*faults));
    snprintf(sandbox.payer, sizeof(sandbox.payer), "payer-%d", (int)(truth->name % PAYERS));
    faults->password_wanted = code && truth->password;
    faults->refuse = reason[0] != '\0' ? 1 : 0;
    snprintf(faults->reason, sizeof(faults->reason), "%s", reason);
    faults->late_ms = truth->late ? truth->late_ms : 0;
    faults->wrong_amount = truth->wrong_amount;
    truth->wrong_taken = truth->wrong_taken || truth->wrong_amount;
}

static void set_utility_faults(struct truth *truth)
{
    struct utility_faults *faults = &sandbox.utility;
    memset(faults, 0, sizeof(*faults));
    faults->refuse = truth->utility_refuses ? 1 : 0;
    faults->wrong_amount = truth->utility_wrong ? 1 : 0;
    faults->delay_ms = (long)truth->utility_slow_ms;
    faults->down = world_now_ms < utility_down_until_ms;
    snprintf(faults->reason, sizeof(faults->reason), "account_closed");
    if (happens(&truth->line, CHOICE_UTILITY_DOWN)) {
        utility_down_until_ms = world_now_ms + stream_short(&truth->line, 1000, 120000);
    }
}

/* An answer that the sandbox would give if it failed so. */
static void answer_word(const struct truth *truth, const char *name, const char *word,
                        struct http_answer *answer)
{
    char text[128];
    char signature[SIGNATURE_MAX];
    int length = snprintf(text, sizeof(text), "{\"%s\":\"%s\",\"out_refund_no\":\"%sR\"}", name,
                          word, truth->out_trade_no);
    http_answer_set(answer, 200, "application/json", text, (size_t)length);
    sandbox_sign(SECRET, text, (size_t)length, signature);
    http_answer_header(answer, SIGNATURE_NAME, signature);
}

/* True: the fault was the whole answer. */
static bool fails_instead(struct truth *truth, enum call_kind kind, struct http_answer *answer)
{
    if (kind == CALL_REVERSE && truth->reverse_idles > 0) {
        truth->reverse_idles--;
        TELL(kind, 1, "gateway: says that %s is reversed, and does nothing", truth->out_trade_no);
        answer_word(truth, "result", "ok", answer);
        return true;
    }
    if (kind == CALL_REFUND && (truth->refund_failures > 0 || truth->refund_refused)) {
        truth->refund_failures--;
        answer_word(truth, "result", "failed", answer);
        return true;
    }
    if (kind == CALL_REFUND_QUERY && truth->refund_refused) {
        answer_word(truth, "state", "failed", answer);
        return true;
    }
    return false;
}

/* -- requests ------------------------------------------------------------------------------ */

static void spoil_signature(struct truth *truth, struct http_answer *answer)
{
    for (int i = 0; i < answer->header_count; i++) {
        char *value = answer->headers[i].value;
        if (strcmp(answer->headers[i].name, SIGNATURE_NAME) == 0 &&
            happens(&truth->line, CHOICE_SIGNATURE_BAD)) {
            value[0] = value[0] == '0' ? '1' : '0';
        }
    }
}

void gateway_take(struct request *request, struct http_answer *answer)
{
    struct http_call call = {.method = request->method,
                             .path = request->path,
                             .body = request->body != NULL ? request->body : "",
                             .length = request->body != NULL ? strlen(request->body) : 0,
                             .connection = request};
    char number[TRADE_NO_MAX];
    for (size_t i = 0; i < ARRAY_LEN(ROUTES) && call.route == NULL; i++) {
        if (strcmp(ROUTES[i].method, call.method) == 0 &&
            route_match(ROUTES[i].pattern, call.path, &call) == STATUS_OK) {
            call.route = &ROUTES[i];
        }
    }
    CHECK(call.route != NULL);
    enum call_kind kind = (enum call_kind)call.route->flags;
    line_trade_of(request, number);
    struct truth *truth = gateway_truth(number);
    truth_plan(truth);
    set_faults(truth, kind == CALL_PAY);
    if (kind == OF_UTILITY) {
        set_utility_faults(truth);
    } else if (happens(&truth->line, CHOICE_GATEWAY_DOWN)) {
        down_until_ms = world_now_ms + stream_short(&truth->line, 1000, 60000);
    }
    sandbox.faults.down = world_now_ms < down_until_ms;
    if (kind == CALL_REVERSE && truth->reverse_refusals > 0 && !sandbox.faults.down) {
        truth->reverse_refusals--;
        sandbox.faults.refuse_reverse = 1;
        sandbox.faults.reverse_again = (truth->reverse_refusals & 1) != 0;
    }
    if (kind == CALL_PAY || kind == CALL_PAGE) {
        rules_charge_asked(number);
    }
    answer->status = 500;
    if (sandbox.faults.down || kind == OF_UTILITY || !fails_instead(truth, kind, answer)) {
        call.route->handle(&sandbox, &call, answer);
    }
    truth->reverse_said_ok =
        truth->reverse_said_ok ||
        (kind == CALL_REVERSE && answer->status == 200 && strstr(answer->body, "\"ok\"") != NULL);
    spoil_signature(truth, answer);
}

/* -- time, notices ------------------------------------------------------------------------- */

static void answered_notice(void *context, uint64_t token, int status,
                            const struct http_answer *answer)
{
    struct notice *notice = context;
    bool forged = token != 0;
    (void)answer;
    if (forged && status > 0 && status != 401 && status < 500) {
        world_fail("a notice is signed", "a forged notice was answered %d", status);
    }
    if (!forged && status >= 200 && status < 300) {
        books_begin(sandbox.books);
        books_notice_tried(sandbox.books, notice, true, 0);
        books_commit(sandbox.books);
    }
    free(notice);
}

static void post_notice(struct truth *truth, const struct notice *notice, bool forged)
{
    struct request request = {.method = "POST", .path = "/notify/sandbox"};
    char body[96];
    struct notice *kept = malloc(sizeof(*kept));
    CHECK(kept != NULL);
    *kept = *notice;
    int length = snprintf(body, sizeof(body), "{\"out_trade_no\":\"%s\"}", notice->out_trade_no);
    request.body = body;
    sandbox_sign(SECRET, body, (size_t)length, request.signature);
    if (forged) {
        request.signature[0] = request.signature[0] == '0' ? '1' : '0';
    }
    line_send(&truth->notices, &request, 5000, answered_notice, kept, forged ? 1 : 0);
}

static void send_notice(const struct notice *notice)
{
    struct truth *truth = gateway_truth(notice->out_trade_no);
    TELL(notice->id, notice->tries, "gateway: notice about %s", notice->out_trade_no);
    if (happens(&truth->notices, CHOICE_NOTICE_FORGED)) {
        post_notice(truth, notice, true);
    }
    if (happens(&truth->notices, CHOICE_NOTICE_LOST)) {
        return;
    }
    post_notice(truth, notice, false);
    if (happens(&truth->notices, CHOICE_NOTICE_TWICE)) {
        post_notice(truth, notice, false);
    }
}

static void look(void *context, uint64_t token)
{
    struct notice notice;
    int64_t wall_ms = world_wall_ms();
    (void)context;
    if ((int64_t)token != look_at_ms) {
        return; /* another look was planned before this one */
    }
    look_at_ms = -1;
    books_begin(sandbox.books);
    memset(&sandbox.faults, 0, sizeof(sandbox.faults));
    struct trade late;
    while (books_late_trade(sandbox.books, wall_ms, &late) == STATUS_OK) {
        set_faults(gateway_truth(late.out_trade_no), false);
        trade_settle(&sandbox, &late, wall_ms);
    }
    trades_tick(&sandbox, wall_ms);
    while (books_due_notice(sandbox.books, wall_ms, &notice) == STATUS_OK) {
        int64_t pause_ms = (int64_t)sandbox.settings.notice_backoff_ms << notice.tries;
        books_notice_tried(sandbox.books, &notice, false, wall_ms + pause_ms);
        send_notice(&notice);
    }
    books_commit(sandbox.books);
    gateway_look();
}

void gateway_look(void)
{
    int64_t due_ms = books_next_due(sandbox.books);
    if (due_ms == INT64_MAX) {
        return;
    }
    due_ms -= world_wall_ms() - world_now_ms;
    due_ms = due_ms > world_now_ms ? due_ms : world_now_ms;
    if (look_at_ms < 0 || due_ms < look_at_ms) {
        look_at_ms = due_ms;
        world_at(due_ms, look, NULL, (uint64_t)due_ms);
    }
}

static void look_soon(void *context, uint64_t token)
{
    (void)context;
    (void)token;
    gateway_look();
}

bool gateway_signalled(const pthread_cond_t *condition)
{
    if (condition != &sandbox.due) {
        return false;
    }
    /* It is inside a transaction: looked at when that is over. */
    world_at(world_now_ms, look_soon, NULL, 0);
    return true;
}

bool gateway_rests(void)
{
    return books_next_due(sandbox.books) == INT64_MAX && gateway_line_rests();
}

/* -- wallets ------------------------------------------------------------------------------- */

void wallet_show_code(struct stream *stream, char code[CODE_TEXT_MAX])
{
    static const struct {
        int prefix, digits;
    } KINDS[] = {{13, 18}, {10, 18}, {28, 18}, {25, 16}, {62, 19}};
    uint64_t drawn = stream_draw(stream);
    int kind = (int)(drawn % ARRAY_LEN(KINDS));
    int used = snprintf(code, CODE_TEXT_MAX, "%d", KINDS[kind].prefix);
    for (drawn /= ARRAY_LEN(KINDS); used < KINDS[kind].digits; drawn /= 10) {
        if (drawn < 10) {
            drawn = stream_draw(stream);
        }
        code[used++] = (char)('0' + drawn % 10);
    }
    code[used] = '\0';
    struct wallet_code shown = {.balance_fen = INT64_C(100000000),
                                .expires_at_ms = world_wall_ms() + 60000};
    snprintf(shown.code, sizeof(shown.code), "%s", code);
    books_begin(sandbox.books);
    books_save_code(sandbox.books, &shown);
    books_commit(sandbox.books);
}

static void decide(struct trade *trade, bool pay)
{
    struct truth *truth = gateway_truth(trade->out_trade_no);
    set_faults(truth, false);
    books_begin(sandbox.books);
    enum status status = pay ? trade_confirm(&sandbox, trade, world_wall_ms())
                             : trade_decline(&sandbox, trade, "password", world_wall_ms());
    books_commit(sandbox.books);
    TELL(pay, status, "wallet: %s %s: %s", pay ? "pays" : "declines", trade->out_trade_no,
         status_name(status));
}

void wallet_answer_password(void *context, uint64_t token)
{
    const struct truth *truth = context;
    struct stream stream = stream_of("password", truth->name);
    struct trade trade;
    (void)token;
    bool declines = happens(&stream, CHOICE_PHONE_DECLINES);
    if (!happens(&stream, CHOICE_PHONE_IGNORES) &&
        books_trade(sandbox.books, TRADE_BY_NO, truth->out_trade_no, &trade) == STATUS_OK) {
        decide(&trade, !declines);
    }
}

void wallet_answer_page(const char *cashier_url, bool pay)
{
    const char *id = strrchr(cashier_url, '/');
    struct trade trade;
    if (id != NULL && books_trade(sandbox.books, TRADE_BY_CASHIER, id + 1, &trade) == STATUS_OK) {
        decide(&trade, pay);
    }
}

/* -- opening ------------------------------------------------------------------------------- */

void gateway_open(void)
{
    truth_begin();
    look_at_ms = -1;
    down_until_ms = utility_down_until_ms = 0;
    struct stream shape = stream_of("gateway", 0);
    memset(&sandbox, 0, sizeof(sandbox));
    snprintf(sandbox.settings.secret, sizeof(sandbox.settings.secret), SECRET);
    snprintf(sandbox.settings.utility_secret, sizeof(sandbox.settings.utility_secret),
             UTILITY_SECRET);
    snprintf(sandbox.base_url, sizeof(sandbox.base_url), "http://127.0.0.1:8600");
    sandbox.settings.password_timeout_s = (int)stream_between(&shape, 10, 60);
    sandbox.settings.refund_ms = (int)stream_short(&shape, 50, 30000);
    sandbox.settings.notice_backoff_ms = 1000;
    CHECK(pthread_mutex_init(&sandbox.lock, NULL) == 0);
    CHECK(books_open(":memory:", &sandbox.books) == STATUS_OK);
}

void gateway_close(void)
{
    books_close(sandbox.books);
    CHECK(pthread_mutex_destroy(&sandbox.lock) == 0);
}
