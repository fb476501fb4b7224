/*
 * One visit, from the idle screen back to it, without money moving.
 */
#include "flow_world.h"

#include <string.h>

#include "kiosk/flow/context.h"
#include "kiosk/flow/entry.h"

static struct world world;

static void look_up(const char *account_no)
{
    world_touch(&world, INTENT_CLEAR, 0);
    world_type(&world, account_no);
    world_touch(&world, INTENT_NEXT, 0);
}

static void numbers_that_no_organisation_uses_are_not_asked(void **state)
{
    (void)state;
    world_start(&world);
    world_touch(&world, INTENT_START, SERVICE_PAY);
    assert_int_equal(world.view.screen, SCREEN_ACCOUNT);
    assert_true(world.view.scanner_armed);
    look_up("52630000171"); /* 11 digits */
    assert_int_equal(world.view.message, MESSAGE_ACCOUNT_INCOMPLETE);
    assert_false(world_calls(&world, CALL_ACCOUNT));
    look_up("12345678901234567890");
    assert_string_equal(world.view.input, "1234567890123"); /* the longest pattern of this site */
}

static void an_unknown_number_says_so_and_goes_on(void **state)
{
    (void)state;
    world_start(&world);
    world_touch(&world, INTENT_START, SERVICE_PAY);
    for (int i = 0; i < 5; i++) {
        look_up("5263000017");
        struct call_request call = world_take_call(&world, CALL_ACCOUNT);

        world_reply_status(&world, &call, STATUS_INVALID, "account_unknown");
        assert_int_equal(world.view.message, MESSAGE_ACCOUNT_UNKNOWN);
        assert_int_equal(world.view.screen, SCREEN_ACCOUNT);
        assert_string_equal(world.view.input, "5263000017");
    }
    look_up("5263000017");
    assert_int_equal(world.view.message, MESSAGE_LOOKUPS_USED_UP);
    assert_false(world_calls(&world, CALL_ACCOUNT));
}

/* The next heartbeat is answered. */
static void server_is_there(void)
{
    world_advance(&world, 2000);
    struct effect health = world_take(&world, EFFECT_CALL);
    struct event reply = {.kind = EVENT_REPLY,
                          .reply = {.call = CALL_HEALTH, .seq = health.call.seq}};

    assert_int_equal(health.call.call, CALL_HEALTH);
    reply.reply.server_time_ms = world.wall_ms;
    world_event(&world, &reply);
}

/* A line that swallows questions must not use up what the customer has; only answers tell. */
static void a_look_up_without_an_answer_costs_none(void **state)
{
    (void)state;
    world_start(&world);
    world_touch(&world, INTENT_START, SERVICE_PAY);
    for (int i = 0; i < 7; i++) {
        look_up("5263000017");
        struct call_request call = world_take_call(&world, CALL_ACCOUNT);

        world_reply_status(&world, &call, STATUS_TIMEOUT, "");
        assert_int_equal(world.view.message, MESSAGE_SERVER_UNREACHABLE);
        server_is_there();
    }
    look_up("5263000017");
    assert_true(world_calls(&world, CALL_ACCOUNT));
}

static void closed_and_new_accounts_take_no_money(void **state)
{
    static const struct {
        enum account_state account_state;
        enum message message;
    } cases[] = {{ACCOUNT_CLOSED, MESSAGE_ACCOUNT_CLOSED},
                 {ACCOUNT_NOT_YET_USABLE, MESSAGE_ACCOUNT_NOT_YET}};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct account account = world_prepaid();

        account.state = cases[i].account_state;
        world_start(&world);
        world_touch(&world, INTENT_START, SERVICE_PAY);
        look_up("5263000017");
        struct call_request call = world_take_call(&world, CALL_ACCOUNT);

        world_reply_account(&world, &call, &account);
        assert_int_equal(world.view.screen, SCREEN_ACCOUNT);
        assert_int_equal(world.view.message, cases[i].message);
    }
}

