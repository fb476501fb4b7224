#include "billing/settings.h"

/* clang-format off */
#define TEXT(...) CONFIG_KEY_TEXT(struct settings, __VA_ARGS__)
#define INT(...)  CONFIG_KEY_INT(struct settings, __VA_ARGS__)

static const struct config_key KEYS[] = {
    TEXT("server", "bind_address", bind_address, 2, "127.0.0.1", "address of the kiosk API"),
    INT("server", "port", kiosk_port, 0, 65535, "8443", "port of the kiosk API, mutual TLS; 0: any"),
    INT("server", "threads", threads, 1, 64, "2", "threads of the kiosk API"),
    INT("server", "workers", workers, 1, 64, "4", "threads that speak to the payment provider"),
    TEXT("public", "bind_address", public_bind_address, 2, "127.0.0.1", "address of the pay page and of notices"),
    INT("public", "port", public_port, 0, 65535, "8444", "port of the pay page and of notices; 0: any"),
    INT("public", "threads", public_threads, 1, 64, "4", "threads of the pay page"),
    TEXT("public", "base_url", base_url, 0, "", "what the QR begins with; empty: http://127.0.0.1:PORT"),
    TEXT("public", "notify_url", notify_url, 0, "", "where the provider reaches notices; empty: like base_url"),
    TEXT("gateway", "url", gateway.url, 8, "http://127.0.0.1:8600", "the payment provider"),
    TEXT("gateway", "secret", gateway.secret, 16, "sandbox-secret-for-trying-only", "shared secret of signatures"),
    INT("gateway", "timeout_ms", gateway.timeout_ms, 100, 60000, "10000", "longest call to the provider"),
    INT("times", "order_s", order_s, 10, 3600, "120", "an order that nobody pays is closed after"),
    INT("times", "wechat_s", wechat_s, 5, 600, "45", "a WeChat payment code is reversed after"),
    INT("times", "alipay_s", alipay_s, 5, 600, "60", "an Alipay payment code is reversed after"),
    INT("times", "unionpay_s", unionpay_s, 5, 600, "60", "a UnionPay payment code is reversed after"),
    INT("times", "poll_ms", poll_ms, 100, 60000, "1000", "pause between two queries of an open trade"),
    INT("limits", "lookups_per_minute", lookups_per_minute, 1, 100000, "120", "account look-ups of one terminal"),
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

enum status settings_read(const char *path, struct settings *settings, char error[CONFIG_ERROR_MAX])
{
    *settings = (struct settings){0};
    return config_read(path, KEYS, ARRAY_LEN(KEYS), settings, error);
}

void settings_print_help(void)
{
    config_print_help(KEYS, ARRAY_LEN(KEYS));
}
