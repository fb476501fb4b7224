/*
 * file.c - keeps every job's bytes as a file of its own in a directory (the address).
 *
 * The paper is the file: a job is proved when it is on the disk whole. Numbers go on where the
 * last run ended.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "printer/drivers.h"
#include "printer/escpos.h"
#include "system/files.h"

struct printer {
    struct printer_model model;
    char directory[PRINTER_PATH_MAX];
    int next;
};

/* One more than the highest NNNN.bin. */
static int first_free(const char *directory)
{
    DIR *listing = opendir(directory);
    int highest = 0;

    if (listing == NULL) {
        return 1;
    }
    for (struct dirent *entry = readdir(listing); entry != NULL; entry = readdir(listing)) {
        int digits = (int)strspn(entry->d_name, "0123456789");

        if (digits > 0 && digits <= 8 && strcmp(entry->d_name + digits, ".bin") == 0) {
            int number = (int)strtol(entry->d_name, NULL, 10);

            highest = number > highest ? number : highest;
        }
    }
    closedir(listing);
    return highest + 1;
}

static enum status create(const char *address, struct printer **out)
{
    struct printer *printer = calloc(1, sizeof(*printer));

    if (printer == NULL) {
        return STATUS_IO;
    }
    enum status status = printer_address_parse(address, printer->directory, &printer->model);

    if (status == STATUS_OK) {
        status = files_make_dirs(printer->directory);
    }
    if (status != STATUS_OK) {
        free(printer);
        return status;
    }
    printer->next = first_free(printer->directory);
    *out = printer;
    return STATUS_OK;
}

static void destroy(struct printer *printer)
{
    free(printer);
}

static struct printer_model model(const struct printer *printer)
{
    return printer->model;
}

static enum printer_state state(struct printer *printer)
{
    struct stat found;

    if (stat(printer->directory, &found) != 0 || !S_ISDIR(found.st_mode)) {
        return PRINTER_STATE_UNPLUGGED;
    }
    return access(printer->directory, W_OK | X_OK) == 0 ? PRINTER_STATE_READY
                                                        : PRINTER_STATE_OFFLINE;
}

static struct print_result print(struct printer *printer, uint32_t job_id, const uint8_t *bytes,
                                 size_t length, int timeout_ms)
{
    struct print_result result = {.outcome = PRINT_NOT_BEGUN, .state = state(printer)};
    char name[32];
    char path[PATH_TEXT_MAX];

    (void)job_id; /* a file cannot answer; the durable write is the proof */
    (void)timeout_ms;
    snprintf(name, sizeof(name), "%04d.bin", printer->next);
    if (result.state != PRINTER_STATE_READY ||
        files_join(printer->directory, name, path) != STATUS_OK) {
        return result;
    }
    printer->next++;
    if (files_write_atomic(path, bytes, length, 0600) != STATUS_OK) {
        /* The write replaces whole or not at all, but its last sync may be what failed. */
        result.outcome = PRINT_UNKNOWN;
        result.state = PRINTER_STATE_OFFLINE;
        return result;
    }
    result.outcome = PRINT_PROVED;
    return result;
}

const struct printer_driver printer_file = {
    .name = "file",
    .create = create,
    .destroy = destroy,
    .model = model,
    .state = state,
    .print = print,
};
