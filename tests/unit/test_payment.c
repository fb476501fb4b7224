/*
 * What one payment promises. Every test plays the world that breaks the promise of a careless
 * kiosk: an answer that is lost, late, doubled, or not what was hoped for.
 */
#include "flow_world.h"

#include <stdio.h>
#include <string.h>

#define WECHAT_CODE "131234567890123456"
#define ALIPAY_CODE "281234567890123456"

static struct world world;

static void expect_result(enum outcome outcome, enum statement statement)
{
    assert_int_equal(world.view.screen, SCREEN_RESULT);
    assert_int_equal(world.view.outcome, outcome);
    assert_int_equal(world.view.statement, statement);
}

static void pay_and_print(void)
{
    struct call_request attempt = world_charge(&world, WECHAT_CODE);
    struct order paid = world_order(&world, ORDER_PAID, STATEMENT_TAKEN_CREDITED);

    world_reply_order(&world, &attempt, &paid);
    struct effect save = world_take(&world, EFFECT_SAVE_RECEIPT);

    assert_true(save.save.close_intent);
    assert_string_equal(save.save.request_id, world.visit.customer.payment.request.request_id);
    world_saved(&world, &save, STATUS_OK);
}

static void nothing_is_asked_before_it_is_durable(void **state)
{
    (void)state;
    world_start(&world);
    world_to_amount(&world);
    world_touch(&world, INTENT_PRESET, 1);
    world_touch(&world, INTENT_NEXT, 0);
    assert_true(world_wants(&world, EFFECT_SAVE_INTENT));
    assert_false(world_calls(&world, CALL_ORDER));
    world_advance(&world, 5000);
    assert_false(world_calls(&world, CALL_ORDER));
}

static void a_full_disk_begins_no_payment(void **state)
{
    (void)state;
    world_start(&world);
    struct effect save = world_to_intent(&world);

    world_saved(&world, &save, STATUS_IO);
    assert_int_equal(world.view.screen, SCREEN_AMOUNT);
    assert_int_equal(world.view.message, MESSAGE_STORAGE_FAILED);
    assert_false(world_calls(&world, CALL_ORDER));
}

static void a_code_that_is_paid_becomes_a_receipt(void **state)
{
    (void)state;
    world_start(&world);
    world_to_pay(&world);
    pay_and_print();
    expect_result(OUTCOME_PAID, STATEMENT_TAKEN_CREDITED);
    assert_int_equal(world.view.receipt, RECEIPT_PRINTING);
    assert_string_equal(world_take(&world, EFFECT_BEGIN_JOB).receipt_no, "00012-261121-0001");
}

static void while_one_way_is_tried_the_other_is_off(void **state)
{
    (void)state;
    world_start(&world);
    world_to_pay(&world);
    assert_true(world.view.scanner_armed);
    assert_true(world.view.qr_shown);
    (void)world_charge(&world, WECHAT_CODE);
    assert_false(world.view.scanner_armed);
    assert_false(world.view.qr_shown);
    world_scan(&world, ALIPAY_CODE); /* on its way before the scanner was off */
    assert_false(world_wants(&world, EFFECT_SAVE_CODE));
}

static void a_phone_that_opens_the_qr_disarms_the_scanner(void **state)
{
    (void)state;
    world_start(&world);
    world_to_pay(&world);
    world_advance(&world, 800);
    struct call_request look = world_take_call(&world, CALL_ORDER_STATE);
    struct order paying = world_order(&world, ORDER_PAYING, STATEMENT_CONFIRMING);

    paying.by_phone = true;
    world_reply_order(&world, &look, &paying);
    assert_false(world.view.scanner_armed);
    assert_false(world.view.qr_shown);
    world_advance(&world, 800);
    look = world_take_call(&world, CALL_ORDER_STATE);
    struct order paid = world_order(&world, ORDER_PAID, STATEMENT_TAKEN_CREDITED);

    world_reply_order(&world, &look, &paid);
    assert_true(world_wants(&world, EFFECT_SAVE_RECEIPT));
}

