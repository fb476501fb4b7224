#include <string.h>

#include "common/money.h"
#include "kiosk/flow/entry.h"
#include "kiosk/flow/problem.h"
#include "kiosk/flow/visit_parts.h"

void choose_look_up(struct visit *visit, const struct context *context)
{
    struct customer *customer = &visit->customer;

    if (customer->lookups >= visit->settings.lookups_max) {
        customer->message = MESSAGE_LOOKUPS_USED_UP;
        return;
    }
    if (!visit->server_up) {
        customer->message = MESSAGE_SERVER_UNREACHABLE; /* at once: it costs no look-up */
        return;
    }
    customer->message = MESSAGE_NONE;
    customer->account_known = false;

    struct call_request *request = context_call(context, CALL_ACCOUNT);

    TEXT_COPY(request->account_no, customer->input);
    customer->lookup_seq = request->seq;
}

/* Everything that is due, oldest first; one alone where the organisation wants them one by one. */
static void select_bills(struct customer *customer)
{
    customer->bill_page = 0;
    for (int i = 0; i < BILLS_MAX; i++) {
        customer->bill_selected[i] =
            i < customer->account.bill_count && (i == 0 || customer->account.pay_all_bills);
    }
}

static enum message message_of_account(const struct account *account)
{
    switch (account->state) {
    case ACCOUNT_CLOSED: return MESSAGE_ACCOUNT_CLOSED;
    case ACCOUNT_NOT_YET_USABLE: return MESSAGE_ACCOUNT_NOT_YET;
    case ACCOUNT_ACTIVE: break;
    }
    return MESSAGE_NONE;
}

void choose_account_reply(struct visit *visit, const struct context *context,
                          const struct call_reply *reply)
{
    struct customer *customer = &visit->customer;

    if (customer->lookup_seq == 0 || reply->seq != customer->lookup_seq) {
        return;
    }
    customer->lookup_seq = 0;
    /* Only what told something counts: a bad line must not use up what a customer has. */
    customer->lookups += reply->status == STATUS_OK || reply->status == STATUS_INVALID ? 1 : 0;
    if (reply->status != STATUS_OK) {
        customer->message = reply->status == STATUS_INVALID ? message_of_problem(&reply->problem)
                                                            : MESSAGE_SERVER_UNREACHABLE;
        return;
    }
    customer->account = reply->account;
    select_bills(customer);
    if (visit->screen == SCREEN_BILLS) {
        return; /* looked again after "bills changed": the message stays */
    }
    customer->message = message_of_account(&reply->account);
    customer->account_known = customer->message == MESSAGE_NONE;
    if (customer->account_known && visit->screen == SCREEN_ACCOUNT) {
        visit_go(visit, context, SCREEN_CONFIRM);
    }
}

static void touch_account(struct visit *visit, const struct context *context, enum intent intent,
                          int argument)
{
    struct customer *customer = &visit->customer;

    if (intent == INTENT_BACK) {
        visit_back_home(visit, context);
        return;
    }
    if (customer->lookup_seq != 0) {
        return; /* the number that is being looked up stands as it is */
    }
    if (intent != INTENT_NEXT) {
        customer->message = MESSAGE_NONE;
    }
    switch (intent) {
    case INTENT_DIGIT:
        (void)entry_digit(customer->input, argument, entry_account_max_digits(&visit->settings));
        return;
    case INTENT_BACKSPACE: entry_backspace(customer->input); return;
    case INTENT_CLEAR: customer->input[0] = '\0'; return;
    case INTENT_NEXT:
        if (entry_account_complete(&visit->settings, customer->input)) {
            choose_look_up(visit, context);
        } else {
            customer->message = MESSAGE_ACCOUNT_INCOMPLETE;
        }
        return;
    default: return;
    }
}

static void touch_confirm(struct visit *visit, const struct context *context, enum intent intent)
{
    struct customer *customer = &visit->customer;

    if (intent == INTENT_BACK) {
        customer->message = MESSAGE_NONE;
        visit_go(visit, context, SCREEN_ACCOUNT);
    } else if (intent == INTENT_NEXT && customer->account.prepaid) {
        customer->input[0] = '\0';
        customer->selected_preset = -1;
        customer->message = MESSAGE_NONE;
        visit_go(visit, context, SCREEN_AMOUNT);
    } else if (intent == INTENT_NEXT && customer->account.bill_count == 0) {
        customer->message = MESSAGE_NO_BILLS;
    } else if (intent == INTENT_NEXT) {
        customer->message = MESSAGE_NONE;
        visit_go(visit, context, SCREEN_BILLS);
    }
}

int64_t choose_amount_fen(const struct customer *customer)
{
    int64_t sum_fen = 0;

    if (customer->account.prepaid) {
        return money_parse(customer->input, &sum_fen) == STATUS_OK ? sum_fen : 0;
    }
    for (int i = 0; i < customer->account.bill_count; i++) {
        const struct bill *bill = &customer->account.bills[i];

        if (customer->bill_selected[i] &&
            (money_add(sum_fen, bill->amount_fen, &sum_fen) != STATUS_OK ||
             money_add(sum_fen, bill->late_fee_fen, &sum_fen) != STATUS_OK)) {
            return 0;
        }
    }
    return sum_fen;
}

/* Why this amount cannot be paid, or MESSAGE_NONE. */
static enum message amount_problem(const struct customer *customer)
{
    int64_t amount_fen = choose_amount_fen(customer);

