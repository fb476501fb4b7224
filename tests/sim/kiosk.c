#include "kiosk.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "mutation.h"
#include "rules.h"
#include "witness.h"
#include "world.h"

#define OFF_MIN_MS 800
#define OFF_MAX_MS 90000

uint64_t kiosk_token(const struct kiosk *kiosk, uint32_t number)
{
    return (uint64_t)kiosk->power << 32 | number;
}

bool kiosk_stale(const struct kiosk *kiosk, uint64_t token)
{
    return !kiosk->on || (uint32_t)(token >> 32) != kiosk->power;
}

const char *screen_name(enum screen_id screen)
{
    static const char *const names[SCREEN_COUNT] = {
        [SCREEN_STARTING] = "starting",   [SCREEN_OUT_OF_SERVICE] = "out of service",
        [SCREEN_HOME] = "home",           [SCREEN_GUIDE] = "guide",
        [SCREEN_HELP] = "help",           [SCREEN_ACCOUNT] = "account",
        [SCREEN_CONFIRM] = "confirm",     [SCREEN_AMOUNT] = "amount",
        [SCREEN_BILLS] = "bills",         [SCREEN_PAY] = "pay",
        [SCREEN_RESOLVING] = "resolving", [SCREEN_RESULT] = "result",
        [SCREEN_REPRINT] = "reprint",     [SCREEN_REPRINT_DONE] = "reprint done",
    };
    return names[screen];
}

/* -- what stands on the screen -------------------------------------------------------------------
 */

static bool says_nothing_taken(enum message message)
{
    return message == MESSAGE_CANCELLED || message == MESSAGE_ORDER_EXPIRED ||
           message == MESSAGE_SERVER_UNREACHABLE;
}

static void witness_view(struct kiosk *kiosk)
{
    const struct view *view = &kiosk->view;
    bool choice = view->screen == SCREEN_AMOUNT || view->screen == SCREEN_BILLS;
    if (view->screen == SCREEN_HOME) {
        if (view->order.order_no[0] != '\0' || view->account.account_no[0] != '\0') {
            world_fail("a visit ends whole", "kiosk %d: the home screen knows an order or account",
                       kiosk->number);
        }
        kiosk->sale[0] = '\0';
    }
    if (view->screen == SCREEN_RESULT) {
        witness_screen(kiosk->sale, view->statement);
    }
    if ((view->screen == SCREEN_RESULT || choice) && says_nothing_taken(view->message)) {
        witness_screen(kiosk->sale, STATEMENT_NOT_TAKEN);
    }
    if (view->screen == SCREEN_PAY && view->qr_shown && kiosk->visit.customer.payment.code[0]) {
        world_fail("one way at a time", "kiosk %d: a code is charged and the QR stands there",
                   kiosk->number);
    }
}

static void note_end(struct kiosk *kiosk, bool ended_before)
{
    const struct payment *payment = &kiosk->visit.customer.payment;
    if (!ended_before && payment_ended(payment) && kiosk->view.screen == SCREEN_RESULT) {
        witness_ends[kiosk->view.outcome][kiosk->view.statement]++;
    }
}

/* -- power --------------------------------------------------------------------------------- */

static void power_on(void *context, uint64_t token)
{
    struct kiosk *kiosk = context;
    (void)token;
    kiosk->on = true;
    if (kiosk->power > 0) {
        TELL(kiosk->power, kiosk->number, "kiosk %d: starts again", kiosk->number);
    }
    visit_init(&kiosk->visit, &kiosk->settings, world_now_ms,
               world_wall_ms() + kiosk->clock_wrong_ms);
    kiosk_boot_devices(kiosk);
}

static void power_off(struct kiosk *kiosk, struct stream *chance)
{
    int64_t off_ms = stream_short(chance, OFF_MIN_MS, OFF_MAX_MS);
    TELL(kiosk->power, off_ms, "kiosk %d: loses power for %lld ms", kiosk->number,
         (long long)off_ms);
    kiosk->on = false;
    kiosk->power++;
    kiosk->save_count = kiosk->call_count = kiosk->print_count = 0;
    kiosk->sale[0] = '\0';
    kiosk->scanner_armed = kiosk->calling = false;
    journal_close(kiosk->journal);
    kiosk->journal = NULL;
    memset(&kiosk->visit, 0, sizeof(kiosk->visit));
    memset(&kiosk->view, 0, sizeof(kiosk->view));
    if (happens(chance, CHOICE_CLOCK_WRONG)) {
        kiosk->clock_wrong_ms = stream_between(chance, -400, 400) * 86400000 / 7;
    }
    world_at(world_now_ms + off_ms, power_on, kiosk, 0);
}

