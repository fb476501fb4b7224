/*
 * One look of the worker at one attempt: the real duties_do(), stopped before each call to the
 * provider. The linker hands attempt_load() and apply() to the functions below (--wrap), which
 * let them through, or answer what was answered when this duty ran the first time.
 */
#include <stdio.h>
#include <string.h>

#include "billing/jobs/duties.h"
#include "server_side.h"

#define APPLIES_MAX 3
#define ANSWERS_MAX 4
#define CASHIER_URL "http://127.0.0.1:8600/cashier/1"

struct duty {
    struct attempt_row row; /* as it was read at the beginning */
    uint32_t code;
    uint32_t apply_count, answer_count;
    uint8_t applied[APPLIES_MAX]; /* enum status */
    uint8_t answers[ANSWERS_MAX];
    uint32_t waits_for; /* enum provider_call */
    uint32_t reversed;  /* MUTATION_QUERY_AFTER_REVERSAL: its reply was ok */
};

static struct pool duties;
static struct duty duty; /* the one that runs */
static struct {
    bool active, replays_row, waits;
    uint32_t applies, answers; /* used up of what is known */
} run;

enum status __real_attempt_load(struct db *db, const char *out_trade_no, struct attempt_row *row);
enum status __wrap_attempt_load(struct db *db, const char *out_trade_no, struct attempt_row *row);
enum status __real_apply(struct db *db, const char *out_trade_no, const struct evidence *evidence,
                         int poll_ms, int64_t now_ms);
enum status __wrap_apply(struct db *db, const char *out_trade_no, const struct evidence *evidence,
                         int poll_ms, int64_t now_ms);

enum status __wrap_attempt_load(struct db *db, const char *out_trade_no, struct attempt_row *row)
{
    if (!run.active || !run.replays_row) {
        return __real_attempt_load(db, out_trade_no, row);
    }
    run.replays_row = false;
    *row = duty.row;
    return STATUS_OK;
}

static enum status apply_now(struct db *db, const char *out_trade_no,
                             const struct evidence *evidence, int poll_ms, int64_t now_ms)
{
    if (mutation == MUTATION_SENT_FIRST && evidence->kind == EVIDENCE_SEND) {
        return STATUS_OK; /* written with the answer, below */
    }
    if (mutation == MUTATION_SENT_FIRST && duty.row.state == ATTEMPT_INTENT &&
        evidence->kind != EVIDENCE_NOT_SENT) {
        struct evidence sent = {.kind = EVIDENCE_SEND};
        (void)!__real_apply(db, out_trade_no, &sent, poll_ms, now_ms);
    }
    if (mutation == MUTATION_SILENCE_IS_NO_WORD && duty.row.state == ATTEMPT_CREDITING &&
        evidence->kind == EVIDENCE_UNKNOWN) {
        struct evidence refused = {.kind = EVIDENCE_REFUSED};
        return __real_apply(db, out_trade_no, &refused, poll_ms, now_ms);
    }
    return __real_apply(db, out_trade_no, evidence, poll_ms, now_ms);
}

enum status __wrap_apply(struct db *db, const char *out_trade_no, const struct evidence *evidence,
                         int poll_ms, int64_t now_ms)
{
    CHECK(run.active);
    if (run.waits) {
        return STATUS_OK; /* not yet: it stands still in a call before this one */
    }
    if (run.applies < duty.apply_count) {
        return (enum status)duty.applied[run.applies++];
    }
    enum status status = apply_now(db, out_trade_no, evidence, poll_ms, now_ms);
    CHECK(status == STATUS_OK || status == STATUS_CONFLICT);
    CHECK(duty.apply_count < APPLIES_MAX);
    duty.applied[duty.apply_count++] = (uint8_t)status;
    run.applies = duty.apply_count;
    return status;
}

/* -- the provider's port -------------------------------------------------------------------------
 */

static struct provider_answer decode(uint8_t code)
{
    struct provider_answer answer = {.result = PROVIDER_UNKNOWN};
    if ((code & ANSWER_NO_WORDS) != 0 || code == 0) {
        return answer;
    }
    answer.result = (enum provider_result)((code & 0x1f) - 1);
    answer.failure = answer.result == PROVIDER_FAILED ? FAILURE_DECLINED : FAILURE_NONE;
    answer.password = (code & ANSWER_DETAIL) != 0;
    if (answer.result == PROVIDER_PAID || answer.result == PROVIDER_REFUNDED) {
        answer.paid_fen = duty.row.amount_fen;
        answer.paid_at_ms = double_now_ms;
        snprintf(answer.transaction_id, sizeof(answer.transaction_id), "42");
    }
    answer.refunded_fen = (code & ANSWER_RETURNED) != 0 ? duty.row.amount_fen : 0;
    if ((code & ANSWER_DETAIL) != 0 && duty.row.by_phone) {
        snprintf(answer.cashier_url, sizeof(answer.cashier_url), CASHIER_URL);
    }
    return answer;
}

/* The answer, as a byte; 0: it is not there yet. */
static uint8_t ask_byte(enum provider_call call)
{
    if (run.waits) {
        return 0;
    }
    if (run.answers < duty.answer_count) {
        return duty.answers[run.answers++];
    }
    if (mutation == MUTATION_QUERY_AFTER_REVERSAL && call == PROVIDER_CALL_QUERY && duty.reversed) {
        return ANSWER(PROVIDER_CLOSED);
    }
    duty.reversed = call == PROVIDER_CALL_REVERSE;
    duty.waits_for = call;
    run.waits = true;
    return 0;
}

