#include "run_one.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "billing/rules/attempt.h"
#include "fiber.h"
#include "gateway.h"
#include "kiosk.h"
#include "memory_store.h"
#include "rules.h"
#include "server.h"
#include "staff.h"
#include "witness.h"
#include "world.h"

#define KIOSKS_MIN    6
#define KIOSKS_MAX    20
#define CUSTOMERS     22      /* at each */
#define LOOK_MS       20000   /* between two looks whether it is over */
#define CALM_AFTER_MS 60000   /* when the last customer has gone */
#define END_MS        2700000 /* whatever is open so long after is open for ever */
#define IDLE_MS       2000    /* a worker without anything to do looks so late, */
#define IDLE_CALM_MS  10000   /* so late when it is calm, */
#define IDLE_DAYS_MS  300000  /* and so late when only days can bring something */
#define DAYS_MS       INT64_C(259200000)
#define WALL_MS       INT64_C(1795242360000) /* 2026-11-21T06:26:00Z */
#define MIDNIGHT_MS   INT64_C(1795276800000) /* 2026-11-21T16:00:00Z is midnight in Beijing */

static struct kiosk kiosks[KIOSKS_MAX];
static int kiosk_count;
static uint64_t attempt_ends[ATTEMPT_STATE_COUNT];
static uint64_t nights; /* runs that waited for late money to be found */
static int64_t longest_night_ms;

static void count_ends(void)
{
    sqlite3_stmt *row = NULL;
    CHECK(sqlite3_prepare_v2(store_sqlite(),
                             "SELECT state, COUNT(*) FROM payment_attempt GROUP BY state", -1, &row,
                             NULL) == SQLITE_OK);
    while (sqlite3_step(row) == SQLITE_ROW) {
        enum attempt_state state = ATTEMPT_INTENT;
        CHECK(attempt_state_parse((const char *)sqlite3_column_text(row, 0), &state) == STATUS_OK);
        attempt_ends[state] += (uint64_t)sqlite3_column_int64(row, 1);
    }
    sqlite3_finalize(row);
}

void run_ends_print(void)
{
    for (int i = 0; i < ATTEMPT_STATE_COUNT; i++) {
        if (attempt_ends[i] > 0) {
            printf("  %10llu  %s\n", (unsigned long long)attempt_ends[i],
                   attempt_state_name((enum attempt_state)i));
        }
    }
    printf("  %10llu  runs waited for money that came late to be found, the longest %.1f hours\n",
           (unsigned long long)nights, (double)longest_night_ms / 3600000);
}

static void open_world(uint64_t seed)
{
    chance_begin(seed);
    struct stream stream = stream_of("world", 0);
    bool at_midnight = (stream_draw(&stream) & 3) == 0;
    world_begin(at_midnight ? MIDNIGHT_MS - stream_between(&stream, 1000, 300000) : WALL_MS);
    machine_begin();
    witness_begin();
    gateway_open();
    gateway_line_begin();
    kiosk_count = (int)stream_between(&stream, KIOSKS_MIN, KIOSKS_MAX);
    servers_open((int)stream_between(&stream, 1, SERVERS_MAX));
    servers_idle(IDLE_MS);
    accounts_open();
    accounts_meanwhile();
    staff_open();
    servers_start();
    for (int i = 0; i < kiosk_count; i++) {
        kiosk_open(&kiosks[i], i);
        customers_come(&kiosks[i], CUSTOMERS);
    }
    rules_begin(kiosks, kiosk_count);
}

static void close_world(void)
{
    servers_close();
    for (int i = 0; i < kiosk_count; i++) {
        kiosk_close(&kiosks[i]);
    }
    gateway_close();
    world_end();
    fiber_forget_all();
}

static bool all_gone(void)
{
    for (int i = 0; i < kiosk_count; i++) {
        if (!customers_gone(&kiosks[i])) {
            return false;
        }
    }
    return true;
}

static void kiosks_sleep(void)
{
    for (int i = 0; i < kiosk_count; i++) {
        kiosk_sleep(&kiosks[i]);
    }
}

/* Runs until nothing is open anywhere. */
static void run_to_end(void)
{
    int64_t look_at_ms = LOOK_MS;
    int64_t gone_ms = -1;
    int64_t since_ms = 0; /* when something was last waited for that may take days */
    const char *open = "the beginning";
    while (open != NULL && !world_failed()) {
        CHECK(world_step());
        if (world_now_ms < look_at_ms) {
            continue;
        }
        look_at_ms = world_now_ms + LOOK_MS;
        rules_now();
        if (gone_ms < 0 && all_gone()) {
            since_ms = gone_ms = world_now_ms;
        }
        if (gone_ms >= 0 && world_now_ms >= gone_ms + CALM_AFTER_MS) {
            chance_calm();
            servers_idle(IDLE_CALM_MS);
            open = rules_open();
        }
        bool days = open != NULL && strcmp(open, WATCHED) == 0;
        if (days) { /* it is night in the hall */
            nights += since_ms == gone_ms ? 1 : 0;
            since_ms = world_now_ms;
            longest_night_ms =
                since_ms - gone_ms > longest_night_ms ? since_ms - gone_ms : longest_night_ms;
            kiosks_sleep();
            servers_idle(IDLE_DAYS_MS);
            look_at_ms = world_now_ms + IDLE_DAYS_MS;
        }
        if (gone_ms >= 0 && world_now_ms > (days ? gone_ms + DAYS_MS : since_ms + END_MS)) {
            world_fail("nothing is open for ever", "%s", open);
        }
    }
}

struct run_result run_one(uint64_t seed)
{
    open_world(seed);
    run_to_end();
    if (!world_failed()) {
        rules_end();
    }
    struct run_result result = {
        .sales = witness_sales(), .hash = story_hash(), .virtual_ms = world_now_ms};
    if (!world_failed()) {
        count_ends();
    }
    close_world();
    return result;
}
