#include "kiosk/flow/payment.h"

#include <string.h>

#include "kiosk/flow/problem.h"

static void move(struct payment *payment, enum payment_state to)
{
    bool listed = false;

    for (int i = 0; i < payment_transition_count; i++) {
        listed = listed ||
                 (payment_transitions[i].from == payment->state && payment_transitions[i].to == to);
    }
    CHECK(listed);
    payment->state = to;
    payment->state_deadline_ms = NEVER_MS;
    payment->ask_at_ms = NEVER_MS;
    payment->call_seq = 0; /* an answer to the state before is stale */
}

static void forget_code(struct payment *payment)
{
    explicit_bzero(payment->code, sizeof(payment->code));
}

/* ---- questions to the server ---------------------------------------------------------- */

/* Asks what the state wants to know; the answer, or silence, comes back with call_seq. */
static void ask(struct payment *payment, const struct context *context)
{
    struct call_request *request = NULL;

    payment->ask_at_ms = NEVER_MS;
    if (payment->state == PAYMENT_ORDERING) {
        request = context_call(context, CALL_ORDER);
        request->order = payment->request;
    } else if (payment->state == PAYMENT_CHARGING && payment->code[0] != '\0') {
        request = context_call(context, CALL_ATTEMPT);
        TEXT_COPY(request->attempt.request_id, payment->attempt_id);
        TEXT_COPY(request->attempt.order_no, payment->order.order_no);
        TEXT_COPY(request->attempt.code, payment->code);
        payment->exposed = true;
    } else if (payment->state == PAYMENT_CLOSING && !payment->cancel_sent) {
        request = context_call(context, CALL_CANCEL);
        TEXT_COPY(request->order_no, payment->order.order_no);
    } else {
        request = context_call(context, CALL_ORDER_STATE);
        TEXT_COPY(request->order_no, payment->order.order_no);
    }
    payment->call_seq = request->seq;
}

static void save_end(struct payment *payment, const struct context *context)
{
    struct effect *effect = context_add(context, EFFECT_CLOSE_INTENT);

    TEXT_COPY(effect->close.request_id, payment->request.request_id);
    effect->close.statement = payment->statement;
    payment->save_seq = effect->seq;
}

static void save_receipt(struct payment *payment, const struct context *context, bool close_intent)
{
    struct effect *effect = context_add(context, EFFECT_SAVE_RECEIPT);

    payment->draft.statement = payment->statement;
    TEXT_COPY(effect->save.request_id, payment->request.request_id);
    effect->save.receipt = payment->draft;
    effect->save.close_intent = close_intent;
    effect->save.wall_ms = context->wall_ms;
    payment->save_seq = effect->seq;
}

/* ---- endings ---------------------------------------------------------------------------- */

/* Messages about an end say that nothing was taken: none may stand beside another statement. */
static void declare(struct payment *payment, enum statement statement)
{
    payment->statement = statement;
    if (statement != STATEMENT_NOT_TAKEN) {
        payment->message = MESSAGE_NONE;
    }
}

static void end_unpaid(struct payment *payment, const struct context *context,
                       enum statement statement)
{
    forget_code(payment);
    declare(payment, statement);
    move(payment, PAYMENT_UNPAID_SAVING);
    save_end(payment, context);
}

static void end_paid(struct payment *payment, const struct context *context)
{
    forget_code(payment);
    declare(payment, payment->order.statement);
    receipt_complete(&payment->draft, &payment->order);
    payment->adopt = payment->statement != STATEMENT_TAKEN_CREDITED;
    move(payment, PAYMENT_PAID_SAVING);
    save_receipt(payment, context, !payment->adopt);
}

/*
 * The order was never answered, so its QR never stood on the screen and no code was sent: nobody
 * can have paid. The server may still have the order; the recovery closes it there.
 */
static void give_up_order(struct payment *payment, enum message message)
{
    CHECK(!payment->exposed);
    payment->message = message;
    payment->statement = STATEMENT_NOT_TAKEN;
    payment->adopt = true;
    move(payment, PAYMENT_UNPAID);
}

static void close_order(struct payment *payment, const struct context *context,
                        enum message message)
{
    payment->message = message;
    forget_code(payment);
    if (payment->resolve_from_ms == 0) {
        payment->resolve_from_ms = context->now_ms;
    }
    move(payment, PAYMENT_CLOSING);
    ask(payment, context);
}

