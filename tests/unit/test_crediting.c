/*
 * Paid, and the ledger that the account lives in has not answered: seconds, days, or refused.
 * Every word on the screen and on paper stays true, whichever it will be.
 */
#include "flow_world.h"

#include <string.h>

#include "kiosk/flow/context.h"

#define CODE         "131234567890123456"
#define CREDITING_MS 10000

static struct world world;

static void expect(enum outcome outcome, enum statement statement)
{
    assert_int_equal(world.view.screen, SCREEN_RESULT);
    assert_int_equal(world.view.outcome, outcome);
    assert_int_equal(world.view.statement, statement);
}

/* Charged: the server says paid, being credited; the receipt is durable and the sale is open. */
static void pay_until_crediting(void)
{
    world_start(&world);
    world.visit.settings.crediting_ms = CREDITING_MS;
    world_to_pay(&world);
    struct call_request attempt = world_charge(&world, CODE);
    struct order paid = world_order(&world, ORDER_PAID, STATEMENT_TAKEN_CREDITING);

    world_reply_order(&world, &attempt, &paid);
    struct effect save = world_take(&world, EFFECT_SAVE_RECEIPT);

    assert_false(save.save.close_intent);
    assert_int_equal(save.save.receipt.statement, STATEMENT_TAKEN_CREDITING);
    assert_int_equal(save.save.receipt.kind, RECEIPT_RECHARGE);
    world_saved(&world, &save, STATUS_OK);
    expect(OUTCOME_PAID, STATEMENT_TAKEN_CREDITING);
}

static void answer(enum order_state state, enum statement statement)
{
    struct call_request look = world_take_call(&world, CALL_ORDER_STATE);
    struct order order = world_order(&world, state, statement);

    world_reply_order(&world, &look, &order);
}

static void answer_recovery(enum order_state state, enum statement statement)
{
    struct call_request close = world_take_call(&world, CALL_CLOSE_REQUEST);
    struct order order = world_order(&world, state, statement);

    world_reply_order(&world, &close, &order);
}

/* The receipt on paper, whatever it says: begun, printed, ended. */
static void print(void)
{
    struct effect begin = world_take(&world, EFFECT_BEGIN_JOB);
    struct event job = {.kind = EVENT_JOB, .job = {.seq = begin.seq, .job_id = 1}};

    assert_string_equal(begin.receipt_no, "00012-261121-0001");
    TEXT_COPY(job.job.receipt.receipt_no, begin.receipt_no);
    world_event(&world, &job);
    struct effect paper = world_take(&world, EFFECT_PRINT);
    struct event printed = {.kind = EVENT_PRINTED,
                            .printed = {.seq = paper.seq, .job_id = 1, .end = PRINT_END_PROVED}};

    world_event(&world, &printed);
    (void)world_take(&world, EFFECT_END_JOB);
    assert_int_equal(world.view.receipt, RECEIPT_PRINTED);
}

static void credited_in_time_the_receipt_says_so(void **state)
{
    (void)state;
    pay_until_crediting();
    assert_true(world.view.crediting);
    assert_int_equal(world.view.receipt, RECEIPT_NONE);
    world_advance(&world, 3000);
    answer(ORDER_PAID, STATEMENT_TAKEN_CREDITING);
    assert_false(world_wants(&world, EFFECT_BEGIN_JOB)); /* no paper that is old in a second */
    world_advance(&world, 1000);
    answer(ORDER_PAID, STATEMENT_TAKEN_CREDITED);
    struct effect save = world_take(&world, EFFECT_SAVE_RECEIPT);

    assert_true(save.save.close_intent);
    assert_int_equal(save.save.receipt.statement, STATEMENT_TAKEN_CREDITED);
    expect(OUTCOME_PAID, STATEMENT_TAKEN_CREDITED);
    world_touch(&world, INTENT_NEXT, 0); /* nothing yet: its end is being saved */
    world_saved(&world, &save, STATUS_OK);
    expect(OUTCOME_PAID, STATEMENT_TAKEN_CREDITED);
    assert_false(world.view.crediting);
    print();
    assert_int_equal(recovery_count(&world.visit.recovery), 0);
}

/* The server is asked; answers nothing, or the same. */
static void wait_in_vain(void)
{
    for (int64_t end_ms = world.now_ms + CREDITING_MS; world.now_ms < end_ms;) {
        if (world_calls(&world, CALL_ORDER_STATE)) {
            struct call_request look = world_take_call(&world, CALL_ORDER_STATE);

            world_reply_status(&world, &look, STATUS_TIMEOUT, "");
        }
        world_advance(&world, 500);
    }
}

static void after_the_bound_the_receipt_says_what_is_true_by_then(void **state)
{
    (void)state;
    pay_until_crediting();
    wait_in_vain();
    assert_false(world.view.crediting);
    expect(OUTCOME_PAID, STATEMENT_TAKEN_CREDITING);
    print();
    assert_int_equal(recovery_count(&world.visit.recovery), 1); /* and is asked about on */
}

