#include "system/config.h"

#include <ini.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/money.h"
#include "system/files.h"

struct reading {
    const char *name;
    const struct config_key *keys;
    size_t key_count;
    char *settings;
    char *error;
    bool seen[CONFIG_KEYS_MAX];
    bool failed;
};

static int fail(struct reading *reading, int line, const struct config_key *key, const char *what)
{
    if (line > 0) {
        (void)snprintf(reading->error, CONFIG_ERROR_MAX, "%s:%d: [%s] %s: %s", reading->name, line,
                       key->section, key->name, what);
    } else {
        (void)snprintf(reading->error, CONFIG_ERROR_MAX, "%s: [%s] %s: %s", reading->name,
                       key->section, key->name, what);
    }
    reading->failed = true;
    return 0;
}

/* Decimal digits with an optional minus, no blanks, within int64_t. */
static bool parse_int(const char *text, int64_t *value)
{
    bool negative = text[0] == '-';
    const char *digits = negative ? text + 1 : text;
    size_t length = strspn(digits, "0123456789");

    if (length == 0 || length > 18 || digits[length] != '\0') {
        return false;
    }
    *value = 0;
    for (size_t i = 0; i < length; i++) {
        *value = *value * 10 + (digits[i] - '0');
    }
    *value = negative ? -*value : *value;
    return true;
}

static int set_text(struct reading *reading, int line, const struct config_key *key,
                    const char *value)
{
    size_t length = strlen(value);

    if (length >= key->size || (int64_t)length < key->minimum ||
        (key->maximum > 0 && (int64_t)length > key->maximum)) {
        return fail(reading, line, key, "this text is too short or too long");
    }
    memcpy(reading->settings + key->offset, value, length + 1);
    return 1;
}

static int set_number(struct reading *reading, int line, const struct config_key *key,
                      const char *value)
{
    int64_t number = 0;
    bool good = key->type == CONFIG_FEN ? money_parse(value, &number) == STATUS_OK
                                        : parse_int(value, &number);

    if (!good) {
        return fail(reading, line, key,
                    key->type == CONFIG_FEN ? "not an amount in yuan like 50.00"
                                            : "not a whole number");
    }
    if (number < key->minimum || number > key->maximum) {
        char what[96];

        (void)snprintf(what, sizeof(what), "must be from %lld to %lld%s", (long long)key->minimum,
                       (long long)key->maximum, key->type == CONFIG_FEN ? " fen" : "");
        return fail(reading, line, key, what);
    }
    if (key->type == CONFIG_FEN) {
        memcpy(reading->settings + key->offset, &number, sizeof(number));
    } else {
        int narrow = (int)number;

        memcpy(reading->settings + key->offset, &narrow, sizeof(narrow));
    }
    return 1;
}

static int set_choice(struct reading *reading, int line, const struct config_key *key,
                      const char *value)
{
    for (int i = 0; key->choices[i] != NULL; i++) {
        if (strcmp(value, key->choices[i]) == 0) {
            memcpy(reading->settings + key->offset, &i, sizeof(i));
            return 1;
        }
    }
    return fail(reading, line, key, "no such choice");
}

static int set_value(struct reading *reading, int line, const struct config_key *key,
                     const char *value)
{
    switch (key->type) {
    case CONFIG_TEXT: return set_text(reading, line, key, value);
    case CONFIG_INT:
    case CONFIG_FEN: return set_number(reading, line, key, value);
    case CONFIG_CHOICE: return set_choice(reading, line, key, value);
    case CONFIG_BOOL: break;
    }
    bool yes = strcmp(value, "yes") == 0;

    if (!yes && strcmp(value, "no") != 0) {
        return fail(reading, line, key, "must be yes or no");
    }
    memcpy(reading->settings + key->offset, &yes, sizeof(yes));
    return 1;
}

/* Called by inih for every name = value; the line number comes from its own build option. */
static int on_value(struct reading *reading, int line, const char *section, const char *name,
                    const char *value)
{
    for (size_t i = 0; i < reading->key_count; i++) {
        const struct config_key *key = &reading->keys[i];

        if (strcmp(section, key->section) != 0 || strcmp(name, key->name) != 0) {
            continue;
        }
        if (reading->seen[i]) {
            return fail(reading, line, key, "stands here a second time");
        }
        reading->seen[i] = true;
        return set_value(reading, line, key, value);
    }
    const struct config_key unknown = {.section = section, .name = name};

    return fail(reading, line, &unknown, "no such setting; see --help");
}

