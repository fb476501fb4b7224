#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/client.h"
#include "kiosk/config.h"
#include "kiosk/io/journal_queue.h"
#include "kiosk/io/pairing.h"
#include "kiosk/loop.h"
#include "system/log.h"
#include "system/program.h"

/* Where the package puts fonts, icons and translations. */
#ifndef KIOSK_ASSETS_DIR
#define KIOSK_ASSETS_DIR "/usr/share/lobby-kiosk/assets"
#endif

#define EXIT_USAGE 2

struct options {
    const char *config_path, *state_dir, *assets_dir;
    const char *enrol_code, *ca_path;
    bool queue, unpair, wipe;
    int width, height;
    bool fullscreen, check_config, done;
};

static void print_help(void)
{
    (void)printf(
        "NAME\n"
        "    kiosk - a self-service payment terminal for electricity halls\n\n"
        "SYNOPSIS\n"
        "    kiosk --config FILE [--state-dir DIR] [--size WxH | --fullscreen] [--assets DIR]\n"
        "    kiosk --config FILE --enrol CODE --ca FILE [--state-dir DIR]\n"
        "    kiosk --config FILE --queue | --unpair | --wipe [--state-dir DIR]\n"
        "    kiosk --config FILE --check-config\n\n"
        "DESCRIPTION\n"
        "    Opens the touch screen of one lobby machine: account look-up, recharge, bills,\n"
        "    payment by a phone's code or by the QR on the screen, receipts. It needs its own\n"
        "    certificate from the billing server once, see --enrol.\n"
        "    The program ends when its window is closed, or with SIGTERM or SIGINT. What was\n"
        "    begun stands in DIR/journal.db and is brought to an end at the next start; a kill\n"
        "    at any moment loses no money. Events go to standard error, or to the journal when\n"
        "    systemd started the program.\n\n"
        "OPTIONS\n"
        "    --config FILE     settings, an INI file\n"
        "    --state-dir DIR   journal, certificate and the sockets of virtual devices; default:\n"
        "                      kiosk below $XDG_STATE_HOME/lobby-kiosk\n"
        "    --size WxH        a window of that size in pixels; default 540x960\n"
        "    --fullscreen      the whole screen, without borders\n"
        "    --assets DIR      fonts, icons, translations; default " KIOSK_ASSETS_DIR "\n"
        "    --enrol CODE      gets the certificate with a one-use code of billing-admin, ends\n"
        "    --ca FILE         the authority that the server's certificate must come from\n"
        "    --queue           prints how many payments wait for the billing server, and since\n"
        "                      when; also while the kiosk runs\n"
        "    --unpair          forgets certificate and key\n"
        "    --wipe            forgets everything: certificate, key, journal, receipts\n"
        "                      Both refuse while payments wait for the server, when the journal\n"
        "                      cannot be read, and while the kiosk runs; so does --enrol with the\n"
        "                      code of another terminal or the authority of another server\n"
        "    --check-config    reads the settings, says whether they are good, and ends\n"
        "    --version         prints the version\n"
        "    --help            prints this\n\n"
        "EXIT STATUS\n"
        "    0 stopped as asked; 1 could not start, with a sentence why; 2 wrong usage\n\n"
        "SETTINGS\n");
    kiosk_config_print_help();
}

static int usage(const char *what)
{
    (void)fprintf(stderr, "kiosk: %s; see kiosk --help\n", what);
    return EXIT_USAGE;
}

enum {
    OPTION_CONFIG = 1,
    OPTION_STATE,
    OPTION_SIZE,
    OPTION_FULLSCREEN,
    OPTION_ASSETS,
    OPTION_ENROL,
    OPTION_CA,
    OPTION_QUEUE,
    OPTION_UNPAIR,
    OPTION_WIPE,
    OPTION_CHECK,
    OPTION_VERSION,
    OPTION_HELP
};

static const struct option long_options[] = {
    {"config", required_argument, NULL, OPTION_CONFIG},
    {"state-dir", required_argument, NULL, OPTION_STATE},
    {"size", required_argument, NULL, OPTION_SIZE},
    {"fullscreen", no_argument, NULL, OPTION_FULLSCREEN},
    {"assets", required_argument, NULL, OPTION_ASSETS},
    {"enrol", required_argument, NULL, OPTION_ENROL},
    {"ca", required_argument, NULL, OPTION_CA},
    {"queue", no_argument, NULL, OPTION_QUEUE},
    {"unpair", no_argument, NULL, OPTION_UNPAIR},
    {"wipe", no_argument, NULL, OPTION_WIPE},
    {"check-config", no_argument, NULL, OPTION_CHECK},
    {"version", no_argument, NULL, OPTION_VERSION},
    {"help", no_argument, NULL, OPTION_HELP},
    {NULL, 0, NULL, 0},
};

/* 0, or the exit status of a wrong command line. options->done: all was said already. */
static int take_option(struct options *options, int option)
{
    switch (option) {
    case OPTION_CONFIG: options->config_path = optarg; return 0;
    case OPTION_STATE: options->state_dir = optarg; return 0;
    case OPTION_ASSETS: options->assets_dir = optarg; return 0;
    case OPTION_ENROL: options->enrol_code = optarg; return 0;
    case OPTION_CA: options->ca_path = optarg; return 0;
    case OPTION_FULLSCREEN: options->fullscreen = true; return 0;
    case OPTION_QUEUE: options->queue = true; return 0;
    case OPTION_UNPAIR: options->unpair = true; return 0;
    case OPTION_WIPE: options->wipe = true; return 0;
    case OPTION_CHECK: options->check_config = true; return 0;
    case OPTION_SIZE:
        return program_parse_size(optarg, &options->width, &options->height)
                   ? 0
                   : usage("--size must be like 1080x1920");
    case OPTION_VERSION:
        (void)printf("kiosk %s\n", KIOSK_VERSION);
        options->done = true;
        return 0;
    case OPTION_HELP:
        print_help();
        options->done = true;
        return 0;
    default: return EXIT_USAGE; /* getopt has said why */
    }
}

