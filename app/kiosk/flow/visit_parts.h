/*
 * visit_parts.h - the pieces of visit_step() that stand in files of their own.
 */
#ifndef KIOSK_FLOW_VISIT_PARTS_H
#define KIOSK_FLOW_VISIT_PARTS_H

#include "kiosk/flow/visit.h"

/* visit.c: screens and the end of a visit */
void visit_go(struct visit *visit, const struct context *context, enum screen_id screen);
void visit_end(struct visit *visit, const struct context *context);
/* Home again, keeping language and size: the same person goes on. */
void visit_back_home(struct visit *visit, const struct context *context);

/* visit_choose.c: account, amount, bills */
void choose_touch(struct visit *visit, const struct context *context, enum intent intent,
                  int argument);
void choose_look_up(struct visit *visit, const struct context *context);
void choose_account_reply(struct visit *visit, const struct context *context,
                          const struct call_reply *reply);
/* What Next would pay now; 0 when there is nothing or too much. */
int64_t choose_amount_fen(const struct customer *customer);

/* visit_pay.c: from the chosen amount to an end */
void pay_begin(struct visit *visit, const struct context *context);
void pay_scan(struct visit *visit, const struct context *context, const char *bytes, size_t length);
/* Looks whether the payment reached an end and moves the screen with it. */
void pay_follow(struct visit *visit, const struct context *context);
/* The recovery has asked about a sale: the words of one that still stands here follow. */
void pay_learn(struct visit *visit, const struct call_reply *reply);
void pay_back_to_choice(struct visit *visit, const struct context *context, enum message message);

/* visit_version.c: asked when the server was heard, and now and then */
int64_t version_due_ms(const struct visit *visit);
void version_tick(struct visit *visit, const struct context *context);
void version_reply(struct visit *visit, const struct context *context,
                   const struct call_reply *reply);
bool version_settled(const struct visit *visit);
/* Out of service as soon as nobody pays, and back when the server takes this version again. */
void version_follow(struct visit *visit, const struct context *context);

/* visit_receipt.c: receipts and reprints */
void receipt_begin_job(struct visit *visit, const struct context *context, const char *receipt_no);
void receipt_job(struct visit *visit, const struct context *context, const struct event *event);
void receipt_printed(struct visit *visit, const struct context *context, const struct event *event);
void receipt_touch_result(struct visit *visit, const struct context *context, enum intent intent);
void receipt_touch_reprint(struct visit *visit, const struct context *context, enum intent intent,
                           int argument);

#endif
