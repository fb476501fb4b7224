/* Orders: made, asked about, cancelled; and the recovery of a kiosk that lost its answer. */
#include <stdio.h>
#include <string.h>

#include "billing/api/api.h"
#include "billing/jobs/apply.h"
#include "billing/store/accounts.h"
#include "billing/store/orders.h"
#include "billing/store/velocity.h"
#include "common/mask.h"
#include "common/money.h"
#include "system/clock.h"
#include "system/log.h"
#include "system/random.h"

#define QUOTE_MS 600000 /* the longest visit, large type and doubts included */

/* What a handler found out inside its transaction: a refusal, or an order to answer. */
struct outcome {
    int http_status;     /* 0: nothing yet */
    const char *problem; /* NULL: answer the order */
    struct order_facts facts;
};

/* One call of a kiosk: what it wants, and what came of it. */
struct order_call {
    struct server *server;
    const char *terminal_no;
    const char *order_no;                /* asked about, or to be made */
    const char *request_id;              /* to be closed */
    const struct order_request *request; /* to be made */
    struct close_reply reply;
    struct outcome outcome;
};

static void refuse(struct outcome *outcome, int http_status, const char *problem)
{
    outcome->http_status = http_status;
    outcome->problem = problem;
}

/* True: it stands, and the caller answers; else the refusal is in the answer. */
static bool stands(const struct order_call *call, enum status status, struct http_answer *answer)
{
    if (status == STATUS_OK) {
        return true;
    }
    /* What was read from a transaction that failed is no reason to refuse. */
    if (status == STATUS_DENIED) {
        http_answer_problem(answer, call->outcome.http_status, call->outcome.problem, NULL);
    } else {
        http_answer_problem(answer, 503, "store_unavailable", NULL);
    }
    return false;
}

/* Runs one transaction; what was refused leaves nothing behind. */
static bool transact(struct order_call *call, db_work *work, struct http_answer *answer)
{
    return stands(call, db_transact(call->server->db, work, call), answer);
}

static enum status verdict(const struct outcome *outcome)
{
    return outcome->problem == NULL ? STATUS_OK : STATUS_DENIED;
}

static void answer_order(const struct outcome *outcome, struct http_answer *answer)
{
    http_answer_json(answer, outcome->http_status,
                     codec_print(order_to_json(&outcome->facts.order)));
}

/* The order of this terminal; another's does not exist for it. */
static bool load_own(struct server *server, const char *order_no, const char *terminal_no,
                     struct outcome *outcome)
{
    enum status status =
        orders_load(server->db, order_no, server->base_url, clock_wall_ms(), &outcome->facts);
    if (status == STATUS_OK && strcmp(outcome->facts.terminal_no, terminal_no) == 0) {
        outcome->http_status = 200;
        return true;
    }
    bool absent = status == STATUS_OK || status == STATUS_NOT_FOUND;
    refuse(outcome, absent ? 404 : 503, absent ? "order_unknown" : "store_unavailable");
    return false;
}

/* -- making an order --------------------------------------------------------------------- */

static const struct bill *find_bill(const struct account *account, const char *bill_id)
{
    for (int i = 0; i < account->bill_count; i++) {
        if (strcmp(account->bills[i].bill_id, bill_id) == 0) {
            return &account->bills[i];
        }
    }
    return NULL;
}

static void check_recharge(const struct order_request *request, const struct account *account,
                           struct outcome *outcome)
{
    if (!account->prepaid) {
        refuse(outcome, 409, "account_not_prepaid");
    } else if (request->amount_fen < account->min_fen || request->amount_fen > account->max_fen) {
        refuse(outcome, 409, "amount_out_of_limits");
    }
}

