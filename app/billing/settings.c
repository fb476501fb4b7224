#include "billing/settings.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "system/files.h"

#define STORE_FILE "billing.db"
#define BETWEEN    " ,\t" /* the addresses of a list */

/* clang-format off */
#define TEXT(...) CONFIG_KEY_TEXT(struct settings, __VA_ARGS__)
#define INT(...)  CONFIG_KEY_INT(struct settings, __VA_ARGS__)

static const struct config_key KEYS[] = {
    TEXT("server", "bind_address", bind_address, 2, "127.0.0.1", "address of the kiosk API"),
    INT("server", "port", kiosk_port, 0, 65535, "8443", "port of the kiosk API, mutual TLS; 0: any"),
    INT("server", "threads", threads, 1, 64, "2", "threads of the kiosk API"),
    TEXT("store", "url", store, 0, "", "postgresql://... for several servers; empty: one file in the state directory"),
    INT("server", "workers", workers, 1, 64, "4", "threads that speak to the payment provider"),
    TEXT("public", "bind_address", public_bind_address, 2, "127.0.0.1", "address of the pay page and of notices"),
    INT("public", "port", public_port, 0, 65535, "8444", "port of the pay page and of notices; 0: any"),
    INT("public", "threads", public_threads, 1, 64, "4", "threads of the pay page"),
    TEXT("public", "base_url", base_url, 0, "", "what the QR begins with; empty: http://127.0.0.1:PORT"),
    TEXT("public", "notify_url", notify_url, 0, "", "where the provider reaches notices; empty: like base_url"),
    TEXT("public", "notify_from", notice_from, 0, "", "numeric addresses that notices may come from, with spaces between; empty: any"),
    TEXT("gateway", "url", gateway.url, 8, "http://127.0.0.1:8600", "the payment provider"),
    TEXT("gateway", "secret", gateway.secret, 16, "sandbox-secret-for-trying-only", "shared secret of signatures"),
    INT("gateway", "timeout_ms", gateway.timeout_ms, 100, 60000, "10000", "longest call to the provider"),
    TEXT("utility", "url", utility.url, 0, "", "the utility's own ledger, for organisations that say so; empty: none"),
    TEXT("utility", "secret", utility.secret, 16, "utility-secret-for-trying-only", "shared secret of signatures"),
    INT("utility", "timeout_ms", utility.timeout_ms, 100, 60000, "10000", "longest call to the utility"),
    INT("times", "order_s", order_s, 10, 3600, "120", "an order that nobody pays is closed after"),
    INT("times", "wechat_s", wechat_s, 5, 600, "45", "a WeChat payment code is reversed after"),
    INT("times", "alipay_s", alipay_s, 5, 600, "60", "an Alipay payment code is reversed after"),
    INT("times", "unionpay_s", unionpay_s, 5, 600, "60", "a UnionPay payment code is reversed after"),
    INT("times", "poll_ms", poll_ms, 100, 60000, "1000", "pause between two queries of an open trade"),
    INT("limits", "lookups_per_minute", lookups_per_minute, 1, 100000, "120", "account look-ups of one terminal"),
    INT("limits", "account_payments", velocity.account_payments, 0, 1000000, "0", "recharges of one account in a day; 0: any"),
    INT("limits", "account_yuan", velocity.account_yuan, 0, 1000000, "0", "what one account may be recharged with in a day; 0: any"),
    INT("limits", "payer_payments", velocity.payer_payments, 0, 1000000, "0", "payments of one payer in a day, more are refunded; 0: any"),
    INT("limits", "payer_yuan", velocity.payer_yuan, 0, 1000000, "0", "what one payer may pay in a day, more is refunded; 0: any"),
    TEXT("kiosk", "oldest_version", oldest_kiosk, 1, "0.1.0", "oldest kiosk that may take money"),
};
/* clang-format on */

void settings_default(struct settings *settings)
{
    char error[CONFIG_ERROR_MAX] = "";
    *settings = (struct settings){0};
    enum status status = config_parse("built-in", "", KEYS, ARRAY_LEN(KEYS), settings, error);
    CHECK(status == STATUS_OK);
}

_Static_assert(STORE_MAX >= PATH_TEXT_MAX, "a path fits");

enum status settings_store(const struct settings *settings, const char *state_dir,
                           char store[STORE_MAX])
{
    if (settings->store[0] != '\0') {
        snprintf(store, STORE_MAX, "%s", settings->store);
        return STATUS_OK;
    }
    return files_join(state_dir, STORE_FILE, store);
}

/* A v4 address as the v6 address that stands for it, so that both are one kind of bytes. */
static bool address_parse(const char *text, struct in6_addr *address)
{
    struct in_addr v4;
    if (inet_pton(AF_INET6, text, address) == 1) {
        return true;
    }
    if (inet_pton(AF_INET, text, &v4) != 1) {
        return false;
    }
    *address = (struct in6_addr){.s6_addr = {[10] = 0xff, [11] = 0xff}};
    memcpy(&address->s6_addr[12], &v4, sizeof(v4));
    return true;
}

/* Takes the next address of a list; false at its end. *good: whether it is one. */
static bool next_address(const char **list, struct in6_addr *address, bool *good)
{
    char word[INET6_ADDRSTRLEN] = "";
    *list += strspn(*list, BETWEEN);
    size_t length = strcspn(*list, BETWEEN);
    *good = length < sizeof(word);
    if (*good) {
        memcpy(word, *list, length);
        *good = address_parse(word, address);
    }
    *list += length;
    return length > 0;
}

bool settings_notice_from(const struct settings *settings, const char *address)
{
    struct in6_addr peer;
    struct in6_addr one;
    bool good = false;
    const char *list = settings->notice_from;
    if (list[strspn(list, BETWEEN)] == '\0') {
        return true;
    }
    if (!address_parse(address, &peer)) {
        return false;
    }
    while (next_address(&list, &one, &good)) {
        if (good && memcmp(&peer, &one, sizeof(one)) == 0) {
            return true;
        }
    }
    return false;
}

static bool addresses_ok(const char *list)
{
    struct in6_addr one;
    bool good = true;
    while (next_address(&list, &one, &good)) {
        if (!good) {
            return false;
        }
    }
    return true;
}

enum status settings_read(const char *path, struct settings *settings, char error[CONFIG_ERROR_MAX])
{
    *settings = (struct settings){0};
    enum status status = config_read(path, KEYS, ARRAY_LEN(KEYS), settings, error);
    if (status == STATUS_OK && !addresses_ok(settings->notice_from)) {
        snprintf(error, CONFIG_ERROR_MAX,
                 "%s: [public] notify_from holds what is no numeric address", path);
        status = STATUS_INVALID;
    }
    return status;
}

void settings_print_help(void)
{
    config_print_help(KEYS, ARRAY_LEN(KEYS));
}
