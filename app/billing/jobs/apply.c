#include "billing/jobs/apply.h"

#include <stdio.h>
#include <string.h>

#include "billing/jobs/credit.h"
#include "billing/store/ledger.h"
#include "protocol/codec.h"
#include "system/log.h"

#define BACKOFF_FIRST_MS 500
#define BACKOFF_MAX_MS   30000
#define LONG_TRIES       120 /* about an hour of them: from here on slower, and with an alarm */
#define BACKOFF_LONG_MS  600000
#define ALARM_TRIES      144   /* and again every day */
#define WATCH_FIRST_MS   10000 /* then four times longer each: 10 s, 40 s ... 45 h; 60 h in all */
#define WATCH_TIMES      8
#define UNHEARD_PART     8 /* a look without an answer is repeated after this part of the age */
#define UNHEARD_MAX_MS   3600000
#define UNHEARD_END_MS   (INT64_C(7) * 24 * 3600000) /* a provider that is silent so long */
#define REFUND_NO_MAX    (TRADE_NO_MAX + 2)
#define HOLD_NO_MAX      (TRADE_NO_MAX + 4)

/* -- what follows from a new state ------------------------------------------------------- */

/* What was said to be paid is written down once; a later word cannot change it. */
static enum status note_payment(struct db *db, const struct evidence *evidence,
                                struct attempt_row *row, int64_t now_ms)
{
    bool money = evidence->kind == EVIDENCE_PAID || evidence->kind == EVIDENCE_MISMATCH ||
                 evidence->kind == EVIDENCE_REFUNDED;
    if (!money || row->paid_fen != 0) {
        return STATUS_OK;
    }
    row->paid_fen = evidence->paid_fen > 0 ? evidence->paid_fen : row->amount_fen;
    row->paid_at_ms = evidence->paid_at_ms > 0 ? evidence->paid_at_ms : now_ms;
    if (evidence->payer_hash != NULL && evidence->payer_hash[0] != '\0' &&
        db_change(db, SQL_ATTEMPT_PAYER, "tt", row->out_trade_no, evidence->payer_hash) !=
            STATUS_OK) {
        return STATUS_IO;
    }
    return db_change(db, SQL_ATTEMPT_PAID, "ttii", row->out_trade_no,
                     evidence->transaction_id != NULL ? evidence->transaction_id : "",
                     row->paid_fen, row->paid_at_ms);
}

/* Money may be held, freed for the utility, refused there and held again: each has its entry. */
static const char *hold_no(const struct attempt_row *row, char text[HOLD_NO_MAX])
{
    if (row->postings == 0) {
        return row->out_trade_no;
    }
    int length = snprintf(text, HOLD_NO_MAX, "%s.%d", row->out_trade_no, row->postings);
    CHECK(length > 0 && length < HOLD_NO_MAX);
    return text;
}

/* The books of money that cannot stay: held when it is seen, returned when it is proved. */
static enum status book_refund(struct db *db, const struct attempt_row *row,
                               enum attempt_state state, int64_t now_ms)
{
    char refund_no[REFUND_NO_MAX];
    char hold[HOLD_NO_MAX];
    /* Of a MANUAL case, too: it is here, and nobody's yet. What was credited is the account's. */
    bool held = state == ATTEMPT_REFUND_INTENT || state == ATTEMPT_REFUNDED ||
                (state == ATTEMPT_MANUAL && row->credited_at_ms == 0);
    if (!held) {
        return STATUS_OK;
    }
    enum status status =
        ledger_held(db, hold_no(row, hold), row->account_no, row->paid_fen, now_ms);
    if (status != STATUS_OK && status != STATUS_CONFLICT) {
        return status;
    }
    if (state == ATTEMPT_MANUAL) {
        return STATUS_OK;
    }
    snprintf(refund_no, sizeof(refund_no), "%sR", row->out_trade_no);
    status =
        db_run(db, SQL_REFUND_ADD, "ttii", refund_no, row->out_trade_no, row->paid_fen, now_ms);
    if (state != ATTEMPT_REFUNDED || status == STATUS_IO) {
        return status == STATUS_IO ? status : STATUS_OK;
    }
    status = ledger_refund(db, row->out_trade_no, row->account_no, row->paid_fen, now_ms);
    if (status != STATUS_OK) {
        return status;
    }
    status = db_change(db, SQL_REFUND_DONE, "ti", row->out_trade_no, now_ms);
    return status == STATUS_OK ? db_change(db, SQL_ATTEMPT_REFUNDED, "t", row->out_trade_no)
                               : status;
}

