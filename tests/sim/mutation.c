#include "mutation.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "billing/jobs/apply.h"
#include "gateway.h"
#include "memory_store.h"
#include "rules_end.h"
#include "server.h"

enum mutation mutation;

static const char *const NAMES[MUTATION_COUNT] = {
    [MUTATION_NONE] = "none",
    [MUTATION_JOURNAL_FIRST] = "journal-first",
    [MUTATION_FINAL_CLOSE] = "final-close",
    [MUTATION_TOMBSTONE] = "tombstone",
    [MUTATION_BOOT_RECOVERY] = "boot-recovery",
    [MUTATION_BOOT_SCAN] = "boot-scan",
    [MUTATION_IDEMPOTENCY] = "idempotency",
    [MUTATION_QUERY_AFTER_REVERSAL] = "query-after-reversal",
    [MUTATION_SENT_FIRST] = "sent-first",
    [MUTATION_LATE_IS_REFUNDED] = "late-is-refunded",
    [MUTATION_CREDITED_ONCE] = "credited-once",
    [MUTATION_REFUND_QUERIED] = "refund-queried",
    [MUTATION_SILENCE_REFUSES] = "silence-refuses",
    [MUTATION_POSTED_ONCE] = "posted-once",
};

enum mutation mutation_parse(const char *name)
{
    for (int i = 0; i < MUTATION_COUNT; i++) {
        if (strcmp(name, NAMES[i]) == 0) {
            return (enum mutation)i;
        }
    }
    return MUTATION_COUNT;
}

const char *mutation_name(enum mutation which)
{
    return NAMES[which];
}

/* -- around the server --------------------------------------------------------------------- */

void mutation_after_boot(void)
{
    if (mutation == MUTATION_BOOT_SCAN) {
        store_run("UPDATE payment_attempt SET next_at = 0"); /* what is due was in memory only */
    }
}

void mutation_before_call(const struct request *request)
{
    char sql[200];
    if (mutation == MUTATION_IDEMPOTENCY && strcmp(request->path, "/v1/orders") == 0) {
        snprintf(sql, sizeof(sql),
                 "UPDATE payment_order SET request_id = substr(request_id, 2) || 'f'"
                 " WHERE request_id = '%s'",
                 request->key);
        store_run(sql);
    }
}

void mutation_after_call(const struct request *request)
{
    char sql[400];
    if (mutation == MUTATION_IDEMPOTENCY && strcmp(request->path, "/v1/orders") == 0) {
        snprintf(sql, sizeof(sql),
                 "UPDATE payment_order SET request_id = '%s' WHERE request_id ="
                 " substr('%s', 2) || 'f' AND NOT EXISTS (SELECT 1 FROM payment_order"
                 " WHERE request_id = '%s')",
                 request->key, request->key, request->key);
        store_run(sql); /* nothing new was made of it */
    }
    if (mutation == MUTATION_TOMBSTONE && strncmp(request->path, "/v1/requests/", 13) == 0) {
        store_run("DELETE FROM request_tombstone");
    }
}

/* -- around a posting's number -------------------------------------------------------- */

void __real_attempt_posting_no(const struct attempt_row *row, char posting_no[POSTING_NO_MAX]);
void __wrap_attempt_posting_no(const struct attempt_row *row, char posting_no[POSTING_NO_MAX]);

void __wrap_attempt_posting_no(const struct attempt_row *row, char posting_no[POSTING_NO_MAX])
{
    __real_attempt_posting_no(row, posting_no);
    if (mutation == MUTATION_POSTED_ONCE && row->state == ATTEMPT_CREDITING &&
        !server_transacts()) {
        snprintf(posting_no, POSTING_NO_MAX, "%.23sP%u", row->out_trade_no,
                 (unsigned)(2 + row->tries) % 10000);
    }
}

/* -- around the attempt's machine ---------------------------------------------------------- */

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

static void credit_again(const char *out_trade_no)
{
    char sql[256];
    snprintf(sql, sizeof(sql),
             "UPDATE account SET balance_fen = balance_fen + 1 WHERE prepaid = 1 AND account_no ="
             " (SELECT p.account_no FROM payment_order p JOIN payment_attempt t"
             " ON t.order_no = p.order_no WHERE t.out_trade_no = '%s')",
             out_trade_no);
    store_run(sql);
}

enum status __real_apply(struct db *db, const char *out_trade_no, const struct evidence *evidence,
                         int poll_ms, int64_t now_ms);

enum status mutation_apply(struct db *db, const char *out_trade_no, struct evidence *evidence,
                           int poll_ms, int64_t now_ms)
{
    struct evidence sent = {.kind = EVIDENCE_SEND};
    bool not_sent = evidence->kind == EVIDENCE_NOT_SENT || evidence->kind == EVIDENCE_SEND;
    switch (mutation) {
    case MUTATION_SENT_FIRST:
        if (evidence->kind == EVIDENCE_SEND) {
            return STATUS_OK; /* written with the answer, below */
        }
        if (!not_sent && store_attempt_is(out_trade_no, "INTENT")) {
            (void)!__real_apply(db, out_trade_no, &sent, poll_ms, now_ms);
        }
        break;
    case MUTATION_QUERY_AFTER_REVERSAL:
        if (gateway_truth(out_trade_no)->reverse_said_ok &&
            store_attempt_is(out_trade_no, "REVERSING")) {
            evidence->kind = EVIDENCE_CLOSED;
        }
        break;
    case MUTATION_REFUND_QUERIED:
        if (evidence->kind == EVIDENCE_UNKNOWN && store_attempt_is(out_trade_no, "REFUNDING")) {
            evidence->kind = EVIDENCE_REFUNDED;
        }
        break;
    case MUTATION_SILENCE_REFUSES:
        if (evidence->kind == EVIDENCE_UNKNOWN && store_attempt_is(out_trade_no, "CREDITING")) {
            evidence->kind = EVIDENCE_REFUSED;
        }
        break;
    case MUTATION_CREDITED_ONCE:
        if (evidence->kind == EVIDENCE_PAID && store_attempt_is(out_trade_no, "CREDITED")) {
            credit_again(out_trade_no);
        }
        break;
    default: break;
    }
    return __real_apply(db, out_trade_no, evidence, poll_ms, now_ms);
}
