/*
 * pairing.h - who this kiosk is, from outside: enrolled, unpaired, wiped. The kiosk must not run.
 *
 * A sale that was begun can only be delivered by the terminal that began it, to the server that
 * has it. So as long as the journal holds an open sale, or nobody can read whether it does, this
 * identity is not forgotten, and not replaced by that of another terminal or another server. The
 * same terminal may be enrolled anew: its certificate may have run out.
 */
#ifndef KIOSK_IO_PAIRING_H
#define KIOSK_IO_PAIRING_H

#include "common/status.h"

#define PAIRING_ERROR_MAX 512

/* See enrol.h. STATUS_CONFLICT: another kiosk runs, or open sales forbid it; error says which. */
enum status pairing_enrol(const char *base_url, const char *ca_path, const char *code,
                          const char *state_dir, char error[PAIRING_ERROR_MAX]) MUST_USE;

/* Forgets certificate and key. What was not there is forgotten, too. */
enum status pairing_unpair(const char *state_dir, char error[PAIRING_ERROR_MAX]) MUST_USE;

/* Forgets certificate, key, journal with all receipts, and what devices and screen left. */
enum status pairing_wipe(const char *state_dir, char error[PAIRING_ERROR_MAX]) MUST_USE;

#endif
