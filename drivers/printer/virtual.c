/*
 * virtual.c - a printer that is driven over a Unix socket (the address is its path, as in
 * "PATH" or "PATH,dots=384"). What it prints lies beside the socket, in printed/: NNNN.bin, the
 * bytes that came, and NNNN.png, what they look like.
 *
 *   ok                       well again: paper in, cover closed, nothing stuck, nothing planned
 *   near-end, paper-out, cover-open, cutter, jam, offline
 *   unplug, plug             the cable; also in the middle of a slow job
 *   fail-after N             the next job stops after N bytes, out of paper
 *   slow N                   every job takes N ms
 *   no-proof                 the next job prints, and its answer is lost
 *   state                    "ok ready"
 *   jobs                     "ok N": jobs that put something on paper
 *   last PATH                copies the last job's picture to PATH
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "printer/drivers.h"
#include "printer/escpos.h"
#include "printer/paper.h"
#include "system/clock.h"
#include "system/condition.h"
#include "system/control.h"
#include "system/files.h"

#define SLOW_MAX_MS       600000
#define FAIL_AFTER_MAX    1000000
#define PICTURE_MAX_BYTES (16 * 1024 * 1024)
#define JOB_ID_MASK       0xFFFFFFU /* the bits that the answer carries */

struct printer {
    struct control *control;
    struct printer_model model;
    char directory[PATH_TEXT_MAX];
    pthread_mutex_t lock;
    pthread_cond_t changed;
    enum printer_state paper_state; /* apart from the cable */
    bool plugged, no_proof;
    long fail_after; /* -1: not planned */
    long slow_ms;
    int jobs;
    char last[PATH_TEXT_MAX]; /* the last picture, "" for none */
};

static enum printer_state current_state(const struct printer *printer)
{
    return printer->plugged ? printer->paper_state : PRINTER_STATE_UNPLUGGED;
}

static void copy_last(struct printer *printer, const char *path, struct control_reply *reply)
{
    char *picture = NULL;
    size_t length = 0;

    if (printer->last[0] == '\0') {
        control_err(reply, "nothing printed");
    } else if (path[0] == '\0') {
        control_err(reply, "last wants a path");
    } else if (files_read_all(printer->last, PICTURE_MAX_BYTES, &picture, &length) != STATUS_OK ||
               files_write_atomic(path, picture, length, 0644) != STATUS_OK) {
        control_err(reply, "cannot copy %s", printer->last);
    } else {
        control_ok(reply, "%s", path);
    }
    free(picture);
}

/* Verbs with a number. False: another verb. */
static bool handle_number(struct printer *printer, const char *verb, const char *arguments,
                          struct control_reply *reply)
{
    bool slow = strcmp(verb, "slow") == 0;
    long value = 0;

    if (!slow && strcmp(verb, "fail-after") != 0) {
        return false;
    }
    if (!control_number(arguments, 0, slow ? SLOW_MAX_MS : FAIL_AFTER_MAX, &value)) {
        control_err(reply, "%s wants a number", verb);
        return true;
    }
    *(slow ? &printer->slow_ms : &printer->fail_after) = value;
    control_ok(reply, "%s %ld", verb, value);
    return true;
}

/* Verbs that are a state of the paper. False: another verb. */
static bool handle_state(struct printer *printer, const char *verb, struct control_reply *reply)
{
    for (int state = PRINTER_STATE_NEAR_END; state <= PRINTER_STATE_OFFLINE; state++) {
        if (strcmp(verb, printer_state_name((enum printer_state)state)) == 0) {
            printer->paper_state = (enum printer_state)state;
            control_ok(reply, "%s", verb);
            return true;
        }
    }
    return false;
}

