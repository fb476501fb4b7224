/*
 * kiosk.h - one kiosk: the flow's own objects between its journal, its calls, its printer and its
 * scanner, which answer in their time as the workers of app/kiosk/io do, or fail.
 */
#ifndef TESTS_SIM_KIOSK_H
#define TESTS_SIM_KIOSK_H

#include "chance.h"
#include "customer.h"
#include "kiosk/flow/visit.h"
#include "kiosk/io/journal.h"

struct sqlite3;

#define CALLS_MAX 24
#define SAVES_MAX 24

struct kiosk {
    int number;
    char terminal_no[8];
    char fingerprint[65];
    struct settings settings;
    int tick_late_ms;
    struct stream line, devices, ids;
    /* power */
    bool on, asleep;
    uint32_t power; /* counts the starts; what comes from before is stale */
    int64_t clock_wrong_ms;
    struct visit visit;
    struct view view;
    struct event event;
    struct effects effects;
    uint32_t tick;
    char sale[REQUEST_ID_MAX]; /* the last one of this visit; "": none */
    /* the journal, which outlives the power */
    char path[64];
    struct journal *journal;
    struct sqlite3 *keeper;
    struct effect saves[SAVES_MAX];
    int save_count;
    /* calls, one at a time */
    struct call_request calls[CALLS_MAX];
    int call_count;
    bool calling;
    int64_t line_down_until_ms;
    /* devices */
    struct effect prints[SAVES_MAX];
    int print_count;
    enum printer_health printer;
    bool scanner_attached, scanner_armed;
    struct customer_at customer;
};

void kiosk_open(struct kiosk *kiosk, int number);
void kiosk_close(struct kiosk *kiosk);

/* For the story. */
const char *screen_name(enum screen_id screen);

void kiosk_new_streams(struct kiosk *kiosk);

void kiosk_touch(struct kiosk *kiosk, enum intent intent, int argument);
void kiosk_scan(struct kiosk *kiosk, const char *text);

/* Nobody comes any more: it is switched off at rest. */
void kiosk_sleep(struct kiosk *kiosk);
/* On its home screen, with nothing on the way and nothing open in its journal. */
bool kiosk_rests(const struct kiosk *kiosk);
/* Of its journal. */
int64_t kiosk_number_of(const struct kiosk *kiosk, const char *sql);
/* 'o' open, 'c' closed, 0: it does not stand there. */
char kiosk_intent(const struct kiosk *kiosk, const char *request_id);
bool kiosk_attempt_saved(const struct kiosk *kiosk, const char *attempt_id);

/* -- between kiosk.c, kiosk_calls.c and kiosk_devices.c ------------------------------------ */

/* kiosk->event is filled but for time and chance. */
void kiosk_step(struct kiosk *kiosk);
void kiosk_call(struct kiosk *kiosk, const struct call_request *request);
void kiosk_save(struct kiosk *kiosk, const struct effect *effect);
void kiosk_print(struct kiosk *kiosk, const struct effect *effect);
/* Brings the kiosk up: journal, devices. */
void kiosk_boot_devices(struct kiosk *kiosk);
/* For a thing that comes back: the power and a small number. */
uint64_t kiosk_token(const struct kiosk *kiosk, uint32_t number);
bool kiosk_stale(const struct kiosk *kiosk, uint64_t token);

#endif