static void whoever_does_not_wait_gets_the_receipt_at_once(void **state)
{
    (void)state;
    pay_until_crediting();
    world_touch(&world, INTENT_NEXT, 0);
    assert_false(world.view.crediting);
    expect(OUTCOME_PAID, STATEMENT_TAKEN_CREDITING);
    print();
    world_touch(&world, INTENT_NEXT, 0);
    assert_int_equal(world.view.screen, SCREEN_HOME);
    assert_int_equal(recovery_count(&world.visit.recovery), 1);
}

static void whoever_walks_away_leaves_no_sale_behind(void **state)
{
    (void)state;
    pay_until_crediting();
    world_touch(&world, INTENT_HOME, 0);
    assert_int_equal(recovery_count(&world.visit.recovery), 1);
    print();
}

static void refused_in_time_a_slip_says_that_it_goes_back(void **state)
{
    (void)state;
    pay_until_crediting();
    world_advance(&world, 1000);
    answer(ORDER_CLOSED, STATEMENT_MAY_RETURN);
    struct effect save = world_take(&world, EFFECT_SAVE_RECEIPT);

    assert_true(save.save.close_intent);
    assert_int_equal(save.save.receipt.kind, RECEIPT_SLIP);
    assert_int_equal(save.save.receipt.statement, STATEMENT_MAY_RETURN);
    expect(OUTCOME_HANDED_OVER, STATEMENT_MAY_RETURN);
    world_touch(&world, INTENT_NEXT, 0);
    world_saved(&world, &save, STATUS_OK);
    expect(OUTCOME_HANDED_OVER, STATEMENT_MAY_RETURN);
    print();
    assert_int_equal(recovery_count(&world.visit.recovery), 0);
}

/* Nobody may hear "not taken" of money that was said to be taken, whatever the server says. */
static void taken_is_never_unsaid(void **state)
{
    (void)state;
    pay_until_crediting();
    world_advance(&world, 1000);
    answer(ORDER_CLOSED, STATEMENT_NOT_TAKEN);
    expect(OUTCOME_PAID, STATEMENT_TAKEN_CREDITING);
    wait_in_vain();
    print();
    world_advance(&world, 6000);
    answer_recovery(ORDER_CLOSED, STATEMENT_NOT_TAKEN);
    expect(OUTCOME_PAID, STATEMENT_TAKEN_CREDITING);
    assert_false(world_wants(&world, EFFECT_CLOSE_INTENT));
    assert_int_equal(recovery_count(&world.visit.recovery), 1);
}

static void refused_behind_the_receipt_a_slip_follows(void **state)
{
    (void)state;
    pay_until_crediting();
    wait_in_vain();
    print();
    world_advance(&world, 6000);
    answer_recovery(ORDER_CLOSED, STATEMENT_MAY_RETURN);
    expect(OUTCOME_HANDED_OVER, STATEMENT_MAY_RETURN);
    struct effect save = world_take(&world, EFFECT_CLOSE_INTENT);

    assert_false(world_wants(&world, EFFECT_BEGIN_JOB)); /* the journal must know it first */
    world_saved(&world, &save, STATUS_OK);
    print();
}

static void credited_behind_the_receipt_the_screen_says_so(void **state)
{
    (void)state;
    pay_until_crediting();
    wait_in_vain();
    print();
    world_advance(&world, 6000);
    answer_recovery(ORDER_PAID, STATEMENT_TAKEN_CREDITED);
    expect(OUTCOME_PAID, STATEMENT_TAKEN_CREDITED);
    struct effect save = world_take(&world, EFFECT_SAVE_RECEIPT);

    assert_true(save.save.close_intent);
    world_saved(&world, &save, STATUS_OK);
    assert_false(world_wants(&world, EFFECT_BEGIN_JOB)); /* "being credited" was true */
}

/* A slip that says "being confirmed" is followed by the receipt, when its customer still waits. */
static void a_slip_is_followed_by_its_receipt(void **state)
{
    (void)state;
    world_start(&world);
    world_to_pay(&world);
    struct call_request attempt = world_charge(&world, CODE);

    world_reply_status(&world, &attempt, STATUS_TIMEOUT, "");
    while (!world_wants(&world, EFFECT_SAVE_RECEIPT)) {
        world_advance(&world, 500);
        if (world_calls(&world, CALL_ATTEMPT)) {
            attempt = world_take_call(&world, CALL_ATTEMPT);
            world_reply_status(&world, &attempt, STATUS_UNAVAILABLE, "");
        }
    }
    struct effect slip = world_take(&world, EFFECT_SAVE_RECEIPT);

    world_saved(&world, &slip, STATUS_OK);
    expect(OUTCOME_HANDED_OVER, STATEMENT_CONFIRMING);
    print();
    answer_recovery(ORDER_PAID, STATEMENT_TAKEN_CREDITED);
    expect(OUTCOME_PAID, STATEMENT_TAKEN_CREDITED);
    struct effect save = world_take(&world, EFFECT_SAVE_RECEIPT);

    assert_int_equal(save.save.receipt.kind, RECEIPT_RECHARGE);
    world_saved(&world, &save, STATUS_OK);
    print();
}

