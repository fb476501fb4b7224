/* billing: the central server. main() reads as a list of what must be there before it serves. */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "billing/api/api.h"
#include "billing/gateway/utility.h"
#include "http/client.h"
#include "system/control.h"
#include "system/files.h"
#include "system/log.h"
#include "system/program.h"

#define PORTS_FILE "ports"

#define PORT_BASE_MAX 65534 /* the pages are on the next one */

/* Anybody may open the pages: one address cannot take all connections, nor keep idle ones long. */
#define PAGE_CONNECTIONS             1024
#define PAGE_CONNECTIONS_PER_ADDRESS 256
#define PAGE_IDLE_S                  20

static const char USAGE[] =
    "NAME\n"
    "    billing - the central server of the electricity payment kiosks\n\n"
    "SYNOPSIS\n"
    "    billing [--config FILE] [--state-dir DIR] [--port-base N] [--check-config]\n\n"
    "DESCRIPTION\n"
    "    Serves the kiosk API with mutual TLS on one port, and the customers' pay page and\n"
    "    the provider's notices on another. Make its state with `billing-admin init` first.\n"
    "    When both ports are open their numbers are written into DIR/ports as KEY=VALUE\n"
    "    lines (kiosk=8443, public=8444): that file is the sign that it is ready.\n"
    "    SIGTERM and SIGINT stop it cleanly; a kill at any moment loses no money.\n\n"
    "OPTIONS\n"
    "    --config FILE     settings, an INI file; without it every key has its default\n"
    "    --state-dir DIR   store, keys and certificates; default: billing below\n"
    "                      $XDG_STATE_HOME/lobby-kiosk\n"
    "    --port-base N     kiosk API on N, pages on N + 1; 0: any two free ports\n"
    "    --check-config    reads the settings, says whether they are good, and ends\n"
    "    --version         prints the version\n"
    "    --help            prints this\n\n"
    "EXIT STATUS\n"
    "    0 stopped as asked; 1 could not start, with a sentence why; 2 wrong usage\n\n"
    "SETTINGS\n";

struct options {
    const char *config;
    const char *given_state_dir; /* NULL: none */
    char state_dir[PATH_TEXT_MAX];
    long port_base; /* -1: as configured */
    bool check_only;
};

struct running {
    struct server server;
    struct http_server *kiosk_http, *public_http;
    char *certificate, *key;
};

/* -- options ----------------------------------------------------------------------------- */

static int wrong_usage(const char *sentence)
{
    fprintf(stderr, "billing: %s\nTry 'billing --help'.\n", sentence);
    return 2;
}

