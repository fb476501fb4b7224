/*
 * config.h - the kiosk's settings: the typed schema of kiosk.ini.
 */
#ifndef KIOSK_CONFIG_H
#define KIOSK_CONFIG_H

#include "kiosk/flow/settings.h"
#include "system/config.h"
#include "system/files.h"

struct kiosk_config {
    struct settings settings;
    char account_patterns[160]; /* as written; settings holds them apart */
    char open_from[8], open_to[8];
    char billing_url[160];
    int connect_timeout_ms, call_timeout_ms;
    char scanner_driver[16], scanner_address[PATH_TEXT_MAX];
    char printer_driver[16], printer_address[PATH_TEXT_MAX];
    int print_timeout_ms;
    int reprints_max;
    int warn_after_s, wipe_after_s, pay_s, resolving_s, order_wait_s, background_s, health_s;
    int boot_s, same_code_s, retry_max_s, crediting_s, version_s;
};

/* Reads and checks; a sentence in error names the first bad line or the contradiction. */
enum status kiosk_config_read(const char *path, struct kiosk_config *config,
                              char error[CONFIG_ERROR_MAX]) MUST_USE;
enum status kiosk_config_parse(const char *name, const char *text, struct kiosk_config *config,
                               char error[CONFIG_ERROR_MAX]) MUST_USE;
void kiosk_config_print_help(void);

#endif
