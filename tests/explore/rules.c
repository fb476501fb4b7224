#include "rules.h"

#include "kiosk_side.h"
#include "server_side.h"

static const struct {
    const char *name, *words;
} TABLE[RULE_COUNT] = {
    [RULE_NONE] = {"none", ""},
    [RULE_JOURNAL_FIRST] = {"journal first",
                            "the server has an order that the kiosk's journal does not know"},
    [RULE_FINAL_CLOSE] = {"final close",
                          "the journal has the sale closed, and its order can still be paid"},
    [RULE_IDEMPOTENCY] = {"idempotency", "one sale has two orders"},
    [RULE_ONE_OPEN_ATTEMPT] = {"one open attempt", "two attempts of one order are open"},
    [RULE_SENT_FIRST] = {"SENT before the socket write",
                         "the gateway may know a charge that the server's store calls unsent"},
    [RULE_CHARGED_ONCE] = {"charged once", "the gateway was asked twice for one charge"},
    [RULE_QUERY_AFTER_REVERSAL] = {"query after reversal",
                                   "the server calls an attempt reversed that the gateway never "
                                   "closed"},
    [RULE_DECLINED_TOOK_NOTHING] = {"a decline is proved",
                                    "the server calls an attempt failed whose money was taken"},
    [RULE_NOT_TAKEN_IS_TRUE] =
        {"\"not taken\" is true",
         "\"nothing was taken\" was said, and money of this order was taken"},
    [RULE_CREDITED_ONCE] = {"credited once", "one sale was credited twice"},
    [RULE_CREDIT_IS_MONEY] = {"a credit is money",
                              "an attempt is credited whose money the gateway does not hold"},
    [RULE_CREDITED_STAYS] = {"credited is said of credit",
                             "\"taken and credited\" was said, and there is no credit"},
    [RULE_TAKEN_IS_TRUE] = {"\"taken\" is true",
                            "\"taken\" was said, and nothing of this order was taken"},
    [RULE_POSTED_STAYS] = {"what is posted stays",
                           "the utility's ledger has the money and ours does not, or the reverse"},
    [RULE_MAY_RETURN_RETURNS] = {"what may return is not kept",
                                 "\"will be returned\" was said, and the money was credited"},
    [RULE_BOOKS] = {"the books agree", "ledger, balances and attempts contradict each other"},
    [RULE_NO_PERSON_NEEDED] = {"no person is needed", "an attempt waits for a person"},
    [RULE_MONEY_SETTLES] = {"money settles",
                            "money was taken and can be neither credited nor returned any more"},
    [RULE_ORDER_ENDS] = {"the order ends", "the order can never end any more"},
    [RULE_KIOSK_RESTS] = {"the kiosk rests", "the kiosk's journal can never be emptied any more"},
};

const char *rule_name(enum rule rule)
{
    return TABLE[rule].name;
}

const char *rule_words(enum rule rule)
{
    return TABLE[rule].words;
}

/* Taken from the customer, ever. */
static bool captured(const struct trade *trade)
{
    return trade->state == TRADE_PAID || trade->state == TRADE_REVOKED ||
           trade->state == TRADE_REFUNDED;
}

static enum rule attempt_rule(const struct world *world, const struct server_facts *facts, int i)
{
    const struct trade *trade = &world->trade[i];
    enum attempt_state state = (enum attempt_state)facts->attempt[i].state;
    if (state == ATTEMPT_INTENT &&
        (trade->charges > 0 || (trade->on_way & ON_WAY_CHARGE) != 0 || world->duty[i] != 0)) {
        return RULE_SENT_FIRST;
    }
    if (trade->charges > 1) {
        return RULE_CHARGED_ONCE;
    }
    if (state == ATTEMPT_REVERSED && !trade->ever_closed && trade->state != TRADE_FAILED) {
        return RULE_QUERY_AFTER_REVERSAL;
    }
    bool may_be_taken = captured(trade) || (trade->on_way & ON_WAY_CHARGE) != 0;
    return state == ATTEMPT_FAILED && may_be_taken ? RULE_DECLINED_TOOK_NOTHING : RULE_NONE;
}

/* Sentences that were ever said, held against what is. */
static enum rule statement_rule(const struct world *world, const struct server_facts *facts)
{
    bool taken = false;
    bool credited = false;
    for (int i = 0; i < ATTEMPTS; i++) {
        taken = taken || captured(&world->trade[i]);
        credited = credited || (i < facts->attempts && facts->attempt[i].state == ATTEMPT_CREDITED);
    }
    if ((world->said & (1U << STATEMENT_NOT_TAKEN)) != 0 && taken) {
        return RULE_NOT_TAKEN_IS_TRUE;
    }
    const uint8_t taken_words =
        (1U << STATEMENT_TAKEN_CREDITING) | (1U << STATEMENT_TAKEN_CREDITED);
    if ((world->said & taken_words) != 0 && !taken) {
        return RULE_TAKEN_IS_TRUE;
    }
    if ((world->said & (1U << STATEMENT_TAKEN_CREDITED)) != 0 && !credited) {
        return RULE_CREDITED_STAYS;
    }
    if ((world->said & (1U << STATEMENT_MAY_RETURN)) != 0 && credited) {
        return RULE_MAY_RETURN_RETURNS;
    }
    return RULE_NONE;
}