static bool other_attempt_open(struct db *db, const struct attempt_row *row)
{
    enum status status = db_row(db, SQL_ATTEMPTS_OF_ORDER, "t", row->order_no);
    for (; status == STATUS_OK; status = db_next(db, SQL_ATTEMPTS_OF_ORDER)) {
        char trade_no[TRADE_NO_MAX];
        char word[24];
        enum attempt_state state = ATTEMPT_INTENT;
        db_text(db, SQL_ATTEMPTS_OF_ORDER, 0, trade_no, sizeof(trade_no));
        db_text(db, SQL_ATTEMPTS_OF_ORDER, 4, word, sizeof(word));
        if (strcmp(trade_no, row->out_trade_no) != 0 &&
            (attempt_state_parse(word, &state) != STATUS_OK || attempt_open(state))) {
            return true;
        }
    }
    return status != STATUS_NOT_FOUND;
}

static enum status order_done(struct db *db, const char *order_no)
{
    enum status done = db_change_any(db, SQL_ORDER_DONE, "t", order_no);
    return done == STATUS_OK ? db_change_any(db, SQL_ORDER_RELEASE, "t", order_no) : done;
}

static enum failure failure_after(const struct evidence *evidence, const struct attempt_row *row,
                                  enum attempt_state state)
{
    if (state == ATTEMPT_REVERSED) {
        /* Closed by our own time limit: the customer did not answer, or nobody ever asked. */
        return row->password || row->by_phone ? FAILURE_PASSWORD : FAILURE_PROVIDER;
    }
    if (row->state == ATTEMPT_INTENT && evidence->kind != EVIDENCE_NOT_SENT) {
        return FAILURE_NONE; /* the customer left before anything was sent */
    }
    return evidence->failure != FAILURE_NONE ? evidence->failure : FAILURE_PROVIDER;
}

/* The order learns what its attempt became. */
static enum status tell_order(struct db *db, const struct evidence *evidence,
                              const struct attempt_row *row, enum attempt_state state,
                              int64_t now_ms)
{
    bool over = !row->order_open || row->order_expires_at_ms <= now_ms;
    switch (state) {
    case ATTEMPT_CREDITED: return order_done(db, row->order_no);
    case ATTEMPT_FAILED:
    case ATTEMPT_REVERSED:
        if (db_change(db, SQL_ORDER_FAILURE, "tt", row->order_no,
                      failure_name(failure_after(evidence, row, state))) != STATUS_OK) {
            return STATUS_IO;
        }
        /* After a reversal nothing can be paid here any more (rules/derive.c): its bills are free
         * for a new order at once, not when this one expires. */
        over = over || state == ATTEMPT_REVERSED;
        return over && !other_attempt_open(db, row) ? order_done(db, row->order_no) : STATUS_OK;
    case ATTEMPT_REFUND_INTENT:
    case ATTEMPT_REFUNDED:
        return other_attempt_open(db, row) ? STATUS_OK : order_done(db, row->order_no);
    default: return STATUS_OK;
    }
}

/* -- moving ------------------------------------------------------------------------------ */

