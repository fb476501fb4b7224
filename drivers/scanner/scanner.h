/*
 * scanner.h - the scanner port: what every scanner driver does, and what the kiosk may ask.
 *
 * One worker thread of the kiosk owns the handle and makes all calls. A driver never decides
 * what a scan means; it hands over bytes, whole and within SCAN_BYTES_MAX, or nothing.
 */
#ifndef SCANNER_SCANNER_H
#define SCANNER_SCANNER_H

#include <stdbool.h>
#include <stddef.h>

#include "common/status.h"

/* Far below the 2,953 bytes of a full QR: nothing that we accept is longer than a web address. */
#define SCAN_BYTES_MAX 512

struct scan {
    char bytes[SCAN_BYTES_MAX]; /* may hold anything, control bytes too; not terminated */
    size_t length;
};

enum scanner_event {
    SCANNER_NOTHING = 0, /* the time-out passed */
    SCANNER_SCAN,        /* *scan holds one */
    SCANNER_ATTACHED,    /* the device is there (also once after opening) */
    SCANNER_DETACHED     /* it is gone; the driver keeps looking for it by itself */
};

struct scanner;

/* A driver. Every member is required; none may be called after destroy. */
struct scanner_driver {
    const char *name; /* "virtual": as in the configuration */
    /*
     * Makes a handle. address: the driver's own words (a socket's path, a device id). Does not
     * need the device: SCANNER_ATTACHED comes from wait(). STATUS_INVALID for a bad address,
     * STATUS_IO when the system refuses. *out is written only on STATUS_OK.
     */
    enum status (*create)(const char *address, struct scanner **out);
    /* Closes and frees; NULL is allowed. Blocks at most 500 ms. */
    void (*destroy)(struct scanner *scanner);
    /*
     * Starts or stops listening. While disarmed the driver must drop what is scanned: nobody's
     * code of before is delivered later. Blocks at most 100 ms.
     */
    enum status (*arm)(struct scanner *scanner, bool armed);
    /*
     * Waits for one event, at most timeout_ms; returns at once after wake(). A longer scan than
     * SCAN_BYTES_MAX is dropped whole.
     */
    enum scanner_event (*wait)(struct scanner *scanner, int timeout_ms, struct scan *scan);
    /* Ends a wait() early. The one member that any thread may call at any time. */
    void (*wake)(struct scanner *scanner);
};

/* The driver of that name, or NULL. */
const struct scanner_driver *scanner_find(const char *name);

#endif