static void handle_plain(struct printer *printer, const char *verb, struct control_reply *reply)
{
    if (strcmp(verb, "ok") == 0) {
        printer->paper_state = PRINTER_STATE_READY;
        printer->fail_after = -1;
        printer->slow_ms = 0;
        printer->no_proof = false;
        control_ok(reply, "%s", printer_state_name(current_state(printer)));
    } else if (strcmp(verb, "unplug") == 0 || strcmp(verb, "plug") == 0) {
        printer->plugged = verb[0] == 'p';
        control_ok(reply, "%s", printer_state_name(current_state(printer)));
    } else if (strcmp(verb, "no-proof") == 0) {
        printer->no_proof = true;
        control_ok(reply, "no-proof");
    } else if (strcmp(verb, "state") == 0) {
        control_ok(reply, "%s", printer_state_name(current_state(printer)));
    } else if (strcmp(verb, "jobs") == 0) {
        control_ok(reply, "%d", printer->jobs);
    } else if (!handle_state(printer, verb, reply)) {
        control_err(reply, "unknown verb");
    }
}

static void handle(void *context, const char *verb, const char *arguments,
                   struct control_reply *reply)
{
    struct printer *printer = context;

    pthread_mutex_lock(&printer->lock);
    if (strcmp(verb, "last") == 0) {
        copy_last(printer, arguments, reply);
    } else if (!handle_number(printer, verb, arguments, reply)) {
        if (arguments[0] != '\0') {
            control_err(reply, "%s takes no arguments", verb);
        } else {
            handle_plain(printer, verb, reply);
        }
    }
    pthread_cond_broadcast(&printer->changed);
    pthread_mutex_unlock(&printer->lock);
}

static enum status make_directory(const char *socket_path, char directory[PATH_TEXT_MAX])
{
    char parent[PRINTER_PATH_MAX] = ".";
    const char *slash = strrchr(socket_path, '/');

    if (slash != NULL) {
        snprintf(parent, sizeof(parent), "%.*s", (int)(slash - socket_path), socket_path);
    }
    enum status status = files_join(slash == socket_path ? "/" : parent, "printed", directory);

    return status == STATUS_OK ? files_make_dirs(directory) : status;
}

/* Jobs of an earlier run keep their numbers. */
static void find_last(struct printer *printer)
{
    for (;;) {
        char path[PATH_TEXT_MAX + 16];
        char name[16];

        snprintf(name, sizeof(name), "%04d.png", printer->jobs + 1);
        snprintf(path, sizeof(path), "%s/%s", printer->directory, name);
        FILE *file = fopen(path, "re");

        if (file == NULL || strlen(path) >= sizeof(printer->last)) {
            if (file != NULL) {
                fclose(file);
            }
            return;
        }
        fclose(file);
        printer->jobs++;
        memcpy(printer->last, path, strlen(path) + 1);
    }
}

static enum status create(const char *address, struct printer **out)
{
    char path[PRINTER_PATH_MAX];
    struct printer *printer = calloc(1, sizeof(*printer));

    if (printer == NULL) {
        return STATUS_IO;
    }
    printer->plugged = true;
    printer->fail_after = -1;
    CHECK(pthread_mutex_init(&printer->lock, NULL) == 0);
    condition_init(&printer->changed);
    enum status status = printer_address_parse(address, path, &printer->model);

    if (status == STATUS_OK) {
        status = make_directory(path, printer->directory);
    }
    if (status == STATUS_OK) {
        find_last(printer);
        status = control_start(path, handle, printer, &printer->control);
    }
    if (status != STATUS_OK) {
        pthread_cond_destroy(&printer->changed);
        pthread_mutex_destroy(&printer->lock);
        free(printer);
        return status;
    }
    *out = printer;
    return STATUS_OK;
}

static void destroy(struct printer *printer)
{
    if (printer == NULL) {
        return;
    }
    control_stop(printer->control);
    pthread_cond_destroy(&printer->changed);
    pthread_mutex_destroy(&printer->lock);
    free(printer);
}

static struct printer_model model(const struct printer *printer)
{
    return printer->model;
}

static enum printer_state state(struct printer *printer)
{
    pthread_mutex_lock(&printer->lock);
    enum printer_state now = current_state(printer);