static int64_t backoff_ms(int tries)
{
    int64_t pause_ms = BACKOFF_FIRST_MS;
    if (tries >= LONG_TRIES) {
        return BACKOFF_LONG_MS;
    }
    for (int i = 0; i < tries && pause_ms < BACKOFF_MAX_MS; i++) {
        pause_ms *= 2;
    }
    return pause_ms < BACKOFF_MAX_MS ? pause_ms : BACKOFF_MAX_MS;
}

static int64_t watch_at(int tries, int64_t now_ms)
{
    int64_t pause_ms = WATCH_FIRST_MS;
    for (int i = 0; i < tries && i < WATCH_TIMES; i++) {
        pause_ms *= 4;
    }
    return tries < WATCH_TIMES ? now_ms + pause_ms : 0;
}

/* When the worker must look again; 0: never. A state that was just entered is due at once. */
static int64_t next_look(const struct attempt_row *row, enum attempt_state state, int tries,
                         int poll_ms, int64_t now_ms)
{
    bool entered = state != row->state;
    switch (attempt_duty(state)) {
    case DUTY_QUERY: return now_ms + poll_ms;
    case DUTY_SEND: return now_ms;
    case DUTY_REVERSE:
    case DUTY_CREDIT:
    case DUTY_POST:
    case DUTY_REFUND: return entered ? now_ms : now_ms + backoff_ms(tries);
    case DUTY_WATCH: return entered && row->state == ATTEMPT_INTENT ? 0 : watch_at(tries, now_ms);
    case DUTY_NONE:
    case DUTY_ALARM: return 0;
    }
    return 0;
}

static enum status move(struct db *db, const struct attempt_row *row, enum attempt_state state,
                        int poll_ms, int64_t now_ms)
{
    int tries = state == row->state ? row->tries + 1 : 0;
    enum attempt_duty duty = attempt_duty(state);
    bool endless = duty == DUTY_REVERSE || duty == DUTY_POST || duty == DUTY_REFUND;
    if (endless && tries >= LONG_TRIES && (tries - LONG_TRIES) % ALARM_TRIES == 0) {
        log_error("attempt.overdue", "trade=%s state=%s tries=%d", row->out_trade_no,
                  attempt_state_name(state), tries);
    }
    return db_change(db, SQL_ATTEMPT_MOVE, "tttiii", row->out_trade_no,
                     attempt_state_name(row->state), attempt_state_name(state),
                     (int64_t)(attempt_open(state) ? 1 : 0),
                     next_look(row, state, tries, poll_ms, now_ms), (int64_t)tries);
}

/*
 * A look that brought no answer was none, and must not use up one that counts. The pause grows with
 * the age: a provider that is away for a day is not asked more often than it can bear.
 */
static enum status look_again(struct db *db, const struct attempt_row *row, int64_t now_ms)
{
    int64_t age_ms = now_ms - row->created_at_ms;
    int64_t pause_ms = age_ms / UNHEARD_PART;
    pause_ms = pause_ms < WATCH_FIRST_MS ? WATCH_FIRST_MS : pause_ms;
    pause_ms = pause_ms > UNHEARD_MAX_MS ? UNHEARD_MAX_MS : pause_ms;
    if (age_ms > UNHEARD_END_MS) {
        log_error("attempt.unwatched", "trade=%s", row->out_trade_no);
    }
    return db_change(db, SQL_ATTEMPT_MOVE, "tttiii", row->out_trade_no,
                     attempt_state_name(row->state), attempt_state_name(row->state), (int64_t)0,
                     age_ms > UNHEARD_END_MS ? 0 : now_ms + pause_ms, (int64_t)row->tries);
}

static enum status note_details(struct db *db, const struct evidence *evidence,
                                struct attempt_row *row)
{
    if (evidence->kind == EVIDENCE_PAYING && evidence->password != row->password &&
        db_change(db, SQL_ATTEMPT_PASSWORD, "ti", row->out_trade_no,
                  (int64_t)(evidence->password ? 1 : 0)) != STATUS_OK) {
        return STATUS_IO;
    }
    if (evidence->cashier_url != NULL && evidence->cashier_url[0] != '\0' &&
        db_change(db, SQL_ATTEMPT_CASHIER, "tt", row->out_trade_no, evidence->cashier_url) !=
            STATUS_OK) {
        return STATUS_IO;
    }
    return STATUS_OK;
}

