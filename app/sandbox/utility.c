/*
 * utility.c - the ledger of a utility that keeps its accounts itself: what was paid for one of them
 * is posted here, under a number that is answered the same way for ever.
 */
#include <stdio.h>
#include <string.h>

#include "common/money.h"
#include "sandbox/sandbox.h"
#include "system/clock.h"
#include "system/log.h"

#define NUMBER_CHARACTERS "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DELAY_MAX_MS      600000L
#define COUNT_MAX         100000L

/* What became of a call: a reply, or the problem's code; or nothing at all, lost on its way. */
struct outcome {
    json_t *reply;
    int problem_status;
    const char *problem;
    bool lost;
};

static struct outcome refuse(int status, const char *code)
{
    return (struct outcome){.problem_status = status, .problem = code};
}

/* True once for every call that is planned. */
static bool hits(long *left)
{
    bool hit = *left > 0;

    *left -= hit ? 1 : 0;
    return hit;
}

static json_t *describe(const struct posting *posting)
{
    static const char *const states[] = {"pending", "accepted", "refused"};

    return json_pack("{s:s, s:s, s:I, s:s, s:s}", "posting_no", posting->posting_no, "account_no",
                     posting->account_no, "amount_fen", (json_int_t)posting->amount_fen, "state",
                     states[posting->state], "reason", posting->reason);
}

static void decide(struct sandbox *sandbox, struct posting *posting, int64_t now_ms)
{
    if (posting->state == POSTING_PENDING && posting->decide_at_ms <= now_ms) {
        posting->state = posting->next;
        books_save_posting(sandbox->books, posting);
        log_info("utility.decided", "posting=%s refused=%d", posting->posting_no,
                 posting->state == POSTING_REFUSED ? 1 : 0);
    }
}

/* A new number, with the planned faults. */
static void book(struct sandbox *sandbox, struct posting *posting, int64_t now_ms)
{
    struct utility_faults *faults = &sandbox->utility;

    posting->next = POSTING_ACCEPTED;
    posting->decide_at_ms = now_ms + faults->delay_ms;
    if (hits(&faults->refuse)) {
        posting->next = POSTING_REFUSED;
        snprintf(posting->reason, sizeof(posting->reason), "%s", faults->reason);
    } else if (hits(&faults->wrong_amount)) {
        posting->amount_fen += 1;
    }
    books_save_posting(sandbox->books, posting);
}

static struct outcome post(struct sandbox *sandbox, const struct http_call *call, int64_t now_ms)
{
    struct posting posting = {.state = POSTING_PENDING};
    struct posting known;
    const char *number = "";
    const char *account = "";
    const char *order = "";
    const char *trade = "";
    const char *kind = "";
    const char *paid_at = "";
    json_t *bills = NULL;
    json_int_t amount = 0;
    json_t *in = json_loadb(call->body, call->length, JSON_REJECT_DUPLICATES, NULL);
    struct outcome outcome = refuse(400, "body_invalid");

    if (in != NULL &&
        json_unpack_ex(in, NULL, JSON_STRICT, "{s:s, s:s, s:s, s:s, s:s, s:I, s:s, s:o}",
                       "posting_no", &number, "account_no", &account, "order_no", &order,
                       "out_trade_no", &trade, "kind", &kind, "amount_fen", &amount, "paid_at",
                       &paid_at, "bills", &bills) == 0 &&
        strlen(number) > 0 && strlen(number) < sizeof(posting.posting_no) &&
        strspn(number, NUMBER_CHARACTERS) == strlen(number) &&
        strlen(account) < sizeof(posting.account_no) &&
        strlen(trade) < sizeof(posting.out_trade_no) && json_is_array(bills) && amount > 0 &&
        amount <= MONEY_MAX_FEN) {
        snprintf(posting.posting_no, sizeof(posting.posting_no), "%s", number);
        snprintf(posting.account_no, sizeof(posting.account_no), "%s", account);
        snprintf(posting.out_trade_no, sizeof(posting.out_trade_no), "%s", trade);
        posting.amount_fen = amount;
        if (books_posting(sandbox->books, number, &known) == STATUS_OK) {
            posting = known; /* answered as it stands, whatever came this time */
        } else {
            book(sandbox, &posting, now_ms);
        }
        decide(sandbox, &posting, now_ms);
        outcome = (struct outcome){.reply = describe(&posting)};
    }
    json_decref(in);
    return outcome;
}