/* Sum and late fees are the server's own; the kiosk's amount must be what it would charge. */
static void check_bills(const struct order_request *request, const struct account *account,
                        struct outcome *outcome)
{
    int64_t sum_fen = 0;
    if (account->prepaid) {
        refuse(outcome, 409, "account_not_postpaid");
        return;
    }
    for (int i = 0; i < request->bill_count; i++) {
        const struct bill *bill = find_bill(account, request->bill_ids[i]);
        if (bill == NULL || money_add(sum_fen, bill->amount_fen, &sum_fen) != STATUS_OK ||
            money_add(sum_fen, bill->late_fee_fen, &sum_fen) != STATUS_OK) {
            refuse(outcome, 409, "bills_changed");
            return;
        }
    }
    if (!account->pay_all_bills && (request->bill_count != 1 ||
                                    strcmp(request->bill_ids[0], account->bills[0].bill_id) != 0)) {
        refuse(outcome, 409, "bills_one_by_one");
    } else if (sum_fen != request->amount_fen) {
        refuse(outcome, 409, "bills_changed");
    }
}

static void check_account(const struct order_request *request, const struct account *account,
                          struct outcome *outcome)
{
    if (account->state == ACCOUNT_CLOSED) {
        refuse(outcome, 409, "account_closed");
    } else if (account->state == ACCOUNT_NOT_YET_USABLE) {
        refuse(outcome, 409, "account_not_yet_usable");
    } else if (request->kind == ORDER_RECHARGE) {
        check_recharge(request, account, outcome);
    } else {
        check_bills(request, account, outcome);
    }
}

/* What the account alone cannot say: the day's limit, and whether its ledger can be reached. */
static void check_server(struct order_call *call, const struct account_facts *facts)
{
    const struct settings *settings = &call->server->settings;
    const struct order_request *request = call->request;
    if (facts->utility && settings->utility.url[0] == '\0') {
        log_error("order.no_ledger", "no [utility] url is set");
        refuse(&call->outcome, 503, "ledger_unavailable");
        return;
    }
    if (request->kind == ORDER_RECHARGE) {
        enum status status =
            velocity_account(call->server->db, &settings->velocity, request->account_no,
                             request->amount_fen, clock_wall_ms());
        if (status != STATUS_OK) {
            refuse(&call->outcome, status == STATUS_LIMIT ? 409 : 503,
                   status == STATUS_LIMIT ? "account_limit" : "store_unavailable");
        }
    }
}

static void insert_order(struct order_call *call, const struct account_facts *facts)
{
    struct server *server = call->server;
    struct db *db = server->db;
    const struct order_request *request = call->request;
    const char *terminal_no = call->terminal_no;
    const char *order_no = call->order_no;
    struct outcome *outcome = &call->outcome;
    char token[TOKEN_MAX];
    int64_t now_ms = clock_wall_ms();
    random_hex(token, (TOKEN_MAX - 1) / 2);
    if (db_run(db, SQL_ORDER_ADD, "tttttitttiit", order_no, request->request_id, terminal_no,
               request->account_no, request->kind == ORDER_RECHARGE ? "recharge" : "bills",
               request->amount_fen, facts->shown.payee, facts->merchant, token, now_ms,
               now_ms + (int64_t)server->settings.order_s * 1000,
               facts->utility ? "utility" : "own") != STATUS_OK) {
        refuse(outcome, 503, "store_unavailable");
        return;
    }
    for (int i = 0; i < request->bill_count; i++) {
        const struct bill *bill = find_bill(&facts->shown, request->bill_ids[i]);
        CHECK(bill != NULL);
        enum status status = db_run(db, SQL_ORDER_BILL_ADD, "ttiii", order_no, bill->bill_id,
                                    (int64_t)i, bill->amount_fen, bill->late_fee_fen);
        if (status != STATUS_OK) {
            refuse(outcome, status == STATUS_NOT_FOUND ? 409 : 503,
                   status == STATUS_NOT_FOUND ? "bill_being_paid" : "store_unavailable");
            return;
        }
    }
    if (load_own(server, order_no, terminal_no, outcome)) {
        outcome->http_status = 201;
    }
}

