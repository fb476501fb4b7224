#include "system/clock.h"

#include <errno.h>
#include <time.h>

#include "common/status.h"

static int64_t read_us(clockid_t id)
{
    struct timespec now = {0};

    CHECK(clock_gettime(id, &now) == 0);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_wall_ms(void)
{
    return read_us(CLOCK_REALTIME) / 1000;
}

int64_t clock_monotonic_ms(void)
{
    return read_us(CLOCK_MONOTONIC) / 1000;
}

int64_t clock_monotonic_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}

void clock_sleep_ms(int duration_ms)
{
    struct timespec left = {duration_ms / 1000, (long)(duration_ms % 1000) * 1000000L};

    while (nanosleep(&left, &left) != 0 && errno == EINTR) {
    }
}
