#include "sandbox/bench/cable.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "system/clock.h"

#define LINES_MAX      64
#define PIECE_BYTES    16384
#define LISTEN_BACKLOG 16

/* One direction of a connection: at most one piece is on the way. */
struct direction {
    int from, to; /* places in the line's fds */
    size_t length, sent;
    int64_t not_before_ms;
    bool ended; /* no more comes */
    bool told;  /* and the other side knows */
    uint8_t piece[PIECE_BYTES];
};

struct line {
    int fds[2]; /* kiosk, server */
    struct direction ways[2];
};

struct cable {
    int listen_fd, wake_fd;
    struct sockaddr_in to;
    pthread_t thread;
    pthread_mutex_t lock; /* the three below */
    enum cable_mode mode;
    int slow_ms;
    bool stopping;
    struct line *lines[LINES_MAX];
    size_t line_count;
};

const char *cable_mode_name(enum cable_mode mode)
{
    static const char *const names[] = {"ok", "cut", "silent", "slow"};

    CHECK((size_t)mode < ARRAY_LEN(names));
    return names[mode];
}

/* -- one connection --------------------------------------------------------------------------- */

/* A reset: as from a cut cable and not from a polite peer. */
static void close_abruptly(int fd)
{
    struct linger none = {.l_onoff = 1, .l_linger = 0};

    (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
    close(fd);
}

/* One that both sides ended keeps what the system still has to deliver. */
static void drop_line(struct cable *cable, size_t index)
{
    struct line *line = cable->lines[index];
    bool over = line->ways[0].told && line->ways[1].told;

    for (int i = 0; i < 2; i++) {
        if (over) {
            close(line->fds[i]);
        } else {
            close_abruptly(line->fds[i]);
        }
    }
    free(line);
    cable->lines[index] = cable->lines[--cable->line_count];
}

static void set_nodelay(int fd)
{
    int on = 1;

    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

static void accept_line(struct cable *cable, enum cable_mode mode)
{
    int fd = accept4(cable->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    struct line *line = NULL;

    if (fd < 0) {
        return;
    }
    int out = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    /* On loopback this is answered at once; a server that is gone refuses, and so do we. */
    if (mode == CABLE_CUT || cable->line_count == LINES_MAX || out < 0 ||
        connect(out, (const struct sockaddr *)&cable->to, sizeof(cable->to)) != 0 ||
        (line = calloc(1, sizeof(*line))) == NULL) {
        close_abruptly(fd);
        if (out >= 0) {
            close(out);
        }
        return;
    }
    set_nodelay(fd);
    set_nodelay(out);
    line->fds[0] = fd;
    line->fds[1] = out;
    line->ways[0] = (struct direction){.from = 0, .to = 1};
    line->ways[1] = (struct direction){.from = 1, .to = 0};
    cable->lines[cable->line_count++] = line;
}

/* False: the connection is broken. */
static bool take_piece(struct line *line, struct direction *way, enum cable_mode mode, int slow_ms)
{
    ssize_t got = recv(line->fds[way->from], way->piece, sizeof(way->piece), MSG_DONTWAIT);

    if (got < 0) {
        return errno == EAGAIN || errno == EINTR;
    }
    if (mode == CABLE_SILENT) {
        way->ended = got == 0;
        way->told = way->ended; /* nobody hears of it */
        return true;
    }
    way->ended = got == 0;
    way->length = (size_t)got;
    way->sent = 0;
    way->not_before_ms = clock_monotonic_ms() + (mode == CABLE_SLOW ? slow_ms : 0);
    return true;
}

static bool send_piece(struct line *line, struct direction *way)
{
    ssize_t put = send(line->fds[way->to], way->piece + way->sent, way->length - way->sent,
                       MSG_DONTWAIT | MSG_NOSIGNAL);

    if (put < 0) {
        return errno == EAGAIN || errno == EINTR;
    }
    way->sent += (size_t)put;
    if (way->sent == way->length) {
        way->length = 0;
    }
    return true;
}

/* Moves what can be moved. False: the connection is over. */
static bool serve_line(struct line *line, enum cable_mode mode, int slow_ms)
{
    for (int i = 0; i < 2; i++) {
        struct direction *way = &line->ways[i];

        if (way->length == 0 && !way->ended && !take_piece(line, way, mode, slow_ms)) {
            return false;
        }
        if (way->length > 0 && clock_monotonic_ms() >= way->not_before_ms &&
            !send_piece(line, way)) {
            return false;
        }
        if (way->ended && way->length == 0 && !way->told) {
            way->told = true;
            (void)shutdown(line->fds[way->to], SHUT_WR);
        }
    }
    return !line->ways[0].told || !line->ways[1].told;
}

/* -- the thread ---------------------------------------------------------------------------------
 */

enum { POLL_WAKE, POLL_LISTEN, POLL_LINES };

/* What each end of a line waits for; the soonest piece that is held back shortens *sleep_ms. */
static void watch_line(const struct line *line, struct pollfd fds[2], int *sleep_ms)
{
    fds[0] = (struct pollfd){.fd = line->fds[0]};
    fds[1] = (struct pollfd){.fd = line->fds[1]};
    for (int i = 0; i < 2; i++) {
        const struct direction *way = &line->ways[i];
        int64_t left_ms = way->not_before_ms - clock_monotonic_ms();

        if (way->length == 0 && !way->ended) {
            fds[way->from].events |= POLLIN;
        } else if (way->length > 0 && left_ms <= 0) {
            fds[way->to].events |= POLLOUT;
        } else if (way->length > 0 && (*sleep_ms < 0 || left_ms < *sleep_ms)) {
            *sleep_ms = (int)left_ms;
        }
    }
    for (int i = 0; i < 2; i++) {
        if (fds[i].events == 0) {
            fds[i].fd = -1; /* else a hang-up that is known already would spin */
        }
    }
}

static bool wait_for_work(struct cable *cable, bool *knock)
{
    struct pollfd fds[POLL_LINES + 2 * LINES_MAX];
    int sleep_ms = -1;
    eventfd_t count;

    fds[POLL_WAKE] = (struct pollfd){.fd = cable->wake_fd, .events = POLLIN};
    fds[POLL_LISTEN] = (struct pollfd){.fd = cable->listen_fd, .events = POLLIN};
    for (size_t i = 0; i < cable->line_count; i++) {
        watch_line(cable->lines[i], &fds[POLL_LINES + 2 * i], &sleep_ms);
    }
    if (poll(fds, POLL_LINES + 2 * cable->line_count, sleep_ms) < 0) {
        return true;
    }
    if (fds[POLL_WAKE].revents != 0) {
        (void)eventfd_read(cable->wake_fd, &count);
    }
    *knock = fds[POLL_LISTEN].revents != 0;
    pthread_mutex_lock(&cable->lock);
    bool go_on = !cable->stopping;

    pthread_mutex_unlock(&cable->lock);
    return go_on;
}

static void *run(void *argument)
{
    struct cable *cable = argument;
    bool knock = false;

    while (wait_for_work(cable, &knock)) {
        int slow_ms = 0;
        enum cable_mode mode = cable_mode(cable, &slow_ms);

        for (size_t i = cable->line_count; i-- > 0;) {
            if (mode == CABLE_CUT || !serve_line(cable->lines[i], mode, slow_ms)) {
                drop_line(cable, i);
            }
        }
        if (knock) {
            accept_line(cable, mode);
        }
        knock = false;
    }
    while (cable->line_count > 0) {
        drop_line(cable, cable->line_count - 1);
    }
    return NULL;
}

/* -- life -----------------------------------------------------------------------------------------
 */

static enum status listen_on(struct cable *cable, uint16_t port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int on = 1;

    cable->listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    cable->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (cable->listen_fd < 0 || cable->wake_fd < 0 ||
        setsockopt(cable->listen_fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0) {
        return STATUS_IO;
    }
    if (bind(cable->listen_fd, (const struct sockaddr *)&address, sizeof(address)) != 0 ||
        listen(cable->listen_fd, LISTEN_BACKLOG) != 0) {
        return errno == EADDRINUSE ? STATUS_CONFLICT : STATUS_IO;
    }
    return STATUS_OK;
}

static void release(struct cable *cable)
{
    if (cable->listen_fd >= 0) {
        close(cable->listen_fd);
    }
    if (cable->wake_fd >= 0) {
        close(cable->wake_fd);
    }
    pthread_mutex_destroy(&cable->lock);
    free(cable);
}

enum status cable_lay(uint16_t port, uint16_t to_port, struct cable **out)
{
    struct cable *cable = calloc(1, sizeof(*cable));

    if (cable == NULL) {
        return STATUS_IO;
    }
    cable->listen_fd = -1;
    cable->wake_fd = -1;
    CHECK(pthread_mutex_init(&cable->lock, NULL) == 0);
    cable->to = (struct sockaddr_in){.sin_family = AF_INET,
                                     .sin_port = htons(to_port),
                                     .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    enum status status = listen_on(cable, port);

    if (status == STATUS_OK && pthread_create(&cable->thread, NULL, run, cable) != 0) {
        status = STATUS_IO;
    }
    if (status != STATUS_OK) {
        release(cable);
        return status;
    }
    *out = cable;
    return STATUS_OK;
}

void cable_close(struct cable *cable)
{
    if (cable == NULL) {
        return;
    }
    pthread_mutex_lock(&cable->lock);
    cable->stopping = true;
    pthread_mutex_unlock(&cable->lock);
    CHECK(eventfd_write(cable->wake_fd, 1) == 0);
    CHECK(pthread_join(cable->thread, NULL) == 0);
    release(cable);
}

void cable_switch(struct cable *cable, enum cable_mode mode, int slow_ms)
{
    pthread_mutex_lock(&cable->lock);
    cable->mode = mode;
    cable->slow_ms = mode == CABLE_SLOW ? slow_ms : 0;
    pthread_mutex_unlock(&cable->lock);
    CHECK(eventfd_write(cable->wake_fd, 1) == 0);
}

enum cable_mode cable_mode(struct cable *cable, int *slow_ms)
{
    pthread_mutex_lock(&cable->lock);
    enum cable_mode mode = cable->mode;

    *slow_ms = cable->slow_ms;
    pthread_mutex_unlock(&cable->lock);
    return mode;
}
