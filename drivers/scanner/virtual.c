/*
 * virtual.c - a scanner that is driven over a Unix socket (the address is its path).
 *
 *   scan TEXT      what a real one reads: TEXT and a CR
 *   scan-hex HEX   any bytes, as they are
 *   unplug, plug   the cable
 *   state          "ok plugged armed"
 *
 * A scan is answered "ok delivered", or "ok dropped REASON" where a real device stays silent
 * too: the driver is disarmed, unplugged, the scan is too long, or nobody fetches them.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scanner/drivers.h"
#include "system/clock.h"
#include "system/condition.h"
#include "system/control.h"

/* A hand that scans faster than the kiosk fetches loses scans, as with a real buffer. */
#define QUEUE_MAX 4

struct scanner {
    struct control *control;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool armed, plugged;
    bool told_plugged; /* what the last SCANNER_ATTACHED or DETACHED said */
    bool woken;
    struct scan queue[QUEUE_MAX];
    size_t queued;
};

static void offer(struct scanner *scanner, const char *bytes, size_t length,
                  struct control_reply *reply)
{
    if (!scanner->plugged) {
        control_ok(reply, "dropped unplugged");
    } else if (!scanner->armed) {
        control_ok(reply, "dropped disarmed");
    } else if (length > SCAN_BYTES_MAX) {
        control_ok(reply, "dropped too-long");
    } else if (scanner->queued == QUEUE_MAX) {
        control_ok(reply, "dropped busy");
    } else {
        struct scan *scan = &scanner->queue[scanner->queued++];

        memcpy(scan->bytes, bytes, length);
        scan->length = length;
        control_ok(reply, "delivered");
    }
}

static int hex_digit(char c)
{
    static const char digits[] = "0123456789abcdefABCDEF";
    const char *at = c == '\0' ? NULL : strchr(digits, c);

    if (at == NULL) {
        return -1;
    }
    return (int)(at - digits) - (at - digits > 15 ? 6 : 0);
}

static void scan_hex(struct scanner *scanner, const char *text, struct control_reply *reply)
{
    char bytes[CONTROL_LINE_MAX / 2];
    size_t length = strlen(text);

    if (length == 0 || length % 2 != 0) {
        control_err(reply, "scan-hex wants pairs of hex digits");
        return;
    }
    for (size_t i = 0; i < length / 2; i++) {
        int high = hex_digit(text[2 * i]);
        int low = hex_digit(text[2 * i + 1]);

        if (high < 0 || low < 0) {
            control_err(reply, "scan-hex wants pairs of hex digits");
            return;
        }
        bytes[i] = (char)(high * 16 + low);
    }
    offer(scanner, bytes, length / 2, reply);
}

static void scan_text(struct scanner *scanner, const char *text, struct control_reply *reply)
{
    char bytes[CONTROL_LINE_MAX + 1];
    int length = snprintf(bytes, sizeof(bytes), "%s\r", text);

    if (text[0] == '\0') {
        control_err(reply, "scan wants a text");
        return;
    }
    offer(scanner, bytes, (size_t)length, reply);
}

static void handle(void *context, const char *verb, const char *arguments,
                   struct control_reply *reply)
{
    struct scanner *scanner = context;

    pthread_mutex_lock(&scanner->lock);
    if (strcmp(verb, "scan") == 0) {
        scan_text(scanner, arguments, reply);
    } else if (strcmp(verb, "scan-hex") == 0) {
        scan_hex(scanner, arguments, reply);
    } else if (arguments[0] != '\0') {
        control_err(reply, "%s takes no arguments", verb);
    } else if (strcmp(verb, "unplug") == 0) {
        scanner->plugged = false;
        scanner->queued = 0;
        control_ok(reply, "unplugged");
    } else if (strcmp(verb, "plug") == 0) {
        scanner->plugged = true;
        control_ok(reply, "plugged");
    } else if (strcmp(verb, "state") == 0) {
        control_ok(reply, "%s %s", scanner->plugged ? "plugged" : "unplugged",
                   scanner->armed ? "armed" : "disarmed");
    } else {
        control_err(reply, "unknown verb");
    }
    pthread_cond_broadcast(&scanner->changed);
    pthread_mutex_unlock(&scanner->lock);
}

static enum status create(const char *address, struct scanner **out)
{
    struct scanner *scanner = calloc(1, sizeof(*scanner));

    if (scanner == NULL) {
        return STATUS_IO;
    }
    scanner->plugged = true;
    CHECK(pthread_mutex_init(&scanner->lock, NULL) == 0);
    condition_init(&scanner->changed);
    enum status status = control_start(address, handle, scanner, &scanner->control);

    if (status != STATUS_OK) {
        pthread_cond_destroy(&scanner->changed);
        pthread_mutex_destroy(&scanner->lock);
        free(scanner);
        return status;
    }
    *out = scanner;
    return STATUS_OK;
}

static void destroy(struct scanner *scanner)
{
    if (scanner == NULL) {
        return;
    }
    control_stop(scanner->control);
    pthread_cond_destroy(&scanner->changed);
    pthread_mutex_destroy(&scanner->lock);
    free(scanner);
}

static enum status arm(struct scanner *scanner, bool armed)
{
    pthread_mutex_lock(&scanner->lock);
    scanner->armed = armed;
    scanner->queued = 0;
    pthread_mutex_unlock(&scanner->lock);
    return STATUS_OK;
}

/* The next event that is due; under the lock. */
static enum scanner_event next_event(struct scanner *scanner, struct scan *scan)
{
    if (scanner->told_plugged != scanner->plugged) {
        scanner->told_plugged = scanner->plugged;
        return scanner->plugged ? SCANNER_ATTACHED : SCANNER_DETACHED;
    }
    if (scanner->queued > 0) {
        *scan = scanner->queue[0];
        scanner->queued--;
        memmove(scanner->queue, scanner->queue + 1, scanner->queued * sizeof(scanner->queue[0]));
        return SCANNER_SCAN;
    }
    return SCANNER_NOTHING;
}

static enum scanner_event wait_event(struct scanner *scanner, int timeout_ms, struct scan *scan)
{
    int64_t end_ms = clock_monotonic_ms() + timeout_ms;

    pthread_mutex_lock(&scanner->lock);
    enum scanner_event event = next_event(scanner, scan);
    bool in_time = true;

    while (event == SCANNER_NOTHING && !scanner->woken && in_time) {
        in_time = condition_wait_until(&scanner->changed, &scanner->lock, end_ms);
        event = next_event(scanner, scan);
    }
    scanner->woken = false;
    pthread_mutex_unlock(&scanner->lock);
    return event;
}

static void wake(struct scanner *scanner)
{
    pthread_mutex_lock(&scanner->lock);
    scanner->woken = true;
    pthread_cond_broadcast(&scanner->changed);
    pthread_mutex_unlock(&scanner->lock);
}

const struct scanner_driver scanner_virtual = {
    .name = "virtual",
    .create = create,
    .destroy = destroy,
    .arm = arm,
    .wait = wait_event,
    .wake = wake,
};
