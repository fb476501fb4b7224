/*
 * test_sandbox.c - the contract of every endpoint and verb, against the real program.
 */
#include "cmocka_all.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"
#include "http/client.h"
#include "system/clock.h"

#define assert_result(answer, word) assert_string_equal(text(answer, "result"), word)
#define assert_state(answer, word)  assert_string_equal(text(answer, "state"), word)

static int clear(void **state)
{
    (void)state;
    return strcmp(ask("clear"), "ok clear");
}

static void test_pay_by_code(void **state)
{
    static const char *const wallets[] = {"wechat", "alipay", "unionpay"};
    char no[16];

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        snprintf(no, sizeof(no), "PAY%zu", i);
        struct answer answer = pay(no, code(wallets[i]), 18640);

        assert_int_equal(answer.status, 200);
        assert_true(answer.signed_well);
        assert_result(answer, "paid");
        assert_int_equal(number(answer, "paid_fen"), 18640);
        answer = query(no);
        assert_true(answer.signed_well);
        assert_state(answer, "paid");
        assert_int_equal(number(answer, "paid_fen"), 18640);
    }
    /* Again: the same number is the same trade, another amount is refused. */
    int64_t before = book("charged_fen");

    assert_result(pay("PAY0", "130000000000000000", 18640), "paid");
    assert_int_equal(pay("PAY0", code("wechat"), 18641).status, 409);
    assert_int_equal(page("PAY0", 18640).status, 409);
    assert_int_equal(book("charged_fen"), before);
}

static void assert_refused(struct answer answer, const char *reason)
{
    assert_result(answer, "failed");
    assert_string_equal(text(answer, "reason"), reason);
}

static void test_codes_that_do_not_pay(void **state)
{
    int64_t before = book("charged_fen");

    (void)state;
    assert_refused(pay("BAD1", "130000000000000000", 1), "code_invalid");
    assert_refused(pay("BAD2", "https://example.com", 1), "code_invalid");
    assert_refused(pay("BAD3", "", 1), "code_invalid");
    assert_refused(pay("BAD4", code("wechat 99"), 100), "no_funds");
    assert_int_equal(book("charged_fen"), before);
    const char *used = code("wechat 1000");

    assert_result(pay("BAD5", used, 1), "paid");
    assert_refused(pay("BAD6", used, 1), "code_expired");
    const char *expired = code("alipay");

    assert_string_equal(ask("expire %s", expired), "ok expired");
    assert_refused(pay("BAD7", expired, 1), "code_expired");
    assert_memory_equal(ask("expire 12"), "err", 3);
}

static void test_bad_messages_book_nothing(void **state)
{
    static const char *const bodies[] = {
        "",
        "{",
        "[]",
        "null",
        "{}",
        "{\"out_trade_no\":1}",
        "{\"out_trade_no\":\"\"}",
        "{\"out_trade_no\":\"a\"}",
        "{\"out_trade_no\":\"A\",\"more\":1}",
        "{\"out_trade_no\":\"A\",\"out_trade_no\":\"B\"}",
        "{\"out_trade_no\":\"0123456789012345678901234567890123\"}",
        "{\"out_trade_no\":\"A B\"}"};
    static const char *const paths[] = {"/gateway/pay", "/gateway/page", "/gateway/reverse",
                                        "/gateway/refund"};
    int64_t before = book("count");

    (void)state;
    for (size_t path = 0; path < 4; path++) {
        for (size_t body = 0; body < sizeof(bodies) / sizeof(bodies[0]); body++) {
            struct answer answer = call(paths[path], bodies[body]);

            assert_int_equal(answer.status, 400);
            assert_true(answer.signed_well);
        }
    }
    assert_int_equal(pay("AMOUNT", code("wechat"), 0).status, 400);
    assert_int_equal(pay("AMOUNT", code("wechat"), -5).status, 400);
    assert_int_equal(query("a").status, 400);
    assert_int_equal(book("count"), before);
    assert_int_equal(call_signed("/gateway/reverse", "{\"out_trade_no\":\"S1\"}", "").status, 401);
    assert_int_equal(call_signed("/gateway/trades/S1", NULL,
                                 "0000000000000000000000000000000000000000000000000000000000000000")
                         .status,
                     401);
    assert_int_equal(book("count"), before);
}

