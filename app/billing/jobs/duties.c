#include "billing/jobs/duties.h"

#include "billing/secrets.h"
#include "billing/store/orders.h"
#include "billing/store/velocity.h"

#include <stdio.h>
#include <string.h>

#include "common/mask.h"
#include "system/clock.h"
#include "system/log.h"

/* What a provider may say fits into what is stored. */
_Static_assert(PROVIDER_URL_MAX <= CASHIER_URL_MAX, "a cashier address fits");

/*
 * A page whose address has not come by now can be paid by nobody, for the phone has nowhere to go;
 * the customer must not wait for the whole deadline.
 */
#define PAGE_LOST_MS     5000
#define REFUND_TRIES_MAX 10 /* refused so often, a person must look */

static enum status tell(struct duties *duties, const struct attempt_row *row,
                        const struct evidence *evidence)
{
    enum status status =
        apply(duties->db, row->out_trade_no, evidence, duties->settings->poll_ms, clock_wall_ms());
    if (status != STATUS_OK && status != STATUS_CONFLICT) {
        /* Nothing was changed; the attempt stays due and is looked at again. */
        log_error("attempt.apply", "trade=%s status=%s", row->out_trade_no, status_name(status));
        clock_sleep_ms(duties->settings->poll_ms);
    }
    return status;
}

static struct evidence evidence_of(const struct provider_answer *answer)
{
    static const enum attempt_evidence KINDS[] = {
        [PROVIDER_PAID] = EVIDENCE_PAID,         [PROVIDER_PAYING] = EVIDENCE_PAYING,
        [PROVIDER_FAILED] = EVIDENCE_FAILED,     [PROVIDER_CLOSED] = EVIDENCE_CLOSED,
        [PROVIDER_REFUNDED] = EVIDENCE_REFUNDED, [PROVIDER_NOT_FOUND] = EVIDENCE_NOT_FOUND,
        [PROVIDER_UNKNOWN] = EVIDENCE_UNKNOWN,   [PROVIDER_NOT_SENT] = EVIDENCE_NOT_SENT,
    };
    return (struct evidence){.kind = KINDS[answer->result],
                             .failure = answer->failure,
                             .password = answer->password,
                             .transaction_id = answer->transaction_id,
                             .cashier_url = answer->cashier_url,
                             .merchant = answer->merchant,
                             .paid_fen = answer->paid_fen,
                             .paid_at_ms = answer->paid_at_ms};
}

/* Whether the payer's limit of the day is passed; a store that cannot tell lets it be. */
struct payer_call {
    struct duties *duties;
    const struct attempt_row *row;
    const struct evidence *evidence;
};

static enum status payer_work(struct db *db, void *context)
{
    const struct payer_call *call = context;
    return velocity_payer(db, &call->duties->settings->velocity, call->evidence->payer_hash,
                          call->row->out_trade_no, call->evidence->paid_fen, clock_wall_ms());
}

/* Tells what the provider said about the payment, and who paid it. */
static void tell_answer(struct duties *duties, const struct attempt_row *row,
                        struct evidence *evidence, const struct provider_answer *answer)
{
    char payer_hash[SHA256_HEX_MAX] = "";
    if (evidence->kind == EVIDENCE_PAID && answer->payer[0] != '\0') {
        struct payer_call call = {duties, row, evidence};
        secrets_hash("payer", answer->payer, payer_hash);
        evidence->payer_hash = payer_hash;
        evidence->over_limit = db_read(duties->db, payer_work, &call) == STATUS_LIMIT;
    }
    if (evidence->over_limit) {
        log_warn("attempt.payer_limit", "trade=%s payer=%.8s", row->out_trade_no, payer_hash);
    }
    (void)tell(duties, row, evidence);
}

/* A query that could not be sent proves nothing about the payment. */
static struct provider_answer query(struct duties *duties, const struct attempt_row *row)
{
    struct provider_answer answer = duties->provider->query(duties->handle, row->out_trade_no);
    if (answer.result == PROVIDER_NOT_SENT) {
        answer.result = PROVIDER_UNKNOWN;
    }
    return answer;
}