static int parse_options(int argc, char **argv, struct options *options)
{
    int option = 0;
    int result = 0;

    while (result == 0 && (option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
        result = take_option(options, option);
    }
    if (result == 0 && !options->done && optind < argc) {
        return usage("there are words behind the options");
    }
    if (result == 0 && !options->done && options->config_path == NULL) {
        return usage("--config FILE is missing");
    }
    if (result == 0 &&
        options->queue + options->unpair + options->wipe + (options->enrol_code != NULL ? 1 : 0) >
            1) {
        return usage("--enrol, --queue, --unpair and --wipe exclude each other");
    }
    return result;
}

static int run_enrol(const struct kiosk_config *config, const struct options *options)
{
    char error[PAIRING_ERROR_MAX] = "";

    if (options->ca_path == NULL) {
        return usage("--enrol needs --ca FILE");
    }
    if (pairing_enrol(config->billing_url, options->ca_path, options->enrol_code,
                      options->state_dir, error) != STATUS_OK) {
        (void)fprintf(stderr, "kiosk: not enrolled: %s\n", error);
        return EXIT_FAILURE;
    }
    (void)printf("enrolled; the certificate is in the state folder\n");
    return EXIT_SUCCESS;
}

static int run_leave(const struct options *options)
{
    char error[PAIRING_ERROR_MAX] = "";
    enum status status = options->wipe ? pairing_wipe(options->state_dir, error)
                                       : pairing_unpair(options->state_dir, error);

    if (status != STATUS_OK) {
        (void)fprintf(stderr, "kiosk: not %s: %s\n", options->wipe ? "wiped" : "unpaired", error);
        return EXIT_FAILURE;
    }
    (void)printf("%s; the server forgets this terminal with billing-admin revoke\n",
                 options->wipe ? "wiped" : "unpaired");
    return EXIT_SUCCESS;
}

static int run_queue(const struct options *options)
{
    struct journal_queue queue = {0};
    char path[PATH_TEXT_MAX];
    char error[JOURNAL_ERROR_MAX] = "the path of the state folder is too long";

    if (files_join(options->state_dir, "journal.db", path) != STATUS_OK ||
        journal_queue_read(path, &queue, error) != STATUS_OK) {
        (void)fprintf(stderr, "kiosk: the journal cannot be read: %s\n", error);
        return EXIT_FAILURE;
    }
    if (queue.open == 0) {
        (void)printf("0 payments wait for the billing server\n");
    } else {
        (void)printf("%d payment%s wait%s for the billing server, the oldest since %s UTC\n",
                     queue.open, queue.open == 1 ? "" : "s", queue.open == 1 ? "s" : "",
                     queue.oldest);
    }
    return EXIT_SUCCESS;
}

static int run_screen(const struct kiosk_config *config, const struct options *options)
{
    char error[LOOP_ERROR_MAX] = "";
    const struct loop_options loop = {
        .width = options->fullscreen ? 0 : options->width,
        .height = options->fullscreen ? 0 : options->height,
        .assets_dir = options->assets_dir,
        .state_dir = options->state_dir,
    };

    log_info("kiosk.start", "version=%s terminal=%s", KIOSK_VERSION, config->settings.terminal_no);
    if (loop_run(config, &loop, error) != STATUS_OK) {
        (void)fprintf(stderr, "kiosk: %s\n", error);
        return EXIT_FAILURE;
    }
    log_info("kiosk.end", "%s", "");
    return EXIT_SUCCESS;
}

static int run(struct options *options)
{
    static struct kiosk_config config;
    static char state_dir[PATH_TEXT_MAX];
    char error[CONFIG_ERROR_MAX] = "";

    if (kiosk_config_read(options->config_path, &config, error) != STATUS_OK) {
        (void)fprintf(stderr, "kiosk: %s\n", error);
        return EXIT_FAILURE;
    }
    if (options->check_config) {
        (void)printf("%s: good\n", options->config_path);
        return EXIT_SUCCESS;
    }
    if (program_state_dir("kiosk", options->state_dir, state_dir) != STATUS_OK) {
        return usage("no place for the state, or too long a one; give --state-dir");
    }
    options->state_dir = state_dir;
    if (options->queue) {
        return run_queue(options);
    }
    if (options->unpair || options->wipe) {
        return run_leave(options);
    }
    if (http_client_global_init() != STATUS_OK) {
        (void)fprintf(stderr, "kiosk: the HTTP library does not start\n");
        return EXIT_FAILURE;
    }
    return options->enrol_code != NULL ? run_enrol(&config, options) : run_screen(&config, options);
}

int main(int argc, char **argv)
{
    struct options options = {.assets_dir = KIOSK_ASSETS_DIR, .width = 540, .height = 960};
    int result = parse_options(argc, argv, &options);

    log_open("kiosk", LOG_LEVEL_INFO);
    return result != 0 || options.done ? result : run(&options);
}
