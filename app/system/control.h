/*
 * control.h - a Unix socket on which a virtual device, or the sandbox, takes commands.
 *
 * One UTF-8 line `verb arguments`, answered by one line `ok ...` or `err reason`. Several
 * clients at once; an own thread serves them one line at a time. Only the user who started the
 * program can connect (mode 0600).
 */
#ifndef SYSTEM_CONTROL_H
#define SYSTEM_CONTROL_H

#include <stdbool.h>
#include <stddef.h>

#include "common/status.h"

#define CONTROL_LINE_MAX    2048 /* bytes with the LF; a longer line is refused and dropped */
#define CONTROL_REPLY_MAX   16384
#define CONTROL_CLIENTS_MAX 16

struct control;

struct control_reply {
    char text[CONTROL_REPLY_MAX];
};

/* Runs on the control's thread. verb is never empty; arguments may be "". */
typedef void control_handler(void *context, const char *verb, const char *arguments,
                             struct control_reply *reply);

/*
 * Listens when it returns STATUS_OK. A socket that nobody serves is replaced.
 * STATUS_INVALID: path too long, or something stands there that is no socket;
 * STATUS_CONFLICT: another process serves it; STATUS_IO: the system refuses.
 */
enum status control_start(const char *path, control_handler *handle, void *context,
                          struct control **out) MUST_USE;

/* Ends the thread, closes and removes the socket. NULL is fine. Not from the handler. */
void control_stop(struct control *control);

/* The answer, for handlers. A line end in it becomes a blank; too long is cut. */
void control_ok(struct control_reply *reply, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void control_err(struct control_reply *reply, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A decimal number within minimum..maximum and nothing else. */
bool control_number(const char *text, long minimum, long maximum, long *value);

/*
 * The other side: connects, sends one line and takes its answer ("ok ..." or "err ..."). Blocks,
 * timeout_ms at most. STATUS_UNAVAILABLE: nobody listens there; STATUS_INVALID: no line, or too
 * long a one; STATUS_TIMEOUT: it may have been heard, no whole answer came.
 */
enum status control_ask(const char *path, const char *line, int timeout_ms,
                        struct control_reply *reply) MUST_USE;
/* What stands behind the "ok"; NULL when it is an "err". */
const char *control_answer(const struct control_reply *reply);

/*
 * Cuts the next blank-separated word off *arguments (which is changed); NULL when there is
 * none.
 */
char *control_word(char **arguments);

#endif
