/*
 * wallet.c - the control socket: a customer's hands, and the faults to plan.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/money.h"
#include "sandbox/sandbox.h"
#include "system/clock.h"
#include "system/random.h"

#define BALANCE_DEFAULT_FEN INT64_C(10000000000)
#define COUNT_MAX           100000L
#define DELAY_MAX_MS        600000L
#define LIST_MAX            40

struct command {
    const char *verb;
    /* Under the lock, inside a transaction. words: what follows the verb. */
    void (*run)(struct sandbox *sandbox, const char *verb, char **words,
                struct control_reply *reply);
    const char *usage;
};

/* The word as a number; an absent one is `otherwise`, which may be -1 for "must be there". */
static bool take_number(char **words, long maximum, long otherwise, long *value)
{
    const char *word = control_word(words);

    if (word == NULL) {
        *value = otherwise;
        return otherwise >= 0;
    }
    return control_number(word, 0, maximum, value);
}

static void answer_trade(const struct trade *trade, struct control_reply *reply)
{
    control_ok(reply, "%s %s %lld %s", trade->out_trade_no, trade_state_name(trade->state),
               (long long)trade->amount_fen, trade->payee);
}

/* "last" or a number. */
static enum status find_trade(struct sandbox *sandbox, const char *word, bool pages_only,
                              struct trade *trade)
{
    if (word == NULL) {
        return STATUS_INVALID;
    }
    if (strcmp(word, "last") == 0) {
        return books_last_trade(sandbox->books, pages_only, trade);
    }
    return books_trade(sandbox->books, TRADE_BY_NO, word, trade);
}

static void make_digits(char *out, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint8_t byte = 0;

        do {
            random_bytes(&byte, 1);
        } while (byte >= 250);
        out[i] = (char)('0' + byte % 10);
    }
    out[count] = '\0';
}

static void run_code(struct sandbox *sandbox, const char *verb, char **words,
                     struct control_reply *reply)
{
    static const struct {
        const char *prefix;
        size_t digits;
    } shapes[CHANNEL_COUNT] = {[CHANNEL_WECHAT] = {"13", 18},
                               [CHANNEL_ALIPAY] = {"28", 18},
                               [CHANNEL_UNIONPAY] = {"62", 19}};
    const char *word = control_word(words);
    enum channel channel = CHANNEL_NONE;
    struct wallet_code code = {.balance_fen = BALANCE_DEFAULT_FEN};

    (void)verb;
    if (word == NULL || channel_parse(word, &channel) != STATUS_OK || channel == CHANNEL_NONE) {
        control_err(reply, "code wechat|alipay|unionpay [balance_fen]");
        return;
    }
    word = control_word(words);
    if (word != NULL) {
        long balance = 0;

        if (!control_number(word, 0, MONEY_MAX_FEN / 100, &balance)) {
            control_err(reply, "the balance is a number of fen");
            return;
        }
        code.balance_fen = balance;
    }
    CHECK(shapes[channel].prefix != NULL);
    memcpy(code.code, shapes[channel].prefix, 2);
    make_digits(code.code + 2, shapes[channel].digits - 2);
    code.expires_at_ms = clock_wall_ms() + sandbox->settings.code_lifetime_s * INT64_C(1000);
    books_save_code(sandbox->books, &code);
    control_ok(reply, "%s", code.code);
}

static void run_expire(struct sandbox *sandbox, const char *verb, char **words,
                       struct control_reply *reply)
{
    struct wallet_code code = {0};
    const char *word = control_word(words);

    (void)verb;
    if (word == NULL || books_code(sandbox->books, word, &code) != STATUS_OK) {
        control_err(reply, "no such code");
        return;
    }
    code.expires_at_ms = 1;
    books_save_code(sandbox->books, &code);
    control_ok(reply, "expired");
}

static void run_password(struct sandbox *sandbox, const char *verb, char **words,
                         struct control_reply *reply)
{
    const char *what = control_word(words);
    struct trade trade = {0};
    enum status status = STATUS_INVALID;

