#include "graph.h"

#include <stdlib.h>
#include <string.h>

#include "common/status.h"

#define FIRST_ROOM 65536

static void find_slots(struct graph *graph)
{
    graph->slot_count = graph->slot_count == 0 ? 2 * FIRST_ROOM : graph->slot_count * 2;
    free(graph->slots);
    graph->slots = calloc(graph->slot_count, sizeof(*graph->slots));
    CHECK(graph->slots != NULL);
    for (uint32_t i = 0; i < graph->count; i++) {
        uint32_t slot =
            (uint32_t)hash_bytes(&graph->worlds[i], sizeof(struct world)) & (graph->slot_count - 1);
        while (graph->slots[slot] != 0) {
            slot = (slot + 1) & (graph->slot_count - 1);
        }
        graph->slots[slot] = i + 1;
    }
}

uint32_t graph_put(struct graph *graph, const struct world *world, uint32_t parent,
                   struct label label, bool *fresh)
{
    if (graph->count == graph->room) {
        graph->room = graph->room == 0 ? FIRST_ROOM : graph->room * 2;
        graph->worlds = grow(graph->worlds, graph->room * sizeof(*graph->worlds));
        graph->parents = grow(graph->parents, graph->room * sizeof(*graph->parents));
        graph->labels = grow(graph->labels, graph->room * sizeof(*graph->labels));
        graph->ends = grow(graph->ends, graph->room);
        graph->starts = grow(graph->starts, ((size_t)graph->room + 1) * sizeof(*graph->starts));
    }
    if ((uint64_t)(graph->count + 1) * 2 > graph->slot_count) {
        find_slots(graph);
    }
    uint32_t slot = (uint32_t)hash_bytes(world, sizeof(*world)) & (graph->slot_count - 1);
    *fresh = false;
    while (graph->slots[slot] != 0) {
        uint32_t known = graph->slots[slot] - 1;
        if (memcmp(&graph->worlds[known], world, sizeof(*world)) == 0) {
            return known;
        }
        slot = (slot + 1) & (graph->slot_count - 1);
    }
    *fresh = true;
    graph->slots[slot] = graph->count + 1;
    graph->worlds[graph->count] = *world;
    graph->parents[graph->count] = parent;
    graph->labels[graph->count] = label;
    graph->ends[graph->count] = 0;
    return graph->count++;
}

void graph_leave(struct graph *graph, uint32_t from)
{
    graph->starts[from] = graph->step_count;
    graph->starts[from + 1] = graph->step_count;
}

void graph_step(struct graph *graph, uint32_t from, uint32_t to)
{
    if (from == to) {
        return;
    }
    if (graph->step_count == graph->step_room) {
        CHECK(graph->step_room < UINT32_MAX / 2);
        graph->step_room = graph->step_room == 0 ? FIRST_ROOM : graph->step_room * 2;
        graph->to = grow(graph->to, graph->step_room * sizeof(*graph->to));
    }
    graph->to[graph->step_count++] = to;
    graph->starts[from + 1] = graph->step_count;
}

/* Most steps lead to worlds that were found later: backwards, few rounds are enough. */
void graph_close(struct graph *graph)
{
    bool changed = true;
    while (changed) {
        changed = false;
        for (uint32_t world = graph->count; world > 0; world--) {
            uint8_t ends = graph->ends[world - 1];
            for (uint32_t i = graph->starts[world - 1]; i < graph->starts[world]; i++) {
                ends |= graph->ends[graph->to[i]];
            }
            changed = changed || ends != graph->ends[world - 1];
            graph->ends[world - 1] = ends;
        }
    }
}

void graph_free(struct graph *graph)
{
    free(graph->worlds);
    free(graph->parents);
    free(graph->labels);
    free(graph->ends);
    free(graph->slots);
    free(graph->starts);
    free(graph->to);
    *graph = (struct graph){0};
}
