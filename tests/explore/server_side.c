#include "server_side.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "billing/api/api.h"
#include "billing/jobs/apply.h"
#include "billing/store/orders.h"
#include "kiosk_side.h"
#include "memory_store.h"
#include "server_rows.h"

static struct pool rows, inputs, steps;
static struct memo memo;
static struct server_facts *facts; /* by number of the rows */
static uint32_t facts_room;
static struct server server;
static uint32_t loaded; /* whose rows are in the store now */
static int phase;

/* The beginning; the codes' time is over (45 s); the order's time is over (120 s). */
static const int64_t PHASE_MS[PHASES] = {0, 50000, 400000};

/* -- rows in, rows out
 * ----------------------------------------------------------------------------- */

static void set_phase(int to)
{
    phase = to;
    double_now_ms = ROWS_NOW_MS + PHASE_MS[to];
}

static void load(uint32_t id)
{
    const char *text = pool_get(&rows, id, NULL);
    set_phase(text[0] - '0');
    if (id != loaded) {
        rows_restore(text + 1);
    }
    loaded = 0;
    double_order_count = (int)store_number("SELECT COUNT(*) FROM payment_order");
}

static uint32_t keep(void)
{
    static char text[ROWS_TEXT_MAX];
    snprintf(text, sizeof(text), "%d", phase);
    rows_read(text);
    loaded = pool_put(&rows, text, strlen(text) + 1);
    if (loaded >= facts_room) {
        uint32_t room = (loaded + 1) * 2;
        facts = grow(facts, room * sizeof(*facts));
        memset(facts + facts_room, 0, (room - facts_room) * sizeof(*facts));
        facts_room = room;
    }
    if (!facts[loaded].known) {
        facts[loaded].known = true;
        facts[loaded].phase = (uint8_t)phase;
        rows_facts(server.db, &facts[loaded]);
    }
    return loaded;
}

struct server_facts server_facts(uint32_t id)
{
    CHECK(id < facts_room && facts[id].known);
    return facts[id];
}

void attempt_name(uint32_t attempt, char out_trade_no[TRADE_NO_MAX])
{
    snprintf(out_trade_no, TRADE_NO_MAX, "20261121000000000001A%02u", attempt + 1);
}

/* -- calls of the kiosk
 * ---------------------------------------------------------------------------- */

/* What client_worker.c reads out of an HTTP answer. */
static uint32_t read_reply(const struct call_request *call, const struct http_answer *answer)
{
    static struct call_reply reply;
    struct close_reply closed = {0};
    struct codec_error error = {""};
    json_t *json = NULL;
    memset(&reply, 0, sizeof(reply));
    reply.status = STATUS_TIMEOUT;
    CHECK(codec_parse(answer->body, answer->length, &json, &error) == STATUS_OK);
    if (answer->status >= 400 && answer->status < 500) {
        reply.status = STATUS_INVALID;
        CHECK(problem_from_json(json, &reply.problem, &error) == STATUS_OK);
    } else if (answer->status < 300 && call->call == CALL_CLOSE_REQUEST) {
        reply.status = close_reply_from_json(json, &closed, &error);
        reply.known = closed.known;
        reply.order = closed.order;
    } else if (answer->status < 300) {
        reply.status = order_from_json(json, &reply.order, &error);
    }
    json_decref(json);
    return kiosk_put_reply(&reply);
}

static void set_param(struct http_call *http, const char *name, const char *value)
{
    struct http_param *param = &http->params[http->param_count++];
    snprintf(param->name, sizeof(param->name), "%s", name);
    snprintf(param->value, sizeof(param->value), "%s", value);
}

/* The request as client_worker.c builds it, up to the handler. */
static void handle(const struct call_request *call, struct http_answer *answer)
{
    struct http_call http = {.method = "POST", .body = "", .gate_text = TERMINAL_NO};
    char *body = NULL;
    char key[REQUEST_ID_MAX] = "";
    http.user = key;
    switch (call->call) {
    case CALL_ORDER:
        snprintf(key, sizeof(key), "%s", call->order.request_id);
        body = codec_print(order_request_to_json(&call->order));
        break;
    case CALL_ATTEMPT:
        snprintf(key, sizeof(key), "%s", call->attempt.request_id);
        body = codec_print(attempt_request_to_json(&call->attempt));
        set_param(&http, "order_no", call->attempt.order_no);
        break;
    case CALL_CLOSE_REQUEST: set_param(&http, "request_id", call->request_id); break;
    default: set_param(&http, "order_no", call->order_no);
    }
    if (body != NULL) {
        http.body = body;
        http.length = strlen(body);
    }
    switch (call->call) {
    case CALL_ORDER: orders_post(&server, &http, answer); break;
    case CALL_ATTEMPT: attempts_post(&server, &http, answer); break;
    case CALL_CANCEL: orders_cancel(&server, &http, answer); break;
    case CALL_CLOSE_REQUEST: requests_close(&server, &http, answer); break;
    default: orders_get(&server, &http, answer);
    }
    free(body);
}

