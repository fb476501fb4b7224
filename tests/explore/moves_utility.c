/*
 * The moves of a utility that keeps the account itself. It answers one number the same way for
 * ever, and takes its time.
 */
#include "moves_parts.h"
#include "server_side.h"

static void hears(const struct moves *moves, uint32_t i, enum move_kind kind,
                  enum utility_state state, uint8_t answer)
{
    struct world next = *moves->world;
    if (may(moves, kind)) {
        next.trade[i].posting = (uint8_t)state;
        next.answer[i] = answer;
        emit(moves, &next, kind, i);
    }
}

static uint8_t word(enum utility_state state)
{
    static const uint8_t WORDS[] = {
        [LEDGER_NONE] = ANSWER(UTILITY_NOT_FOUND),
        [LEDGER_WAITS] = ANSWER(UTILITY_PENDING),
        [LEDGER_TAKEN] = ANSWER(UTILITY_ACCEPTED),
        [LEDGER_REFUSED] = ANSWER(UTILITY_REFUSED),
    };
    return WORDS[state];
}

static void post(const struct moves *moves, uint32_t i)
{
    const uint8_t unknown = ANSWER(UTILITY_UNKNOWN);
    enum utility_state state = (enum utility_state)moves->world->trade[i].posting;
    struct world next = *moves->world;
    if (state != LEDGER_NONE) { /* the number is known: answered as it stands */
        hears(moves, i, MOVE_UTILITY_ANSWERS, state, word(state));
        hears(moves, i, MOVE_UTILITY_SILENT, state, unknown);
        return;
    }
    hears(moves, i, MOVE_POSTING_TAKEN, LEDGER_TAKEN, word(LEDGER_TAKEN));
    hears(moves, i, MOVE_POSTING_REFUSED, LEDGER_REFUSED, word(LEDGER_REFUSED));
    hears(moves, i, MOVE_POSTING_WAITS, LEDGER_WAITS, word(LEDGER_WAITS));
    hears(moves, i, MOVE_POSTING_SILENT, LEDGER_TAKEN, unknown);
    hears(moves, i, MOVE_POSTING_SILENT, LEDGER_REFUSED, unknown);
    hears(moves, i, MOVE_POSTING_LOST, LEDGER_NONE, unknown);
    if (may(moves, MOVE_POSTING_LATE)) {
        next.trade[i].on_way |= ON_WAY_POSTING;
        next.answer[i] = unknown;
        emit(moves, &next, MOVE_POSTING_LATE, i);
    }
}

void posting_moves(const struct moves *moves, uint32_t i, bool query)
{
    enum utility_state state = (enum utility_state)moves->world->trade[i].posting;
    if (!query) {
        post(moves, i);
        return;
    }
    hears(moves, i, MOVE_UTILITY_ANSWERS, state, word(state));
    hears(moves, i, MOVE_UTILITY_SILENT, state, ANSWER(UTILITY_UNKNOWN));
}

/* By itself: what waited is decided, what was late arrives. */
void utility_moves(const struct moves *moves, uint32_t i)
{
    static const enum utility_state DECIDED[] = {LEDGER_TAKEN, LEDGER_REFUSED};
    const struct trade *trade = &moves->world->trade[i];
    bool late = (trade->on_way & ON_WAY_POSTING) != 0;
    for (size_t d = 0; d < ARRAY_LEN(DECIDED); d++) {
        struct world next = *moves->world;
        if (trade->posting == LEDGER_WAITS) {
            next.trade[i].posting = (uint8_t)DECIDED[d];
            emit(moves, &next, MOVE_UTILITY_DECIDES, i);
        }
        next = *moves->world;
        if (late) {
            next.trade[i].on_way &= (uint8_t)~ON_WAY_POSTING;
            next.trade[i].posting =
                trade->posting == LEDGER_NONE ? (uint8_t)DECIDED[d] : trade->posting;
            emit(moves, &next, MOVE_POSTING_COMES, i);
        }
    }
}
