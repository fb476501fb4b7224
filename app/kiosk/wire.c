#include "kiosk/wire.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/io/client_worker.h"
#include "kiosk/io/journal_worker.h"
#include "kiosk/io/printer_worker.h"
#include "kiosk/io/scanner_worker.h"
#include "system/clock.h"
#include "system/log.h"
#include "system/random.h"

/* Events of one turn; a device that floods the mailbox cannot keep the screen from drawing. */
#define TURN_EVENTS_MAX 32

struct kiosk {
    struct kiosk_ports ports;
    struct mailbox *mailbox;
    struct journal_worker *journal;
    struct client_worker *client;
    struct printer_worker *printer;
    struct scanner_worker *scanner;
    struct visit visit;
    struct view view;
    struct event event;     /* large: kept off the stack */
    struct effects effects; /* the same */
    bool closing;
    int lock; /* of the state folder; -1: not held */
};

static void on_post(void *user)
{
    const struct kiosk *kiosk = user;

    kiosk->ports.wake(kiosk->ports.user);
}

/* ---- effects -------------------------------------------------------------------------------- */

static void execute(struct kiosk *kiosk, const struct effect *effect)
{
    if (kiosk->closing && effect->kind != EFFECT_END_JOB) {
        return; /* its worker has ended; the journal brings it up at the next start */
    }
    switch (effect->kind) {
    case EFFECT_CALL: client_worker_send(kiosk->client, effect); return;
    case EFFECT_SAVE_INTENT:
    case EFFECT_SAVE_CODE:
    case EFFECT_SAVE_RECEIPT:
    case EFFECT_CLOSE_INTENT:
    case EFFECT_BEGIN_JOB:
    case EFFECT_END_JOB: journal_worker_send(kiosk->journal, effect); return;
    case EFFECT_PRINT: printer_worker_send(kiosk->printer, effect); return;
    case EFFECT_SCANNER: scanner_worker_arm(kiosk->scanner, effect->scanner_armed); return;
    case EFFECT_WIPE: kiosk->ports.wipe(kiosk->ports.user); return;
    }
    UNREACHABLE("an effect kind that does not exist");
}

/* What is still to be delivered, whenever that changes. */
static void log_queue(const struct kiosk *kiosk, int open, int unheard)
{
    const struct recovery *recovery = &kiosk->visit.recovery;

    if (recovery_count(recovery) != open || recovery_unheard(recovery) != unheard) {
        log_info("queue", "open=%d not_accepted=%d", recovery_count(recovery),
                 recovery_unheard(recovery));
    }
}

/* kiosk->event is filled but for time and chance. */
static void step(struct kiosk *kiosk)
{
    enum screen_id before = kiosk->visit.screen;
    enum payment_state payment = kiosk->visit.customer.payment.state;
    bool outdated = kiosk->visit.outdated;
    int open = recovery_count(&kiosk->visit.recovery);
    int unheard = recovery_unheard(&kiosk->visit.recovery);

    kiosk->event.now_ms = kiosk->ports.monotonic_ms(kiosk->ports.user);
    kiosk->event.wall_ms = kiosk->ports.wall_ms(kiosk->ports.user);
    random_hex(kiosk->event.fresh_id, (REQUEST_ID_MAX - 1) / 2);
    kiosk->effects.count = 0;
    visit_step(&kiosk->visit, &kiosk->event, &kiosk->effects);
    for (int i = 0; i < kiosk->effects.count; i++) {
        execute(kiosk, &kiosk->effects.list[i]);
    }
    if (payment != kiosk->visit.customer.payment.state) {
        log_info("payment.state", "from=%s to=%s order=%s at_us=%lld", payment_state_name(payment),
                 payment_state_name(kiosk->visit.customer.payment.state),
                 kiosk->visit.customer.payment.order.order_no, (long long)clock_monotonic_us());
    }
    if (payment != kiosk->visit.customer.payment.state &&
        payment_ended(&kiosk->visit.customer.payment)) {
        log_info("payment.end", "order=%s statement=%s",
                 kiosk->visit.customer.payment.order.order_no,
                 statement_name(kiosk->visit.customer.payment.statement));
    }
    log_queue(kiosk, open, unheard);
    if (outdated != kiosk->visit.outdated) {
        log_warn("kiosk.version", "outdated=%d mine=%s oldest=%s", (int)kiosk->visit.outdated,
                 kiosk->visit.settings.version, kiosk->visit.oldest_kiosk);
    }
    if (before != kiosk->visit.screen) {
        log_info("screen", "from=%d to=%d", (int)before, (int)kiosk->visit.screen);
    }
    explicit_bzero(&kiosk->event, sizeof(kiosk->event));
    explicit_bzero(&kiosk->effects, sizeof(kiosk->effects));
    visit_view(&kiosk->visit, &kiosk->view);
}

