#include "system/control.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/utf8.h"

/* The first two places of the poll list. */
enum { POLL_STOP, POLL_LISTEN, POLL_CLIENTS };

struct client {
    int fd;
    size_t length;
    bool dropping; /* the rest of a line that was too long */
    char line[CONTROL_LINE_MAX];
};

struct control {
    control_handler *handle;
    void *context;
    int stop_fd, listen_fd;
    pthread_t thread;
    struct sockaddr_un address;
    struct client clients[CONTROL_CLIENTS_MAX];
    size_t client_count;
    struct control_reply reply;
};

__attribute__((format(printf, 3, 0))) static void
write_reply(struct control_reply *reply, const char *first, const char *format, va_list arguments)
{
    size_t used = (size_t)snprintf(reply->text, sizeof(reply->text), "%s", first);

    if (format[0] != '\0') {
        reply->text[used++] = ' ';
        vsnprintf(reply->text + used, sizeof(reply->text) - used, format, arguments);
    }
    for (char *at = reply->text; *at != '\0'; at++) {
        if (*at == '\n' || *at == '\r') {
            *at = ' ';
        }
    }
}

void control_ok(struct control_reply *reply, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    write_reply(reply, "ok", format, arguments);
    va_end(arguments);
}

void control_err(struct control_reply *reply, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    write_reply(reply, "err", format, arguments);
    va_end(arguments);
}

bool control_number(const char *text, long minimum, long maximum, long *value)
{
    size_t digits = strspn(text, "0123456789");

    if (digits == 0 || digits > 12 || text[digits] != '\0') {
        return false;
    }
    long number = strtol(text, NULL, 10);

    if (number < minimum || number > maximum) {
        return false;
    }
    *value = number;
    return true;
}

char *control_word(char **arguments)
{
    char *start = *arguments + strspn(*arguments, " ");

    if (*start == '\0') {
        return NULL;
    }
    char *end = start + strcspn(start, " ");

    *arguments = *end == '\0' ? end : end + 1;
    *end = '\0';
    return start;
}

/* False: the client does not read, or is gone. */
static bool send_reply(int fd, struct control_reply *reply)
{
    size_t length = strlen(reply->text);

    if (length == sizeof(reply->text) - 1) {
        length--;
    }
    reply->text[length++] = '\n';
    return send(fd, reply->text, length, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)length;
}

static bool serve_line(struct control *control, struct client *client, char *line, size_t length)
{
    if (length > 0 && line[length - 1] == '\r') {
        length--;
    }
    line[length] = '\0';
    if (strlen(line) != length || !utf8_valid(line, length)) {
        control_err(&control->reply, "not UTF-8 text");
        return send_reply(client->fd, &control->reply);
    }
    size_t verb = strcspn(line, " ");

    if (verb == 0) {
        control_err(&control->reply, "empty line");
        return send_reply(client->fd, &control->reply);
    }
    const char *arguments = line[verb] == '\0' ? line + verb : line + verb + 1;

    line[verb] = '\0';
    control_err(&control->reply, "no answer");
    control->handle(control->context, line, arguments, &control->reply);
    return send_reply(client->fd, &control->reply);
}

/* Serves every whole line that has arrived. */
static bool serve_lines(struct control *control, struct client *client)
{
    char *end = NULL;

    while ((end = memchr(client->line, '\n', client->length)) != NULL) {
        size_t length = (size_t)(end - client->line);
        bool dropping = client->dropping;

        client->dropping = false;
        if (!dropping && !serve_line(control, client, client->line, length)) {
            return false;
        }
        client->length -= length + 1;
        memmove(client->line, end + 1, client->length);
    }
    if (client->length == sizeof(client->line)) {
        client->length = 0;
        if (!client->dropping) {
            client->dropping = true;
            control_err(&control->reply, "line longer than %d bytes", CONTROL_LINE_MAX - 1);
            return send_reply(client->fd, &control->reply);
        }
    }
    return true;
}

static bool serve_client(struct control *control, struct client *client)
{
    ssize_t got = recv(client->fd, client->line + client->length,
                       sizeof(client->line) - client->length, MSG_DONTWAIT);

    if (got < 0) {
        return errno == EAGAIN || errno == EINTR;
    }
    if (got == 0) {
        return false;
    }
    client->length += (size_t)got;
    return serve_lines(control, client);
}