static void test_the_page_behind_the_qr(void **state)
{
    int notices = notices_seen();
    char first[256];

    (void)state;
    snprintf(first, sizeof(first), "%s", text(page("PAGE1", 56436), "cashier_url"));
    assert_string_equal(text(page("PAGE1", 56436), "cashier_url"), first);
    assert_state(query("PAGE1"), "notpay");
    assert_string_equal(ask("open %s alipay", merchant_url("/p/x")),
                        "ok PAGE1 notpay 56436 示范<供电>公司");
    assert_memory_equal(ask("open %s wechat", merchant_url("/p/x")), "err", 3);
    assert_memory_equal(ask("confirm last"), "ok PAGE1 paid 56436", 19);
    assert_memory_equal(ask("confirm last"), "err", 3);
    assert_memory_equal(ask("decline PAGE1"), "err", 3);
    assert_true(notices_wait(notices + 1));
    assert_state(query("PAGE1"), "paid");
    page("PAGE2", 100);
    assert_memory_equal(ask("decline PAGE2"), "ok PAGE2 failed", 15);
    assert_string_equal(text(query("PAGE2"), "reason"), "declined");
    assert_refused(page("PAGE2", 100), "declined");
}

static void test_the_cashier_by_hand(void **state)
{
    struct http_client *client = NULL;
    struct http_reply reply = {0};
    char url[256];
    char button[300];

    (void)state;
    snprintf(url, sizeof(url), "%s", text(page("HAND1", 4280), "cashier_url"));
    assert_int_equal(http_client_open(&(struct http_client_options){0}, &client), STATUS_OK);
    struct http_request get = {.method = "GET", .url = url};

    assert_int_equal(http_client_send(client, &get, &reply), STATUS_OK);
    assert_int_equal(reply.status, 200);
    assert_non_null(strstr(reply.body, "￥42.80"));
    assert_non_null(strstr(reply.body, "示范&lt;供电&gt;公司"));
    snprintf(button, sizeof(button), "%s/confirm", url);
    struct http_request press = {.method = "POST", .url = button};

    for (int i = 0; i < 2; i++) {
        assert_int_equal(http_client_send(client, &press, &reply), STATUS_OK);
        assert_int_equal(reply.status, 303);
    }
    assert_int_equal(number(query("HAND1"), "paid_fen"), 4280);
    assert_int_equal(http_client_send(client, &get, &reply), STATUS_OK);
    assert_non_null(strstr(reply.body, "支付成功"));
    memset(strrchr(url, '/') + 1, '0', 32);
    assert_int_equal(http_client_send(client, &get, &reply), STATUS_OK);
    assert_int_equal(reply.status, 404);
    http_client_close(client);
}

static void test_reversals(void **state)
{
    (void)state;
    /* Never seen: closed for good. */
    assert_result(reverse("REV1"), "ok");
    assert_state(query("REV1"), "closed");
    assert_refused(pay("REV1", code("wechat"), 100), "order_closed");
    assert_refused(page("REV1", 100), "order_closed");
    /* Paid: all of it goes back, once. */
    int64_t before = book("refunded_fen");

    assert_result(pay("REV2", code("wechat"), 100), "paid");
    assert_result(reverse("REV2"), "ok");
    assert_result(reverse("REV2"), "ok");
    assert_state(query("REV2"), "revoked");
    assert_int_equal(book("refunded_fen"), before + 100);
    assert_result(refund("REV2", "RREV2", 100), "failed");
    page("REV3", 100);
    assert_result(reverse("REV3"), "ok");
    assert_memory_equal(ask("confirm REV3"), "err", 3);
    assert_result(pay("REV4", code("wechat"), 100), "paid");
    ask("refuse-reverse 2");
    assert_result(reverse("REV4"), "refused");
    assert_result(reverse("REV4"), "refused");
    ask("refuse-reverse 1 again");
    assert_result(reverse("REV4"), "again");
    assert_state(query("REV4"), "paid");
    assert_result(reverse("REV4"), "ok");
}

