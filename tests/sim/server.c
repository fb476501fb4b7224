#include "billing/server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <microhttpd.h>
#include <sqlite3.h>

#include "billing/api/api.h"
#include "billing/gateway/utility.h"
#include "chance.h"
#include "fiber.h"
#include "http/internal.h"
#include "memory_store.h"
#include "mutation.h"
#include "rules.h"
#include "server.h"
#include "world.h"

#define OFF_MIN_MS 500
#define OFF_MAX_MS 60000
#define POWER_MS   5000

enum cut_at { CUT_NOT = 0, CUT_BEFORE, CUT_AFTER };

/* One server from its start to its end. */
struct incarnation {
    struct server real;
    int number;
    bool dead, burying;
    enum cut_at cut_at; /* it loses power at its next commit */
    int64_t commit_ms;  /* of the last transaction, and which of that moment it was */
    uint32_t commits;
};

static struct incarnation *servers[SERVERS_MAX]; /* NULL: without power */
static int server_count;
static struct incarnation *starting;
static struct db *db;
static int64_t idle_ms;
static bool transacts;
static struct velocity_limits limits;

/* -- the store ------------------------------------------------------------------------------------
 */

struct db *servers_db(void)
{
    return db;
}

bool store_attempt_is(const char *out_trade_no, const char *state)
{
    char sql[192];
    snprintf(sql, sizeof(sql),
             "SELECT COUNT(*) FROM payment_attempt WHERE out_trade_no = '%s' AND state = '%s'",
             out_trade_no, state);
    return store_number(sql) > 0;
}

/* -- power ----------------------------------------------------------------------------------------
 */

static struct incarnation *here(void)
{
    struct fiber *fiber = fiber_self();
    return fiber != NULL ? fiber_owner(fiber) : NULL;
}

void *server_starting(void)
{
    CHECK(starting != NULL);
    return starting;
}

bool server_gone(void)
{
    const struct incarnation *server = here();
    return server != NULL && server->dead;
}

bool server_transacts(void)
{
    return transacts;
}

void server_stand_still_when_dead(void)
{
    const struct incarnation *server = here();
    while (server != NULL && server->dead && !server->burying) {
        fiber_stand_still();
    }
}

int64_t server_late(int64_t end_ms)
{
    int64_t idle_until_ms = world_now_ms + idle_ms;
    return end_ms > idle_until_ms ? end_ms : idle_until_ms;
}

void servers_idle(int64_t late_ms)
{
    idle_ms = late_ms;
}

static void start(int number)
{
    struct incarnation *made = calloc(1, sizeof(*made));
    struct server *real = &made->real;
    CHECK(made != NULL);
    made->number = number;
    struct stream shape = stream_of("server", (uint64_t)number);
    settings_default(&real->settings);
    real->settings.lookups_per_minute = 100000;
    real->settings.workers = (int)stream_between(&shape, 1, 3);
    real->settings.gateway.timeout_ms = (int)stream_between(&shape, 3, 10) * 1000;
    real->settings.poll_ms = (int)stream_between(&shape, 1, 4) * 1000;
    snprintf(real->settings.utility.url, sizeof(real->settings.utility.url),
             "http://127.0.0.1:8600");
    real->settings.utility.timeout_ms = (int)stream_between(&shape, 3, 10) * 1000;
    real->settings.velocity = limits;
    real->db = db;
    real->numbers = numbers_make();
    real->provider = &provider_sandbox;
    real->lookups = lookups_make();
    atomic_init(&real->ready, true);
    snprintf(real->base_url, sizeof(real->base_url), "http://127.0.0.1:8444");
    snprintf(real->notify_url, sizeof(real->notify_url), "http://127.0.0.1:8444");
    struct worker_options options = {.db = db,
                                     .provider = real->provider,
                                     .utility = &utility_sandbox,
                                     .settings = &real->settings,
                                     .base_url = real->base_url,
                                     .notify_url = real->notify_url};
    starting = made;
    CHECK(worker_start(&options, &real->worker) == STATUS_OK);
    starting = NULL;
    mutation_after_boot();
    servers[number] = made;
    TELL(1, number, "server %d: starts", number);
}

