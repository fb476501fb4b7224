/* Looking up an account: what may be shown without proof of identity. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "billing/api/api.h"
#include "billing/store/accounts.h"
#include "common/mask.h"
#include "system/clock.h"
#include "system/log.h"

#define TERMINALS_MAX 1024 /* a power of two; two terminals on one slot share their allowance */
#define MINUTE_MS     60000

/* Look-ups of the running minute by terminal: numbers must not be tried out by the thousand. */
struct lookups {
    pthread_mutex_t mutex;
    struct {
        int64_t minute;
        int count;
    } slots[TERMINALS_MAX];
};

struct lookups *lookups_make(void)
{
    struct lookups *made = calloc(1, sizeof(*made));
    if (made != NULL) {
        pthread_mutex_init(&made->mutex, NULL);
    }
    return made;
}

static bool allowed(struct lookups *lookups, const char *terminal_no, int per_minute)
{
    unsigned hash = 5381;
    int64_t minute = clock_monotonic_ms() / MINUTE_MS;
    for (const char *at = terminal_no; *at != '\0'; at++) {
        hash = hash * 33 + (unsigned char)*at;
    }
    pthread_mutex_lock(&lookups->mutex);
    unsigned slot = hash % TERMINALS_MAX;
    if (lookups->slots[slot].minute != minute) {
        lookups->slots[slot].minute = minute;
        lookups->slots[slot].count = 0;
    }
    bool ok = lookups->slots[slot].count++ < per_minute;
    pthread_mutex_unlock(&lookups->mutex);
    return ok;
}

struct lookup {
    const char *account_no;
    struct account_facts facts;
};

static enum status lookup_work(struct db *db, void *context)
{
    struct lookup *lookup = context;
    return accounts_load(db, lookup->account_no, clock_wall_ms(), &lookup->facts);
}

void accounts_get(void *context, const struct http_call *call, struct http_answer *answer)
{
    struct server *server = context;
    const char *account_no = http_call_param(call, "account_no");
    struct lookup lookup = {.account_no = account_no};
    char tail[8];
    if (!allowed(server->lookups, call->gate_text, server->settings.lookups_per_minute)) {
        log_warn("lookup.limited", "terminal=%s", call->gate_text);
        http_answer_problem(answer, 429, "too_many_lookups", NULL);
        http_answer_header(answer, "Retry-After", "60");
        return;
    }
    if (account_no_check(account_no) != STATUS_OK) {
        http_answer_problem(answer, 400, "account_invalid", NULL);
        return;
    }
    enum status status = db_read(server->db, lookup_work, &lookup);
    log_info("lookup", "terminal=%s account_tail=%s status=%s", call->gate_text,
             mask_account_tail(account_no, tail, sizeof(tail)), status_name(status));
    if (status == STATUS_OK) {
        http_answer_json(answer, 200, codec_print(account_to_json(&lookup.facts.shown)));
    } else if (status == STATUS_NOT_FOUND) {
        http_answer_problem(answer, 404, "account_unknown", NULL);
    } else {
        http_answer_problem(answer, 503, "store_unavailable", NULL);
    }
}