static void a_lost_answer_is_asked_again_with_the_same_number(void **state)
{
    (void)state;
    world_start(&world);
    world_to_pay(&world);
    struct call_request first = world_charge(&world, WECHAT_CODE);

    world_reply_status(&world, &first, STATUS_TIMEOUT, "");
    world_advance(&world, 2000);
    struct call_request again = world_take_call(&world, CALL_ATTEMPT);

    assert_string_equal(again.attempt.request_id, first.attempt.request_id);
    assert_string_equal(again.attempt.code, first.attempt.code);
    struct order paid = world_order(&world, ORDER_PAID, STATEMENT_TAKEN_CREDITED);

    world_reply_order(&world, &again, &paid);
    assert_true(world_wants(&world, EFFECT_SAVE_RECEIPT));
    assert_string_equal(world.visit.customer.payment.code, "");
}

static void a_late_answer_to_an_old_question_changes_nothing(void **state)
{
    (void)state;
    world_start(&world);
    world_to_pay(&world);
    struct call_request first = world_charge(&world, WECHAT_CODE);

    world_reply_status(&world, &first, STATUS_TIMEOUT, "");
    world_advance(&world, 2000);
    struct order open = world_order(&world, ORDER_OPEN, STATEMENT_NOT_TAKEN);

    open.failure = FAILURE_NO_FUNDS;
    world_reply_order(&world, &first, &open); /* the stale one */
    assert_int_equal(world.visit.customer.payment.state, PAYMENT_CHARGING);
}

static void a_declined_code_opens_the_screen_again(void **state)
{
    (void)state;
    world_start(&world);
    world_to_pay(&world);
    struct call_request first = world_charge(&world, WECHAT_CODE);
    struct order open = world_order(&world, ORDER_OPEN, STATEMENT_NOT_TAKEN);

    open.failure = FAILURE_NO_FUNDS;
    world_reply_order(&world, &first, &open);
    assert_int_equal(world.view.screen, SCREEN_PAY);
    assert_int_equal(world.view.message, MESSAGE_NO_FUNDS);
    assert_true(world.view.scanner_armed);
    world_scan(&world, WECHAT_CODE);
    assert_int_equal(world.view.message, MESSAGE_CODE_REPEATED);
    assert_false(world_wants(&world, EFFECT_SAVE_CODE));

    struct call_request second = world_charge(&world, ALIPAY_CODE);

    assert_string_not_equal(second.attempt.request_id, first.attempt.request_id);
}

static void a_wrong_code_is_refused_and_nothing_is_sent(void **state)
{
    static const struct {
        const char *text;
        enum message message;
    } scans[] = {
        {"wxp://f2f0", MESSAGE_CODE_PAYEE},     {"https://example.com", MESSAGE_CODE_WEB},
        {"6901234567892", MESSAGE_CODE_GOODS},  {"DF5263000017-202610", MESSAGE_CODE_BILL},
        {"hQVDUFYwMQ==", MESSAGE_CODE_OFFLINE}, {"\x01\x02", MESSAGE_CODE_UNREADABLE},
        {"99", MESSAGE_CODE_UNKNOWN},
    };

    (void)state;
    world_start(&world);
    world_to_pay(&world);
    for (size_t i = 0; i < ARRAY_LEN(scans); i++) {
        world_scan(&world, scans[i].text);
        assert_int_equal(world.view.message, scans[i].message);
        assert_int_equal(world.view.screen, SCREEN_PAY);
        assert_false(world_wants(&world, EFFECT_SAVE_CODE));
    }
}

static void going_back_says_not_taken_only_when_the_server_says_so(void **state)
{
    (void)state;
    world_start(&world);
    world_to_pay(&world);
    world_touch(&world, INTENT_BACK, 0);
    struct call_request cancel = world_take_call(&world, CALL_CANCEL);

    world_reply_status(&world, &cancel, STATUS_TIMEOUT, "");
    world_advance(&world, 2000);
    assert_int_equal(world.view.screen, SCREEN_RESOLVING);
    cancel = world_take_call(&world, CALL_CANCEL);
    struct order closed = world_order(&world, ORDER_CLOSED, STATEMENT_NOT_TAKEN);

    world_reply_order(&world, &cancel, &closed);
    struct effect end = world_take(&world, EFFECT_CLOSE_INTENT);

    world_saved(&world, &end, STATUS_OK);
    assert_int_equal(world.view.screen, SCREEN_AMOUNT);
    assert_int_equal(world.view.message, MESSAGE_CANCELLED);
    assert_int_equal(world.view.amount_fen, 5000);
}