static struct provider_answer ask(enum provider_call call)
{
    return decode(ask_byte(call));
}

static enum status open_handle(const struct provider_settings *settings,
                               struct provider_handle **handle)
{
    (void)settings;
    *handle = NULL;
    return STATUS_OK;
}

static void close_handle(struct provider_handle *handle)
{
    (void)handle;
}

static struct provider_answer pay_code(struct provider_handle *handle,
                                       const struct provider_trade *trade)
{
    (void)handle;
    (void)trade;
    return ask(PROVIDER_CALL_PAY);
}

static struct provider_answer open_page(struct provider_handle *handle,
                                        const struct provider_trade *trade)
{
    (void)handle;
    (void)trade;
    return ask(PROVIDER_CALL_PAGE);
}

static struct provider_answer query(struct provider_handle *handle, const char *out_trade_no)
{
    (void)handle;
    (void)out_trade_no;
    return ask(PROVIDER_CALL_QUERY);
}

static void reverse(struct provider_handle *handle, const char *out_trade_no)
{
    (void)handle;
    (void)out_trade_no;
    (void)ask(PROVIDER_CALL_REVERSE);
}

static void refund(struct provider_handle *handle, const char *out_trade_no,
                   const char *out_refund_no, int64_t amount_fen)
{
    (void)handle;
    (void)out_trade_no;
    (void)out_refund_no;
    CHECK(amount_fen == duty.row.amount_fen);
    (void)ask(PROVIDER_CALL_REFUND);
}

static struct provider_answer query_refund(struct provider_handle *handle,
                                           const char *out_refund_no)
{
    (void)handle;
    (void)out_refund_no;
    return ask(PROVIDER_CALL_QUERY_REFUND);
}

static bool notice_ok(const struct provider_settings *settings, const char *signature,
                      const void *body, size_t length)
{
    (void)settings;
    (void)signature;
    (void)body;
    return length > 0;
}

const struct provider provider_double = {.name = "explorer",
                                         .open = open_handle,
                                         .close = close_handle,
                                         .pay_code = pay_code,
                                         .open_page = open_page,
                                         .query = query,
                                         .reverse = reverse,
                                         .refund = refund,
                                         .query_refund = query_refund,
                                         .notice_ok = notice_ok};

/* -- the utility's port --------------------------------------------------------------------------
 */

static struct utility_answer ask_utility(enum provider_call call,
                                         const struct utility_posting *posting)
{
    uint8_t code = ask_byte(call);
    CHECK(posting->amount_fen == duty.row.amount_fen && posting->recharge);
    return (struct utility_answer){.result = code == 0 ? UTILITY_UNKNOWN
                                                       : (enum utility_result)((code & 0x1f) - 1)};
}

static enum status utility_open(const struct provider_settings *settings,
                                struct utility_handle **handle)
{
    (void)settings;
    *handle = NULL;
    return STATUS_OK;
}

static void utility_close(struct utility_handle *handle)
{
    (void)handle;
}

static struct utility_answer utility_post(struct utility_handle *handle,
                                          const struct utility_posting *posting)
{
    (void)handle;
    return ask_utility(PROVIDER_CALL_POST, posting);
}

static struct utility_answer utility_query(struct utility_handle *handle,
                                           const struct utility_posting *posting)
{
    (void)handle;
    return ask_utility(PROVIDER_CALL_QUERY_POSTING, posting);
}

static const struct utility utility_double = {.name = "explorer",
                                              .open = utility_open,
                                              .close = utility_close,
                                              .post = utility_post,
                                              .query = utility_query};

/* -- running -------------------------------------------------------------------------------------
 */

static enum status read_row(struct db *db, void *context)
{
    return __real_attempt_load(db, context, &duty.row);
}

static void begin(struct db *db, const struct server_input *input, char *out_trade_no)
{
    if (input->duty == 0) {
        memset(&duty, 0, sizeof(duty));
        duty.code = input->code;
        CHECK(db_transact(db, read_row, out_trade_no) == STATUS_OK);
        return;
    }
    memcpy(&duty, pool_get(&duties, input->duty, NULL), sizeof(duty));
    CHECK(duty.answer_count < ANSWERS_MAX);
    duty.answers[duty.answer_count++] = (uint8_t)input->answer;
    duty.waits_for = PROVIDER_CALL_NONE;
}

uint32_t duty_run(struct db *db, const struct server_input *input)
{
    static struct settings settings;
    struct duties real = {.db = db,
                          .provider = &provider_double,
                          .utility = &utility_double,
                          .utility_handle = (struct utility_handle *)&settings, /* not NULL */
                          .settings = &settings,
                          .base_url = "http://127.0.0.1:8444",
                          .notify_url = "http://127.0.0.1:8444"};
    char out_trade_no[TRADE_NO_MAX];
    attempt_name(input->attempt, out_trade_no);
    settings_default(&settings);
    begin(db, input, out_trade_no);
    memset(&run, 0, sizeof(run));
    run.active = true;
    run.replays_row = true;
    duties_do(&real, out_trade_no, duty.code != 0 ? "101234567890123456" : "");
    run.active = false;
    return duty.waits_for != PROVIDER_CALL_NONE ? pool_put(&duties, &duty, sizeof(duty)) : 0;
}

enum provider_call server_duty_call(uint32_t id)
{
    const struct duty *waiting = pool_get(&duties, id, NULL);
    return (enum provider_call)waiting->waits_for;
}

void duty_free(void)
{
    pool_free(&duties);
}
