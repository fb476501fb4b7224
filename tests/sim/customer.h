/*
 * customer.h - the person in front of a kiosk, who sees what its screen shows and touches it,
 * mostly to pay; and the phone in that person's hand, or in another's.
 */
#ifndef TESTS_SIM_CUSTOMER_H
#define TESTS_SIM_CUSTOMER_H

#include "chance.h"

struct kiosk;

struct customer_at {
    int number; /* of this kiosk's; what comes from one before is stale */
    int left;   /* so many more come */
    bool there;
    struct stream mind;
    char account_no[17];
    bool uses_qr, uses_both, rushes;
    bool phone_opened;
    int shown;           /* payment codes, and what was held for one */
    int impatience;      /* thoughts without anything to do */
    char code[25];       /* the last one that was shown */
    char receipt_no[24]; /* of a paper that was taken here before */
};

/* So many come to this kiosk, one after the other. */
void customers_come(struct kiosk *kiosk, int count);
bool customers_gone(const struct kiosk *kiosk);

/* A phone scans the QR of a screen, or opens its address again. */
void phone_opens(struct stream *mind, const char *pay_url, int64_t after_ms);

/* -- the accounts that they pay for (accounts.c) ------------------------------------------- */

void accounts_open(void);
/* Draws one. */
void accounts_choose(struct stream *stream, char account_no[17]);
/* What happens to them meanwhile, by nobody's fault. */
void accounts_meanwhile(void);

#endif
