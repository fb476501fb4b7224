/*
 * harness.h - a running sandbox, and the merchant's side of it.
 */
#ifndef TESTS_SANDBOX_HARNESS_H
#define TESTS_SANDBOX_HARNESS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#define BODY_MAX 2048

/* Starts the program on a free port with the same state directory as before; waits for it. */
void sandbox_start(void);
/* Sends the signal and waits for the end; returns the wait status. */
int sandbox_stop(int signal_number);
/* The two halves of it, for a kill in the middle of something. */
void sandbox_signal(int signal_number);
int sandbox_reap(void);
/* A line to the control socket; the reply without its end. */
const char *ask(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* A fresh payment code: a static text, good until the next call. */
const char *code(const char *wallet_and_balance);

struct answer {
    int status; /* HTTP; 0: no reply */
    bool signed_well;
    json_t *json; /* borrowed until the next call; NULL for none */
};

/* A signed call. body NULL: GET. */
struct answer call(const char *path, const char *body);
/* The same with a signature of the caller's ("" for none). */
struct answer call_signed(const char *path, const char *body, const char *signature);
const char *text(struct answer answer, const char *key);
int64_t number(struct answer answer, const char *key);

struct answer pay(const char *no, const char *auth_code, int64_t amount_fen);
struct answer page(const char *no, int64_t amount_fen);
struct answer query(const char *no);
struct answer reverse(const char *no);
struct answer refund(const char *no, const char *refund_no, int64_t amount_fen);
struct answer refund_query(const char *refund_no);
/* charged_fen, refunded_fen, count, open */
int64_t book(const char *key);

/* The merchant's own server: pay page /p/x, notices /notify. */
void merchant_start(void);
void merchant_stop(void);
const char *merchant_url(const char *path);
/* Notices that came with a good signature; the first `refused` of the next ones get a 500. */
int notices_seen(void);
void notices_refuse(int count);
/* Waits until so many came in all; false after five seconds. */
bool notices_wait(int count);

#endif
