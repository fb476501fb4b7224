/*
 * main.c - the program `sandbox`: a payment gateway and phone wallet for trying and testing.
 */
#include <curl/curl.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sandbox/bench/bench.h"
#include "sandbox/sandbox.h"
#include "system/condition.h"
#include "system/config.h"
#include "system/log.h"
#include "system/program.h"

#define BOOKS_FILE     "books.db"
#define PORTS_FILE     "ports"
#define CONTROL_SOCKET "control.sock"
#define HTTP_THREADS   8

static const char USAGE[] =
    "NAME\n"
    "    sandbox - a payment gateway and phone wallet that behave, and misbehave, like real "
    "ones\n\n"
    "SYNOPSIS\n"
    "    sandbox [--config FILE] [--state-dir DIR] [--port N] [--check-config]\n\n"
    "DESCRIPTION\n"
    "    Serves the provider's API and the wallet's cashier page over plain HTTP on loopback,\n"
    "    and takes commands on DIR/control.sock: one line `verb arguments`, answered `ok ...`\n"
    "    or `err reason`; `help` lists them. No real money is moved. When it is ready it writes\n"
    "    DIR/ports (gateway=8600). SIGTERM and SIGINT stop it cleanly; a kill at any moment\n"
    "    loses no trade that was answered.\n\n"
    "OPTIONS\n"
    "    --config FILE     settings, an INI file; without it every key has its default\n"
    "    --state-dir DIR   books and control socket; default: sandbox below\n"
    "                      $XDG_STATE_HOME/lobby-kiosk\n"
    "    --port N          instead of the configured one; 0: any free port\n"
    "    --check-config    reads the settings, says whether they are good, and ends\n"
    "    --version         prints the version\n"
    "    --help            prints this\n\n"
    "EXIT STATUS\n"
    "    0 stopped as asked; 1 could not start, with a sentence why; 2 wrong usage\n\n"
    "SETTINGS\n";

/* clang-format off */
#define TEXT(...) CONFIG_KEY_TEXT(struct settings, __VA_ARGS__)
#define INT(...)  CONFIG_KEY_INT(struct settings, __VA_ARGS__)

static const struct config_key KEYS[] = {
    TEXT("server", "bind_address", bind_address, 2, "127.0.0.1", "address of the gateway, the bench and the cashier page"),
    INT("server", "port", port, 0, 65535, "8600", "their port; 0: any"),
    TEXT("server", "public_url", public_url, 0, "", "what a phone calls the cashier page's server; empty: http://127.0.0.1:PORT"),
    TEXT("cashier", "bind_address", cashier_bind_address, 0, "", "the cashier page alone at another address, for real phones; empty: with the rest"),
    INT("cashier", "port", cashier_port, 0, 65535, "8602", "its port then; 0: any"),
    TEXT("gateway", "secret", secret, 16, "sandbox-secret-for-trying-only", "shared secret of signatures"),
    INT("gateway", "refund_ms", refund_ms, 0, 600000, "200", "from a refund accepted to refunded"),
    INT("gateway", "notice_backoff_ms", notice_backoff_ms, 10, 600000, "1000", "before a notice is repeated; doubles"),
    TEXT("utility", "secret", utility_secret, 16, "utility-secret-for-trying-only", "shared secret of the utility's ledger"),
    INT("wallet", "code_lifetime_s", code_lifetime_s, 1, 3600, "60", "how long a payment code is good"),
    INT("wallet", "password_timeout_s", password_timeout_s, 1, 3600, "60", "when the password box closes by itself"),
    TEXT("bench", "kiosk_dir", bench_kiosk_dir, 0, "", "state folder of the kiosk that the bench plays; empty: no bench"),
    TEXT("bench", "page_dir", bench_page_dir, 0, "", "folder of the bench's web page"),
    TEXT("bench", "hall", bench_hall, 0, "", "script that stops and starts the server and reads its books; empty: none"),
    INT("bench", "server_port", bench_server_port, 0, 65535, "0", "the server's kiosk API; 0: not known"),
    INT("bench", "cable_port", bench_cable_port, 0, 65535, "0", "a relay to it that can be cut; 0: none"),
    TEXT("wallet", "ca_file", phone_ca, 0, "", "authority of an https pay page; empty: the system's"),
};
/* clang-format on */