static void log_move(const struct attempt_row *row, const struct evidence *evidence,
                     enum attempt_state state)
{
    if (attempt_duty(state) == DUTY_ALARM && state != row->state) {
        log_error("attempt.manual", "trade=%s from=%s evidence=%s paid_fen=%lld", row->out_trade_no,
                  attempt_state_name(row->state), attempt_evidence_name(evidence->kind),
                  (long long)row->paid_fen);
    } else if (state != row->state) {
        log_info("attempt.moved", "trade=%s from=%s to=%s evidence=%s", row->out_trade_no,
                 attempt_state_name(row->state), attempt_state_name(state),
                 attempt_evidence_name(evidence->kind));
    }
}

static bool decided(enum attempt_evidence kind)
{
    return kind == EVIDENCE_MAY_CREDIT || kind == EVIDENCE_MAY_REFUND ||
           kind == EVIDENCE_RETURNED || kind == EVIDENCE_POSTED || kind == EVIDENCE_NOT_TAKEN;
}

bool apply_possible(const struct attempt_row *row, enum attempt_evidence kind)
{
    if (!attempt_step(row->state, kind).legal || row->credited_at_ms != 0) {
        return false;
    }
    if (kind == EVIDENCE_NOT_TAKEN) {
        return row->paid_fen == 0;
    }
    bool whole = row->recharge || row->paid_fen == row->amount_fen;
    return row->paid_fen > 0 && (kind != EVIDENCE_MAY_CREDIT || whole);
}

/* PAID is left in the transaction that enters it. held: two persons let it be credited. */
static enum status leave_paid(struct db *db, struct attempt_row *row, const struct evidence *seen,
                              int64_t now_ms, struct attempt_step *step)
{
    enum attempt_evidence outcome = EVIDENCE_POSTING;
    char text[HOLD_NO_MAX];
    bool held = decided(seen->kind);
    const char *hold = hold_no(row, text);
    enum status status = STATUS_OK;
    if (held) {
        row->amount_fen = row->paid_fen; /* the account gets what was paid, not what was asked */
    }
    if (seen->over_limit) {
        outcome = EVIDENCE_REFUSED;
    } else if (row->utility) {
        status = credit_post(db, row, now_ms);
    } else {
        status = credit_own(db, row, now_ms, &outcome);
    }
    if (status == STATUS_OK && held && outcome != EVIDENCE_REFUSED) {
        status = ledger_freed(db, hold, row->account_no, row->paid_fen, now_ms);
    }
    *step = attempt_step(ATTEMPT_PAID, outcome);
    CHECK(step->legal);
    return status;
}

/* To the merchant whom we named, and the amount. */
static bool as_asked(const struct evidence *seen, const struct attempt_row *row)
{
    bool said = seen->merchant != NULL && seen->merchant[0] != '\0';
    return seen->paid_fen == row->amount_fen &&
           (!said || strcmp(seen->merchant, row->merchant) == 0);
}

