#include <string.h>

#include "common/money.h"
#include "kiosk/flow/entry.h"
#include "kiosk/flow/problem.h"
#include "kiosk/flow/visit_parts.h"

/* A close that the server answers sooner does not flash another screen at the customer. */
#define QUICK_CLOSE_MS 600
/* While a code is charged the server answers every poll; after so long without, we say so. */
#define SILENCE_MS 5000

static void fill_draft(const struct visit *visit, struct receipt *draft)
{
    const struct customer *customer = &visit->customer;
    const struct account *account = &customer->account;

    memset(draft, 0, sizeof(*draft));
    draft->kind = account->prepaid ? RECEIPT_RECHARGE : RECEIPT_BILLS;
    draft->language = customer->language;
    TEXT_COPY(draft->account_no, account->account_no);
    TEXT_COPY(draft->name_masked, account->name_masked);
    TEXT_COPY(draft->address_masked, account->address_masked);
    TEXT_COPY(draft->payee, account->payee);
    TEXT_COPY(draft->terminal_no, visit->settings.terminal_no);
    TEXT_COPY(draft->site, visit->settings.site);
    TEXT_COPY(draft->hotline, visit->settings.hotline);
    draft->amount_fen = choose_amount_fen(customer);
    for (int i = 0; i < account->bill_count && !account->prepaid; i++) {
        if (customer->bill_selected[i]) {
            struct receipt_line *line = &draft->lines[draft->line_count++];

            TEXT_COPY(line->period, account->bills[i].period);
            line->amount_fen = account->bills[i].amount_fen;
            line->late_fee_fen = account->bills[i].late_fee_fen;
        }
    }
}

void pay_begin(struct visit *visit, const struct context *context)
{
    struct customer *customer = &visit->customer;
    struct order_request request = {.kind =
                                        customer->account.prepaid ? ORDER_RECHARGE : ORDER_BILLS};
    struct receipt draft;

    if (!visit->server_up) {
        customer->message = MESSAGE_SERVER_UNREACHABLE;
        return;
    }
    if (recovery_count(&visit->recovery) == OPEN_INTENTS_MAX) {
        customer->message = MESSAGE_TOO_MANY_OPEN;
        return;
    }
    TEXT_COPY(request.account_no, customer->account.account_no);
    request.amount_fen = choose_amount_fen(customer);
    for (int i = 0; i < customer->account.bill_count && !customer->account.prepaid; i++) {
        if (customer->bill_selected[i]) {
            TEXT_COPY(request.bill_ids[request.bill_count], customer->account.bills[i].bill_id);
            request.bill_count++;
        }
    }
    fill_draft(visit, &draft);
    customer->message = MESSAGE_NONE;
    customer->leave_home = false;
    customer->end_shown = false;
    memset(&customer->payment, 0, sizeof(customer->payment));
    payment_begin(&customer->payment, context, &request, &draft);
}

static void show_result(struct visit *visit, const struct context *context)
{
    struct customer *customer = &visit->customer;
    const struct payment *payment = &customer->payment;

    customer->message = payment->message;
    visit_go(visit, context, SCREEN_RESULT);
    if (payment->state == PAYMENT_UNPAID) {
        customer->receipt_state = RECEIPT_NONE;
        return;
    }
    customer->shown_receipt = payment->draft;
    if (payment->draft.receipt_no[0] == '\0') {
        customer->receipt_state = RECEIPT_FAILED; /* it could not be stored, so never printed */
        return;
    }
    receipt_begin_job(visit, context, payment->draft.receipt_no);
}

void pay_back_to_choice(struct visit *visit, const struct context *context, enum message message)
{
    struct customer *customer = &visit->customer;

    memset(&customer->payment, 0, sizeof(customer->payment));
    customer->end_shown = false;
    customer->message = message;
    visit_go(visit, context, customer->account.prepaid ? SCREEN_AMOUNT : SCREEN_BILLS);
    if (message == MESSAGE_BILLS_CHANGED) {
        struct call_request *request = context_call(context, CALL_ACCOUNT);

        TEXT_COPY(request->account_no, customer->account.account_no);
        customer->lookup_seq = request->seq;
    }
}

/* The payment has an end: to the result, or back to the choice when nothing happened. */
static void follow_end(struct visit *visit, const struct context *context)
{
    struct customer *customer = &visit->customer;
    struct payment *payment = &customer->payment;

    if (payment->adopt) {
        struct intent_record intent = {.draft = payment->draft};

        TEXT_COPY(intent.request_id, payment->request.request_id);
        payment->adopt = false;
        /* The count was looked at before the payment began, and one visit adds one. */
        CHECK(recovery_adopt(&visit->recovery, context, &intent) == STATUS_OK);
    }
    bool at_choice = visit->screen == SCREEN_AMOUNT || visit->screen == SCREEN_BILLS;
    bool nothing_happened = payment->state == PAYMENT_UNPAID &&
                            payment->statement == STATEMENT_NOT_TAKEN && !customer->leave_home &&
                            (at_choice || payment->message == MESSAGE_CANCELLED);

    if (nothing_happened) {
        pay_back_to_choice(visit, context, payment->message);
    } else {
        show_result(visit, context);
    }
}