/* The first ones are the cashier's, which may have a port of their own. */
#define CASHIER_ROUTES 3
static const struct http_route ROUTES[] = {
    {"GET", "/cashier/{id}", cashier_get, 0},
    {"POST", "/cashier/{id}/confirm", cashier_confirm, 0},
    {"POST", "/cashier/{id}/decline", cashier_decline, 0},
    {"POST", "/gateway/pay", gateway_handle, CALL_PAY},
    {"POST", "/gateway/page", gateway_handle, CALL_PAGE},
    {"GET", "/gateway/trades/{no}", gateway_handle, CALL_QUERY},
    {"POST", "/gateway/reverse", gateway_handle, CALL_REVERSE},
    {"POST", "/gateway/refund", gateway_handle, CALL_REFUND},
    {"GET", "/gateway/refunds/{no}", gateway_handle, CALL_REFUND_QUERY},
    {"POST", "/utility/postings", utility_post, 0},
    {"GET", "/utility/postings/{no}", utility_get, 0},
    {"GET", "/", bench_page, 0},
    {"GET", "/bench", bench_page, 0},
    {"POST", "/bench/do", bench_do, 0},
    {"GET", "/bench/state", bench_state, 0},
    {"GET", "/bench/ledger", bench_ledger, 0},
    {"GET", "/bench/screen", bench_screen, 0},
    {"GET", "/bench/tree", bench_tree, 0},
    {"GET", "/bench/accounts", bench_accounts, 0},
    {"GET", "/bench/qr", bench_qr, 0},
    {"GET", "/bench/paper/{number}", bench_paper, 0},
    {"GET", "/bench/{file}", bench_file, 0},
};

struct options {
    const char *config;
    const char *given_state_dir; /* NULL: none */
    char state_dir[PATH_TEXT_MAX];
    long port; /* -1: as configured */
    bool check_only;
    int lock; /* on the state directory */
};

static bool complain(const char *what, const char *detail)
{
    fprintf(stderr, "sandbox: %s: %s\n", what, detail);
    return false;
}

