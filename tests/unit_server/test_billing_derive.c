/* What an order's attempts say together. */
#include "cmocka_all.h"

#include <stdbool.h>

#include "billing/rules/derive.h"

static void says(const enum attempt_state *attempts, size_t count, bool over,
                 enum order_state state, enum statement statement)
{
    struct derived derived = derive_order(attempts, count, over);
    assert_int_equal(derived.state, state);
    assert_int_equal(derived.statement, statement);
}

static void without_attempts_nothing_was_taken(void **unused)
{
    (void)unused;
    says(NULL, 0, false, ORDER_OPEN, STATEMENT_NOT_TAKEN);
    says(NULL, 0, true, ORDER_CLOSED, STATEMENT_NOT_TAKEN);
}

static void one_attempt(void **unused)
{
    (void)unused;
    static const struct {
        enum attempt_state attempt;
        enum order_state open, over;
        enum statement statement;
    } CASES[ATTEMPT_STATE_COUNT] = {
        {ATTEMPT_INTENT, ORDER_PAYING, ORDER_CLOSING, STATEMENT_CONFIRMING},
        {ATTEMPT_SENT, ORDER_PAYING, ORDER_CLOSING, STATEMENT_CONFIRMING},
        {ATTEMPT_PAYING, ORDER_PAYING, ORDER_CLOSING, STATEMENT_CONFIRMING},
        {ATTEMPT_REVERSING, ORDER_CLOSING, ORDER_CLOSING, STATEMENT_CONFIRMING},
        {ATTEMPT_PAID, ORDER_PAID, ORDER_PAID, STATEMENT_TAKEN_CREDITING},
        {ATTEMPT_CREDITING, ORDER_PAID, ORDER_PAID, STATEMENT_TAKEN_CREDITING},
        {ATTEMPT_DISPUTED, ORDER_PAID, ORDER_PAID, STATEMENT_TAKEN_CREDITING},
        {ATTEMPT_CREDITED, ORDER_PAID, ORDER_PAID, STATEMENT_TAKEN_CREDITED},
        {ATTEMPT_FAILED, ORDER_OPEN, ORDER_CLOSED, STATEMENT_NOT_TAKEN},
        {ATTEMPT_REVERSED, ORDER_CLOSED, ORDER_CLOSED, STATEMENT_MAY_RETURN},
        {ATTEMPT_REFUND_INTENT, ORDER_CLOSED, ORDER_CLOSED, STATEMENT_MAY_RETURN},
        {ATTEMPT_REFUNDING, ORDER_CLOSED, ORDER_CLOSED, STATEMENT_MAY_RETURN},
        {ATTEMPT_REFUNDED, ORDER_CLOSED, ORDER_CLOSED, STATEMENT_MAY_RETURN},
        {ATTEMPT_MANUAL, ORDER_CLOSING, ORDER_CLOSING, STATEMENT_CONFIRMING},
    };
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        says(&CASES[i].attempt, 1, false, CASES[i].open, CASES[i].statement);
        says(&CASES[i].attempt, 1, true, CASES[i].over, CASES[i].statement);
    }
}

/* In every mixture of three: NOT_TAKEN only when each of them proves it. */
static void not_taken_is_said_only_when_proved(void **unused)
{
    (void)unused;
    for (int mix = 0; mix < ATTEMPT_STATE_COUNT * ATTEMPT_STATE_COUNT * ATTEMPT_STATE_COUNT;
         mix++) {
        enum attempt_state attempts[3];
        bool proved = true;
        bool credited = false;
        int rest = mix;
        for (int i = 0; i < 3; i++) {
            attempts[i] = (enum attempt_state)(rest % ATTEMPT_STATE_COUNT);
            rest /= ATTEMPT_STATE_COUNT;
            proved = proved && attempts[i] == ATTEMPT_FAILED;
            credited = credited || attempts[i] == ATTEMPT_CREDITED;
        }
        struct derived derived = derive_order(attempts, 3, mix % 2 == 0);
        assert_int_equal(derived.statement == STATEMENT_NOT_TAKEN, proved);
        assert_int_equal(derived.statement == STATEMENT_TAKEN_CREDITED, credited);
        /* A new code is taken only where nothing is open or unsettled. */
        assert_true(derived.state != ORDER_OPEN || proved);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_attempts_nothing_was_taken),
        cmocka_unit_test(one_attempt),
        cmocka_unit_test(not_taken_is_said_only_when_proved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
