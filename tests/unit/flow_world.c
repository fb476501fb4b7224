#include "flow_world.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/flow/context.h"

static const struct settings settings = {
    .terminal_no = "00012",
    .site = "示范营业厅",
    .hotline = "010-0000-0000",
    .open_from_minute = 510,
    .open_to_minute = 1050,
    .account_patterns = {"##########", "#############"},
    .account_pattern_count = 2,
    .warn_after_ms = 60000,
    .wipe_after_ms = 90000,
    .pay_ms = 120000,
    .resolving_ms = 90000,
    .order_wait_ms = 10000,
    .poll_ms = 700,
    .retry_ms = 1500,
    .retry_max_ms = 60000,
    .background_ms = 5000,
    .health_ms = 30000,
    .boot_ms = 10000,
    .same_code_ms = 60000,
    .lookups_max = 5,
};

void world_event(struct world *world, struct event *event)
{
    static struct effects effects;

    effects.count = 0;
    event->now_ms = world->now_ms;
    event->wall_ms = world->wall_ms;
    (void)snprintf(event->fresh_id, sizeof(event->fresh_id), "%032x", ++world->ids);
    visit_step(&world->visit, event, &effects);
    for (int i = 0; i < effects.count; i++) {
        assert_true(world->effect_count < WORLD_EFFECTS);
        world->effects[world->effect_count++] = effects.list[i];
    }
    visit_view(&world->visit, &world->view);
}

void world_init(struct world *world)
{
    memset(world, 0, sizeof(*world));
    world->now_ms = 1000;
    world->wall_ms = INT64_C(1795242360000); /* 2026-11-21T06:26:00Z */
    visit_init(&world->visit, &settings, world->now_ms, world->wall_ms);
    visit_view(&world->visit, &world->view);
}

void world_start(struct world *world)
{
    struct event booted = {.kind = EVENT_BOOTED, .booted = STATUS_OK};
    struct event scanner = {.kind = EVENT_SCANNER, .scanner_attached = true};
    struct event printer = {.kind = EVENT_PRINTER, .printer = PRINTER_READY};

    world_init(world);
    world_event(world, &scanner);
    world_event(world, &printer);
    world_event(world, &booted);
    struct effect health = world_take(world, EFFECT_CALL);
    struct event reply = {.kind = EVENT_REPLY,
                          .reply = {.call = CALL_HEALTH, .seq = health.call.seq}};

    reply.reply.server_time_ms = world->wall_ms;
    world_event(world, &reply);
    assert_int_equal(world->view.screen, SCREEN_HOME);
    assert_true(world->view.server_up);
}

void world_touch(struct world *world, enum intent intent, int argument)
{
    struct event event = {.kind = EVENT_TOUCH, .touch = {intent, argument}};

    world_event(world, &event);
}

void world_type(struct world *world, const char *digits)
{
    for (; *digits != '\0'; digits++) {
        world_touch(world, *digits == '.' ? INTENT_POINT : INTENT_DIGIT, *digits - '0');
    }
}

void world_scan(struct world *world, const char *text)
{
    struct event event = {.kind = EVENT_SCAN};

    event.scan.length = strlen(text);
    memcpy(event.scan.bytes, text, event.scan.length);
    world_event(world, &event);
}

void world_advance(struct world *world, int64_t duration_ms)
{
    int64_t end_ms = world->now_ms + duration_ms;

    while (world->now_ms < end_ms) {
        struct event tick = {.kind = EVENT_TICK};
        int64_t next_ms = visit_deadline(&world->visit);

        assert_true(next_ms > world->now_ms); /* a deadline that is not served would spin */
        next_ms = next_ms < end_ms ? next_ms : end_ms;
        world->wall_ms += next_ms - world->now_ms;
        world->now_ms = next_ms;
        world_event(world, &tick);
    }
}

static int find(const struct world *world, enum effect_kind kind)
{
    for (int i = 0; i < world->effect_count; i++) {
        if (world->effects[i].kind == kind) {
            return i;
        }
    }
    return -1;
}

static struct effect remove_at(struct world *world, int index)
{
    struct effect effect = world->effects[index];

    world->effect_count--;
    memmove(&world->effects[index], &world->effects[index + 1],
            (size_t)(world->effect_count - index) * sizeof(effect));
    return effect;
}

bool world_wants(const struct world *world, enum effect_kind kind)
{
    return find(world, kind) >= 0;
}

struct effect world_take(struct world *world, enum effect_kind kind)
{
    int index = find(world, kind);

    if (index < 0) {
        fail_msg("no effect of kind %d is wanted", (int)kind);
    }
    return remove_at(world, index);
}

static int find_call(const struct world *world)
{
    for (int i = 0; i < world->effect_count; i++) {
        if (world->effects[i].kind == EFFECT_CALL && world->effects[i].call.call != CALL_HEALTH) {
            return i;
        }
    }
    return -1;
}

bool world_calls(const struct world *world, enum call call)
{
    int index = find_call(world);

    return index >= 0 && world->effects[index].call.call == call;
}

struct call_request world_take_call(struct world *world, enum call call)
{
    int index = find_call(world);

