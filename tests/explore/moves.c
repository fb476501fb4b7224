/* The moves of kiosk, journal, network, customer and power. The gateway's are in moves_gateway.c.
 */
#include "moves.h"

#include <string.h>

#include "kiosk_side.h"
#include "moves_parts.h"
#include "server_side.h"

uint64_t moves_forgotten;

static const struct {
    const char *words;
    char what;
} TABLE[MOVE_COUNT] = {
#define MOVE(name, what, words) [MOVE_##name] = {words, what},
    MOVES
#undef MOVE
};

const char *move_words(enum move_kind kind)
{
    return TABLE[kind].words;
}

char move_what(enum move_kind kind)
{
    return TABLE[kind].what;
}

bool may(const struct moves *moves, enum move_kind kind)
{
    return TABLE[kind].what == ' ' || (TABLE[kind].what == 'F' && moves->world->faults > 0) ||
           (TABLE[kind].what == 'C' && moves->world->cuts > 0);
}

void emit(const struct moves *moves, struct world *next, enum move_kind kind, uint32_t on)
{
    next->faults = (uint8_t)(next->faults - (TABLE[kind].what == 'F' ? 1 : 0));
    next->cuts = (uint8_t)(next->cuts - (TABLE[kind].what == 'C' ? 1 : 0));
    moves->visit(moves->context, next, (struct label){(uint8_t)kind, (uint8_t)on});
}

/* ---- the kiosk takes a step
 * ---------------------------------------------------------------------- */

/* A call that may still arrive, though nobody waits for its reply. Questions change nothing. */
static void give_up(struct world *world, uint32_t call)
{
    int at = 0;
    if (call == 0 || kiosk_call(call)->call == CALL_ORDER_STATE) {
        return;
    }
    while (at < LATE && world->late[at] != 0 && world->late[at] < call) {
        at++;
    }
    if (at < LATE && world->late[at] == call) {
        return;
    }
    if (world->late[LATE - 1] != 0) {
        moves_forgotten++;
        return;
    }
    memmove(&world->late[at + 1], &world->late[at], (size_t)(LATE - 1 - at) * sizeof(call));
    world->late[at] = call;
}

static uint32_t take_late(struct world *world, int which)
{
    uint32_t call = world->late[which];
    memmove(&world->late[which], &world->late[which + 1],
            (size_t)(LATE - 1 - which) * sizeof(call));
    world->late[LATE - 1] = 0;
    return call;
}

static void add_save(struct world *world, uint32_t save)
{
    int count = 0;
    while (count < SAVES && world->saves[count] != 0) {
        if (kiosk_save(world->saves[count])->mine == kiosk_save(save)->mine) {
            world->saves[count] = kiosk_orphan(world->saves[count]);
        }
        count++;
    }
    CHECK(count < SAVES);
    world->saves[count] = save;
}

static void step_kiosk(struct world *world, const struct kiosk_input *input)
{
    struct kiosk_step step;
    kiosk_step(world->kiosk, input, &step);
    world->kiosk = step.visit;
    world->said |= (uint8_t)step.said;
    world->qr_seen |= (uint8_t)step.qr_seen;
    if (step.call != 0) {
        give_up(world, world->reply == 0 ? world->call : 0);
        give_up(world, step.call_before);
        world->call = step.call;
        world->reply = 0;
    }
    for (uint32_t i = 0; i < step.save_count; i++) {
        add_save(world, step.saves[i]);
    }
}

/* The server serves a call; the reply is for whoever still waits. */
static uint32_t serve(struct world *next, uint32_t call)
{
    struct server_step step;
    bool close = mutation == MUTATION_CURRENT_STATE && kiosk_call(call)->call == CALL_CLOSE_REQUEST;
    if (close && next->stored != 0) {
        return next->stored;
    }
    server_step(next->server, &(struct server_input){.event = SERVER_CALL, .call = call}, &step);
    next->server = step.server;
    next->codes |= (uint8_t)step.code_kept;
    next->stored = close ? step.reply : next->stored;
    return step.reply;
}

/*
 * A question changes nothing, so it does not matter when it was asked, only when it was heard: the
 * kiosk asks when it is heard, which leaves out the moments between.
 */
static void ask_now(struct world *world)
{
    if (world->call != 0 && world->reply == 0 &&
        kiosk_call(world->call)->call == CALL_ORDER_STATE) {
        world->reply = serve(world, world->call);
    }
}