/* By the time alone, so that it does not depend on what else happens. */
static struct stream power_of(int number)
{
    return stream_of("server power", (uint64_t)(world_now_ms / POWER_MS) << 8 | (uint64_t)number);
}

static void arm_cut(void *context, uint64_t token)
{
    struct incarnation *server = servers[token >> 8];
    (void)context;
    if (server != NULL) {
        server->cut_at = (enum cut_at)(token & 0xff);
    }
}

/* Once in a while: whether it loses power before the next time. */
static void on_power(void *context, uint64_t token)
{
    struct stream chance = power_of((int)token);
    int64_t at_ms = world_now_ms + stream_between(&chance, 0, POWER_MS - 1);
    (void)context;
    if (happens(&chance, CHOICE_SERVER_CUT_BEFORE)) {
        world_at(at_ms, arm_cut, NULL, token << 8 | CUT_BEFORE);
    } else if (happens(&chance, CHOICE_SERVER_CUT_AFTER)) {
        world_at(at_ms, arm_cut, NULL, token << 8 | CUT_AFTER);
    }
    world_at(world_now_ms + POWER_MS, on_power, NULL, token);
}

/* Whatever it was doing comes to its end, unseen; or seen, when it was asked to end. */
static void bury(struct incarnation *server)
{
    struct fiber *fiber = NULL;
    server->burying = true;
    worker_stop(server->real.worker);
    while ((fiber = fiber_of(server)) != NULL) {
        (void)fiber_go_on(fiber);
    }
    numbers_free(server->real.numbers);
    free(server->real.lookups);
    free(server);
}

static void power_on(void *context, uint64_t token)
{
    (void)context;
    start((int)token);
}

static void power_off(void *context, uint64_t token)
{
    (void)token;
    bury(context);
}

static void cut(struct incarnation *server)
{
    struct stream chance = power_of(server->number);
    int64_t off_ms = stream_short(&chance, OFF_MIN_MS, OFF_MAX_MS);
    if (server->dead) {
        return;
    }
    TELL(server->number, off_ms, "server %d: loses power for %lld ms", server->number,
         (long long)off_ms);
    server->dead = true;
    servers[server->number] = NULL;
    world_at(world_now_ms, power_off, server, 0);
    world_at(world_now_ms + off_ms, power_on, NULL, (uint64_t)server->number);
}

void servers_open(int count)
{
    server_count = count;
    idle_ms = 0;
    memset(servers, 0, sizeof(servers));
    db = store_open();
}

/* In one of four halls a payer or an account may pay only so often in a day. */
static void draw_limits(void)
{
    struct stream stream = stream_of("limits", 0);
    bool limited = (stream_draw(&stream) & 3) == 0;
    limits = (struct velocity_limits){0};
    if (limited) {
        limits.account_payments = (int)stream_between(&stream, 2, 12);
        limits.payer_payments = (int)stream_between(&stream, 2, 12);
    }
}

void servers_start(void)
{
    draw_limits();
    for (int i = 0; i < server_count; i++) {
        start(i);
        world_at(world_now_ms, on_power, NULL, (uint64_t)i);
    }
}

void servers_close(void)
{
    for (int i = 0; i < server_count; i++) {
        if (servers[i] != NULL) {
            servers[i]->dead = true;
            bury(servers[i]);
            servers[i] = NULL;
        }
    }
    db_close(db);
    db = NULL;
}

/* -- faults of the store, and power cuts at its commits ------------------------------------------
 */

enum status __real_db_transact(struct db *store, db_work *work, void *context);
enum status __wrap_db_transact(struct db *store, db_work *work, void *context);
enum status __real_db_read(struct db *store, db_work *work, void *context);
enum status __wrap_db_read(struct db *store, db_work *work, void *context);
bool __real_db_shared(const struct db *store);
bool __wrap_db_shared(const struct db *store);

/* By the moment, so that it does not depend on what happened before. */
static struct stream chance_of(struct incarnation *server)
{
    server->commits = server->commit_ms == world_now_ms ? server->commits + 1 : 0;
    server->commit_ms = world_now_ms;
    return stream_of("store", (uint64_t)world_now_ms << 16 | (uint64_t)server->number << 12 |
                                  (server->commits & 0xfff));
}