enum status apply_in(struct db *db, const char *out_trade_no, const struct evidence *evidence,
                     int poll_ms, int64_t now_ms)
{
    struct attempt_row row;
    struct evidence seen = *evidence;
    enum status status = attempt_load(db, out_trade_no, &row);
    if (status != STATUS_OK) {
        return status;
    }
    if (seen.kind == EVIDENCE_PAID && !as_asked(&seen, &row)) {
        seen.kind = EVIDENCE_MISMATCH;
    }
    struct attempt_step step = attempt_step(row.state, seen.kind);
    if (decided(seen.kind) && !apply_possible(&row, seen.kind)) {
        return STATUS_CONFLICT;
    }
    if (!step.legal) {
        bool unheard = seen.kind == EVIDENCE_UNKNOWN && attempt_duty(row.state) == DUTY_WATCH;
        status = unheard ? look_again(db, &row, now_ms)
                         : move(db, &row, row.state, poll_ms, now_ms); /* later, if ever */
        return status == STATUS_IO ? status : STATUS_CONFLICT;
    }
    if (note_payment(db, &seen, &row, now_ms) != STATUS_OK ||
        note_details(db, &seen, &row) != STATUS_OK) {
        return STATUS_IO;
    }
    bool posted = row.state == ATTEMPT_CREDITING || row.state == ATTEMPT_DISPUTED;
    if (step.state == ATTEMPT_PAID && leave_paid(db, &row, &seen, now_ms, &step) != STATUS_OK) {
        return STATUS_IO;
    }
    if (posted && step.state != row.state &&
        credit_posted(db, &row, step.state, seen.reason, now_ms) != STATUS_OK) {
        return STATUS_IO;
    }
    if (step.state != row.state && (book_refund(db, &row, step.state, now_ms) != STATUS_OK ||
                                    tell_order(db, &seen, &row, step.state, now_ms) != STATUS_OK)) {
        return STATUS_IO;
    }
    log_move(&row, &seen, step.state);
    status = move(db, &row, step.state, poll_ms, now_ms);
    return status == STATUS_OK ? STATUS_OK : STATUS_IO;
}

struct apply_call {
    const char *out_trade_no;
    const struct evidence *evidence;
    int poll_ms;
    int64_t now_ms;
    bool meaningless; /* in the state that the attempt is in */
};

/* Also evidence that means nothing leaves something: when to look again. */
static enum status apply_work(struct db *db, void *context)
{
    struct apply_call *call = context;
    enum status status =
        apply_in(db, call->out_trade_no, call->evidence, call->poll_ms, call->now_ms);
    call->meaningless = status == STATUS_CONFLICT;
    return call->meaningless ? STATUS_OK : status;
}

enum status apply(struct db *db, const char *out_trade_no, const struct evidence *evidence,
                  int poll_ms, int64_t now_ms)
{
    struct apply_call call = {out_trade_no, evidence, poll_ms, now_ms, false};
    enum status status = db_transact(db, apply_work, &call);
    return status == STATUS_OK && call.meaningless ? STATUS_CONFLICT : status;
}

enum status order_end_in(struct db *db, const char *order_no, int poll_ms, int64_t now_ms)
{
    char open_trade[TRADE_NO_MAX] = "";
    enum status status = db_run(db, SQL_ORDER_CLOSING, "t", order_no);
    if (status != STATUS_OK) {
        return status == STATUS_NOT_FOUND ? STATUS_OK : status; /* closing or done already */
    }
    status = db_row(db, SQL_ATTEMPTS_OF_ORDER, "t", order_no);
    for (; status == STATUS_OK; status = db_next(db, SQL_ATTEMPTS_OF_ORDER)) {
        char word[24];
        enum attempt_state state = ATTEMPT_INTENT;
        db_text(db, SQL_ATTEMPTS_OF_ORDER, 4, word, sizeof(word));
        if (attempt_state_parse(word, &state) == STATUS_OK &&
            (attempt_open(state) || state == ATTEMPT_MANUAL)) {
            db_text(db, SQL_ATTEMPTS_OF_ORDER, 0, open_trade, sizeof(open_trade));
        }
    }
    if (status != STATUS_NOT_FOUND) {
        return STATUS_IO;
    }
    log_info("order.ending", "order=%s open_trade=%s", order_no, open_trade);
    if (open_trade[0] == '\0') {
        return order_done(db, order_no);
    }
    status = apply_in(db, open_trade, &(struct evidence){.kind = EVIDENCE_CANCEL}, poll_ms, now_ms);
    return status == STATUS_CONFLICT ? STATUS_OK : status;
}
