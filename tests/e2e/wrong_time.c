/*
 * wrong_time.c - preloaded into one of our programs, makes its wall clock wrong by the seconds
 * that stand, as a 64-bit number, in the file that WRONG_TIME names. Written anew, the clock jumps.
 * Its monotonic clock stays what it is, as on a real machine.
 */
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static int64_t ahead_s(void)
{
    static const volatile int64_t *seconds; /* shared with whoever writes the file */
    const char *path = seconds == NULL ? getenv("WRONG_TIME") : NULL;
    int fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;

    if (fd >= 0) {
        void *mapped = mmap(NULL, sizeof(*seconds), PROT_READ, MAP_SHARED, fd, 0);

        seconds = mapped == MAP_FAILED ? NULL : mapped;
        (void)close(fd);
    }
    return seconds == NULL ? 0 : *seconds;
}

int clock_gettime(clockid_t clock, struct timespec *at)
{
    long result = syscall(SYS_clock_gettime, clock, at);

    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
        at->tv_sec += ahead_s();
    }
    return (int)result;
}

time_t time(time_t *at)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_REALTIME, &now);
    if (at != NULL) {
        *at = now.tv_sec;
    }
    return now.tv_sec;
}

int gettimeofday(struct timeval *restrict at, void *restrict zone)
{
    struct timespec now;

    (void)zone;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    at->tv_sec = now.tv_sec;
    at->tv_usec = now.tv_nsec / 1000;
    return 0;
}
