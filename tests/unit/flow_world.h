/*
 * flow_world.h - the flow under a virtual clock, with a test in the place of the world.
 *
 * Effects pile up in order; a test takes them one by one by kind and answers them, or does not.
 */
#ifndef TESTS_UNIT_FLOW_WORLD_H
#define TESTS_UNIT_FLOW_WORLD_H

#include "cmocka_all.h"

#include "kiosk/flow/visit.h"

#define WORLD_EFFECTS 256

struct world {
    struct visit visit;
    struct view view;
    int64_t now_ms, wall_ms;
    unsigned ids;
    struct effect effects[WORLD_EFFECTS];
    int effect_count;
};

/* A kiosk that has booted: server up, scanner and printer ready, home screen, health answered. */
void world_start(struct world *world);
/* A kiosk before its first event. */
void world_init(struct world *world);

void world_event(struct world *world, struct event *event);
void world_touch(struct world *world, enum intent intent, int argument);
void world_type(struct world *world, const char *digits);
void world_scan(struct world *world, const char *text);
/* Time passes in the steps in which the flow wants to be woken. */
void world_advance(struct world *world, int64_t duration_ms);

/* The oldest effect of that kind that was not taken; fails when there is none. */
struct effect world_take(struct world *world, enum effect_kind kind);
bool world_wants(const struct world *world, enum effect_kind kind);
/* The oldest call that is not a health call; fails unless it is this one. */
struct call_request world_take_call(struct world *world, enum call call);
bool world_calls(const struct world *world, enum call call);

void world_saved(struct world *world, const struct effect *effect, enum status status);
/* Answers: an order of that state and statement for the newest order of the world. */
void world_reply_status(struct world *world, const struct call_request *call, enum status status,
                        const char *problem_code);
void world_reply_account(struct world *world, const struct call_request *call,
                         const struct account *account);
void world_reply_order(struct world *world, const struct call_request *call,
                       const struct order *order);

struct account world_prepaid(void);  /* balance 12.30, limits 1..2000, presets 50 100 200 500 */
struct account world_postpaid(void); /* three bills, together 300.00 and 3.00 late fee */
struct order world_order(const struct world *world, enum order_state state,
                         enum statement statement);

/* From home to the amount screen of the prepaid account. */
void world_to_amount(struct world *world);
/* From home to the wish to save the intent of a payment of 50.00, which is taken. */
struct effect world_to_intent(struct world *world);
/* From home to an open payment of 50.00. */
void world_to_pay(struct world *world);
/* A scanned code is saved and its attempt is on the way: the call. */
struct call_request world_charge(struct world *world, const char *code);

#endif