    pthread_mutex_unlock(&printer->lock);
    return now;
}

static bool can_print(enum printer_state now)
{
    return now == PRINTER_STATE_READY || now == PRINTER_STATE_NEAR_END;
}

/* Waits like the motor; false when the job is stopped or runs out of time. Under the lock. */
static bool take_time(struct printer *printer, int timeout_ms)
{
    int64_t start_ms = clock_monotonic_ms();

    for (;;) {
        int64_t spent_ms = clock_monotonic_ms() - start_ms;

        if (!can_print(current_state(printer)) || spent_ms >= timeout_ms) {
            return spent_ms >= printer->slow_ms && can_print(current_state(printer));
        }
        if (spent_ms >= printer->slow_ms) {
            return true;
        }
        int64_t enough_ms = printer->slow_ms < timeout_ms ? printer->slow_ms : timeout_ms;

        (void)condition_wait_until(&printer->changed, &printer->lock, start_ms + enough_ms);
    }
}

/* Puts the job on paper; true when the paper answered with the id. Under the lock. */
static bool put_on_paper(struct printer *printer, uint32_t job_id, const uint8_t *bytes,
                         size_t length)
{
    char binary[PATH_TEXT_MAX];
    char picture[PATH_TEXT_MAX];
    char name[24];
    struct paper *paper = NULL;
    bool kept = false;

    snprintf(name, sizeof(name), "%04d.bin", printer->jobs + 1);
    if (files_join(printer->directory, name, binary) != STATUS_OK) {
        return false;
    }
    snprintf(name, sizeof(name), "%04d.png", printer->jobs + 1);
    if (files_join(printer->directory, name, picture) != STATUS_OK ||
        paper_open(printer->model.dots, &paper) != STATUS_OK) {
        return false;
    }
    paper_print(paper, bytes, length);
    struct paper_report report = paper_report(paper);

    kept = files_write_atomic(binary, bytes, length, 0600) == STATUS_OK &&
           paper_write_png(paper, picture) == STATUS_OK;
    paper_close(paper);
    if (!kept) {
        return false;
    }
    printer->jobs++;
    memcpy(printer->last, picture, sizeof(picture));
    return report.process_id_count > 0 &&
           report.process_ids[report.process_id_count - 1] == (job_id & JOB_ID_MASK);
}

static struct print_result print(struct printer *printer, uint32_t job_id, const uint8_t *bytes,
                                 size_t length, int timeout_ms)
{
    uint8_t *job = malloc(length + ESCPOS_PROCESS_ID_BYTES);
    size_t job_length = length + ESCPOS_PROCESS_ID_BYTES;
    struct print_result result = {.outcome = PRINT_NOT_BEGUN};

    pthread_mutex_lock(&printer->lock);
    result.state = current_state(printer);
    if (job == NULL || length == 0 || !can_print(result.state)) {
        pthread_mutex_unlock(&printer->lock);
        free(job);
        return result;
    }
    memcpy(job, bytes, length);
    escpos_process_id(job_id, job + length);
    bool whole = take_time(printer, timeout_ms);

    if (!whole) {
        job_length = length / 2; /* it stopped somewhere on the way */
    } else if (printer->fail_after >= 0 && (size_t)printer->fail_after < job_length) {
        job_length = (size_t)printer->fail_after;
        printer->paper_state = PRINTER_STATE_OUT;
    }
    printer->fail_after = -1;
    bool proved = put_on_paper(printer, job_id, job, job_length);

    result.outcome = proved && !printer->no_proof ? PRINT_PROVED : PRINT_UNKNOWN;
    printer->no_proof = false;
    result.state = current_state(printer);
    pthread_mutex_unlock(&printer->lock);
    free(job);
    return result;
}

const struct printer_driver printer_virtual = {
    .name = "virtual",
    .create = create,
    .destroy = destroy,
    .model = model,
    .state = state,
    .print = print,
};