/* What is said when the screen can wait no longer: never more than the server last proved. */
static void hand_over(struct payment *payment, const struct context *context)
{
    bool told = payment->order_known && (payment->order.statement == STATEMENT_MAY_RETURN ||
                                         payment->order.statement == STATEMENT_TAKEN_CREDITING);

    forget_code(payment);
    declare(payment, told ? payment->order.statement : STATEMENT_CONFIRMING);
    payment->adopt = true;
    receipt_complete(&payment->draft, &payment->order);
    payment->draft.kind = RECEIPT_SLIP;
    move(payment, PAYMENT_SLIP_SAVING);
    save_receipt(payment, context, false);
}

/* The utility's own ledger refused what was taken: it goes back, and the paper says so. */
static void end_returned(struct payment *payment, const struct context *context)
{
    declare(payment, payment->order.statement);
    payment->adopt = false;
    receipt_complete(&payment->draft, &payment->order);
    payment->draft.kind = RECEIPT_SLIP;
    move(payment, PAYMENT_SLIP_SAVING);
    save_receipt(payment, context, true);
}

/* ---- the server's answers --------------------------------------------------------------- */

static void open_for_payment(struct payment *payment, const struct context *context)
{
    payment->state_deadline_ms = context->now_ms + context->settings->pay_ms;
    payment->exposed = true; /* from now on the QR stands on the screen */
    payment->resolve_from_ms = 0;
}

/* An attempt of this order is proved to have failed: the screen is armed again. */
static void reopen(struct payment *payment, const struct context *context, enum message message)
{
    forget_code(payment);
    payment->message = message;
    payment->resolve_from_ms = 0;
    move(payment, PAYMENT_OPEN);
    payment->state_deadline_ms = context->now_ms + context->settings->pay_ms;
    payment->ask_at_ms = context->now_ms + context->settings->poll_ms;
}

static void apply_open(struct payment *payment, const struct context *context)
{
    bool ours = strcmp(payment->order.attempt_request_id, payment->attempt_id) == 0;

    if (payment->state == PAYMENT_ORDERING) {
        move(payment, PAYMENT_OPEN);
        open_for_payment(payment, context);
    } else if (payment->state == PAYMENT_CHARGING && (ours || payment->code[0] == '\0')) {
        reopen(payment, context, message_of_failure(payment->order.failure));
        return;
    }
    payment->ask_at_ms = context->now_ms + context->settings->poll_ms;
}

static void apply_paying(struct payment *payment, const struct context *context)
{
    if (payment->state == PAYMENT_OPEN) {
        payment->message = MESSAGE_NONE;
        payment->resolve_from_ms = context->now_ms;
        move(payment, PAYMENT_CHARGING);
    } else if (payment->state == PAYMENT_ORDERING) {
        /* A repeat of our own request found it ahead of us; only OPEN leads on. */
        move(payment, PAYMENT_OPEN);
        open_for_payment(payment, context);
    }
    payment->ask_at_ms = context->now_ms + context->settings->poll_ms;
}

static void apply_closing(struct payment *payment, const struct context *context)
{
    if (payment->state == PAYMENT_OPEN || payment->state == PAYMENT_CHARGING) {
        if (payment->resolve_from_ms == 0) {
            payment->resolve_from_ms = context->now_ms;
        }
        forget_code(payment);
        move(payment, PAYMENT_CLOSING);
        payment->cancel_sent = true;
    }
    payment->ask_at_ms = context->now_ms + context->settings->poll_ms;
}

static void apply_credit(struct payment *payment, const struct context *context)
{
    const struct order *order = &payment->order;

    if (order->state == ORDER_PAID && order->statement == STATEMENT_TAKEN_CREDITED) {
        end_paid(payment, context);
    } else if (order->state == ORDER_CLOSED && order->statement == STATEMENT_MAY_RETURN) {
        end_returned(payment, context);
    } else {
        payment->ask_at_ms = context->now_ms + context->settings->poll_ms;
    }
}

static void apply_order(struct payment *payment, const struct context *context)
{
    if (payment->state == PAYMENT_CREDITING) {
        apply_credit(payment, context);
        return;
    }
    switch (payment->order.state) {
    case ORDER_OPEN: apply_open(payment, context); return;
    case ORDER_PAYING: apply_paying(payment, context); return;
    case ORDER_CLOSING: apply_closing(payment, context); return;
    case ORDER_PAID:
        if (payment->state == PAYMENT_ORDERING) {
            move(payment, PAYMENT_OPEN);
        }
        end_paid(payment, context);
        return;
    case ORDER_CLOSED:
        if (payment->order.statement == STATEMENT_CONFIRMING) {
            payment->ask_at_ms = context->now_ms + context->settings->poll_ms;
            return;
        }
        if (payment->message == MESSAGE_NONE) {
            payment->message = payment->order.failure == FAILURE_NONE
                                   ? MESSAGE_ORDER_EXPIRED
                                   : message_of_failure(payment->order.failure);
        }
        end_unpaid(payment, context, payment->order.statement);
        return;
    case ORDER_STATE_COUNT: break;
    }
    UNREACHABLE("an order state that does not exist");
}

