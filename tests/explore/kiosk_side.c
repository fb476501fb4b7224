#include "kiosk_side.h"

#include <stdlib.h>
#include <string.h>

#include "kiosk/flow/visit.h"

#define NOW_MS   INT64_C(1000000)
#define WALL_MS  INT64_C(1795242360000) /* 2026-11-21T06:26:00Z */
#define SOON_MS  1
#define LATER_MS 5000
#define FAR_MS   INT64_C(1000000000000)

/* Who waits for an answer, in canonical numbers. */
enum { SEQ_CALL = 1, SEQ_SAVE, SEQ_RECOVERY_CALL, SEQ_RECOVERY_SAVE, SEQ_NOBODY = 9, SEQ_NEXT };

/* Sooner passes before later: a question, the time to pay, the screen's patience, the visit. */
static const struct settings SETTINGS = {
    .terminal_no = TERMINAL_NO,
    .site = "示范营业厅",
    .hotline = "010-0000-0000",
    .account_patterns = {"##########"},
    .account_pattern_count = 1,
    .warn_after_ms = 60000,
    .wipe_after_ms = 90000,
    .pay_ms = LATER_MS,
    .resolving_ms = 8000,
    .order_wait_ms = LATER_MS,
    .crediting_ms = LATER_MS,
    .poll_ms = SOON_MS,
    .retry_ms = SOON_MS,
    .background_ms = SOON_MS,
    .health_ms = 600000000,
    .boot_ms = 7000,
    .same_code_ms = 60000,
    .lookups_max = 5,
};

static struct pool visits, calls, replies, saves, inputs, steps;
static struct memo memo;
static struct visit visit; /* the one that is being stepped */

/* ---- canonical form ---------------------------------------------------------------------------
 */

static void set_again(int64_t *deadline_ms, int64_t distance_ms)
{
    if (*deadline_ms != NEVER_MS) {
        *deadline_ms = NOW_MS + distance_ms;
    }
}

static uint32_t canonical_seq(uint32_t seq)
{
    const struct payment *payment = &visit.customer.payment;

    return seq == 0                         ? 0
           : seq == payment->call_seq       ? SEQ_CALL
           : seq == payment->save_seq       ? SEQ_SAVE
           : seq == visit.recovery.call_seq ? SEQ_RECOVERY_CALL
           : seq == visit.recovery.save_seq ? SEQ_RECOVERY_SAVE
                                            : SEQ_NOBODY;
}

static void make_canonical(void)
{
    struct payment *payment = &visit.customer.payment;

    visit.now_ms = visit.touched_ms = NOW_MS;
    visit.wall_ms = WALL_MS;
    visit.health_at_ms = FAR_MS;
    visit.boot_deadline_ms = visit.screen == SCREEN_STARTING ? NOW_MS + SETTINGS.boot_ms : 0;
    visit.next_seq = SEQ_NEXT;
    visit.customer.last_scan_ms = visit.customer.last_scan != 0 ? NOW_MS : 0;
    if (payment->state != PAYMENT_IDLE) {
        set_again(&payment->ask_at_ms, SOON_MS);
        set_again(&payment->state_deadline_ms, LATER_MS);
        payment->resolve_from_ms = payment->resolve_from_ms != 0 ? NOW_MS : 0;
        payment->answered_ms = NOW_MS;
    }
    set_again(&visit.recovery.ask_at_ms, SOON_MS);
    if (payment_ended(payment)) { /* what it remembers decides nothing any more */
        memset(&payment->order, 0, sizeof(payment->order));
        memset(&payment->draft, 0, sizeof(payment->draft));
        memset(&visit.customer.shown_receipt, 0, sizeof(struct receipt));
        payment->attempt_id[0] = '\0';
    }
    if (visit.recovery.items[0].used) { /* its receipt is made of the server's answer */
        memset(&visit.recovery.items[0].intent.draft, 0, sizeof(struct receipt));
    } else {
        memset(&visit.recovery.items[0], 0, sizeof(visit.recovery.items[0]));
    }
    payment->call_seq = payment->call_seq != 0 ? SEQ_CALL : 0;
    payment->save_seq = payment->save_seq != 0 ? SEQ_SAVE : 0;
    visit.recovery.call_seq = visit.recovery.call_seq != 0 ? SEQ_RECOVERY_CALL : 0;
    visit.recovery.save_seq = visit.recovery.save_seq != 0 ? SEQ_RECOVERY_SAVE : 0;
}

