/* The attempt's machine: the whole table, written down a second time, and its invariants. */
#include "cmocka_all.h"

#include <stdbool.h>
#include <string.h>

#include "billing/rules/attempt.h"

#define NO (-1) /* illegal */

enum {
    I = ATTEMPT_INTENT,
    S = ATTEMPT_SENT,
    P = ATTEMPT_PAYING,
    V = ATTEMPT_REVERSING,
    D = ATTEMPT_PAID,
    U = ATTEMPT_CREDITING,
    X = ATTEMPT_DISPUTED,
    C = ATTEMPT_CREDITED,
    F = ATTEMPT_FAILED,
    R = ATTEMPT_REVERSED,
    Q = ATTEMPT_REFUND_INTENT,
    G = ATTEMPT_REFUNDING,
    B = ATTEMPT_REFUNDED,
    M = ATTEMPT_MANUAL
};

/* clang-format off */
static const int TABLE[ATTEMPT_STATE_COUNT][EVIDENCE_COUNT] = {
    /*       send not_s payng  paid  mism  fail  clos  refd  unkn  notf  dead  canc  post  cred  refu  disp  rsnt  give  mcre  mref  retd  stnd  nott */
    [I] = {    S,    F,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,    F,    F,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO},
    [S] = {   NO,    F,    P,    D,    M,    F,    R,    B,    S,    S,    V,    V,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO},
    [P] = {   NO,   NO,    P,    D,    M,    F,    R,    B,    P,    P,    V,    V,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO},
    [V] = {   NO,    V,    V,    Q,    Q,    R,    R,    B,    V,    V,    V,    V,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,    R},
    [D] = {   NO,   NO,   NO,    D,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,    U,    C,    Q,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO},
    [U] = {   NO,   NO,   NO,    U,   NO,   NO,   NO,   NO,    U,   NO,   NO,   NO,   NO,    C,    Q,    X,   NO,   NO,   NO,   NO,   NO,   NO,   NO},
    [X] = {   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,    Q,    B,    C,   NO},
    [C] = {   NO,   NO,   NO,    C,   NO,   NO,   NO,    M,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO},
    [F] = {   NO,   NO,   NO,    Q,    Q,   NO,   NO,    B,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO},
    [R] = {   NO,   NO,   NO,    Q,    Q,   NO,   NO,    B,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO},
    [Q] = {   NO,   NO,   NO,    Q,   NO,   NO,   NO,    B,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,    G,   NO,   NO,   NO,   NO,   NO,   NO},
    [G] = {   NO,   NO,   NO,    G,   NO,   NO,   NO,    B,    G,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,    M,   NO,   NO,   NO,   NO,   NO},
    [B] = {   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO},
    [M] = {   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,    D,    Q,    B,   NO,   NO},
};
/* clang-format on */

static struct attempt_step step(int state, int evidence)
{
    return attempt_step((enum attempt_state)state, (enum attempt_evidence)evidence);
}

static void every_pair_is_as_in_the_table(void **unused)
{
    (void)unused;
    for (int state = 0; state < ATTEMPT_STATE_COUNT; state++) {
        for (int evidence = 0; evidence < EVIDENCE_COUNT; evidence++) {
            struct attempt_step got = step(state, evidence);
            int wanted = TABLE[state][evidence];
            if (got.legal != (wanted != NO) || (int)got.state != (wanted == NO ? state : wanted)) {
                fail_msg("%s with %s leads to %s", attempt_state_name((enum attempt_state)state),
                         attempt_evidence_name((enum attempt_evidence)evidence),
                         attempt_state_name(got.state));
            }
        }
    }
}

static bool reachable(int from, int to)
{
    bool seen[ATTEMPT_STATE_COUNT] = {false};
    bool grown = true;
    for (int evidence = 0; evidence < EVIDENCE_COUNT; evidence++) {
        seen[step(from, evidence).state] |= (int)step(from, evidence).state != from;
    }
    while (grown) {
        grown = false;
        for (int state = 0; state < ATTEMPT_STATE_COUNT; state++) {
            for (int evidence = 0; seen[state] && evidence < EVIDENCE_COUNT; evidence++) {
                int next = (int)step(state, evidence).state;
                grown = grown || !seen[next];
                seen[next] = true;
            }
        }
    }
    return seen[to];
}

static void paid_never_goes_back(void **unused)
{
    (void)unused;
    const int never[] = {I, S, P, V, F, R};
    for (size_t i = 0; i < ARRAY_LEN(never); i++) {
        assert_false(reachable(D, never[i]));
        assert_false(reachable(Q, never[i]));
    }
}

static void what_was_sent_is_never_sent_again(void **unused)
{
    (void)unused;
    for (int state = 0; state < ATTEMPT_STATE_COUNT; state++) {
        if (state != I) {
            assert_false(reachable(state, I));
            assert_true(state == S || !reachable(state, S));
        }
    }
}

static void unknown_ends_nothing(void **unused)
{
    (void)unused;
    for (int state = 0; state < ATTEMPT_STATE_COUNT; state++) {
        assert_int_equal(step(state, EVIDENCE_UNKNOWN).state, state);
        assert_int_equal(step(state, EVIDENCE_NOT_FOUND).state, state);
    }
}

static void a_time_limit_never_fails_what_was_sent(void **unused)
{
    (void)unused;
    for (int state = S; state <= P; state++) {
        assert_int_equal(step(state, EVIDENCE_DEADLINE).state, ATTEMPT_REVERSING);
        assert_int_equal(step(state, EVIDENCE_CANCEL).state, ATTEMPT_REVERSING);
    }
}

/* What a utility may have booked is refunded by its own word alone. */
static void crediting_ends_by_the_utility_alone(void **unused)
{
    (void)unused;
    for (int evidence = 0; evidence < EVIDENCE_COUNT; evidence++) {
        bool word = evidence == EVIDENCE_CREDITED || evidence == EVIDENCE_REFUSED ||
                    evidence == EVIDENCE_DISPUTED;
        assert_true(word || (int)step(U, evidence).state == U);
    }
    assert_true(attempt_open(ATTEMPT_CREDITING));
}

static void names_read_back(void **unused)
{
    (void)unused;
    enum attempt_state state = ATTEMPT_INTENT;
    for (int i = 0; i < ATTEMPT_STATE_COUNT; i++) {
        assert_int_equal(attempt_state_parse(attempt_state_name((enum attempt_state)i), &state),
                         STATUS_OK);
        assert_int_equal((int)state, i);
    }
    assert_int_equal(attempt_state_parse("paid", &state), STATUS_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pair_is_as_in_the_table),
        cmocka_unit_test(paid_never_goes_back),
        cmocka_unit_test(what_was_sent_is_never_sent_again),
        cmocka_unit_test(unknown_ends_nothing),
        cmocka_unit_test(a_time_limit_never_fails_what_was_sent),
        cmocka_unit_test(crediting_ends_by_the_utility_alone),
        cmocka_unit_test(names_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