/* The server answered with a refusal (4xx): what we asked for did not happen. */
static void on_refused(struct payment *payment, const struct context *context,
                       const struct problem *problem)
{
    enum message message = message_of_problem(problem);

    switch (payment->state) {
    case PAYMENT_ORDERING:
        payment->message = message;
        end_unpaid(payment, context, STATEMENT_NOT_TAKEN);
        return;
    case PAYMENT_CHARGING:
        if (payment->code[0] != '\0') {
            reopen(payment, context, message);
            payment->ask_at_ms = context->now_ms;
            return;
        }
        break;
    default: break;
    }
    payment->ask_at_ms = context->now_ms + context->settings->retry_ms;
}

static void take_answer(struct payment *payment, const struct context *context,
                        const struct call_reply *reply)
{
    payment->answered_ms = context->now_ms;
    payment->order = reply->order;
    payment->order_known = true;
    if (reply->call == CALL_CANCEL) {
        payment->cancel_sent = true;
    }
    if (reply->call == CALL_ATTEMPT &&
        strcmp(reply->order.attempt_request_id, payment->attempt_id) == 0 &&
        reply->order.state != ORDER_OPEN) {
        forget_code(payment); /* the server has it; asking for the order is enough now */
    }
    apply_order(payment, context);
}

void payment_reply(struct payment *payment, const struct context *context,
                   const struct call_reply *reply)
{
    if (payment->call_seq == 0 || reply->seq != payment->call_seq) {
        return;
    }
    payment->call_seq = 0;
    switch (reply->status) {
    case STATUS_OK: take_answer(payment, context, reply); return;
    case STATUS_INVALID: on_refused(payment, context, &reply->problem); return;
    default: break;
    }
    payment->ask_at_ms = context->now_ms + context->settings->retry_ms;
}

/* ---- from the customer and the journal --------------------------------------------------- */

void payment_begin(struct payment *payment, const struct context *context,
                   const struct order_request *request, const struct receipt *draft)
{
    CHECK(payment->state == PAYMENT_IDLE);
    memset(payment, 0, sizeof(*payment));
    payment->request = *request;
    TEXT_COPY(payment->request.request_id, context->fresh_id);
    payment->draft = *draft;
    move(payment, PAYMENT_INTENT_SAVING);

    struct effect *effect = context_add(context, EFFECT_SAVE_INTENT);

    TEXT_COPY(effect->intent.request_id, payment->request.request_id);
    effect->intent.draft = payment->draft;
    payment->save_seq = effect->seq;
}

static void after_intent(struct payment *payment, const struct context *context, enum status status)
{
    if (status != STATUS_OK) {
        payment->message = status == STATUS_LIMIT ? MESSAGE_TOO_MANY_OPEN : MESSAGE_STORAGE_FAILED;
        payment->statement = STATEMENT_NOT_TAKEN;
        move(payment, PAYMENT_UNPAID);
        return;
    }
    move(payment, PAYMENT_ORDERING);
    payment->state_deadline_ms = context->now_ms + context->settings->order_wait_ms;
    ask(payment, context);
}

static void after_code(struct payment *payment, const struct context *context, enum status status)
{
    if (status != STATUS_OK) {
        reopen(payment, context, MESSAGE_STORAGE_FAILED);
        return;
    }
    payment->resolve_from_ms = context->now_ms;
    move(payment, PAYMENT_CHARGING);
    ask(payment, context);
}

static void after_paid(struct payment *payment, const struct context *context, enum status status)
{
    bool waits = status == STATUS_OK && payment->statement == STATEMENT_TAKEN_CREDITING &&
                 context->settings->crediting_ms > 0;

    payment->adopt = payment->adopt || status != STATUS_OK;
    move(payment, waits ? PAYMENT_CREDITING : PAYMENT_PAID);
    if (waits) {
        payment->state_deadline_ms = context->now_ms + context->settings->crediting_ms;
        payment->ask_at_ms = context->now_ms + context->settings->poll_ms;
    }
}

void payment_saved(struct payment *payment, const struct context *context, uint32_t seq,
                   enum status status, const char *receipt_no)
{
    if (payment->save_seq == 0 || seq != payment->save_seq) {
        return;
    }
    payment->save_seq = 0;
    if (status == STATUS_OK && receipt_no[0] != '\0') {
        TEXT_COPY(payment->draft.receipt_no, receipt_no); /* else: the number that it may have */
    }
    switch (payment->state) {
    case PAYMENT_INTENT_SAVING: after_intent(payment, context, status); return;
    case PAYMENT_CODE_SAVING: after_code(payment, context, status); return;
    case PAYMENT_PAID_SAVING: after_paid(payment, context, status); return;
    case PAYMENT_UNPAID_SAVING:
        payment->adopt = status != STATUS_OK;
        move(payment, PAYMENT_UNPAID);
        return;
    case PAYMENT_SLIP_SAVING:
        payment->adopt = payment->adopt || status != STATUS_OK;
        move(payment, PAYMENT_HANDED_OVER);
        return;
    default: return; /* CODE_SAVING was left meanwhile: the code was never sent */
    }
}