/* One sale: of the recovery's places only the first is ever used. */
#define UNUSED_FROM offsetof(struct visit, recovery.items[1])
#define UNUSED_TO   (offsetof(struct visit, recovery.items) + sizeof(visit.recovery.items))

static uint32_t put_visit(void)
{
    static uint8_t bytes[sizeof(struct visit)];

    for (int i = 1; i < OPEN_INTENTS_MAX; i++) {
        CHECK(!visit.recovery.items[i].used);
    }
    memcpy(bytes, &visit, UNUSED_FROM);
    memcpy(bytes + UNUSED_FROM, (const uint8_t *)&visit + UNUSED_TO, sizeof(visit) - UNUSED_TO);
    return pool_put(&visits, bytes, sizeof(visit) - (UNUSED_TO - UNUSED_FROM));
}

static void get_visit(uint32_t id)
{
    const uint8_t *bytes = pool_get(&visits, id, NULL);

    memset(&visit, 0, sizeof(visit));
    memcpy(&visit, bytes, UNUSED_FROM);
    memcpy((uint8_t *)&visit + UNUSED_TO, bytes + UNUSED_FROM, sizeof(visit) - UNUSED_TO);
}

/* ---- one event, and what it wants ------------------------------------------------------------ */

static void run(struct event *event, struct kiosk_step *step);

/* The printer prints whatever it is given, at once: the paper says what it says. */
static void print_receipt(const struct effect *effect, struct kiosk_step *step)
{
    struct event job = {.kind = EVENT_JOB, .job = {.seq = effect->seq, .job_id = 1}};

    job.job.receipt = visit.customer.shown_receipt;
    step->said |= 1U << job.job.receipt.statement;
    run(&job, step);
}

static void answer_print(const struct effect *effect, struct kiosk_step *step)
{
    struct event printed = {.kind = EVENT_PRINTED,
                            .printed = {.seq = effect->seq, .job_id = 1, .end = PRINT_END_PROVED}};

    run(&printed, step);
}

static void answer_health(const struct effect *effect, struct kiosk_step *step)
{
    struct event event = {.kind = EVENT_REPLY, .reply = {.call = CALL_HEALTH, .seq = effect->seq}};

    event.reply.server_time_ms = WALL_MS;
    run(&event, step);
}

static void want_save(const struct effect *effect, struct kiosk_step *step)
{
    uint32_t seq = canonical_seq(effect->seq);
    struct save save = {.kind = (uint8_t)effect->kind,
                        .mine = seq == SEQ_SAVE            ? 1
                                : seq == SEQ_RECOVERY_SAVE ? 2
                                                           : 0};

    if (effect->kind == EFFECT_SAVE_RECEIPT) {
        save.slip = effect->save.receipt.kind == RECEIPT_SLIP;
        save.close = effect->save.close_intent;
        save.statement = (uint8_t)effect->save.receipt.statement;
    } else if (effect->kind == EFFECT_CLOSE_INTENT) {
        save.close = 1;
        save.statement = (uint8_t)effect->close.statement;
    }
    CHECK(step->save_count < SAVES);
    step->saves[step->save_count++] = pool_put(&saves, &save, sizeof(save));
}

