#include "staff.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "billing/cases.h"
#include "chance.h"
#include "gateway.h"
#include "memory_store.h"
#include "server.h"
#include "witness.h"
#include "world.h"

#define ROUND_MS 30000

uint64_t staff_cases;

static int64_t returned_fen;

static bool may_keep(const char *order_no)
{
    const struct told *told = witness_told_of(order_no);
    uint8_t said = 0;
    for (int i = 0; told != NULL && i < PLACE_COUNT; i++) {
        said |= told->said[i];
    }
    return (said & (1U << STATEMENT_MAY_RETURN | 1U << STATEMENT_NOT_TAKEN)) == 0;
}

static void decide(const char *out_trade_no, const char *order_no)
{
    struct truth *truth = gateway_truth(out_trade_no);
    struct stream thoughts = stream_of("staff", truth->name ^ (uint64_t)world_now_ms);
    enum case_action action = CASE_REFUND;
    bool disputed = store_attempt_is(out_trade_no, "DISPUTED");
    if (disputed ? !truth->utility_wrong : !truth->wrong_taken && !truth->refund_refused) {
        world_fail("no person is needed",
                   "%s waits for a person, and nothing happened that needs one", out_trade_no);
        return;
    }
    if (disputed) {
        action = CASE_POSTED;
    } else if (truth->refund_refused) {
        truth->refund_refused = (stream_draw(&thoughts) & 1) != 0; /* the provider was called */
        action = truth->refund_refused ? CASE_RETURNED : CASE_REFUND;
    } else if (may_keep(order_no) && (stream_draw(&thoughts) & 1) != 0) {
        action = CASE_CREDIT;
    }
    int64_t now_ms = world_wall_ms();
    enum status status =
        case_propose(servers_db(), out_trade_no, action, "on the phone", "li.na", now_ms);
    if (status == STATUS_CONFLICT && action == CASE_CREDIT) {
        action = CASE_REFUND;
        status = case_propose(servers_db(), out_trade_no, action, "on the phone", "li.na", now_ms);
    }
    if (status == STATUS_OK) {
        status = case_confirm(servers_db(), out_trade_no, "wang.fang", 1000, now_ms);
    }
    if (status != STATUS_OK) {
        world_fail("a case can be decided", "%s: %s", out_trade_no, status_name(status));
    }
    returned_fen += action == CASE_RETURNED ? truth->paid_fen - truth->refunded_fen : 0;
    staff_cases++;
    TELL(action, truth->paid_fen, "staff: case %s is decided: %d", out_trade_no, (int)action);
}

static void on_round(void *context, uint64_t token)
{
    char trades[16][TRADE_NO_MAX];
    char orders[16][ORDER_NO_MAX];
    int count = 0;
    sqlite3_stmt *row = NULL;
    (void)context;
    (void)token;
    CHECK(
        sqlite3_prepare_v2(store_sqlite(),
                           "SELECT out_trade_no, order_no FROM payment_attempt"
                           " WHERE state IN ('MANUAL', 'DISPUTED') ORDER BY out_trade_no LIMIT 16",
                           -1, &row, NULL) == SQLITE_OK);
    while (sqlite3_step(row) == SQLITE_ROW) {
        snprintf(trades[count], TRADE_NO_MAX, "%s", (const char *)sqlite3_column_text(row, 0));
        snprintf(orders[count], ORDER_NO_MAX, "%s", (const char *)sqlite3_column_text(row, 1));
        count++;
    }
    sqlite3_finalize(row);
    for (int i = 0; i < count; i++) {
        decide(trades[i], orders[i]);
    }
    world_at(world_now_ms + ROUND_MS, on_round, NULL, 0);
}

void staff_open(void)
{
    returned_fen = 0;
    world_at(world_now_ms + ROUND_MS, on_round, NULL, 0);
}

int64_t staff_returned_fen(void)
{
    return returned_fen;
}
