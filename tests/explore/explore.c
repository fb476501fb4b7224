/*
 * Every world of one sale.
 *
 * A customer pays 50.00 at a kiosk: by the code on the phone, by the QR on the screen, or by both.
 * Calls, replies and charges are lost, late, doubled or overtaken; power goes at any moment; the
 * customer walks away; a second phone has the QR; the gateway is silent, declines, closes, changes
 * its mind. This program makes every one of these worlds, step by step, with the kiosk's and the
 * server's own objects (same_objects checks that), and holds each against the payment law.
 *
 * The law has two parts (rules.c). What must be so in every world: that a sale is in the journal
 * before the server hears of it, that nothing is credited twice, that every sentence ever said
 * about the money is still true. And what must stay in reach from every world, if no further fault
 * happens: the money is credited or returned, the order ends, the kiosk's journal is empty and has
 * the receipt. Time-outs may pass in any order, so the real, slower course is among those explored.
 *
 * How to read a story: one line a step, in the order in which things happened; ! is a fault, * a
 * power cut. In brackets stands what is true AFTER the step: the kiosk's payment, the order, its
 * attempts at the server and at the gateway, the journal, and what was said to the customer so far.
 * The story is a shortest one: no shorter world breaks the rule.
 *
 *     explore [--attempts N] [--faults N] [--cuts N]      the bounds of one world
 *             [--utility] [--without RULE | --provider NAME] [--harm] [--list]
 *
 * --utility: the account is one of a utility that keeps its ledger itself, slowly and at the end of
 * a line that loses words. --without takes one rule of the law away, by an adapter around the real
 * objects: then the explorer must find the world that this rule is there for (exit 0: found). With
 * --harm only what hurts somebody counts, not the broken rule itself. --provider: one
 * that is worse than usual. A forgetful one is borne with the help of two persons; one that pays
 * after the last look is not: that is for the reconciliation, and when it is borne its test fails
 * and wants to be turned round.
 *
 * The parts: kiosk_side.c (the real visit), server_side.c with server_rows.c (the real handlers,
 * rules and store), server_duty.c (the worker's real duties, stopped before each call to the
 * provider), server_doubles.c (what stands for HTTP, clock and chance), moves.c with
 * moves_gateway.c and moves_utility.c (what can happen next), rules.c (the law), graph.c and pool.c
 * (the search).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "graph.h"
#include "kiosk/flow/payment.h"
#include "kiosk_side.h"
#include "moves.h"
#include "rules.h"
#include "server_side.h"
#include "system/log.h"

enum mutation mutation;
bool utility_ledger;

/*
 * What must be found when a rule is taken away: the rule itself, and, with --harm, what it is there
 * for. No harm: within one sale and the bounds of the tests, other rules still hold it off.
 */
static const struct {
    const char *name;
    enum rule found, harm;
} MUTATIONS[MUTATION_COUNT] = {
    [MUTATION_NONE] = {"", RULE_NONE, RULE_NONE},
    [MUTATION_JOURNAL_FIRST] = {"journal-first", RULE_JOURNAL_FIRST, RULE_KIOSK_RESTS},
    [MUTATION_FINAL_CLOSE] = {"final-close", RULE_FINAL_CLOSE, RULE_NOT_TAKEN_IS_TRUE},
    [MUTATION_TOMBSTONE] = {"tombstone", RULE_FINAL_CLOSE, RULE_NONE},
    [MUTATION_BOOT_RECOVERY] = {"boot-recovery", RULE_KIOSK_RESTS, RULE_KIOSK_RESTS},
    [MUTATION_BOOT_SCAN] = {"boot-scan", RULE_ORDER_ENDS, RULE_ORDER_ENDS},
    [MUTATION_IDEMPOTENCY] = {"idempotency", RULE_IDEMPOTENCY, RULE_NONE},
    [MUTATION_CURRENT_STATE] = {"current-state", RULE_KIOSK_RESTS, RULE_KIOSK_RESTS},
    [MUTATION_QUERY_AFTER_REVERSAL] = {"query-after-reversal", RULE_QUERY_AFTER_REVERSAL,
                                       RULE_NONE},
    [MUTATION_SENT_FIRST] = {"sent-first", RULE_SENT_FIRST, RULE_NOT_TAKEN_IS_TRUE},
    [MUTATION_ONE_OPEN_ATTEMPT] = {"one-open-attempt", RULE_ONE_OPEN_ATTEMPT, RULE_CREDITED_ONCE},
    [MUTATION_LATE_IS_REFUNDED] = {"late-is-refunded", RULE_MAY_RETURN_RETURNS,
                                   RULE_MAY_RETURN_RETURNS},
    [MUTATION_SILENCE_IS_NO_WORD] = {"silence-is-no-word", RULE_POSTED_STAYS, RULE_POSTED_STAYS},
    [MUTATION_LATE_AFTER_WATCH] = {"late-after-watch", RULE_MONEY_SETTLES, RULE_MONEY_SETTLES},
    [MUTATION_FORGETFUL_GATEWAY] = {"forgetful-gateway", RULE_NONE, RULE_NONE},
};

