/*
 * page_text.h - the pay and status page as HTML. Pure: facts in, text out.
 *
 * It never shows more than payee, the end of the account's number and the amount; the order's
 * number is on the receipt and in the wallet's bill, and would say here how many orders there are.
 */
#ifndef BILLING_API_PAGE_TEXT_H
#define BILLING_API_PAGE_TEXT_H

#include "billing/store/orders.h"

#define PAGE_HTML_MAX  32768
#define PAGE_NONCE_MAX 33

enum page_language { PAGE_ZH = 0, PAGE_EN, PAGE_LANGUAGES };

struct page_look {
    enum page_language language;
    enum channel wallet; /* whose browser it is; NONE: the page offers the three by name */
    const char *nonce;   /* of the answer's policy: style and script carry it */
    int64_t now_ms;
    bool busy; /* without facts: the order cannot be read now, which is not "there is none" */
};

/* What page.css and page.js are made of at build time. */
extern const char PAGE_STYLE[];
extern const char PAGE_SCRIPT[];

/* Whether this phone may go to the provider's page of the open attempt: the wallet must be its. */
bool page_may_continue(const struct page_look *look, const struct order_facts *facts);

/* facts NULL: the page that says that there is no such order, or that it cannot be read now. */
void page_compose(const struct page_look *look, const struct order_facts *facts,
                  char html[PAGE_HTML_MAX]);

#endif
