#include "system/condition.h"

#include <errno.h>
#include <time.h>

#include "common/status.h"

void condition_init(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;

    CHECK(pthread_condattr_init(&attributes) == 0);
    CHECK(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0);
    CHECK(pthread_cond_init(condition, &attributes) == 0);
    (void)pthread_condattr_destroy(&attributes);
}

bool condition_wait_until(pthread_cond_t *condition, pthread_mutex_t *lock, int64_t end_ms)
{
    struct timespec end = {(time_t)(end_ms / 1000), (long)(end_ms % 1000) * 1000000L};
    int error = pthread_cond_timedwait(condition, lock, &end);

    CHECK(error == 0 || error == ETIMEDOUT);
    return error == 0;
}
