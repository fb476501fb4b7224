/* The moves of the server by itself, of the phones, of the gateway and the wallet. */
#include <string.h>

#include "moves_parts.h"
#include "server_side.h"

#define LOOKS_MAX 8 /* at an attempt that has ended: jobs/apply.c */

/* ---- the server and the phones
 * --------------------------------------------------------------------- */

static void step_server(struct world *world, const struct server_input *input)
{
    struct server_step step;
    server_step(world->server, input, &step);
    world->server = step.server;
    if (input->event == SERVER_LOOK || input->event == SERVER_RESUME) {
        world->duty[input->attempt] = step.duty;
        world->answer[input->attempt] = 0;
    }
}

static void simple(const struct moves *moves, enum server_event event, enum move_kind kind)
{
    struct world next = *moves->world;
    if (may(moves, kind)) {
        step_server(&next, &(struct server_input){.event = event});
        emit(moves, &next, kind, 0);
    }
}

/* A press that changes nothing is none: the page shows what is. */
static void press(const struct moves *moves)
{
    struct world next = *moves->world;
    if (next.qr_seen == 0 || next.tries_left == 0) {
        return;
    }
    step_server(&next, &(struct server_input){.event = SERVER_PRESS});
    if (next.server != moves->world->server) {
        next.tries_left--;
        emit(moves, &next, MOVE_PRESS, 0);
    }
}

/* Time changes nothing any more when nothing is open here or at the gateway. */
static bool any_attempt_open(const struct moves *moves, const struct server_facts *facts)
{
    for (int i = 0; i < facts->attempts && i < ATTEMPTS; i++) {
        if (attempt_open((enum attempt_state)facts->attempt[i].state) ||
            moves->world->trade[i].state == TRADE_WAITING) {
            return true;
        }
    }
    return false;
}

void server_moves(const struct moves *moves)
{
    const struct server_facts read = server_facts(moves->world->server);
    const struct server_facts *facts = &read;
    press(moves);
    if (facts->phase + 1 < PHASES && facts->orders > 0 &&
        (!facts->order_done || any_attempt_open(moves, facts))) {
        simple(moves, SERVER_TIME, MOVE_TIME);
    }
    if (facts->may_expire) {
        simple(moves, SERVER_EXPIRE, MOVE_EXPIRE);
    }
    if (facts->orders > 0 && !facts->order_done && !facts->account_closed) {
        simple(moves, SERVER_ACCOUNT_CLOSES, MOVE_ACCOUNT_CLOSES);
    }
}

/* ---- the worker
 * ------------------------------------------------------------------------------------- */

/* A look at an attempt that has ended is only of interest when there is something to see. */
static bool worth_a_look(const struct moves *moves, const struct server_facts *facts, uint32_t i)
{
    uint8_t trade = moves->world->trade[i].state;
    switch (attempt_duty((enum attempt_state)facts->attempt[i].state)) {
    case DUTY_SEND:
    case DUTY_QUERY:
    case DUTY_REVERSE:
    case DUTY_POST:
    case DUTY_REFUND: return true;
    case DUTY_WATCH:
        return trade == TRADE_PAID || trade == TRADE_REFUNDED ||
               (mutation == MUTATION_LATE_AFTER_WATCH && trade == TRADE_CLOSED);
    case DUTY_NONE:
    case DUTY_CREDIT:
    case DUTY_ALARM: break;
    }
    return false;
}

static void worker_moves(const struct moves *moves, const struct server_facts *facts, uint32_t i)
{
    struct world next = *moves->world;
    if (next.duty[i] == 0 && facts->attempt[i].due && worth_a_look(moves, facts, i)) {
        uint32_t code = (next.codes >> i) & 1U;
        next.codes &= (uint8_t) ~(1U << i);
        step_server(&next,
                    &(struct server_input){.event = SERVER_LOOK, .attempt = i, .code = code});
        emit(moves, &next, MOVE_LOOK, i);
    } else if (next.duty[i] != 0 && next.answer[i] != 0) {
        step_server(&next, &(struct server_input){.event = SERVER_RESUME,
                                                  .attempt = i,
                                                  .duty = next.duty[i],
                                                  .answer = next.answer[i]});
        emit(moves, &next, MOVE_WORKER_GOES_ON, i);
    }
}

/* ---- calls to the gateway
 * -------------------------------------------------------------------------- */

struct effect_of_call {
    enum move_kind kind;
    enum trade_state state;
    uint8_t answer;
};

