/*
 * demo.h - demonstration data: the special accounts as a table, and the rows they are made of.
 *
 * Invented throughout: no person, number or company here is real.
 */
#ifndef SANDBOX_DEMO_H
#define SANDBOX_DEMO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DEMO_BILLS_MAX 14 /* more than a visit offers, on purpose */

struct demo_bill {
    int64_t amount_fen;
    int due_in_days; /* from today; below 0: overdue */
    bool paid;
};

struct demo_account {
    const char *account_no, *org_no, *name, *address, *category;
    const char *special; /* what is special, in Chinese; NULL for one of the many */
    const char *special_en;
    bool first; /* one to begin with */
    int64_t book_fen, unbilled_fen, daily_fen;
    bool prepaid, closed, cut, protected, no_phone;
    bool starts; /* usable from today + starts_in_days */
    int starts_in_days;
    int kva; /* 0: none */
    struct demo_bill bills[DEMO_BILLS_MAX];
    int bill_count;
};

/* The accounts that are special, always the same ones. */
const struct demo_account *demo_specials(size_t *count);

/* What stands under the barcode of the account's newest paper bill. */
void demo_barcode(const struct demo_account *account, char *text, size_t size);

#endif
