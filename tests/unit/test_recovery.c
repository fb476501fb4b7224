/*
 * After the power came back: what was open is closed or handed over, and nobody is locked out.
 */
#include "flow_world.h"

#include <string.h>

#include "kiosk/flow/context.h"

static struct world world;

static void boot_with(const char *const *request_ids, int count)
{
    struct event scanner = {.kind = EVENT_SCANNER, .scanner_attached = true};
    struct event booted = {.kind = EVENT_BOOTED, .booted = STATUS_OK};

    world_init(&world);
    world_event(&world, &scanner);
    for (int i = 0; i < count; i++) {
        struct event found = {.kind = EVENT_FOUND};

        TEXT_COPY(found.found.request_id, request_ids[i]);
        TEXT_COPY(found.found.draft.account_no, "5263000017");
        world_event(&world, &found);
    }
    world_event(&world, &booted);
}

static void answer_health(void)
{
    for (int i = 0; i < world.effect_count; i++) {
        if (world.effects[i].kind == EFFECT_CALL && world.effects[i].call.call == CALL_HEALTH) {
            struct event reply = {.kind = EVENT_REPLY,
                                  .reply = {.call = CALL_HEALTH, .seq = world.effects[i].call.seq}};

            reply.reply.server_time_ms = world.wall_ms;
            world_event(&world, &reply);
            return;
        }
    }
    fail_msg("nobody asked for the server's health");
}

static void an_open_sale_is_closed_before_the_first_customer(void **state)
{
    static const char *const ids[] = {"aa"};

    (void)state;
    boot_with(ids, 1);
    answer_health();
    assert_int_equal(world.view.screen, SCREEN_STARTING);
    struct call_request close = world_take_call(&world, CALL_CLOSE_REQUEST);

    assert_string_equal(close.request_id, "aa");
    struct order closed = world_order(&world, ORDER_CLOSED, STATEMENT_NOT_TAKEN);

    world_reply_order(&world, &close, &closed);
    struct effect save = world_take(&world, EFFECT_CLOSE_INTENT);

    assert_int_equal(save.close.statement, STATEMENT_NOT_TAKEN);
    world_saved(&world, &save, STATUS_OK);
    assert_int_equal(world.view.screen, SCREEN_HOME);
    assert_int_equal(recovery_count(&world.visit.recovery), 0);
}

static void a_sale_that_was_paid_gets_its_receipt(void **state)
{
    static const char *const ids[] = {"aa"};

    (void)state;
    boot_with(ids, 1);
    answer_health();
    struct call_request close = world_take_call(&world, CALL_CLOSE_REQUEST);
    struct order paid = world_order(&world, ORDER_PAID, STATEMENT_TAKEN_CREDITED);

    world_reply_order(&world, &close, &paid);
    struct effect save = world_take(&world, EFFECT_SAVE_RECEIPT);

    assert_string_equal(save.save.request_id, "aa");
    assert_true(save.save.close_intent);
    assert_int_equal(save.save.receipt.statement, STATEMENT_TAKEN_CREDITED);
    assert_string_equal(save.save.receipt.account_no, "5263000017");
}

static void a_request_that_never_arrived_is_forbidden_and_forgotten(void **state)
{
    static const char *const ids[] = {"aa"};

    (void)state;
    boot_with(ids, 1);
    struct call_request close = world_take_call(&world, CALL_CLOSE_REQUEST);
    struct event reply = {.kind = EVENT_REPLY,
                          .reply = {.call = CALL_CLOSE_REQUEST, .seq = close.seq}};

    world_event(&world, &reply); /* known = false */
    assert_int_equal(world_take(&world, EFFECT_CLOSE_INTENT).close.statement, STATEMENT_NOT_TAKEN);
}

static void one_dead_gateway_does_not_brick_the_kiosk(void **state)
{
    static const char *const ids[] = {"aa", "bb"};

    (void)state;
    boot_with(ids, 2);
    answer_health();
    for (int i = 0; i < 2; i++) {
        struct call_request close = world_take_call(&world, CALL_CLOSE_REQUEST);
        struct order closing = world_order(&world, ORDER_CLOSING, STATEMENT_CONFIRMING);

        assert_int_equal(world.view.screen, SCREEN_STARTING);
        world_reply_order(&world, &close, &closing);
        if (i == 0) {
            world_advance(&world, 1);
        }
    }
    assert_int_equal(world.view.screen, SCREEN_HOME); /* the server has both in hand */
    assert_int_equal(recovery_count(&world.visit.recovery), 2);
    world_advance(&world, 6000);
    (void)world_take_call(&world, CALL_CLOSE_REQUEST); /* and is asked until it has an end */
}

static void a_dead_server_delays_ten_seconds_and_takes_no_money(void **state)
{
    static const char *const ids[] = {"aa"};

    (void)state;
    boot_with(ids, 1);
    for (int i = 0; i < 24 && world.view.screen == SCREEN_STARTING; i++) {
        if (world_calls(&world, CALL_CLOSE_REQUEST)) {
            struct call_request close = world_take_call(&world, CALL_CLOSE_REQUEST);

            world_reply_status(&world, &close, STATUS_UNAVAILABLE, "");
        }
        world_advance(&world, 500);
    }
    assert_int_equal(world.view.screen, SCREEN_HOME);
    assert_false(world.view.server_up);
    world_touch(&world, INTENT_START, SERVICE_PAY);
    assert_int_equal(world.view.screen, SCREEN_HOME);
    world_touch(&world, INTENT_START, SERVICE_REPRINT); /* needs no server */
    assert_int_equal(world.view.screen, SCREEN_REPRINT);
    assert_int_equal(recovery_count(&world.visit.recovery), 1);
}

