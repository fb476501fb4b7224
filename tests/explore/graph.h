/*
 * graph.h - the worlds that were found, how each was first reached, and what each leads to.
 */
#ifndef TESTS_EXPLORE_GRAPH_H
#define TESTS_EXPLORE_GRAPH_H

#include "explore.h"

struct graph {
    struct world *worlds;
    uint32_t *parents;
    struct label *labels;
    uint8_t *ends; /* rule_ends() that can be reached, after graph_close() */
    uint32_t count, room;
    uint32_t *slots;
    uint32_t slot_count;
    /* Steps that are neither fault nor power cut: of world w, to[starts[w]] .. [starts[w + 1] - 1].
     */
    uint32_t *starts, *to;
    uint32_t step_count, step_room;
};

/* The number of this world; *fresh: it was not there. */
uint32_t graph_put(struct graph *graph, const struct world *world, uint32_t parent,
                   struct label label, bool *fresh);
/* From the worlds in their order, each once: first graph_leave(), then its steps. */
void graph_leave(struct graph *graph, uint32_t from);
void graph_step(struct graph *graph, uint32_t from, uint32_t to);
/* Spreads ends backwards over the steps, until nothing changes. Every world was left. */
void graph_close(struct graph *graph);
void graph_free(struct graph *graph);

#endif
