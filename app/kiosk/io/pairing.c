#include "kiosk/io/pairing.h"

#include <dirent.h>
#include <errno.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kiosk/io/enrol.h"
#include "kiosk/io/journal_queue.h"
#include "system/files.h"
#include "system/log.h"

static enum status fail(char error[PAIRING_ERROR_MAX], enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static enum status fail(char error[PAIRING_ERROR_MAX], enum status status, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(error, PAIRING_ERROR_MAX, format, arguments);
    va_end(arguments);
    return status;
}

/* ---- before anything is forgotten --------------------------------------------------------- */

/* What the journal still owes the server. The folder is ours: nothing is added meanwhile. */
static enum status read_queue(const char *state_dir, struct journal_queue *queue,
                              char error[PAIRING_ERROR_MAX])
{
    char path[PATH_TEXT_MAX];
    char why[JOURNAL_ERROR_MAX] = "";

    if (files_join(state_dir, "journal.db", path) != STATUS_OK) {
        return fail(error, STATUS_LIMIT, "the path of the state folder is too long");
    }
    enum status status = journal_queue_read(path, queue, why);

    return status == STATUS_OK
               ? STATUS_OK
               : fail(error, status,
                      "the journal cannot be read (%s), and may hold payments that are not "
                      "delivered. Nothing was changed; keep %s and ask whoever looks after it",
                      why, path);
}

static enum status refuse_queue(const struct journal_queue *queue, char error[PAIRING_ERROR_MAX])
{
    return fail(error, STATUS_CONFLICT,
                "%d payment%s of terminal %s wait%s for the billing server, the oldest since %s "
                "UTC. Nothing was changed; let the kiosk run with its network until kiosk --queue "
                "says 0",
                queue->open, queue->open == 1 ? "" : "s", queue->terminal_no,
                queue->open == 1 ? "s" : "", queue->oldest);
}

static enum status take_folder(const char *state_dir, int *lock, char error[PAIRING_ERROR_MAX])
{
    if (access(state_dir, F_OK) != 0) {
        return fail(error, STATUS_NOT_FOUND, "there is no state folder %s", state_dir);
    }
    enum status status = files_lock_dir(state_dir, lock);

    if (status == STATUS_CONFLICT) {
        return fail(error, status, "a kiosk runs with this state folder; stop it first: %s",
                    state_dir);
    }
    return status == STATUS_OK
               ? STATUS_OK
               : fail(error, status, "the state folder cannot be written: %s", state_dir);
}

/* ---- forgetting ------------------------------------------------------------------------------ */

/* The certificate first: without it no kiosk starts on what is left when the power goes now. */
static const char *const identity[] = {"kiosk.crt", "kiosk.key", "ca.crt"};
static const char *const records[] = {
    "journal.db", "journal.db-wal", "journal.db-shm",
#ifdef KIOSK_MIRROR
    "screen.frame" /* development builds share the screen */
#endif
};

static enum status forget(const char *state_dir, const char *name, char error[PAIRING_ERROR_MAX])
{
    char path[PATH_TEXT_MAX];

    if (files_join(state_dir, name, path) != STATUS_OK || (unlink(path) != 0 && errno != ENOENT)) {
        return fail(error, STATUS_IO, "%s/%s cannot be removed: %s", state_dir, name,
                    strerror(errno));
    }
    return STATUS_OK;
}

static enum status forget_all(const char *state_dir, const char *const *names, size_t count,
                              char error[PAIRING_ERROR_MAX])
{
    enum status status = STATUS_OK;

    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        status = forget(state_dir, names[i], error);
    }
    return status;
}

/* What the virtual printer printed holds names, masked, and amounts. */
static enum status forget_papers(const char *state_dir, char error[PAIRING_ERROR_MAX])
{
    char path[PATH_TEXT_MAX];
    enum status status = files_join(state_dir, "printed", path);
    DIR *folder = status == STATUS_OK ? opendir(path) : NULL;
    const struct dirent *entry = NULL;