static void test_the_password_box(void **state)
{
    (void)state;
    ask("password-wanted on");
    assert_result(pay("PW1", code("wechat"), 100), "paying");
    assert_state(query("PW1"), "paying");
    assert_result(pay("PW1", code("wechat"), 100), "paying");
    assert_result(reverse("PW1"), "refused");
    assert_memory_equal(ask("password ok last"), "ok PW1 paid", 11);
    assert_state(query("PW1"), "paid");
    assert_memory_equal(ask("password ok last"), "err", 3);
    ask("password-wanted on");
    assert_result(pay("PW2", code("alipay"), 100), "paying");
    assert_memory_equal(ask("password cancel PW2"), "ok PW2 failed", 13);
    assert_string_equal(text(query("PW2"), "reason"), "password");
    ask("password-wanted on");
    ask("password-wanted off");
    assert_result(pay("PW3", code("alipay"), 100), "paid");
}

static void test_faults(void **state)
{
    (void)state;
    ask("lose-reply 1 pay");
    assert_int_equal(query("LOST1").status, 200);
    assert_int_equal(pay("LOST1", code("wechat"), 100).status, 0);
    assert_state(query("LOST1"), "paid");
    ask("lose-request 1");
    assert_int_equal(pay("LOST2", code("wechat"), 100).status, 0);
    assert_state(query("LOST2"), "not_found");
    ask("bad-signature 1");
    assert_false(query("LOST1").signed_well);
    assert_true(query("LOST1").signed_well);
    ask("delay 200 1");
    int64_t start_ms = clock_monotonic_ms();

    assert_state(query("LOST1"), "paid");
    assert_true(clock_monotonic_ms() - start_ms >= 200);
    ask("refuse declined 1");
    assert_refused(pay("REF1", code("wechat"), 100), "declined");
    assert_result(pay("REF2", code("wechat"), 100), "paid");
    ask("wrong-amount");
    assert_int_equal(number(pay("WRONG1", code("wechat"), 100), "paid_fen"), 99);
    assert_int_equal(number(pay("WRONG2", code("wechat"), 100), "paid_fen"), 100);
    ask("down");
    assert_int_equal(query("LOST1").status, 503);
    ask("up");
    assert_int_equal(query("LOST1").status, 200);
}

static void test_a_success_that_comes_after_the_reversal(void **state)
{
    (void)state;
    ask("late-success 300");
    assert_result(pay("LATE1", code("wechat"), 100), "unknown");
    assert_state(query("LATE1"), "accepted"); /* no password box is open */
    assert_result(reverse("LATE1"), "ok");
    assert_state(query("LATE1"), "revoked");
    int64_t before = book("charged_fen");

    for (int i = 0; i < 200 && book("charged_fen") == before; i++) {
        clock_sleep_ms(10);
    }
    assert_state(query("LATE1"), "paid");
    assert_int_equal(book("charged_fen"), before + 100);
}

static void test_refunds(void **state)
{
    (void)state;
    assert_result(pay("RF1", code("wechat"), 100), "paid");
    assert_state(refund_query("RF1A"), "not_found");
    assert_result(refund("RF1", "RF1A", 60), "accepted");
    assert_state(refund_query("RF1A"), "processing");
    assert_result(refund("RF1", "RF1A", 60), "accepted");
    assert_result(refund("RF1", "RF1A", 61), "failed");
    assert_result(refund("RF1", "RF1B", 41), "failed");
    assert_result(refund("RF1", "RF1C", 40), "accepted");
    assert_result(refund("NONE", "RF1D", 1), "failed");
    for (int i = 0; i < 300 && strcmp(text(query("RF1"), "state"), "refunded") != 0; i++) {
        clock_sleep_ms(10);
    }
    assert_state(query("RF1"), "refunded");
    assert_state(refund_query("RF1A"), "refunded");
    assert_int_equal(number(query("RF1"), "refunded_fen"), 100);
}

