/* The accounts and bills of a run, and what happens to them at a counter meanwhile. */
#include <stdio.h>

#include "customer.h"
#include "memory_store.h"
#include "server.h"
#include "world.h"

#define PREPAID     24
#define POSTPAID    110
#define BILLS_EACH  2
#define SHARED      3     /* so many accounts are used by several people at the same time */
#define SHARED_MS   60000 /* and then others are */
#define COUNTER_MS  4000
#define REOPENED_MS 100000
#define TERMINALS   32
#define DAY_MS      INT64_C(86400000)
#define BEIJING_MS  INT64_C(28800000)

static struct stream counter;

static int64_t today(void)
{
    return (world_wall_ms() + BEIJING_MS) / DAY_MS;
}

static void add_accounts(void)
{
    char sql[512];
    for (int i = 0; i < PREPAID + POSTPAID; i++) {
        bool prepaid = i < PREPAID;
        snprintf(sql, sizeof(sql),
                 "INSERT INTO account (account_no, org_no, name, address, phone, category, prepaid,"
                 " state, usable_from, balance_fen, unbilled_fen, daily_cost_fen, supply_cut,"
                 " protected, contract_kva) VALUES ('52%08d', '%s', '张大伟', '示范路1号', '',"
                 " 'residential', %d, 'active', 0, 0, %d, 500, 0, 0, 0)",
                 i,
                 i % 4 == 1               ? "SG03"
                 : !prepaid && i % 3 == 0 ? "SG02"
                                          : "SG01",
                 prepaid ? 1 : 0, prepaid ? 100 : 0);
        store_run(sql);
        for (int bill = 0; !prepaid && bill < BILLS_EACH; bill++) {
            snprintf(sql, sizeof(sql),
                     "INSERT INTO bill (bill_id, account_no, period, due_date, amount_fen,"
                     " late_fee, state, paid_order) VALUES ('B%d-%d', '52%08d', '2026-%02d', %lld,"
                     " %d, 'residential', 'open', '')",
                     i, bill, i, 9 + bill, (long long)(today() + (i % 5) - 3), 5000 + 37 * i);
            store_run(sql);
        }
    }
}

static void at_counter(void *context, uint64_t token)
{
    char sql[256];
    (void)context;
    (void)token;
    if (happens(&counter, CHOICE_ACCOUNT_CLOSES)) {
        TELL(1, 0, "counter: an account with an open order is closed");
        store_run("UPDATE account SET state = 'closed' WHERE account_no = (SELECT account_no FROM"
                  " payment_order WHERE status = 'open' ORDER BY order_no DESC LIMIT 1)");
    }
    if (happens(&counter, CHOICE_BILL_SETTLED)) {
        TELL(2, 0, "counter: a bill in an open order is settled");
        store_run("UPDATE bill SET state = 'paid', paid_order = 'COUNTER' WHERE state = 'open' AND"
                  " bill_id = (SELECT bill_id FROM order_bill WHERE released = 0"
                  " ORDER BY order_no DESC LIMIT 1)");
    }
    if ((stream_draw(&counter) & 31) == 0) {
        snprintf(sql, sizeof(sql), "UPDATE account SET state = 'active' WHERE state = 'closed'");
        store_run(sql);
    }
    world_at(world_now_ms + COUNTER_MS, at_counter, NULL, 0);
}

void accounts_open(void)
{
    char sql[512];
    counter = stream_of("counter", 0);
    store_run("BEGIN");
    for (int i = 1; i <= 3; i++) {
        snprintf(
            sql, sizeof(sql),
            "INSERT INTO org (org_no, name, payee, merchant, account_digits, account_prefix,"
            " recharge_min_fen, recharge_max_fen, presets, show_balance, show_restore,"
            " pay_all_bills, late_fee, ledger) VALUES ('SG%02d', '示范', '示范供电公司', 'M1', 10,"
            " '52', 100, 500000, '5000,10000', 1, 1, %d, 1, '%s')",
            i, i == 2 ? 0 : 1, i == 3 ? "utility" : "own");
        store_run(sql);
    }
    for (int i = 0; i < TERMINALS; i++) {
        snprintf(sql, sizeof(sql),
                 "INSERT INTO terminal (terminal_no, site, fingerprint, revoked, enrolled_at)"
                 " VALUES ('%05d', '示范营业厅', '%064d', 0, 1)",
                 100 + i, i);
        store_run(sql);
    }
    add_accounts();
    store_run("COMMIT");
}

void accounts_meanwhile(void)
{
    world_at(world_now_ms + COUNTER_MS, at_counter, NULL, 0);
}

void accounts_choose(struct stream *stream, char account_no[17])
{
    bool bills = happens(stream, CHOICE_PAYS_BILLS);
    bool shared = happens(stream, CHOICE_SHARED_BILL);
    int first = bills ? PREPAID : 0;
    int count = bills ? POSTPAID : PREPAID;
    int at_all = (int)stream_between(stream, 0, count - 1);
    int these = (int)(world_now_ms / SHARED_MS * SHARED + at_all % SHARED) % count;
    snprintf(account_no, 17, "52%08d", first + (shared ? these : at_all));
}
