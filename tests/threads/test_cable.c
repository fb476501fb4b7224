/*
 * The cable with a switch: it carries every byte in order, both ways, until somebody cuts it; then
 * nobody waits for ever, and what was swallowed never turns up later.
 */
#include "cmocka_all.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sandbox/bench/cable.h"
#include "system/clock.h"

#define BULK_BYTES  (3 * 1024 * 1024)
#define PATIENCE_MS 5000
#define SLOW_MS     150

static int listening = -1;
static uint16_t server_port, cable_port;
static pthread_t acceptor;

/* The far end: says everything again, then ends its half. */
static void *echo(void *argument)
{
    int fd = *(int *)argument;
    char bytes[8192];
    ssize_t got = 0;

    free(argument);
    while ((got = recv(fd, bytes, sizeof(bytes), 0)) > 0) {
        for (ssize_t sent = 0, put = 0; sent < got; sent += put) {
            put = send(fd, bytes + sent, (size_t)(got - sent), MSG_NOSIGNAL);
            if (put <= 0) {
                break;
            }
        }
    }
    close(fd);
    return NULL;
}

static void *accept_all(void *unused)
{
    (void)unused;
    for (;;) {
        int *fd = malloc(sizeof(*fd));
        pthread_t thread;

        assert_non_null(fd);
        *fd = accept(listening, NULL, NULL);
        if (*fd < 0) {
            free(fd);
            return NULL;
        }
        assert_int_equal(pthread_create(&thread, NULL, echo, fd), 0);
        assert_int_equal(pthread_detach(thread), 0);
    }
}

static int open_listener(uint16_t *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0 &&
                listen(fd, 64) == 0 && getsockname(fd, (struct sockaddr *)&address, &length) == 0);
    *port = ntohs(address.sin_port);
    return fd;
}

static int dial(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(cable_port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct timeval patience = {.tv_sec = PATIENCE_MS / 1000};

    assert_true(fd >= 0);
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

static struct cable *lay(void)
{
    struct cable *cable = NULL;
    int free_port = open_listener(&cable_port);

    close(free_port);
    assert_int_equal(cable_lay(cable_port, server_port, &cable), STATUS_OK);
    return cable;
}

/* What came back, at most wait_ms later; 0: nothing. */
static ssize_t hear(int fd, char *bytes, size_t size, int wait_ms)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};

    return poll(&ready, 1, wait_ms) == 1 ? recv(fd, bytes, size, 0) : 0;
}

static void *send_bulk(void *argument)
{
    int fd = *(int *)argument;
    char piece[4096];

    for (size_t sent = 0; sent < BULK_BYTES; sent += sizeof(piece)) {
        for (size_t i = 0; i < sizeof(piece); i++) {
            piece[i] = (char)((sent + i) * 31 >> 3);
        }
        assert_int_equal(send(fd, piece, sizeof(piece), MSG_NOSIGNAL), sizeof(piece));
    }
    assert_int_equal(shutdown(fd, SHUT_WR), 0);
    return NULL;
}

static void every_byte_arrives_in_order(void **state)
{
    struct cable *cable = lay();
    int fd = dial();
    pthread_t sender;
    size_t heard = 0, wrong = 0;
    char bytes[4096];
    ssize_t got = 0;

    (void)state;
    assert_int_equal(pthread_create(&sender, NULL, send_bulk, &fd), 0);
    while ((got = recv(fd, bytes, sizeof(bytes), 0)) > 0) {
        for (ssize_t i = 0; i < got; i++, heard++) {
            wrong += bytes[i] != (char)(heard * 31 >> 3);
        }
    }
    assert_int_equal(pthread_join(sender, NULL), 0);
    assert_int_equal(heard, BULK_BYTES);
    assert_int_equal(wrong, 0);
    close(fd);
    cable_close(cable);
}