/* -- rules that are taken away -------------------------------------------------------------------
 */

static int lies_left; /* MUTATION_ONE_OPEN_ATTEMPT: how often "paying" is read as "open" */

enum status __real_orders_load(struct db *db, const char *order_no, const char *base_url,
                               int64_t now_ms, struct order_facts *read);
enum status __wrap_orders_load(struct db *db, const char *order_no, const char *base_url,
                               int64_t now_ms, struct order_facts *read);

enum status __wrap_orders_load(struct db *db, const char *order_no, const char *base_url,
                               int64_t now_ms, struct order_facts *read)
{
    enum status status = __real_orders_load(db, order_no, base_url, now_ms, read);
    if (lies_left > 0) {
        lies_left--;
        if (status == STATUS_OK && read->order.state == ORDER_PAYING) {
            read->order.state = ORDER_OPEN;
        }
    }
    return status;
}

struct attempt_step __real_attempt_step(enum attempt_state state, enum attempt_evidence evidence);
struct attempt_step __wrap_attempt_step(enum attempt_state state, enum attempt_evidence evidence);

struct attempt_step __wrap_attempt_step(enum attempt_state state, enum attempt_evidence evidence)
{
    if (mutation == MUTATION_LATE_IS_REFUNDED && state == ATTEMPT_REVERSED &&
        evidence == EVIDENCE_PAID) {
        return (struct attempt_step){.legal = true, .state = ATTEMPT_PAID};
    }
    return __real_attempt_step(state, evidence);
}

static void before_call(enum call call)
{
    if (mutation == MUTATION_IDEMPOTENCY && call == CALL_ORDER) {
        store_run("UPDATE payment_order SET request_id = '0000000000000000000000000000000f'");
    }
    lies_left = mutation == MUTATION_ONE_OPEN_ATTEMPT && call == CALL_ATTEMPT ? 1 : 0;
}

static void after_call(enum call call)
{
    lies_left = 0;
    if (mutation == MUTATION_TOMBSTONE && call == CALL_CLOSE_REQUEST) {
        store_run("DELETE FROM request_tombstone");
    }
}

/* The kiosk's cancel is answered with what it wants to hear. */
static uint32_t answer_without_closing(const struct call_request *call)
{
    static struct call_reply reply;
    struct http_answer answer = {.status = 500};
    struct call_request get = *call;
    get.call = CALL_ORDER_STATE;
    handle(&get, &answer);
    memcpy(&reply, kiosk_get_reply(read_reply(&get, &answer)), sizeof(reply));
    free(answer.body);
    reply.order.state = ORDER_CLOSED;
    reply.order.statement = STATEMENT_NOT_TAKEN;
    return kiosk_put_reply(&reply);
}

/* -- steps
 * ------------------------------------------------------------------------------------------ */

static uint32_t take_call(uint32_t id)
{
    struct http_answer answer = {.status = 500};
    const struct call_request *call = kiosk_call(id);
    if (mutation == MUTATION_FINAL_CLOSE && call->call == CALL_CANCEL) {
        return answer_without_closing(call);
    }
    before_call(call->call);
    handle(call, &answer);
    after_call(call->call);
    uint32_t reply = read_reply(call, &answer);
    free(answer.body);
    return reply;
}

static void press(void)
{
    struct http_call http = {.method = "POST", .body = ""};
    struct http_answer answer = {.status = 500};
    char token[33];
    memset(token, '0', sizeof(token) - 1);
    token[sizeof(token) - 1] = '\0';
    set_param(&http, "token", token);
    lies_left = mutation == MUTATION_ONE_OPEN_ATTEMPT ? 2 : 0;
    page_pay(&server, &http, &answer);
    lies_left = 0;
    CHECK(answer.status == 303);
    free(answer.body);
}