    if (amount_fen == 0) {
        return MESSAGE_AMOUNT_MISSING;
    }
    if (!customer->account.prepaid) {
        return MESSAGE_NONE;
    }
    return amount_fen < customer->account.min_fen   ? MESSAGE_AMOUNT_TOO_SMALL
           : amount_fen > customer->account.max_fen ? MESSAGE_AMOUNT_TOO_LARGE
                                                    : MESSAGE_NONE;
}

/* Next: says what is wrong, or warns that somebody just paid, or goes to pay. */
static void pay(struct visit *visit, const struct context *context)
{
    struct customer *customer = &visit->customer;

    customer->message = amount_problem(customer);
    if (customer->message != MESSAGE_NONE) {
        return;
    }
    if (customer->account.prepaid && customer->account.recent_fen > 0 &&
        !customer->recent_accepted) {
        customer->recent_warning = true;
        return;
    }
    pay_begin(visit, context);
}

static void choose_preset(struct customer *customer, int argument)
{
    const struct account *account = &customer->account;
    int64_t amount_fen = 0;

    if (argument == PRESET_RESTORE && account->restore_fen > 0) {
        amount_fen =
            account->restore_fen > account->min_fen ? account->restore_fen : account->min_fen;
    } else if (argument >= 0 && argument < account->preset_count) {
        amount_fen = account->presets_fen[argument];
    } else {
        return;
    }
    char text[MONEY_TEXT_MAX];

    TEXT_COPY(customer->input, money_format(amount_fen, text));
    customer->selected_preset = argument;
}

/* True when the touch was about the "paid minutes ago" question. */
static bool touch_recent(struct visit *visit, const struct context *context, enum intent intent)
{
    struct customer *customer = &visit->customer;

    if (!customer->recent_warning) {
        return false;
    }
    if (intent == INTENT_CONTINUE_ANYWAY) {
        customer->recent_warning = false;
        customer->recent_accepted = true;
        pay_begin(visit, context);
    } else if (intent == INTENT_BACK) {
        customer->recent_warning = false;
    }
    return true;
}

static void touch_amount(struct visit *visit, const struct context *context, enum intent intent,
                         int argument)
{
    struct customer *customer = &visit->customer;

    if (touch_recent(visit, context, intent)) {
        return;
    }
    customer->message = MESSAGE_NONE;
    switch (intent) {
    case INTENT_DIGIT: (void)entry_amount_digit(customer->input, argument); break;
    case INTENT_POINT: (void)entry_amount_point(customer->input); break;
    case INTENT_BACKSPACE: entry_backspace(customer->input); break;
    case INTENT_CLEAR: customer->input[0] = '\0'; break;
    case INTENT_PRESET: choose_preset(customer, argument); return;
    case INTENT_BACK:
        TEXT_COPY(customer->input, customer->account.account_no);
        visit_go(visit, context, SCREEN_CONFIRM);
        return;
    case INTENT_NEXT: pay(visit, context); return;
    default: return;
    }
    customer->selected_preset = -1;
}

/* Older bills come first: choosing one takes all before it, dropping one drops all after it. */
static void toggle_bill(struct customer *customer, int index)
{
    const struct account *account = &customer->account;

    if (index < 0 || index >= account->bill_count || !account->pay_all_bills) {
        return;
    }
    bool choose = !customer->bill_selected[index];

    for (int i = 0; i < account->bill_count; i++) {
        if (choose ? i <= index : i >= index) {
            customer->bill_selected[i] = choose;
        }
    }
}

static void touch_bills(struct visit *visit, const struct context *context, enum intent intent,
                        int argument)
{
    struct customer *customer = &visit->customer;

    customer->message = MESSAGE_NONE;
    if (intent == INTENT_BILL) {
        toggle_bill(customer, argument);
    } else if (intent == INTENT_BILL_PAGE && argument >= 0 && argument < BILLS_MAX) {
        customer->bill_page = argument;
    } else if (intent == INTENT_BACK) {
        visit_go(visit, context, SCREEN_CONFIRM);
    } else if (intent == INTENT_NEXT) {
        pay(visit, context);
    }
}

void choose_touch(struct visit *visit, const struct context *context, enum intent intent,
                  int argument)
{
    struct payment *payment = &visit->customer.payment;
    bool ordering = payment->state == PAYMENT_INTENT_SAVING || payment->state == PAYMENT_ORDERING;
    bool ending = payment->state == PAYMENT_PAID_SAVING ||
                  payment->state == PAYMENT_UNPAID_SAVING || payment->state == PAYMENT_SLIP_SAVING;

    if (ordering || ending) { /* the choice stands until the end is durable */
        if (intent == INTENT_BACK) {
            payment_leave(payment, context);
        }
        return;
    }
    switch (visit->screen) {
    case SCREEN_ACCOUNT: touch_account(visit, context, intent, argument); return;
    case SCREEN_CONFIRM: touch_confirm(visit, context, intent); return;
    case SCREEN_AMOUNT: touch_amount(visit, context, intent, argument); return;
    case SCREEN_BILLS: touch_bills(visit, context, intent, argument); return;
    case SCREEN_PAY:
        if (intent == INTENT_BACK) {
            visit->customer.leave_home = false;
            payment_leave(payment, context);
        }
        return;
    case SCREEN_RESULT:
    case SCREEN_REPRINT_DONE: receipt_touch_result(visit, context, intent); return;
    case SCREEN_REPRINT: receipt_touch_reprint(visit, context, intent, argument); return;
    default: return;
    }
}