/* -- one step ------------------------------------------------------------------------------ */

static void on_tick(void *context, uint64_t token)
{
    struct kiosk *kiosk = context;
    if (kiosk_stale(kiosk, token) || (uint32_t)token != kiosk->tick) {
        return;
    }
    kiosk->event.kind = EVENT_TICK;
    kiosk_step(kiosk);
}

static void plan_tick(struct kiosk *kiosk)
{
    int64_t at_ms = visit_deadline(&kiosk->visit);
    int64_t late_ms = world_now_ms + kiosk->tick_late_ms;
    kiosk->tick++;
    world_at(at_ms > late_ms ? at_ms : late_ms, on_tick, kiosk, kiosk_token(kiosk, kiosk->tick));
}

static void execute(struct kiosk *kiosk, const struct effect *effect)
{
    switch (effect->kind) {
    case EFFECT_CALL: kiosk_call(kiosk, &effect->call); return;
    case EFFECT_SAVE_INTENT:
        witness_sale(effect->intent.request_id, kiosk->number, kiosk->customer.number);
        snprintf(kiosk->sale, sizeof(kiosk->sale), "%s", effect->intent.request_id);
        kiosk_save(kiosk, effect);
        return;
    case EFFECT_SAVE_CODE:
    case EFFECT_SAVE_RECEIPT:
    case EFFECT_CLOSE_INTENT:
    case EFFECT_BEGIN_JOB:
    case EFFECT_END_JOB: kiosk_save(kiosk, effect); return;
    case EFFECT_PRINT: kiosk_print(kiosk, effect); return;
    case EFFECT_SCANNER: kiosk->scanner_armed = effect->scanner_armed; return;
    case EFFECT_WIPE: return;
    }
}

static void draw_id(struct kiosk *kiosk)
{
    static const char digits[] = "0123456789abcdef";
    for (int i = 0; i < REQUEST_ID_MAX - 1; i += 16) {
        uint64_t drawn = stream_draw(&kiosk->ids);
        for (int j = i; j < i + 16; j++, drawn >>= 4) {
            kiosk->event.fresh_id[j] = digits[drawn & 15];
        }
    }
    kiosk->event.fresh_id[REQUEST_ID_MAX - 1] = '\0';
}

static void tell_step(const struct kiosk *kiosk)
{
    const struct visit *visit = &kiosk->visit;
    enum payment_state payment = visit->customer.payment.state;
    story_note(visit->screen, payment);
    if (story_wanted && kiosk->customer.there) {
        story_print("kiosk %d: screen %s, payment %s%s%s", kiosk->number,
                    screen_name(visit->screen), payment_state_name(payment),
                    visit->screen == SCREEN_RESULT ? ", says " : "",
                    visit->screen == SCREEN_RESULT ? statement_name(kiosk->view.statement) : "");
    }
}

void kiosk_step(struct kiosk *kiosk)
{
    bool ended = payment_ended(&kiosk->visit.customer.payment);
    enum screen_id screen = kiosk->visit.screen;
    enum payment_state payment = kiosk->visit.customer.payment.state;
    if (!kiosk->on) {
        return;
    }
    /* By the moment, so that it does not depend on what happened before. */
    struct stream chance =
        stream_of("kiosk power", (uint64_t)world_now_ms << 8 | (uint64_t)kiosk->number);
    if (happens(&chance, CHOICE_KIOSK_CUT)) {
        power_off(kiosk, &chance);
        return;
    }
    kiosk->event.now_ms = world_now_ms;
    kiosk->event.wall_ms = world_wall_ms() + kiosk->clock_wrong_ms;
    draw_id(kiosk);
    kiosk->effects.count = 0;
    visit_step(&kiosk->visit, &kiosk->event, &kiosk->effects);
    visit_view(&kiosk->visit, &kiosk->view);
    for (int i = 0; i < kiosk->effects.count; i++) {
        execute(kiosk, &kiosk->effects.list[i]);
    }
    if (screen != kiosk->visit.screen || payment != kiosk->visit.customer.payment.state) {
        tell_step(kiosk);
    }
    witness_view(kiosk);
    note_end(kiosk, ended);
    plan_tick(kiosk);
}

void kiosk_touch(struct kiosk *kiosk, enum intent intent, int argument)
{
    kiosk->event.kind = EVENT_TOUCH;
    kiosk->event.touch.intent = intent;
    kiosk->event.touch.argument = argument;
    kiosk_step(kiosk);
}

