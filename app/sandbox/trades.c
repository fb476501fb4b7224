#include <stdio.h>
#include <string.h>

#include "sandbox/sandbox.h"
#include "system/log.h"
#include "system/random.h"

#define COPY(array, text) snprintf(array, sizeof(array), "%s", text)

static void tell(struct sandbox *sandbox, const struct trade *trade, int64_t now_ms)
{
    struct notice notice = {.next_at_ms = now_ms};

    if (trade->notify_url[0] == '\0' || sandbox->faults.no_notice) {
        return;
    }
    COPY(notice.out_trade_no, trade->out_trade_no);
    COPY(notice.url, trade->notify_url);
    books_add_notice(sandbox->books, &notice);
    if (sandbox->faults.duplicate_notice > 0) {
        sandbox->faults.duplicate_notice--;
        books_add_notice(sandbox->books, &notice);
    }
    pthread_cond_signal(&sandbox->due);
}

static void take_money(struct sandbox *sandbox, struct trade *trade, int64_t now_ms)
{
    uint8_t random[8];

    trade->state = TRADE_PAID;
    trade->paid_at_ms = now_ms;
    trade->late_at_ms = 0;
    trade->password_until_ms = 0;
    trade->reason[0] = '\0';
    trade->paid_fen = trade->amount_fen;
    if (sandbox->faults.wrong_amount) {
        sandbox->faults.wrong_amount = false;
        trade->paid_fen += trade->amount_fen > 1 ? -1 : 1;
    }
    random_bytes(random, sizeof(random));
    int used = snprintf(trade->transaction_id, sizeof(trade->transaction_id), "42%013lld",
                        (long long)now_ms);

    for (size_t i = 0; i < sizeof(random); i++) {
        used += snprintf(trade->transaction_id + used, sizeof(trade->transaction_id) - (size_t)used,
                         "%d", random[i] % 10);
    }
    books_save_trade(sandbox->books, trade);
    books_save_payer(sandbox->books, trade->out_trade_no, sandbox->payer);
    tell(sandbox, trade, now_ms);
    log_info("trade.paid", "trade=%s paid_fen=%lld", trade->out_trade_no,
             (long long)trade->paid_fen);
}

static void trade_fail(struct sandbox *sandbox, struct trade *trade, const char *reason)
{
    trade->state = TRADE_FAILED;
    trade->password_until_ms = 0;
    COPY(trade->reason, reason);
    books_save_trade(sandbox->books, trade);
    log_info("trade.failed", "trade=%s reason=%s", trade->out_trade_no, reason);
}

void trade_settle(struct sandbox *sandbox, struct trade *trade, int64_t now_ms)
{
    if (trade->late_at_ms > 0 && trade->late_at_ms <= now_ms) {
        /* Whatever was said meanwhile: this is the fault that real wallets show. */
        take_money(sandbox, trade, now_ms);
    } else if (trade->state == TRADE_PAYING && trade->password_until_ms > 0 &&
               trade->password_until_ms <= now_ms) {
        trade_fail(sandbox, trade, "password");
    } else if (trade->state == TRADE_NOTPAY && trade->expire_at_ms <= now_ms) {
        trade->state = TRADE_CLOSED;
        COPY(trade->reason, "expired");
        books_save_trade(sandbox->books, trade);
    }
}

/* Takes the money, with the planned faults. False: failed or late; the trade says which. */
static bool trade_charge(struct sandbox *sandbox, struct trade *trade, int64_t now_ms)
{
    struct faults *faults = &sandbox->faults;

    trade->password_until_ms = 0;
    if (faults->refuse > 0) {
        faults->refuse--;
        trade_fail(sandbox, trade, faults->reason);
        return false;
    }
    if (faults->late_ms > 0) {
        trade->state = TRADE_PAYING;
        trade->late_at_ms = now_ms + faults->late_ms;
        faults->late_ms = 0;
        books_save_trade(sandbox->books, trade);
        pthread_cond_signal(&sandbox->due);
        return false;
    }
    take_money(sandbox, trade, now_ms);
    return true;
}

/* Why the code does not pay, or NULL. */
static const char *code_fault(struct sandbox *sandbox, const struct trade *trade,
                              const char *auth_code, struct wallet_code *code, int64_t now_ms)
{
    struct paycode read = paycode_classify(auth_code, strlen(auth_code));

    if (read.kind != SCAN_PAYMENT_CODE ||
        books_code(sandbox->books, auth_code, code) != STATUS_OK) {
        return "code_invalid";
    }
    if (code->used || code->expires_at_ms <= now_ms) {
        return "code_expired";
    }
    return code->balance_fen < trade->amount_fen ? "no_funds" : NULL;
}

const char *trade_pay_code(struct sandbox *sandbox, struct trade *trade, const char *auth_code,
                           int64_t now_ms)
{
    struct wallet_code code = {0};
    const char *fault = code_fault(sandbox, trade, auth_code, &code, now_ms);

    trade->channel = paycode_classify(auth_code, strlen(auth_code)).channel;
    COPY(trade->code, code.code);
    if (fault == NULL && trade->expire_at_ms <= now_ms) {
        fault = "order_closed";
    }
    if (fault != NULL) {
        trade_fail(sandbox, trade, fault);
        return "failed";
    }
    code.used = true;
    books_save_code(sandbox->books, &code);
    if (sandbox->faults.password_wanted) {
        sandbox->faults.password_wanted = false;
        trade->state = TRADE_PAYING;
        trade->password_until_ms = now_ms + sandbox->settings.password_timeout_s * INT64_C(1000);
        books_save_trade(sandbox->books, trade);
        return "paying";
    }
    if (trade_charge(sandbox, trade, now_ms)) {
        return "paid";
    }
    return trade->state == TRADE_FAILED ? "failed" : "unknown";
}

