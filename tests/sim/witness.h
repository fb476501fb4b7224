/*
 * witness.h - remembers every sentence about money that anybody was told, on a screen, on paper, on
 * a phone, in a reply, and what each kiosk's journal must hold. rules.c holds it against the truth.
 */
#ifndef TESTS_SIM_WITNESS_H
#define TESTS_SIM_WITNESS_H

#include "kiosk/flow/receipt.h"
#include "kiosk/flow/view.h"
#include "protocol/messages.h"

enum place { PLACE_SCREEN = 0, PLACE_PAPER, PLACE_REPLY, PLACE_PHONE, PLACE_COUNT };

/* A sale, by the kiosk's own number for it. */
struct sale {
    int kiosk, customer, nth; /* of that kiosk; of that customer */
    uint8_t said;             /* 1 << enum statement, on the screen */
    bool ordered;             /* a server made an order of it */
    bool forbidden;           /* a server said that it will never have an order of this */
};

/* An order, by the server's number. */
struct told {
    uint8_t said[PLACE_COUNT]; /* 1 << enum statement, as an end */
    int cleared;               /* of so many first attempts it was said that they took nothing */
    bool paper_credited;
    struct receipt credited; /* the newest paper that says so */
};

void witness_begin(void);
/* A sale is begun at that kiosk. */
void witness_sale(const char *request_id, int kiosk, int customer);
void witness_screen(const char *request_id, enum statement statement);
void witness_order(const struct order *order, enum place place);
void witness_paper(const struct receipt *receipt);

void witness_forbidden(const char *request_id);
/* False: it had one before. */
bool witness_order_made(const char *request_id);

int witness_sales(void);
const struct sale *witness_sale_of(const char *request_id); /* NULL: none was begun */
const struct told *witness_told_of(const char *order_no);   /* NULL: nobody was told anything */
const char *place_name(enum place place);

/* How sales ended on the screen: counts of all runs. */
extern uint64_t witness_ends[OUTCOME_HANDED_OVER + 1][STATEMENT_COUNT];

#endif
