/*
 * What stands for the machine under the server's objects: clocks, chance, sleeping, threads that
 * wait, the log. The linker hands the names of pthread below (--wrap) to these.
 */
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chance.h"
#include "fiber.h"
#include "gateway.h"
#include "server.h"
#include "system/clock.h"
#include "system/condition.h"
#include "system/log.h"
#include "system/random.h"
#include "world.h"

static struct stream random_stream;

void machine_begin(void)
{
    random_stream = stream_of("random", 0);
}

/* -- clocks and chance --------------------------------------------------------------------- */

int64_t clock_wall_ms(void)
{
    return world_wall_ms();
}

int64_t clock_monotonic_ms(void)
{
    return world_now_ms;
}

int64_t clock_monotonic_us(void)
{
    return world_now_ms * 1000;
}

void clock_sleep_ms(int duration_ms)
{
    if (fiber_self() != NULL && !server_gone()) {
        (void)fiber_wait_until(world_now_ms + duration_ms, NULL);
    }
    server_stand_still_when_dead();
}

void random_bytes(uint8_t *buffer, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        buffer[i] = (uint8_t)(stream_draw(&random_stream) >> 32);
    }
}

void random_hex(char *buffer, size_t bytes)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < 2 * bytes; i += 16) {
        uint64_t drawn = stream_draw(&random_stream);
        for (size_t j = i; j < i + 16 && j < 2 * bytes; j++, drawn >>= 4) {
            buffer[j] = digits[drawn & 15];
        }
    }
    buffer[2 * bytes] = '\0';
}

/* -- the log: part of the story ------------------------------------------------------------------
 */

void log_open(const char *program, enum log_level lowest)
{
    (void)program;
    (void)lowest;
}

void log_event(enum log_level level, const char *event, const char *format, ...)
{
    char fields[512];
    va_list arguments;
    story_note((uint64_t)level, (uint64_t)event[0] << 8 | (uint8_t)event[strlen(event) - 1]);
    if (!story_wanted) {
        return;
    }
    va_start(arguments, format);
    (void)vsnprintf(fields, sizeof(fields), format, arguments);
    va_end(arguments);
    story_print("    %s%s %s", level == LOG_LEVEL_ERROR ? "ERROR " : "", event, fields);
}

/* -- threads ------------------------------------------------------------------------------------
 */

/* So many at the same time: of all servers, those that end included. */
#define THREADS_MAX 1024

static struct fiber *threads[THREADS_MAX];
static unsigned long thread_count;

struct start {
    void *(*run)(void *context);
    void *context;
};

static void run_thread(void *context)
{
    struct start start = *(struct start *)context;
    free(context);
    (void)start.run(start.context);
}

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*run)(void *context), void *context);
int __wrap_pthread_join(pthread_t thread, void **result);
int __wrap_pthread_cond_signal(pthread_cond_t *condition);
int __wrap_pthread_cond_broadcast(pthread_cond_t *condition);

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*run)(void *context), void *context)
{
    struct start *start = malloc(sizeof(*start));
    (void)attributes;
    CHECK(start != NULL);
    *start = (struct start){run, context};
    *thread = thread_count++;
    threads[*thread % THREADS_MAX] = fiber_start(server_starting(), run_thread, start);
    return 0;
}

/* Whoever joins has told it to end. */
int __wrap_pthread_join(pthread_t thread, void **result)
{
    struct fiber *fiber = threads[thread % THREADS_MAX];
    (void)result;
    while (!fiber_ended(fiber)) {
        (void)fiber_go_on(fiber);
    }
    return 0;
}

int __wrap_pthread_cond_signal(pthread_cond_t *condition)
{
    if (!gateway_signalled(condition)) {
        fiber_wake(condition, false);
    }
    return 0;
}

int __wrap_pthread_cond_broadcast(pthread_cond_t *condition)
{
    fiber_wake(condition, true);
    return 0;
}

void condition_init(pthread_cond_t *condition)
{
    CHECK(pthread_cond_init(condition, NULL) == 0);
}

bool condition_wait_until(pthread_cond_t *condition, pthread_mutex_t *lock, int64_t end_ms)
{
    bool woken = false;
    CHECK(fiber_self() != NULL);
    CHECK(pthread_mutex_unlock(lock) == 0);
    if (!server_gone()) {
        woken = fiber_wait_until(server_late(end_ms), condition);
    }
    server_stand_still_when_dead();
    CHECK(pthread_mutex_lock(lock) == 0);
    return woken;
}
