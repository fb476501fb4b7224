/*
 * moves.h - everything that can happen next in a world.
 */
#ifndef TESTS_EXPLORE_MOVES_H
#define TESTS_EXPLORE_MOVES_H

#include "explore.h"

/* MOVE(name, what of it: ' ' the course of things, 'F' a fault, 'C' a power cut; its words) */
#define MOVES                                                                                      \
    MOVE(BEGIN, ' ', "the customer chose 50.00 and touches \"pay\"")                               \
    MOVE(JOURNAL_WRITES, ' ', "the kiosk's journal writes")                                        \
    MOVE(JOURNAL_FAILS, 'F', "the kiosk's journal cannot write")                                   \
    MOVE(CALL_ARRIVES, ' ', "the kiosk's call reaches the server, which answers")                  \
    MOVE(CALL_TWICE, 'F', "the kiosk's call reaches the server, and a copy of it is on its way")   \
    MOVE(CALL_LOST, 'F', "the kiosk's call is lost")                                               \
    MOVE(CALL_LATE, 'F', "the kiosk's call is on its way for longer than the kiosk waits")         \
    MOVE(LATE_ARRIVES, ' ', "a call that the kiosk gave up reaches the server")                    \
    MOVE(REPLY_COMES, ' ', "the reply reaches the kiosk")                                          \
    MOVE(REPLY_LOST, 'F', "the reply to the kiosk is lost")                                        \
    MOVE(SCAN, ' ', "the customer shows a payment code")                                           \
    MOVE(BACK, ' ', "the customer touches \"back\"")                                               \
    MOVE(HOME, ' ', "the customer touches \"home\"")                                               \
    MOVE(HELP, ' ', "the customer touches \"help\"")                                               \
    MOVE(NEXT, ' ', "the customer leaves the result")                                              \
    MOVE(POLL, ' ', "the kiosk's next question is due")                                            \
    MOVE(DEADLINE, ' ', "the kiosk's time to order, or to pay, is over")                           \
    MOVE(RESOLVED, ' ', "the kiosk's screen has waited long enough")                               \
    MOVE(WIPE, ' ', "the customer walked away: the kiosk's visit is over")                         \
    MOVE(BOOT_OVER, ' ', "the kiosk starts without waiting longer")                                \
    MOVE(PRESS, ' ', "a phone that has the QR presses \"pay\"")                                    \
    MOVE(TIME, ' ', "a long time passes on the server")                                            \
    MOVE(EXPIRE, ' ', "the server ends the order that expired")                                    \
    MOVE(LOOK, ' ', "the server's worker takes up the attempt")                                    \
    MOVE(GATEWAY_PAID, ' ', "the gateway hears the charge: paid")                                  \
    MOVE(GATEWAY_WAITS, ' ', "the gateway hears the charge, and waits for the customer")           \
    MOVE(GATEWAY_DECLINES, ' ', "the gateway hears the charge, and declines")                      \
    MOVE(GATEWAY_SILENT, 'F', "the gateway hears the charge (effect as shown); its reply is lost") \
    MOVE(CHARGE_LOST, 'F', "the charge is lost on its way to the gateway")                         \
    MOVE(CHARGE_LATE, 'F', "the charge is on its way for longer than the server waits")            \
    MOVE(REFUSED, 'F', "the gateway cannot be reached: not a byte was sent")                       \
    MOVE(CHARGE_COMES, ' ', "the late charge reaches the gateway")                                 \
    MOVE(ANSWERS, ' ', "the gateway answers the question")                                         \
    MOVE(ANSWER_LOST, 'F', "the gateway's answer is lost")                                         \
    MOVE(REVERSES, ' ', "the gateway hears the reversal")                                          \
    MOVE(REVERSE_REFUSED, ' ', "the gateway refuses the reversal while the password box is open")  \
    MOVE(REVERSE_FAILS, 'F', "the reversal is answered and has no effect")                         \
    MOVE(REVERSE_LATE, 'F', "the reversal is on its way for longer than the server waits")         \
    MOVE(REVERSE_COMES, ' ', "the late reversal reaches the gateway")                              \
    MOVE(REFUNDS, ' ', "the gateway hears the refund")                                             \
    MOVE(REFUND_FAILS, 'F', "the refund has no effect")                                            \
    MOVE(WALLET_PAYS, ' ', "the customer confirms in the wallet: the money is taken")              \
    MOVE(WALLET_DECLINES, ' ', "the customer declines in the wallet")                              \
    MOVE(PAGE_EXPIRES, ' ', "the gateway's page expires: nothing was taken")                       \
    MOVE(LATE_SUCCESS, 'F', "the gateway takes the money of a trade that it had closed")           \
    MOVE(WORKER_GOES_ON, ' ', "the gateway's answer reaches the worker")                           \
    MOVE(POSTING_TAKEN, ' ', "the utility hears the posting, and takes it")                        \
    MOVE(POSTING_REFUSED, ' ', "the utility hears the posting, and refuses it")                    \
    MOVE(POSTING_WAITS, ' ', "the utility hears the posting, and decides later")                   \
    MOVE(POSTING_SILENT, 'F',                                                                      \
         "the utility hears the posting (effect as shown); its reply is lost")                     \
    MOVE(POSTING_LOST, 'F', "the posting is lost on its way to the utility")                       \
    MOVE(POSTING_LATE, 'F', "the posting is on its way for longer than the server waits")          \
    MOVE(POSTING_COMES, ' ', "the late posting reaches the utility")                               \
    MOVE(UTILITY_DECIDES, ' ', "the utility decides")                                              \
    MOVE(UTILITY_ANSWERS, ' ', "the utility answers the question")                                 \
    MOVE(UTILITY_SILENT, 'F', "the utility's answer is lost")                                      \
    MOVE(PERSONS, ' ', "two persons see in the gateway's books that nothing was taken")            \
    MOVE(NOTICE, ' ', "the gateway's notice reaches the server")                                   \
    MOVE(NOTICE_TWICE, 'F', "the gateway's notice reaches the server, and a copy is on its way")   \
    MOVE(NOTICE_LOST, ' ', "the gateway's notice is lost")                                         \
    MOVE(ACCOUNT_CLOSES, 'F', "the account is closed at the counter: it takes no money any more")  \
    MOVE(KIOSK_CUT, 'C', "POWER CUT of the kiosk; it starts again")                                \
    MOVE(KIOSK_CUT_LATE, 'C', "POWER CUT of the kiosk, its call is still on the way")              \
    MOVE(SERVER_CUT, 'C', "POWER CUT of the server; it starts again")                              \
    MOVE(SERVER_CUT_LATE, 'C', "POWER CUT of the server, its call to the gateway is on the way")   \
    MOVE(BOTH_CUT, 'C', "POWER CUT of kiosk and server; both start again")                         \
    MOVE(BOTH_CUT_LATE, 'C', "POWER CUT of kiosk and server, their calls are on the way")

enum move_kind {
#define MOVE(name, what, words) MOVE_##name,
    MOVES
#undef MOVE
        MOVE_COUNT
};

const char *move_words(enum move_kind kind);
/* ' ', 'F' or 'C'. */
char move_what(enum move_kind kind);

/* How much may happen in one world. */
struct bounds {
    int attempts; /* codes and pay buttons; ATTEMPTS at most */
    int faults, cuts;
};
struct world moves_first(const struct bounds *bounds);

/* Calls visit() for every world that may be next. */
typedef void moves_visit(void *context, const struct world *next, struct label label);
void moves_next(const struct world *world, moves_visit *visit, void *context);

/* Calls that were given up and not followed, because LATE of them were on the way already. */
extern uint64_t moves_forgotten;

#endif