enum status __wrap_db_transact(struct db *store, db_work *work, void *context)
{
    struct incarnation *server = here();
    if (server == NULL) {
        return __real_db_transact(store, work, context);
    }
    struct stream chance = chance_of(server);
    if (server->cut_at == CUT_BEFORE) {
        cut(server);
    }
    if (server->dead || happens(&chance, CHOICE_STORE_FAILS)) {
        return STATUS_IO;
    }
    transacts = true;
    enum status status = __real_db_transact(store, work, context);
    transacts = false;
    if (server->cut_at == CUT_AFTER) {
        cut(server);
    }
    return server->dead || happens(&chance, CHOICE_STORE_SILENT) ? STATUS_IO : status;
}

enum status __wrap_db_read(struct db *store, db_work *work, void *context)
{
    struct incarnation *server = here();
    if (server == NULL) {
        return __real_db_read(store, work, context);
    }
    struct stream chance = chance_of(server);
    if (server->dead || happens(&chance, CHOICE_STORE_FAILS)) {
        return STATUS_IO;
    }
    return __real_db_read(store, work, context);
}

/* Two servers over one store lease what they work on. */
bool __wrap_db_shared(const struct db *store)
{
    return server_count > 1 || __real_db_shared(store);
}

/* -- requests ------------------------------------------------------------------------------ */

const char *MHD_lookup_connection_value(struct MHD_Connection *connection, enum MHD_ValueKind kind,
                                        const char *key)
{
    const struct request *request = (const struct request *)(void *)connection;
    if (kind != MHD_HEADER_KIND) {
        return NULL;
    }
    const char *value = strcmp(key, "Idempotency-Key") == 0       ? request->key
                        : strcmp(key, "User-Agent") == 0          ? request->agent
                        : strcmp(key, "X-Sandbox-Signature") == 0 ? request->signature
                                                                  : "";
    return value[0] != '\0' ? value : NULL;
}

static const struct http_route *route_of(const struct http_route *routes, size_t count,
                                         struct http_call *call)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(routes[i].method, call->method) == 0 &&
            route_match(routes[i].pattern, call->path, call) == STATUS_OK) {
            return &routes[i];
        }
    }
    return NULL;
}

struct job {
    struct incarnation *server;
    struct arrival *arrival;
};

static void handle(void *context)
{
    struct job job = *(struct job *)context;
    struct arrival *arrival = job.arrival;
    struct request *request = arrival->request;
    bool of_kiosk = strncmp(request->path, "/v1/", 4) == 0;
    struct http_call call = {.method = request->method,
                             .path = request->path,
                             .body = request->body != NULL ? request->body : "",
                             .length = request->body != NULL ? strlen(request->body) : 0,
                             .connection = request};
    free(context);
    snprintf(call.peer_fingerprint, sizeof(call.peer_fingerprint), "%s", request->fingerprint);
    snprintf(call.peer_address, sizeof(call.peer_address), "127.0.0.1");
    arrival->answer.status = 500;
    call.route = of_kiosk ? route_of(KIOSK_ROUTES, KIOSK_ROUTE_COUNT, &call)
                          : route_of(PUBLIC_ROUTES, PUBLIC_ROUTE_COUNT, &call);
    CHECK(call.route != NULL);
    bool in = of_kiosk ? api_gate(&job.server->real, &call, &arrival->answer)
                       : page_gate(&job.server->real, &call, &arrival->answer);
    if (in) {
        mutation_before_call(request);
        call.route->handle(&job.server->real, &call, &arrival->answer);
        mutation_after_call(request);
    }
    if (arrival->answer.status == 201 && strcmp(request->path, "/v1/orders") == 0) {
        rules_order_made(request->key);
    }
    if (job.server->dead) {
        arrival->answer.status = 0;
    }
    arrival->done(arrival);
}

bool servers_take(struct arrival *arrival)
{
    int first = (int)(arrival->which % (uint64_t)server_count);
    for (int i = 0; i < server_count; i++) {
        struct incarnation *server = servers[(first + i) % server_count];
        if (server != NULL) {
            struct job *job = malloc(sizeof(*job));
            CHECK(job != NULL);
            *job = (struct job){server, arrival};
            (void)fiber_start(server, handle, job);
            return true;
        }
    }
    return false;
}
