/* What the bench's page shows: the hall as it is, in JSON. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sandbox/bench/parts.h"
#include "sandbox/demo.h"
#include "system/clock.h"

#define TRADES_SHOWN 12
#define BARCODE_MAX  48

/* -- the kiosk's screen ---------------------------------------------------------------------------
 */

static int top_layer(const json_t *nodes)
{
    json_int_t top = 0;
    size_t index = 0;
    json_t *node = NULL;

    json_array_foreach(nodes, index, node)
    {
        json_int_t layer = json_integer_value(json_object_get(node, "layer"));

        top = layer > top ? layer : top;
    }
    return (int)top;
}

static json_t *node_in_pixels(json_t *node, double scale, int top)
{
    json_int_t rect[4] = {0};
    const json_t *sides = json_object_get(node, "rect");
    bool tappable = json_is_true(json_object_get(node, "enabled")) &&
                    json_integer_value(json_object_get(node, "intent")) != 0 &&
                    json_integer_value(json_object_get(node, "layer")) == top;

    for (size_t i = 0; i < ARRAY_LEN(rect); i++) {
        rect[i] = (json_int_t)((double)json_integer_value(json_array_get(sides, i)) * scale);
    }
    return json_pack("{s:O?, s:O?, s:O?, s:O?, s:O?, s:O?, s:O?, s:b, s:I, s:I, s:I, s:I}", "id",
                     json_object_get(node, "id"), "role", json_object_get(node, "role"), "text",
                     json_object_get(node, "text"), "spoken", json_object_get(node, "spoken"),
                     "enabled", json_object_get(node, "enabled"), "selected",
                     json_object_get(node, "selected"), "layer", json_object_get(node, "layer"),
                     "tappable", (int)tappable, "x", rect[0], "y", rect[1], "w", rect[2], "h",
                     rect[3]);
}

char *tree_json(const struct screen_copy *copy)
{
    json_t *tree = json_loads(copy->tree, 0, NULL);
    json_int_t units = json_integer_value(json_object_get(tree, "width"));
    json_t *nodes = json_object_get(tree, "nodes");
    json_t *out = json_array();
    char *text = NULL;
    size_t index = 0;
    json_t *node = NULL;

    if (units > 0) {
        json_array_foreach(nodes, index, node)
        {
            json_array_append_new(
                out, node_in_pixels(node, (double)copy->width / (double)units, top_layer(nodes)));
        }
        json_t *all =
            json_pack("{s:O?, s:O?, s:O?, s:o}", "screen", json_object_get(tree, "screen"),
                      "language", json_object_get(tree, "language"), "modal",
                      json_object_get(tree, "modal"), "nodes", out);

        text = json_dumps(all, JSON_COMPACT);
        json_decref(all);
    } else {
        json_decref(out);
    }
    json_decref(tree);
    return text;
}

static json_t *kiosk_state(const struct bench *bench, struct control_reply *reply)
{
    struct screen_copy copy;

    if (hands_screen(bench, &copy) != STATUS_OK) {
        return json_pack("{s:b}", "up", 0);
    }
    json_t *tree = json_loads(copy.tree, 0, NULL);
    long offset_s = 0;

    if (hands_ask(bench, "screen.sock", "state", reply)) {
        static const char first[] = "clock ";
        const char *words = control_answer(reply);

        offset_s = strncmp(words, first, sizeof(first) - 1) == 0
                       ? strtol(words + sizeof(first) - 1, NULL, 10)
                       : 0;
    }
    json_t *state =
        json_pack("{s:b, s:O?, s:O?, s:i, s:i, s:I}", "up", 1, "screen",
                  json_object_get(tree, "screen"), "modal", json_object_get(tree, "modal"), "width",
                  copy.width, "height", copy.height, "clock_offset_s", (json_int_t)offset_s);

    json_decref(tree);
    screen_copy_free(&copy);
    return state;
}

/* -- devices, cable, server -----------------------------------------------------------------------
 */

static json_t *scanner_state(const struct bench *bench, struct control_reply *reply)
{
    if (!hands_ask(bench, "scanner.sock", "state", reply)) {
        return json_pack("{s:b}", "up", 0);
    }
    const char *words = control_answer(reply);

    return json_pack("{s:b, s:b, s:b}", "up", 1, "plugged", strstr(words, "unplugged") == NULL,
                     "armed", strstr(words, "disarmed") == NULL);
}

static json_t *printer_state_of(const struct bench *bench, struct control_reply *reply)
{
    char state[32] = "";
    long jobs = 0;

    if (!hands_ask(bench, "printer.sock", "state", reply)) {
        return json_pack("{s:b}", "up", 0);
    }
    (void)snprintf(state, sizeof(state), "%s", control_answer(reply));
    if (hands_ask(bench, "printer.sock", "jobs", reply)) {
        (void)control_number(control_answer(reply), 0, INT32_MAX, &jobs);
    }
    return json_pack("{s:b, s:s, s:I}", "up", 1, "state", state, "jobs", (json_int_t)jobs);
}

static json_t *network_state(const struct bench *bench)
{
    int slow_ms = 0;

    if (bench->cable == NULL) {
        return json_null();
    }
    enum cable_mode mode = cable_mode(bench->cable, &slow_ms);

    return json_pack("{s:s, s:i}", "mode", cable_mode_name(mode), "slow_ms", slow_ms);
}