/*
 * The answer comes at once where it cannot matter how long it takes: it has no words, or whatever
 * the attempt becomes meanwhile, hearing it changes nothing.
 */
static void hear_now(struct world *next, uint32_t i)
{
    struct world heard = *next;
    step_server(&heard, &(struct server_input){.event = SERVER_RESUME,
                                               .attempt = i,
                                               .duty = next->duty[i],
                                               .answer = next->answer[i]});
    bool nothing =
        heard.server == next->server && (heard.duty[i] == 0 || next->answer[i] == ANSWER_NO_WORDS);
    if (nothing) {
        *next = heard;
    }
}

static void gateway_does(const struct moves *moves, uint32_t i, struct effect_of_call effect)
{
    struct world next = *moves->world;
    if (may(moves, effect.kind)) {
        next.trade[i].state = (uint8_t)effect.state;
        next.answer[i] = effect.answer;
        hear_now(&next, i);
        emit(moves, &next, effect.kind, i);
    }
}

static void count_charge(struct trade *trade)
{
    trade->charges = trade->charges < 2 ? (uint8_t)(trade->charges + 1) : 2;
}

static void charge_arrives(const struct moves *moves, uint32_t i, enum move_kind kind,
                           enum trade_state state, uint8_t answer)
{
    struct world next = *moves->world;
    if (!may(moves, kind)) {
        return;
    }
    count_charge(&next.trade[i]);
    if (next.trade[i].state == TRADE_NONE) {
        next.trade[i].state = (uint8_t)state;
    } else {
        answer = ANSWER(PROVIDER_UNKNOWN); /* the number is used up: only a query tells */
    }
    next.answer[i] = answer;
    emit(moves, &next, kind, i);
}

static void charge_lost(const struct moves *moves, uint32_t i, enum move_kind kind)
{
    struct world next = *moves->world;
    if (!may(moves, kind)) {
        return;
    }
    next.answer[i] = ANSWER(kind == MOVE_REFUSED ? PROVIDER_NOT_SENT : PROVIDER_UNKNOWN);
    next.trade[i].on_way |= kind == MOVE_CHARGE_LATE ? ON_WAY_CHARGE : 0;
    emit(moves, &next, kind, i);
}

static void pay_moves(const struct moves *moves, uint32_t i, bool page)
{
    const uint8_t unknown = ANSWER(PROVIDER_UNKNOWN);
    charge_arrives(moves, i, MOVE_GATEWAY_WAITS, TRADE_WAITING,
                   ANSWER(PROVIDER_PAYING) | ANSWER_DETAIL);
    charge_arrives(moves, i, MOVE_GATEWAY_SILENT, TRADE_WAITING, unknown);
    charge_lost(moves, i, MOVE_REFUSED);
    charge_lost(moves, i, MOVE_CHARGE_LOST);
    if (page) {
        return;
    }
    charge_arrives(moves, i, MOVE_GATEWAY_PAID, TRADE_PAID, ANSWER(PROVIDER_PAID));
    charge_arrives(moves, i, MOVE_GATEWAY_DECLINES, TRADE_FAILED, ANSWER(PROVIDER_FAILED));
    charge_arrives(moves, i, MOVE_GATEWAY_SILENT, TRADE_PAID, unknown);
    charge_arrives(moves, i, MOVE_GATEWAY_SILENT, TRADE_FAILED, unknown);
    charge_lost(moves, i, MOVE_CHARGE_LATE);
}

static void query_moves(const struct moves *moves, uint32_t i, bool page)
{
    static const uint8_t words[] = {
        [TRADE_NONE] = ANSWER(PROVIDER_NOT_FOUND),
        [TRADE_WAITING] = ANSWER(PROVIDER_PAYING),
        [TRADE_PAID] = ANSWER(PROVIDER_PAID),
        [TRADE_FAILED] = ANSWER(PROVIDER_FAILED),
        [TRADE_CLOSED] = ANSWER(PROVIDER_CLOSED),
        [TRADE_REVOKED] = ANSWER(PROVIDER_CLOSED) | ANSWER_RETURNED,
        [TRADE_REFUNDED] = ANSWER(PROVIDER_REFUNDED),
    };
    enum trade_state state = (enum trade_state)moves->world->trade[i].state;
    uint8_t box = state == TRADE_WAITING && !page ? ANSWER_DETAIL : 0;
    gateway_does(moves, i, (struct effect_of_call){MOVE_ANSWERS, state, words[state] | box});
    gateway_does(moves, i,
                 (struct effect_of_call){MOVE_ANSWER_LOST, state, ANSWER(PROVIDER_UNKNOWN)});
}

