/*
 * What the server's real objects stand on, in the place of the machine: HTTP's own functions, the
 * clock, chance, and the worker's memory of payment codes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "billing/jobs/worker.h"
#include "billing/store/numbers.h"
#include "http/server.h"
#include "server_side.h"
#include "system/clock.h"
#include "system/random.h"

int64_t double_now_ms;
uint32_t double_code_kept;
int double_order_count;

/* -- clock and chance ----------------------------------------------------------------------------
 */

int64_t clock_wall_ms(void)
{
    return double_now_ms;
}

/* Whoever waits for it to pass sees it pass. */
int64_t clock_monotonic_ms(void)
{
    static int64_t now_ms;
    return now_ms += 1000;
}

int64_t clock_monotonic_us(void)
{
    return clock_monotonic_ms() * 1000;
}

void clock_sleep_ms(int duration_ms)
{
    (void)duration_ms;
}

void random_bytes(uint8_t *buffer, size_t length)
{
    memset(buffer, double_order_count, length);
}

void random_hex(char *buffer, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        snprintf(buffer + 2 * i, 3, "%02x", (unsigned)double_order_count);
    }
}

/* Like numbers.c, but always the first one that is free. */
enum status numbers_next(struct numbers *numbers, struct db *db, int64_t now_ms,
                         char order_no[ORDER_NO_MAX])
{
    (void)numbers;
    (void)db;
    (void)now_ms;
    snprintf(order_no, ORDER_NO_MAX, "202611210000%08d", double_order_count + 1);
    return STATUS_OK;
}

/* -- the worker's memory -------------------------------------------------------------------------
 */

uint32_t attempt_index(const char *out_trade_no)
{
    return (uint32_t)strtoul(out_trade_no + strlen(out_trade_no) - 2, NULL, 10) - 1;
}

enum status worker_put_code(struct worker *worker, const char *out_trade_no, const char *code)
{
    (void)worker;
    (void)code;
    double_code_kept |= 1U << attempt_index(out_trade_no);
    return STATUS_OK;
}

void worker_drop_code(struct worker *worker, const char *out_trade_no)
{
    (void)worker;
    double_code_kept &= ~(1U << attempt_index(out_trade_no));
}

const char *worker_name(const struct worker *worker)
{
    (void)worker;
    return "explorer";
}

void worker_wake(struct worker *worker)
{
    (void)worker; /* the explorer wakes it whenever something is due */
}

/* -- HTTP
 * ------------------------------------------------------------------------------------------ */

const char *http_call_param(const struct http_call *call, const char *name)
{
    for (int i = 0; i < call->param_count; i++) {
        if (strcmp(call->params[i].name, name) == 0) {
            return call->params[i].value;
        }
    }
    UNREACHABLE("the pattern has no such parameter");
}

/* The request's id; and the phone that presses is one of WeChat. */
const char *http_call_header(const struct http_call *call, const char *name)
{
    bool agent = strcmp(name, "User-Agent") == 0;
    return strcmp(name, "Idempotency-Key") == 0 ? call->user : agent ? "MicroMessenger" : NULL;
}

size_t http_call_language(const struct http_call *call, const char *const *languages, size_t count)
{
    (void)call;
    (void)languages;
    (void)count;
    return 0;
}

const char *http_call_query(const struct http_call *call, const char *name)
{
    (void)call;
    (void)name;
    return NULL;
}

enum status http_call_form(const struct http_call *call, const char *name, char *value, size_t size)
{
    (void)call;
    (void)name;
    value[0] = '\0';
    return size > 0 ? STATUS_NOT_FOUND : STATUS_LIMIT;
}

void http_answer_set(struct http_answer *answer, int status, const char *content_type,
                     const void *body, size_t length)
{
    free(answer->body);
    answer->status = status;
    answer->content_type = content_type;
    answer->body = calloc(1, length + 1);
    CHECK(answer->body != NULL);
    memcpy(answer->body, body, length);
    answer->length = length;
}

void http_answer_json(struct http_answer *answer, int status, char *text)
{
    CHECK(text != NULL);
    http_answer_set(answer, status, "application/json", text, strlen(text));
    free(text);
}

void http_answer_problem(struct http_answer *answer, int status, const char *code,
                         const char *detail)
{
    char text[256];
    int length = snprintf(text, sizeof(text),
                          "{\"type\":\"about:blank\",\"title\":\"\",\"status\":%d,\"code\":\"%s\"}",
                          status, code);
    (void)detail;
    http_answer_set(answer, status, "application/problem+json", text, (size_t)length);
}

void http_answer_redirect(struct http_answer *answer, const char *location)
{
    (void)location;
    http_answer_set(answer, 303, "text/plain", "", 0);
}

void http_answer_header(struct http_answer *answer, const char *name, const char *value)
{
    (void)answer;
    (void)name;
    (void)value;
}