struct search {
    struct graph graph;
    uint32_t at;
    bool harm; /* look for harm alone */
    enum rule broken;
    uint32_t where;
    uint64_t steps, ended;
    uint64_t made[MOVE_COUNT];
};

/* ---- a story
 * --------------------------------------------------------------------------------------- */

static const char *const TRADES[] = {"-",      "waits",   "PAID",    "declined",
                                     "closed", "revoked", "refunded"};
static const char *const LEDGERS[] = {"-", "waits", "TAKEN", "refused"};
static const char *const ORDERS[] = {"open", "paying", "closing", "paid", "closed"};
static const char *const JOURNAL[] = {"empty", "open", "closed"};

static void tell_world(const struct world *world)
{
    const struct server_facts read = server_facts(world->server);
    const struct server_facts *facts = &read;
    printf("        [kiosk %s, order %s", kiosk_word(world->kiosk),
           facts->orders > 0 ? ORDERS[facts->state] : "-");
    for (int i = 0; i < facts->attempts && i < ATTEMPTS; i++) {
        printf(", attempt %d %s, gateway %s%s%s", i + 1,
               attempt_state_name((enum attempt_state)facts->attempt[i].state),
               TRADES[world->trade[i].state], utility_ledger ? ", utility " : "",
               utility_ledger ? LEDGERS[world->trade[i].posting] : "");
    }
    printf(", journal %s", JOURNAL[world->intent]);
    for (int i = 0; i < STATEMENT_COUNT; i++) {
        if ((world->said & (1U << i)) != 0) {
            printf(", said %s", statement_name((enum statement)i));
        }
    }
    printf("]\n");
}

static const char *call_word(uint32_t call)
{
    static const char *const words[CALL_COUNT] = {[CALL_ORDER] = " (make the order)",
                                                  [CALL_ORDER_STATE] = " (how is the order)",
                                                  [CALL_ATTEMPT] = " (charge this code)",
                                                  [CALL_CANCEL] = " (cancel the order)",
                                                  [CALL_CLOSE_REQUEST] = " (close the sale)"};
    return call == 0 ? "" : words[kiosk_call(call)->call];
}

static void tell_step(const struct graph *graph, uint32_t number, int line)
{
    struct label label = graph->labels[number];
    enum move_kind kind = (enum move_kind)label.kind;
    const struct world *before = &graph->worlds[graph->parents[number]];
    const char *detail = "";
    const char *mark = move_what(kind) == 'F' ? "!" : move_what(kind) == 'C' ? "*" : " ";
    if (kind >= MOVE_CALL_ARRIVES && kind <= MOVE_REPLY_LOST && kind != MOVE_LATE_ARRIVES) {
        detail = call_word(before->call);
    }
    if (kind >= MOVE_LOOK && kind <= MOVE_NOTICE_LOST) {
        printf("  %2d. %s %s%s (attempt %d)\n", line, mark, move_words(kind), detail, label.on + 1);
    } else {
        printf("  %2d. %s %s%s\n", line, mark, move_words(kind), detail);
    }
    tell_world(&graph->worlds[number]);
}

static void tell_story(const struct search *search)
{
    const struct graph *graph = &search->graph;
    int length = 0;
    for (uint32_t at = search->where; at != 0; at = graph->parents[at]) {
        length++;
    }
    uint32_t *path = grow(NULL, ((size_t)length + 1) * sizeof(*path));
    uint32_t at = search->where;
    for (int i = length; i > 0; i--) {
        path[i] = at;
        at = graph->parents[at];
    }
    printf("broken: %s\n  %s\n", rule_name(search->broken), rule_words(search->broken));
    printf("   0.   %s\n", move_words(MOVE_BEGIN));
    for (int i = 1; i <= length; i++) {
        tell_step(graph, path[i], i);
    }
    free(path);
}

