/*
 * bench.h - the bench: a web page, and the same verbs on the control socket, with which a person
 * without any hardware plays a hall. It holds things before the kiosk's scanner, reads its screen
 * as a phone's camera does, takes paper and cables away, and stops the server.
 *
 * It reaches the kiosk only as the world would: by the sockets of the virtual devices and by the
 * screen that a development build shares. Everything is for loopback.
 */
#ifndef SANDBOX_BENCH_BENCH_H
#define SANDBOX_BENCH_BENCH_H

#include "http/server.h"
#include "sandbox/sandbox.h"
#include "system/screen_share.h"

/* A bench without a kiosk: kiosk_dir is "". Then every page and verb of it says so. */
struct bench *bench_open(struct sandbox *sandbox);
void bench_close(struct bench *bench); /* NULL is fine */
/* STATUS_IO: the switchable cable cannot be laid, see bench_settings. Before requests come. */
enum status bench_start(struct bench *bench) MUST_USE;

/*
 * One command line, the bench's own or one of the wallet's. Any thread; blocks until it is done:
 * a server takes seconds to come up.
 */
void bench_command(struct bench *bench, const char *verb, const char *arguments,
                   struct control_reply *reply);

/* pages.c: handlers for the route table. context: the sandbox. */
void bench_page(void *context, const struct http_call *call, struct http_answer *answer);
void bench_file(void *context, const struct http_call *call, struct http_answer *answer);
void bench_do(void *context, const struct http_call *call, struct http_answer *answer);
void bench_state(void *context, const struct http_call *call, struct http_answer *answer);
void bench_ledger(void *context, const struct http_call *call, struct http_answer *answer);
void bench_screen(void *context, const struct http_call *call, struct http_answer *answer);
void bench_tree(void *context, const struct http_call *call, struct http_answer *answer);
void bench_accounts(void *context, const struct http_call *call, struct http_answer *answer);
void bench_qr(void *context, const struct http_call *call, struct http_answer *answer);
void bench_paper(void *context, const struct http_call *call, struct http_answer *answer);

#endif