    (void)verb;
    if (what == NULL || find_trade(sandbox, control_word(words), false, &trade) != STATUS_OK ||
        trade.password_until_ms == 0) {
        control_err(reply, "no password box of that trade is open");
        return;
    }
    if (strcmp(what, "ok") == 0) {
        status = trade_confirm(sandbox, &trade, clock_wall_ms());
    } else if (strcmp(what, "wrong") == 0 || strcmp(what, "cancel") == 0) {
        status = trade_decline(sandbox, &trade, "password", clock_wall_ms());
    }
    if (status != STATUS_OK) {
        control_err(reply, "password ok|wrong|cancel OUT_TRADE_NO|last");
        return;
    }
    answer_trade(&trade, reply);
}

static void run_confirm(struct sandbox *sandbox, const char *verb, char **words,
                        struct control_reply *reply)
{
    struct trade trade = {0};
    bool confirm = strcmp(verb, "confirm") == 0;

    if (find_trade(sandbox, control_word(words), true, &trade) != STATUS_OK) {
        control_err(reply, "no such page");
        return;
    }
    enum status status = confirm ? trade_confirm(sandbox, &trade, clock_wall_ms())
                                 : trade_decline(sandbox, &trade, "declined", clock_wall_ms());

    if (status != STATUS_OK) {
        control_err(reply, "%s is %s", trade.out_trade_no, trade_state_name(trade.state));
        return;
    }
    answer_trade(&trade, reply);
}

/* lose-reply, lose-request, bad-signature: N [KIND] */
static void run_fault(struct sandbox *sandbox, const char *verb, char **words,
                      struct control_reply *reply)
{
    static const char *const kinds[] = {"pay",    "page",         "query", "reverse",
                                        "refund", "refund-query", "any"};
    struct faults *faults = &sandbox->faults;
    struct fault fault = {.kind = CALL_ANY};
    bool delay = strcmp(verb, "delay") == 0;
    long delay_ms = 0;

    if ((delay && !take_number(words, DELAY_MAX_MS, -1, &delay_ms)) ||
        !take_number(words, COUNT_MAX, 1, &fault.left)) {
        control_err(reply, "%s%s N [pay|page|query|reverse|refund|refund-query|any]", verb,
                    delay ? " MS" : "");
        return;
    }
    const char *word = control_word(words);
    size_t kind = word == NULL ? CALL_ANY : 0;

    while (kind < ARRAY_LEN(kinds) && word != NULL && strcmp(kinds[kind], word) != 0) {
        kind++;
    }
    if (kind == ARRAY_LEN(kinds)) {
        control_err(reply, "no such kind of call");
        return;
    }
    fault.kind = (int)kind;
    if (delay) {
        faults->delay = fault;
        faults->delay_ms = delay_ms;
    } else if (strcmp(verb, "lose-reply") == 0) {
        faults->lose_reply = fault;
    } else if (strcmp(verb, "lose-request") == 0) {
        faults->lose_request = fault;
    } else {
        faults->bad_signature = fault;
    }
    control_ok(reply, "%s", verb);
}

/* A number alone: late-success MS, duplicate-notice N. */
static void run_count(struct sandbox *sandbox, const char *verb, char **words,
                      struct control_reply *reply)
{
    struct faults *faults = &sandbox->faults;
    bool late = strcmp(verb, "late-success") == 0;
    long value = 0;

    if (!take_number(words, late ? DELAY_MAX_MS : COUNT_MAX, late ? -1 : 1, &value)) {
        control_err(reply, "%s wants a number", verb);
        return;
    }
    *(late ? &faults->late_ms : &faults->duplicate_notice) = value;
    control_ok(reply, "%s", verb);
}

static void run_refuse_reverse(struct sandbox *sandbox, const char *verb, char **words,
                               struct control_reply *reply)
{
    long count = 0;

