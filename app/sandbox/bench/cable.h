/*
 * cable.h - the cable between kiosk and server, with a switch: a relay for TCP on loopback, which
 * knows nothing of what it carries.
 */
#ifndef SANDBOX_BENCH_CABLE_H
#define SANDBOX_BENCH_CABLE_H

#include <stdint.h>

#include "common/status.h"

enum cable_mode {
    CABLE_OK = 0,
    CABLE_CUT,    /* open connections break, new ones are refused */
    CABLE_SILENT, /* everything is swallowed, nobody is told */
    CABLE_SLOW    /* every piece arrives late */
};

#define CABLE_SLOW_MAX_MS 60000

struct cable;

/*
 * Listens on 127.0.0.1:port and carries to 127.0.0.1:to_port, in a thread of its own.
 * STATUS_CONFLICT: the port is in use; STATUS_IO.
 */
enum status cable_lay(uint16_t port, uint16_t to_port, struct cable **out) MUST_USE;
void cable_close(struct cable *cable); /* NULL is fine */

/* Any thread. slow_ms counts for CABLE_SLOW alone. What was swallowed stays lost. */
void cable_switch(struct cable *cable, enum cable_mode mode, int slow_ms);
enum cable_mode cable_mode(struct cable *cable, int *slow_ms);
const char *cable_mode_name(enum cable_mode mode);

#endif