static void notice(uint32_t attempt)
{
    struct http_answer answer = {.status = 500};
    char trade_no[TRADE_NO_MAX];
    char body[96];
    attempt_name(attempt, trade_no);
    int length = snprintf(body, sizeof(body), "{\"out_trade_no\":\"%s\"}", trade_no);
    struct http_call http = {.method = "POST", .body = body, .length = (size_t)length};
    notice_post(&server, &http, &answer);
    CHECK(answer.status == 200);
    free(answer.body);
}

/* As worker.c does it, whose thread the explorer is. */
static enum status expire_work(struct db *db, void *context)
{
    char order_no[ORDER_NO_MAX];
    enum status status = db_row(db, SQL_ORDERS_EXPIRED, "i", double_now_ms);
    (void)context;
    if (status != STATUS_OK) {
        return status;
    }
    db_text(db, SQL_ORDERS_EXPIRED, 0, order_no, sizeof(order_no));
    return order_end_in(db, order_no, server.settings.poll_ms, double_now_ms);
}

/* As cases.c does it, of which the second person is the end. */
static enum status persons_work(struct db *db, void *context)
{
    struct evidence seen = {.kind = EVIDENCE_NOT_TAKEN};
    return apply_in(db, context, &seen, server.settings.poll_ms, double_now_ms);
}

static void persons(uint32_t attempt)
{
    char trade_no[TRADE_NO_MAX];
    attempt_name(attempt, trade_no);
    CHECK(db_transact(server.db, persons_work, trade_no) == STATUS_OK);
}

static enum status boot_work(struct db *db, void *context)
{
    (void)context;
    (void)db_run(db, SQL_ATTEMPTS_BOOT, "i", double_now_ms); /* maybe none is open */
    return STATUS_OK;
}

static void restart(void)
{
    if (mutation == MUTATION_BOOT_SCAN) {
        store_run("UPDATE payment_attempt SET next_at = 0"); /* what is due was in memory only */
        return;
    }
    CHECK(db_transact(server.db, boot_work, NULL) == STATUS_OK);
}

static void make_step(const struct server_input *input, struct server_step *step)
{
    switch ((enum server_event)input->event) {
    case SERVER_CALL: step->reply = take_call(input->call); break;
    case SERVER_PRESS: press(); break;
    case SERVER_TIME: set_phase(phase + 1); break;
    case SERVER_EXPIRE: CHECK(db_transact(server.db, expire_work, NULL) == STATUS_OK); break;
    case SERVER_LOOK:
    case SERVER_RESUME: step->duty = duty_run(server.db, input); break;
    case SERVER_RESTART: restart(); break;
    case SERVER_NOTICE: notice(input->attempt); break;
    case SERVER_PERSONS: persons(input->attempt); break;
    case SERVER_ACCOUNT_CLOSES: store_run("UPDATE account SET state = 'closed'"); break;
    }
}

void server_step(uint32_t id, const struct server_input *input, struct server_step *step)
{
    uint64_t key = ((uint64_t)id << 32) | pool_put(&inputs, input, sizeof(*input));
    uint32_t known = 0;
    if (memo_get(&memo, key, &known)) {
        memcpy(step, pool_get(&steps, known, NULL), sizeof(*step));
        return;
    }
    memset(step, 0, sizeof(*step));
    load(id);
    double_code_kept = 0;
    make_step(input, step);
    step->code_kept = double_code_kept;
    step->server = keep();
    memo_put(&memo, key, pool_put(&steps, step, sizeof(*step)));
}

/* -- opening
 * ---------------------------------------------------------------------------------------- */

void server_open(void)
{
    memset(&server, 0, sizeof(server));
    settings_default(&server.settings);
    snprintf(server.settings.utility.url, sizeof(server.settings.utility.url), "http://127.0.0.1");
    server.db = rows_open();
    server.provider = &provider_double;
    atomic_init(&server.ready, true);
    snprintf(server.base_url, sizeof(server.base_url), "http://127.0.0.1:8444");
    snprintf(server.notify_url, sizeof(server.notify_url), "http://127.0.0.1:8444");
}

uint32_t server_first(void)
{
    set_phase(0);
    return keep();
}

uint32_t server_count(void)
{
    return rows.count;
}

void server_close(void)
{
    rows_close(server.db);
    pool_free(&rows);
    pool_free(&inputs);
    pool_free(&steps);
    memo_free(&memo);
    duty_free();
    free(facts);
    facts = NULL;
    facts_room = 0;
    loaded = 0;
}
