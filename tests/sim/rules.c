#include "rules.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "billing/books.h"
#include "billing/jobs/apply.h"
#include "gateway.h"
#include "memory_store.h"
#include "rules_end.h"
#include "server.h"
#include "witness.h"
#include "world.h"

static struct kiosk *kiosks;
static int kiosk_count;

void rules_begin(struct kiosk *all, int count)
{
    kiosks = all;
    kiosk_count = count;
}

/* -- whenever something happens ------------------------------------------------------------ */

void rules_order_made(const char *request_id)
{
    const struct sale *sale = witness_sale_of(request_id);
    if (sale != NULL && sale->forbidden) {
        world_fail("what is closed stays closed", "an order is made for %s, which was closed",
                   request_id);
    } else if (!witness_order_made(request_id)) {
        world_fail("one order a sale", "a second order is made for %s", request_id);
    }
}

void rules_charge_asked(const char *out_trade_no)
{
    if (store_attempt_is(out_trade_no, "INTENT")) {
        world_fail("sent is written first", "%s is charged while it stands as INTENT",
                   out_trade_no);
    }
}

enum status __real_apply(struct db *db, const char *out_trade_no, const struct evidence *evidence,
                         int poll_ms, int64_t now_ms);
enum status __wrap_apply(struct db *db, const char *out_trade_no, const struct evidence *evidence,
                         int poll_ms, int64_t now_ms);

enum status __wrap_apply(struct db *db, const char *out_trade_no, const struct evidence *evidence,
                         int poll_ms, int64_t now_ms)
{
    struct evidence seen = *evidence;
    enum status status = mutation_apply(db, out_trade_no, &seen, poll_ms, now_ms);
    const struct truth *truth = gateway_truth(out_trade_no);
    if (status == STATUS_OK && seen.kind == EVIDENCE_CLOSED && !truth->ever_closed) {
        world_fail("a reversal is asked about", "%s is believed to be closed, and never was",
                   out_trade_no);
    }
    if (truth->charges > 1) {
        world_fail("nothing is charged twice", "%s was charged %d times", out_trade_no,
                   truth->charges);
    }
    return status;
}

void rules_now(void)
{
    if (store_number(
            "SELECT COUNT(*) FROM payment_attempt WHERE next_at = 0 AND state IN ('INTENT',"
            " 'SENT', 'PAYING', 'REVERSING', 'CREDITING', 'REFUND_INTENT', 'REFUNDING')") > 0) {
        world_fail("what is open is looked at",
                   "an attempt is open, and no worker will look at it");
    }
}

/* -- whether anything is open -------------------------------------------------------------- */

const char *rules_open(void)
{
    const char *kiosk = rules_kiosk_open(kiosks, kiosk_count);
    if (kiosk != NULL) {
        return kiosk;
    }
    if (!gateway_rests()) {
        return "something is due at the gateway";
    }
    if (store_number("SELECT COUNT(*) FROM payment_order WHERE status <> 'done'") != 0) {
        return "an order is open";
    }
    return rules_attempt_open();
}

/* -- the end ------------------------------------------------------------------------------- */

static void check_books(void)
{
    bool agree = false;
    int64_t charged = 0;
    int64_t returned = 0;
    int64_t open = 0;
    json_t *totals = books_totals(servers_db(), &agree);
    gateway_sums(&charged, &returned, &open);
    int64_t credits = json_integer_value(json_object_get(totals, "credits_fen"));
    int64_t held = json_integer_value(json_object_get(totals, "to_be_refunded_fen"));
    json_decref(totals);
    if (!agree) {
        world_fail("the books agree", "ledger, balances and attempts contradict each other");
    } else if (held != 0) {
        world_fail("nothing is held for ever", "%lld fen are to be refunded", (long long)held);
    } else if (open != 0) {
        world_fail("no trade is open for ever", "%lld trades at the gateway", (long long)open);
    } else if (charged - returned != credits + rules_returned_by_hand()) {
        world_fail("charges - refunds = credits", "%lld - %lld is not %lld + %lld by hand",
                   (long long)charged, (long long)returned, (long long)credits,
                   (long long)rules_returned_by_hand());
    }
}

void rules_end(void)
{
    rules_end_attempts();
    rules_end_orders();
    rules_end_journals(kiosks, kiosk_count);
    check_books();
}