/* A broken invariant of the program itself is a bad world, too. */
static struct search *running;
void __wrap_check_failed(const char *file, int line, const char *condition);

_Noreturn void __wrap_check_failed(const char *file, int line, const char *condition)
{
    printf("FAIL: the program stops: %s:%d: %s\nafter:\n", file, line, condition);
    if (running != NULL) {
        running->where = running->at;
        tell_story(running);
    }
    exit(1);
}

/* ---- searching
 * ------------------------------------------------------------------------------------- */

static void reach(void *context, const struct world *next, struct label label)
{
    struct search *search = context;
    struct world world = *next;
    bool fresh = false;
    world.said |= rule_said_by_server(&world);
    uint32_t number = graph_put(&search->graph, &world, search->at, label, &fresh);
    search->steps++;
    search->made[label.kind]++;
    if (move_what((enum move_kind)label.kind) == ' ') {
        graph_step(&search->graph, search->at, number);
    }
    if (!fresh) {
        return;
    }
    search->graph.ends[number] = rule_ends(&world);
    search->ended += search->graph.ends[number] == (1U << ENDS) - 1 ? 1 : 0;
    enum rule rule = rule_broken(&world, search->harm);
    if (rule != RULE_NONE && search->broken == RULE_NONE) {
        search->broken = rule;
        search->where = number;
    }
}

/* Breadth first: what is found first is shortest. */
static void search_all(struct search *search, const struct bounds *bounds)
{
    struct world first = moves_first(bounds);
    bool fresh = false;
    (void)graph_put(&search->graph, &first, 0, (struct label){MOVE_BEGIN, 0}, &fresh);
    for (search->at = 0; search->at < search->graph.count; search->at++) {
        struct world world = search->graph.worlds[search->at]; /* the list may move */
        graph_leave(&search->graph, search->at);
        moves_next(&world, reach, search);
        if (search->broken != RULE_NONE) {
            return;
        }
    }
    graph_close(&search->graph);
    for (uint32_t i = 0; i < search->graph.count && search->broken == RULE_NONE; i++) {
        for (int end = 0; end < ENDS; end++) {
            if (search->broken == RULE_NONE && (search->graph.ends[i] & (1U << end)) == 0) {
                search->broken = (enum rule)(RULE_MONEY_SETTLES + end);
                search->where = i;
            }
        }
    }
}

/* ---- whether it was worth it
 * ------------------------------------------------------------------------- */

/* PAID is left in the transaction that enters it; MANUAL and DISPUTED would be a broken rule. */
static bool attempt_state_seen(int state)
{
    for (uint32_t id = 1; id <= server_count(); id++) {
        struct server_facts facts = server_facts(id);
        for (int i = 0; i < facts.attempts && i < ATTEMPTS; i++) {
            if (facts.attempt[i].state == state) {
                return true;
            }
        }
    }
    return state == ATTEMPT_PAID || state == ATTEMPT_MANUAL || state == ATTEMPT_DISPUTED ||
           (state == ATTEMPT_CREDITING && !utility_ledger);
}

static bool payment_state_seen(int state)
{
    for (uint32_t id = 1; id <= kiosk_count(); id++) {
        if (strcmp(kiosk_word(id), payment_state_name((enum payment_state)state)) == 0) {
            return true;
        }
    }
    return state == PAYMENT_CREDITING && !utility_ledger;
}

/* A search that never came to a state says nothing about it. */
static bool all_seen(const struct search *search, const struct bounds *bounds)
{
    bool all = true;
    for (int i = 0; i < ATTEMPT_STATE_COUNT; i++) {
        if (!attempt_state_seen(i)) {
            printf("never seen: an attempt in %s\n", attempt_state_name((enum attempt_state)i));
            all = false;
        }
    }
    for (int i = 0; i < PAYMENT_STATE_COUNT; i++) {
        if (!payment_state_seen(i)) {
            printf("never seen: a payment in %s\n", payment_state_name((enum payment_state)i));
            all = false;
        }
    }
    for (int i = MOVE_BEGIN + 1; i < MOVE_COUNT; i++) {
        char what = move_what((enum move_kind)i);
        bool posting = i >= MOVE_POSTING_TAKEN && i <= MOVE_UTILITY_SILENT;
        if (i == MOVE_PERSONS) {
            continue; /* nobody is needed */
        }
        bool possible = (what != 'F' || bounds->faults > 0) && (what != 'C' || bounds->cuts > 0) &&
                        (!posting || utility_ledger);
        if (possible && search->made[i] == 0) {
            printf("never happened: %s\n", move_words((enum move_kind)i));
            all = false;
        }
    }
    return all;
}

