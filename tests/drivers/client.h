/*
 * client.h - the other end of a control socket, for tests.
 */
#ifndef TESTS_DRIVERS_CLIENT_H
#define TESTS_DRIVERS_CLIENT_H

#include <stddef.h>

/* Connects; -1 when nobody listens. */
int client_connect(const char *path);
/* Sends a line and reads the reply without its end; "" when the connection was closed. */
const char *client_ask(int fd, const char *line, char *reply, size_t size);
/* One connection for one line. */
const char *client_once(const char *path, const char *line, char *reply, size_t size);
/* Sends bytes as they are. */
void client_send(int fd, const void *bytes, size_t length);
const char *client_read(int fd, char *reply, size_t size);

#endif
