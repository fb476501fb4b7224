/*
 * settings.h - what billing's INI file can say; the schema, with bounds and defaults, is in
 * settings.c. Read once before the threads start, and never changed after.
 */
#ifndef BILLING_SETTINGS_H
#define BILLING_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "billing/gateway/provider.h"
#include "billing/rules/velocity.h"
#include "system/config.h"

#define BIND_ADDRESS_MAX 48
#define BASE_URL_MAX     128
#define NOTICE_FROM_MAX  512 /* a list of addresses */

#define STORE_MAX 512

struct settings {
    char store[STORE_MAX]; /* "postgresql://..."; "": a file in the state directory */
    char bind_address[BIND_ADDRESS_MAX];
    char public_bind_address[BIND_ADDRESS_MAX];
    int kiosk_port, public_port;
    int threads, public_threads, workers;
    char base_url[BASE_URL_MAX];   /* "": http://127.0.0.1:PUBLIC_PORT */
    char notify_url[BASE_URL_MAX]; /* where the provider reaches us; "": like base_url */
    char notice_from[NOTICE_FROM_MAX];
    struct provider_settings gateway;
    struct provider_settings utility;   /* url "": no account's ledger is a utility's */
    int order_s;                        /* an order that nobody pays is closed after */
    int wechat_s, alipay_s, unionpay_s; /* a payment code is reversed after */
    int poll_ms;                        /* between two queries of an open trade */
    int lookups_per_minute;
    struct velocity_limits velocity;
    char oldest_kiosk[VERSION_MAX];
};

/* The documented defaults, as without a file. */
void settings_default(struct settings *settings);
/* STATUS_INVALID, STATUS_NOT_FOUND, STATUS_IO: error holds a sentence with file and line. */
enum status settings_read(const char *path, struct settings *settings,
                          char error[CONFIG_ERROR_MAX]) MUST_USE;
/* Where the store is: the setting, or the file in the state directory. STATUS_LIMIT. */
enum status settings_store(const struct settings *settings, const char *state_dir,
                           char store[STORE_MAX]) MUST_USE;
/* Whether a notice may come from this numeric address, v4 or v6. */
bool settings_notice_from(const struct settings *settings, const char *address);
/* Every key, for --help, to standard output. */
void settings_print_help(void);

#endif