/* ---- from outside --------------------------------------------------------------------------- */

void kiosk_touch(struct kiosk *kiosk, enum intent intent, int argument)
{
    kiosk->event.kind = EVENT_TOUCH;
    kiosk->event.touch.intent = intent;
    kiosk->event.touch.argument = argument;
    step(kiosk);
}

bool kiosk_turn(struct kiosk *kiosk)
{
    bool stepped = false;

    for (int i = 0; i < TURN_EVENTS_MAX && mailbox_take(kiosk->mailbox, &kiosk->event); i++) {
        step(kiosk);
        stepped = true;
    }
    if (kiosk->ports.monotonic_ms(kiosk->ports.user) >= visit_deadline(&kiosk->visit)) {
        kiosk->event.kind = EVENT_TICK;
        step(kiosk);
        stepped = true;
    }
    return stepped;
}

int64_t kiosk_deadline_ms(const struct kiosk *kiosk)
{
    return visit_deadline(&kiosk->visit);
}

const struct view *kiosk_view(const struct kiosk *kiosk)
{
    return &kiosk->view;
}

int kiosk_owed(const struct kiosk *kiosk)
{
    return mailbox_owed(kiosk->mailbox);
}

/* ---- opening -------------------------------------------------------------------------------- */

static enum status fail(char error[KIOSK_ERROR_MAX], enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static enum status fail(char error[KIOSK_ERROR_MAX], enum status status, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(error, KIOSK_ERROR_MAX, format, arguments);
    va_end(arguments);
    return status;
}

static enum status open_client(struct kiosk *kiosk, const struct kiosk_config *config,
                               const char *state_dir, char error[KIOSK_ERROR_MAX])
{
    char ca[PATH_TEXT_MAX];
    char certificate[PATH_TEXT_MAX];
    char key[PATH_TEXT_MAX];

    if (files_join(state_dir, "ca.crt", ca) != STATUS_OK ||
        files_join(state_dir, "kiosk.crt", certificate) != STATUS_OK ||
        files_join(state_dir, "kiosk.key", key) != STATUS_OK) {
        return fail(error, STATUS_LIMIT, "the path of the state folder is too long: %s", state_dir);
    }
    const struct client_options options = {
        .base_url = config->billing_url,
        .ca_path = ca,
        .certificate_path = certificate,
        .key_path = key,
        .connect_timeout_ms = config->connect_timeout_ms,
        .timeout_ms = config->call_timeout_ms,
    };
    enum status status = STATUS_NOT_FOUND;

    if (files_readable(ca) == STATUS_OK && files_readable(certificate) == STATUS_OK &&
        files_readable(key) == STATUS_OK) {
        status = client_worker_start(&options, kiosk->mailbox, &kiosk->client);
    }

    return status == STATUS_OK ? STATUS_OK
                               : fail(error, status,
                                      "this kiosk has no usable certificate in %s; "
                                      "enrol it with kiosk --enrol CODE",
                                      state_dir);
}

/* A configured address, or the default of the virtual devices: a socket in the state folder. */
static enum status device_address(const char *configured, const char *state_dir,
                                  const char *socket_name, char address[PATH_TEXT_MAX])
{
    if (configured[0] == '\0') {
        return files_join(state_dir, socket_name, address);
    }
    memcpy(address, configured, strlen(configured) + 1);
    return STATUS_OK;
}

static enum status open_devices(struct kiosk *kiosk, const struct kiosk_config *config,
                                const char *state_dir, char error[KIOSK_ERROR_MAX])
{
    const struct scanner_driver *scanner = scanner_find(config->scanner_driver);
    const struct printer_driver *printer = printer_find(config->printer_driver);
    char address[PATH_TEXT_MAX];

    if (scanner == NULL) {
        return fail(error, STATUS_INVALID, "[scanner] driver: there is none called %s",
                    config->scanner_driver);
    }
    if (printer == NULL) {
        return fail(error, STATUS_INVALID, "[printer] driver: there is none called %s",
                    config->printer_driver);
    }
    enum status status =
        device_address(config->printer_address, state_dir, "printer.sock", address);

    if (status == STATUS_OK) {
        status = printer_worker_start(printer, address, config->print_timeout_ms, kiosk->mailbox,
                                      &kiosk->printer);
    }
    if (status != STATUS_OK) {
        return fail(error, status, "[printer] address: the driver cannot use %s", address);
    }
    status = device_address(config->scanner_address, state_dir, "scanner.sock", address);
    if (status == STATUS_OK) {
        status = scanner_worker_start(scanner, address, kiosk->mailbox, &kiosk->scanner);
    }
    return status == STATUS_OK
               ? STATUS_OK
               : fail(error, status, "[scanner] address: the driver cannot use %s", address);
}

static enum status open_parts(struct kiosk *kiosk, const struct kiosk_config *config,
                              const char *state_dir, char error[KIOSK_ERROR_MAX])
{
    char journal[PATH_TEXT_MAX];
    enum status status = files_make_dirs(state_dir);

    if (status != STATUS_OK || files_join(state_dir, "journal.db", journal) != STATUS_OK) {
        return fail(error, STATUS_IO, "the state folder cannot be made: %s", state_dir);
    }
    status = files_lock_dir(state_dir, &kiosk->lock);
    if (status != STATUS_OK) {
        return fail(error, status, "%s: %s",
                    status == STATUS_CONFLICT ? "another kiosk runs with this state folder"
                                              : "the state folder cannot be written",
                    state_dir);
    }
    status = open_client(kiosk, config, state_dir, error);
    if (status == STATUS_OK) {
        status = open_devices(kiosk, config, state_dir, error);
    }
    if (status == STATUS_OK) {
        kiosk->journal = journal_worker_start(journal, config->reprints_max, kiosk->mailbox);
    }
    return status;
}

enum status kiosk_open(const struct kiosk_config *config, const char *state_dir,
                       const struct kiosk_ports *ports, struct kiosk **out,
                       char error[KIOSK_ERROR_MAX])
{
    struct kiosk *kiosk = calloc(1, sizeof(*kiosk));

    CHECK(kiosk != NULL);
    kiosk->ports = *ports;
    kiosk->lock = -1;
    kiosk->mailbox = mailbox_create(on_post, kiosk);
    visit_init(&kiosk->visit, &config->settings, ports->monotonic_ms(ports->user),
               ports->wall_ms(ports->user));
    enum status status = open_parts(kiosk, config, state_dir, error);

    if (status != STATUS_OK) {
        kiosk_close(kiosk);
        return status;
    }
    visit_view(&kiosk->visit, &kiosk->view);
    *out = kiosk;
    return STATUS_OK;
}

/* In reverse order; the journal last, because a print that ends now still goes into it. */
void kiosk_close(struct kiosk *kiosk)
{
    if (kiosk == NULL) {
        return;
    }
    scanner_worker_stop(kiosk->scanner);
    client_worker_stop(kiosk->client);
    printer_worker_stop(kiosk->printer);
    kiosk->closing = true;
    if (kiosk->journal != NULL) {
        (void)kiosk_turn(kiosk); /* how the last print ended still goes into the journal */
    }
    journal_worker_stop(kiosk->journal);
    mailbox_destroy(kiosk->mailbox);
    if (kiosk->lock >= 0) {
        files_unlock_dir(kiosk->lock);
    }
    explicit_bzero(kiosk, sizeof(*kiosk));
    free(kiosk);
}