void kiosk_scan(struct kiosk *kiosk, const char *text)
{
    kiosk->event.kind = EVENT_SCAN;
    kiosk->event.scan.length = strlen(text);
    memcpy(kiosk->event.scan.bytes, text, kiosk->event.scan.length);
    kiosk_step(kiosk);
}

/* Each visit has streams of its own: what goes wrong in it does not depend on those before. */
void kiosk_new_streams(struct kiosk *kiosk)
{
    uint64_t name = (uint64_t)kiosk->number << 32 | (uint32_t)kiosk->customer.number;
    kiosk->line = stream_of("kiosk line", name);
    kiosk->devices = stream_of("kiosk devices", name);
}

/* -- opening ------------------------------------------------------------------------------- */

static void fill_settings(struct kiosk *kiosk)
{
    static const int polls[] = {700, 2000, 4000};
    struct stream stream = stream_of("settings", (uint64_t)kiosk->number);
    kiosk->settings = (struct settings){
        .site = "示范营业厅",
        .hotline = "010-0000-0000",
        .open_from_minute = 510,
        .open_to_minute = 1050,
        .account_patterns = {"##########", "#############", "################"},
        .account_pattern_count = 3,
        .warn_after_ms = 60000,
        .wipe_after_ms = 90000,
        .pay_ms = (int)stream_between(&stream, 3, 12) * 10000,
        .resolving_ms = (int)stream_between(&stream, 1, 9) * 10000,
        .order_wait_ms = 10000,
        .poll_ms = polls[stream_draw(&stream) % ARRAY_LEN(polls)],
        .retry_ms = 1500,
        .background_ms = (int)stream_between(&stream, 5, 30) * 1000,
        .health_ms = 60000,
        .boot_ms = 10000,
        .same_code_ms = 60000,
        .lookups_max = 5,
    };
    snprintf(kiosk->settings.terminal_no, sizeof(kiosk->settings.terminal_no), "%s",
             kiosk->terminal_no);
    kiosk->tick_late_ms = (int)stream_between(&stream, 20, 1200);
}

void kiosk_open(struct kiosk *kiosk, int number)
{
    static uint64_t opened;
    memset(kiosk, 0, sizeof(*kiosk));
    kiosk->number = number;
    snprintf(kiosk->terminal_no, sizeof(kiosk->terminal_no), "%05u",
             (unsigned)(100 + number) % 100000);
    snprintf(kiosk->fingerprint, sizeof(kiosk->fingerprint), "%064d", number);
    kiosk_new_streams(kiosk);
    kiosk->ids = stream_of("kiosk ids", (uint64_t)number);
    kiosk->scanner_attached = true;
    fill_settings(kiosk);
    snprintf(kiosk->path, sizeof(kiosk->path), "file:/sim-%llu?vfs=memdb",
             (unsigned long long)opened++);
    CHECK(sqlite3_open_v2(kiosk->path, &kiosk->keeper,
                          SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                          NULL) == SQLITE_OK);
    world_at(world_now_ms, power_on, kiosk, 0);
}

void kiosk_close(struct kiosk *kiosk)
{
    kiosk->on = false;
    journal_close(kiosk->journal);
    kiosk->journal = NULL;
    CHECK(sqlite3_close(kiosk->keeper) == SQLITE_OK);
}

/* -- questions ----------------------------------------------------------------------------- */

int64_t kiosk_number_of(const struct kiosk *kiosk, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    CHECK(sqlite3_prepare_v2(kiosk->keeper, sql, -1, &statement, NULL) == SQLITE_OK);
    int64_t number = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    return number;
}

char kiosk_intent(const struct kiosk *kiosk, const char *request_id)
{
    char sql[160];
    snprintf(sql, sizeof(sql), "SELECT unicode(state) FROM intent WHERE request_id = '%s'",
             request_id);
    return (char)kiosk_number_of(kiosk, sql);
}

bool kiosk_attempt_saved(const struct kiosk *kiosk, const char *attempt_id)
{
    char sql[160];
    snprintf(sql, sizeof(sql), "SELECT 1 FROM attempt WHERE attempt_id = '%s'", attempt_id);
    return kiosk_number_of(kiosk, sql) == 1;
}

void kiosk_sleep(struct kiosk *kiosk)
{
    kiosk->asleep = true;
    kiosk->on = false;
    kiosk->power++;
}

bool kiosk_rests(const struct kiosk *kiosk)
{
    return kiosk->asleep ||
           (kiosk->on && kiosk->visit.screen == SCREEN_HOME && kiosk->save_count == 0 &&
            kiosk->print_count == 0 && kiosk->visit.customer.payment.state == PAYMENT_IDLE &&
            recovery_count(&kiosk->visit.recovery) == 0);
}
