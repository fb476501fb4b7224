/*
 * player.c - plays a journey: plain text, one verb a line, against the real programs.
 *
 *   # a comment
 *   tap svc.pay                    touches a node by its id
 *   maybe modal.continue           the same, if it is there
 *   type 5263000017                touches number keys
 *   expect screen amount           what must hold now
 *   expect amt.value 186.40        a node's text, as it stands on the screen (part of it)
 *   expect modal yes
 *   expect disabled nav.next
 *   await screen result            the same, but it may take up to 20 s of real time
 *   advance 60000                  virtual milliseconds
 *   scan 131234567890123456        the scanner sees this
 *   scanner unplug / printer paper-out / wallet decline last
 *   network cut                    the cable to the server: ok|cut|silent|slow MS
 *   clock -34560000                the kiosk's own clock is so many seconds ahead; 0: right
 *   wallet code wechat             the wallet's answer is kept: $answer
 *   open-qr alipay                 the phone opens the QR on the screen
 *   shot amount                    a picture into the folder of --pictures
 *   receipt paid                   the last printed paper, as a picture
 *   where svc.pay                  prints the middle of a node in pixels
 *   world server-kill              asks the test around us (--world) to break or mend something
 *   remember                       keeps the number of the receipt on the screen: $kept
 *   keep                           keeps the wallet's last answer: $kept
 *   restart                        the kiosk's program ends and starts again
 *   show                           a moment passes; then the whole screen as one line of JSON
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/instant.h"
#include "stage.h"
#include "system/clock.h"
#include "system/control.h"
#include "system/log.h"
#include "system/program.h"

#define LINE_MAX_BYTES 1024
#define KEPT_MAX       32 /* a receipt's number or a payment code */
#define ANSWER_MAX     CONTROL_REPLY_MAX
#define ANSWER_MS      30000
#define AWAIT_MS       20000
#define SETTLE_MS      12000
#define FOLLOW_MS      10

struct player {
    struct stage_options options;
    struct stage *stage;
    const char *pictures, *wallet, *world, *journey;
    char answer[ANSWER_MAX];
    char kept[KEPT_MAX];
    int line;
};

__attribute__((format(printf, 2, 3))) static bool complain(const struct player *player,
                                                           const char *format, ...)
{
    va_list arguments;

    (void)fprintf(stderr, "%s:%d: ", player->journey, player->line);
    va_start(arguments, format);
    (void)vfprintf(stderr, format, arguments);
    va_end(arguments);
    (void)fputc('\n', stderr);
    return false;
}

/* ---- sockets of devices and wallet ---------------------------------------------------------- */

/* Sends one line; the answer, without "ok ", goes to player->answer. */
static bool tell(struct player *player, const char *path, const char *line)
{
    static struct control_reply reply;

    if (control_ask(path, line, ANSWER_MS, &reply) != STATUS_OK) {
        return complain(player, "nobody answers at %s", path);
    }
    const char *answer = control_answer(&reply);

    if (answer == NULL) {
        return complain(player, "\"%s\" was answered \"%s\"", line, reply.text);
    }
    (void)snprintf(player->answer, sizeof(player->answer), "%s", answer);
    return true;
}

static bool tell_device(struct player *player, const char *socket_name, const char *line)
{
    char path[PATH_TEXT_MAX];

    return files_join(player->options.state_dir, socket_name, path) == STATUS_OK &&
           tell(player, path, line);
}

/* ---- expectations --------------------------------------------------------------------------- */

/* True when it holds; else a sentence in why. */
static bool holds(struct player *player, const char *what, char *why, size_t size)
{
    struct ui *ui = stage_ui(player->stage);
    char subject[64] = "";
    int used = 0;

    if (sscanf(what, "%63s %n", subject, &used) != 1) {
        (void)snprintf(why, size, "nothing is expected");
        return false;
    }
    const char *wanted = what + used;

    if (strcmp(subject, "screen") == 0) {
        (void)snprintf(why, size, "the screen is %s, not %s", ui_screen(ui), wanted);
        return strcmp(ui_screen(ui), wanted) == 0;
    }
    if (strcmp(subject, "modal") == 0) {
        (void)snprintf(why, size, "modal is %s", ui_modal(ui) ? "yes" : "no");
        return ui_modal(ui) == (strcmp(wanted, "yes") == 0);
    }
    bool disabled = strcmp(subject, "disabled") == 0;
    bool absent = strcmp(subject, "absent") == 0;
    const struct ui_node *node = ui_node_find(ui, disabled || absent ? wanted : subject);

    if (absent) {
        (void)snprintf(why, size, "%s is there", wanted);
        return node == NULL;
    }
    if (node == NULL) {
        (void)snprintf(why, size, "screen %s has no node %s", ui_screen(ui), subject);
        return false;
    }
    if (disabled) {
        (void)snprintf(why, size, "%s is enabled", wanted);
        return !node->enabled;
    }
    (void)snprintf(why, size, "%s says \"%s\", not \"%s\"", subject, node->text, wanted);
    return strstr(node->text, wanted) != NULL;
}

