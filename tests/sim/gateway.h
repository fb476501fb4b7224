/*
 * gateway.h - the payment provider: the sandbox's own handlers, rules and books (app/sandbox), with
 * the faults that are drawn for each trade; the wallets; the notices. And what really happened
 * there, which no program is told: the truth that everything else is held against.
 */
#ifndef TESTS_SIM_GATEWAY_H
#define TESTS_SIM_GATEWAY_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "chance.h"
#include "server.h"

#define CODE_TEXT_MAX    25
#define CASHIER_TEXT_MAX 33

/* One trade, as it really is. */
struct truth {
    char out_trade_no[33];
    uint64_t name; /* the same whatever other sales there are */
    int64_t asked_fen, paid_fen, refunded_fen;
    int charges; /* how often money was taken for it */
    bool ever_paid;
    bool settled;             /* nothing is open there: paid, failed, closed, revoked, refunded */
    bool closed, ever_closed; /* closed or revoked */
    bool may_pay;             /* a success may still come by itself */
    bool password_open;
    /* what is to go wrong with it */
    bool planned, password, late, declines, no_funds, code_expired, wrong_amount, wrong_taken;
    int64_t late_ms;
    int reverse_refusals, reverse_idles, refund_failures;
    bool refund_refused, reverse_said_ok;
    bool utility_refuses, utility_wrong;
    int64_t utility_slow_ms;
    int postings; /* that the utility accepted */
    struct stream line, notices;
    /* what the server was told and did */
    int sends;
};

void gateway_open(void);
void gateway_close(void);

/* A request arrives. */
void gateway_take(struct request *request, struct http_answer *answer);
/* Something may have become due. */
void gateway_look(void);
/* True: it was the gateway's own, which looks soon. */
bool gateway_signalled(const pthread_cond_t *condition);

/* The trade of that number; made when nobody ever heard of it. */
struct truth *gateway_truth(const char *out_trade_no);
const struct truth *gateway_truths(int *count);
/* Draws what goes wrong with it. */
void truth_plan(struct truth *truth);
void truth_begin(void);
/* Nothing can come of it by itself, and what was taken is where the state says. */
bool truth_final(const struct truth *truth);
/* From the gateway's own books. */
void gateway_sums(int64_t *charged_fen, int64_t *refunded_fen, int64_t *open);
/* Nothing will come from there by itself any more. */
bool gateway_rests(void);
/* No call of a server is on its way there (gateway_line.c). */
bool gateway_line_rests(void);
void gateway_line_begin(void);

/* A wallet shows a payment code. */
void wallet_show_code(struct stream *stream, char code[CODE_TEXT_MAX]);
/* What a customer does on the provider's page; its address is all that the phone knows. */
void wallet_answer_password(void *context, uint64_t token);
void wallet_answer_page(const char *cashier_url, bool pay);

#endif
