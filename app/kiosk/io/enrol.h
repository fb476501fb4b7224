/*
 * enrol.h - how a kiosk gets its identity: a key that never leaves it, and a certificate for it.
 */
#ifndef KIOSK_IO_ENROL_H
#define KIOSK_IO_ENROL_H

#include "common/status.h"

#define ENROL_ERROR_MAX 256

/*
 * Makes an EC P-256 key, asks the server to certify it with a one-use code, and writes
 * kiosk.key, kiosk.crt and ca.crt into state_dir. ca_path: the authority that the server's
 * certificate is checked against, brought by the person who enrols (never learned from the
 * network). only_terminal: NULL, or the terminal that this kiosk must stay: a certificate for
 * another one is not kept, STATUS_CONFLICT. Blocks. On failure error holds a sentence; nothing
 * half written is left. Called by pairing.h, which holds the state folder.
 */
enum status enrol(const char *base_url, const char *ca_path, const char *code,
                  const char *state_dir, const char *only_terminal,
                  char error[ENROL_ERROR_MAX]) MUST_USE;

#endif
