/* The C library's calls that leave a process, counted; see killpoint.h. */
#include "killpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define HOLD_STEP_NS 1000000
#define HOLD_STEPS   20000 /* 20 s: then the test has forgotten us */
#define PARTS_MAX    64    /* of one gathered write */

static struct killpoint_page *page;

__attribute__((constructor)) static void find_page(void)
{
    const char *path = getenv("KILLPOINT_PAGE");
    int fd = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;

    if (fd >= 0) {
        void *mapped = mmap(NULL, sizeof(*page), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

        page = mapped != MAP_FAILED ? mapped : NULL;
        (void)close(fd);
    }
}

/* -- what a descriptor is ------------------------------------------------------------------ */

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text);
    size_t wanted = strlen(end);

    return length >= wanted && strcmp(text + length - wanted, end) == 0;
}

static enum killpoint_kind kind_of_path(const char *path)
{
    if (strstr(path, "/printed") != NULL) {
        return KILLPOINT_PAPER;
    }
    return ends_with(path, ".db") || ends_with(path, ".db-wal") || ends_with(path, ".db-journal")
               ? KILLPOINT_STORE
               : KILLPOINT_NONE;
}

static enum killpoint_kind kind_of_socket(int fd)
{
    union {
        struct sockaddr any;
        struct sockaddr_un local;
        struct sockaddr_storage space;
    } peer;
    socklen_t length = sizeof(peer);

    memset(&peer, 0, sizeof(peer));
    if (getpeername(fd, &peer.any, &length) != 0) {
        return KILLPOINT_NONE;
    }
    if (peer.any.sa_family == AF_INET || peer.any.sa_family == AF_INET6) {
        return KILLPOINT_WIRE;
    }
    bool postgres =
        peer.any.sa_family == AF_UNIX && strstr(peer.local.sun_path, ".s.PGSQL.") != NULL;

    return postgres ? KILLPOINT_QUERY : KILLPOINT_NONE;
}

static enum killpoint_kind kind_of(int fd)
{
    char link[64];
    char path[512];

    (void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof(path) - 1);

    if (length <= 0) {
        return KILLPOINT_NONE;
    }
    path[length] = '\0';
    return strncmp(path, "socket:", 7) == 0 ? kind_of_socket(fd) : kind_of_path(path);
}

/* -- counting ------------------------------------------------------------------------------ */

/* What is to happen at this call; KILLPOINT_COUNT nearly always. */
static enum killpoint_how count(enum killpoint_kind kind)
{
    if (page == NULL || kind == KILLPOINT_NONE ||
        __atomic_load_n(&page->armed, __ATOMIC_SEQ_CST) == 0 || (page->mask >> kind & 1U) == 0) {
        return KILLPOINT_COUNT;
    }
    uint64_t number = __atomic_add_fetch(&page->count, 1, __ATOMIC_SEQ_CST);

    if (number <= KILLPOINT_KINDS_MAX) {
        page->kinds[number - 1] = (uint8_t)kind;
    }
    if (number != __atomic_load_n(&page->at, __ATOMIC_SEQ_CST)) {
        return KILLPOINT_COUNT;
    }
    return (enum killpoint_how)page->how;
}

static enum killpoint_how count_fd(int fd, bool sync)
{
    if (page == NULL || __atomic_load_n(&page->armed, __ATOMIC_SEQ_CST) == 0) {
        return KILLPOINT_COUNT;
    }
    int kept = errno;
    enum killpoint_kind kind = kind_of(fd);

    errno = kept;
    return count(sync && kind == KILLPOINT_STORE ? KILLPOINT_SYNC : kind);
}

static void die(void)
{
    __atomic_store_n(&page->reached, 1, __ATOMIC_SEQ_CST);
    (void)syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
    for (;;) {
        (void)pause();
    }
}

static void hold(void)
{
    const struct timespec step = {.tv_nsec = HOLD_STEP_NS};
    int kept = errno;

    __atomic_store_n(&page->reached, 1, __ATOMIC_SEQ_CST);
    for (int i = 0; i < HOLD_STEPS && __atomic_load_n(&page->let_go, __ATOMIC_SEQ_CST) == 0; i++) {
        (void)nanosleep(&step, NULL);
    }
    errno = kept;
}