    if (!take_number(words, COUNT_MAX, 1, &count)) {
        control_err(reply, "%s N [again]", verb);
        return;
    }
    const char *word = control_word(words);

    sandbox->faults.refuse_reverse = count;
    sandbox->faults.reverse_again = word != NULL && strcmp(word, "again") == 0;
    control_ok(reply, "%s", verb);
}

static void run_refuse(struct sandbox *sandbox, const char *verb, char **words,
                       struct control_reply *reply)
{
    static const char *const reasons[] = {"code_expired", "code_invalid", "no_funds",
                                          "declined",     "password",     "provider"};
    const char *reason = control_word(words);
    long count = 0;

    for (size_t i = 0; reason != NULL && i < ARRAY_LEN(reasons); i++) {
        if (strcmp(reason, reasons[i]) == 0 && take_number(words, COUNT_MAX, 1, &count)) {
            snprintf(sandbox->faults.reason, sizeof(sandbox->faults.reason), "%s", reason);
            sandbox->faults.refuse = count;
            control_ok(reply, "%s %s", verb, reason);
            return;
        }
    }
    control_err(reply, "refuse code_expired|code_invalid|no_funds|declined|password|provider [N]");
}

/* Switches; "on" when nothing is said. */
static void run_switch(struct sandbox *sandbox, const char *verb, char **words,
                       struct control_reply *reply)
{
    struct faults *faults = &sandbox->faults;
    const char *word = control_word(words);
    bool on = word == NULL || strcmp(word, "on") == 0;

    if (!on && strcmp(word, "off") != 0) {
        control_err(reply, "%s on|off", verb);
        return;
    }
    if (strcmp(verb, "password-wanted") == 0) {
        faults->password_wanted = on;
    } else if (strcmp(verb, "no-notice") == 0) {
        faults->no_notice = on;
    } else if (strcmp(verb, "wrong-amount") == 0) {
        faults->wrong_amount = on;
    } else {
        faults->down = strcmp(verb, "down") == 0;
    }
    control_ok(reply, "%s", verb);
}

static void run_clear(struct sandbox *sandbox, const char *verb, char **words,
                      struct control_reply *reply)
{
    (void)words;
    sandbox->faults = (struct faults){0};
    sandbox->utility = (struct utility_faults){0};
    control_ok(reply, "%s", verb);
}

static void run_trades(struct sandbox *sandbox, const char *verb, char **words,
                       struct control_reply *reply)
{
    char *list = books_list(sandbox->books, LIST_MAX);

    (void)verb;
    (void)words;
    if (list == NULL) {
        control_err(reply, "no memory");
    } else {
        control_ok(reply, "%s", list);
    }
    free(list);
}

static void run_books(struct sandbox *sandbox, const char *verb, char **words,
                      struct control_reply *reply)
{
    struct book_sums sums = books_sums(sandbox->books);

    (void)verb;
    (void)words;
    control_ok(reply,
               "{\"charged_fen\":%lld,\"refunded_fen\":%lld,\"count\":%lld,\"open\":%lld,"
               "\"posted_fen\":%lld,\"postings\":%lld}",
               (long long)sums.charged_fen, (long long)sums.refunded_fen, (long long)sums.count,
               (long long)sums.open, (long long)sums.posted_fen, (long long)sums.postings);
}

/* Who pays from now on. */
static void run_payer(struct sandbox *sandbox, const char *verb, char **words,
                      struct control_reply *reply)
{
    const char *name = control_word(words);

    if (name == NULL || strlen(name) >= sizeof(sandbox->payer)) {
        control_err(reply, "%s NAME", verb);
        return;
    }
    snprintf(sandbox->payer, sizeof(sandbox->payer), "%s", name);
    control_ok(reply, "%s", name);
}

static void run_help(struct sandbox *sandbox, const char *verb, char **words,
                     struct control_reply *reply);