static void an_unreadable_journal_puts_the_kiosk_out_of_service(void **state)
{
    struct event booted = {.kind = EVENT_BOOTED, .booted = STATUS_CORRUPT};

    (void)state;
    world_init(&world);
    world_event(&world, &booted);
    answer_health();
    assert_int_equal(world.view.screen, SCREEN_OUT_OF_SERVICE);
}

static void an_end_that_cannot_be_saved_is_asked_again(void **state)
{
    static const char *const ids[] = {"aa"};

    (void)state;
    boot_with(ids, 1);
    struct call_request close = world_take_call(&world, CALL_CLOSE_REQUEST);
    struct order closed = world_order(&world, ORDER_CLOSED, STATEMENT_NOT_TAKEN);

    world_reply_order(&world, &close, &closed);
    struct effect save = world_take(&world, EFFECT_CLOSE_INTENT);

    world_saved(&world, &save, STATUS_IO);
    assert_int_equal(recovery_count(&world.visit.recovery), 1);
    world_advance(&world, 6000);
    assert_true(world_calls(&world, CALL_CLOSE_REQUEST));
}

static void answer_close(const char *request_id, enum status status, enum order_state state)
{
    struct call_request close = world_take_call(&world, CALL_CLOSE_REQUEST);

    assert_string_equal(close.request_id, request_id);
    if (status == STATUS_OK) {
        struct order order = world_order(&world, state, STATEMENT_CONFIRMING);

        world_reply_order(&world, &close, &order);
    } else {
        world_reply_status(&world, &close, status, "");
    }
}

/* An hour of rubbish: asked ever less often, never given up, and the other sale is not held up. */
static void an_hour_of_rubbish_drops_nothing(void **state)
{
    static const char *const ids[] = {"aa"};
    int asked = 0;

    (void)state;
    boot_with(ids, 1);
    for (int second = 0; second < 3600; second++) {
        if (world_calls(&world, CALL_CLOSE_REQUEST)) {
            answer_close("aa", STATUS_TIMEOUT, ORDER_CLOSING);
            asked++;
        }
        world_advance(&world, 1000);
    }
    assert_in_range(asked, 3600 / 60, 3600 / 60 + 10);
    assert_int_equal(recovery_count(&world.visit.recovery), 1);
    world_advance(&world, 60000);
    struct call_request close = world_take_call(&world, CALL_CLOSE_REQUEST);
    struct order closed = world_order(&world, ORDER_CLOSED, STATEMENT_NOT_TAKEN);

    world_reply_order(&world, &close, &closed);
    assert_string_equal(world_take(&world, EFFECT_CLOSE_INTENT).close.request_id, "aa");
}

static void a_sale_that_cannot_be_delivered_does_not_hold_up_another(void **state)
{
    static const char *const ids[] = {"aa", "bb"};

    (void)state;
    boot_with(ids, 2);
    answer_close("aa", STATUS_INVALID, ORDER_CLOSING);
    world_advance(&world, 2000);
    answer_close("bb", STATUS_OK, ORDER_CLOSING);
    for (int round = 0; round < 4; round++) {
        world_advance(&world, 60000);
        answer_close("aa", STATUS_INVALID, ORDER_CLOSING);
        world_advance(&world, 60000);
        answer_close("bb", STATUS_OK, ORDER_CLOSING);
    }
    assert_int_equal(recovery_unheard(&world.visit.recovery), 1);
    assert_int_equal(recovery_count(&world.visit.recovery), 2);
}

static void when_the_server_is_back_nobody_waits_for_a_delay(void **state)
{
    static const char *const ids[] = {"aa"};

    (void)state;
    boot_with(ids, 1);
    for (int i = 0; i < 8; i++) {
        answer_close("aa", STATUS_UNAVAILABLE, ORDER_CLOSING);
        world_advance(&world, 60000);
    }
    answer_close("aa", STATUS_UNAVAILABLE, ORDER_CLOSING);
    assert_false(world_calls(&world, CALL_CLOSE_REQUEST));
    answer_health();
    answer_close("aa", STATUS_OK, ORDER_CLOSING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_open_sale_is_closed_before_the_first_customer),
        cmocka_unit_test(a_sale_that_was_paid_gets_its_receipt),
        cmocka_unit_test(a_request_that_never_arrived_is_forbidden_and_forgotten),
        cmocka_unit_test(one_dead_gateway_does_not_brick_the_kiosk),
        cmocka_unit_test(a_dead_server_delays_ten_seconds_and_takes_no_money),
        cmocka_unit_test(an_unreadable_journal_puts_the_kiosk_out_of_service),
        cmocka_unit_test(an_end_that_cannot_be_saved_is_asked_again),
        cmocka_unit_test(an_hour_of_rubbish_drops_nothing),
        cmocka_unit_test(a_sale_that_cannot_be_delivered_does_not_hold_up_another),
        cmocka_unit_test(when_the_server_is_back_nobody_waits_for_a_delay),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
