/*
 * moves_parts.h - what moves.c and moves_gateway.c share.
 */
#ifndef TESTS_EXPLORE_MOVES_PARTS_H
#define TESTS_EXPLORE_MOVES_PARTS_H

#include "moves.h"

struct moves {
    const struct world *world; /* what is now */
    moves_visit *visit;
    void *context;
};

/* Whether faults or power cuts are left for this one. */
bool may(const struct moves *moves, enum move_kind kind);
/* Takes the fault or cut off what is left, and hands the world out. */
void emit(const struct moves *moves, struct world *next, enum move_kind kind, uint32_t on);

/* moves_gateway.c: the server by itself, phones; and the gateway with the wallet, for one attempt
 */
void server_moves(const struct moves *moves);
/* moves_utility.c: by itself; and what the worker waits for in its call to it. */
void utility_moves(const struct moves *moves, uint32_t attempt);
void posting_moves(const struct moves *moves, uint32_t attempt, bool query);
void gateway_moves(const struct moves *moves, uint32_t attempt);

#endif
