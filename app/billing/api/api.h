/*
 * api.h - the handlers, by file, and what they share. The tables of routes are in routes.c.
 */
#ifndef BILLING_API_H
#define BILLING_API_H

#include <jansson.h>

#include "billing/server.h"
#include "http/server.h"
#include "protocol/codec.h"

#define ROUTE_OPEN   1 /* works without a terminal's certificate */
#define ROUTE_NOTICE 2 /* for the provider: from the addresses of the settings */

extern const struct http_route KIOSK_ROUTES[];
extern const size_t KIOSK_ROUTE_COUNT;
extern const struct http_route PUBLIC_ROUTES[];
extern const size_t PUBLIC_ROUTE_COUNT;

/* The gate of the kiosk API: knows the terminal by its certificate, leaves its number. */
bool api_gate(void *context, struct http_call *call, struct http_answer *answer);

/*
 * The gate of the pages: nobody passes before the server is whole, and whoever is not the provider
 * finds nothing there but pages.
 */
bool page_gate(void *context, struct http_call *call, struct http_answer *answer);

/* Parses the body; on failure fills a 400 and answers NULL. The caller owns the document. */
json_t *api_body(const struct http_call *call, struct http_answer *answer);
/* 400 body_invalid with the codec's word; takes no document. */
void api_refuse(struct http_answer *answer, const struct codec_error *error);
/* Idempotency-Key must stand there and be the request's id; else fills a 400. */
bool api_key_ok(const struct http_call *call, const char *request_id, struct http_answer *answer);

/* health.c */
void health_get(void *context, const struct http_call *call, struct http_answer *answer);
void version_get(void *context, const struct http_call *call, struct http_answer *answer);
/* enrolments.c */
void enrolments_post(void *context, const struct http_call *call, struct http_answer *answer);
/* accounts.c */
struct lookups *lookups_make(void);
void accounts_get(void *context, const struct http_call *call, struct http_answer *answer);
/* orders.c */
void orders_post(void *context, const struct http_call *call, struct http_answer *answer);
void orders_get(void *context, const struct http_call *call, struct http_answer *answer);
void orders_cancel(void *context, const struct http_call *call, struct http_answer *answer);
void requests_close(void *context, const struct http_call *call, struct http_answer *answer);
/* attempts.c */
void attempts_post(void *context, const struct http_call *call, struct http_answer *answer);
/* pages.c; busy: the page cannot be shown now, it asks again by itself. */
void page_busy(const struct http_call *call, struct http_answer *answer);
void page_get(void *context, const struct http_call *call, struct http_answer *answer);
void page_pay(void *context, const struct http_call *call, struct http_answer *answer);
/* notices.c */
void notice_post(void *context, const struct http_call *call, struct http_answer *answer);

#endif