static void a_bills_barcode_is_looked_up_at_once(void **state)
{
    (void)state;
    world_start(&world);
    world_touch(&world, INTENT_START, SERVICE_PAY);
    world_scan(&world, "131234567890123456"); /* a payment code is no bill */
    assert_int_equal(world.view.message, MESSAGE_NOT_A_BILL);
    assert_string_equal(world.view.input, "");
    world_scan(&world, "DF5263000017-202610\r\n");
    assert_string_equal(world_take_call(&world, CALL_ACCOUNT).account_no, "5263000017");
    assert_false(world.view.scanner_armed);
}

static void amounts_are_typed_as_people_type_them(void **state)
{
    static const struct {
        const char *keys, *shown;
        int64_t amount_fen;
    } typed[] = {
        {"186.4", "186.4", 18640},
        {"0", "0", 0},
        {"05", "5", 500},
        {".5", "0.5", 50},
        {"1.234", "1.23", 123},
        {"1..2", "1.2", 120},
        {"1234567890", "1234567", 123456700},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(typed); i++) {
        world_start(&world);
        world_to_amount(&world);
        world_type(&world, typed[i].keys);
        assert_string_equal(world.view.input, typed[i].shown);
        assert_int_equal(world.view.amount_fen, typed[i].amount_fen);
    }
    world_touch(&world, INTENT_CLEAR, 0);
    world_type(&world, "0.99");
    world_touch(&world, INTENT_NEXT, 0);
    assert_int_equal(world.view.message, MESSAGE_AMOUNT_TOO_SMALL);
    world_touch(&world, INTENT_CLEAR, 0);
    world_type(&world, "2000.01");
    world_touch(&world, INTENT_NEXT, 0);
    assert_int_equal(world.view.message, MESSAGE_AMOUNT_TOO_LARGE);
    assert_false(world_wants(&world, EFFECT_SAVE_INTENT));
}

static void to_bills(bool pay_all)
{
    struct account account = world_postpaid();

    account.pay_all_bills = pay_all;
    world_start(&world);
    world_touch(&world, INTENT_START, SERVICE_PAY);
    look_up("5263000025");
    struct call_request call = world_take_call(&world, CALL_ACCOUNT);

    world_reply_account(&world, &call, &account);
    world_touch(&world, INTENT_NEXT, 0);
    assert_int_equal(world.view.screen, SCREEN_BILLS);
}

static void bills_are_chosen_oldest_first(void **state)
{
    (void)state;
    to_bills(true);
    assert_int_equal(world.view.amount_fen, 30300);
    world_touch(&world, INTENT_BILL, 1); /* dropping the second drops the third too */
    assert_int_equal(world.view.amount_fen, 10100);
    world_touch(&world, INTENT_BILL, 2);
    assert_int_equal(world.view.amount_fen, 30300);
    world_touch(&world, INTENT_BILL, 0);
    assert_int_equal(world.view.amount_fen, 0);
    world_touch(&world, INTENT_NEXT, 0);
    assert_int_equal(world.view.message, MESSAGE_AMOUNT_MISSING);
}

static void bills_one_by_one_where_the_organisation_wants_it(void **state)
{
    (void)state;
    to_bills(false);
    assert_int_equal(world.view.amount_fen, 10100);
    world_touch(&world, INTENT_BILL, 2);
    assert_int_equal(world.view.amount_fen, 10100);
    world_touch(&world, INTENT_NEXT, 0);
    struct effect intent = world_take(&world, EFFECT_SAVE_INTENT);

    assert_int_equal(intent.intent.draft.line_count, 1);
    assert_string_equal(intent.intent.draft.lines[0].period, "2026-08");
}

static void a_recent_payment_is_told_and_not_forbidden(void **state)
{
    (void)state;
    world_start(&world);
    world_to_amount(&world);
    world.visit.customer.account.recent_fen = 10000;
    world.visit.customer.account.recent_seconds = 180;
    world_touch(&world, INTENT_PRESET, 1);
    world_touch(&world, INTENT_NEXT, 0);
    assert_true(world.view.recent_payment_warning);
    assert_false(world_wants(&world, EFFECT_SAVE_INTENT));
    world_touch(&world, INTENT_BACK, 0);
    assert_false(world.view.recent_payment_warning);
    assert_int_equal(world.view.screen, SCREEN_AMOUNT);
    world_touch(&world, INTENT_NEXT, 0);
    world_touch(&world, INTENT_CONTINUE_ANYWAY, 0);
    assert_true(world_wants(&world, EFFECT_SAVE_INTENT));
}