/* What a reversal that arrives does. An unknown number is closed before it was ever used. */
static void reverse_trade(struct trade *trade)
{
    if (trade->state == TRADE_NONE && mutation == MUTATION_FORGETFUL_GATEWAY) {
        return;
    }
    if (trade->state == TRADE_NONE || trade->state == TRADE_WAITING) {
        trade->state = TRADE_CLOSED;
    } else if (trade->state == TRADE_PAID) {
        trade->state = TRADE_REVOKED;
    }
    trade->ever_closed = 1;
}

static void reverse_moves(const struct moves *moves, uint32_t i, bool page)
{
    struct world next = *moves->world;
    uint8_t state = next.trade[i].state;
    reverse_trade(&next.trade[i]);
    next.answer[i] = ANSWER_NO_WORDS;
    hear_now(&next, i);
    emit(moves, &next, MOVE_REVERSES, i);
    if (state == TRADE_WAITING && !page) {
        gateway_does(moves, i,
                     (struct effect_of_call){MOVE_REVERSE_REFUSED, TRADE_WAITING, ANSWER_NO_WORDS});
    }
    gateway_does(
        moves, i,
        (struct effect_of_call){MOVE_REVERSE_FAILS, (enum trade_state)state, ANSWER_NO_WORDS});
    if (may(moves, MOVE_REVERSE_LATE)) {
        next = *moves->world;
        next.trade[i].on_way |= ON_WAY_REVERSE;
        next.answer[i] = ANSWER_NO_WORDS;
        hear_now(&next, i);
        emit(moves, &next, MOVE_REVERSE_LATE, i);
    }
}

static void refund_moves(const struct moves *moves, uint32_t i)
{
    enum trade_state state = (enum trade_state)moves->world->trade[i].state;
    gateway_does(moves, i,
                 (struct effect_of_call){MOVE_REFUNDS, state == TRADE_PAID ? TRADE_REFUNDED : state,
                                         ANSWER_NO_WORDS});
    gateway_does(moves, i, (struct effect_of_call){MOVE_REFUND_FAILS, state, ANSWER_NO_WORDS});
}

static void query_refund_moves(const struct moves *moves, uint32_t i)
{
    enum trade_state state = (enum trade_state)moves->world->trade[i].state;
    uint8_t word = ANSWER(state == TRADE_REFUNDED ? PROVIDER_REFUNDED : PROVIDER_NOT_FOUND);
    gateway_does(moves, i, (struct effect_of_call){MOVE_ANSWERS, state, word});
    gateway_does(moves, i,
                 (struct effect_of_call){MOVE_ANSWER_LOST, state, ANSWER(PROVIDER_UNKNOWN)});
}

static void call_moves(const struct moves *moves, const struct server_facts *facts, uint32_t i)
{
    bool page = facts->attempt[i].by_phone;
    switch (server_duty_call(moves->world->duty[i])) {
    case PROVIDER_CALL_PAY:
    case PROVIDER_CALL_PAGE: pay_moves(moves, i, page); return;
    case PROVIDER_CALL_QUERY: query_moves(moves, i, page); return;
    case PROVIDER_CALL_REVERSE: reverse_moves(moves, i, page); return;
    case PROVIDER_CALL_REFUND: refund_moves(moves, i); return;
    case PROVIDER_CALL_QUERY_REFUND: query_refund_moves(moves, i); return;
    case PROVIDER_CALL_POST: posting_moves(moves, i, false); return;
    case PROVIDER_CALL_QUERY_POSTING: posting_moves(moves, i, true); return;
    case PROVIDER_CALL_NONE: break;
    }
    UNREACHABLE("a duty that waits for nothing");
}

/* ---- the gateway and the wallet by themselves
 * -------------------------------------------------------- */

/* A page is paid only on a phone that was sent there, and expires with the order. */
static void wallet_moves(const struct moves *moves, const struct server_facts *facts, uint32_t i)
{
    struct world next = *moves->world;
    if (next.trade[i].state == TRADE_WAITING && facts->attempt[i].by_phone &&
        facts->phase == PHASES - 1) {
        next.trade[i].state = TRADE_CLOSED;
        next.trade[i].ever_closed = 1;
        emit(moves, &next, MOVE_PAGE_EXPIRES, i);
        next = *moves->world;
    }
    if (next.trade[i].state != TRADE_WAITING ||
        (facts->attempt[i].by_phone && !facts->attempt[i].cashier)) {
        return;
    }
    next.trade[i].state = TRADE_PAID;
    next.trade[i].notice = facts->attempt[i].by_phone;
    emit(moves, &next, MOVE_WALLET_PAYS, i);
    next.trade[i].state = TRADE_FAILED;
    next.trade[i].notice = 0;
    emit(moves, &next, MOVE_WALLET_DECLINES, i);
}

