/*
 * config.h - a program's settings: one INI file read by a strict, typed schema.
 *
 * An unknown section or key, a bad or missing value, a key that stands there twice: the first
 * one is named with its file and line, and the program does not start. Values are written
 * straight into the program's own struct; a key that is absent keeps its default.
 */
#ifndef SYSTEM_CONFIG_H
#define SYSTEM_CONFIG_H

#include <stddef.h>
#include <stdint.h>

#include "common/status.h"

enum config_type {
    CONFIG_TEXT,  /* char array of `size` bytes; minimum..maximum bound its length in bytes */
    CONFIG_INT,   /* int within minimum..maximum */
    CONFIG_FEN,   /* int64_t fen, written in yuan ("50.00"), within minimum..maximum fen */
    CONFIG_BOOL,  /* bool: yes or no */
    CONFIG_CHOICE /* int: the index of one of `choices` (a NULL-terminated list) */
};

struct config_key {
    const char *section;
    const char *name;
    enum config_type type;
    size_t offset; /* into the program's struct */
    size_t size;   /* CONFIG_TEXT: of the array */
    int64_t minimum, maximum;
    const char *default_value; /* NULL: the key must be there */
    const char *const *choices;
    const char *help; /* one line for --help */
};

/* One row of a schema: a text or an int that goes into `member` of `type`; least in bytes. */
#define CONFIG_KEY_TEXT(type_, section_, name_, member, least, default_, help_)                    \
    {                                                                                              \
        .section = (section_), .name = (name_), .type = CONFIG_TEXT,                               \
        .offset = offsetof(type_, member), .size = sizeof(((type_ *)0)->member),                   \
        .minimum = (least), .maximum = (int64_t)sizeof(((type_ *)0)->member) - 1,                  \
        .default_value = (default_), .help = (help_)                                               \
    }
#define CONFIG_KEY_INT(type_, section_, name_, member, least, most, default_, help_)               \
    {                                                                                              \
        .section = (section_), .name = (name_), .type = CONFIG_INT,                                \
        .offset = offsetof(type_, member), .size = sizeof(((type_ *)0)->member),                   \
        .minimum = (least), .maximum = (most), .default_value = (default_), .help = (help_)        \
    }

#define CONFIG_ERROR_MAX 512
#define CONFIG_KEYS_MAX  96
#define CONFIG_FILE_MAX  65536

/*
 * Reads the file into *settings. On failure writes a sentence with file and line into error
 * and returns STATUS_INVALID, STATUS_NOT_FOUND or STATUS_IO.
 */
enum status config_read(const char *path, const struct config_key *keys, size_t key_count,
                        void *settings, char error[CONFIG_ERROR_MAX]) MUST_USE;

/* The same from text; name stands in error messages. */
enum status config_parse(const char *name, const char *text, const struct config_key *keys,
                         size_t key_count, void *settings, char error[CONFIG_ERROR_MAX]) MUST_USE;

/* Prints every key with its meaning, bounds and default to standard output. */
void config_print_help(const struct config_key *keys, size_t key_count);

#endif
