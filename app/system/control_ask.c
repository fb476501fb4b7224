/* The asking side of control.h. */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "system/clock.h"
#include "system/control.h"

static enum status dial(const char *path, int *fd)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(path);

    if (length == 0 || length >= sizeof(address.sun_path)) {
        return STATUS_INVALID;
    }
    memcpy(address.sun_path, path, length);
    *fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (*fd < 0) {
        return STATUS_IO;
    }
    if (connect(*fd, (const struct sockaddr *)&address, sizeof(address)) != 0) {
        close(*fd);
        return STATUS_UNAVAILABLE;
    }
    return STATUS_OK;
}

static enum status take_answer(int fd, int64_t until_ms, struct control_reply *reply)
{
    size_t used = 0;

    for (;;) {
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        int64_t left_ms = until_ms - clock_monotonic_ms();

        if (left_ms <= 0 || used + 1 == sizeof(reply->text)) {
            return STATUS_TIMEOUT;
        }
        if (poll(&ready, 1, (int)left_ms) <= 0) {
            continue;
        }
        ssize_t got = recv(fd, reply->text + used, sizeof(reply->text) - 1 - used, 0);

        if (got <= 0) {
            return STATUS_TIMEOUT;
        }
        used += (size_t)got;
        if (reply->text[used - 1] == '\n') {
            reply->text[used - 1] = '\0';
            return STATUS_OK;
        }
    }
}

enum status control_ask(const char *path, const char *line, int timeout_ms,
                        struct control_reply *reply)
{
    char text[CONTROL_LINE_MAX];
    size_t length = strlen(line);
    int64_t until_ms = clock_monotonic_ms() + timeout_ms;
    int fd = -1;

    if (length == 0 || length + 1 >= sizeof(text) || strpbrk(line, "\r\n") != NULL) {
        return STATUS_INVALID;
    }
    length = (size_t)snprintf(text, sizeof(text), "%s\n", line);
    enum status status = dial(path, &fd);

    if (status != STATUS_OK) {
        return status;
    }
    status = send(fd, text, length, MSG_NOSIGNAL) == (ssize_t)length
                 ? take_answer(fd, until_ms, reply)
                 : STATUS_TIMEOUT;
    close(fd);
    return status;
}

const char *control_answer(const struct control_reply *reply)
{
    if (strncmp(reply->text, "ok", 2) != 0) {
        return NULL;
    }
    return reply->text[2] == ' ' ? reply->text + 3 : reply->text + 2;
}
