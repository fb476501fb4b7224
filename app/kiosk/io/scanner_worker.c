#include "kiosk/io/scanner_worker.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "system/log.h"

/* The driver is woken for every change; this bounds only a lost wake-up. */
#define WAIT_MS 30000

_Static_assert(SCAN_BYTES_MAX <= SCAN_TEXT_MAX, "a scan fits into an event");

struct scanner_worker {
    pthread_t thread;
    const struct scanner_driver *driver;
    struct scanner *scanner;
    struct mailbox *mailbox;
    atomic_bool armed;
    atomic_bool stopping;
};

static void post(struct scanner_worker *self, enum scanner_event happened, const struct scan *scan)
{
    struct event event = {.kind = EVENT_SCANNER};

    if (happened == SCANNER_SCAN) {
        if (!atomic_load(&self->armed)) {
            return; /* disarmed while the code was on its way */
        }
        event.kind = EVENT_SCAN;
        CHECK(scan->length <= SCAN_BYTES_MAX);
        memcpy(event.scan.bytes, scan->bytes, scan->length);
        event.scan.length = scan->length;
    } else {
        event.scanner_attached = happened == SCANNER_ATTACHED;
        log_info("scanner.state", "attached=%d", (int)event.scanner_attached);
    }
    if (!mailbox_offer(self->mailbox, &event)) {
        log_warn("scanner.dropped", "total=%u", mailbox_dropped(self->mailbox));
    }
    explicit_bzero(&event, sizeof(event));
}

static void *run(void *user)
{
    struct scanner_worker *self = user;
    bool armed = false;

    while (!atomic_load(&self->stopping)) {
        struct scan scan = {.length = 0};
        bool wanted = atomic_load(&self->armed);

        if (wanted != armed) {
            enum status status = self->driver->arm(self->scanner, wanted);

            if (status != STATUS_OK) {
                log_warn("scanner.arm", "armed=%d status=%s", (int)wanted, status_name(status));
            }
            armed = wanted;
        }
        enum scanner_event happened = self->driver->wait(self->scanner, WAIT_MS, &scan);

        if (happened != SCANNER_NOTHING) {
            post(self, happened, &scan);
        }
        explicit_bzero(&scan, sizeof(scan));
    }
    return NULL;
}

enum status scanner_worker_start(const struct scanner_driver *driver, const char *address,
                                 struct mailbox *mailbox, struct scanner_worker **out)
{
    struct scanner_worker *self = calloc(1, sizeof(*self));

    CHECK(self != NULL);
    enum status status = driver->create(address, &self->scanner);

    if (status != STATUS_OK) {
        free(self);
        return status;
    }
    self->driver = driver;
    self->mailbox = mailbox;
    CHECK(pthread_create(&self->thread, NULL, run, self) == 0);
    (void)pthread_setname_np(self->thread, "scanner");
    *out = self;
    return STATUS_OK;
}

void scanner_worker_arm(struct scanner_worker *worker, bool armed)
{
    atomic_store(&worker->armed, armed);
    worker->driver->wake(worker->scanner);
}

void scanner_worker_stop(struct scanner_worker *worker)
{
    if (worker == NULL) {
        return;
    }
    atomic_store(&worker->stopping, true);
    worker->driver->wake(worker->scanner);
    CHECK(pthread_join(worker->thread, NULL) == 0);
    worker->driver->destroy(worker->scanner);
    free(worker);
}