/* How the law is kept. */
static enum rule law_rule(const struct world *world, const struct server_facts *facts)
{
    int open = 0;
    bool payable = facts->state == ORDER_OPEN || facts->state == ORDER_PAYING;
    if (facts->orders > 1) {
        return RULE_IDEMPOTENCY;
    }
    if (facts->orders > 0 && world->intent == 0) {
        return RULE_JOURNAL_FIRST;
    }
    for (int i = 0; i < facts->attempts && i < ATTEMPTS; i++) {
        open += attempt_open((enum attempt_state)facts->attempt[i].state) ? 1 : 0;
        enum rule rule = attempt_rule(world, facts, i);
        if (rule != RULE_NONE) {
            return rule;
        }
    }
    if (open > 1) {
        return RULE_ONE_OPEN_ATTEMPT;
    }
    return world->intent == 2 && facts->orders > 0 && payable ? RULE_FINAL_CLOSE : RULE_NONE;
}

/* The two ledgers say the same, or ours waits for the utility's word. */
static bool posting_kept(const struct world *world, const struct server_facts *facts, int i)
{
    enum attempt_state state = (enum attempt_state)facts->attempt[i].state;
    bool taken = world->trade[i].posting == LEDGER_TAKEN;
    bool on_way = (world->trade[i].on_way & ON_WAY_POSTING) != 0;
    if (!utility_ledger || state == ATTEMPT_CREDITING) {
        return true;
    }
    return state == ATTEMPT_CREDITED
               ? taken
               : !taken && !(on_way && world->trade[i].posting == LEDGER_NONE);
}

/* What it is there for. */
static enum rule harm_rule(const struct world *world, const struct server_facts *facts)
{
    int credited = 0;
    for (int i = 0; i < facts->attempts && i < ATTEMPTS; i++) {
        bool is = facts->attempt[i].state == ATTEMPT_CREDITED;
        credited += is ? 1 : 0;
        if (is && world->trade[i].state != TRADE_PAID) {
            return RULE_CREDIT_IS_MONEY;
        }
        if (!posting_kept(world, facts, i)) {
            return RULE_POSTED_STAYS;
        }
        if (attempt_duty((enum attempt_state)facts->attempt[i].state) == DUTY_ALARM) {
            return RULE_NO_PERSON_NEEDED;
        }
    }
    if (credited > 1 || facts->credits > 1) {
        return RULE_CREDITED_ONCE;
    }
    return facts->books_agree ? statement_rule(world, facts) : RULE_BOOKS;
}

enum rule rule_broken(const struct world *world, bool harm)
{
    const struct server_facts facts = server_facts(world->server);
    enum rule rule = harm ? RULE_NONE : law_rule(world, &facts);
    return rule != RULE_NONE ? rule : harm_rule(world, &facts);
}

static bool money_settled(const struct world *world, const struct server_facts *facts)
{
    for (int i = 0; i < ATTEMPTS; i++) {
        bool credited = i < facts->attempts && facts->attempt[i].state == ATTEMPT_CREDITED;
        if (world->trade[i].state == TRADE_WAITING || world->trade[i].on_way != 0 ||
            (world->trade[i].state == TRADE_PAID) != credited) {
            return false;
        }
    }
    return true;
}

static bool order_ended(const struct server_facts *facts)
{
    for (int i = 0; i < facts->attempts && i < ATTEMPTS; i++) {
        enum attempt_state state = (enum attempt_state)facts->attempt[i].state;
        if (attempt_open(state) || state == ATTEMPT_REFUND_INTENT || state == ATTEMPT_REFUNDING ||
            state == ATTEMPT_MANUAL) {
            return false;
        }
    }
    return facts->order_done;
}

uint8_t rule_ends(const struct world *world)
{
    const struct server_facts read = server_facts(world->server);
    const struct server_facts *facts = &read;
    bool rests = world->intent != 1 && world->call == 0 && world->saves[0] == 0 &&
                 world->late[0] == 0 && kiosk_facts(world->kiosk).rests;
    /* What was paid for has its receipt, which can be printed again. */
    bool receipt = facts->credits == 0 || world->receipt == 2;
    return (uint8_t)((money_settled(world, facts) ? 1 : 0) | (order_ended(facts) ? 2 : 0) |
                     (rests && receipt ? 4 : 0));
}

uint8_t rule_said_by_server(const struct world *world)
{
    const struct server_facts read = server_facts(world->server);
    const struct server_facts *facts = &read;
    bool final = facts->orders > 0 && (facts->state == ORDER_CLOSED || facts->state == ORDER_PAID);
    return world->qr_seen && final ? (uint8_t)(1U << facts->statement) : 0;
}