static bool expect(struct player *player, const char *what)
{
    char why[UI_TEXT_MAX * 2];

    return holds(player, what, why, sizeof(why)) || complain(player, "%s", why);
}

static bool await(struct player *player, const char *what)
{
    char why[UI_TEXT_MAX * 2] = "";
    int64_t end_ms = clock_monotonic_ms() + AWAIT_MS;

    while (!holds(player, what, why, sizeof(why))) {
        if (clock_monotonic_ms() > end_ms) {
            return complain(player, "waited in vain: %s", why);
        }
        stage_follow(player->stage, FOLLOW_MS);
    }
    return true;
}

/* ---- verbs ---------------------------------------------------------------------------------- */

static bool tap(struct player *player, const char *id)
{
    char reason[UI_REASON_MAX] = "";

    if (stage_tap(player->stage, id, reason) != STATUS_OK) {
        return complain(player, "tap %s on screen %s: %s", id, ui_screen(stage_ui(player->stage)),
                        reason);
    }
    stage_settle(player->stage, SETTLE_MS);
    return true;
}

static bool maybe(struct player *player, const char *id)
{
    return ui_node_find(stage_ui(player->stage), id) == NULL || tap(player, id);
}

static bool type(struct player *player, const char *keys)
{
    char id[16];

    for (; *keys != '\0'; keys++) {
        if (*keys == '-') {
            continue; /* between the groups of a receipt's number */
        }
        (void)snprintf(id, sizeof(id), *keys == '.' ? "key.point" : "key.%c", *keys);
        if (!tap(player, id)) {
            return false;
        }
    }
    return true;
}

static bool scan(struct player *player, const char *text)
{
    char line[LINE_MAX_BYTES + 8];

    (void)snprintf(line, sizeof(line), "scan %s", text);
    if (!tell_device(player, "scanner.sock", line)) {
        return false;
    }
    stage_follow(player->stage, 30);
    stage_settle(player->stage, SETTLE_MS);
    return true;
}

static bool open_qr(struct player *player, const char *channel)
{
    char line[LINE_MAX_BYTES];
    const char *url = stage_view(player->stage)->order.pay_url;

    if (!stage_view(player->stage)->qr_shown) {
        return complain(player, "no QR stands on the screen");
    }
    (void)snprintf(line, sizeof(line), "open %s %s", url, channel);
    return tell(player, player->wallet, line);
}

static bool picture(struct player *player, const char *name, bool paper)
{
    char path[PATH_TEXT_MAX];
    char line[PATH_TEXT_MAX + 8];

    if (player->pictures == NULL) {
        return true;
    }
    if (snprintf(path, sizeof(path), "%s/%s.png", player->pictures, name) >= (int)sizeof(path)) {
        return complain(player, "the path of the picture is too long");
    }
    if (paper) {
        (void)snprintf(line, sizeof(line), "last %s", path);
        return tell_device(player, "printer.sock", line);
    }
    return ui_save_png(stage_ui(player->stage), path) == STATUS_OK ||
           complain(player, "the picture %s cannot be written", path);
}

static bool world(struct player *player, const char *what)
{
    char command[PATH_TEXT_MAX * 2];

    if (player->world == NULL) {
        return complain(player, "there is no --world to ask");
    }
    (void)snprintf(command, sizeof(command), "%s %s", player->world, what);
    /* The command is the test's own; nothing of it comes from outside. */
    int result = system(command); // NOLINT(cert-env33-c,bugprone-command-processor)

    return result == 0 || complain(player, "the world could not do \"%s\"", what);
}

static bool restart(struct player *player)
{
    char error[STAGE_ERROR_MAX] = "";

    stage_close(player->stage);
    player->stage = NULL;
    if (stage_open(&player->options, &player->stage, error) != STATUS_OK) {
        return complain(player, "%s", error);
    }
    return true;
}

/* The sandbox holds the cable, as at the bench. */
static bool network(struct player *player, const char *what)
{
    char line[LINE_MAX_BYTES + 8];

    if (player->wallet == NULL) {
        return complain(player, "there is no --wallet, and it has the cable");
    }
    (void)snprintf(line, sizeof(line), "network %s", what);
    return tell(player, player->wallet, line);
}