void pay_learn(struct visit *visit, const struct call_reply *reply)
{
    struct payment *payment = &visit->customer.payment;
    enum payment_state state = payment->state;

    if (reply->status == STATUS_OK && reply->known && payment_learn(payment, &reply->order)) {
        /* A paper that says "paid" is followed by one that says that it goes back, and a slip by
         * its receipt. "Being credited" stays true of what is credited now. */
        visit->customer.paper_due =
            payment->statement ==
            (state == PAYMENT_PAID ? STATEMENT_MAY_RETURN : STATEMENT_TAKEN_CREDITED);
    }
}

/* It says what the journal says by then, so the journal must have learned it before. */
static void print_due(struct visit *visit, const struct context *context)
{
    struct customer *customer = &visit->customer;

    if (customer->paper_due && customer->job_seq == 0 &&
        customer->shown_receipt.receipt_no[0] != '\0' &&
        !recovery_holds(&visit->recovery, customer->payment.request.request_id)) {
        customer->paper_due = false;
        receipt_begin_job(visit, context, customer->shown_receipt.receipt_no);
    }
}

/* Paid, and the ledger has not answered: the result stands there already, its paper waits. */
static void show_crediting(struct visit *visit, const struct context *context)
{
    struct customer *customer = &visit->customer;

    if (visit->screen != SCREEN_RESULT) {
        customer->message = MESSAGE_NONE;
        customer->receipt_state = RECEIPT_NONE;
        customer->shown_receipt = customer->payment.draft;
        visit_go(visit, context, SCREEN_RESULT);
    }
}

void pay_follow(struct visit *visit, const struct context *context)
{
    struct customer *customer = &visit->customer;
    const struct payment *payment = &customer->payment;
    int64_t doubt_ms = context->now_ms - payment->resolve_from_ms;

    if (customer->leave_home &&
        (payment->state == PAYMENT_ORDERING || payment->state == PAYMENT_OPEN)) {
        payment_leave(&customer->payment, context); /* left while the intent was being saved */
    }
    switch (payment->state) {
    case PAYMENT_OPEN:
    case PAYMENT_CODE_SAVING:
        if (visit->screen != SCREEN_PAY) {
            visit_go(visit, context, SCREEN_PAY);
        }
        customer->message = payment->message;
        return;
    case PAYMENT_CHARGING:
        customer->message = MESSAGE_NONE;
        if (context->now_ms - payment->answered_ms > SILENCE_MS && doubt_ms > SILENCE_MS) {
            visit->screen = SCREEN_RESOLVING;
        }
        return;
    case PAYMENT_CLOSING:
        customer->message = MESSAGE_NONE;
        if (doubt_ms >= QUICK_CLOSE_MS) {
            visit->screen = SCREEN_RESOLVING;
        }
        return;
    case PAYMENT_CREDITING: show_crediting(visit, context); return;
    case PAYMENT_PAID:
    case PAYMENT_UNPAID:
    case PAYMENT_HANDED_OVER:
        if (!customer->end_shown) {
            customer->end_shown = true;
            follow_end(visit, context);
        }
        print_due(visit, context);
        return;
    default: return;
    }
}

static uint64_t hash_of(const char *code)
{
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */

    for (; *code != '\0'; code++) {
        hash = (hash ^ (unsigned char)*code) * UINT64_C(1099511628211);
    }
    return hash == 0 ? 1 : hash;
}

static void scan_payment(struct visit *visit, const struct context *context, const char *bytes,
                         size_t length)
{
    struct customer *customer = &visit->customer;
    struct paycode scanned = paycode_classify(bytes, length);

    if (scanned.kind != SCAN_PAYMENT_CODE) {
        customer->payment.message = message_of_scan(scanned.kind);
        return;
    }
    uint64_t hash = hash_of(scanned.code);

    if (hash == customer->last_scan &&
        context->now_ms - customer->last_scan_ms < visit->settings.same_code_ms) {
        customer->payment.message = MESSAGE_CODE_REPEATED;
    } else {
        customer->last_scan = hash;
        customer->last_scan_ms = context->now_ms;
        payment_code(&customer->payment, context, scanned.code);
    }
    explicit_bzero(&scanned, sizeof(scanned));
}

void pay_scan(struct visit *visit, const struct context *context, const char *bytes, size_t length)
{
    struct customer *customer = &visit->customer;
    char account_no[ACCOUNT_NO_MAX];

    visit->touched_ms = context->now_ms;
    if (visit->screen == SCREEN_PAY && customer->payment.state == PAYMENT_OPEN) {
        scan_payment(visit, context, bytes, length);
        return;
    }
    if (visit->screen != SCREEN_ACCOUNT || customer->lookup_seq != 0) {
        return; /* scanned before the scanner was disarmed: nobody asked for it */
    }
    if (bill_barcode_parse(bytes, length, account_no) != STATUS_OK ||
        !entry_account_complete(&visit->settings, account_no)) {
        customer->message = MESSAGE_NOT_A_BILL;
        return;
    }
    TEXT_COPY(customer->input, account_no);
    choose_look_up(visit, context);
}