static void a_customer_who_left_is_forgotten(void **state)
{
    static const struct customer nobody = {.selected_preset = -1};

    (void)state;
    world_start(&world);
    world_touch(&world, INTENT_LANGUAGE, 0);
    world_to_amount(&world);
    world_type(&world, "77");
    world_advance(&world, 59000);
    assert_false(world.view.warning);
    world_advance(&world, 1500);
    assert_true(world.view.warning);
    world_touch(&world, INTENT_DIGIT, 7); /* meant for the warning, not for the field */
    assert_false(world.view.warning);
    assert_string_equal(world.view.input, "77");
    world_advance(&world, 90500);
    assert_int_equal(world.view.screen, SCREEN_HOME);
    assert_true(world_wants(&world, EFFECT_WIPE));
    assert_memory_equal(&world.visit.customer, &nobody, sizeof(nobody));
}

static void language_survives_what_was_typed_and_ends_with_the_visit(void **state)
{
    (void)state;
    world_start(&world);
    world_to_amount(&world);
    world_type(&world, "12.5");
    world_touch(&world, INTENT_LANGUAGE, 0);
    assert_int_equal(world.view.language, LANGUAGE_EN);
    assert_string_equal(world.view.input, "12.5");
    world_touch(&world, INTENT_HOME, 0);
    assert_int_equal(world.view.language, LANGUAGE_ZH);
    world_touch(&world, INTENT_LANGUAGE, 0); /* on home: back to Chinese when nobody stays */
    world_advance(&world, 95000);
    assert_int_equal(world.view.language, LANGUAGE_ZH);
}

static void every_screen_of_a_visit_leads_home(void **state)
{
    static const enum intent ways[] = {INTENT_GUIDE, INTENT_HELP};

    (void)state;
    world_start(&world);
    for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
        world_touch(&world, ways[i], 0);
        assert_int_not_equal(world.view.screen, SCREEN_HOME);
        world_touch(&world, INTENT_BACK, 0);
        assert_int_equal(world.view.screen, SCREEN_HOME);
    }
    world_to_amount(&world);
    world_touch(&world, INTENT_HELP, 0);
    world_touch(&world, INTENT_BACK, 0);
    assert_int_equal(world.view.screen, SCREEN_AMOUNT);
    world_touch(&world, INTENT_BACK, 0);
    assert_int_equal(world.view.screen, SCREEN_CONFIRM);
    world_touch(&world, INTENT_BACK, 0);
    assert_int_equal(world.view.screen, SCREEN_ACCOUNT);
    assert_string_equal(world.view.input, "5263000017");
    world_touch(&world, INTENT_BACK, 0);
    assert_int_equal(world.view.screen, SCREEN_HOME);
}

static void without_a_server_money_services_are_closed(void **state)
{
    (void)state;
    world_start(&world);
    world_advance(&world, 31000);
    struct effect health = world_take(&world, EFFECT_CALL);

    world_reply_status(&world, &health.call, STATUS_UNAVAILABLE, "");
    assert_false(world.view.server_up);
    world_touch(&world, INTENT_START, SERVICE_RECHARGE);
    assert_int_equal(world.view.screen, SCREEN_HOME);
    world_advance(&world, 2000); /* asked again soon, not after half a minute */
    health = world_take(&world, EFFECT_CALL);
    struct event reply = {.kind = EVENT_REPLY,
                          .reply = {.call = CALL_HEALTH, .seq = health.call.seq}};

    reply.reply.server_time_ms = world.wall_ms + 3600000; /* our clock is an hour slow */
    world_event(&world, &reply);
    assert_true(world.view.server_up);
    struct event tick = {.kind = EVENT_TICK};

    world_event(&world, &tick);
    assert_int_equal(world.view.now_ms, world.wall_ms + 3600000);
}

