/*
 * notices.c - the thread that lets time pass: late successes, refunds, and the notices to the
 * merchant, repeated until answered 2xx.
 */
#include <stdio.h>
#include <string.h>

#include "http/client.h"
#include "sandbox/sandbox.h"
#include "system/clock.h"
#include "system/condition.h"
#include "system/log.h"

#define NOTICE_TIMEOUT_MS 5000
#define BACKOFF_SHIFT_MAX 12
#define SLEEP_MAX_MS      60000 /* also bounds what a jump of the wall clock can do */

/* Sends one notice, without the lock. */
static bool send_notice(const struct sandbox *sandbox, struct http_client *client,
                        const struct notice *notice)
{
    char body[128];
    char header[SIGNATURE_MAX + 32];
    char signature[SIGNATURE_MAX];
    struct http_reply reply = {0};
    int length = snprintf(body, sizeof(body), "{\"out_trade_no\":\"%s\"}", notice->out_trade_no);

    sandbox_sign(sandbox->settings.secret, body, (size_t)length, signature);
    snprintf(header, sizeof(header), "X-Sandbox-Signature: %s", signature);
    struct http_request request = {.method = "POST",
                                   .url = notice->url,
                                   .body = body,
                                   .length = (size_t)length,
                                   .headers = {header}};
    enum status status = http_client_send(client, &request, &reply);
    bool taken = status == STATUS_OK && reply.status >= 200 && reply.status < 300;

    log_info("notice.sent", "trade=%s try=%d taken=%d", notice->out_trade_no, notice->tries + 1,
             taken ? 1 : 0);
    return taken;
}

/* Sleeps until something is due; under the lock. */
static void wait_until_due(struct sandbox *sandbox)
{
    int64_t wait_ms = books_next_due(sandbox->books) - clock_wall_ms();

    if (wait_ms <= 0) {
        return;
    }
    wait_ms = wait_ms < SLEEP_MAX_MS ? wait_ms : SLEEP_MAX_MS;
    (void)condition_wait_until(&sandbox->due, &sandbox->lock, clock_monotonic_ms() + wait_ms);
}

static void *tick(void *context)
{
    struct sandbox *sandbox = context;
    struct http_client *client = NULL;

    CHECK(http_client_open(&(struct http_client_options){.user_agent = "sandbox/" KIOSK_VERSION,
                                                         .timeout_ms = NOTICE_TIMEOUT_MS},
                           &client) == STATUS_OK);
    pthread_mutex_lock(&sandbox->lock);
    while (!sandbox->stopping) {
        struct notice notice = {0};

        books_begin(sandbox->books);
        trades_tick(sandbox, clock_wall_ms());
        books_commit(sandbox->books);
        if (books_due_notice(sandbox->books, clock_wall_ms(), &notice) != STATUS_OK) {
            wait_until_due(sandbox);
            continue;
        }
        pthread_mutex_unlock(&sandbox->lock);
        bool taken = send_notice(sandbox, client, &notice);
        int shift = notice.tries < BACKOFF_SHIFT_MAX ? notice.tries : BACKOFF_SHIFT_MAX;
        int64_t next_ms = clock_wall_ms() + ((int64_t)sandbox->settings.notice_backoff_ms << shift);

        pthread_mutex_lock(&sandbox->lock);
        books_begin(sandbox->books);
        books_notice_tried(sandbox->books, &notice, taken, next_ms);
        books_commit(sandbox->books);
    }
    pthread_mutex_unlock(&sandbox->lock);
    http_client_close(client);
    return NULL;
}

enum status ticker_start(struct sandbox *sandbox)
{
    return pthread_create(&sandbox->ticker, NULL, tick, sandbox) == 0 ? STATUS_OK : STATUS_IO;
}

void ticker_stop(struct sandbox *sandbox)
{
    pthread_mutex_lock(&sandbox->lock);
    sandbox->stopping = true;
    pthread_cond_signal(&sandbox->due);
    pthread_mutex_unlock(&sandbox->lock);
    CHECK(pthread_join(sandbox->ticker, NULL) == 0);
}
