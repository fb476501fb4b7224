#include "kiosk/config.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/flow/context.h"

#define TEXT(...) CONFIG_KEY_TEXT(struct kiosk_config, __VA_ARGS__)
#define INT(...)  CONFIG_KEY_INT(struct kiosk_config, __VA_ARGS__)

static const struct config_key keys[] = {
    TEXT("kiosk", "terminal_no", settings.terminal_no, 5, NULL, "five digits, as enrolled"),
    TEXT("kiosk", "site", settings.site, 1, NULL, "the hall's name, as customers know it"),
    TEXT("kiosk", "hotline", settings.hotline, 1, NULL, "the hall's own telephone number"),
    TEXT("kiosk", "open_from", open_from, 5, "08:30", "when staff come, Beijing time"),
    TEXT("kiosk", "open_to", open_to, 5, "17:30", "when staff leave; equal: never staffed"),
    TEXT("kiosk", "account_patterns", account_patterns, 1,
         "########## ############# ################", "forms of account numbers, # is any digit"),
    TEXT("billing", "url", billing_url, 8, "https://127.0.0.1:8443", "the billing server"),
    INT("billing", "connect_timeout_ms", connect_timeout_ms, 100, 30000, "2000",
        "until a server counts as unreachable"),
    INT("billing", "call_timeout_ms", call_timeout_ms, 500, 60000, "8000", "for one whole call"),
    TEXT("scanner", "driver", scanner_driver, 1, "virtual", "which scanner driver"),
    TEXT("scanner", "address", scanner_address, 0, "", "in the driver's words; empty: its default"),
    TEXT("printer", "driver", printer_driver, 1, "virtual", "which printer driver"),
    TEXT("printer", "address", printer_address, 0, "", "in the driver's words; empty: its default"),
    INT("printer", "job_timeout_ms", print_timeout_ms, 1000, 120000, "20000", "for one receipt"),
    INT("limits", "lookups", settings.lookups_max, 1, 100, "5", "account look-ups in one visit"),
    INT("limits", "reprints", reprints_max, 0, 100, "3", "reprints of one receipt"),
    INT("times", "warn_after_s", warn_after_s, 5, 600, "60", "nobody touched anything: ask"),
    INT("times", "wipe_after_s", wipe_after_s, 6, 900, "90", "and then end the visit"),
    INT("times", "pay_s", pay_s, 10, 600, "120", "the pay screen stands so long"),
    INT("times", "resolving_s", resolving_s, 2, 90, "90", "a doubt holds the screen at most"),
    INT("times", "crediting_s", crediting_s, 0, 60, "10", "for the credit, before the receipt"),
    INT("times", "order_wait_s", order_wait_s, 1, 60, "10", "for the server to answer an order"),
    INT("times", "poll_ms", settings.poll_ms, 50, 5000, "700", "between two looks at an order"),
    INT("times", "retry_ms", settings.retry_ms, 50, 60000, "1500", "after a call without answer"),
    INT("times", "retry_max_s", retry_max_s, 1, 600, "60", "the most between two such calls"),
    INT("times", "background_s", background_s, 1, 600, "5", "between looks at handed-over sales"),
    INT("times", "health_s", health_s, 1, 600, "30", "between looks at the server"),
    INT("times", "version_s", version_s, 1, 86400, "600", "between looks at the wanted version"),
    INT("times", "boot_s", boot_s, 1, 60, "10", "recovery holds the first customer at most"),
    INT("times", "same_code_s", same_code_s, 1, 300, "60", "the same payment code is refused"),
};

static enum status complain(char error[CONFIG_ERROR_MAX], const char *name, const char *what)
{
    (void)snprintf(error, CONFIG_ERROR_MAX, "%s: %s", name, what);
    return STATUS_INVALID;
}

/* "08:30" as minutes of the day, or -1. */
static int minute_of(const char *text)
{
    bool form = strlen(text) == 5 && text[2] == ':' && strspn(text, "0123456789") == 2 &&
                strspn(text + 3, "0123456789") == 2;

    if (!form) {
        return -1;
    }
    int hour = (text[0] - '0') * 10 + text[1] - '0';
    int minute = (text[3] - '0') * 10 + text[4] - '0';

    return hour <= 24 && minute <= 59 && hour * 60 + minute <= 24 * 60 ? hour * 60 + minute : -1;
}

static bool split_patterns(const char *text, struct settings *settings)
{
    settings->account_pattern_count = 0;
    while (*text != '\0') {
        size_t length = strspn(text, "#0123456789");

        if (length == 0 || length >= ACCOUNT_NO_MAX ||
            settings->account_pattern_count == ACCOUNT_PATTERNS_MAX ||
            (text[length] != '\0' && text[length] != ' ')) {
            return false;
        }
        char *pattern = settings->account_patterns[settings->account_pattern_count++];

        memcpy(pattern, text, length);
        pattern[length] = '\0';
        text += length;
        text += strspn(text, " ");
    }
    return settings->account_pattern_count > 0;
}

static enum status check(const char *name, struct kiosk_config *config,
                         char error[CONFIG_ERROR_MAX])
{
    struct settings *settings = &config->settings;

    settings->open_from_minute = minute_of(config->open_from);
    settings->open_to_minute = minute_of(config->open_to);
    if (settings->open_from_minute < 0 || settings->open_to_minute < settings->open_from_minute) {
        return complain(error, name, "[kiosk] open_from and open_to must be hours like 08:30");
    }
    if (!split_patterns(config->account_patterns, settings)) {
        return complain(error, name, "[kiosk] account_patterns: forms of # and digits with blanks");
    }
    if (strlen(settings->terminal_no) != 5 || strspn(settings->terminal_no, "0123456789") != 5) {
        return complain(error, name, "[kiosk] terminal_no: must be five digits");
    }
    if (config->wipe_after_s <= config->warn_after_s) {
        return complain(error, name, "[times] wipe_after_s must be more than warn_after_s");
    }
    settings->warn_after_ms = config->warn_after_s * 1000;
    settings->wipe_after_ms = config->wipe_after_s * 1000;
    settings->pay_ms = config->pay_s * 1000;
    settings->resolving_ms = config->resolving_s * 1000;
    settings->order_wait_ms = config->order_wait_s * 1000;
    settings->background_ms = config->background_s * 1000;
    settings->health_ms = config->health_s * 1000;
    settings->retry_max_ms = config->retry_max_s * 1000;
    settings->crediting_ms = config->crediting_s * 1000;
    settings->version_ms = config->version_s * 1000;
    (void)snprintf(settings->version, sizeof(settings->version), "%s", KIOSK_VERSION);
    settings->boot_ms = config->boot_s * 1000;
    settings->same_code_ms = config->same_code_s * 1000;
    return STATUS_OK;
}

enum status kiosk_config_parse(const char *name, const char *text, struct kiosk_config *config,
                               char error[CONFIG_ERROR_MAX])
{
    memset(config, 0, sizeof(*config));
    enum status status = config_parse(name, text, keys, ARRAY_LEN(keys), config, error);

    return status == STATUS_OK ? check(name, config, error) : status;
}

enum status kiosk_config_read(const char *path, struct kiosk_config *config,
                              char error[CONFIG_ERROR_MAX])
{
    memset(config, 0, sizeof(*config));
    enum status status = config_read(path, keys, ARRAY_LEN(keys), config, error);

    return status == STATUS_OK ? check(path, config, error) : status;
}

void kiosk_config_print_help(void)
{
    config_print_help(keys, ARRAY_LEN(keys));
}
