/* A scanned payment code for an open order. */
#include <stdio.h>
#include <string.h>

#include "billing/api/api.h"
#include "billing/secrets.h"
#include "billing/store/orders.h"
#include "billing/store/velocity.h"
#include "system/clock.h"
#include "system/log.h"

/* A code lives about a minute: the same one again is a double scan. */
#define CODE_REPEAT_MS 60000
/* So long only this server sends, since no other has the code; then it counts as never sent. */
#define CODE_LEASE_MS 10000

struct attempt_call {
    struct server *server;
    struct attempt_request request;
    struct paycode paycode;
    char code_hash[SHA256_HEX_MAX];
    const char *terminal_no;
    /* found inside the transaction */
    int http_status;
    const char *problem; /* NULL: answer the order */
    bool code_kept;
    char out_trade_no[TRADE_NO_MAX];
    struct order_facts facts;
};

static void refuse(struct attempt_call *attempt, int http_status, const char *problem)
{
    attempt->http_status = http_status;
    attempt->problem = problem;
}

static int deadline_s(const struct settings *settings, enum channel channel)
{
    switch (channel) {
    case CHANNEL_WECHAT: return settings->wechat_s;
    case CHANNEL_ALIPAY: return settings->alipay_s;
    default: return settings->unionpay_s;
    }
}

/* A repeat answers the current state; the same key with another code is a fault of the kiosk. */
static void repeat_attempt(struct server *server, struct attempt_call *attempt)
{
    char order_no[ORDER_NO_MAX];
    char code_hash[SHA256_HEX_MAX];
    db_text(server->db, SQL_ATTEMPT_BY_REQUEST, 1, order_no, sizeof(order_no));
    db_text(server->db, SQL_ATTEMPT_BY_REQUEST, 2, code_hash, sizeof(code_hash));
    if (strcmp(order_no, attempt->request.order_no) != 0 ||
        strcmp(code_hash, attempt->code_hash) != 0) {
        refuse(attempt, 409, "idempotency_mismatch");
        return;
    }
    attempt->http_status = 200;
}

static void insert_attempt(struct server *server, struct attempt_call *attempt, int64_t now_ms)
{
    struct db *db = server->db;
    const struct order *order = &attempt->facts.order;
    int number = order->attempt_count + 1;
    snprintf(attempt->out_trade_no, TRADE_NO_MAX, "%sA%02d", order->order_no, number % 100);
    if (worker_put_code(server->worker, attempt->out_trade_no, attempt->paycode.code) !=
        STATUS_OK) {
        refuse(attempt, 503, "busy");
        return;
    }
    attempt->code_kept = true;
    struct new_attempt fresh = {
        .out_trade_no = attempt->out_trade_no,
        .order_no = order->order_no,
        .number = number,
        .request_id = attempt->request.request_id,
        .channel = attempt->paycode.channel,
        .amount_fen = order->amount_fen,
        .code_hash = attempt->code_hash,
        .deadline_ms =
            now_ms + (int64_t)deadline_s(&server->settings, attempt->paycode.channel) * 1000,
        .lease_owner = worker_name(server->worker),
        .lease_until_ms = db_shared(db) ? now_ms + CODE_LEASE_MS : 0};
    enum status status = orders_add_attempt(db, &fresh, now_ms);
    if (status != STATUS_OK) {
        refuse(attempt, status == STATUS_CONFLICT ? 409 : 503,
               status == STATUS_CONFLICT ? "attempt_open" : "store_unavailable");
        return;
    }
    attempt->http_status = 202;
}