/* Whether anybody listens where the server should. */
static json_t *server_state(const struct settings *settings)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)settings->bench_server_port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

    if (settings->bench_hall[0] == '\0' || settings->bench_server_port == 0) {
        return json_null();
    }
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool up = fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0;

    if (fd >= 0) {
        close(fd);
    }
    return json_pack("{s:b}", "up", (int)up);
}

/* -- the sandbox's own
 * ------------------------------------------------------------------------------ */

static json_t *gateway_state(const struct faults *faults)
{
    return json_pack(
        "{s:b, s:b, s:b, s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:s, s:I, s:I}", "down",
        (int)faults->down, "password_wanted", (int)faults->password_wanted, "no_notice",
        (int)faults->no_notice, "wrong_amount", (int)faults->wrong_amount, "lose_reply",
        (json_int_t)faults->lose_reply.left, "lose_request", (json_int_t)faults->lose_request.left,
        "bad_signature", (json_int_t)faults->bad_signature.left, "delay",
        (json_int_t)faults->delay.left, "delay_ms", (json_int_t)faults->delay_ms, "late_ms",
        (json_int_t)faults->late_ms, "refuse", (json_int_t)faults->refuse, "refuse_reason",
        faults->reason, "refuse_reverse", (json_int_t)faults->refuse_reverse, "duplicate_notice",
        (json_int_t)faults->duplicate_notice);
}

/* What lies open on the phone. Under the sandbox's lock. */
static json_t *wallet_state(struct sandbox *sandbox, int64_t now_ms)
{
    struct trade trade = {0};
    json_t *wallet = json_pack("{s:n, s:n}", "password", "page");

    if (books_last_trade(sandbox->books, false, &trade) == STATUS_OK &&
        trade.state == TRADE_PAYING && trade.password_until_ms > now_ms) {
        json_object_set_new(wallet, "password",
                            json_pack("{s:s, s:I, s:s, s:I}", "trade", trade.out_trade_no,
                                      "amount_fen", (json_int_t)trade.amount_fen, "payee",
                                      trade.payee, "until_ms",
                                      (json_int_t)trade.password_until_ms));
    }
    if (books_last_trade(sandbox->books, true, &trade) == STATUS_OK &&
        trade.state == TRADE_NOTPAY && trade.expire_at_ms > now_ms) {
        json_object_set_new(
            wallet, "page",
            json_pack("{s:s, s:I, s:s, s:s, s:o}", "trade", trade.out_trade_no, "amount_fen",
                      (json_int_t)trade.amount_fen, "payee", trade.payee, "subject", trade.subject,
                      "cashier_url",
                      json_sprintf("%s/cashier/%s", sandbox->base_url, trade.cashier_id)));
    }
    return wallet;
}

static void add_books(struct sandbox *sandbox, json_t *state, int64_t now_ms)
{
    pthread_mutex_lock(&sandbox->lock);
    books_begin(sandbox->books);
    struct book_sums sums = books_sums(sandbox->books);
    char *list = books_list(sandbox->books, TRADES_SHOWN);
    json_t *wallet = wallet_state(sandbox, now_ms);
    json_t *gateway = gateway_state(&sandbox->faults);

    books_commit(sandbox->books);
    pthread_mutex_unlock(&sandbox->lock);
    json_object_set_new(state, "trades", list != NULL ? json_loads(list, 0, NULL) : json_array());
    json_object_set_new(state, "books",
                        json_pack("{s:I, s:I, s:I, s:I}", "charged_fen",
                                  (json_int_t)sums.charged_fen, "refunded_fen",
                                  (json_int_t)sums.refunded_fen, "count", (json_int_t)sums.count,
                                  "open", (json_int_t)sums.open));
    json_object_set_new(state, "wallet", wallet);
    json_object_set_new(state, "gateway", gateway);
    free(list);
}

char *state_json(struct bench *bench)
{
    struct control_reply reply;
    int64_t now_ms = clock_wall_ms();
    json_t *state = json_object();

    json_object_set_new(state, "kiosk", kiosk_state(bench, &reply));
    json_object_set_new(state, "scanner", scanner_state(bench, &reply));
    json_object_set_new(state, "printer", printer_state_of(bench, &reply));
    json_object_set_new(state, "network", network_state(bench));
    json_object_set_new(state, "server", server_state(&bench->sandbox->settings));
    json_object_set_new(state, "now_ms", json_integer(now_ms));
    add_books(bench->sandbox, state, now_ms);
    char *text = json_dumps(state, JSON_COMPACT);

    json_decref(state);
    return text;
}

/* -- prepared accounts ---------------------------------------------------------------------------
 */

char *accounts_json(void)
{
    size_t count = 0;
    const struct demo_account *specials = demo_specials(&count);
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++) {
        char barcode[BARCODE_MAX];
        const struct demo_account *account = &specials[i];

        demo_barcode(account, barcode, sizeof(barcode));
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b}",
                                              "account_no", account->account_no, "barcode", barcode,
                                              "name", account->name, "zh", account->special, "en",
                                              account->special_en, "kind",
                                              account->prepaid ? "prepaid" : "postpaid", "category",
                                              account->category, "first", (int)account->first));
    }
    char *text = json_dumps(list, JSON_COMPACT);

    json_decref(list);
    return text;
}