static bool where(struct player *player, const char *id)
{
    const struct ui_node *node = ui_node_find(stage_ui(player->stage), id);
    int x = 0;
    int y = 0;

    if (node == NULL) {
        return complain(player, "there is no node %s", id);
    }
    ui_node_middle(stage_ui(player->stage), node, &x, &y);
    (void)printf("%s %d %d\n", id, x, y);
    return true;
}

/* For a test that drives the player over a pipe and decides by what it sees. */
static bool show(struct player *player, const char *rest)
{
    (void)rest;
    stage_follow(player->stage, FOLLOW_MS);
    const struct view *view = stage_view(player->stage);
    char *tree = ui_dump_json(stage_ui(player->stage));

    if (tree == NULL) {
        return complain(player, "no memory");
    }
    for (char *c = tree; *c != '\0'; c++) {
        if (*c == '\n') {
            *c = ' '; /* white space only: in a text it is written \\n */
        }
    }
    (void)printf("{\"order\":\"%s\",\"pay_url\":\"%s\",\"receipt\":\"%s\",\"tree\":%s}\n",
                 view->order.order_no, view->qr_shown ? view->order.pay_url : "", view->receipt_no,
                 tree);
    (void)fflush(stdout);
    free(tree);
    return true;
}

static bool number(const char *text, int64_t *value)
{
    size_t length = strspn(text, "0123456789");

    *value = 0;
    for (size_t i = 0; i < length && i < 12; i++) {
        *value = *value * 10 + (text[i] - '0');
    }
    return length > 0 && length <= 12 && text[length] == '\0';
}

static bool advance(struct player *player, const char *text)
{
    int64_t duration_ms = 0;

    if (!number(text, &duration_ms)) {
        return complain(player, "advance wants milliseconds");
    }
    stage_advance(player->stage, duration_ms);
    return true;
}

static bool clock_ahead(struct player *player, const char *text)
{
    bool behind = text[0] == '-';
    int64_t seconds = 0;

    if (!number(text + (behind ? 1 : 0), &seconds)) {
        return complain(player, "clock wants seconds");
    }
    stage_clock(player->stage, (behind ? -seconds : seconds) * 1000);
    return true;
}

static bool device(struct player *player, const char *socket_name, const char *line)
{
    bool told = tell_device(player, socket_name, line);

    stage_follow(player->stage, 20);
    stage_settle(player->stage, SETTLE_MS);
    return told;
}

static bool perform(struct player *player, const char *verb, const char *rest)
{
    static const struct {
        const char *verb;
        bool (*act)(struct player *player, const char *rest);
    } verbs[] = {{"tap", tap},          {"maybe", maybe},     {"type", type},
                 {"expect", expect},    {"await", await},     {"scan", scan},
                 {"open-qr", open_qr},  {"advance", advance}, {"world", world},
                 {"where", where},      {"show", show},       {"network", network},
                 {"clock", clock_ahead}};

    for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
        if (strcmp(verb, verbs[i].verb) == 0) {
            return verbs[i].act(player, rest);
        }
    }
    if (strcmp(verb, "shot") == 0 || strcmp(verb, "receipt") == 0) {
        return picture(player, rest, verb[0] == 'r');
    }
    if (strcmp(verb, "scanner") == 0) {
        return device(player, "scanner.sock", rest);
    }
    if (strcmp(verb, "printer") == 0) {
        return device(player, "printer.sock", rest);
    }
    if (strcmp(verb, "wallet") == 0) {
        return player->wallet != NULL ? tell(player, player->wallet, rest)
                                      : complain(player, "there is no --wallet");
    }
    if (strcmp(verb, "remember") == 0) {
        (void)snprintf(player->kept, sizeof(player->kept), "%s",
                       stage_view(player->stage)->receipt_no);
        return player->kept[0] != '\0' || complain(player, "no receipt has a number here");
    }
    if (strcmp(verb, "keep") == 0) {
        (void)snprintf(player->kept, sizeof(player->kept), "%.*s", (int)sizeof(player->kept) - 1,
                       player->answer);
        return true;
    }
    if (strcmp(verb, "restart") == 0) {
        return restart(player);
    }
    return complain(player, "there is no verb %s", verb);
}

/* Puts the kept answer in the place of $answer, and the remembered receipt number in that of $kept.
 */
