/*
 * server_side.h - the billing server: its real handlers, worker's duties, rules, store and SQL on
 * an SQLite in memory, between two moments.
 *
 * Between moments it is the text of its rows and the phase of its clock. A duty stops before each
 * call to the provider and goes on when the answer is there: it is run again from its beginning,
 * over the row that it had read and the answers that it had got (server_duty.c), so that every
 * interleaving with handlers, clock and power cuts is explored.
 */
#ifndef TESTS_EXPLORE_SERVER_SIDE_H
#define TESTS_EXPLORE_SERVER_SIDE_H

#include "billing/gateway/provider.h"
#include "billing/gateway/utility.h"
#include "billing/rules/attempt.h"
#include "explore.h"

enum server_event {
    SERVER_CALL = 0, /* the kiosk's call arrives */
    SERVER_PRESS,    /* a phone presses the pay button */
    SERVER_TIME,     /* a long time passes */
    SERVER_EXPIRE,   /* the worker ends an expired order */
    SERVER_LOOK,     /* the worker takes up an attempt: attempt, code: it has its code */
    SERVER_RESUME,   /* the gateway's answer comes: attempt, duty, answer */
    SERVER_RESTART,
    SERVER_NOTICE,        /* the provider's notice about an attempt */
    SERVER_PERSONS,       /* two of them saw that the provider took nothing: attempt */
    SERVER_ACCOUNT_CLOSES /* the account takes no money any more */
};

struct server_input {
    uint32_t event; /* enum server_event */
    uint32_t attempt, code;
    uint32_t call;
    uint32_t duty, answer;
};

/* What a duty waits for. */
enum provider_call {
    PROVIDER_CALL_NONE = 0, /* the duty is done */
    PROVIDER_CALL_PAY,
    PROVIDER_CALL_PAGE,
    PROVIDER_CALL_QUERY,
    PROVIDER_CALL_REVERSE,
    PROVIDER_CALL_REFUND,
    PROVIDER_CALL_QUERY_REFUND,
    /* of the utility */
    PROVIDER_CALL_POST,
    PROVIDER_CALL_QUERY_POSTING
};

/* An answer in one byte: 1 + result, of the provider or of the utility; a page's address or an open
 * password box; 0 is none. */
#define ANSWER(result)  ((uint8_t)(1 + (result)))
#define ANSWER_DETAIL   0x40
#define ANSWER_RETURNED 0x80 /* with PROVIDER_CLOSED: it had been paid */
#define ANSWER_NO_WORDS 0x20 /* of reverse and refund, whose words nobody hears */

struct server_step {
    uint32_t server;
    uint32_t reply;
    uint32_t duty;      /* SERVER_LOOK, SERVER_RESUME: 0 when it is done */
    uint32_t code_kept; /* 1 << attempt whose payment code now is in memory */
};

void server_open(void);
uint32_t server_first(void);
void server_step(uint32_t server, const struct server_input *input, struct server_step *step);
enum provider_call server_duty_call(uint32_t duty);

/* What the explorer asks of a store. */
struct server_facts {
    bool known, expired, may_expire, account_closed, books_agree;
    uint8_t phase; /* of its clock: 0 the beginning, 1 codes are over, 2 the order is over */
    uint8_t orders, attempts, order_open, order_done, credits;
    uint8_t state, statement; /* enum order_state, enum statement */
    struct {
        uint8_t state; /* enum attempt_state */
        uint8_t due, by_phone, cashier, looks;
    } attempt[ATTEMPTS];
};
struct server_facts server_facts(uint32_t server);
#define PHASES 3

uint32_t server_count(void);
void server_close(void);

/* -- between server_side.c, server_duty.c and server_doubles.c ----------------------------------
 */

struct db;
struct http_answer;
extern int64_t double_now_ms;     /* the server's clock */
extern uint32_t double_code_kept; /* 1 << attempt */
extern int double_order_count;
extern const struct provider provider_double;

uint32_t attempt_index(const char *out_trade_no);
void attempt_name(uint32_t attempt, char out_trade_no[TRADE_NO_MAX]);
/* Runs the duty until it waits or is done. duty 0: from its beginning. */
uint32_t duty_run(struct db *db, const struct server_input *input);
void duty_free(void);

#endif