/* The server reversed what may have been charged: "cancelled, nothing was taken" would be a lie. */
static void a_message_never_denies_the_statement(void **state)
{
    (void)state;
    world_start(&world);
    world_to_pay(&world);
    (void)world_charge(&world, WECHAT_CODE);
    world_touch(&world, INTENT_BACK, 0);
    struct call_request cancel = world_take_call(&world, CALL_CANCEL);
    struct order closed = world_order(&world, ORDER_CLOSED, STATEMENT_MAY_RETURN);

    world_reply_order(&world, &cancel, &closed);
    struct effect end = world_take(&world, EFFECT_CLOSE_INTENT);

    world_saved(&world, &end, STATUS_OK);
    expect_result(OUTCOME_UNPAID, STATEMENT_MAY_RETURN);
    assert_int_equal(world.view.message, MESSAGE_NONE);
}

static void leaving_while_a_phone_paid_is_a_success(void **state)
{
    (void)state;
    world_start(&world);
    world_to_pay(&world);
    world_touch(&world, INTENT_HOME, 0);
    struct call_request cancel = world_take_call(&world, CALL_CANCEL);
    struct order paid = world_order(&world, ORDER_PAID, STATEMENT_TAKEN_CREDITED);

    world_reply_order(&world, &cancel, &paid);
    struct effect save = world_take(&world, EFFECT_SAVE_RECEIPT);

    world_saved(&world, &save, STATUS_OK);
    expect_result(OUTCOME_PAID, STATEMENT_TAKEN_CREDITED);
}

static void silence_for_ninety_seconds_becomes_a_slip_not_a_no(void **state)
{
    (void)state;
    world_start(&world);
    world_to_pay(&world);
    struct call_request attempt = world_charge(&world, WECHAT_CODE);
    int64_t began_ms = world.now_ms;

    world_reply_status(&world, &attempt, STATUS_TIMEOUT, "");
    while (!world_wants(&world, EFFECT_SAVE_RECEIPT)) {
        world_advance(&world, 500);
        assert_true(world.now_ms - began_ms <= 91000);
        if (world_calls(&world, CALL_ATTEMPT)) {
            attempt = world_take_call(&world, CALL_ATTEMPT);
            world_reply_status(&world, &attempt, STATUS_UNAVAILABLE, "");
        }
    }
    struct effect slip = world_take(&world, EFFECT_SAVE_RECEIPT);

    assert_int_equal(slip.save.receipt.kind, RECEIPT_SLIP);
    assert_int_equal(slip.save.receipt.statement, STATEMENT_CONFIRMING);
    assert_false(slip.save.close_intent);
    world_saved(&world, &slip, STATUS_OK);
    expect_result(OUTCOME_HANDED_OVER, STATEMENT_CONFIRMING);
    assert_int_equal(recovery_count(&world.visit.recovery), 1);
}

static void an_order_that_was_never_answered_took_nothing(void **state)
{
    (void)state;
    world_start(&world);
    struct effect intent = world_to_intent(&world);

    world_saved(&world, &intent, STATUS_OK);
    for (int i = 0; i < 20 && world.view.busy; i++) {
        if (world_calls(&world, CALL_ORDER)) {
            struct call_request call = world_take_call(&world, CALL_ORDER);

            assert_string_equal(call.order.request_id, intent.intent.request_id);
            world_reply_status(&world, &call, STATUS_TIMEOUT, "");
        }
        world_advance(&world, 1000);
    }
    assert_int_equal(world.view.screen, SCREEN_AMOUNT);
    assert_int_equal(world.view.message, MESSAGE_SERVER_UNREACHABLE);
    if (world_calls(&world, CALL_ORDER)) {
        (void)world_take_call(&world, CALL_ORDER); /* still on its way */
    }
    /* and the server is told to forget it, for as long as that takes */
    struct call_request close = world_take_call(&world, CALL_CLOSE_REQUEST);

    assert_string_equal(close.request_id, intent.intent.request_id);
}

static void the_journal_failing_after_the_money_keeps_the_truth(void **state)
{
    (void)state;
    world_start(&world);
    world_to_pay(&world);
    struct call_request attempt = world_charge(&world, WECHAT_CODE);
    struct order paid = world_order(&world, ORDER_PAID, STATEMENT_TAKEN_CREDITED);

    world_reply_order(&world, &attempt, &paid);
    struct effect save = world_take(&world, EFFECT_SAVE_RECEIPT);

    world_saved(&world, &save, STATUS_IO);
    expect_result(OUTCOME_PAID, STATEMENT_TAKEN_CREDITED);
    assert_int_equal(world.view.receipt, RECEIPT_FAILED);
    assert_false(world_wants(&world, EFFECT_BEGIN_JOB));
    assert_int_equal(recovery_count(&world.visit.recovery), 1);
}

