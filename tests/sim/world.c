#include "world.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/status.h"

struct due {
    int64_t at_ms;
    uint64_t number;
    world_work *work;
    void *context;
    uint64_t token;
};

int64_t world_now_ms;
bool story_wanted;
struct world_failure world_failure;
void (*world_stopped)(void);

static int64_t wall_base_ms;
static struct due *heap;
static size_t heap_count, heap_room;
static uint64_t asked;
static uint64_t hash;

int64_t world_wall_ms(void)
{
    return wall_base_ms + world_now_ms;
}

void world_begin(int64_t wall_ms)
{
    world_now_ms = 0;
    wall_base_ms = wall_ms;
    heap_count = 0;
    asked = 0;
    hash = 0;
    memset(&world_failure, 0, sizeof(world_failure));
}

void world_end(void)
{
    heap_count = 0;
}

/* -- what is due, as a heap ---------------------------------------------------------------- */

static bool sooner(const struct due *a, const struct due *b)
{
    return a->at_ms < b->at_ms || (a->at_ms == b->at_ms && a->number < b->number);
}

static void swap(size_t a, size_t b)
{
    struct due kept = heap[a];
    heap[a] = heap[b];
    heap[b] = kept;
}

void world_at(int64_t at_ms, world_work *work, void *context, uint64_t token)
{
    if (heap_count == heap_room) {
        heap_room = heap_room * 2 + 1024;
        heap = realloc(heap, heap_room * sizeof(*heap));
        CHECK(heap != NULL);
    }
    size_t at = heap_count++;
    heap[at] =
        (struct due){at_ms < world_now_ms ? world_now_ms : at_ms, asked++, work, context, token};
    while (at > 0 && sooner(&heap[at], &heap[(at - 1) / 2])) {
        swap(at, (at - 1) / 2);
        at = (at - 1) / 2;
    }
}

static struct due take_first(void)
{
    struct due first = heap[0];
    heap[0] = heap[--heap_count];
    for (size_t at = 0;;) {
        size_t child = 2 * at + 1;
        if (child + 1 < heap_count && sooner(&heap[child + 1], &heap[child])) {
            child++;
        }
        if (child >= heap_count || !sooner(&heap[child], &heap[at])) {
            return first;
        }
        swap(at, child);
        at = child;
    }
}

bool world_step(void)
{
    if (heap_count == 0) {
        return false;
    }
    struct due due = take_first();
    world_now_ms = due.at_ms;
    due.work(due.context, due.token);
    return true;
}

/* -- the story -----------------------------------------------------------------------------------
 */

uint64_t story_hash(void)
{
    return hash;
}

void story_note(uint64_t what, uint64_t more)
{
    hash = (hash ^ what) * UINT64_C(0x9e3779b97f4a7c15);
    hash = (hash ^ more ^ (hash >> 29)) * UINT64_C(0xbf58476d1ce4e5b9);
    hash ^= (uint64_t)world_now_ms;
}

void story_print(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    printf("%6lld.%03d  ", (long long)(world_now_ms / 1000), (int)(world_now_ms % 1000));
    vprintf(format, arguments);
    putchar('\n');
    va_end(arguments);
}

/* -- failing --------------------------------------------------------------------------------------
 */

void world_fail(const char *rule, const char *format, ...)
{
    va_list arguments;
    if (world_failure.rule[0] != '\0') {
        return;
    }
    snprintf(world_failure.rule, sizeof(world_failure.rule), "%s", rule);
    va_start(arguments, format);
    vsnprintf(world_failure.why, sizeof(world_failure.why), format, arguments);
    va_end(arguments);
    if (story_wanted) {
        story_print("RULE BROKEN: %s: %s", world_failure.rule, world_failure.why);
    }
}

_Noreturn void __wrap_check_failed(const char *file, int line, const char *condition);

_Noreturn void __wrap_check_failed(const char *file, int line, const char *condition)
{
    world_fail("no program stops", "%s:%d: %s", file, line, condition);
    if (world_stopped != NULL) {
        world_stopped();
    }
    fprintf(stderr, "%s: %s\n", world_failure.rule, world_failure.why);
    abort();
}

bool world_failed(void)
{
    return world_failure.rule[0] != '\0';
}
