#include "fiber.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#include "common/status.h"
#include "world.h"

#if defined(__has_feature) /* clang */
#if __has_feature(address_sanitizer)
#define SANITIZED
#endif
#elif defined(__SANITIZE_ADDRESS__) /* gcc */
#define SANITIZED
#endif

#ifdef SANITIZED
#include <sanitizer/common_interface_defs.h>
#define STACK_BYTES (2 * 1024 * 1024)
#else
#define STACK_BYTES (512 * 1024)
#endif
#define FIBERS_MAX 4096 /* at the same time */

struct fiber {
    ucontext_t context;
    void *stack;
    void *owner;
    void (*run)(void *context);
    void *argument;
    const void *waits_for;
    uint64_t wait; /* which of its waits; a timer of an earlier one is stale */
    bool used, ended, woken;
    void *fake_stack; /* the sanitizer's */
};

static struct fiber *fibers[FIBERS_MAX];
static int fiber_count;
static struct fiber *running;
static ucontext_t outside;
static void *outside_fake;
static const void *outside_stack;
static size_t outside_size;

/* -- switching, which the sanitizer is told of --------------------------------------------- */

static void announce(void **save, const void *stack, size_t size)
{
#ifdef SANITIZED
    __sanitizer_start_switch_fiber(save, stack, size);
#else
    (void)save;
    (void)stack;
    (void)size;
#endif
}

static void arrived(void *saved, const void **from, size_t *size)
{
#ifdef SANITIZED
    __sanitizer_finish_switch_fiber(saved, from, size);
#else
    (void)saved;
    (void)from;
    (void)size;
#endif
}

static void leave(struct fiber *fiber, bool for_good)
{
    announce(for_good ? NULL : &fiber->fake_stack, outside_stack, outside_size);
    CHECK(swapcontext(&fiber->context, &outside) == 0);
    arrived(fiber->fake_stack, &outside_stack, &outside_size);
}

static void begin(void)
{
    struct fiber *self = running;
    arrived(NULL, &outside_stack, &outside_size);
    self->run(self->argument);
    self->ended = true;
    leave(self, true);
    UNREACHABLE("a fiber that ended goes on");
}

bool fiber_go_on(struct fiber *fiber)
{
    CHECK(running == NULL && !fiber->ended);
    running = fiber;
    fiber->wait++;
    fiber->waits_for = NULL;
    announce(&outside_fake, fiber->stack, STACK_BYTES);
    CHECK(swapcontext(&outside, &fiber->context) == 0);
    arrived(outside_fake, NULL, NULL);
    running = NULL;
    return !fiber->ended;
}

/* -- making them ---------------------------------------------------------------------------------
 */

static struct fiber *take_free(void)
{
    for (int i = 0; i < fiber_count; i++) {
        if (!fibers[i]->used || fibers[i]->ended) {
            return fibers[i];
        }
    }
    CHECK(fiber_count < FIBERS_MAX);
    struct fiber *made = calloc(1, sizeof(*made));
    CHECK(made != NULL);
    made->stack = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    CHECK(made->stack != MAP_FAILED);
    fibers[fiber_count++] = made;
    return made;
}

static void on_time(void *context, uint64_t wait)
{
    struct fiber *fiber = context;
    if (fiber->used && !fiber->ended && fiber->wait == wait) {
        (void)fiber_go_on(fiber);
    }
}

static void set_up(struct fiber *fiber)
{
    CHECK(getcontext(&fiber->context) == 0);
    fiber->context.uc_stack.ss_sp = fiber->stack;
    fiber->context.uc_stack.ss_size = STACK_BYTES;
    fiber->context.uc_link = NULL;
    makecontext(&fiber->context, begin, 0);
}

struct fiber *fiber_start(void *owner, void (*run)(void *context), void *context)
{
    struct fiber *fiber = take_free();
    fiber->owner = owner;
    fiber->run = run;
    fiber->argument = context;
    fiber->used = true;
    fiber->ended = false;
    fiber->woken = false;
    set_up(fiber);
    world_at(world_now_ms, on_time, fiber, fiber->wait);
    return fiber;
}

struct fiber *fiber_self(void)
{
    return running;
}

void *fiber_owner(const struct fiber *fiber)
{
    return fiber->owner;
}

bool fiber_ended(const struct fiber *fiber)
{
    return fiber->ended;
}

struct fiber *fiber_of(const void *owner)
{
    for (int i = 0; i < fiber_count; i++) {
        if (fibers[i]->used && !fibers[i]->ended && fibers[i]->owner == owner) {
            return fibers[i];
        }
    }
    return NULL;
}

void fiber_forget_all(void)
{
    for (int i = 0; i < fiber_count; i++) {
        fibers[i]->used = false;
        fibers[i]->wait++;
    }
}

/* -- waiting --------------------------------------------------------------------------------------
 */

bool fiber_wait_until(int64_t at_ms, const void *what)
{
    struct fiber *self = running;
    CHECK(self != NULL);
    self->waits_for = what;
    self->woken = false;
    world_at(at_ms, on_time, self, self->wait);
    running = NULL;
    leave(self, false);
    running = self;
    return self->woken;
}

void fiber_stand_still(void)
{
    struct fiber *self = running;
    CHECK(self != NULL);
    running = NULL;
    leave(self, false);
    running = self;
}

void fiber_wake(const void *what, bool all)
{
    for (int i = 0; i < fiber_count; i++) {
        struct fiber *fiber = fibers[i];
        if (fiber->used && !fiber->ended && !fiber->woken && fiber->waits_for == what) {
            fiber->woken = true;
            world_at(world_now_ms, on_time, fiber, fiber->wait);
            if (!all) {
                return;
            }
        }
    }
}
