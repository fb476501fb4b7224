/*
 * visit.h - the kiosk's whole behaviour as one pure machine: events in, state and effects out.
 *
 * No SDL, SQL, sockets, clock, malloc or threads: the same object runs in the program, in the
 * tests and under a virtual clock. One visit is what one customer does between two idle
 * screens; when it ends, nothing of it is left in here.
 */
#ifndef KIOSK_FLOW_VISIT_H
#define KIOSK_FLOW_VISIT_H

#include "kiosk/flow/payment.h"
#include "kiosk/flow/recovery.h"

/* What only lives as long as one customer stands there. Wiped as a whole. */
struct customer {
    enum language language;
    bool large_type, high_contrast;
    enum service service;
    enum message message;
    char input[INPUT_MAX];
    int lookups;
    uint32_t lookup_seq; /* 0: none is under way */
    bool account_known;
    struct account account;
    int selected_preset;
    bool bill_selected[BILLS_MAX];
    int bill_page;
    bool recent_warning;
    bool recent_accepted;
    bool end_shown;  /* the payment's end was followed: result, paper, recovery */
    bool paper_due;  /* what was printed says less than what is known now */
    bool leave_home; /* the payment is being closed because the customer leaves, not goes back */
    struct payment payment;
    struct receipt shown_receipt; /* of the result or the reprint screen */
    uint32_t job_seq;             /* BEGIN_JOB or PRINT under way */
    enum receipt_state receipt_state;
    uint64_t last_scan; /* hash of the last payment code; 0: none */
    int64_t last_scan_ms;
};

struct visit {
    struct settings settings;
    enum screen_id screen;
    enum screen_id help_from; /* where Back leads from help and guide */
    uint32_t next_seq;
    /* health */
    bool booted;
    enum status journal;
    int64_t boot_deadline_ms;
    bool server_up;
    bool server_heard; /* answered at least once since the start */
    bool healthy;      /* the answer to the last question about its health was good */
    uint32_t health_seq;
    int64_t health_at_ms;
    /* the version that the server wants, at least */
    bool version_known, outdated;
    char oldest_kiosk[VERSION_MAX];
    uint32_t version_seq;
    int64_t version_at_ms;
    bool scanner_attached;
    bool scanner_armed;
    enum printer_health printer;
    /* the customer's time */
    int64_t touched_ms; /* the last sign of life */
    int64_t now_ms, wall_ms;
    /*
     * The server's wall clock less our monotonic one, learned from its health. From then on our
     * own wall clock, which may be years off and may jump, says nothing any more.
     */
    bool time_known;
    int64_t time_offset_ms;
    struct customer customer;
    struct recovery recovery;
};

void visit_init(struct visit *visit, const struct settings *settings, int64_t now_ms,
                int64_t wall_ms);

/* One event, at most EFFECTS_MAX effects. event->now_ms never goes back. */
void visit_step(struct visit *visit, const struct event *event, struct effects *effects);

/* When the next EVENT_TICK is due, on the monotonic clock: something is to be done, or a number
 * on the screen changes. */
int64_t visit_deadline(const struct visit *visit);

/* All that the screens may know. */
void visit_view(const struct visit *visit, struct view *view);

#endif
