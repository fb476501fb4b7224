/* billing-admin: the administrator's command line over the same store. */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "billing/books.h"
#include "billing/cases.h"
#include "billing/import.h"
#include "billing/pki.h"
#include "billing/secrets.h"
#include "billing/settings.h"
#include "billing/store/supply.h"
#include "common/utf8.h"
#include "system/clock.h"
#include "system/files.h"
#include "system/log.h"
#include "system/program.h"
#include "system/random.h"

#define CODE_BYTES 10 /* 80 random bits */
#define CODE_HOURS 24
#define HOUR_MS    INT64_C(3600000)

static const char USAGE[] =
    "NAME\n"
    "    billing-admin - administers the state of the billing server\n\n"
    "SYNOPSIS\n"
    "    billing-admin [--state-dir DIR] [--config FILE] COMMAND [ARGUMENTS]\n\n"
    "COMMANDS\n"
    "    init [--host NAME]...  makes the state directory, the private certificate\n"
    "        authority, the server's certificate (127.0.0.1, ::1, localhost and each NAME)\n"
    "        and the store. Again: the authority and the store stay, the server's\n"
    "        certificate is made anew.\n"
    "    enrol-code --terminal NUMBER --site NAME\n"
    "        prints a code, good once within 24 hours, for `kiosk --enrol CODE`.\n"
    "    revoke NUMBER\n"
    "        from now on the terminal's certificate is worth nothing.\n"
    "    import FILE\n"
    "        loads demonstration data, JSON lines; all of it, or nothing and the bad line.\n"
    "    cases\n"
    "        lists what waits for a person, one line each.\n"
    "    explain NUMBER\n"
    "        tells the story of an order, trade or channel number in words, and what can be\n"
    "        done; in Chinese or English, as LANG says.\n"
    "    resolve NUMBER --as ACTION --by NAME --reason TEXT\n"
    "        proposes what becomes of a case: credit, refund, returned, posted or not-taken, as\n"
    "        explain says. Nothing moves yet.\n"
    "    confirm NUMBER --by OTHER\n"
    "        a second person agrees, and it is done. Both are in the audit.\n"
    "    cut ACCOUNT --by NAME --reason TEXT\n"
    "        orders an account's supply to be cut, unless a payment for it is not resolved.\n"
    "    books\n"
    "        prints the ledger's totals as JSON; status 3 when they do not agree.\n\n"
    "OPTIONS\n"
    "    --state-dir DIR   default: billing below $XDG_STATE_HOME/lobby-kiosk\n"
    "    --config FILE     billing's settings: where the store is\n"
    "    --check-config    reads the settings, says whether they are good, and ends\n"
    "    --version         prints the version\n"
    "    --help            prints this\n\n"
    "EXIT STATUS\n"
    "    0 done; 1 failed, with a sentence why; 2 wrong usage; 3 the books do not agree\n";

struct options {
    char state_dir[PATH_TEXT_MAX];
    const char *given_state_dir; /* NULL: none */
    const char *config, *terminal, *site, *action, *by, *reason;
    const char *hosts[PKI_HOSTS_MAX];
    int host_count;
    bool check_only;
};

static int fail(const char *sentence, const char *what)
{
    fprintf(stderr, "billing-admin: %s%s%s\n", sentence, what[0] != '\0' ? ": " : "", what);
    return 1;
}

static int wrong_usage(const char *sentence)
{
    fprintf(stderr, "billing-admin: %s\nTry 'billing-admin --help'.\n", sentence);
    return 2;
}

static struct db *open_store(const struct options *options)
{
    char store[STORE_MAX];
    char error[CONFIG_ERROR_MAX] = "the path is too long";
    struct settings settings;
    struct db *db = NULL;
    settings_default(&settings);
    if (options->config != NULL && settings_read(options->config, &settings, error) != STATUS_OK) {
        fail(error, "");
        return NULL;
    }
    if (settings_store(&settings, options->state_dir, store) != STATUS_OK ||
        db_open(store, &db, error, sizeof(error)) != STATUS_OK) {
        fail("cannot open the store; run 'billing-admin init' first", error);
        return NULL;
    }
    return db;
}

