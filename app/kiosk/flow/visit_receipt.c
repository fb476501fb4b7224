#include "kiosk/flow/entry.h"
#include "kiosk/flow/visit_parts.h"

/* Whatever the printer said last: it is asked again, and answers at once when it cannot. */
void receipt_begin_job(struct visit *visit, const struct context *context, const char *receipt_no)
{
    struct customer *customer = &visit->customer;

    struct effect *effect = context_add(context, EFFECT_BEGIN_JOB);

    TEXT_COPY(effect->receipt_no, receipt_no);
    customer->job_seq = effect->seq;
    customer->receipt_state = RECEIPT_PRINTING;
}

static void end_job(const struct context *context, int64_t job_id, enum print_end end)
{
    struct effect *effect = context_add(context, EFFECT_END_JOB);

    effect->end.job_id = job_id;
    effect->end.end = end;
}

/* Returns the seq of the answer. */
static uint32_t print(const struct context *context, const struct event *event)
{
    struct effect *effect = context_add(context, EFFECT_PRINT);

    effect->print.job_id = event->job.job_id;
    effect->print.receipt = event->job.receipt;
    /* The clocks of two machines differ by moments; paper is never older than its payment. */
    effect->print.receipt.printed_at_ms = event->job.receipt.paid_at_ms > context->wall_ms
                                              ? event->job.receipt.paid_at_ms
                                              : context->wall_ms;
    return effect->seq;
}

void receipt_job(struct visit *visit, const struct context *context, const struct event *event)
{
    struct customer *customer = &visit->customer;

    if (customer->job_seq == 0 || event->job.seq != customer->job_seq) {
        /* The customer has gone. What was paid still gets its paper; a reprint does not. */
        if (event->job.status == STATUS_OK && event->job.receipt.reprint_number == 0) {
            (void)print(context, event);
        } else if (event->job.status == STATUS_OK) {
            end_job(context, event->job.job_id, PRINT_END_NOT_BEGUN);
        }
        return;
    }
    customer->job_seq = 0;
    if (event->job.status != STATUS_OK) {
        customer->receipt_state = RECEIPT_FAILED;
        customer->message = event->job.status == STATUS_NOT_FOUND ? MESSAGE_RECEIPT_UNKNOWN
                            : event->job.status == STATUS_LIMIT   ? MESSAGE_RECEIPT_LIMIT
                                                                  : MESSAGE_STORAGE_FAILED;
        return;
    }
    customer->shown_receipt = event->job.receipt;
    if (visit->screen == SCREEN_REPRINT) {
        visit_go(visit, context, SCREEN_REPRINT_DONE);
    }
    customer->job_seq = print(context, event);
}

void receipt_printed(struct visit *visit, const struct context *context, const struct event *event)
{
    static const enum receipt_state states[] = {
        [PRINT_END_PROVED] = RECEIPT_PRINTED,
        [PRINT_END_NOT_BEGUN] = RECEIPT_FAILED,
        [PRINT_END_UNKNOWN] = RECEIPT_UNPROVED,
    };
    struct customer *customer = &visit->customer;

    visit->printer = event->printed.printer;
    end_job(context, event->printed.job_id, event->printed.end);
    if (customer->job_seq == 0 || event->printed.seq != customer->job_seq) {
        return; /* printed for somebody who has left; the journal knows */
    }
    customer->job_seq = 0;
    customer->receipt_state = states[event->printed.end];
    if (event->printed.end == PRINT_END_NOT_BEGUN && visit->printer == PRINTER_OUT) {
        customer->receipt_state = RECEIPT_NO_PAPER;
    }
    visit->touched_ms = context->now_ms; /* time to take the paper */
}

void receipt_touch_reprint(struct visit *visit, const struct context *context, enum intent intent,
                           int argument)
{
    struct customer *customer = &visit->customer;
    char receipt_no[RECEIPT_NO_MAX];

    if (intent == INTENT_BACK) {
        visit_back_home(visit, context);
        return;
    }
    if (customer->job_seq != 0) {
        return;
    }
    customer->message = MESSAGE_NONE;
    switch (intent) {
    case INTENT_DIGIT: (void)entry_digit(customer->input, argument, RECEIPT_NO_DIGITS); return;
    case INTENT_BACKSPACE: entry_backspace(customer->input); return;
    case INTENT_CLEAR: customer->input[0] = '\0'; return;
    case INTENT_NEXT:
        if (entry_receipt_no(customer->input, receipt_no) != STATUS_OK) {
            customer->message = MESSAGE_RECEIPT_UNKNOWN;
        } else if (customer->lookups >= visit->settings.lookups_max) {
            customer->message = MESSAGE_LOOKUPS_USED_UP;
        } else if (visit->printer == PRINTER_OUT || visit->printer == PRINTER_TROUBLE) {
            customer->message = MESSAGE_PRINTER_OUT;
        } else {
            customer->lookups++;
            receipt_begin_job(visit, context, receipt_no);
        }
        return;
    default: return;
    }
}

void receipt_touch_result(struct visit *visit, const struct context *context, enum intent intent)
{
    struct customer *customer = &visit->customer;
    bool again = intent == INTENT_PRINT && customer->job_seq == 0 &&
                 customer->receipt_state > RECEIPT_PRINTED &&
                 customer->shown_receipt.receipt_no[0] != '\0';

    if (customer->payment.state == PAYMENT_CREDITING && intent == INTENT_NEXT) {
        payment_settle(&customer->payment);
    } else if (again) {
        receipt_begin_job(visit, context, customer->shown_receipt.receipt_no);
    } else if (intent == INTENT_BACK && customer->payment.state == PAYMENT_UNPAID &&
               customer->account_known) {
        pay_back_to_choice(visit, context, MESSAGE_NONE);
    } else if (intent == INTENT_NEXT) {
        visit_end(visit, context);
    }
}
