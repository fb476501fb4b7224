/*
 * printer.h - the printer port: what every receipt printer driver does.
 *
 * One worker thread of the kiosk owns the handle and makes all calls. A driver moves bytes and
 * tells the truth about the paper; it never composes and never decides to print again.
 */
#ifndef PRINTER_PRINTER_H
#define PRINTER_PRINTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/status.h"

/* The one vocabulary of printer states, worst wins when several hold. */
enum printer_state {
    PRINTER_STATE_READY = 0,
    PRINTER_STATE_NEAR_END, /* prints; the roll is nearly used up */
    PRINTER_STATE_OUT,      /* no paper */
    PRINTER_STATE_COVER,    /* the cover is open */
    PRINTER_STATE_CUTTER,   /* the cutter is stuck */
    PRINTER_STATE_JAM,
    PRINTER_STATE_OFFLINE,
    PRINTER_STATE_UNPLUGGED,
    PRINTER_STATE_UNKNOWN, /* it does not answer */
    PRINTER_STATE_COUNT
};

/* "ready", "near-end", ... for logs and the virtual device's verbs. */
const char *printer_state_name(enum printer_state state);

enum print_outcome {
    PRINT_PROVED = 0, /* the printer said that the paper came out, cut included */
    PRINT_NOT_BEGUN,  /* refused before the first byte: nothing is on paper */
    PRINT_UNKNOWN     /* some bytes went; what is on paper is not known */
};

struct print_result {
    enum print_outcome outcome;
    enum printer_state state; /* after the job, or what stopped it */
};

struct printer_model {
    int dots;             /* width of the head: 576 for 80 mm at 203 dpi, 384 for 58 mm */
    int feed_to_cut_dots; /* from head to cutter */
    bool hanzi;           /* has GB18030 fonts; else lines are rasterised */
};

struct printer;

struct printer_driver {
    const char *name; /* "virtual", "file" */
    /* As scanner_driver.create: does not need the device. */
    enum status (*create)(const char *address, struct printer **out);
    void (*destroy)(struct printer *printer);
    /* What can be printed how. Constant for one handle. */
    struct printer_model (*model)(const struct printer *printer);
    /* Asks the device. Blocks at most 1 s. */
    enum printer_state (*state)(struct printer *printer);
    /*
     * Prints one job of ESC/POS bytes and waits for proof, at most timeout_ms in all. job_id is
     * what the printer is asked to answer when it reached the end. Blocks.
     */
    struct print_result (*print)(struct printer *printer, uint32_t job_id, const uint8_t *bytes,
                                 size_t length, int timeout_ms);
};

/* The driver of that name, or NULL. */
const struct printer_driver *printer_find(const char *name);

#endif