static double seconds(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Not a rule that is taken away, but a world that the law cannot bear yet. */
static bool mutation_is_world(void)
{
    return mutation == MUTATION_LATE_AFTER_WATCH || mutation == MUTATION_FORGETFUL_GATEWAY;
}

static int explore(const struct bounds *bounds, bool harm)
{
    struct search search = {.harm = harm};
    double began = seconds();
    running = &search;
    server_open();
    search_all(&search, bounds);
    if (mutation != MUTATION_NONE) {
        printf("%s: %s\n", mutation_is_world() ? "provider" : "without", MUTATIONS[mutation].name);
    }
    printf("attempts %d, faults %d, power cuts %d%s: %u worlds, %llu steps, %llu at an end, "
           "%u kiosks, %u stores, %.1f s\n",
           bounds->attempts, bounds->faults, bounds->cuts,
           utility_ledger ? ", a utility's ledger" : "", search.graph.count,
           (unsigned long long)search.steps, (unsigned long long)search.ended, kiosk_count(),
           server_count(), seconds() - began);
    if (moves_forgotten > 0) {
        printf("not followed: %llu late calls, more than %d at once\n",
               (unsigned long long)moves_forgotten, LATE);
    }
    if (search.broken != RULE_NONE) {
        tell_story(&search);
    }
    bool enough = mutation != MUTATION_NONE || search.broken != RULE_NONE || bounds->faults == 0 ||
                  bounds->cuts == 0 || all_seen(&search, bounds);
    enum rule wanted = harm ? MUTATIONS[mutation].harm : MUTATIONS[mutation].found;
    if (search.broken == wanted) {
        printf("%s\n", wanted == RULE_NONE ? "zero bad worlds" : "found, as it must be");
    } else {
        printf("FAIL: expected \"%s\", found \"%s\"\n", rule_name(wanted),
               rule_name(search.broken));
    }
    running = NULL;
    graph_free(&search.graph);
    server_close();
    kiosk_free();
    return search.broken == wanted && enough ? 0 : 1;
}

static bool choose_mutation(const char *name)
{
    for (int i = MUTATION_NONE + 1; i < MUTATION_COUNT; i++) {
        if (strcmp(name, MUTATIONS[i].name) == 0) {
            mutation = (enum mutation)i;
            return true;
        }
    }
    return false;
}

static int usage(void)
{
    fprintf(stderr, "usage: explore [--attempts N] [--faults N] [--cuts N] [--utility] [--without "
                    "RULE | --provider NAME] "
                    "[--list]\n");
    return 2;
}

int main(int count, char **words)
{
    bool harm = false;
    struct bounds bounds = {.attempts = 2, .faults = 1, .cuts = 0};
    for (int i = 1; i < count; i++) {
        bool more = i + 1 < count;
        if (strcmp(words[i], "--faults") == 0 && more) {
            bounds.faults = (int)strtol(words[++i], NULL, 10);
        } else if (strcmp(words[i], "--cuts") == 0 && more) {
            bounds.cuts = (int)strtol(words[++i], NULL, 10);
        } else if (strcmp(words[i], "--attempts") == 0 && more) {
            bounds.attempts = (int)strtol(words[++i], NULL, 10);
        } else if ((strcmp(words[i], "--without") == 0 || strcmp(words[i], "--provider") == 0) &&
                   more && choose_mutation(words[i + 1])) {
            i++;
        } else if (strcmp(words[i], "--utility") == 0) {
            utility_ledger = true;
        } else if (strcmp(words[i], "--harm") == 0) {
            harm = true;
        } else if (strcmp(words[i], "--list") == 0) {
            for (int j = 1; j < MUTATION_COUNT; j++) {
                printf("%s: %s\n", MUTATIONS[j].name, rule_name(MUTATIONS[j].found));
            }
            return 0;
        } else {
            return usage();
        }
    }
    log_open("explore", LOG_LEVEL_ERROR);
    return explore(&bounds, harm);
}