static struct provider_answer open_page(struct duties *duties, struct provider_trade *trade,
                                        const struct attempt_row *row)
{
    char notify_url[BASE_URL_MAX + 32];
    char return_url[BASE_URL_MAX + TOKEN_MAX + 8];
    snprintf(notify_url, sizeof(notify_url), "%s/notify/%s", duties->notify_url,
             duties->provider->name);
    snprintf(return_url, sizeof(return_url), "%s/p/%s", duties->base_url, row->token);
    trade->channel = row->channel;
    trade->notify_url = notify_url;
    trade->return_url = return_url;
    struct provider_answer answer = duties->provider->open_page(duties->handle, trade);
    answer.password = false; /* the page waits, but for no password on a screen of ours */
    return answer;
}

/* SENT is durable before the socket write: after a crash it is asked about, never sent again. */
static void send_once(struct duties *duties, const struct attempt_row *row, const char *code)
{
    if (!row->by_phone && code[0] == '\0') {
        tell(duties, row,
             &(struct evidence){.kind = EVIDENCE_NOT_SENT, .failure = FAILURE_PROVIDER});
        return;
    }
    if (tell(duties, row, &(struct evidence){.kind = EVIDENCE_SEND}) != STATUS_OK) {
        return; /* cancelled meanwhile */
    }
    char tail[8];
    char subject[SUBJECT_MAX];
    snprintf(subject, sizeof(subject), "%s 尾号%s", row->recharge ? "电费充值" : "电费缴费",
             mask_account_tail(row->account_no, tail, sizeof(tail)));
    struct provider_trade trade = {.out_trade_no = row->out_trade_no,
                                   .auth_code = code,
                                   .amount_fen = row->amount_fen,
                                   .subject = subject,
                                   .payee = row->payee,
                                   .merchant = row->merchant,
                                   .terminal_no = row->terminal_no,
                                   .expire_at_ms = row->deadline_ms};
    struct provider_answer answer = row->by_phone
                                        ? open_page(duties, &trade, row)
                                        : duties->provider->pay_code(duties->handle, &trade);
    struct evidence evidence = evidence_of(&answer);
    if (evidence.kind == EVIDENCE_NOT_SENT) {
        evidence.failure = FAILURE_PROVIDER;
    }
    if (evidence.kind == EVIDENCE_CLOSED || evidence.kind == EVIDENCE_NOT_FOUND ||
        evidence.kind == EVIDENCE_REFUNDED) {
        evidence.kind = EVIDENCE_UNKNOWN; /* words that only a query may say */
    }
    tell_answer(duties, row, &evidence, &answer);
}

static int64_t give_up_at_ms(const struct attempt_row *row)
{
    int64_t page_ms = row->created_at_ms + PAGE_LOST_MS;
    bool lost = row->by_phone && row->cashier_url[0] == '\0';

    return lost && page_ms < row->deadline_ms ? page_ms : row->deadline_ms;
}

static void look(struct duties *duties, const struct attempt_row *row)
{
    struct provider_answer answer = query(duties, row);
    struct evidence evidence = evidence_of(&answer);
    bool waiting = evidence.kind == EVIDENCE_PAYING || evidence.kind == EVIDENCE_UNKNOWN ||
                   evidence.kind == EVIDENCE_NOT_FOUND;
    if (waiting && clock_wall_ms() >= give_up_at_ms(row)) {
        evidence = (struct evidence){.kind = EVIDENCE_DEADLINE};
    }
    if (row->by_phone) {
        evidence.password = false;
    }
    tell_answer(duties, row, &evidence, &answer);
}

static void reverse(struct duties *duties, const struct attempt_row *row)
{
    duties->provider->reverse(duties->handle, row->out_trade_no);
    struct provider_answer answer = query(duties, row);
    struct evidence evidence = evidence_of(&answer);
    tell(duties, row, &evidence);
}

/* By a refund; or by a reversal that came late, after it had been found to be paid. */
static bool returned(const struct provider_answer *answer, const struct attempt_row *row)
{
    bool revoked = answer->result == PROVIDER_CLOSED && answer->refunded_fen >= row->paid_fen;
    return answer->result == PROVIDER_REFUNDED || revoked;
}

static void refund(struct duties *duties, const struct attempt_row *row)
{
    char refund_no[TRADE_NO_MAX + 2];
    snprintf(refund_no, sizeof(refund_no), "%sR", row->out_trade_no);
    if (row->state == ATTEMPT_REFUND_INTENT) {
        /* Durable by the entry into REFUND_INTENT; from here on the call may have gone out. */
        tell(duties, row, &(struct evidence){.kind = EVIDENCE_REFUND_SENT});
        return;
    }
    /* A reversal that was believed lost may have returned the money already. */
    struct provider_answer answer = query(duties, row);
    if (!returned(&answer, row)) {
        duties->provider->refund(duties->handle, row->out_trade_no, refund_no, row->paid_fen);
        answer = duties->provider->query_refund(duties->handle, refund_no);
    }
    struct evidence evidence = {.kind = EVIDENCE_UNKNOWN};
    if (returned(&answer, row)) {
        evidence.kind = EVIDENCE_REFUNDED;
    } else if (answer.result == PROVIDER_FAILED && row->tries >= REFUND_TRIES_MAX) {
        evidence.kind = EVIDENCE_GIVEN_UP;
    }
    tell(duties, row, &evidence);
}