static const struct command commands[] = {
    {"code", run_code, "code wechat|alipay|unionpay [balance_fen]"},
    {"expire", run_expire, "expire CODE"},
    {"password-wanted", run_switch, "password-wanted on|off"},
    {"password", run_password, "password ok|wrong|cancel OUT_TRADE_NO|last"},
    {"open", NULL, "open URL [wechat|alipay|unionpay]"},
    {"confirm", run_confirm, "confirm last|OUT_TRADE_NO"},
    {"decline", run_confirm, "decline last|OUT_TRADE_NO"},
    {"lose-reply", run_fault, "lose-reply N [KIND]"},
    {"lose-request", run_fault, "lose-request N [KIND]"},
    {"bad-signature", run_fault, "bad-signature N [KIND]"},
    {"delay", run_fault, "delay MS N [KIND]"},
    {"late-success", run_count, "late-success MS"},
    {"duplicate-notice", run_count, "duplicate-notice N"},
    {"refuse-reverse", run_refuse_reverse, "refuse-reverse N [again]"},
    {"refuse", run_refuse, "refuse REASON [N]"},
    {"wrong-amount", run_switch, "wrong-amount"},
    {"no-notice", run_switch, "no-notice on|off"},
    {"down", run_switch, "down"},
    {"up", run_switch, "up"},
    {"clear", run_clear, "clear"},
    {"payer", run_payer, "payer NAME"},
    {"utility", utility_command,
     "utility refuse [N]|delay MS|lose-reply N|lose-request N|wrong-amount N|down|up"},
    {"trades", run_trades, "trades"},
    {"books", run_books, "books"},
    {"help", run_help, "help"},
};

static void run_help(struct sandbox *sandbox, const char *verb, char **words,
                     struct control_reply *reply)
{
    char text[CONTROL_LINE_MAX] = "";
    size_t used = 0;

    (void)sandbox;
    (void)verb;
    (void)words;
    for (size_t i = 0; i < ARRAY_LEN(commands) && used < sizeof(text); i++) {
        used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s", i == 0 ? "" : "; ",
                                 commands[i].usage);
    }
    control_ok(reply, "%s", text);
}

/* Without the lock: the pages that it opens need it. */
static void run_open(struct sandbox *sandbox, char **words, struct control_reply *reply)
{
    char cashier_id[CASHIER_ID_MAX] = "";
    char reason[128] = "";
    struct trade trade = {0};
    const char *url = control_word(words);
    const char *word = control_word(words);
    enum channel channel = CHANNEL_WECHAT;

    if (url == NULL || (word != NULL && channel_parse(word, &channel) != STATUS_OK)) {
        control_err(reply, "open URL [wechat|alipay|unionpay]");
        return;
    }
    if (phone_open(sandbox, url, channel, cashier_id, reason) != STATUS_OK) {
        control_err(reply, "%s", reason);
        return;
    }
    pthread_mutex_lock(&sandbox->lock);
    enum status status = books_trade(sandbox->books, TRADE_BY_CASHIER, cashier_id, &trade);

    pthread_mutex_unlock(&sandbox->lock);
    if (status != STATUS_OK) {
        control_err(reply, "no such page");
        return;
    }
    answer_trade(&trade, reply);
}

void wallet_handle(void *context, const char *verb, const char *arguments,
                   struct control_reply *reply)
{
    struct sandbox *sandbox = context;
    char line[CONTROL_LINE_MAX];
    char *words = line;

    snprintf(line, sizeof(line), "%s", arguments);
    if (strcmp(verb, "open") == 0) {
        run_open(sandbox, &words, reply);
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        if (strcmp(commands[i].verb, verb) == 0) {
            pthread_mutex_lock(&sandbox->lock);
            books_begin(sandbox->books);
            commands[i].run(sandbox, verb, &words, reply);
            books_commit(sandbox->books);
            pthread_mutex_unlock(&sandbox->lock);
            return;
        }
    }
    control_err(reply, "unknown verb; try help");
}