static void a_cut_breaks_what_is_open_and_what_comes(void **state)
{
    struct cable *cable = lay();
    int fd = dial();
    char byte = 0;

    (void)state;
    assert_int_equal(send(fd, "x", 1, MSG_NOSIGNAL), 1);
    assert_int_equal(recv(fd, &byte, 1, 0), 1);
    cable_switch(cable, CABLE_CUT, 0);
    assert_true(hear(fd, &byte, 1, PATIENCE_MS) < 0); /* a reset, not a polite end */
    close(fd);
    fd = dial(); /* the system answers for the listener; the reset follows */
    assert_true(hear(fd, &byte, 1, PATIENCE_MS) < 0);
    close(fd);
    cable_switch(cable, CABLE_OK, 0);
    fd = dial();
    assert_int_equal(send(fd, "y", 1, MSG_NOSIGNAL), 1);
    assert_int_equal(recv(fd, &byte, 1, 0), 1);
    assert_int_equal(byte, 'y');
    close(fd);
    cable_close(cable);
}

static void silence_swallows(void **state)
{
    struct cable *cable = lay();
    int fd = dial();
    int slow_ms = 0;
    char bytes[8] = "";

    (void)state;
    assert_int_equal(send(fd, "a", 1, MSG_NOSIGNAL), 1);
    assert_int_equal(recv(fd, bytes, 1, 0), 1);
    cable_switch(cable, CABLE_SILENT, 99);
    assert_int_equal(cable_mode(cable, &slow_ms), CABLE_SILENT);
    assert_int_equal(slow_ms, 0);
    assert_int_equal(send(fd, "lost", 4, MSG_NOSIGNAL), 4);
    assert_int_equal(hear(fd, bytes, sizeof(bytes), 300), 0);
    cable_switch(cable, CABLE_OK, 0);
    assert_int_equal(send(fd, "b", 1, MSG_NOSIGNAL), 1);
    assert_int_equal(hear(fd, bytes, sizeof(bytes), PATIENCE_MS), 1);
    assert_int_equal(bytes[0], 'b');
    close(fd);
    cable_close(cable);
}

static void slow_is_late_and_whole(void **state)
{
    struct cable *cable = lay();
    int fd = dial();
    char bytes[8] = "";

    (void)state;
    cable_switch(cable, CABLE_SLOW, SLOW_MS);
    int64_t from_ms = clock_monotonic_ms();

    assert_int_equal(send(fd, "slow", 4, MSG_NOSIGNAL), 4);
    assert_int_equal(hear(fd, bytes, sizeof(bytes), PATIENCE_MS), 4);
    assert_true(clock_monotonic_ms() - from_ms >= 2 * SLOW_MS); /* there and back */
    assert_memory_equal(bytes, "slow", 4);
    close(fd);
    cable_close(cable);
}

static void more_than_it_holds_is_refused(void **state)
{
    struct cable *cable = lay();
    int fds[80];
    int alive = 0;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        fds[i] = dial();
        (void)send(fds[i], "z", 1, MSG_NOSIGNAL);
    }
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        char byte = 0;

        alive += hear(fds[i], &byte, 1, PATIENCE_MS) == 1;
    }
    assert_int_equal(alive, 64);
    cable_close(cable); /* with all of them open */
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        close(fds[i]);
    }
}

static void a_port_in_use_is_said(void **state)
{
    uint16_t port = 0;
    int taken = open_listener(&port);
    struct cable *cable = NULL;

    (void)state;
    assert_int_equal(cable_lay(port, server_port, &cable), STATUS_CONFLICT);
    close(taken);
    cable_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_byte_arrives_in_order),
        cmocka_unit_test(a_cut_breaks_what_is_open_and_what_comes),
        cmocka_unit_test(silence_swallows),
        cmocka_unit_test(slow_is_late_and_whole),
        cmocka_unit_test(more_than_it_holds_is_refused),
        cmocka_unit_test(a_port_in_use_is_said),
    };

    listening = open_listener(&server_port);
    if (pthread_create(&acceptor, NULL, accept_all, NULL) != 0) {
        return 1;
    }
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    shutdown(listening, SHUT_RDWR);
    pthread_join(acceptor, NULL);
    close(listening);
    return failed;
}