static void want_call(const struct effect *effect, struct kiosk_step *step)
{
    struct call_request call = effect->call;

    call.seq = canonical_seq(effect->seq);
    CHECK(step->call_before == 0);
    step->call_before = step->call;
    step->call = pool_put(&calls, &call, sizeof(call));
}

static void run(struct event *event, struct kiosk_step *step)
{
    struct effects effects = {.count = 0};

    event->now_ms = event->now_ms > visit.now_ms ? event->now_ms : visit.now_ms;
    event->wall_ms = WALL_MS;
    visit_step(&visit, event, &effects);
    for (int i = 0; i < effects.count; i++) {
        const struct effect *effect = &effects.list[i];

        switch (effect->kind) {
        case EFFECT_CALL:
            if (effect->call.call == CALL_HEALTH) {
                answer_health(effect, step);
            } else {
                want_call(effect, step);
            }
            break;
        case EFFECT_SAVE_INTENT:
        case EFFECT_SAVE_CODE:
        case EFFECT_SAVE_RECEIPT:
        case EFFECT_CLOSE_INTENT: want_save(effect, step); break;
        case EFFECT_BEGIN_JOB: print_receipt(effect, step); break;
        case EFFECT_PRINT: answer_print(effect, step); break;
        case EFFECT_END_JOB:
        case EFFECT_SCANNER:
        case EFFECT_WIPE: break;
        }
    }
}

/* A sentence about the money, wherever it stands on the screen. */
static uint32_t said_on_screen(const struct view *view)
{
    bool nothing_taken = view->message == MESSAGE_CANCELLED ||
                         view->message == MESSAGE_ORDER_EXPIRED ||
                         view->message == MESSAGE_SERVER_UNREACHABLE;

    if (view->screen == SCREEN_RESULT) {
        return (1U << view->statement) | (nothing_taken ? 1U << STATEMENT_NOT_TAKEN : 0);
    }
    return view->screen == SCREEN_AMOUNT && nothing_taken ? 1U << STATEMENT_NOT_TAKEN : 0;
}

static void finish(struct kiosk_step *step)
{
    static struct view view;

    visit_view(&visit, &view);
    step->said |= said_on_screen(&view);
    step->qr_seen = view.qr_shown && view.order.pay_url[0] != '\0';
    make_canonical();
    step->visit = put_visit();
}

static void touch(enum intent intent, int argument, struct kiosk_step *step)
{
    struct event event = {.kind = EVENT_TOUCH, .touch = {intent, argument}};

    run(&event, step);
}

static void tick(int64_t at_ms, struct kiosk_step *step)
{
    struct event event = {.kind = EVENT_TICK, .now_ms = at_ms};

    run(&event, step);
}

/* ---- starting ----------------------------------------------------------------------------------
 */

static void boot(bool open_sale, struct kiosk_step *step)
{
    static struct event found;
    struct event scanner = {.kind = EVENT_SCANNER, .scanner_attached = true};
    struct event printer = {.kind = EVENT_PRINTER, .printer = PRINTER_READY};
    struct event booted = {.kind = EVENT_BOOTED, .booted = STATUS_OK};

    memset(&visit, 0, sizeof(visit));
    visit_init(&visit, &SETTINGS, NOW_MS, WALL_MS);
    if (open_sale && mutation != MUTATION_BOOT_RECOVERY) {
        found = (struct event){.kind = EVENT_FOUND};
        TEXT_COPY(found.found.request_id, REQUEST_ID);
        TEXT_COPY(found.found.draft.terminal_no, TERMINAL_NO);
        found.found.draft.amount_fen = AMOUNT_FEN;
        run(&found, step);
    }
    run(&scanner, step);
    run(&printer, step);
    run(&booted, step);
}