static int command_init(const struct options *options)
{
    enum status status = files_make_dirs(options->state_dir);
    if (status != STATUS_OK) {
        return fail("cannot make the state directory", options->state_dir);
    }
    status = pki_make(options->state_dir, options->hosts, options->host_count);
    if (status != STATUS_OK) {
        return fail("cannot make the certificates", status_name(status));
    }
    struct db *db = open_store(options);
    if (db == NULL) {
        return 1;
    }
    db_close(db);
    printf("%s\n", options->state_dir);
    return 0;
}

static bool terminal_ok(const char *text)
{
    return text != NULL && text[0] != '\0' && strlen(text) < TERMINAL_NO_MAX &&
           strspn(text, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == strlen(text);
}

static bool site_ok(const char *text)
{
    if (text == NULL || text[0] == '\0' || strlen(text) >= SITE_NAME_MAX) {
        return false;
    }
    for (const char *at = text; *at != '\0'; at++) {
        if ((unsigned char)*at < 0x20 || *at == 0x7f) {
            return false;
        }
    }
    return true;
}

struct code_call {
    const struct options *options;
    const char *hash;
};

static enum status code_work(struct db *db, void *context)
{
    const struct code_call *call = context;
    enum status status = db_run(db, SQL_CODE_ADD, "ttti", call->hash, call->options->terminal,
                                call->options->site, clock_wall_ms() + CODE_HOURS * HOUR_MS);
    return status == STATUS_OK
               ? audit_add(db, "admin", "enrol-code", call->options->terminal, clock_wall_ms())
               : status;
}

static int command_enrol_code(const struct options *options)
{
    char code[2 * CODE_BYTES + 1];
    char hash[SHA256_HEX_MAX];
    if (!terminal_ok(options->terminal) || !site_ok(options->site)) {
        return wrong_usage("enrol-code wants --terminal [0-9A-Z]{1,11} and --site NAME");
    }
    struct db *db = open_store(options);
    if (db == NULL) {
        return 1;
    }
    random_hex(code, CODE_BYTES);
    secrets_hash("enrolment", code, hash);
    enum status status = db_transact(db, code_work, &(struct code_call){options, hash});
    db_close(db);
    if (status != STATUS_OK) {
        return fail("the store refused", status_name(status));
    }
    puts(code);
    return 0;
}

static enum status revoke_work(struct db *db, void *context)
{
    const char *terminal_no = *(const char *const *)context;
    enum status status = db_run(db, SQL_TERMINAL_REVOKE, "t", terminal_no);
    return status == STATUS_OK ? audit_add(db, "admin", "revoke", terminal_no, clock_wall_ms())
                               : status;
}

static int command_revoke(const struct options *options, const char *terminal_no)
{
    struct db *db = open_store(options);
    if (db == NULL) {
        return 1;
    }
    enum status status = db_transact(db, revoke_work, &terminal_no);
    db_close(db);
    if (status == STATUS_NOT_FOUND) {
        return fail("no such terminal", terminal_no);
    }
    return status == STATUS_OK ? 0 : fail("the store refused", status_name(status));
}

static int command_import(const struct options *options, const char *path)
{
    char error[IMPORT_ERROR_MAX] = "";
    struct import_counts counts;
    struct db *db = open_store(options);
    if (db == NULL) {
        return 1;
    }
    enum status status = import_file(db, path, &counts, error);
    db_close(db);
    if (status != STATUS_OK) {
        return fail(error, "");
    }
    printf("%d organisations, %d accounts, %d bills; %d new\n", counts.orgs, counts.accounts,
           counts.bills, counts.added);
    return 0;
}

static int command_books(const struct options *options)
{
    bool agree = false;
    struct db *db = open_store(options);
    json_t *totals = db != NULL ? books_totals(db, &agree) : NULL;
    db_close(db);
    if (totals == NULL) {
        return 1;
    }
    json_dumpf(totals, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(totals);
    return agree ? 0 : 3;
}

/* -- cases -------------------------------------------------------------------------------- */

static int command_cases(const struct options *options)
{
    char text[CASE_TEXT_MAX];
    struct db *db = open_store(options);
    if (db == NULL) {
        return 1;
    }
    enum status status = cases_list(db, clock_wall_ms(), text);
    db_close(db);
    fputs(text, stdout);
    return status == STATUS_OK
               ? 0
               : fail(status == STATUS_LIMIT ? "there are more" : "the store refused",
                      status_name(status));
}

static int command_explain(const struct options *options, const char *number)
{
    char text[CASE_TEXT_MAX];
    const char *language = getenv("LANG");
    struct db *db = open_store(options);
    if (db == NULL) {
        return 1;
    }
    bool chinese = language != NULL && strncmp(language, "zh", 2) == 0;
    enum status status =
        case_explain(db, number, chinese ? CASE_ZH : CASE_EN, clock_wall_ms(), text);
    db_close(db);
    if (status != STATUS_OK) {
        return fail(status == STATUS_NOT_FOUND ? "no such order, trade or channel number"
                                               : "the store refused",
                    number);
    }
    fputs(text, stdout);
    return 0;
}

static bool reason_ok(const char *text)
{
    return text != NULL && text[0] != '\0' && strlen(text) < CASE_REASON_MAX &&
           utf8_valid(text, strlen(text)) && strpbrk(text, "\r\n") == NULL;
}

static int command_resolve(const struct options *options, const char *number)
{
    enum case_action action = CASE_REFUND;
    if (options->action == NULL || case_action_parse(options->action, &action) != STATUS_OK ||
        !case_person_ok(options->by) || !reason_ok(options->reason)) {
        return wrong_usage("resolve wants NUMBER --as credit|refund|returned|posted|not-taken "
                           "--by NAME --reason TEXT");
    }
    struct db *db = open_store(options);
    if (db == NULL) {
        return 1;
    }
    enum status status =
        case_propose(db, number, action, options->reason, options->by, clock_wall_ms());
    db_close(db);
    switch (status) {
    case STATUS_OK: puts("proposed; another person confirms it with: confirm"); return 0;
    case STATUS_NOT_FOUND: return fail("no such order, trade or channel number", number);
    case STATUS_CONFLICT: return fail("this cannot be done with it, see: explain", number);
    default: return fail("the store refused", status_name(status));
    }
}

static int command_confirm(const struct options *options, const char *number)
{
    struct settings settings;
    if (!case_person_ok(options->by)) {
        return wrong_usage("confirm wants NUMBER --by NAME");
    }
    struct db *db = open_store(options);
    if (db == NULL) {
        return 1;
    }
    settings_default(&settings);
    enum status status = case_confirm(db, number, options->by, settings.poll_ms, clock_wall_ms());
    db_close(db);
    switch (status) {
    case STATUS_OK: puts("done; a running server goes on with it"); return 0;
    case STATUS_NOT_FOUND: return fail("nothing is proposed for it", number);
    case STATUS_DENIED: return fail("whoever proposed it cannot confirm it", options->by);
    case STATUS_CONFLICT: return fail("this cannot be done with it any more, see: explain", number);
    default: return fail("the store refused", status_name(status));
    }
}

struct cut_call {
    const char *account_no, *by, *reason;
};

static enum status cut_work(struct db *db, void *context)
{
    const struct cut_call *call = context;
    char subject[ACCOUNT_NO_MAX + CASE_REASON_MAX + 4];
    enum status status = supply_cut(db, call->account_no);
    if (status != STATUS_OK) {
        return status;
    }
    snprintf(subject, sizeof(subject), "%s: %s", call->account_no, call->reason);
    return audit_add(db, call->by, "supply-cut", subject, clock_wall_ms());
}

static int command_cut(const struct options *options, const char *account_no)
{
    struct cut_call call = {account_no, options->by, options->reason};
    if (account_no_check(account_no) != STATUS_OK || !case_person_ok(options->by) ||
        !reason_ok(options->reason)) {
        return wrong_usage("cut wants ACCOUNT --by NAME --reason TEXT");
    }
    struct db *db = open_store(options);
    if (db == NULL) {
        return 1;
    }
    enum status status = db_transact(db, cut_work, &call);
    db_close(db);
    switch (status) {
    case STATUS_OK: puts("cut"); return 0;
    case STATUS_CONFLICT: return fail("a payment for it is not resolved yet", account_no);
    case STATUS_NOT_FOUND: return fail("no active account whose supply may be cut", account_no);
    default: return fail("the store refused", status_name(status));
    }
}

static int command_check(const struct options *options)
{
    char error[CONFIG_ERROR_MAX] = "";
    struct settings settings;
    if (options->config != NULL && settings_read(options->config, &settings, error) != STATUS_OK) {
        return fail(error, "");
    }
    puts("billing-admin: the settings are good");
    return 0;
}

/* -1: go on; else the exit status. */
static int parse_options(int argc, char **argv, struct options *options)
{
    static const struct option LONG[] = {
        {"state-dir", required_argument, NULL, 's'},
        {"config", required_argument, NULL, 'c'},
        {"terminal", required_argument, NULL, 't'},
        {"site", required_argument, NULL, 'i'},
        {"host", required_argument, NULL, 'o'},
        {"as", required_argument, NULL, 'a'},
        {"by", required_argument, NULL, 'b'},
        {"reason", required_argument, NULL, 'r'},
        {"check-config", no_argument, NULL, 'k'},
        {"version", no_argument, NULL, 'v'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int letter = 0;
    while ((letter = getopt_long(argc, argv, "", LONG, NULL)) != -1) {
        switch (letter) {
        case 's': options->given_state_dir = optarg; break;
        case 'c': options->config = optarg; break;
        case 't': options->terminal = optarg; break;
        case 'i': options->site = optarg; break;
        case 'o':
            if (options->host_count == PKI_HOSTS_MAX) {
                return wrong_usage("too many --host");
            }
            options->hosts[options->host_count++] = optarg;
            break;
        case 'a': options->action = optarg; break;
        case 'b': options->by = optarg; break;
        case 'r': options->reason = optarg; break;
        case 'k': options->check_only = true; break;
        case 'v': puts("billing-admin " KIOSK_VERSION); return 0;
        case 'h': fputs(USAGE, stdout); return 0;
        default: return 2;
        }
    }
    return -1;
}

static int run_command(const struct options *options, const char *command, const char *argument)
{
    bool alone = argument == NULL;
    if (strcmp(command, "init") == 0 && alone) {
        return command_init(options);
    }
    if (strcmp(command, "enrol-code") == 0 && alone) {
        return command_enrol_code(options);
    }
    if (strcmp(command, "books") == 0 && alone) {
        return command_books(options);
    }
    if (strcmp(command, "cases") == 0 && alone) {
        return command_cases(options);
    }
    if (strcmp(command, "explain") == 0 && !alone) {
        return command_explain(options, argument);
    }
    if (strcmp(command, "resolve") == 0 && !alone) {
        return command_resolve(options, argument);
    }
    if (strcmp(command, "confirm") == 0 && !alone) {
        return command_confirm(options, argument);
    }
    if (strcmp(command, "cut") == 0 && !alone) {
        return command_cut(options, argument);
    }
    if (strcmp(command, "revoke") == 0 && !alone) {
        return command_revoke(options, argument);
    }
    if (strcmp(command, "import") == 0 && !alone) {
        return command_import(options, argument);
    }
    return wrong_usage("unknown command, or wrong number of arguments");
}

int main(int argc, char **argv)
{
    struct options options = {0};
    int done = parse_options(argc, argv, &options);
    if (done >= 0) {
        return done;
    }
    log_open("billing-admin", LOG_LEVEL_WARN);
    if (options.check_only) {
        return command_check(&options);
    }
    if (optind >= argc || argc - optind > 2) {
        return wrong_usage("one command is wanted");
    }
    if (program_state_dir("billing", options.given_state_dir, options.state_dir) != STATUS_OK) {
        return fail("no state directory, or too long a one; give --state-dir", "");
    }
    return run_command(&options, argv[optind], optind + 1 < argc ? argv[optind + 1] : NULL);
}