/* The kiosk's own clock, years off and jumping, is shown to nobody once the server was heard. */
static void a_clock_that_jumps_decides_nothing(void **state)
{
    static const int64_t jumps_ms[] = {INT64_C(-34560000000), INT64_C(34560000000), 3600000,
                                       -7200000};

    (void)state;
    world_start(&world);
    int64_t right_ms = world.wall_ms;

    world_to_pay(&world);
    for (size_t i = 0; i < ARRAY_LEN(jumps_ms); i++) {
        int seconds_left = world.view.pay_seconds_left;

        world.wall_ms += jumps_ms[i];
        world_advance(&world, 2000);
        right_ms += 2000;
        assert_int_equal(world.view.screen, SCREEN_PAY);
        assert_int_equal(world.view.pay_seconds_left, seconds_left - 2);
        assert_int_equal(world.view.now_ms, right_ms);
    }
}

static void without_a_server_a_look_up_says_so_at_once(void **state)
{
    (void)state;
    world_start(&world);
    world_touch(&world, INTENT_START, SERVICE_PAY);
    world_advance(&world, 31000);
    struct effect health = world_take(&world, EFFECT_CALL);

    world_reply_status(&world, &health.call, STATUS_UNAVAILABLE, "");
    world_type(&world, "5263000017");
    for (int i = 0; i < 9; i++) { /* it costs no look-up */
        world_touch(&world, INTENT_NEXT, 0);
        assert_int_equal(world.view.message, MESSAGE_SERVER_UNREACHABLE);
        assert_false(world.view.busy);
    }
    assert_false(world_calls(&world, CALL_ACCOUNT));
    server_is_there();
    world_touch(&world, INTENT_NEXT, 0);
    assert_true(world_calls(&world, CALL_ACCOUNT));
}

static void answer_asked_version(const struct call_request *asked, const char *oldest)
{
    struct event event = {.kind = EVENT_REPLY, .reply = {.call = asked->call, .seq = asked->seq}};

    TEXT_COPY(event.reply.version.oldest_kiosk, oldest);
    world_event(&world, &event);
}

static void answer_version(const char *oldest)
{
    struct call_request asked = world_take_call(&world, CALL_VERSION);

    answer_asked_version(&asked, oldest);
}

static void to_next_version(void)
{
    struct event event = {.kind = EVENT_REPLY, .reply = {.call = CALL_HEALTH}};

    for (int i = 0; i < 20 && !world_calls(&world, CALL_VERSION); i++) {
        world_advance(&world, 31000);
        while (world_wants(&world, EFFECT_CALL) && !world_calls(&world, CALL_VERSION)) {
            event.reply.seq = world_take(&world, EFFECT_CALL).call.seq;
            event.reply.server_time_ms = world.wall_ms;
            world_event(&world, &event);
        }
    }
}

static void ask_versions(void)
{
    world_start(&world);
    world.visit.settings.version_ms = 600000;
    TEXT_COPY(world.visit.settings.version, "0.9.2");
    struct event tick = {.kind = EVENT_TICK};

    world_event(&world, &tick);
}

static void an_outdated_kiosk_goes_out_of_service_and_comes_back(void **state)
{
    static const struct {
        const char *oldest;
        bool out;
    } cases[] = {{"0.9.2", false}, {"0.9.3", true},   {"0.9", false},      {"0.10.0", true},
                 {"1", true},      {"0.9.2.1", true}, {"0.9.1", false},    {"newest", false},
                 {"0.9.x", false}, {"0.10", true},    {"99999999", false}, {"0.1", false}};

    (void)state;
    ask_versions();
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        to_next_version();
        answer_version(cases[i].oldest);
        assert_int_equal(world.view.screen, cases[i].out ? SCREEN_OUT_OF_SERVICE : SCREEN_HOME);
        assert_int_equal(world.view.outdated, cases[i].out);
    }
}