static void substitute(const struct player *player, const char *line, char out[LINE_MAX_BYTES])
{
    const struct {
        const char *name, *value;
    } variables[] = {{"$answer", player->answer}, {"$kept", player->kept}};
    size_t used = 0;

    while (*line != '\0' && used + 1 < LINE_MAX_BYTES) {
        bool found = false;

        for (size_t i = 0; i < ARRAY_LEN(variables) && !found; i++) {
            size_t length = strlen(variables[i].name);

            if (strncmp(line, variables[i].name, length) == 0) {
                for (const char *c = variables[i].value; *c != '\0' && used + 1 < LINE_MAX_BYTES;
                     c++) {
                    out[used++] = *c;
                }
                line += length;
                found = true;
            }
        }
        if (!found) {
            out[used++] = *line++;
        }
    }
    out[used] = '\0';
}

static bool play_line(struct player *player, char *raw)
{
    char line[LINE_MAX_BYTES];
    char verb[32];
    int used = 0;

    raw[strcspn(raw, "\r\n")] = '\0';
    char *comment = strstr(raw, " #");

    if (comment != NULL) {
        *comment = '\0';
    }
    substitute(player, raw, line);
    if (sscanf(line, "%31s %n", verb, &used) != 1 || verb[0] == '#') {
        return true;
    }
    char *rest = line + used;
    size_t length = strlen(rest);

    while (length > 0 && rest[length - 1] == ' ') {
        rest[--length] = '\0';
    }
    return perform(player, verb, rest);
}

static bool play(struct player *player, FILE *file)
{
    char line[LINE_MAX_BYTES];

    for (player->line = 1; fgets(line, sizeof(line), file) != NULL; player->line++) {
        if (!play_line(player, line)) {
            (void)picture(player, "failed", false);
            return false;
        }
    }
    return true;
}

/* ---- command line --------------------------------------------------------------------------- */

static int usage(void)
{
    (void)fprintf(stderr,
                  "usage: kiosk_player --config FILE --state-dir DIR --assets DIR [--size WxH]\n"
                  "         [--pictures DIR] [--wallet SOCKET] [--world COMMAND]\n"
                  "         [--at RFC3339] JOURNEY...\n");
    return 2;
}

static bool parse(struct player *player, int argc, char **argv)
{
    static const struct option options[] = {{"config", required_argument, NULL, 'c'},
                                            {"state-dir", required_argument, NULL, 's'},
                                            {"assets", required_argument, NULL, 'a'},
                                            {"size", required_argument, NULL, 'z'},
                                            {"pictures", required_argument, NULL, 'p'},
                                            {"wallet", required_argument, NULL, 'w'},
                                            {"world", required_argument, NULL, 'o'},
                                            {"at", required_argument, NULL, 't'},
                                            {NULL, 0, NULL, 0}};
    int option = 0;
    bool good = true;

    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (option) {
        case 'c': player->options.config_path = optarg; break;
        case 's': player->options.state_dir = optarg; break;
        case 'a': player->options.assets_dir = optarg; break;
        case 'p': player->pictures = optarg; break;
        case 'w': player->wallet = optarg; break;
        case 'o': player->world = optarg; break;
        case 'z':
            good =
                good && program_parse_size(optarg, &player->options.width, &player->options.height);
            break;
        case 't':
            good = good && instant_parse(optarg, &player->options.wall_ms) == STATUS_OK;
            break;
        default: good = false;
        }
    }
    return good && player->options.config_path != NULL && player->options.state_dir != NULL &&
           player->options.assets_dir != NULL && optind < argc;
}

int main(int argc, char **argv)
{
    static struct player player = {.options = {.width = 1080, .height = 1920}};
    char error[STAGE_ERROR_MAX] = "";
    int failures = 0;

    if (!parse(&player, argc, argv)) {
        return usage();
    }
    log_open("kiosk", LOG_LEVEL_INFO);
    if (stage_open(&player.options, &player.stage, error) != STATUS_OK) {
        (void)fprintf(stderr, "kiosk_player: %s\n", error);
        return 1;
    }
    stage_settle(player.stage, SETTLE_MS);
    for (int i = optind; i < argc && player.stage != NULL; i++) {
        FILE *file = fopen(argv[i], "r");
        int64_t from_ms = clock_monotonic_ms();

        player.journey = argv[i];
        bool good = file != NULL && play(&player, file);

        if (file != NULL) {
            (void)fclose(file);
        }
        (void)printf("%s %s (%lld ms)\n", good ? "ok  " : "FAIL", argv[i],
                     (long long)(clock_monotonic_ms() - from_ms));
        failures += good ? 0 : 1;
        if (!good) {
            break; /* what follows would begin in the middle of a visit */
        }
    }
    stage_close(player.stage);
    return failures == 0 ? 0 : 1;
}