static bool waits_for_customer(const struct trade *trade)
{
    return trade->state == TRADE_NOTPAY ||
           (trade->state == TRADE_PAYING && trade->password_until_ms > 0);
}

enum status trade_confirm(struct sandbox *sandbox, struct trade *trade, int64_t now_ms)
{
    trade_settle(sandbox, trade, now_ms);
    if (!waits_for_customer(trade)) {
        return STATUS_CONFLICT;
    }
    (void)trade_charge(sandbox, trade, now_ms);
    return STATUS_OK;
}

enum status trade_decline(struct sandbox *sandbox, struct trade *trade, const char *reason,
                          int64_t now_ms)
{
    trade_settle(sandbox, trade, now_ms);
    if (!waits_for_customer(trade)) {
        return STATUS_CONFLICT;
    }
    trade_fail(sandbox, trade, reason);
    return STATUS_OK;
}

static const char *reverse_seen(struct sandbox *sandbox, struct trade *trade)
{
    switch (trade->state) {
    case TRADE_PAYING:
        if (trade->password_until_ms > 0) {
            return "refused";
        }
        trade->state = TRADE_REVOKED; /* and the late success still comes */
        break;
    case TRADE_NOTPAY: trade->state = TRADE_CLOSED; break;
    case TRADE_PAID:
        trade->state = TRADE_REVOKED;
        trade->refunded_fen = trade->paid_fen;
        break;
    case TRADE_FAILED:
    case TRADE_CLOSED:
    case TRADE_REVOKED:
    case TRADE_REFUNDED:
    case TRADE_STATE_COUNT: return "ok";
    }
    books_save_trade(sandbox->books, trade);
    log_info("trade.reversed", "trade=%s state=%s", trade->out_trade_no,
             trade_state_name(trade->state));
    return "ok";
}

const char *trade_reverse(struct sandbox *sandbox, const char *out_trade_no, int64_t now_ms)
{
    struct trade trade = {.state = TRADE_CLOSED, .created_at_ms = now_ms};

    if (sandbox->faults.refuse_reverse > 0) {
        sandbox->faults.refuse_reverse--;
        return sandbox->faults.reverse_again ? "again" : "refused";
    }
    if (books_trade(sandbox->books, TRADE_BY_NO, out_trade_no, &trade) == STATUS_OK) {
        trade_settle(sandbox, &trade, now_ms);
        /* A refund that was made, or is on its way, already gives part of it back. */
        if (trade.state == TRADE_PAID && books_refund_sum(sandbox->books, out_trade_no) > 0) {
            return "refused";
        }
        return reverse_seen(sandbox, &trade);
    }
    COPY(trade.out_trade_no, out_trade_no);
    COPY(trade.reason, "reversed_before");
    books_save_trade(sandbox->books, &trade);
    return "ok";
}

const char *trade_refund(struct sandbox *sandbox, const struct refund *refund, int64_t now_ms)
{
    struct refund known = {0};
    struct trade trade = {0};
    struct refund fresh = *refund;

    if (books_refund(sandbox->books, refund->out_refund_no, &known) == STATUS_OK) {
        bool same = known.amount_fen == refund->amount_fen &&
                    strcmp(known.out_trade_no, refund->out_trade_no) == 0;

        return same ? "accepted" : "failed";
    }
    if (books_trade(sandbox->books, TRADE_BY_NO, refund->out_trade_no, &trade) != STATUS_OK) {
        return "failed";
    }
    trade_settle(sandbox, &trade, now_ms);
    if (trade.state != TRADE_PAID ||
        books_refund_sum(sandbox->books, trade.out_trade_no) + refund->amount_fen >
            trade.paid_fen) {
        return "failed";
    }
    fresh.done_at_ms = now_ms + sandbox->settings.refund_ms;
    books_save_refund(sandbox->books, &fresh);
    pthread_cond_signal(&sandbox->due);
    return "accepted";
}

void trades_tick(struct sandbox *sandbox, int64_t now_ms)
{
    struct trade trade = {0};
    struct refund refund = {0};

    while (books_late_trade(sandbox->books, now_ms, &trade) == STATUS_OK) {
        trade_settle(sandbox, &trade, now_ms);
    }
    while (books_due_refund(sandbox->books, now_ms, &refund) == STATUS_OK) {
        refund.done = true;
        books_save_refund(sandbox->books, &refund);
        CHECK(books_trade(sandbox->books, TRADE_BY_NO, refund.out_trade_no, &trade) == STATUS_OK);
        trade.refunded_fen += refund.amount_fen;
        if (trade.refunded_fen == trade.paid_fen) {
            trade.state = TRADE_REFUNDED;
        }
        books_save_trade(sandbox->books, &trade);
        log_info("refund.done", "refund=%s amount_fen=%lld", refund.out_refund_no,
                 (long long)refund.amount_fen);
    }
}
