/*
 * printer_worker.h - the thread that owns the receipt printer.
 *
 * Composes and prints one receipt at a time and tells the truth about it; between jobs it looks
 * after the printer's state and posts EVENT_PRINTER when that changes.
 */
#ifndef KIOSK_IO_PRINTER_WORKER_H
#define KIOSK_IO_PRINTER_WORKER_H

#include "kiosk/io/worker.h"
#include "printer/printer.h"

struct printer_worker;

enum status printer_worker_start(const struct printer_driver *driver, const char *address,
                                 int job_timeout_ms, struct mailbox *mailbox,
                                 struct printer_worker **out) MUST_USE;

/* EFFECT_PRINT. Reserves the answer. */
void printer_worker_send(struct printer_worker *worker, const struct effect *effect);
void printer_worker_stop(struct printer_worker *worker);

#endif
