#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define TEXT(field, value) snprintf((field), sizeof(field), "%s", (value))

void sample_base(struct view *view)
{
    *view = (struct view){.screen = SCREEN_HOME, .server_up = true, .scanner_up = true};
    view->now_ms = INT64_C(1795242360000); /* 2026-11-21 14:26 in Beijing */
    TEXT(view->site, "渝中营业厅");
    TEXT(view->terminal_no, "00012");
    TEXT(view->hotline, "023-00000000");
    TEXT(view->open_hours, "08:30-17:30");
    view->staff_here = true;
    view->seconds_left = -1;
    view->pay_seconds_left = -1;
    view->selected_preset = -1;
}

static void at(struct view *view, enum screen_id screen, int step)
{
    view->screen = screen;
    view->step = step;
    view->step_count = step > 0 ? 4 : 0;
    view->seconds_left = 72;
}

static void prepaid(struct view *view)
{
    struct account *account = &view->account;

    TEXT(account->account_no, "5263940474");
    TEXT(account->name_masked, "张*伟");
    TEXT(account->address_masked, "江宁区*****1002室");
    TEXT(account->payee, "示范供电公司");
    TEXT(account->category, "residential");
    account->prepaid = true;
    account->balance_shown = true;
    account->balance_fen = 1286;
    account->min_fen = 100;
    account->max_fen = 500000;
    account->preset_count = 4;
    account->presets_fen[0] = 5000;
    account->presets_fen[1] = 10000;
    account->presets_fen[2] = 20000;
    account->presets_fen[3] = 50000;
    account->daily_cost_fen = 845;
}

static void postpaid(struct view *view, int bills)
{
    prepaid(view);
    view->account.prepaid = false;
    view->account.pay_all_bills = true;
    view->account.bill_count = bills;
    TEXT(view->account.account_no, "5263940471234567");
    TEXT(view->account.name_masked, "示**********店");
    TEXT(view->account.category, "commercial");
    view->amount_fen = 0;
    for (int i = 0; i < bills; i++) {
        struct bill *bill = &view->account.bills[i];

        snprintf(bill->bill_id, sizeof(bill->bill_id), "B%d", i);
        snprintf(bill->period, sizeof(bill->period), "2026-%02u", (unsigned)i % 12U + 1U);
        bill->due_date = 20770 + 30 * i;
        bill->amount_fen = 18640 + 1110 * i;
        bill->late_fee_fen = i < 2 ? 373 : 0;
        view->bill_selected[i] = true;
        view->amount_fen += bill->amount_fen + bill->late_fee_fen;
    }
    view->input_valid = true;
}

static void pay(struct view *view)
{
    at(view, SCREEN_PAY, 3);
    prepaid(view);
    view->seconds_left = -1;
    view->pay_seconds_left = 107;
    view->qr_shown = view->scanner_armed = true;
    view->amount_fen = view->order.amount_fen = 18640;
    TEXT(view->order.order_no, "2611210000000042");
    TEXT(view->order.payee, "示范供电公司");
    TEXT(view->order.pay_url, "https://pay.example.cn/p/7H2K9Q4M1X5T8B3C6D0F");
}

static void home(struct view *view)
{
    (void)view;
}

static void home_down(struct view *view)
{
    view->server_up = false;
    view->printer = PRINTER_OUT;
}

static void home_offline(struct view *view)
{
    view->server_up = false;
}

static void help_queue(struct view *view)
{
    view->queue = 16;
    view->screen = SCREEN_HELP;
    view->seconds_left = 72;
}

static void account_offline(struct view *view)
{
    view->screen = SCREEN_ACCOUNT;
    view->step = 1;
    view->step_count = 4;
    view->seconds_left = 72;
    view->server_up = false;
    TEXT(view->input, "5263940471234567");
    view->input_valid = true;
    view->message = MESSAGE_SERVER_UNREACHABLE;
}

static void starting(struct view *view)
{
    view->screen = SCREEN_STARTING;
}

static void out_of_service(struct view *view)
{
    view->screen = SCREEN_OUT_OF_SERVICE;
    view->server_up = false;
}

static void out_of_date(struct view *view)
{
    out_of_service(view);
    view->server_up = true;
    view->outdated = true;
    TEXT(view->version, "0.10.12");
    TEXT(view->oldest_version, "0.11.0");
}

static void guide(struct view *view)
{
    at(view, SCREEN_GUIDE, 0);
}

static void help(struct view *view)
{
    at(view, SCREEN_HELP, 0);
}

static void help_night(struct view *view)
{
    at(view, SCREEN_HELP, 0);
    view->staff_here = false;
    view->open_hours[0] = '\0';
}