static void answer_account(struct kiosk_step *step)
{
    static struct event event;

    event = (struct event){.kind = EVENT_REPLY};
    event.reply = (struct call_reply){.call = CALL_ACCOUNT, .seq = visit.customer.lookup_seq};
    event.reply.account = (struct account){.account_no = ACCOUNT_NO,
                                           .name_masked = "张*伟",
                                           .address_masked = "示范区****1002室",
                                           .payee = "示范供电公司",
                                           .category = "residential",
                                           .prepaid = true,
                                           .min_fen = 100,
                                           .max_fen = 200000,
                                           .presets_fen = {AMOUNT_FEN},
                                           .preset_count = 1};
    step->call = 0;
    run(&event, step);
}

void kiosk_first(struct kiosk_step *step)
{
    memset(step, 0, sizeof(*step));
    boot(false, step);
    touch(INTENT_START, SERVICE_RECHARGE, step);
    for (const char *digit = ACCOUNT_NO; *digit != '\0'; digit++) {
        touch(INTENT_DIGIT, *digit - '0', step);
    }
    touch(INTENT_NEXT, 0, step);
    answer_account(step);
    touch(INTENT_NEXT, 0, step);
    touch(INTENT_PRESET, 0, step);
    struct event pay = {.kind = EVENT_TOUCH, .touch = {INTENT_NEXT, 0}, .fresh_id = REQUEST_ID};

    run(&pay, step);
    CHECK(visit.customer.payment.state == PAYMENT_INTENT_SAVING);
    finish(step);
}

/* ---- stepping ----------------------------------------------------------------------------------
 */

static void on_saved(const struct kiosk_input *input, struct kiosk_step *step)
{
    struct event event = {.kind = EVENT_SAVED};
    const struct save *save = kiosk_save(input->save);

    event.saved.seq = save->mine == 1 ? SEQ_SAVE : save->mine == 2 ? SEQ_RECOVERY_SAVE : SEQ_NOBODY;
    event.saved.status = input->failed ? STATUS_IO : STATUS_OK;
    if (save->kind == EFFECT_SAVE_RECEIPT && !input->failed) {
        TEXT_COPY(event.saved.receipt_no, "00012-261121-0001");
    }
    run(&event, step);
}

static void on_reply(const struct kiosk_input *input, struct kiosk_step *step)
{
    static struct event event;
    const struct call_request *call = kiosk_call(input->call);

    event = (struct event){.kind = EVENT_REPLY};
    if (input->reply != 0) {
        event.reply = *kiosk_get_reply(input->reply);
    } else {
        event.reply.status = STATUS_TIMEOUT;
    }
    event.reply.call = call->call;
    event.reply.seq = call->seq;
    run(&event, step);
}

static void on_scan(uint32_t number, struct kiosk_step *step)
{
    static const char *const codes[ATTEMPTS] = {"101234567890123456", "119876543210987654"};
    static const char *const ids[ATTEMPTS] = {ATTEMPT_ID_1, ATTEMPT_ID_2};
    struct event event = {.kind = EVENT_SCAN};

    TEXT_COPY(event.fresh_id, ids[number]);
    event.scan.length = strlen(codes[number]);
    memcpy(event.scan.bytes, codes[number], event.scan.length);
    run(&event, step);
}

static void make_step(const struct kiosk_input *input, struct kiosk_step *step)
{
    const struct payment *payment = &visit.customer.payment;

    switch ((enum kiosk_event)input->event) {
    case KIOSK_SAVED: on_saved(input, step); break;
    case KIOSK_REPLY: on_reply(input, step); break;
    case KIOSK_SCAN: on_scan(input->number, step); break;
    case KIOSK_BACK: touch(INTENT_BACK, 0, step); break;
    case KIOSK_HOME: touch(INTENT_HOME, 0, step); break;
    case KIOSK_HELP: touch(INTENT_HELP, 0, step); break;
    case KIOSK_NEXT: touch(INTENT_NEXT, 0, step); break;
    case KIOSK_POLL: tick(NOW_MS + SOON_MS, step); break;
    case KIOSK_DEADLINE: tick(payment->state_deadline_ms, step); break;
    case KIOSK_RESOLVED: tick(payment->resolve_from_ms + SETTINGS.resolving_ms, step); break;
    case KIOSK_WIPE: tick(NOW_MS + SETTINGS.wipe_after_ms, step); break;
    case KIOSK_BOOT_OVER: tick(visit.boot_deadline_ms, step); break;
    case KIOSK_BOOT: boot(input->number != 0, step); break;
    }
}

