/* A terminal's first contact: a one-use code and a certificate request for a certificate. */
#include <stdio.h>
#include <string.h>

#include "billing/api/api.h"
#include "billing/secrets.h"
#include "system/clock.h"
#include "system/log.h"

struct enrolment {
    struct server *server;
    const struct enrolment_request *request;
    char code_hash[SHA256_HEX_MAX];
    char csr_hash[SHA256_HEX_MAX];
    struct enrolment_reply reply;
};

/* Inside a transaction: the code was not used, and is now. */
static enum status use_code(struct db *db, struct enrolment *enrolment, int64_t now_ms)
{
    struct enrolment_reply *reply = &enrolment->reply;
    char fingerprint[FINGERPRINT_MAX] = "";
    enum status status = pki_issue(enrolment->server->pki, enrolment->request->csr_pem,
                                   reply->terminal_no, reply->certificate_pem, fingerprint);
    if (status != STATUS_OK) {
        return status;
    }
    if (db_run(db, SQL_CODE_USE, "ttt", enrolment->code_hash, enrolment->csr_hash,
               reply->certificate_pem) != STATUS_OK ||
        db_run(db, SQL_TERMINAL_PUT, "ttti", reply->terminal_no, reply->site, fingerprint,
               now_ms) != STATUS_OK) {
        return STATUS_IO;
    }
    log_info("terminal.enrolled", "terminal=%s fingerprint=%.8s", reply->terminal_no, fingerprint);
    return STATUS_OK;
}

/*
 * STATUS_NOT_FOUND: no such code, or its time is over; STATUS_CONFLICT: used by another key.
 * The same request again (a lost reply) gets the same certificate.
 */
static enum status enrol_work(struct db *db, void *context)
{
    struct enrolment *enrolment = context;
    struct enrolment_reply *reply = &enrolment->reply;
    int64_t now_ms = clock_wall_ms();
    char used_csr[SHA256_HEX_MAX];
    enum status status = db_row(db, SQL_CODE_GET, "t", enrolment->code_hash);
    if (status != STATUS_OK) {
        return status;
    }
    db_text(db, SQL_CODE_GET, 0, reply->terminal_no, sizeof(reply->terminal_no));
    db_text(db, SQL_CODE_GET, 1, reply->site, sizeof(reply->site));
    db_text(db, SQL_CODE_GET, 3, used_csr, sizeof(used_csr));
    if (db_int(db, SQL_CODE_GET, 2) < now_ms) {
        return STATUS_NOT_FOUND;
    }
    if (used_csr[0] == '\0') {
        return use_code(db, enrolment, now_ms);
    }
    db_text(db, SQL_CODE_GET, 4, reply->certificate_pem, sizeof(reply->certificate_pem));
    return strcmp(used_csr, enrolment->csr_hash) == 0 ? STATUS_OK : STATUS_CONFLICT;
}

static void answer_enrolment(struct enrolment *enrolment, struct http_answer *answer)
{
    const struct server *server = enrolment->server;
    switch (db_transact(server->db, enrol_work, enrolment)) {
    case STATUS_OK:
        snprintf(enrolment->reply.ca_pem, PEM_MAX, "%s", pki_ca_pem(server->pki));
        http_answer_json(answer, 201, codec_print(enrolment_reply_to_json(&enrolment->reply)));
        return;
    case STATUS_NOT_FOUND: http_answer_problem(answer, 403, "code_unknown", NULL); return;
    case STATUS_CONFLICT: http_answer_problem(answer, 409, "code_used", NULL); return;
    case STATUS_INVALID: http_answer_problem(answer, 400, "csr_invalid", NULL); return;
    default: http_answer_problem(answer, 503, "store_unavailable", NULL); return;
    }
}

void enrolments_post(void *context, const struct http_call *call, struct http_answer *answer)
{
    struct enrolment_request request;
    struct enrolment enrolment = {.server = context, .request = &request};
    struct codec_error error = {{0}};
    json_t *document = api_body(call, answer);
    if (document == NULL) {
        return;
    }
    enum status status = enrolment_request_from_json(document, &request, &error);
    json_decref(document);
    if (status != STATUS_OK) {
        api_refuse(answer, &error);
        return;
    }
    secrets_hash("enrolment", request.code, enrolment.code_hash);
    secrets_hash("csr", request.csr_pem, enrolment.csr_hash);
    answer_enrolment(&enrolment, answer);
}
