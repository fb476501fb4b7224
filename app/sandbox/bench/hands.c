/* What a person's hands can do at the bench: one verb a line, the same as in the journeys. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox/bench/parts.h"
#include "system/clock.h"

#define FINGER_MS   40 /* how long a finger stays down */
#define QR_TEXT_MAX 512
#define ID_MAX      64

enum status hands_path(const struct bench *bench, const char *name, char path[PATH_TEXT_MAX])
{
    const char *directory = bench->sandbox->settings.bench_kiosk_dir;

    return directory[0] == '\0' ? STATUS_NOT_FOUND : files_join(directory, name, path);
}

bool hands_ask(const struct bench *bench, const char *socket_name, const char *line,
               struct control_reply *reply)
{
    char path[PATH_TEXT_MAX];
    enum status status = hands_path(bench, socket_name, path);

    if (status == STATUS_OK) {
        status = control_ask(path, line, ASK_TIMEOUT_MS, reply);
    }
    if (status != STATUS_OK) {
        control_err(reply, status == STATUS_TIMEOUT ? "no answer" : "the kiosk is not there");
        return false;
    }
    return control_answer(reply) != NULL;
}

enum status hands_screen(const struct bench *bench, struct screen_copy *copy)
{
    char path[PATH_TEXT_MAX];
    enum status status = hands_path(bench, "screen.frame", path);

    *copy = (struct screen_copy){0};
    return status == STATUS_OK ? screen_share_read(path, copy) : status;
}

/* -- fingers --------------------------------------------------------------------------------- */

/* The middle of a node in pixels. False: why not is in reply. */
static bool find_node(const struct bench *bench, const char *id, int *x, int *y,
                      struct control_reply *reply)
{
    struct screen_copy copy;
    const char *problem = "no such node";

    if (hands_screen(bench, &copy) != STATUS_OK) {
        control_err(reply, "the kiosk shows no screen");
        return false;
    }
    char *text = tree_json(&copy);
    json_t *tree = text != NULL ? json_loads(text, 0, NULL) : NULL;
    size_t index = 0;
    json_t *node = NULL;

    json_array_foreach(json_object_get(tree, "nodes"), index, node)
    {
        const char *name = json_string_value(json_object_get(node, "id"));

        if (name != NULL && strcmp(name, id) == 0) {
            problem = json_is_true(json_object_get(node, "tappable"))
                          ? NULL
                          : "disabled, covered, or not made for touch";
            *x = (int)(json_integer_value(json_object_get(node, "x")) +
                       json_integer_value(json_object_get(node, "w")) / 2);
            *y = (int)(json_integer_value(json_object_get(node, "y")) +
                       json_integer_value(json_object_get(node, "h")) / 2);
            break;
        }
    }
    json_decref(tree);
    free(text);
    screen_copy_free(&copy);
    if (problem != NULL) {
        control_err(reply, "%s: %s", id, problem);
    }
    return problem == NULL;
}

static bool tap(const struct bench *bench, const char *id, struct control_reply *reply)
{
    char line[64];
    int x = 0, y = 0;

    if (!find_node(bench, id, &x, &y, reply)) {
        return false;
    }
    (void)snprintf(line, sizeof(line), "touch down %d %d", x, y);
    if (!hands_ask(bench, "screen.sock", line, reply)) {
        return false;
    }
    clock_sleep_ms(FINGER_MS);
    (void)snprintf(line, sizeof(line), "touch up %d %d", x, y);
    return hands_ask(bench, "screen.sock", line, reply);
}

static void run_tap(struct bench *bench, const char *arguments, struct control_reply *reply)
{
    if (arguments[0] == '\0' || strlen(arguments) >= ID_MAX) {
        control_err(reply, "tap ID");
        return;
    }
    (void)tap(bench, arguments, reply);
}

static void run_type(struct bench *bench, const char *arguments, struct control_reply *reply)
{
    if (arguments[0] == '\0' || strspn(arguments, "0123456789.") != strlen(arguments)) {
        control_err(reply, "type DIGITS");
        return;
    }
    for (const char *at = arguments; *at != '\0'; at++) {
        char id[ID_MAX];

        (void)snprintf(id, sizeof(id), *at == '.' ? "key.point" : "key.%c", *at);
        if (!tap(bench, id, reply)) {
            return;
        }
        clock_sleep_ms(FINGER_MS);
    }
}

/* -- devices --------------------------------------------------------------------------------- */

static void run_scan(struct bench *bench, const char *arguments, struct control_reply *reply)
{
    char line[CONTROL_LINE_MAX];

    (void)snprintf(line, sizeof(line), "scan %s", arguments);
    (void)hands_ask(bench, "scanner.sock", line, reply);
}

static void run_scanner(struct bench *bench, const char *arguments, struct control_reply *reply)
{
    (void)hands_ask(bench, "scanner.sock", arguments[0] == '\0' ? "state" : arguments, reply);
}

static void run_printer(struct bench *bench, const char *arguments, struct control_reply *reply)
{
    /* It would write wherever it is told to: not for a page in a browser. */
    if (strncmp(arguments, "last", 4) == 0) {
        control_err(reply, "not from here");
        return;
    }
    (void)hands_ask(bench, "printer.sock", arguments[0] == '\0' ? "state" : arguments, reply);
}

static void run_touch(struct bench *bench, const char *arguments, struct control_reply *reply)
{
    char line[CONTROL_LINE_MAX];

    (void)snprintf(line, sizeof(line), "touch %s", arguments);
    (void)hands_ask(bench, "screen.sock", line, reply);
}