static void touch(const struct moves *moves, enum kiosk_event event, enum move_kind kind)
{
    struct world next = *moves->world;
    step_kiosk(&next, &(struct kiosk_input){.event = event});
    ask_now(&next);
    emit(moves, &next, kind, 0);
}

static void scan(const struct moves *moves)
{
    struct world next = *moves->world;
    if (next.tries_left == 0) {
        return;
    }
    step_kiosk(&next, &(struct kiosk_input){.event = KIOSK_SCAN, .number = next.code_count});
    next.code_count++;
    next.tries_left--;
    emit(moves, &next, MOVE_SCAN, 0);
}

static void kiosk_moves(const struct moves *moves)
{
    const struct kiosk_facts facts = kiosk_facts(moves->world->kiosk);
    if (facts.can_scan) {
        scan(moves);
    }
    if (facts.can_leave) {
        touch(moves, KIOSK_BACK, MOVE_BACK);
        touch(moves, KIOSK_HOME, MOVE_HOME);
    }
    if (facts.can_help) {
        touch(moves, KIOSK_HELP, MOVE_HELP);
    }
    if (facts.result) {
        touch(moves, KIOSK_NEXT, MOVE_NEXT);
    }
    if (facts.polls) {
        touch(moves, KIOSK_POLL, MOVE_POLL);
    }
    if (facts.has_deadline) {
        touch(moves, KIOSK_DEADLINE, MOVE_DEADLINE);
    }
    if (facts.resolving) {
        touch(moves, KIOSK_RESOLVED, MOVE_RESOLVED);
    }
    if (facts.can_wipe) {
        touch(moves, KIOSK_WIPE, MOVE_WIPE);
    }
    if (facts.booting) {
        touch(moves, KIOSK_BOOT_OVER, MOVE_BOOT_OVER);
    }
}

/* ---- its journal
 * --------------------------------------------------------------------------------- */

static void write_rows(struct world *world, const struct save *save)
{
    if (save->kind == EFFECT_SAVE_INTENT && mutation != MUTATION_JOURNAL_FIRST) {
        world->intent = 1;
    }
    if (save->kind == EFFECT_SAVE_RECEIPT && world->intent != 0) {
        world->receipt = save->slip ? 1 : 2;
    }
    if (save->close && world->intent == 1) {
        world->intent = 2;
    }
}

static void journal_move(const struct moves *moves, enum move_kind kind)
{
    struct world next = *moves->world;
    uint32_t save = next.saves[0];
    if (!may(moves, kind)) {
        return;
    }
    next.saves[0] = next.saves[1];
    next.saves[1] = 0;
    if (kind == MOVE_JOURNAL_WRITES) {
        write_rows(&next, kiosk_save(save));
    }
    step_kiosk(&next, &(struct kiosk_input){.event = KIOSK_SAVED,
                                            .save = save,
                                            .failed = kind == MOVE_JOURNAL_FAILS});
    emit(moves, &next, kind, 0);
}

/* ---- its calls
 * ------------------------------------------------------------------------------------- */

static void kiosk_hears(struct world *next)
{
    struct kiosk_input input = {.event = KIOSK_REPLY, .call = next->call, .reply = next->reply};
    next->call = 0;
    next->reply = 0;
    step_kiosk(next, &input);
}

static void call_move(const struct moves *moves, enum move_kind kind)
{
    struct world next = *moves->world;
    uint32_t call = next.call;
    bool asks = kiosk_call(call)->call == CALL_ORDER_STATE;
    if (!may(moves, kind) || (asks && (kind == MOVE_CALL_TWICE || kind == MOVE_CALL_LATE))) {
        return;
    }
    if (kind == MOVE_CALL_ARRIVES || kind == MOVE_CALL_TWICE) {
        next.reply = serve(&next, call);
    } else if (kind != MOVE_REPLY_COMES) {
        next.reply = 0;
        kiosk_hears(&next);
    } else {
        kiosk_hears(&next);
    }
    if (kind == MOVE_CALL_TWICE || kind == MOVE_CALL_LATE) {
        give_up(&next, call);
    }
    emit(moves, &next, kind, 0);
}

