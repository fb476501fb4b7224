#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "kiosk.h"
#include "kiosk/io/receipt_json.h"
#include "rules_end.h"
#include "witness.h"
#include "world.h"

const char *rules_kiosk_open(const struct kiosk *kiosks, int count)
{
    for (int i = 0; i < count; i++) {
        if (!customers_gone(&kiosks[i])) {
            return "a customer is there";
        }
        if (!kiosk_rests(&kiosks[i])) {
            return kiosks[i].visit.screen == SCREEN_HOME ? "a kiosk has an open sale"
                                                         : "a kiosk is not at its home screen";
        }
    }
    return NULL;
}

static void check_receipt(const struct kiosk *kiosk, const char *receipt_no, const char *request_id,
                          const char *body)
{
    static struct receipt receipt;
    char order_no[ORDER_NO_MAX] = "";
    if (receipt_from_json(body, &receipt) != STATUS_OK) {
        world_fail("a receipt can be read", "%s of kiosk %d", receipt_no, kiosk->number);
        return;
    }
    bool known = rules_order_of(request_id, order_no);
    bool credited = known && rules_order_credited(order_no);
    bool says = receipt.statement == STATEMENT_TAKEN_CREDITED;
    if (known && strcmp(order_no, receipt.order_no) != 0) {
        world_fail("receipts agree with the books", "receipt %s names order %s, not %s", receipt_no,
                   receipt.order_no, order_no);
    } else if (says != credited) {
        world_fail("receipts agree with the books", "receipt %s says \"%s\", and the order is %s",
                   receipt_no, statement_name(receipt.statement),
                   credited ? "credited" : "not credited");
    } else if (receipt.statement == STATEMENT_CONFIRMING ||
               receipt.statement == STATEMENT_TAKEN_CREDITING) {
        world_fail("a slip learns its end", "receipt %s says \"%s\" for ever", receipt_no,
                   statement_name(receipt.statement));
    }
}

static void check_journal(const struct kiosk *kiosk)
{
    sqlite3_stmt *row = NULL;
    if (kiosk_number_of(kiosk, "SELECT COUNT(*) FROM intent WHERE state = 'open'") != 0) {
        world_fail("the kiosk rests", "the journal of kiosk %d has an open sale for ever",
                   kiosk->number);
    }
    CHECK(sqlite3_prepare_v2(kiosk->keeper,
                             "SELECT receipt_no, request_id, body FROM receipt ORDER BY receipt_no",
                             -1, &row, NULL) == SQLITE_OK);
    while (sqlite3_step(row) == SQLITE_ROW) {
        check_receipt(kiosk, (const char *)sqlite3_column_text(row, 0),
                      (const char *)sqlite3_column_text(row, 1),
                      (const char *)sqlite3_column_text(row, 2));
    }
    sqlite3_finalize(row);
}

/* Whoever paid can have a receipt. */
static void check_receipts_of_paid(const struct kiosk *kiosk)
{
    char order_no[ORDER_NO_MAX];
    sqlite3_stmt *row = NULL;
    CHECK(sqlite3_prepare_v2(kiosk->keeper,
                             "SELECT i.request_id FROM intent i LEFT JOIN receipt r"
                             " ON r.request_id = i.request_id WHERE r.request_id IS NULL",
                             -1, &row, NULL) == SQLITE_OK);
    while (sqlite3_step(row) == SQLITE_ROW) {
        if (rules_order_of((const char *)sqlite3_column_text(row, 0), order_no) &&
            rules_order_credited(order_no)) {
            world_fail("what was paid for has its receipt", "kiosk %d has none for order %s",
                       kiosk->number, order_no);
        }
    }
    sqlite3_finalize(row);
}

void rules_end_journals(const struct kiosk *kiosks, int count)
{
    for (int i = 0; i < count; i++) {
        check_journal(&kiosks[i]);
        check_receipts_of_paid(&kiosks[i]);
    }
}
