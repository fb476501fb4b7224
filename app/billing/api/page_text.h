/*
 * page_text.h - the pay and status page as HTML. Pure: facts in, text out.
 */
#ifndef BILLING_API_PAGE_TEXT_H
#define BILLING_API_PAGE_TEXT_H

#include "billing/store/orders.h"

#define PAGE_HTML_MAX 8192

enum page_language { PAGE_ZH = 0, PAGE_EN, PAGE_LANGUAGES };

/*
 * wallet: whose browser it is; NONE: the page offers the three by name. facts NULL: the page
 * that says that there is no such order.
 */
void page_compose(enum page_language language, enum channel wallet, const struct order_facts *facts,
                  char html[PAGE_HTML_MAX]);

#endif