/* The same key: the same request asks for the current state, another is a fault of the kiosk. */
static void repeat_order(struct server *server, const char *order_no,
                         const struct order_request *request, const char *terminal_no,
                         struct outcome *outcome)
{
    struct db *db = server->db;
    if (!load_own(server, order_no, terminal_no, outcome)) {
        refuse(outcome, 409, "idempotency_mismatch");
        return;
    }
    const struct order *order = &outcome->facts.order;
    bool same = strcmp(order->account_no, request->account_no) == 0 &&
                order->kind == request->kind && order->amount_fen == request->amount_fen;
    int count = 0;
    enum status status = db_row(db, SQL_ORDER_BILLS, "t", order_no);
    for (; status == STATUS_OK; status = db_next(db, SQL_ORDER_BILLS)) {
        char bill_id[BILL_ID_MAX];
        db_text(db, SQL_ORDER_BILLS, 0, bill_id, sizeof(bill_id));
        same =
            same && count < request->bill_count && strcmp(bill_id, request->bill_ids[count]) == 0;
        count++;
    }
    if (!same || count != request->bill_count) {
        refuse(outcome, 409, "idempotency_mismatch");
    }
}

/* The account as it stands at that moment, held against what the kiosk wants of it. */
static void load_and_check(struct order_call *call, int64_t at_ms, struct account_facts *facts)
{
    struct outcome *outcome = &call->outcome;
    enum status status = accounts_load(call->server->db, call->request->account_no, at_ms, facts);
    if (status != STATUS_OK) {
        bool absent = status == STATUS_NOT_FOUND;
        refuse(outcome, absent ? 404 : 503, absent ? "account_unknown" : "store_unavailable");
        return;
    }
    check_account(call->request, &facts->shown, outcome);
}

/* A quote is good for a visit: one from before midnight keeps its late fees. */
static void load_quoted(struct order_call *call, struct account_facts *facts)
{
    struct outcome *outcome = &call->outcome;
    int64_t now_ms = clock_wall_ms();
    load_and_check(call, now_ms, facts);
    bool changed = outcome->problem != NULL && strcmp(outcome->problem, "bills_changed") == 0;
    if (changed && date_of_instant(now_ms - QUOTE_MS) != date_of_instant(now_ms)) {
        *outcome = (struct outcome){0};
        load_and_check(call, now_ms - QUOTE_MS, facts);
    }
}

static enum status make_work(struct db *db, void *context)
{
    struct order_call *call = context;
    const struct order_request *request = call->request;
    struct outcome *outcome = &call->outcome;
    struct account_facts facts;
    char order_no[ORDER_NO_MAX];
    *outcome = (struct outcome){0};
    if (db_row(db, SQL_TOMBSTONE_GET, "t", request->request_id) == STATUS_OK) {
        refuse(outcome, 409, "request_closed");
        return verdict(outcome);
    }
    if (db_row(db, SQL_ORDER_BY_REQUEST, "t", request->request_id) == STATUS_OK) {
        db_text(db, SQL_ORDER_BY_REQUEST, 0, order_no, sizeof(order_no));
        repeat_order(call->server, order_no, request, call->terminal_no, outcome);
        return verdict(outcome);
    }
    load_quoted(call, &facts);
    if (outcome->problem == NULL) {
        check_server(call, &facts);
    }
    if (outcome->problem == NULL) {
        insert_order(call, &facts);
    }
    return verdict(outcome);
}

void orders_post(void *context, const struct http_call *call, struct http_answer *answer)
{
    struct server *server = context;
    struct order_request request;
    struct codec_error error = {{0}};
    char order_no[ORDER_NO_MAX] = "";
    json_t *document = api_body(call, answer);
    if (document == NULL) {
        return;
    }
    enum status status = order_request_from_json(document, &request, &error);
    json_decref(document);
    if (status != STATUS_OK) {
        api_refuse(answer, &error);
        return;
    }
    if (!api_key_ok(call, request.request_id, answer)) {
        return;
    }
    if (numbers_next(server->numbers, server->db, clock_wall_ms(), order_no) != STATUS_OK) {
        http_answer_problem(answer, 503, "store_unavailable", NULL);
        return;
    }
    struct order_call make = {.server = server,
                              .terminal_no = call->gate_text,
                              .order_no = order_no,
                              .request = &request};
    if (transact(&make, make_work, answer)) {
        answer_order(&make.outcome, answer);
    }
    if (make.outcome.http_status == 201) {
        log_info("order.created", "order=%s terminal=%s amount_fen=%lld bills=%d", order_no,
                 call->gate_text, (long long)request.amount_fen, request.bill_count);
    }
}