    if (index < 0 || world->effects[index].call.call != call) {
        fail_msg("call %d is not the next one (%d is)", (int)call,
                 index < 0 ? -1 : (int)world->effects[index].call.call);
    }
    return remove_at(world, index).call;
}

void world_saved(struct world *world, const struct effect *effect, enum status status)
{
    struct event event = {.kind = EVENT_SAVED};

    event.saved.seq = effect->seq;
    event.saved.status = status;
    if (effect->kind == EFFECT_SAVE_RECEIPT && status == STATUS_OK) {
        TEXT_COPY(event.saved.receipt_no, "00012-261121-0001");
    }
    world_event(world, &event);
}

void world_reply_status(struct world *world, const struct call_request *call, enum status status,
                        const char *problem_code)
{
    struct event event = {.kind = EVENT_REPLY,
                          .reply = {.call = call->call, .seq = call->seq, .status = status}};

    TEXT_COPY(event.reply.problem.code, problem_code);
    world_event(world, &event);
}

void world_reply_account(struct world *world, const struct call_request *call,
                         const struct account *account)
{
    struct event event = {.kind = EVENT_REPLY, .reply = {.call = call->call, .seq = call->seq}};

    event.reply.account = *account;
    world_event(world, &event);
}

void world_reply_order(struct world *world, const struct call_request *call,
                       const struct order *order)
{
    struct event event = {.kind = EVENT_REPLY, .reply = {.call = call->call, .seq = call->seq}};

    event.reply.known = true;
    event.reply.order = *order;
    world_event(world, &event);
}

struct account world_prepaid(void)
{
    return (struct account){.account_no = "5263000017",
                            .name_masked = "张*伟",
                            .address_masked = "示范区****1002室",
                            .payee = "示范供电公司",
                            .category = "residential",
                            .prepaid = true,
                            .balance_shown = true,
                            .balance_fen = 1230,
                            .min_fen = 100,
                            .max_fen = 200000,
                            .presets_fen = {5000, 10000, 20000, 50000},
                            .preset_count = 4};
}

struct account world_postpaid(void)
{
    struct account account = {.account_no = "5263000025",
                              .name_masked = "*威",
                              .address_masked = "示范区****0301室",
                              .payee = "示范供电公司",
                              .category = "residential",
                              .pay_all_bills = true,
                              .bill_count = 3};

    static const char *const periods[] = {"2026-08", "2026-09", "2026-10"};
    static const char *const ids[] = {"B0", "B1", "B2"};

    for (int i = 0; i < 3; i++) {
        struct bill *bill = &account.bills[i];

        TEXT_COPY(bill->bill_id, ids[i]);
        TEXT_COPY(bill->period, periods[i]);
        bill->amount_fen = 10000;
        bill->late_fee_fen = 100;
    }
    return account;
}

struct order world_order(const struct world *world, enum order_state state,
                         enum statement statement)
{
    const struct payment *payment = &world->visit.customer.payment;
    struct order order = {.order_no = "2026112100000001",
                          .amount_fen = payment->request.amount_fen,
                          .kind = payment->request.kind,
                          .state = state,
                          .statement = statement,
                          .payee = "示范供电公司",
                          .pay_url = "http://127.0.0.1:8444/p/0123456789abcdef"};

    TEXT_COPY(order.request_id, payment->request.request_id);
    TEXT_COPY(order.account_no, payment->request.account_no);
    TEXT_COPY(order.attempt_request_id, payment->attempt_id);
    if (state == ORDER_PAID) {
        order.channel = CHANNEL_WECHAT;
        order.paid_at_ms = world->wall_ms;
        order.balance_known = true;
        order.balance_fen = 6230;
        TEXT_COPY(order.out_trade_no, "202611210000000101");
    }
    return order;
}

void world_to_amount(struct world *world)
{
    struct account account = world_prepaid();

    world_touch(world, INTENT_START, SERVICE_PAY);
    world_type(world, "5263000017");
    world_touch(world, INTENT_NEXT, 0);
    struct call_request call = world_take_call(world, CALL_ACCOUNT);

    world_reply_account(world, &call, &account);
    assert_int_equal(world->view.screen, SCREEN_CONFIRM);
    world_touch(world, INTENT_NEXT, 0);
    assert_int_equal(world->view.screen, SCREEN_AMOUNT);
}

struct effect world_to_intent(struct world *world)
{
    world_to_amount(world);
    world_touch(world, INTENT_PRESET, 0);
    world_touch(world, INTENT_NEXT, 0);
    return world_take(world, EFFECT_SAVE_INTENT);
}

void world_to_pay(struct world *world)
{
    struct effect intent = world_to_intent(world);

    world_saved(world, &intent, STATUS_OK);
    struct call_request call = world_take_call(world, CALL_ORDER);
    struct order order = world_order(world, ORDER_OPEN, STATEMENT_NOT_TAKEN);

    world_reply_order(world, &call, &order);
    assert_int_equal(world->view.screen, SCREEN_PAY);
}

struct call_request world_charge(struct world *world, const char *code)
{
    world_scan(world, code);
    struct effect save = world_take(world, EFFECT_SAVE_CODE);

    assert_false(world_calls(world, CALL_ATTEMPT));
    world_saved(world, &save, STATUS_OK);
    return world_take_call(world, CALL_ATTEMPT);
}