/* A restart in between: the receipt is written again, and stays open until the ledger answers. */
static void after_a_restart_the_receipt_follows(void **state)
{
    struct event booted = {.kind = EVENT_BOOTED, .booted = STATUS_OK};
    struct event found = {.kind = EVENT_FOUND};

    (void)state;
    world_init(&world);
    TEXT_COPY(found.found.request_id, "aa");
    world_event(&world, &found);
    world_event(&world, &booted);
    answer_recovery(ORDER_PAID, STATEMENT_TAKEN_CREDITING);
    struct effect save = world_take(&world, EFFECT_SAVE_RECEIPT);

    assert_false(save.save.close_intent);
    assert_int_equal(save.save.receipt.statement, STATEMENT_TAKEN_CREDITING);
    world_saved(&world, &save, STATUS_OK);
    assert_int_equal(recovery_count(&world.visit.recovery), 1);
    world_advance(&world, 6000);
    answer_recovery(ORDER_PAID, STATEMENT_TAKEN_CREDITING);
    assert_false(world_wants(&world, EFFECT_SAVE_RECEIPT)); /* once is enough */
    world_advance(&world, 6000);
    answer_recovery(ORDER_PAID, STATEMENT_TAKEN_CREDITED);
    assert_true(world_take(&world, EFFECT_SAVE_RECEIPT).save.close_intent);
}

/* A ledger that is down for days never keeps a kiosk from selling. */
static void sales_that_wait_for_the_ledger_leave_room(void **state)
{
    struct event booted = {.kind = EVENT_BOOTED, .booted = STATUS_OK};

    (void)state;
    world_init(&world);
    for (int i = 0; i < OPEN_INTENTS_MAX; i++) {
        struct event found = {.kind = EVENT_FOUND};

        found.found.request_id[0] = (char)('a' + i);
        world_event(&world, &found);
    }
    world_event(&world, &booted);
    for (int i = 0; i < 200; i++) {
        if (world_calls(&world, CALL_CLOSE_REQUEST)) {
            answer_recovery(ORDER_PAID, STATEMENT_TAKEN_CREDITING);
        }
        if (world_wants(&world, EFFECT_SAVE_RECEIPT)) {
            struct effect save = world_take(&world, EFFECT_SAVE_RECEIPT);

            world_saved(&world, &save, STATUS_OK);
        }
        world_advance(&world, 1000);
    }
    assert_int_equal(recovery_count(&world.visit.recovery), RECOVERY_WAITING_MAX);
}

static void a_limit_of_the_account_is_told_and_nothing_is_open(void **state)
{
    (void)state;
    world_start(&world);
    struct effect intent = world_to_intent(&world);

    world_saved(&world, &intent, STATUS_OK);
    struct call_request call = world_take_call(&world, CALL_ORDER);

    world_reply_status(&world, &call, STATUS_INVALID, "account_limit");
    struct effect save = world_take(&world, EFFECT_CLOSE_INTENT);

    assert_int_equal(save.close.statement, STATEMENT_NOT_TAKEN);
    world_saved(&world, &save, STATUS_OK);
    assert_int_equal(world.view.screen, SCREEN_AMOUNT);
    assert_int_equal(world.view.message, MESSAGE_ACCOUNT_LIMIT);
    assert_int_equal(recovery_count(&world.visit.recovery), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(credited_in_time_the_receipt_says_so),
        cmocka_unit_test(after_the_bound_the_receipt_says_what_is_true_by_then),
        cmocka_unit_test(whoever_does_not_wait_gets_the_receipt_at_once),
        cmocka_unit_test(whoever_walks_away_leaves_no_sale_behind),
        cmocka_unit_test(refused_in_time_a_slip_says_that_it_goes_back),
        cmocka_unit_test(taken_is_never_unsaid),
        cmocka_unit_test(refused_behind_the_receipt_a_slip_follows),
        cmocka_unit_test(credited_behind_the_receipt_the_screen_says_so),
        cmocka_unit_test(a_slip_is_followed_by_its_receipt),
        cmocka_unit_test(after_a_restart_the_receipt_follows),
        cmocka_unit_test(sales_that_wait_for_the_ledger_leave_room),
        cmocka_unit_test(a_limit_of_the_account_is_told_and_nothing_is_open),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
