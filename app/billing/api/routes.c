/* The tables of routes, and the gate before them. */
#include <stdio.h>
#include <string.h>

#include "billing/api/api.h"
#include "system/log.h"

const struct http_route KIOSK_ROUTES[] = {
    {"GET", "/v1/health", health_get, ROUTE_OPEN},
    {"GET", "/v1/version", version_get, ROUTE_OPEN},
    {"POST", "/v1/enrolments", enrolments_post, ROUTE_OPEN},
    {"GET", "/v1/accounts/{account_no}", accounts_get, 0},
    {"POST", "/v1/orders", orders_post, 0},
    {"GET", "/v1/orders/{order_no}", orders_get, 0},
    {"POST", "/v1/orders/{order_no}/attempts", attempts_post, 0},
    {"POST", "/v1/orders/{order_no}/cancel", orders_cancel, 0},
    {"POST", "/v1/requests/{request_id}/close", requests_close, 0},
};
const size_t KIOSK_ROUTE_COUNT = ARRAY_LEN(KIOSK_ROUTES);

const struct http_route PUBLIC_ROUTES[] = {
    {"GET", "/p/{token}", page_get, 0},
    {"POST", "/p/{token}/pay", page_pay, 0},
    {"POST", "/notify/sandbox", notice_post, ROUTE_NOTICE},
};
const size_t PUBLIC_ROUTE_COUNT = ARRAY_LEN(PUBLIC_ROUTES);

static enum status terminal_work(struct db *db, void *context)
{
    struct http_call *call = context;
    enum status status = db_row(db, SQL_TERMINAL_BY_PRINT, "t", call->peer_fingerprint);
    if (status == STATUS_OK) {
        db_text(db, SQL_TERMINAL_BY_PRINT, 0, call->gate_text, sizeof(call->gate_text));
    }
    return status;
}

bool api_gate(void *context, struct http_call *call, struct http_answer *answer)
{
    struct server *server = context;
    if (call->route != NULL && (call->route->flags & ROUTE_OPEN) != 0) {
        return true;
    }
    if (call->peer_fingerprint[0] == '\0') {
        http_answer_problem(answer, 401, "certificate_required", NULL);
        return false;
    }
    enum status status = db_read(server->db, terminal_work, call);
    if (status == STATUS_OK) {
        return true;
    }
    if (status == STATUS_NOT_FOUND) {
        log_warn("terminal.refused", "fingerprint=%.8s", call->peer_fingerprint);
        http_answer_problem(answer, 403, "terminal_unknown", NULL);
    } else {
        http_answer_problem(answer, 503, "store_unavailable", NULL);
    }
    return false;
}

static bool is_page(const struct http_call *call)
{
    return strncmp(call->path, "/p/", strlen("/p/")) == 0;
}

bool page_gate(void *context, struct http_call *call, struct http_answer *answer)
{
    struct server *server = context;
    if (!is_page(call) && !settings_notice_from(&server->settings, call->peer_address)) {
        if (call->route != NULL) {
            log_warn("notice.from", "address=%s", call->peer_address);
        }
        http_answer_problem(answer, 404, "not_found", NULL);
        return false;
    }
    if (atomic_load(&server->ready)) {
        return true;
    }
    if (is_page(call)) {
        page_busy(call, answer);
    } else {
        http_answer_problem(answer, 503, "starting", NULL);
    }
    return false;
}

void api_refuse(struct http_answer *answer, const struct codec_error *error)
{
    http_answer_problem(answer, 400, "body_invalid", error->text);
}

json_t *api_body(const struct http_call *call, struct http_answer *answer)
{
    struct codec_error error = {{0}};
    json_t *document = NULL;
    if (codec_parse(call->body, call->length, &document, &error) != STATUS_OK) {
        api_refuse(answer, &error);
        return NULL;
    }
    return document;
}

bool api_key_ok(const struct http_call *call, const char *request_id, struct http_answer *answer)
{
    const char *key = http_call_header(call, "Idempotency-Key");
    if (key == NULL || strcmp(key, request_id) != 0) {
        http_answer_problem(answer, 400,
                            key == NULL ? "idempotency_key_missing" : "idempotency_key_wrong",
                            "Idempotency-Key is the request_id of the body");
        return false;
    }
    return true;
}