/* Under the order's lock, which is the transaction. */
static void make_attempt(struct server *server, struct attempt_call *attempt)
{
    struct db *db = server->db;
    int64_t now_ms = clock_wall_ms();
    enum status status =
        orders_load(db, attempt->request.order_no, server->base_url, now_ms, &attempt->facts);
    if (status != STATUS_OK || strcmp(attempt->facts.terminal_no, attempt->terminal_no) != 0) {
        refuse(attempt, 404, "order_unknown");
        return;
    }
    if (db_row(db, SQL_ATTEMPT_BY_REQUEST, "t", attempt->request.request_id) == STATUS_OK) {
        repeat_attempt(server, attempt);
        return;
    }
    if (attempt->facts.order.state == ORDER_PAYING) {
        refuse(attempt, 409, "attempt_open");
        return;
    }
    if (attempt->facts.order.state != ORDER_OPEN) {
        refuse(attempt, 409, "order_not_open");
        return;
    }
    if (db_row(db, SQL_ATTEMPT_CODE_RECENT, "ti", attempt->code_hash, now_ms - CODE_REPEAT_MS) ==
        STATUS_OK) {
        refuse(attempt, 409, "code_repeated");
        return;
    }
    if (attempt->facts.order.kind == ORDER_RECHARGE) {
        status = velocity_account(db, &server->settings.velocity, attempt->facts.order.account_no,
                                  attempt->facts.order.amount_fen, now_ms);
        if (status != STATUS_OK) {
            refuse(attempt, status == STATUS_LIMIT ? 409 : 503,
                   status == STATUS_LIMIT ? "account_limit" : "store_unavailable");
            return;
        }
    }
    insert_attempt(server, attempt, now_ms);
    if (attempt->problem == NULL && orders_load(db, attempt->request.order_no, server->base_url,
                                                now_ms, &attempt->facts) != STATUS_OK) {
        refuse(attempt, 503, "store_unavailable");
    }
}

static void drop_code(struct attempt_call *attempt)
{
    if (attempt->code_kept) {
        worker_drop_code(attempt->server->worker, attempt->out_trade_no);
        attempt->code_kept = false;
    }
}

static enum status attempt_work(struct db *db, void *context)
{
    struct attempt_call *attempt = context;
    (void)db;
    drop_code(attempt); /* of a try that another transaction came between */
    refuse(attempt, 0, NULL);
    make_attempt(attempt->server, attempt);
    return attempt->problem == NULL ? STATUS_OK : STATUS_DENIED;
}

static void run(struct attempt_call *attempt, struct http_answer *answer)
{
    struct server *server = attempt->server;
    enum status status = db_transact(server->db, attempt_work, attempt);
    if (status != STATUS_OK) {
        drop_code(attempt);
    }
    /* What was read from a transaction that failed is no reason to refuse. */
    if (status == STATUS_DENIED) {
        http_answer_problem(answer, attempt->http_status, attempt->problem, NULL);
    } else if (status != STATUS_OK) {
        http_answer_problem(answer, 503, "store_unavailable", NULL);
    } else {
        if (attempt->http_status == 202) {
            log_info("attempt.created", "trade=%s channel=%s", attempt->out_trade_no,
                     channel_name(attempt->paycode.channel));
        }
        worker_wake(server->worker);
        http_answer_json(answer, attempt->http_status,
                         codec_print(order_to_json(&attempt->facts.order)));
    }
}

void attempts_post(void *context, const struct http_call *call, struct http_answer *answer)
{
    struct attempt_call attempt = {.server = context, .terminal_no = call->gate_text};
    struct codec_error error = {{0}};
    json_t *document = api_body(call, answer);
    if (document == NULL) {
        return;
    }
    enum status status = attempt_request_from_json(document, &attempt.request, &error);
    json_decref(document);
    if (status != STATUS_OK) {
        api_refuse(answer, &error);
        return;
    }
    if (!api_key_ok(call, attempt.request.request_id, answer)) {
        return;
    }
    const char *order_no = http_call_param(call, "order_no");
    attempt.paycode = paycode_classify(attempt.request.code, strlen(attempt.request.code));
    if (strlen(order_no) >= sizeof(attempt.request.order_no)) {
        http_answer_problem(answer, 404, "order_unknown", NULL);
    } else if (attempt.paycode.kind != SCAN_PAYMENT_CODE) {
        http_answer_problem(answer, 422, "code_unknown", NULL);
    } else {
        snprintf(attempt.request.order_no, sizeof(attempt.request.order_no), "%s", order_no);
        secrets_hash("paycode", attempt.paycode.code, attempt.code_hash);
        run(&attempt, answer);
    }
    explicit_bzero(&attempt.request.code, sizeof(attempt.request.code));
    explicit_bzero(&attempt.paycode, sizeof(attempt.paycode));
}