static void late_arrivals(const struct moves *moves, uint32_t i)
{
    const struct trade *trade = &moves->world->trade[i];
    struct world next = *moves->world;
    if ((trade->on_way & ON_WAY_CHARGE) != 0) {
        next.trade[i].on_way &= (uint8_t)~ON_WAY_CHARGE;
        count_charge(&next.trade[i]);
        bool fresh = trade->state == TRADE_NONE;
        next.trade[i].state = fresh ? TRADE_PAID : trade->state;
        emit(moves, &next, MOVE_CHARGE_COMES, i);
        if (fresh) {
            next.trade[i].state = TRADE_WAITING;
            emit(moves, &next, MOVE_CHARGE_COMES, i);
        }
    }
    if ((trade->on_way & ON_WAY_REVERSE) != 0) {
        next = *moves->world;
        next.trade[i].on_way &= (uint8_t)~ON_WAY_REVERSE;
        reverse_trade(&next.trade[i]);
        emit(moves, &next, MOVE_REVERSE_COMES, i);
    }
}

/*
 * A success of a trade that the gateway had closed. The law bears it while the server still looks
 * more often than looks can be lost; what comes later is for the reconciliation.
 */
static void late_success(const struct moves *moves, const struct server_facts *facts, uint32_t i)
{
    struct world next = *moves->world;
    bool ended = attempt_duty((enum attempt_state)facts->attempt[i].state) == DUTY_WATCH;
    bool watched = facts->attempt[i].due &&
                   (!ended || LOOKS_MAX - facts->attempt[i].looks > (int)next.faults - 1);
    if (next.trade[i].state == TRADE_CLOSED && next.trade[i].charges > 0 &&
        may(moves, MOVE_LATE_SUCCESS) && (watched || mutation == MUTATION_LATE_AFTER_WATCH)) {
        next.trade[i].state = TRADE_PAID;
        emit(moves, &next, MOVE_LATE_SUCCESS, i);
    }
}

/* A gateway that forgets what it never booked leaves the end to people, who look into its books. */
static void persons_move(const struct moves *moves, const struct server_facts *facts, uint32_t i)
{
    const struct trade *trade = &moves->world->trade[i];
    struct world next = *moves->world;
    if (mutation == MUTATION_FORGETFUL_GATEWAY && trade->state == TRADE_NONE &&
        trade->on_way == 0 && next.duty[i] == 0 && facts->attempt[i].state == ATTEMPT_REVERSING) {
        step_server(&next, &(struct server_input){.event = SERVER_PERSONS, .attempt = i});
        next.trade[i].ever_closed = 1;
        emit(moves, &next, MOVE_PERSONS, i);
    }
}

static void notice_moves(const struct moves *moves, const struct server_facts *facts, uint32_t i)
{
    struct world next = *moves->world;
    bool matters = attempt_duty((enum attempt_state)facts->attempt[i].state) == DUTY_WATCH;
    if (!next.trade[i].notice) {
        return;
    }
    next.trade[i].notice = 0;
    emit(moves, &next, MOVE_NOTICE_LOST, i);
    if (!matters) {
        return; /* it would only wake a worker that is awake */
    }
    step_server(&next, &(struct server_input){.event = SERVER_NOTICE, .attempt = i});
    emit(moves, &next, MOVE_NOTICE, i);
    if (may(moves, MOVE_NOTICE_TWICE)) {
        next.trade[i].notice = 1;
        emit(moves, &next, MOVE_NOTICE_TWICE, i);
    }
}

void gateway_moves(const struct moves *moves, uint32_t i)
{
    const struct server_facts read = server_facts(moves->world->server);
    const struct server_facts *facts = &read;
    if (i >= facts->attempts) {
        return;
    }
    worker_moves(moves, facts, i);
    if (moves->world->duty[i] != 0 && moves->world->answer[i] == 0) {
        call_moves(moves, facts, i);
    }
    wallet_moves(moves, facts, i);
    late_arrivals(moves, i);
    late_success(moves, facts, i);
    notice_moves(moves, facts, i);
    persons_move(moves, facts, i);
    utility_moves(moves, i);
}