void kiosk_step(uint32_t id, const struct kiosk_input *input, struct kiosk_step *step)
{
    uint64_t key = ((uint64_t)id << 32) | pool_put(&inputs, input, sizeof(*input));
    uint32_t known = 0;

    if (memo_get(&memo, key, &known)) {
        memcpy(step, pool_get(&steps, known, NULL), sizeof(*step));
        return;
    }
    memset(step, 0, sizeof(*step));
    get_visit(id);
    make_step(input, step);
    finish(step);
    memo_put(&memo, key, pool_put(&steps, step, sizeof(*step)));
}

uint32_t kiosk_orphan(uint32_t id)
{
    struct save save = *kiosk_save(id);

    save.mine = 0;
    return pool_put(&saves, &save, sizeof(save));
}

static struct kiosk_facts look(uint32_t id)
{
    static struct view view;
    const struct payment *payment = &visit.customer.payment;

    get_visit(id);
    visit_view(&visit, &view);
    bool active = payment->state != PAYMENT_IDLE && !payment_ended(payment);
    bool resolving = payment->state == PAYMENT_CHARGING || payment->state == PAYMENT_CLOSING;

    return (struct kiosk_facts){
        .known = true,
        .can_scan = view.scanner_armed && view.screen == SCREEN_PAY,
        .can_leave = active || view.screen == SCREEN_HELP,
        .can_help = active && view.screen != SCREEN_HELP,
        .result = view.screen == SCREEN_RESULT,
        .polls = (active && payment->ask_at_ms != NEVER_MS) ||
                 recovery_deadline(&visit.recovery) != NEVER_MS,
        .has_deadline = active && payment->state_deadline_ms != NEVER_MS,
        .resolving = resolving,
        .can_wipe = view.seconds_left >= 0,
        .booting = view.screen == SCREEN_STARTING,
        .rests = !active && recovery_count(&visit.recovery) == 0,
    };
}

static struct kiosk_facts *facts; /* by number of the visit */
static uint32_t facts_room;

struct kiosk_facts kiosk_facts(uint32_t id)
{
    if (id >= facts_room) {
        uint32_t room = (id + 1) * 2;

        facts = grow(facts, room * sizeof(*facts));
        memset(facts + facts_room, 0, (room - facts_room) * sizeof(*facts));
        facts_room = room;
    }
    if (!facts[id].known) {
        facts[id] = look(id);
    }
    return facts[id];
}

/* ---- pools -------------------------------------------------------------------------------------
 */

const struct call_request *kiosk_call(uint32_t call)
{
    return pool_get(&calls, call, NULL);
}

const struct save *kiosk_save(uint32_t save)
{
    return pool_get(&saves, save, NULL);
}

uint32_t kiosk_put_reply(const struct call_reply *reply)
{
    return pool_put(&replies, reply, sizeof(*reply));
}

const struct call_reply *kiosk_get_reply(uint32_t reply)
{
    return pool_get(&replies, reply, NULL);
}

const char *kiosk_word(uint32_t id)
{
    get_visit(id);
    return payment_state_name(visit.customer.payment.state);
}

uint32_t kiosk_count(void)
{
    return visits.count;
}

void kiosk_free(void)
{
    free(facts);
    facts = NULL;
    facts_room = 0;
    pool_free(&visits);
    pool_free(&calls);
    pool_free(&replies);
    pool_free(&saves);
    pool_free(&inputs);
    pool_free(&steps);
    memo_free(&memo);
}