void payment_code(struct payment *payment, const struct context *context, const char *code)
{
    if (payment->state != PAYMENT_OPEN) {
        return;
    }
    TEXT_COPY(payment->attempt_id, context->fresh_id);
    TEXT_COPY(payment->code, code);
    payment->message = MESSAGE_NONE;
    move(payment, PAYMENT_CODE_SAVING);

    struct effect *effect = context_add(context, EFFECT_SAVE_CODE);

    TEXT_COPY(effect->code.request_id, payment->request.request_id);
    TEXT_COPY(effect->code.attempt_id, payment->attempt_id);
    payment->save_seq = effect->seq;
}

void payment_leave(struct payment *payment, const struct context *context)
{
    switch (payment->state) {
    case PAYMENT_ORDERING: give_up_order(payment, MESSAGE_CANCELLED); return;
    case PAYMENT_OPEN:
    case PAYMENT_CODE_SAVING:
    case PAYMENT_CHARGING: close_order(payment, context, MESSAGE_CANCELLED); return;
    case PAYMENT_CREDITING: payment_settle(payment); return;
    default: return; /* saving an end, or closing already */
    }
}

void payment_settle(struct payment *payment)
{
    if (payment->state == PAYMENT_CREDITING) {
        CHECK(payment->adopt); /* it was saved as open: the recovery asks on */
        move(payment, PAYMENT_PAID);
    }
}

bool payment_learn(struct payment *payment, const struct order *order)
{
    bool here = payment->state == PAYMENT_PAID || payment->state == PAYMENT_HANDED_OVER;
    bool taken = payment->statement == STATEMENT_TAKEN_CREDITING;

    if (!here || strcmp(order->request_id, payment->request.request_id) != 0 ||
        order->statement == payment->statement || order->statement == STATEMENT_CONFIRMING ||
        payment->statement == STATEMENT_TAKEN_CREDITED ||
        (taken && order->statement == STATEMENT_NOT_TAKEN)) {
        return false;
    }
    payment->order = *order;
    payment->statement = order->statement;
    return true;
}

void payment_tick(struct payment *payment, const struct context *context)
{
    bool resolving = payment->state == PAYMENT_CHARGING || payment->state == PAYMENT_CLOSING;

    if (resolving &&
        context->now_ms - payment->resolve_from_ms >= context->settings->resolving_ms) {
        hand_over(payment, context);
        return;
    }
    if (context->now_ms >= payment->state_deadline_ms) {
        if (payment->state == PAYMENT_ORDERING) {
            give_up_order(payment, MESSAGE_SERVER_UNREACHABLE);
            return;
        }
        if (payment->state == PAYMENT_OPEN) {
            close_order(payment, context, MESSAGE_ORDER_EXPIRED);
            return;
        }
        if (payment->state == PAYMENT_CREDITING) {
            payment_settle(payment);
            return;
        }
    }
    if (context->now_ms >= payment->ask_at_ms) {
        ask(payment, context);
    }
}

int64_t payment_deadline(const struct payment *payment, const struct settings *settings)
{
    int64_t deadline = payment->state_deadline_ms < payment->ask_at_ms ? payment->state_deadline_ms
                                                                       : payment->ask_at_ms;

    if (payment->state == PAYMENT_IDLE || payment_ended(payment)) {
        return NEVER_MS;
    }
    if (payment->state == PAYMENT_CHARGING || payment->state == PAYMENT_CLOSING) {
        int64_t end_ms = payment->resolve_from_ms + settings->resolving_ms;

        deadline = end_ms < deadline ? end_ms : deadline;
    }
    return deadline;
}

bool payment_in_doubt(const struct payment *payment)
{
    switch (payment->state) {
    case PAYMENT_CHARGING:
    case PAYMENT_CLOSING:
    case PAYMENT_PAID_SAVING:
    case PAYMENT_UNPAID_SAVING:
    case PAYMENT_SLIP_SAVING: return true;
    default: return false;
    }
}

bool payment_ended(const struct payment *payment)
{
    return payment->state == PAYMENT_PAID || payment->state == PAYMENT_UNPAID ||
           payment->state == PAYMENT_HANDED_OVER;
}