static void before(enum killpoint_how how)
{
    if (how == KILLPOINT_BEFORE) {
        die();
    } else if (how == KILLPOINT_HOLD) {
        hold();
    }
}

static void after(enum killpoint_how how)
{
    if (how == KILLPOINT_HALF) {
        die();
    } else if (how == KILLPOINT_HOLD_AFTER) {
        hold();
    }
}

static size_t part_of(enum killpoint_how how, size_t length)
{
    return how == KILLPOINT_HALF ? (length + 1) / 2 : length;
}

/* The first half of the bytes of many pieces. Returns how many pieces are left. */
static int halve(const struct iovec *from, int parts, struct iovec to[PARTS_MAX])
{
    size_t left = 0;
    int kept = 0;

    for (int i = 0; i < parts; i++) {
        left += from[i].iov_len;
    }
    left = (left + 1) / 2;
    for (int i = 0; i < parts && i < PARTS_MAX && left > 0; i++) {
        to[kept] = from[i];
        to[kept].iov_len = from[i].iov_len < left ? from[i].iov_len : left;
        left -= to[kept++].iov_len;
    }
    return kept;
}

/* -- the calls ----------------------------------------------------------------------------- */

ssize_t write(int fd, const void *bytes, size_t length)
{
    enum killpoint_how how = count_fd(fd, false);

    before(how);
    ssize_t done = syscall(SYS_write, fd, bytes, part_of(how, length));

    after(how);
    return done;
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset)
{
    enum killpoint_how how = count_fd(fd, false);

    before(how);
    ssize_t done = syscall(SYS_pwrite64, fd, bytes, part_of(how, length), offset);

    after(how);
    return done;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset)
{
    return pwrite64(fd, bytes, length, offset);
}

ssize_t writev(int fd, const struct iovec *parts, int count_of_parts)
{
    enum killpoint_how how = count_fd(fd, false);
    struct iovec fewer[PARTS_MAX];

    before(how);
    if (how == KILLPOINT_HALF) {
        count_of_parts = halve(parts, count_of_parts, fewer);
        parts = fewer;
    }
    ssize_t done = syscall(SYS_writev, fd, parts, count_of_parts);

    after(how);
    return done;
}

ssize_t sendto(int fd, const void *bytes, size_t length, int flags, const struct sockaddr *to,
               socklen_t to_length)
{
    enum killpoint_how how = count_fd(fd, false);

    before(how);
    ssize_t done = syscall(SYS_sendto, fd, bytes, part_of(how, length), flags, to, to_length);

    after(how);
    return done;
}

ssize_t send(int fd, const void *bytes, size_t length, int flags)
{
    return sendto(fd, bytes, length, flags, NULL, 0);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    enum killpoint_how how = count_fd(fd, false);
    struct msghdr sent = *message;
    struct iovec fewer[PARTS_MAX];

    before(how);
    if (how == KILLPOINT_HALF) {
        sent.msg_iovlen = (size_t)halve(message->msg_iov, (int)message->msg_iovlen, fewer);
        sent.msg_iov = fewer;
    }
    ssize_t done = syscall(SYS_sendmsg, fd, &sent, flags);

    after(how);
    return done;
}

int fsync(int fd)
{
    enum killpoint_how how = count_fd(fd, true);

    before(how);
    int done = (int)syscall(SYS_fsync, fd);

    after(how);
    return done;
}

int fdatasync(int fd)
{
    enum killpoint_how how = count_fd(fd, true);

    before(how);
    int done = (int)syscall(SYS_fdatasync, fd);

    after(how);
    return done;
}

int ftruncate64(int fd, off64_t length)
{
    enum killpoint_how how = count_fd(fd, false);

    before(how);
    int done = (int)syscall(SYS_ftruncate, fd, length);

    after(how);
    return done;
}

int rename(const char *from, const char *to)
{
    enum killpoint_how how = page != NULL ? count(kind_of_path(to)) : KILLPOINT_COUNT;

    before(how);
    int done = (int)syscall(SYS_renameat, AT_FDCWD, from, AT_FDCWD, to);

    after(how);
    return done;
}