static void accept_client(struct control *control)
{
    int fd = accept4(control->listen_fd, NULL, NULL, SOCK_CLOEXEC);

    if (fd < 0) {
        return;
    }
    if (control->client_count == CONTROL_CLIENTS_MAX) {
        control_err(&control->reply, "too many clients");
        (void)send_reply(fd, &control->reply);
        close(fd);
        return;
    }
    struct client *client = &control->clients[control->client_count++];

    client->fd = fd;
    client->length = 0;
    client->dropping = false;
}

static void *run(void *argument)
{
    struct control *control = argument;
    struct pollfd fds[POLL_CLIENTS + CONTROL_CLIENTS_MAX];

    for (;;) {
        nfds_t count = POLL_CLIENTS;

        fds[POLL_STOP] = (struct pollfd){.fd = control->stop_fd, .events = POLLIN};
        fds[POLL_LISTEN] = (struct pollfd){.fd = control->listen_fd, .events = POLLIN};
        for (size_t i = 0; i < control->client_count; i++) {
            fds[count++] = (struct pollfd){.fd = control->clients[i].fd, .events = POLLIN};
        }
        if (poll(fds, count, -1) < 0) {
            continue;
        }
        if (fds[POLL_STOP].revents != 0) {
            return NULL;
        }
        /* Backwards, so that the last one may move into the place of one that left. */
        for (size_t i = control->client_count; i-- > 0;) {
            struct client *client = &control->clients[i];

            if (fds[POLL_CLIENTS + i].revents != 0 && !serve_client(control, client)) {
                close(client->fd);
                control->client_count--;
                if (i != control->client_count) {
                    *client = control->clients[control->client_count];
                }
            }
        }
        if (fds[POLL_LISTEN].revents != 0) {
            accept_client(control);
        }
    }
}

/* Removes a socket that nobody serves. */
static enum status make_room(const struct sockaddr_un *address)
{
    struct stat found;

    if (lstat(address->sun_path, &found) != 0) {
        return errno == ENOENT ? STATUS_OK : STATUS_IO;
    }
    if (!S_ISSOCK(found.st_mode)) {
        return STATUS_INVALID;
    }
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0) {
        return STATUS_IO;
    }
    int served = connect(fd, (const struct sockaddr *)address, sizeof(*address));

    close(fd);
    if (served == 0) {
        return STATUS_CONFLICT;
    }
    return unlink(address->sun_path) == 0 || errno == ENOENT ? STATUS_OK : STATUS_IO;
}

static enum status listen_on(struct control *control)
{
    control->listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    control->stop_fd = eventfd(0, EFD_CLOEXEC);
    if (control->listen_fd < 0 || control->stop_fd < 0) {
        return STATUS_IO;
    }
    /* Before bind(), so that the file is never open to others, not even for a moment. */
    if (fchmod(control->listen_fd, 0600) != 0 ||
        bind(control->listen_fd, (const struct sockaddr *)&control->address,
             sizeof(control->address)) != 0) {
        return STATUS_IO;
    }
    if (chmod(control->address.sun_path, 0600) != 0 ||
        listen(control->listen_fd, CONTROL_CLIENTS_MAX) != 0) {
        unlink(control->address.sun_path);
        return STATUS_IO;
    }
    return STATUS_OK;
}

static void release(struct control *control)
{
    if (control->listen_fd >= 0) {
        close(control->listen_fd);
    }
    if (control->stop_fd >= 0) {
        close(control->stop_fd);
    }
    free(control);
}

enum status control_start(const char *path, control_handler *handle, void *context,
                          struct control **out)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(path);

    if (length == 0 || length >= sizeof(address.sun_path)) {
        return STATUS_INVALID;
    }
    memcpy(address.sun_path, path, length);
    enum status status = make_room(&address);

    if (status != STATUS_OK) {
        return status;
    }
    struct control *control = calloc(1, sizeof(*control));

    if (control == NULL) {
        return STATUS_IO;
    }
    control->handle = handle;
    control->context = context;
    control->address = address;
    control->listen_fd = -1;
    control->stop_fd = -1;
    status = listen_on(control);
    if (status == STATUS_OK && pthread_create(&control->thread, NULL, run, control) != 0) {
        unlink(address.sun_path);
        status = STATUS_IO;
    }
    if (status != STATUS_OK) {
        release(control);
        return status;
    }
    *out = control;
    return STATUS_OK;
}

void control_stop(struct control *control)
{
    if (control == NULL) {
        return;
    }
    CHECK(eventfd_write(control->stop_fd, 1) == 0);
    CHECK(pthread_join(control->thread, NULL) == 0);
    unlink(control->address.sun_path);
    for (size_t i = 0; i < control->client_count; i++) {
        close(control->clients[i].fd);
    }
    release(control);
}
