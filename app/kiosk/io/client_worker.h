/*
 * client_worker.h - the thread that talks to the billing server.
 *
 * One call at a time, over one kept-alive connection with the kiosk's own certificate. It never
 * repeats a call by itself: the flow does, with the same request id.
 */
#ifndef KIOSK_IO_CLIENT_WORKER_H
#define KIOSK_IO_CLIENT_WORKER_H

#include "kiosk/io/worker.h"

struct client_worker;

struct client_options {
    const char *base_url; /* "https://127.0.0.1:8443" */
    const char *ca_path, *certificate_path, *key_path;
    int connect_timeout_ms, timeout_ms;
};

/* STATUS_INVALID or STATUS_IO when the certificate files cannot be used. */
enum status client_worker_start(const struct client_options *options, struct mailbox *mailbox,
                                struct client_worker **out) MUST_USE;

/* EFFECT_CALL. Reserves the answer. */
void client_worker_send(struct client_worker *worker, const struct effect *effect);

/* Waits for the call that is under way. */
void client_worker_stop(struct client_worker *worker);

#endif