/* -1: go on; else the exit status. */
static int parse_options(int argc, char **argv, struct options *options)
{
    static const struct option LONG[] = {
        {"config", required_argument, NULL, 'c'},
        {"state-dir", required_argument, NULL, 's'},
        {"port-base", required_argument, NULL, 'p'},
        {"port", required_argument, NULL, 'p'},
        {"check-config", no_argument, NULL, 'k'},
        {"version", no_argument, NULL, 'v'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int letter = 0;
    options->port_base = -1;
    while ((letter = getopt_long(argc, argv, "", LONG, NULL)) != -1) {
        switch (letter) {
        case 'c': options->config = optarg; break;
        case 's': options->given_state_dir = optarg; break;
        case 'p':
            if (!control_number(optarg, 0, PORT_BASE_MAX, &options->port_base)) {
                return wrong_usage("--port-base wants a number from 0 to 65534");
            }
            break;
        case 'k': options->check_only = true; break;
        case 'v': puts("billing " KIOSK_VERSION); return 0;
        case 'h':
            fputs(USAGE, stdout);
            settings_print_help();
            return 0;
        default: return 2;
        }
    }
    return optind == argc ? -1 : wrong_usage("there are no arguments but options");
}

/* -- starting ---------------------------------------------------------------------------- */

static bool complain(const char *sentence, const char *what)
{
    fprintf(stderr, "billing: %s%s%s\n", sentence, what[0] != '\0' ? ": " : "", what);
    return false;
}

static bool read_settings(const struct options *options, struct settings *settings)
{
    char error[CONFIG_ERROR_MAX] = "";
    if (options->config == NULL) {
        settings_default(settings);
    } else if (settings_read(options->config, settings, error) != STATUS_OK) {
        return complain(error, "");
    }
    if (options->port_base >= 0) {
        settings->kiosk_port = (int)options->port_base;
        settings->public_port = options->port_base == 0 ? 0 : (int)options->port_base + 1;
    }
    return true;
}

static bool load_file(const char *directory, const char *name, char **text)
{
    char path[PATH_TEXT_MAX];
    size_t length = 0;
    if (files_join(directory, name, path) != STATUS_OK ||
        files_read_all(path, PEM_MAX, text, &length) != STATUS_OK) {
        return complain("cannot read a certificate; run 'billing-admin init' first", path);
    }
    return true;
}

static bool open_state(const struct options *options, struct running *running)
{
    char path[STORE_MAX];
    char error[256] = "";
    struct server *server = &running->server;
    int lock = -1; /* kept until the process ends */

    if (files_lock_dir(options->state_dir, &lock) != STATUS_OK) {
        return complain("the state directory is missing or another billing has it",
                        options->state_dir);
    }
    if (!load_file(options->state_dir, SERVER_FILE, &running->certificate) ||
        !load_file(options->state_dir, SERVER_KEY_FILE, &running->key)) {
        return false;
    }
    if (pki_open(options->state_dir, &server->pki) != STATUS_OK) {
        return complain("cannot read the private authority; run 'billing-admin init' first",
                        options->state_dir);
    }
    if (settings_store(&server->settings, options->state_dir, path) != STATUS_OK ||
        db_open(path, &server->db, error, sizeof(error)) != STATUS_OK) {
        return complain("cannot open the store", error);
    }
    server->lookups = lookups_make();
    server->numbers = numbers_make();
    return (server->lookups != NULL && server->numbers != NULL) || complain("out of memory", "");
}

static bool listen_on(const struct http_server_options *options, struct http_server **http)
{
    char sentence[160];
    enum status status = http_server_start(options, http);
    if (status == STATUS_OK) {
        return true;
    }
    snprintf(sentence, sizeof(sentence), "cannot listen on %s port %u (%s)", options->bind_address,
             options->port, status == STATUS_CONFLICT ? "the port is in use" : status_name(status));
    return complain(sentence, "");
}

/* The pages' port is bound before the worker runs: the provider must know where to notify. */
static bool start_pages(struct running *running)
{
    struct server *server = &running->server;
    const struct settings *settings = &server->settings;
    struct http_server_options pages = {.bind_address = settings->public_bind_address,
                                        .port = (uint16_t)settings->public_port,
                                        .routes = PUBLIC_ROUTES,
                                        .route_count = PUBLIC_ROUTE_COUNT,
                                        .context = server,
                                        .gate = page_gate,
                                        .threads = settings->public_threads,
                                        .connection_max = PAGE_CONNECTIONS,
                                        .connection_max_per_address = PAGE_CONNECTIONS_PER_ADDRESS,
                                        .idle_timeout_s = PAGE_IDLE_S,
                                        .body_max = 8192};
    return listen_on(&pages, &running->public_http);
}

static bool start_api(struct running *running)
{
    struct server *server = &running->server;
    const struct settings *settings = &server->settings;
    struct http_server_options api = {.bind_address = settings->bind_address,
                                      .port = (uint16_t)settings->kiosk_port,
                                      .routes = KIOSK_ROUTES,
                                      .route_count = KIOSK_ROUTE_COUNT,
                                      .context = server,
                                      .gate = api_gate,
                                      .certificate_pem = running->certificate,
                                      .key_pem = running->key,
                                      .client_ca_pem = pki_ca_pem(server->pki),
                                      .threads = settings->threads,
                                      .body_max = CODEC_TEXT_MAX};
    return listen_on(&api, &running->kiosk_http);
}

static void set_addresses(struct server *server, unsigned public_port)
{
    char local[BASE_URL_MAX];
    snprintf(local, sizeof(local), "http://127.0.0.1:%u", public_port);
    snprintf(server->base_url, sizeof(server->base_url), "%s",
             server->settings.base_url[0] != '\0' ? server->settings.base_url : local);
    snprintf(server->notify_url, sizeof(server->notify_url), "%s",
             server->settings.notify_url[0] != '\0' ? server->settings.notify_url : local);
}

static bool start_worker(struct server *server)
{
    server->provider = &provider_sandbox;
    struct worker_options options = {.db = server->db,
                                     .provider = server->provider,
                                     .utility = &utility_sandbox,
                                     .settings = &server->settings,
                                     .base_url = server->base_url,
                                     .notify_url = server->notify_url};
    return worker_start(&options, &server->worker) == STATUS_OK ||
           complain("cannot start the worker", "");
}

static bool tell_ports(const struct options *options, const struct running *running)
{
    char path[PATH_TEXT_MAX];
    char text[64];
    int length =
        snprintf(text, sizeof(text), "kiosk=%u\npublic=%u\n", http_server_port(running->kiosk_http),
                 http_server_port(running->public_http));
    if (files_join(options->state_dir, PORTS_FILE, path) != STATUS_OK ||
        files_write_atomic(path, text, (size_t)length, 0644) != STATUS_OK) {
        return complain("cannot write the ports", path);
    }
    return true;
}

static void remove_ports(const struct options *options)
{
    char path[PATH_TEXT_MAX];
    if (files_join(options->state_dir, PORTS_FILE, path) == STATUS_OK) {
        remove(path);
    }
}

static void stop(struct running *running)
{
    http_server_stop(running->kiosk_http);
    http_server_stop(running->public_http);
    worker_stop(running->server.worker);
    db_close(running->server.db);
    pki_close(running->server.pki);
    free(running->server.lookups);
    numbers_free(running->server.numbers);
    free(running->certificate);
    if (running->key != NULL) {
        explicit_bzero(running->key, strlen(running->key));
        free(running->key);
    }
}

static int serve(const struct options *options, struct running *running)
{
    program_block_signals();
    remove_ports(options);
    bool up = open_state(options, running) && start_pages(running);
    if (up) {
        set_addresses(&running->server, http_server_port(running->public_http));
        up = start_worker(&running->server) && start_api(running);
        atomic_store(&running->server.ready, up);
        up = up && tell_ports(options, running);
    }
    if (up) {
        log_info("billing.ready", "kiosk=%u public=%u", http_server_port(running->kiosk_http),
                 http_server_port(running->public_http));
        log_info("billing.stopping", "signal=%d", program_wait_for_end());
        remove_ports(options);
    }
    stop(running);
    return up ? 0 : 1;
}

int main(int argc, char **argv)
{
    struct options options = {0};
    static struct running running;
    int done = parse_options(argc, argv, &options);
    if (done >= 0) {
        return done;
    }
    if (!read_settings(&options, &running.server.settings)) {
        return 1;
    }
    if (options.check_only) {
        puts("billing: the settings are good");
        return 0;
    }
    if (program_state_dir("billing", options.given_state_dir, options.state_dir) != STATUS_OK) {
        complain("no state directory, or too long a one; give --state-dir", "");
        return 1;
    }
    log_open("billing", LOG_LEVEL_INFO);
    if (http_client_global_init() != STATUS_OK) {
        complain("libcurl does not start", "");
        return 1;
    }
    return serve(&options, &running);
}
