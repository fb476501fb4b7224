#include "kiosk/io/worker.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "system/clock.h"
#include "system/condition.h"

struct worker {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct worker_tasks tasks;
    void *user;
    struct mailbox *mailbox;
    struct effect queue[WORKER_QUEUE];
    int first, count;
    bool stopping;
};

enum next { NEXT_EFFECT, NEXT_IDLE, NEXT_STOP };

static enum next wait_next(struct worker *worker, struct effect *effect)
{
    int64_t idle_at_ms = clock_monotonic_ms() + worker->tasks.idle_ms;
    bool in_time = true;

    (void)pthread_mutex_lock(&worker->lock);
    while (worker->count == 0 && !worker->stopping && in_time) {
        if (worker->tasks.idle == NULL) {
            (void)pthread_cond_wait(&worker->changed, &worker->lock);
        } else {
            in_time = condition_wait_until(&worker->changed, &worker->lock, idle_at_ms);
        }
    }
    enum next next = worker->count > 0 ? NEXT_EFFECT : worker->stopping ? NEXT_STOP : NEXT_IDLE;

    if (next == NEXT_EFFECT) {
        *effect = worker->queue[worker->first];
        explicit_bzero(&worker->queue[worker->first], sizeof(*effect));
        worker->first = (worker->first + 1) % WORKER_QUEUE;
        worker->count--;
    }
    (void)pthread_mutex_unlock(&worker->lock);
    return next;
}

static void *run(void *user)
{
    struct worker *worker = user;
    struct effect effect;
    enum next next;

    while ((next = wait_next(worker, &effect)) != NEXT_STOP) {
        if (next == NEXT_EFFECT) {
            worker->tasks.handle(worker->user, &effect, worker->mailbox);
        } else {
            worker->tasks.idle(worker->user, worker->mailbox);
        }
    }
    explicit_bzero(&effect, sizeof(effect));
    return NULL;
}

struct worker *worker_start(const char *name, const struct worker_tasks *tasks, void *user,
                            struct mailbox *mailbox)
{
    struct worker *worker = calloc(1, sizeof(*worker));

    CHECK(worker != NULL);
    worker->tasks = *tasks;
    worker->user = user;
    worker->mailbox = mailbox;
    CHECK(pthread_mutex_init(&worker->lock, NULL) == 0);
    condition_init(&worker->changed);
    CHECK(pthread_create(&worker->thread, NULL, run, worker) == 0);
    (void)pthread_setname_np(worker->thread, name);
    return worker;
}

void worker_send(struct worker *worker, const struct effect *effect)
{
    (void)pthread_mutex_lock(&worker->lock);
    CHECK(worker->count < WORKER_QUEUE);
    worker->queue[(worker->first + worker->count) % WORKER_QUEUE] = *effect;
    worker->count++;
    (void)pthread_cond_signal(&worker->changed);
    (void)pthread_mutex_unlock(&worker->lock);
}

void worker_stop(struct worker *worker)
{
    if (worker == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&worker->lock);
    worker->stopping = true;
    (void)pthread_cond_signal(&worker->changed);
    (void)pthread_mutex_unlock(&worker->lock);
    CHECK(pthread_join(worker->thread, NULL) == 0);
    (void)pthread_cond_destroy(&worker->changed);
    (void)pthread_mutex_destroy(&worker->lock);
    free(worker);
}