static void account(struct view *view)
{
    at(view, SCREEN_ACCOUNT, 1);
    TEXT(view->input, "5263940471234567");
    view->input_valid = true;
}

static void account_empty(struct view *view)
{
    at(view, SCREEN_ACCOUNT, 1);
    view->scanner_up = false;
}

static void account_unknown(struct view *view)
{
    account(view);
    view->message = MESSAGE_ACCOUNT_UNKNOWN;
}

static void account_busy(struct view *view)
{
    account(view);
    view->busy = true;
}

static void confirm(struct view *view)
{
    at(view, SCREEN_CONFIRM, 1);
    prepaid(view);
    view->input_valid = true;
}

static void confirm_bills(struct view *view)
{
    at(view, SCREEN_CONFIRM, 1);
    postpaid(view, 3);
    TEXT(view->account.address_masked, "渝中区*****人民路一百二十八号三单元1002室");
}

static void confirm_none(struct view *view)
{
    confirm(view);
    postpaid(view, 0);
    view->message = MESSAGE_NO_BILLS;
}

static void amount(struct view *view)
{
    at(view, SCREEN_AMOUNT, 2);
    prepaid(view);
    TEXT(view->input, "186.40");
    view->amount_fen = 18640;
    view->input_valid = true;
}

static void amount_restore(struct view *view)
{
    amount(view);
    view->account.restore_fen = 6225;
    view->account.supply_cut = true;
    view->account.balance_fen = -6225;
    view->selected_preset = PRESET_RESTORE;
    view->amount_fen = 6225;
    view->input[0] = '\0';
}

static void amount_empty(struct view *view)
{
    amount(view);
    view->input[0] = '\0';
    view->amount_fen = 0;
    view->input_valid = false;
    view->printer = PRINTER_OUT;
    view->message = MESSAGE_PRINTER_OUT;
}

static void amount_large(struct view *view)
{
    amount(view);
    TEXT(view->input, "98765.43");
    view->amount_fen = 9876543;
    view->input_valid = false;
    view->message = MESSAGE_AMOUNT_TOO_LARGE;
}

static void bills(struct view *view)
{
    at(view, SCREEN_BILLS, 2);
    postpaid(view, 3);
    view->bill_selected[2] = false;
}

static void bills_many(struct view *view)
{
    at(view, SCREEN_BILLS, 2);
    postpaid(view, 12);
    view->bill_page = 1;
    view->account.more_bills = true;
}

static void bills_changed(struct view *view)
{
    bills(view);
    view->message = MESSAGE_BILL_BEING_PAID;
}

static void pay_wait(struct view *view)
{
    pay(view);
}

static void pay_refused(struct view *view)
{
    pay(view);
    view->message = MESSAGE_CODE_PAYEE;
}

static void pay_no_scanner(struct view *view)
{
    pay(view);
    view->scanner_up = false;
}

static void pay_charging(struct view *view)
{
    pay(view);
    view->qr_shown = false;
    view->order.state = ORDER_PAYING;
}

static void pay_password(struct view *view)
{
    pay_charging(view);
    view->order.password_wanted = true;
}

static void pay_phone(struct view *view)
{
    pay_charging(view);
    view->order.by_phone = true;
}

static void resolving(struct view *view)
{
    pay_charging(view);
    at(view, SCREEN_RESOLVING, 3);
    view->seconds_left = -1;
    view->resolving_seconds = 68;
}

static void result(struct view *view)
{
    pay(view);
    at(view, SCREEN_RESULT, 4);
    view->pay_seconds_left = -1;
    view->outcome = OUTCOME_PAID;
    view->statement = STATEMENT_TAKEN_CREDITED;
    view->receipt = RECEIPT_PRINTED;
    view->order.balance_known = true;
    view->order.balance_fen = 19926;
    TEXT(view->receipt_no, "00012-261121-0001");
}

static void result_restoring(struct view *view)
{
    result(view);
    view->order.supply_restoring = true;
    view->receipt = RECEIPT_UNPROVED;
}

static void result_crediting(struct view *view)
{
    result(view);
    view->statement = STATEMENT_TAKEN_CREDITING;
    view->order.balance_known = false;
    view->receipt = RECEIPT_NO_PAPER;
}

static void result_waiting(struct view *view)
{
    result_crediting(view);
    view->crediting = true;
    view->receipt = RECEIPT_NONE;
}

/* The ledger refused it while the customer still stood there: a slip follows the receipt. */
static void result_refused(struct view *view)
{
    result(view);
    view->outcome = OUTCOME_HANDED_OVER;
    view->statement = STATEMENT_MAY_RETURN;
}