static enum status finish(struct reading *reading)
{
    for (size_t i = 0; i < reading->key_count && !reading->failed; i++) {
        const struct config_key *key = &reading->keys[i];

        if (reading->seen[i]) {
            continue;
        }
        if (key->default_value == NULL) {
            (void)fail(reading, 0, key, "is missing and has no default");
        } else {
            /* A default that its own schema refuses is a mistake of ours. */
            CHECK(set_value(reading, 0, key, key->default_value) == 1);
        }
    }
    return reading->failed ? STATUS_INVALID : STATUS_OK;
}

/*
 * Debian's inih tells its handler no line numbers, so the text is given to it line by line
 * with the section in front: a section of ours never spans a decision of the parser.
 */
struct line_context {
    struct reading *reading;
    int line;
    const char *section;
    bool had_value;
};

#define SECTION_MAX 64

static int on_line(void *user, const char *section, const char *name, const char *value)
{
    struct line_context *context = user;

    (void)section;
    context->had_value = true;
    return on_value(context->reading, context->line, context->section, name, value);
}

static bool is_section(const char *line, char section[SECTION_MAX])
{
    size_t length = strlen(line);

    if (length < 3 || line[0] != '[' || line[length - 1] != ']' || length - 2 >= SECTION_MAX) {
        return false;
    }
    memcpy(section, line + 1, length - 2);
    section[length - 2] = '\0';
    return strspn(section, "abcdefghijklmnopqrstuvwxyz0123456789_") == length - 2;
}

static char *trim(char *line)
{
    size_t length = strlen(line);

    while (length > 0 && strchr(" \t\r", line[length - 1]) != NULL) {
        line[--length] = '\0';
    }
    return line + strspn(line, " \t");
}

static void parse_line(struct reading *reading, int number, char *raw, char section[SECTION_MAX])
{
    char *line = trim(raw);

    if (line[0] == '\0' || line[0] == '#' || line[0] == ';') {
        return;
    }
    if (line[0] == '[') {
        if (!is_section(line, section)) {
            (void)snprintf(reading->error, CONFIG_ERROR_MAX, "%s:%d: not a section like [name]",
                           reading->name, number);
            reading->failed = true;
        }
        return;
    }
    struct line_context context = {.reading = reading, .line = number, .section = section};

    if (ini_parse_string(line, on_line, &context) != 0 || !context.had_value) {
        if (!reading->failed) {
            (void)snprintf(reading->error, CONFIG_ERROR_MAX, "%s:%d: not a line like name = value",
                           reading->name, number);
            reading->failed = true;
        }
    }
}

enum status config_parse(const char *name, const char *text, const struct config_key *keys,
                         size_t key_count, void *settings, char error[CONFIG_ERROR_MAX])
{
    struct reading reading = {
        .name = name, .keys = keys, .key_count = key_count, .settings = settings, .error = error};
    char section[SECTION_MAX] = "";
    char *copy = strdup(text);
    int number = 1;

    CHECK(copy != NULL && key_count <= CONFIG_KEYS_MAX);
    error[0] = '\0';
    for (char *at = copy; at != NULL && !reading.failed; number++) {
        char *end = strchr(at, '\n');

        if (end != NULL) {
            *end = '\0';
        }
        parse_line(&reading, number, at, section);
        at = end == NULL ? NULL : end + 1;
    }
    free(copy);
    return finish(&reading);
}

enum status config_read(const char *path, const struct config_key *keys, size_t key_count,
                        void *settings, char error[CONFIG_ERROR_MAX])
{
    char *text = NULL;
    size_t length = 0;
    enum status status = files_read_all(path, CONFIG_FILE_MAX, &text, &length);

    if (status != STATUS_OK) {
        (void)snprintf(error, CONFIG_ERROR_MAX, "%s: %s", path,
                       status == STATUS_NOT_FOUND ? "there is no such file"
                       : status == STATUS_LIMIT   ? "the file is too large for a configuration"
                                                  : "the file cannot be read");
        return status == STATUS_LIMIT ? STATUS_INVALID : status;
    }
    if (strlen(text) != length) {
        free(text);
        (void)snprintf(error, CONFIG_ERROR_MAX, "%s: holds a zero byte; this is no text file",
                       path);
        return STATUS_INVALID;
    }
    status = config_parse(path, text, keys, key_count, settings, error);
    free(text);
    return status;
}

void config_print_help(const struct config_key *keys, size_t key_count)
{
    const char *section = "";

    for (size_t i = 0; i < key_count; i++) {
        if (strcmp(section, keys[i].section) != 0) {
            section = keys[i].section;
            (void)printf("\n  [%s]\n", section);
        }
        (void)printf("    %-22s %s%s%s%s\n", keys[i].name, keys[i].help,
                     keys[i].default_value == NULL ? " (required" : " (default: ",
                     keys[i].default_value == NULL ? "" : keys[i].default_value, ")");
    }
}
