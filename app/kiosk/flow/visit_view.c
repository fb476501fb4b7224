#include <string.h>

#include "kiosk/flow/entry.h"
#include "kiosk/flow/visit_parts.h"

#define STEP_COUNT 4
/* A phone shows its password box at once; later it is the kiosk that has no answer. */
#define SECONDS(ms) ((int)(((ms) + 999) / 1000))

static int step_of(const struct visit *visit)
{
    switch (visit->screen) {
    case SCREEN_ACCOUNT:
    case SCREEN_CONFIRM: return 1;
    case SCREEN_AMOUNT:
    case SCREEN_BILLS: return 2;
    case SCREEN_PAY:
    case SCREEN_RESOLVING: return 3;
    /* Whoever has not paid did not come to the receipt. */
    case SCREEN_RESULT: return visit->customer.payment.state == PAYMENT_UNPAID ? 3 : 4;
    default: return 0;
    }
}

static bool staff_here(const struct visit *visit)
{
    struct civil now = instant_to_beijing(visit->wall_ms);
    int minute = now.hour * 60 + now.minute;

    return minute >= visit->settings.open_from_minute && minute < visit->settings.open_to_minute;
}

static void put_two(char *to, int value)
{
    to[0] = (char)('0' + value / 10);
    to[1] = (char)('0' + value % 10);
}

static void view_place(const struct visit *visit, struct view *view)
{
    const struct settings *settings = &visit->settings;

    view->now_ms = visit->wall_ms;
    TEXT_COPY(view->site, settings->site);
    TEXT_COPY(view->terminal_no, settings->terminal_no);
    TEXT_COPY(view->hotline, settings->hotline);
    if (settings->open_from_minute < settings->open_to_minute) {
        TEXT_COPY(view->open_hours, "00:00-00:00");
        put_two(view->open_hours, settings->open_from_minute / 60);
        put_two(view->open_hours + 3, settings->open_from_minute % 60);
        put_two(view->open_hours + 6, settings->open_to_minute / 60);
        put_two(view->open_hours + 9, settings->open_to_minute % 60);
    }
    view->staff_here = staff_here(visit);
    view->server_up = visit->server_up;
    view->scanner_up = visit->scanner_attached;
    view->printer = visit->printer;
    view->outdated = visit->outdated;
    TEXT_COPY(view->version, settings->version);
    TEXT_COPY(view->oldest_version, visit->oldest_kiosk);
    view->queue = recovery_count(&visit->recovery);
}

static bool input_valid(const struct visit *visit)
{
    const struct customer *customer = &visit->customer;
    int64_t amount_fen = choose_amount_fen(customer);
    char receipt_no[RECEIPT_NO_MAX];

    switch (visit->screen) {
    case SCREEN_ACCOUNT: return entry_account_complete(&visit->settings, customer->input);
    case SCREEN_CONFIRM: return customer->account_known;
    case SCREEN_AMOUNT:
        return amount_fen >= customer->account.min_fen && amount_fen <= customer->account.max_fen;
    case SCREEN_BILLS: return amount_fen > 0;
    case SCREEN_REPRINT: return entry_receipt_no(customer->input, receipt_no) == STATUS_OK;
    default: return true;
    }
}

static void view_timer(const struct visit *visit, struct view *view)
{
    int64_t scale = visit->customer.large_type ? 2 : 1;
    int64_t idle_ms = visit->now_ms - visit->touched_ms;
    bool paying = visit->screen == SCREEN_PAY || visit->screen == SCREEN_RESOLVING;
    bool out = visit->screen == SCREEN_STARTING || visit->screen == SCREEN_OUT_OF_SERVICE ||
               visit->screen == SCREEN_HOME;

    view->seconds_left = -1;
    view->pay_seconds_left = -1;
    if (!paying && !out) {
        view->seconds_left = SECONDS(scale * visit->settings.wipe_after_ms - idle_ms);
        view->warning = idle_ms >= scale * visit->settings.warn_after_ms;
    }
}

static void view_payment(const struct visit *visit, struct view *view)
{
    const struct payment *payment = &visit->customer.payment;

    if (payment->state == PAYMENT_IDLE) {
        return;
    }
    view->order = payment->order;
    view->busy =
        view->busy || payment->state == PAYMENT_INTENT_SAVING || payment->state == PAYMENT_ORDERING;
    if (payment->state == PAYMENT_OPEN) {
        view->pay_seconds_left = SECONDS(payment->state_deadline_ms - visit->now_ms);
        view->qr_shown = visit->screen == SCREEN_PAY;
    }
    if (payment_in_doubt(payment)) {
        int64_t left_ms = payment->resolve_from_ms + visit->settings.resolving_ms - visit->now_ms;

        view->resolving_seconds = left_ms > 0 ? SECONDS(left_ms) : 0;
    }
    /* What the ledger said at last is being saved behind a result that stands there already. */
    view->crediting = visit->screen == SCREEN_RESULT && !payment_ended(payment);
    if (payment_ended(payment) || view->crediting) {
        bool taken = payment->statement == STATEMENT_TAKEN_CREDITING ||
                     payment->statement == STATEMENT_TAKEN_CREDITED;

        view->outcome = payment->state == PAYMENT_UNPAID ? OUTCOME_UNPAID
                        : taken                          ? OUTCOME_PAID
                                                         : OUTCOME_HANDED_OVER;
        view->statement = payment->statement;
    }
}

void visit_view(const struct visit *visit, struct view *view)
{
    const struct customer *customer = &visit->customer;

    memset(view, 0, sizeof(*view));
    view->screen = visit->screen;
    view->language = customer->language;
    view->large_type = customer->large_type;
    view->high_contrast = customer->high_contrast;
    view_place(visit, view);
    view->service = customer->service;
    view->step = step_of(visit);
    view->step_count = view->step == 0 ? 0 : STEP_COUNT;
    view_timer(visit, view);
    /* Whoever has paid may leave while it prints. */
    view->busy =
        customer->lookup_seq != 0 || (customer->job_seq != 0 && visit->screen == SCREEN_REPRINT);
    view->message = customer->message;
    TEXT_COPY(view->input, customer->input);
    view->input_valid = input_valid(visit);
    view->account = customer->account;
    view->selected_preset = customer->selected_preset;
    memcpy(view->bill_selected, customer->bill_selected, sizeof(view->bill_selected));
    view->bill_page = customer->bill_page;
    view->amount_fen = choose_amount_fen(customer);
    view->recent_payment_warning = customer->recent_warning;
    view_payment(visit, view);
    view->scanner_armed = visit->scanner_armed && visit->scanner_attached;
    view->receipt = customer->receipt_state;
    TEXT_COPY(view->receipt_no, customer->shown_receipt.receipt_no);
    view->reprint_number = customer->shown_receipt.reprint_number;
}