static void watch(struct duties *duties, const struct attempt_row *row)
{
    struct provider_answer answer = query(duties, row);
    struct evidence evidence = evidence_of(&answer);
    tell(duties, row, &evidence);
}

/* -- a utility's own ledger ---------------------------------------------------------------- */

struct bills_call {
    const char *order_no;
    struct order_bills bills;
};

static enum status bills_work(struct db *db, void *context)
{
    struct bills_call *call = context;
    return orders_bills(db, call->order_no, &call->bills);
}

/* The first look posts; every later one asks, and posts the same number again if it is unknown. */
static struct utility_answer ask_utility(struct duties *duties, const struct attempt_row *row,
                                         const struct utility_posting *posting)
{
    struct utility_answer answer = {.result = UTILITY_NOT_FOUND};
    if (duties->utility_handle == NULL) {
        log_error("utility.missing", "posting=%s", posting->posting_no);
        return (struct utility_answer){.result = UTILITY_UNKNOWN};
    }
    if (row->tries > 0) {
        answer = duties->utility->query(duties->utility_handle, posting);
    }
    return answer.result == UTILITY_NOT_FOUND
               ? duties->utility->post(duties->utility_handle, posting)
               : answer;
}

static void post_to_utility(struct duties *duties, const struct attempt_row *row)
{
    static const enum attempt_evidence KINDS[] = {
        [UTILITY_ACCEPTED] = EVIDENCE_CREDITED, [UTILITY_REFUSED] = EVIDENCE_REFUSED,
        [UTILITY_PENDING] = EVIDENCE_UNKNOWN,   [UTILITY_OTHER_AMOUNT] = EVIDENCE_DISPUTED,
        [UTILITY_NOT_FOUND] = EVIDENCE_UNKNOWN, [UTILITY_UNKNOWN] = EVIDENCE_UNKNOWN,
    };
    struct bills_call order = {.order_no = row->order_no};
    char posting_no[POSTING_NO_MAX];
    attempt_posting_no(row, posting_no);
    if (!row->recharge && db_read(duties->db, bills_work, &order) != STATUS_OK) {
        return; /* stays due */
    }
    struct utility_posting posting = {.posting_no = posting_no,
                                      .account_no = row->account_no,
                                      .out_trade_no = row->out_trade_no,
                                      .order_no = row->order_no,
                                      .recharge = row->recharge,
                                      .amount_fen = row->paid_fen,
                                      .paid_at_ms = row->paid_at_ms,
                                      .bill_ids = order.bills.bill_ids,
                                      .bill_count = order.bills.count};
    struct utility_answer answer = ask_utility(duties, row, &posting);
    struct evidence evidence = {.kind = KINDS[answer.result], .reason = answer.reason};
    (void)tell(duties, row, &evidence);
}

struct load_call {
    const char *out_trade_no;
    struct attempt_row *row;
};

static enum status load_work(struct db *db, void *context)
{
    struct load_call *call = context;
    return attempt_load(db, call->out_trade_no, call->row);
}

void duties_do(struct duties *duties, const char *out_trade_no, const char *code)
{
    struct attempt_row row;
    struct load_call load = {out_trade_no, &row};
    if (db_read(duties->db, load_work, &load) != STATUS_OK) {
        return;
    }
    switch (attempt_duty(row.state)) {
    case DUTY_SEND: send_once(duties, &row, code); break;
    case DUTY_QUERY: look(duties, &row); break;
    case DUTY_REVERSE: reverse(duties, &row); break;
    case DUTY_REFUND: refund(duties, &row); break;
    case DUTY_POST: post_to_utility(duties, &row); break;
    case DUTY_WATCH:
    case DUTY_CREDIT: /* PAID is left in the transaction that enters it */
    case DUTY_NONE:   /* a notice about what is done: one look, then never again */
    case DUTY_ALARM: watch(duties, &row); break;
    }
}