static void an_outdated_kiosk_finishes_what_is_open(void **state)
{
    (void)state;
    ask_versions();
    struct call_request asked = world_take_call(&world, CALL_VERSION);

    world_to_pay(&world);
    answer_asked_version(&asked, "1.0");
    assert_int_equal(world.view.screen, SCREEN_PAY);
    struct call_request attempt = world_charge(&world, "131234567890123456");
    struct order paid = world_order(&world, ORDER_PAID, STATEMENT_TAKEN_CREDITED);

    world_reply_order(&world, &attempt, &paid);
    struct effect save = world_take(&world, EFFECT_SAVE_RECEIPT);

    world_saved(&world, &save, STATUS_OK);
    assert_int_equal(world.view.screen, SCREEN_RESULT);
    assert_true(world_wants(&world, EFFECT_BEGIN_JOB));
    world_touch(&world, INTENT_NEXT, 0);
    assert_int_equal(world.view.screen, SCREEN_OUT_OF_SERVICE);
    world_touch(&world, INTENT_START, SERVICE_PAY);
    assert_int_equal(world.view.screen, SCREEN_OUT_OF_SERVICE);
}

static void an_outdated_kiosk_begins_nothing(void **state)
{
    (void)state;
    ask_versions();
    struct call_request asked = world_take_call(&world, CALL_VERSION);

    world_to_amount(&world);
    answer_asked_version(&asked, "1.0");
    assert_int_equal(world.view.screen, SCREEN_OUT_OF_SERVICE);
    assert_string_equal(world.view.input, "");
    assert_string_equal(world.view.oldest_version, "1.0");
}

static void a_reprint_says_which_it_is(void **state)
{
    (void)state;
    world_start(&world);
    world_touch(&world, INTENT_START, SERVICE_REPRINT);
    world_type(&world, "000122611210001");
    world_touch(&world, INTENT_NEXT, 0);
    struct effect begin = world_take(&world, EFFECT_BEGIN_JOB);

    assert_string_equal(begin.receipt_no, "00012-261121-0001");
    struct event job = {.kind = EVENT_JOB};

    job.job.seq = begin.seq;
    job.job.job_id = 7;
    job.job.receipt.reprint_number = 2;
    world_event(&world, &job);
    assert_int_equal(world.view.screen, SCREEN_REPRINT_DONE);
    assert_int_equal(world.view.reprint_number, 2);
    struct effect print = world_take(&world, EFFECT_PRINT);
    struct event printed = {.kind = EVENT_PRINTED};

    printed.printed.seq = print.seq;
    printed.printed.job_id = 7;
    printed.printed.end = PRINT_END_UNKNOWN;
    world_event(&world, &printed);
    assert_int_equal(world.view.receipt, RECEIPT_UNPROVED);
    assert_int_equal(world_take(&world, EFFECT_END_JOB).end.end, PRINT_END_UNKNOWN);
}

static void unknown_and_used_up_receipts_are_told_apart(void **state)
{
    static const struct {
        enum status status;
        enum message message;
    } cases[] = {{STATUS_NOT_FOUND, MESSAGE_RECEIPT_UNKNOWN},
                 {STATUS_LIMIT, MESSAGE_RECEIPT_LIMIT},
                 {STATUS_IO, MESSAGE_STORAGE_FAILED}};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        world_start(&world);
        world_touch(&world, INTENT_START, SERVICE_REPRINT);
        world_type(&world, "000122611210001");
        world_touch(&world, INTENT_NEXT, 0);
        struct event job = {.kind = EVENT_JOB};

        job.job.seq = world_take(&world, EFFECT_BEGIN_JOB).seq;
        job.job.status = cases[i].status;
        world_event(&world, &job);
        assert_int_equal(world.view.screen, SCREEN_REPRINT);
        assert_int_equal(world.view.message, cases[i].message);
        assert_false(world_wants(&world, EFFECT_PRINT));
    }
}

static void a_reprint_that_begins_after_the_customer_left_prints_nothing(void **state)
{
    (void)state;
    world_start(&world);
    world_touch(&world, INTENT_START, SERVICE_REPRINT);
    world_type(&world, "000122611210001");
    world_touch(&world, INTENT_NEXT, 0);
    struct event job = {.kind = EVENT_JOB};

    job.job.seq = world_take(&world, EFFECT_BEGIN_JOB).seq;
    job.job.job_id = 9;
    job.job.receipt.reprint_number = 1;
    world_touch(&world, INTENT_HOME, 0);
    world_event(&world, &job);
    assert_false(world_wants(&world, EFFECT_PRINT));
    struct effect end = world_take(&world, EFFECT_END_JOB);

    assert_int_equal(end.end.job_id, 9);
    assert_int_equal(end.end.end, PRINT_END_NOT_BEGUN);
}