    while (folder != NULL && status == STATUS_OK && (entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] != '.') {
            status = forget(path, entry->d_name, error);
        }
    }
    if (folder != NULL) {
        (void)closedir(folder);
        (void)rmdir(path);
    }
    return status;
}

static enum status leave(const char *state_dir, bool everything, char error[PAIRING_ERROR_MAX])
{
    struct journal_queue queue = {0};
    int lock = -1;
    enum status status = take_folder(state_dir, &lock, error);

    if (status != STATUS_OK) {
        return status;
    }
    status = read_queue(state_dir, &queue, error);
    if (status == STATUS_OK && queue.open > 0) {
        status = refuse_queue(&queue, error);
    }
    if (status == STATUS_OK) {
        status = forget_all(state_dir, identity, ARRAY_LEN(identity), error);
    }
    if (status == STATUS_OK && everything) {
        status = forget_all(state_dir, records, ARRAY_LEN(records), error);
    }
    if (status == STATUS_OK && everything) {
        status = forget_papers(state_dir, error);
    }
    files_unlock_dir(lock);
    log_info(everything ? "kiosk.wipe" : "kiosk.unpair", "status=%s open_sales=%d",
             status_name(status), queue.open);
    return status;
}

enum status pairing_unpair(const char *state_dir, char error[PAIRING_ERROR_MAX])
{
    return leave(state_dir, false, error);
}

enum status pairing_wipe(const char *state_dir, char error[PAIRING_ERROR_MAX])
{
    return leave(state_dir, true, error);
}

/* ---- enrolling ------------------------------------------------------------------------------- */

static X509 *read_certificate(const char *path)
{
    FILE *file = fopen(path, "re");
    X509 *certificate = file == NULL ? NULL : PEM_read_X509(file, NULL, NULL, NULL);

    if (file != NULL) {
        (void)fclose(file);
    }
    return certificate;
}

/* True when this kiosk knows a server already and ca_path is another one's authority. */
static bool other_server(const char *state_dir, const char *ca_path)
{
    char path[PATH_TEXT_MAX];

    if (files_join(state_dir, "ca.crt", path) != STATUS_OK || files_readable(path) != STATUS_OK) {
        return false;
    }
    X509 *known = read_certificate(path);
    X509 *brought = read_certificate(ca_path);
    bool other = known == NULL || brought == NULL || X509_cmp(known, brought) != 0;

    X509_free(known);
    X509_free(brought);
    return other;
}

static enum status enrol_in_folder(const char *base_url, const char *ca_path, const char *code,
                                   const char *state_dir, char error[PAIRING_ERROR_MAX])
{
    struct journal_queue queue = {0};
    char why[ENROL_ERROR_MAX] = "";
    enum status status = read_queue(state_dir, &queue, error);

    if (status != STATUS_OK) {
        return status;
    }
    if (queue.open > 0 && (!queue.of_one_terminal || other_server(state_dir, ca_path))) {
        return refuse_queue(&queue, error);
    }
    status =
        enrol(base_url, ca_path, code, state_dir, queue.open > 0 ? queue.terminal_no : NULL, why);
    if (status == STATUS_CONFLICT) {
        return refuse_queue(&queue, error);
    }
    return status == STATUS_OK ? STATUS_OK : fail(error, status, "%s", why);
}

enum status pairing_enrol(const char *base_url, const char *ca_path, const char *code,
                          const char *state_dir, char error[PAIRING_ERROR_MAX])
{
    int lock = -1;

    if (files_make_dirs(state_dir) != STATUS_OK) {
        return fail(error, STATUS_IO, "the state folder cannot be made: %s", state_dir);
    }
    enum status status = take_folder(state_dir, &lock, error);

    if (status == STATUS_OK) {
        status = enrol_in_folder(base_url, ca_path, code, state_dir, error);
        files_unlock_dir(lock);
    }
    return status;
}