static void amount_limit(struct view *view)
{
    at(view, SCREEN_AMOUNT, 2);
    prepaid(view);
    TEXT(view->input, "500.00");
    view->amount_fen = 50000;
    view->input_valid = true;
    view->message = MESSAGE_ACCOUNT_LIMIT;
}

static void result_unpaid(struct view *view)
{
    result(view);
    view->outcome = OUTCOME_UNPAID;
    view->statement = STATEMENT_NOT_TAKEN;
    view->receipt = RECEIPT_NONE;
    view->message = MESSAGE_PASSWORD;
}

static void result_return(struct view *view)
{
    result_unpaid(view);
    view->statement = STATEMENT_MAY_RETURN;
    view->message = MESSAGE_NONE;
}

static void result_handed(struct view *view)
{
    result(view);
    view->outcome = OUTCOME_HANDED_OVER;
    view->statement = STATEMENT_CONFIRMING;
    view->receipt = RECEIPT_FAILED;
}

static void reprint(struct view *view)
{
    at(view, SCREEN_REPRINT, 0);
    TEXT(view->input, "000122611210001");
    view->input_valid = true;
}

static void reprint_unknown(struct view *view)
{
    reprint(view);
    view->message = MESSAGE_RECEIPT_UNKNOWN;
}

static void reprint_done(struct view *view)
{
    at(view, SCREEN_REPRINT_DONE, 0);
    view->receipt = RECEIPT_PRINTED;
    view->reprint_number = 2;
    TEXT(view->receipt_no, "00012-261121-0001");
}

static void timeout(struct view *view)
{
    amount(view);
    view->warning = true;
    view->seconds_left = 24;
}

static void recent(struct view *view)
{
    amount(view);
    view->recent_payment_warning = true;
    view->account.recent_fen = 10000;
    view->account.recent_seconds = 170;
}

#define SAMPLE(name)                                                                               \
    {                                                                                              \
#name, name                                                                                \
    }

const struct sample samples[] = {
    SAMPLE(home),
    SAMPLE(home_down),
    SAMPLE(home_offline),
    SAMPLE(help_queue),
    SAMPLE(account_offline),
    SAMPLE(starting),
    SAMPLE(out_of_service),
    SAMPLE(out_of_date),
    SAMPLE(guide),
    SAMPLE(help),
    SAMPLE(help_night),
    SAMPLE(account),
    SAMPLE(account_empty),
    SAMPLE(account_unknown),
    SAMPLE(account_busy),
    SAMPLE(confirm),
    SAMPLE(confirm_bills),
    SAMPLE(confirm_none),
    SAMPLE(amount),
    SAMPLE(amount_restore),
    SAMPLE(amount_empty),
    SAMPLE(amount_large),
    SAMPLE(bills),
    SAMPLE(bills_many),
    SAMPLE(bills_changed),
    SAMPLE(pay_wait),
    SAMPLE(pay_refused),
    SAMPLE(pay_no_scanner),
    SAMPLE(pay_charging),
    SAMPLE(pay_password),
    SAMPLE(pay_phone),
    SAMPLE(resolving),
    SAMPLE(result),
    SAMPLE(result_restoring),
    SAMPLE(result_crediting),
    SAMPLE(result_waiting),
    SAMPLE(result_refused),
    SAMPLE(amount_limit),
    SAMPLE(result_unpaid),
    SAMPLE(result_return),
    SAMPLE(result_handed),
    SAMPLE(reprint),
    SAMPLE(reprint_unknown),
    SAMPLE(reprint_done),
    SAMPLE(timeout),
    SAMPLE(recent),
};
const int sample_count = (int)ARRAY_LEN(samples);

const struct sample *sample_find(const char *name)
{
    for (int i = 0; i < sample_count; i++) {
        if (strcmp(samples[i].name, name) == 0) {
            return &samples[i];
        }
    }
    return NULL;
}

struct ui *sample_ui(int width, int height, SDL_Surface **surface)
{
    struct ui *ui = NULL;

    *surface = SDL_CreateRGBSurfaceWithFormat(0, width, height, 32, SDL_PIXELFORMAT_RGB888);
    assert_non_null(*surface);
    const struct ui_options options = {.surface = *surface, .assets_dir = KIOSK_ASSETS};
    if (ui_create(&options, &ui) != STATUS_OK) {
        fail_msg("asset missing: %s", ui_missing_asset());
    }
    return ui;
}

void sample_ui_end(struct ui *ui, SDL_Surface *surface)
{
    ui_destroy(ui);
    SDL_FreeSurface(surface);
}
