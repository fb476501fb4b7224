/*
 * log.h - one line an event: a level, a stable event name, fields as key=value.
 *
 * On standard error, or in the systemd journal with EVENT= and MESSAGE= fields when systemd
 * started the program (JOURNAL_STREAM names our standard error). Never personal data: no name,
 * address, phone, payment code, token; of an account number the last four digits.
 * Any thread; a line is written whole.
 */
#ifndef SYSTEM_LOG_H
#define SYSTEM_LOG_H

enum log_level { LOG_LEVEL_INFO = 0, LOG_LEVEL_WARN, LOG_LEVEL_ERROR };

/*
 * Names the program (static text) and the lowest level that is written; before it, "?" and INFO.
 * Call it before the threads start.
 */
void log_open(const char *program, enum log_level lowest);

/* event: "order.created"; format: "order=%s amount_fen=%lld", or "" for no fields. */
void log_event(enum log_level level, const char *event, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#define log_info(...)  log_event(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_warn(...)  log_event(LOG_LEVEL_WARN, __VA_ARGS__)
#define log_error(...) log_event(LOG_LEVEL_ERROR, __VA_ARGS__)

#endif
