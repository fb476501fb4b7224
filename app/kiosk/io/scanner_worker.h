/*
 * scanner_worker.h - the thread that owns one scanner and hands its codes to the flow.
 */
#ifndef KIOSK_IO_SCANNER_WORKER_H
#define KIOSK_IO_SCANNER_WORKER_H

#include "kiosk/io/mailbox.h"
#include "scanner/scanner.h"

struct scanner_worker;

enum status scanner_worker_start(const struct scanner_driver *driver, const char *address,
                                 struct mailbox *mailbox, struct scanner_worker **out) MUST_USE;

/* Screen's thread; does not block. */
void scanner_worker_arm(struct scanner_worker *worker, bool armed);

/* Blocks at most a second. NULL is allowed. */
void scanner_worker_stop(struct scanner_worker *worker);

#endif
