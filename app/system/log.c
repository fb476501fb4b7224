#include "system/log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include "common/instant.h"
#include "system/clock.h"

#define FIELDS_MAX 1024

static const char *program_name = "?";
static enum log_level lowest_level = LOG_LEVEL_INFO;
static bool to_journal;

static const char *const level_names[] = {"info", "warn", "error"};
/* syslog(3) priorities. */
static const int priorities[] = {6, 4, 3};

/*
 * systemd.exec(5): JOURNAL_STREAM holds device and inode of the stream that systemd gave us. The
 * library drops a line silently when nobody listens, so that is looked at as well.
 */
static bool started_by_systemd(void)
{
    const char *stream = getenv("JOURNAL_STREAM");
    struct stat status = {0};
    char expected[64];

    if (stream == NULL || fstat(STDERR_FILENO, &status) != 0 ||
        access("/run/systemd/journal/socket", W_OK) != 0) {
        return false;
    }
    (void)snprintf(expected, sizeof(expected), "%lu:%lu", (unsigned long)status.st_dev,
                   (unsigned long)status.st_ino);
    for (int i = 0; expected[i] != '\0' || stream[i] != '\0'; i++) {
        if (expected[i] != stream[i]) {
            return false;
        }
    }
    return true;
}

void log_open(const char *program, enum log_level lowest)
{
    program_name = program;
    lowest_level = lowest;
    to_journal = started_by_systemd();
}

void log_event(enum log_level level, const char *event, const char *format, ...)
{
    char fields[FIELDS_MAX];
    va_list arguments;

    if (level < lowest_level) {
        return;
    }
    va_start(arguments, format);
    (void)vsnprintf(fields, sizeof(fields), format, arguments);
    va_end(arguments);
    /* One event is one line, whatever a field holds. */
    for (char *c = fields; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7F) {
            *c = '?';
        }
    }
    /* A journal that does not listen any more must not swallow what we say. */
    if (to_journal &&
        sd_journal_send("SYSLOG_IDENTIFIER=%s", program_name, "PRIORITY=%i", priorities[level],
                        "EVENT=%s", event, "MESSAGE=%s %s", event, fields, NULL) == 0) {
        return;
    }
    char when[INSTANT_TEXT_MAX];

    (void)fprintf(stderr, "%s %s %s %s%s%s\n", instant_format(clock_wall_ms(), when), program_name,
                  level_names[level], event, fields[0] == '\0' ? "" : " ", fields);
}
