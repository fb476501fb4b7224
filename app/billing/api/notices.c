/* A provider's notice is a hint where to look: signed, then queried, never believed. */
#include <string.h>

#include "billing/api/api.h"
#include "system/clock.h"
#include "system/log.h"

struct wake {
    const char *trade_no;
    bool known;
};

static bool trade_no_ok(const char *text)
{
    size_t length = strlen(text);
    return length > 0 && length < TRADE_NO_MAX &&
           strspn(text, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == length;
}

/* One that we do not know is no fault of ours: it is taken and forgotten. */
static enum status wake_work(struct db *db, void *context)
{
    struct wake *wake = context;
    enum status status = db_run(db, SQL_ATTEMPT_WAKE, "ti", wake->trade_no, clock_wall_ms());
    wake->known = status == STATUS_OK;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

void notice_post(void *context, const struct http_call *call, struct http_answer *answer)
{
    struct server *server = context;
    const char *signature = http_call_header(call, "X-Sandbox-Signature");
    if (!server->provider->notice_ok(&server->settings.gateway, signature, call->body,
                                     call->length)) {
        log_warn("notice.signature", "bytes=%zu", call->length);
        http_answer_problem(answer, 401, "signature_invalid", NULL);
        return;
    }
    json_t *document = api_body(call, answer);
    if (document == NULL) {
        return;
    }
    const char *trade_no = json_string_value(json_object_get(document, "out_trade_no"));
    if (trade_no == NULL || !trade_no_ok(trade_no)) {
        http_answer_problem(answer, 400, "body_invalid", "out_trade_no");
        json_decref(document);
        return;
    }
    struct wake wake = {.trade_no = trade_no};
    enum status status = db_transact(server->db, wake_work, &wake);
    if (status == STATUS_OK) {
        log_info("notice", "trade=%s known=%d", trade_no, wake.known ? 1 : 0);
    }
    json_decref(document);
    if (status != STATUS_OK) {
        http_answer_problem(answer, 503, "store_unavailable", NULL);
        return;
    }
    worker_wake(server->worker);
    static const char DONE[] = "{\"result\":\"ok\"}";
    http_answer_set(answer, 200, "application/json", DONE, sizeof(DONE) - 1);
}