static void late_move(const struct moves *moves, int which)
{
    struct world next = *moves->world;
    (void)serve(&next, take_late(&next, which));
    emit(moves, &next, MOVE_LATE_ARRIVES, 0);
}

static void network_moves(const struct moves *moves)
{
    const struct world *world = moves->world;
    if (world->call != 0 && world->reply == 0) {
        call_move(moves, MOVE_CALL_ARRIVES);
        call_move(moves, MOVE_CALL_TWICE);
        call_move(moves, MOVE_CALL_LOST);
        call_move(moves, MOVE_CALL_LATE);
    } else if (world->call != 0) {
        call_move(moves, MOVE_REPLY_COMES);
        call_move(moves, MOVE_REPLY_LOST);
    }
    for (int i = 0; i < LATE; i++) {
        if (world->late[i] != 0) {
            late_move(moves, i);
        }
    }
    if (world->saves[0] != 0) {
        journal_move(moves, MOVE_JOURNAL_WRITES);
        journal_move(moves, MOVE_JOURNAL_FAILS);
    }
}

/* ---- power
 * ----------------------------------------------------------------------------------------- */

static void cut_kiosk(struct world *next, bool call_goes_on)
{
    uint32_t call = next->reply == 0 && call_goes_on ? next->call : 0;
    next->call = 0;
    next->reply = 0;
    memset(next->saves, 0, sizeof(next->saves));
    give_up(next, call);
    step_kiosk(next, &(struct kiosk_input){.event = KIOSK_BOOT, .number = next->intent == 1});
}

static void cut_server(struct world *next, bool calls_go_on)
{
    struct server_step step;
    for (int i = 0; i < ATTEMPTS; i++) {
        if (next->duty[i] != 0 && next->answer[i] == 0 && calls_go_on) {
            enum provider_call call = server_duty_call(next->duty[i]);
            next->trade[i].on_way |= call == PROVIDER_CALL_PAY       ? ON_WAY_CHARGE
                                     : call == PROVIDER_CALL_REVERSE ? ON_WAY_REVERSE
                                     : call == PROVIDER_CALL_POST    ? ON_WAY_POSTING
                                                                     : 0;
        }
        next->duty[i] = 0;
        next->answer[i] = 0;
    }
    next->codes = 0;
    server_step(next->server, &(struct server_input){.event = SERVER_RESTART}, &step);
    next->server = step.server;
}

static void power_moves(const struct moves *moves)
{
    if (!may(moves, MOVE_KIOSK_CUT)) {
        return;
    }
    static const struct {
        enum move_kind kind;
        bool kiosk, server, calls_go_on;
    } cuts[] = {
        {MOVE_KIOSK_CUT, true, false, false},  {MOVE_KIOSK_CUT_LATE, true, false, true},
        {MOVE_SERVER_CUT, false, true, false}, {MOVE_SERVER_CUT_LATE, false, true, true},
        {MOVE_BOTH_CUT, true, true, false},    {MOVE_BOTH_CUT_LATE, true, true, true},
    };
    for (size_t i = 0; i < ARRAY_LEN(cuts); i++) {
        struct world next = *moves->world;
        if (cuts[i].kiosk) {
            cut_kiosk(&next, cuts[i].calls_go_on);
        }
        if (cuts[i].server) {
            cut_server(&next, cuts[i].calls_go_on);
        }
        emit(moves, &next, cuts[i].kind, 0);
    }
}

/* ---- all
 * ------------------------------------------------------------------------------------------- */

void moves_next(const struct world *world, moves_visit *visit, void *context)
{
    struct moves moves = {world, visit, context};
    kiosk_moves(&moves);
    network_moves(&moves);
    server_moves(&moves);
    for (uint32_t i = 0; i < ATTEMPTS; i++) {
        gateway_moves(&moves, i);
    }
    power_moves(&moves);
}

struct world moves_first(const struct bounds *bounds)
{
    struct world world = {0};
    struct kiosk_step step;
    kiosk_first(&step);
    world.kiosk = step.visit;
    world.server = server_first();
    CHECK(bounds->attempts >= 0 && bounds->attempts <= ATTEMPTS);
    world.tries_left = (uint8_t)bounds->attempts;
    world.faults = (uint8_t)bounds->faults;
    world.cuts = (uint8_t)bounds->cuts;
    add_save(&world, step.saves[0]);
    return world;
}