/* -- asking and ending ------------------------------------------------------------------- */

static enum status get_work(struct db *db, void *context)
{
    struct order_call *call = context;
    (void)db;
    call->outcome = (struct outcome){0};
    load_own(call->server, call->order_no, call->terminal_no, &call->outcome);
    return verdict(&call->outcome);
}

void orders_get(void *context, const struct http_call *call, struct http_answer *answer)
{
    struct order_call get = {.server = context,
                             .terminal_no = call->gate_text,
                             .order_no = http_call_param(call, "order_no")};
    if (stands(&get, db_read(get.server->db, get_work, &get), answer)) {
        answer_order(&get.outcome, answer);
    }
}

/* Cancels what can be cancelled and leaves the state that came of it in the outcome. */
static void cancel(struct server *server, const char *order_no, const char *terminal_no,
                   struct outcome *outcome)
{
    if (!load_own(server, order_no, terminal_no, outcome)) {
        return;
    }
    if (order_end_in(server->db, order_no, server->settings.poll_ms, clock_wall_ms()) !=
        STATUS_OK) {
        refuse(outcome, 503, "store_unavailable");
        return;
    }
    load_own(server, order_no, terminal_no, outcome);
}

static enum status cancel_work(struct db *db, void *context)
{
    struct order_call *call = context;
    (void)db;
    call->outcome = (struct outcome){0};
    cancel(call->server, call->order_no, call->terminal_no, &call->outcome);
    return verdict(&call->outcome);
}

void orders_cancel(void *context, const struct http_call *call, struct http_answer *answer)
{
    struct order_call end = {.server = context,
                             .terminal_no = call->gate_text,
                             .order_no = http_call_param(call, "order_no")};
    if (transact(&end, cancel_work, answer)) {
        answer_order(&end.outcome, answer);
    }
    worker_wake(end.server->worker);
}

static bool request_id_ok(const char *text)
{
    return strlen(text) == REQUEST_ID_MAX - 1 &&
           strspn(text, "0123456789abcdef") == REQUEST_ID_MAX - 1;
}

/*
 * A kiosk that does not know whether its POST /v1/orders arrived: what exists is cancelled,
 * what does not exist yet is kept from ever existing.
 */
static enum status close_work(struct db *db, void *context)
{
    struct order_call *call = context;
    struct outcome *outcome = &call->outcome;
    char order_no[ORDER_NO_MAX];
    *outcome = (struct outcome){0};
    call->reply = (struct close_reply){0};
    if (db_row(db, SQL_ORDER_BY_REQUEST, "t", call->request_id) == STATUS_OK) {
        db_text(db, SQL_ORDER_BY_REQUEST, 0, order_no, sizeof(order_no));
        cancel(call->server, order_no, call->terminal_no, outcome);
        call->reply.known = outcome->problem == NULL;
        call->reply.order = outcome->facts.order;
        return verdict(outcome);
    }
    if (db_run(db, SQL_TOMBSTONE_ADD, "tti", call->request_id, call->terminal_no,
               clock_wall_ms()) == STATUS_IO) {
        refuse(outcome, 503, "store_unavailable");
    }
    return verdict(outcome);
}

void requests_close(void *context, const struct http_call *call, struct http_answer *answer)
{
    struct order_call end = {.server = context,
                             .terminal_no = call->gate_text,
                             .request_id = http_call_param(call, "request_id")};
    if (!request_id_ok(end.request_id)) {
        http_answer_problem(answer, 400, "request_invalid", NULL);
        return;
    }
    if (transact(&end, close_work, answer)) {
        http_answer_json(answer, 200, codec_print(close_reply_to_json(&end.reply)));
        log_info("request.closed", "terminal=%s known=%d", call->gate_text,
                 end.reply.known ? 1 : 0);
    }
    worker_wake(end.server->worker);
}