static void what_was_paid_is_printed_though_the_customer_left(void **state)
{
    struct event printed = {.kind = EVENT_PRINTED};
    struct event job = {.kind = EVENT_JOB};

    (void)state;
    world_start(&world);
    world_to_pay(&world);
    struct call_request attempt = world_charge(&world, "131234567890123456");
    struct order paid = world_order(&world, ORDER_PAID, STATEMENT_TAKEN_CREDITED);

    world_reply_order(&world, &attempt, &paid);
    struct effect save = world_take(&world, EFFECT_SAVE_RECEIPT);

    world_saved(&world, &save, STATUS_OK);
    job.job.seq = world_take(&world, EFFECT_BEGIN_JOB).seq;
    job.job.job_id = 9;
    world_touch(&world, INTENT_NEXT, 0); /* "finish", before the printer has begun */
    assert_int_equal(world.view.screen, SCREEN_HOME);
    world_event(&world, &job);
    printed.printed.seq = world_take(&world, EFFECT_PRINT).seq;
    printed.printed.job_id = 9;
    world_event(&world, &printed);
    assert_int_equal(world_take(&world, EFFECT_END_JOB).end.end, PRINT_END_PROVED);
    assert_int_equal(world.view.screen, SCREEN_HOME);
    assert_int_equal(world.view.receipt, RECEIPT_NONE);
}

/* The server's clock is ahead of ours by what a message takes. */
static void no_receipt_is_older_than_its_payment(void **state)
{
    struct event job = {.kind = EVENT_JOB};

    (void)state;
    world_start(&world);
    world_touch(&world, INTENT_START, SERVICE_REPRINT);
    world_type(&world, "000122611210001");
    world_touch(&world, INTENT_NEXT, 0);
    job.job.seq = world_take(&world, EFFECT_BEGIN_JOB).seq;
    job.job.receipt.reprint_number = 1;
    job.job.receipt.paid_at_ms = INT64_MAX;
    world_event(&world, &job);
    assert_int_equal(world_take(&world, EFFECT_PRINT).print.receipt.printed_at_ms, INT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_receipt_is_older_than_its_payment),
        cmocka_unit_test(numbers_that_no_organisation_uses_are_not_asked),
        cmocka_unit_test(an_unknown_number_says_so_and_goes_on),
        cmocka_unit_test(a_look_up_without_an_answer_costs_none),
        cmocka_unit_test(closed_and_new_accounts_take_no_money),
        cmocka_unit_test(a_bills_barcode_is_looked_up_at_once),
        cmocka_unit_test(amounts_are_typed_as_people_type_them),
        cmocka_unit_test(bills_are_chosen_oldest_first),
        cmocka_unit_test(bills_one_by_one_where_the_organisation_wants_it),
        cmocka_unit_test(a_recent_payment_is_told_and_not_forbidden),
        cmocka_unit_test(a_customer_who_left_is_forgotten),
        cmocka_unit_test(language_survives_what_was_typed_and_ends_with_the_visit),
        cmocka_unit_test(every_screen_of_a_visit_leads_home),
        cmocka_unit_test(without_a_server_money_services_are_closed),
        cmocka_unit_test(without_a_server_a_look_up_says_so_at_once),
        cmocka_unit_test(a_clock_that_jumps_decides_nothing),
        cmocka_unit_test(an_outdated_kiosk_goes_out_of_service_and_comes_back),
        cmocka_unit_test(an_outdated_kiosk_finishes_what_is_open),
        cmocka_unit_test(an_outdated_kiosk_begins_nothing),
        cmocka_unit_test(a_reprint_says_which_it_is),
        cmocka_unit_test(unknown_and_used_up_receipts_are_told_apart),
        cmocka_unit_test(a_reprint_that_begins_after_the_customer_left_prints_nothing),
        cmocka_unit_test(what_was_paid_is_printed_though_the_customer_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
