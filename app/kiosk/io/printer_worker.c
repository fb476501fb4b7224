#include "kiosk/io/printer_worker.h"

#include <stdlib.h>

#include "kiosk/paper/receipt.h"
#include "system/clock.h"
#include "system/log.h"

/* Short enough that "no paper" stands on the home screen before the next customer reads it. */
#define LOOK_MS 2000

struct printer_worker {
    struct worker *worker;
    struct mailbox *mailbox;
    const struct printer_driver *driver;
    struct printer *printer;
    int job_timeout_ms;
    bool known;
    enum printer_health health;
    enum printer_state state;
    uint8_t bytes[RECEIPT_BYTES_MAX];
};

static enum printer_health health_of(enum printer_state state)
{
    switch (state) {
    case PRINTER_STATE_READY: return PRINTER_READY;
    case PRINTER_STATE_NEAR_END: return PRINTER_NEAR_END;
    case PRINTER_STATE_OUT: return PRINTER_OUT;
    default: return PRINTER_TROUBLE;
    }
}

static void note_state(struct printer_worker *self, enum printer_state state)
{
    if (!self->known || state != self->state) {
        log_info("printer.state", "state=%s", printer_state_name(state));
    }
    self->state = state;
}

static void look(void *user, struct mailbox *mailbox)
{
    struct printer_worker *self = user;
    struct event event = {.kind = EVENT_PRINTER};

    note_state(self, self->driver->state(self->printer));
    event.printer = health_of(self->state);
    if ((!self->known || event.printer != self->health) && mailbox_offer(mailbox, &event)) {
        self->known = true;
        self->health = event.printer;
    }
}

static void handle(void *user, const struct effect *effect, struct mailbox *mailbox)
{
    static const enum print_end ends[] = {
        [PRINT_PROVED] = PRINT_END_PROVED,
        [PRINT_NOT_BEGUN] = PRINT_END_NOT_BEGUN,
        [PRINT_UNKNOWN] = PRINT_END_UNKNOWN,
    };
    struct printer_worker *self = user;
    const struct printer_model model = self->driver->model(self->printer);
    struct print_result result = {.outcome = PRINT_NOT_BEGUN, .state = self->state};
    struct event event = {.kind = EVENT_PRINTED};
    int64_t started_us = clock_monotonic_us();
    size_t length = 0;
    enum status status =
        receipt_compose(&effect->print.receipt, &model, self->bytes, sizeof(self->bytes), &length);
    int64_t composed_us = clock_monotonic_us() - started_us;

    if (status == STATUS_OK) {
        log_info("receipt.sending", "receipt=%s bytes=%zu at_us=%lld",
                 effect->print.receipt.receipt_no, length, (long long)clock_monotonic_us());
        result = self->driver->print(self->printer, (uint32_t)effect->print.job_id, self->bytes,
                                     length, self->job_timeout_ms);
    } else {
        log_error("receipt.not_composed", "receipt=%s status=%s", effect->print.receipt.receipt_no,
                  status_name(status));
    }
    note_state(self, result.state);
    log_info("receipt.printed", "receipt=%s outcome=%d bytes=%zu compose_us=%lld us=%lld",
             effect->print.receipt.receipt_no, (int)result.outcome, length, (long long)composed_us,
             (long long)(clock_monotonic_us() - started_us));
    event.printed.seq = effect->seq;
    event.printed.job_id = effect->print.job_id;
    event.printed.end = ends[result.outcome];
    event.printed.printer = health_of(result.state);
    self->known = true;
    self->health = event.printed.printer;
    mailbox_answer(mailbox, &event);
}

enum status printer_worker_start(const struct printer_driver *driver, const char *address,
                                 int job_timeout_ms, struct mailbox *mailbox,
                                 struct printer_worker **out)
{
    static const struct worker_tasks tasks = {.handle = handle, .idle = look, .idle_ms = LOOK_MS};
    struct printer_worker *self = calloc(1, sizeof(*self));

    CHECK(self != NULL);
    enum status status = driver->create(address, &self->printer);

    if (status != STATUS_OK) {
        free(self);
        return status;
    }
    self->driver = driver;
    self->mailbox = mailbox;
    self->job_timeout_ms = job_timeout_ms;
    look(self, mailbox);
    self->worker = worker_start("printer", &tasks, self, mailbox);
    *out = self;
    return STATUS_OK;
}

void printer_worker_send(struct printer_worker *worker, const struct effect *effect)
{
    mailbox_reserve(worker->mailbox);
    worker_send(worker->worker, effect);
}

void printer_worker_stop(struct printer_worker *worker)
{
    if (worker == NULL) {
        return;
    }
    worker_stop(worker->worker);
    worker->driver->destroy(worker->printer);
    free(worker);
}