static void run_clock(struct bench *bench, const char *arguments, struct control_reply *reply)
{
    char line[CONTROL_LINE_MAX];

    (void)snprintf(line, sizeof(line), "clock %s", arguments);
    (void)hands_ask(bench, "screen.sock", line, reply);
}

/* -- the phone's camera ------------------------------------------------------------------------ */

static bool look(const struct bench *bench, char text[QR_TEXT_MAX], struct control_reply *reply)
{
    struct screen_copy copy;

    if (hands_screen(bench, &copy) != STATUS_OK) {
        control_err(reply, "the kiosk shows no screen");
        return false;
    }
    enum status status = camera_read(copy.pixels, copy.width, copy.height, text, QR_TEXT_MAX);

    screen_copy_free(&copy);
    if (status != STATUS_OK) {
        control_err(reply, "no QR code on the screen");
    }
    return status == STATUS_OK;
}

static void run_look(struct bench *bench, const char *arguments, struct control_reply *reply)
{
    char text[QR_TEXT_MAX];

    (void)arguments;
    if (look(bench, text, reply)) {
        control_ok(reply, "%s", text);
    }
}

static void run_open_qr(struct bench *bench, const char *arguments, struct control_reply *reply)
{
    char text[QR_TEXT_MAX];
    char line[CONTROL_LINE_MAX];

    if (look(bench, text, reply)) {
        (void)snprintf(line, sizeof(line), "%s %s", text, arguments);
        wallet_handle(bench->sandbox, "open", line, reply);
    }
}

/* -- cable and server ----------------------------------------------------------------------------
 */

static void run_network(struct bench *bench, const char *arguments, struct control_reply *reply)
{
    char line[CONTROL_LINE_MAX];
    char *words = line;
    long slow_ms = 0;

    (void)snprintf(line, sizeof(line), "%s", arguments);
    const char *what = control_word(&words);
    const char *number = control_word(&words);

    if (bench->cable == NULL) {
        control_err(reply, "this kiosk's cable has no switch");
        return;
    }
    for (int mode = CABLE_OK; what != NULL && mode <= CABLE_SLOW; mode++) {
        bool slow = mode == CABLE_SLOW;

        if (strcmp(what, cable_mode_name((enum cable_mode)mode)) == 0 && slow == (number != NULL) &&
            (!slow || control_number(number, 1, CABLE_SLOW_MAX_MS, &slow_ms))) {
            cable_switch(bench->cable, (enum cable_mode)mode, (int)slow_ms);
            control_ok(reply, "%s", what);
            return;
        }
    }
    control_err(reply, "network ok|cut|silent|slow MS");
}

static void run_server(struct bench *bench, const char *arguments, struct control_reply *reply)
{
    char words[HALL_WORDS_MAX];
    bool start = strcmp(arguments, "start") == 0;

    if (!start && strcmp(arguments, "kill") != 0) {
        control_err(reply, "server kill|start");
        return;
    }
    enum status status = hall_ask(bench, start ? "server-start" : "server-kill", words);

    if (status == STATUS_OK) {
        control_ok(reply, "%s", arguments);
    } else if (status == STATUS_NOT_FOUND) {
        control_err(reply, "nobody here can start and stop the server");
    } else {
        control_err(reply, "the server did not %s", start ? "come up" : "go down");
    }
}

/* -- all verbs ------------------------------------------------------------------------------------
 */

static const struct {
    const char *verb;
    void (*run)(struct bench *bench, const char *arguments, struct control_reply *reply);
    const char *usage;
} VERBS[] = {
    {"tap", run_tap, "tap ID"},
    {"type", run_type, "type DIGITS"},
    {"touch", run_touch, "touch down|move|up X Y"},
    {"scan", run_scan, "scan TEXT"},
    {"scanner", run_scanner, "scanner unplug|plug|state"},
    {"printer", run_printer,
     "printer ok|near-end|paper-out|cover-open|cutter|jam|offline|unplug|plug|fail-after N|slow "
     "MS|no-proof|state"},
    {"look", run_look, "look"},
    {"open-qr", run_open_qr, "open-qr [wechat|alipay|unionpay]"},
    {"clock", run_clock, "clock SECONDS"},
    {"network", run_network, "network ok|cut|silent|slow MS"},
    {"server", run_server, "server kill|start"},
};

static void run_help(const struct bench *bench, struct control_reply *reply)
{
    struct control_reply wallet = {{0}};
    char text[CONTROL_LINE_MAX] = "";
    size_t used = 0;

    for (size_t i = 0; i < ARRAY_LEN(VERBS) && used < sizeof(text); i++) {
        used += (size_t)snprintf(text + used, sizeof(text) - used, "%s; ", VERBS[i].usage);
    }
    wallet_handle(bench->sandbox, "help", "", &wallet);
    control_ok(reply, "%s%s", text, control_answer(&wallet));
}

void bench_command(struct bench *bench, const char *verb, const char *arguments,
                   struct control_reply *reply)
{
    char line[CONTROL_LINE_MAX];
    char *words = line;

    if (strcmp(verb, "help") == 0) {
        run_help(bench, reply);
        return;
    }
    if (strcmp(verb, "wallet") == 0) {
        /* As the journeys say it. */
        (void)snprintf(line, sizeof(line), "%s", arguments);
        verb = control_word(&words);
        arguments = words;
        if (verb == NULL) {
            control_err(reply, "wallet VERB ...; try help");
            return;
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(VERBS); i++) {
        if (strcmp(VERBS[i].verb, verb) == 0) {
            VERBS[i].run(bench, arguments, reply);
            return;
        }
    }
    wallet_handle(bench->sandbox, verb, arguments, reply);
}
