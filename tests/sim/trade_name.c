#include "trade_name.h"

#include <sqlite3.h>
#include <string.h>

#include "chance.h"
#include "memory_store.h"
#include "server.h"
#include "witness.h"

#define SUFFIX 3 /* "A01" */

uint64_t witness_trade(const char *out_trade_no)
{
    size_t length = strlen(out_trade_no);
    uint64_t name = hash_text(out_trade_no);
    sqlite3_stmt *row = NULL;
    if (length <= SUFFIX) {
        return name;
    }
    CHECK(sqlite3_prepare_v2(store_sqlite(),
                             "SELECT request_id FROM payment_order WHERE order_no = ?1", -1, &row,
                             NULL) == SQLITE_OK);
    CHECK(sqlite3_bind_text(row, 1, out_trade_no, (int)length - SUFFIX, SQLITE_STATIC) ==
          SQLITE_OK);
    if (sqlite3_step(row) == SQLITE_ROW) {
        const struct sale *sale = witness_sale_of((const char *)sqlite3_column_text(row, 0));
        if (sale != NULL) {
            name = hash_text(out_trade_no + length - SUFFIX) ^
                   ((uint64_t)sale->kiosk << 40 | (uint64_t)(uint32_t)sale->customer << 8 |
                    (uint64_t)(uint8_t)sale->nth);
        }
    }
    sqlite3_finalize(row);
    return name;
}
