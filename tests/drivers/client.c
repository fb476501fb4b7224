#include "client.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/status.h"

int client_connect(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    CHECK(fd >= 0 && strlen(path) < sizeof(address.sun_path));
    memcpy(address.sun_path, path, strlen(path));
    if (connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

void client_send(int fd, const void *bytes, size_t length)
{
    /* The other end may have said no and left already; then its words are still to be read. */
    (void)!send(fd, bytes, length, MSG_NOSIGNAL);
}

const char *client_read(int fd, char *reply, size_t size)
{
    size_t used = 0;

    while (used + 1 < size && recv(fd, reply + used, 1, 0) == 1 && reply[used] != '\n') {
        used++;
    }
    reply[used] = '\0';
    return reply;
}

const char *client_ask(int fd, const char *line, char *reply, size_t size)
{
    client_send(fd, line, strlen(line));
    client_send(fd, "\n", 1);
    return client_read(fd, reply, size);
}

const char *client_once(const char *path, const char *line, char *reply, size_t size)
{
    int fd = client_connect(path);

    if (fd < 0) {
        reply[0] = '\0';
        return reply;
    }
    client_ask(fd, line, reply, size);
    close(fd);
    return reply;
}