static struct outcome find(struct sandbox *sandbox, const char *number, int64_t now_ms)
{
    struct posting posting;

    if (books_posting(sandbox->books, number, &posting) != STATUS_OK) {
        return (struct outcome){
            .reply = json_pack("{s:s, s:s, s:I, s:s, s:s}", "posting_no", number, "account_no", "",
                               "amount_fen", (json_int_t)0, "state", "not_found", "reason", "")};
    }
    decide(sandbox, &posting, now_ms);
    return (struct outcome){.reply = describe(&posting)};
}

static struct outcome serve(struct sandbox *sandbox, const struct http_call *call, bool posting)
{
    struct utility_faults *faults = &sandbox->utility;
    int64_t now_ms = clock_wall_ms();

    if (hits(&faults->lose_request)) {
        return (struct outcome){.lost = true};
    }
    if (faults->down) {
        return refuse(503, "out_of_order");
    }
    if (!sandbox_signed_well(sandbox->settings.utility_secret, call)) {
        return refuse(401, "signature_invalid");
    }
    books_begin(sandbox->books);
    struct outcome outcome =
        posting ? post(sandbox, call, now_ms) : find(sandbox, http_call_param(call, "no"), now_ms);

    books_commit(sandbox->books);
    outcome.lost = hits(&faults->lose_reply);
    return outcome;
}

static void handle(struct sandbox *sandbox, const struct http_call *call, bool posting,
                   struct http_answer *answer)
{
    pthread_mutex_lock(&sandbox->lock);
    struct outcome outcome = serve(sandbox, call, posting);

    pthread_mutex_unlock(&sandbox->lock);
    if (outcome.lost) {
        answer->status = HTTP_STATUS_DROP;
    } else if (outcome.reply != NULL) {
        http_answer_json(answer, 200, json_dumps(outcome.reply, JSON_COMPACT));
    } else {
        http_answer_problem(answer, outcome.problem != NULL ? outcome.problem_status : 500,
                            outcome.problem != NULL ? outcome.problem : "out_of_memory", NULL);
    }
    json_decref(outcome.reply);
    if (!outcome.lost) {
        sandbox_sign_answer(sandbox->settings.utility_secret, false, answer);
    }
}

void utility_post(void *context, const struct http_call *call, struct http_answer *answer)
{
    handle(context, call, true, answer);
}

void utility_get(void *context, const struct http_call *call, struct http_answer *answer)
{
    handle(context, call, false, answer);
}

void utility_command(struct sandbox *sandbox, const char *verb, char **words,
                     struct control_reply *reply)
{
    struct utility_faults *faults = &sandbox->utility;
    const char *what = control_word(words);
    const char *word = control_word(words);
    long number = 1;
    struct {
        const char *name;
        long *value;
        long maximum;
    } table[] = {{"refuse", &faults->refuse, COUNT_MAX},
                 {"delay", &faults->delay_ms, DELAY_MAX_MS},
                 {"lose-reply", &faults->lose_reply, COUNT_MAX},
                 {"lose-request", &faults->lose_request, COUNT_MAX},
                 {"wrong-amount", &faults->wrong_amount, COUNT_MAX}};

    if (what != NULL && (strcmp(what, "down") == 0 || strcmp(what, "up") == 0)) {
        faults->down = strcmp(what, "down") == 0;
        control_ok(reply, "%s %s", verb, what);
        return;
    }
    for (size_t i = 0; what != NULL && i < ARRAY_LEN(table); i++) {
        if (strcmp(what, table[i].name) == 0 &&
            (word == NULL || control_number(word, 0, table[i].maximum, &number))) {
            *table[i].value = number;
            snprintf(faults->reason, sizeof(faults->reason), "account_closed");
            control_ok(reply, "%s %s %ld", verb, what, number);
            return;
        }
    }
    control_err(reply, "%s refuse|delay|lose-reply|lose-request|wrong-amount [N], down, up", verb);
}