/* -1: go on; else the exit status. */
static int read_options(int argc, char **argv, struct options *options)
{
    static const struct option long_options[] = {
        {"config", required_argument, NULL, 'c'},
        {"state-dir", required_argument, NULL, 's'},
        {"port", required_argument, NULL, 'p'},
        {"check-config", no_argument, NULL, 'k'},
        {"version", no_argument, NULL, 'v'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };

    *options = (struct options){.port = -1};
    for (;;) {
        int option = getopt_long(argc, argv, "", long_options, NULL);

        switch (option) {
        case -1:
            if (optind == argc) {
                return -1;
            }
            complain("unexpected", argv[optind]);
            return 2;
        case 'c': options->config = optarg; break;
        case 's': options->given_state_dir = optarg; break;
        case 'p':
            if (!control_number(optarg, 0, UINT16_MAX, &options->port)) {
                complain("not a port", optarg);
                return 2;
            }
            break;
        case 'k': options->check_only = true; break;
        case 'v': puts("sandbox " KIOSK_VERSION); return 0;
        case 'h':
            fputs(USAGE, stdout);
            config_print_help(KEYS, ARRAY_LEN(KEYS));
            return 0;
        default: return 2;
        }
    }
}

static bool read_settings(struct options *options, struct settings *settings)
{
    char error[CONFIG_ERROR_MAX] = "";
    enum status status = options->config != NULL
                             ? config_read(options->config, KEYS, ARRAY_LEN(KEYS), settings, error)
                             : config_parse("built-in", "", KEYS, ARRAY_LEN(KEYS), settings, error);

    if (status != STATUS_OK) {
        return complain("settings", error);
    }
    if (options->port >= 0) {
        settings->port = (int)options->port;
    }
    return true;
}

static bool open_state(struct sandbox *sandbox, struct options *options)
{
    char path[PATH_TEXT_MAX];

    if (program_state_dir("sandbox", options->given_state_dir, options->state_dir) != STATUS_OK) {
        return complain("no state directory, or too long a one", "give --state-dir");
    }
    if (files_make_dirs(options->state_dir) != STATUS_OK) {
        return complain("cannot make the state directory", options->state_dir);
    }
    /* Held until the process ends. */
    enum status locked = files_lock_dir(options->state_dir, &options->lock);

    if (locked != STATUS_OK) {
        return complain(locked == STATUS_CONFLICT ? "another sandbox uses" : "cannot lock",
                        options->state_dir);
    }
    if (files_join(options->state_dir, PORTS_FILE, path) != STATUS_OK) {
        return complain("too long", options->state_dir);
    }
    unlink(path);
    if (files_join(options->state_dir, BOOKS_FILE, path) != STATUS_OK ||
        books_open(path, &sandbox->books) != STATUS_OK) {
        return complain("cannot open the books", path);
    }
    return true;
}

static bool listen_at(struct sandbox *sandbox, const char *address, int wanted_port, bool cashier,
                      struct http_server **server)
{
    char port[16];
    bool all = sandbox->settings.cashier_bind_address[0] == '\0';
    size_t first = cashier || all ? 0 : CASHIER_ROUTES;
    struct http_server_options options = {.bind_address = address,
                                          .port = (uint16_t)wanted_port,
                                          .routes = ROUTES + first,
                                          .route_count =
                                              cashier ? CASHIER_ROUTES : ARRAY_LEN(ROUTES) - first,
                                          .context = sandbox,
                                          .threads = HTTP_THREADS};
    enum status status = http_server_start(&options, server);

    snprintf(port, sizeof(port), "%d", wanted_port);
    return status == STATUS_OK || complain(status == STATUS_CONFLICT  ? "the port is in use"
                                           : status == STATUS_DENIED  ? "the port may not be used"
                                           : status == STATUS_INVALID ? "no such address for port"
                                                                      : "cannot listen on port",
                                           port);
}

static bool start_server(struct sandbox *sandbox)
{
    const struct settings *settings = &sandbox->settings;
    bool apart = settings->cashier_bind_address[0] != '\0';

    if (!listen_at(sandbox, settings->bind_address, settings->port, false, &sandbox->server) ||
        (apart && !listen_at(sandbox, settings->cashier_bind_address, settings->cashier_port, true,
                             &sandbox->cashier_server))) {
        return false;
    }
    if (settings->public_url[0] != '\0') {
        snprintf(sandbox->base_url, sizeof(sandbox->base_url), "%s", settings->public_url);
    } else {
        snprintf(sandbox->base_url, sizeof(sandbox->base_url), "http://127.0.0.1:%u",
                 http_server_port(apart ? sandbox->cashier_server : sandbox->server));
    }
    return true;
}

static void handle_line(void *context, const char *verb, const char *arguments,
                        struct control_reply *reply)
{
    const struct sandbox *sandbox = context;

    bench_command(sandbox->bench, verb, arguments, reply);
}

static bool start_bench(struct sandbox *sandbox)
{
    char port[16];
    enum status status = bench_start(sandbox->bench);

    (void)snprintf(port, sizeof(port), "%d", sandbox->settings.bench_cable_port);
    return status == STATUS_OK || complain("the bench's cable cannot be laid on port", port);
}

static bool start_control(struct sandbox *sandbox, const struct options *options)
{
    char path[PATH_TEXT_MAX];

    if (files_join(options->state_dir, CONTROL_SOCKET, path) != STATUS_OK) {
        return complain("too long", options->state_dir);
    }
    enum status status = control_start(path, handle_line, sandbox, &sandbox->control);

    return status == STATUS_OK || complain("cannot listen on", path);
}

static bool tell_ports(const struct sandbox *sandbox, const struct options *options)
{
    char path[PATH_TEXT_MAX];
    char text[48];
    int length = snprintf(text, sizeof(text), "gateway=%u\n", http_server_port(sandbox->server));

    if (sandbox->cashier_server != NULL) {
        length += snprintf(text + length, sizeof(text) - (size_t)length, "cashier=%u\n",
                           http_server_port(sandbox->cashier_server));
    }
    return (files_join(options->state_dir, PORTS_FILE, path) == STATUS_OK &&
            files_write_atomic(path, text, (size_t)length, 0644) == STATUS_OK) ||
           complain("cannot write", path);
}

static void make_lock(struct sandbox *sandbox)
{
    CHECK(pthread_mutex_init(&sandbox->lock, NULL) == 0);
    condition_init(&sandbox->due);
}

static bool serve(struct sandbox *sandbox, struct options *options)
{
    bool ticking = false;
    bool up = open_state(sandbox, options);

    sandbox->bench = bench_open(sandbox);
    up = up && start_bench(sandbox) && start_server(sandbox);

    if (up) {
        ticking = ticker_start(sandbox) == STATUS_OK;
        up = ticking && start_control(sandbox, options) && tell_ports(sandbox, options);
    }
    if (up) {
        log_info("ready", "port=%u", http_server_port(sandbox->server));
        log_info("stopping", "signal=%d", program_wait_for_end());
    }
    control_stop(sandbox->control);
    http_server_stop(sandbox->server);
    http_server_stop(sandbox->cashier_server);
    if (ticking) {
        ticker_stop(sandbox);
    }
    bench_close(sandbox->bench);
    books_close(sandbox->books);
    return up;
}

int main(int argc, char **argv)
{
    struct options options;
    static struct sandbox sandbox;
    int ended = read_options(argc, argv, &options);

    if (ended >= 0) {
        return ended;
    }
    log_open("sandbox", LOG_LEVEL_INFO);
    if (!read_settings(&options, &sandbox.settings)) {
        return 1;
    }
    if (options.check_only) {
        puts("sandbox: the settings are good");
        return 0;
    }
    program_block_signals();
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        complain("cannot start", "libcurl");
        return 1;
    }
    snprintf(sandbox.payer, sizeof(sandbox.payer), "payer-1");
    make_lock(&sandbox);
    bool served = serve(&sandbox, &options);

    curl_global_cleanup();
    return served ? 0 : 1;
}