static void test_notices_are_repeated(void **state)
{
    int before = notices_seen();

    (void)state;
    notices_refuse(1);
    page("NOTE1", 100);
    ask("confirm NOTE1");
    assert_true(notices_wait(before + 2));
    ask("duplicate-notice 1");
    page("NOTE2", 100);
    ask("confirm NOTE2");
    assert_true(notices_wait(before + 4));
    ask("no-notice on");
    page("NOTE3", 100);
    ask("confirm NOTE3");
    clock_sleep_ms(200);
    assert_int_equal(notices_seen(), before + 4);
}

static void test_bad_commands(void **state)
{
    static const char *const bad[] = {"code",
                                      "code visa",
                                      "code wechat x",
                                      "expire",
                                      "password ok",
                                      "password",
                                      "open",
                                      "open x",
                                      "open http://127.0.0.1:1/",
                                      "confirm",
                                      "confirm NONE",
                                      "lose-reply x",
                                      "lose-reply 1 all",
                                      "delay 1x",
                                      "late-success",
                                      "refuse",
                                      "refuse because",
                                      "refuse-reverse -1",
                                      "password-wanted maybe",
                                      "nonsense"};

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_memory_equal(ask("%s", bad[i]), "err ", 4);
    }
    assert_memory_equal(ask("help"), "ok ", 3);
    assert_memory_equal(ask("trades"), "ok [", 4);
}

static void test_a_kill_at_any_moment_loses_nothing(void **state)
{
    (void)state;
    for (int round = 0; round < 6; round++) {
        char no[32];
        int64_t charged = book("charged_fen");
        int paid = 0;
        pid_t killer = fork();

        if (killer == 0) {
            clock_sleep_ms(30 + 17 * round);
            sandbox_signal(SIGKILL);
            _exit(0);
        }
        /* Pays until there is no reply; the last one is the one that nobody knows about. */
        for (;; paid++) {
            char line[64];

            snprintf(no, sizeof(no), "KILL%dX%d", round, paid);
            snprintf(line, sizeof(line), "%s", ask("code wechat"));
            if (strncmp(line, "ok ", 3) != 0 ||
                strcmp(text(pay(no, line + 3, 100), "result"), "paid") != 0) {
                break;
            }
        }
        waitpid(killer, NULL, 0);
        sandbox_reap();
        sandbox_start();
        for (int i = 0; i < paid; i++) {
            char answered[32];

            snprintf(answered, sizeof(answered), "KILL%dX%d", round, i);
            assert_state(query(answered), "paid");
        }
        bool last = strcmp(text(query(no), "state"), "paid") == 0;

        assert_int_equal(book("charged_fen"), charged + 100 * (paid + (last ? 1 : 0)));
    }
}

static int start_all(void **state)
{
    (void)state;
    merchant_start();
    sandbox_start();
    return 0;
}

static int stop_all(void **state)
{
    (void)state;
    int status = sandbox_stop(SIGTERM);

    merchant_stop();
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

#define CASE(test) cmocka_unit_test_setup(test, clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_pay_by_code),
        CASE(test_codes_that_do_not_pay),
        CASE(test_bad_messages_book_nothing),
        CASE(test_the_page_behind_the_qr),
        CASE(test_the_cashier_by_hand),
        CASE(test_reversals),
        CASE(test_the_password_box),
        CASE(test_faults),
        CASE(test_a_success_that_comes_after_the_reversal),
        CASE(test_refunds),
        CASE(test_notices_are_repeated),
        CASE(test_bad_commands),
        CASE(test_a_kill_at_any_moment_loses_nothing),
    };

    return http_client_global_init() != STATUS_OK
               ? 1
               : cmocka_run_group_tests(tests, start_all, stop_all);
}
