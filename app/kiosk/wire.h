/*
 * wire.h - the kiosk without its screen: the flow, its journal, its server, its devices.
 *
 * The one place that knows them all. Everything here runs on the screen's thread; the workers
 * behind it only post into the mailbox. Time is handed in, so that a test can make it pass.
 */
#ifndef KIOSK_WIRE_H
#define KIOSK_WIRE_H

#include "kiosk/config.h"
#include "kiosk/flow/visit.h"

struct kiosk;

struct kiosk_ports {
    void *user;
    int64_t (*monotonic_ms)(void *user); /* never goes back */
    int64_t (*wall_ms)(void *user);
    void (*wake)(void *user); /* any thread: something lies in the mailbox */
    void (*wipe)(void *user); /* screen's thread: forget caches that hold personal data */
};

#define KIOSK_ERROR_MAX 512

/*
 * Starts everything; state_dir holds journal, certificate and the virtual devices' sockets, and
 * is locked for this process. On failure nothing runs and error holds a sentence.
 */
enum status kiosk_open(const struct kiosk_config *config, const char *state_dir,
                       const struct kiosk_ports *ports, struct kiosk **out,
                       char error[KIOSK_ERROR_MAX]) MUST_USE;

/* Ends the workers after what they were told to do. NULL is allowed. */
void kiosk_close(struct kiosk *kiosk);

/* One touch; a screen's node says what it means. */
void kiosk_touch(struct kiosk *kiosk, enum intent intent, int argument);

/* Takes what lies in the mailbox and lets time pass. True when the view may have changed. */
bool kiosk_turn(struct kiosk *kiosk);

/* When kiosk_turn() has something to do though nobody posts anything. */
int64_t kiosk_deadline_ms(const struct kiosk *kiosk);

/* What the screen shows now. Belongs to the kiosk; changes with touch and turn. */
const struct view *kiosk_view(const struct kiosk *kiosk);

/* Answers that are still to come. */
int kiosk_owed(const struct kiosk *kiosk);

#endif