static void the_pay_screen_ends_by_itself(void **state)
{
    (void)state;
    world_start(&world);
    world_to_pay(&world);
    for (int i = 0; i < 130 && !world_calls(&world, CALL_CANCEL); i++) {
        if (world_calls(&world, CALL_ORDER_STATE)) {
            struct call_request look = world_take_call(&world, CALL_ORDER_STATE);
            struct order open = world_order(&world, ORDER_OPEN, STATEMENT_NOT_TAKEN);

            world_reply_order(&world, &look, &open);
        }
        world_advance(&world, 1000);
    }
    assert_true(world_calls(&world, CALL_CANCEL));
    assert_false(world.view.scanner_armed);
}

static void a_refusal_is_told_with_its_reason(void **state)
{
    static const struct {
        const char *code;
        enum message message;
    } problems[] = {
        {"bills_changed", MESSAGE_BILLS_CHANGED},
        {"bill_being_paid", MESSAGE_BILL_BEING_PAID},
        {"account_closed", MESSAGE_ACCOUNT_CLOSED},
        {"a_word_of_tomorrow", MESSAGE_SERVER_REFUSED},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(problems); i++) {
        world_start(&world);
        struct effect intent = world_to_intent(&world);

        world_saved(&world, &intent, STATUS_OK);
        struct call_request call = world_take_call(&world, CALL_ORDER);

        world_reply_status(&world, &call, STATUS_INVALID, problems[i].code);
        struct effect end = world_take(&world, EFFECT_CLOSE_INTENT);

        assert_int_equal(end.close.statement, STATEMENT_NOT_TAKEN);
        world_saved(&world, &end, STATUS_OK);
        assert_int_equal(world.view.screen, SCREEN_AMOUNT);
        assert_int_equal(world.view.message, problems[i].message);
    }
}

/* The table in the documentation is the table in the program. */
static void the_documented_transitions_are_the_real_ones(void **state)
{
    FILE *file = fopen(FLOW_README, "r");
    static char text[65536];
    char row[256];

    (void)state;
    assert_non_null(file);
    text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
    (void)fclose(file);
    int rows = 0;

    const char *machine = strstr(text, "## The payment machine");

    assert_non_null(machine);
    for (const char *at = machine; (at = strstr(at, "\n| `")) != NULL; at++) {
        rows++;
    }
    for (int i = 0; i < payment_transition_count; i++) {
        const struct payment_transition *transition = &payment_transitions[i];

        (void)snprintf(row, sizeof(row), "| `%s` | `%s` | `%s` | %s |\n",
                       payment_state_name(transition->from), payment_state_name(transition->to),
                       transition->made_by, transition->when);
        if (strstr(text, row) == NULL) {
            fail_msg("the documentation lacks this row: %s", row);
        }
    }
    assert_int_equal(rows, payment_transition_count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_asked_before_it_is_durable),
        cmocka_unit_test(a_full_disk_begins_no_payment),
        cmocka_unit_test(a_code_that_is_paid_becomes_a_receipt),
        cmocka_unit_test(while_one_way_is_tried_the_other_is_off),
        cmocka_unit_test(a_phone_that_opens_the_qr_disarms_the_scanner),
        cmocka_unit_test(a_lost_answer_is_asked_again_with_the_same_number),
        cmocka_unit_test(a_late_answer_to_an_old_question_changes_nothing),
        cmocka_unit_test(a_declined_code_opens_the_screen_again),
        cmocka_unit_test(a_wrong_code_is_refused_and_nothing_is_sent),
        cmocka_unit_test(going_back_says_not_taken_only_when_the_server_says_so),
        cmocka_unit_test(a_message_never_denies_the_statement),
        cmocka_unit_test(leaving_while_a_phone_paid_is_a_success),
        cmocka_unit_test(silence_for_ninety_seconds_becomes_a_slip_not_a_no),
        cmocka_unit_test(an_order_that_was_never_answered_took_nothing),
        cmocka_unit_test(the_journal_failing_after_the_money_keeps_the_truth),
        cmocka_unit_test(the_pay_screen_ends_by_itself),
        cmocka_unit_test(a_refusal_is_told_with_its_reason),
        cmocka_unit_test(the_documented_transitions_are_the_real_ones),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
