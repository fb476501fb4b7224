/* What really happens at the gateway and the utility, and what is to go wrong there. */
#include <stdio.h>
#include <string.h>

#include "gateway.h"
#include "sandbox/sandbox.h"
#include "trade_name.h"
#include "world.h"

#define TRUTHS_MAX     16384 /* a power of two, more than a run has trades */
#define LATE_MAX_MS    300000
#define UTILITY_MAX_MS 120000
#define REVERSALS_MAX  3

static struct truth truths[TRUTHS_MAX];
static int truth_slots[TRUTHS_MAX]; /* 1 + index; 0: free */
static int truth_count;

void truth_begin(void)
{
    memset(truth_slots, 0, sizeof(truth_slots));
    truth_count = 0;
}

/* -- the truth ------------------------------------------------------------------------------------
 */

struct truth *gateway_truth(const char *out_trade_no)
{
    uint64_t hash = hash_text(out_trade_no);
    size_t slot = hash % TRUTHS_MAX;
    while (truth_slots[slot] != 0 &&
           strcmp(truths[truth_slots[slot] - 1].out_trade_no, out_trade_no) != 0) {
        slot = (slot + 1) % TRUTHS_MAX;
    }
    if (truth_slots[slot] == 0) {
        CHECK(truth_count < TRUTHS_MAX / 2);
        struct truth *made = &truths[truth_count++];
        uint64_t name = witness_trade(out_trade_no);
        *made = (struct truth){.name = name,
                               .line = stream_of("gateway line", name),
                               .notices = stream_of("notices", name),
                               .settled = true};
        snprintf(made->out_trade_no, sizeof(made->out_trade_no), "%.32s", out_trade_no);
        truth_slots[slot] = truth_count;
    }
    return &truths[truth_slots[slot] - 1];
}

bool truth_final(const struct truth *truth)
{
    return truth->settled && !truth->may_pay && truth->paid_fen == truth->refunded_fen;
}

const struct truth *gateway_truths(int *count)
{
    *count = truth_count;
    return truths;
}

void __real_books_save_trade(struct books *books, const struct trade *trade);
void __wrap_books_save_trade(struct books *books, const struct trade *trade);

void __wrap_books_save_trade(struct books *books, const struct trade *trade)
{
    struct truth *truth = gateway_truth(trade->out_trade_no);
    bool paid = trade->state == TRADE_PAID || trade->state == TRADE_REFUNDED;
    bool box = trade->state == TRADE_PAYING && trade->password_until_ms > 0;
    __real_books_save_trade(books, trade);
    truth->charges += trade->state == TRADE_PAID && !truth->ever_paid ? 1 : 0;
    truth->ever_paid = truth->ever_paid || paid;
    truth->asked_fen = trade->amount_fen;
    truth->paid_fen = trade->paid_fen;
    truth->refunded_fen = trade->refunded_fen;
    truth->settled = trade->state != TRADE_NOTPAY && trade->state != TRADE_PAYING;
    truth->closed = trade->state == TRADE_CLOSED || trade->state == TRADE_REVOKED;
    truth->ever_closed = truth->ever_closed || truth->closed;
    truth->may_pay = trade->late_at_ms > 0;
    TELL(hash_text(trade->out_trade_no), trade->state,
         "gateway: %s is %s, paid %lld, returned %lld", trade->out_trade_no,
         trade_state_name(trade->state), (long long)trade->paid_fen,
         (long long)trade->refunded_fen);
    if (box && !truth->password_open) {
        int64_t after_ms = stream_short(&truth->line, 800, 50000);
        world_at(world_now_ms + after_ms, wallet_answer_password, truth, 0);
    }
    truth->password_open = box;
}

/* -- what goes wrong with a trade ---------------------------------------------------------- */

void truth_plan(struct truth *truth)
{
    struct stream stream = stream_of("trade", truth->name);
    if (truth->planned) {
        return;
    }
    truth->planned = true;
    truth->password = happens(&stream, CHOICE_PASSWORD);
    truth->late = happens(&stream, CHOICE_LATE_SUCCESS);
    truth->late_ms = stream_between(&stream, 1000, LATE_MAX_MS);
    truth->declines = happens(&stream, CHOICE_DECLINES);
    truth->no_funds = happens(&stream, CHOICE_NO_FUNDS);
    truth->code_expired = happens(&stream, CHOICE_CODE_EXPIRED);
    truth->wrong_amount = happens(&stream, CHOICE_WRONG_AMOUNT);
    truth->reverse_refusals = happens(&stream, CHOICE_REVERSE_REFUSED) ? REVERSALS_MAX : 0;
    truth->reverse_idles = happens(&stream, CHOICE_REVERSE_IDLE) ? REVERSALS_MAX : 0;
    truth->refund_failures =
        happens(&stream, CHOICE_REFUND_FAILS) ? (int)stream_between(&stream, 1, 4) : 0;
    truth->refund_refused = happens(&stream, CHOICE_REFUND_REFUSED);
    truth->utility_refuses = happens(&stream, CHOICE_UTILITY_REFUSES);
    truth->utility_wrong = happens(&stream, CHOICE_UTILITY_WRONG);
    truth->utility_slow_ms =
        happens(&stream, CHOICE_UTILITY_SLOW) ? stream_between(&stream, 1000, UTILITY_MAX_MS) : 0;
}

void __real_books_save_posting(struct books *books, const struct posting *posting);
void __wrap_books_save_posting(struct books *books, const struct posting *posting);

void __wrap_books_save_posting(struct books *books, const struct posting *posting)
{
    struct truth *truth = gateway_truth(posting->out_trade_no);
    __real_books_save_posting(books, posting);
    truth->postings += posting->state == POSTING_ACCEPTED ? 1 : 0;
    TELL(hash_text(posting->posting_no), posting->state, "utility: %s is %s", posting->posting_no,
         posting->state == POSTING_ACCEPTED  ? "accepted"
         : posting->state == POSTING_REFUSED ? "refused"
                                             : "pending");
}
