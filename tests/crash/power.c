#include "power.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/status.h"

#define FILES_MAX 8
#define PATH_SIZE 512
#define SECTOR    512 /* what a disk writes whole or not at all */

/* One write or truncation since the last sync, and what stood there before. */
struct change {
    struct change *next; /* the one before it */
    sqlite3_int64 offset, size_before;
    size_t length;     /* 0: a truncation to offset */
    size_t old_length; /* bytes of the old content that were inside the file */
    uint8_t *before, *after;
};

struct disk_file {
    char path[PATH_SIZE];
    struct change *changes; /* newest first */
};

struct power_file {
    sqlite3_file base;
    struct disk_file *file; /* NULL: a nameless one */
    sqlite3_file *real;
};

static sqlite3_vfs *below;
static sqlite3_vfs vfs;
static struct disk_file files[FILES_MAX];
static int syncs, fails_at;
static unsigned seed;
static bool off, lying;

static struct power_file *own(sqlite3_file *file)
{
    return (struct power_file *)file;
}

static struct disk_file *file_of(const char *path)
{
    for (size_t i = 0; i < FILES_MAX; i++) {
        if (files[i].path[0] == '\0') {
            (void)snprintf(files[i].path, PATH_SIZE, "%s", path);
        }
        if (strcmp(files[i].path, path) == 0) {
            return &files[i];
        }
    }
    CHECK(!"too many files for one disk");
    return NULL;
}

static void forget(struct disk_file *file)
{
    while (file->changes != NULL) {
        struct change *change = file->changes;

        file->changes = change->next;
        free(change->before);
        free(change->after);
        free(change);
    }
}

/* -- remembering ------------------------------------------------------------------------------ */

static void remember(struct power_file *file, const void *bytes, size_t length,
                     sqlite3_int64 offset)
{
    struct change *change = calloc(1, sizeof(*change));

    CHECK(change != NULL &&
          file->real->pMethods->xFileSize(file->real, &change->size_before) == SQLITE_OK);
    change->offset = offset;
    change->length = length;
    sqlite3_int64 inside = change->size_before - offset;
    sqlite3_int64 kept =
        bytes != NULL && inside > (sqlite3_int64)length ? (sqlite3_int64)length : inside;

    change->old_length = kept > 0 ? (size_t)kept : 0;
    if (change->old_length > 0) {
        change->before = malloc(change->old_length);
        CHECK(change->before != NULL &&
              file->real->pMethods->xRead(file->real, change->before, (int)change->old_length,
                                          offset) == SQLITE_OK);
    }
    if (bytes != NULL) {
        change->after = malloc(length);
        CHECK(change->after != NULL);
        memcpy(change->after, bytes, length);
    }
    change->next = file->file->changes;
    file->file->changes = change;
}

static int on_close(sqlite3_file *file)
{
    return own(file)->real->pMethods != NULL ? own(file)->real->pMethods->xClose(own(file)->real)
                                             : SQLITE_OK;
}

static int on_read(sqlite3_file *file, void *bytes, int length, sqlite3_int64 offset)
{
    return off ? SQLITE_IOERR_READ
               : own(file)->real->pMethods->xRead(own(file)->real, bytes, length, offset);
}

static int on_write(sqlite3_file *file, const void *bytes, int length, sqlite3_int64 offset)
{
    if (off) {
        return SQLITE_IOERR_WRITE;
    }
    if (own(file)->file != NULL) {
        remember(own(file), bytes, (size_t)length, offset);
    }
    return own(file)->real->pMethods->xWrite(own(file)->real, bytes, length, offset);
}

static int on_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    if (off) {
        return SQLITE_IOERR_TRUNCATE;
    }
    if (own(file)->file != NULL) {
        remember(own(file), NULL, 0, size);
    }
    return own(file)->real->pMethods->xTruncate(own(file)->real, size);
}

/* The N-th one never comes back; all before it hold what they were asked for. */
static int on_sync(sqlite3_file *file, int flags)
{
    if (off) {
        return SQLITE_IOERR_FSYNC;
    }
    if (++syncs == fails_at) {
        off = true;
        return SQLITE_IOERR_FSYNC;
    }
    (void)flags; /* no real one: the test is about what is lost, and would only take long */
    if (own(file)->file != NULL && !lying) {
        forget(own(file)->file);
    }
    return SQLITE_OK;
}

/* -- handed through -----------------------------------------------------------------------------
 */

static int on_size(sqlite3_file *file, sqlite3_int64 *size)
{
    return own(file)->real->pMethods->xFileSize(own(file)->real, size);
}

static int on_lock(sqlite3_file *file, int level)
{
    return own(file)->real->pMethods->xLock(own(file)->real, level);
}

static int on_unlock(sqlite3_file *file, int level)
{
    return own(file)->real->pMethods->xUnlock(own(file)->real, level);
}

static int on_reserved(sqlite3_file *file, int *result)
{
    return own(file)->real->pMethods->xCheckReservedLock(own(file)->real, result);
}

static int on_control(sqlite3_file *file, int operation, void *argument)
{
    return own(file)->real->pMethods->xFileControl(own(file)->real, operation, argument);
}

static int on_sector(sqlite3_file *file)
{
    (void)file;
    return SECTOR;
}

static int on_device(sqlite3_file *file)
{
    (void)file;
    return 0; /* promises nothing: no atomic writes, no order */
}

static int on_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **memory)
{
    return own(file)->real->pMethods->xShmMap(own(file)->real, page, size, extend, memory);
}

static int on_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
    return own(file)->real->pMethods->xShmLock(own(file)->real, offset, count, flags);
}

static void on_shm_barrier(sqlite3_file *file)
{
    own(file)->real->pMethods->xShmBarrier(own(file)->real);
}

static int on_shm_unmap(sqlite3_file *file, int remove)
{
    return own(file)->real->pMethods->xShmUnmap(own(file)->real, remove);
}

static const sqlite3_io_methods METHODS = {.iVersion = 2,
                                           .xClose = on_close,
                                           .xRead = on_read,
                                           .xWrite = on_write,
                                           .xTruncate = on_truncate,
                                           .xSync = on_sync,
                                           .xFileSize = on_size,
                                           .xLock = on_lock,
                                           .xUnlock = on_unlock,
                                           .xCheckReservedLock = on_reserved,
                                           .xFileControl = on_control,
                                           .xSectorSize = on_sector,
                                           .xDeviceCharacteristics = on_device,
                                           .xShmMap = on_shm_map,
                                           .xShmLock = on_shm_lock,
                                           .xShmBarrier = on_shm_barrier,
                                           .xShmUnmap = on_shm_unmap};

static int on_open(sqlite3_vfs *self, const char *name, sqlite3_file *file, int flags,
                   int *out_flags)
{
    struct power_file *power = own(file);

    (void)self;
    power->base.pMethods = NULL;
    power->real = (sqlite3_file *)(power + 1);
    power->file = name != NULL ? file_of(name) : NULL;
    int result = off ? SQLITE_CANTOPEN : below->xOpen(below, name, power->real, flags, out_flags);

    if (result == SQLITE_OK) {
        power->base.pMethods = &METHODS;
    }
    return result;
}

/* SQLite deletes a log only when all of it stands in the database, synced. */
static int on_delete(sqlite3_vfs *self, const char *name, int sync_directory)
{
    (void)self;
    if (off) {
        return SQLITE_IOERR_DELETE;
    }
    if (!lying) {
        forget(file_of(name));
    }
    return below->xDelete(below, name, sync_directory);
}

void power_register(void)
{
    below = sqlite3_vfs_find(NULL);
    CHECK(below != NULL);
    vfs = *below;
    vfs.zName = "power";
    vfs.szOsFile = (int)sizeof(struct power_file) + below->szOsFile;
    vfs.xOpen = on_open;
    vfs.xDelete = on_delete;
    CHECK(sqlite3_vfs_register(&vfs, 1) == SQLITE_OK);
}

void power_plan(int sync, unsigned with_seed)
{
    for (size_t i = 0; i < FILES_MAX; i++) {
        forget(&files[i]);
        files[i].path[0] = '\0';
    }
    syncs = 0;
    fails_at = sync;
    seed = with_seed;
    off = false;
    lying = false;
}

void power_lie(void)
{
    lying = true;
}

bool power_failed(void)
{
    return off;
}

int power_syncs(void)
{
    return syncs;
}

/* -- what the disk kept --------------------------------------------------------------------------
 */

static void put(int fd, const void *bytes, size_t length, sqlite3_int64 offset)
{
    CHECK(length == 0 || pwrite(fd, bytes, length, offset) == (ssize_t)length);
}

static void take_back(int fd, const struct change *change)
{
    put(fd, change->before, change->old_length, change->offset);
    CHECK(ftruncate(fd, change->size_before) == 0);
}

static bool by_chance(void)
{
    return seed != 0 && rand_r(&seed) % 2 == 0;
}

/* Some of its sectors, or for a truncation all of it. */
static void let_happen(int fd, const struct change *change)
{
    if (change->after == NULL) {
        if (by_chance()) {
            CHECK(ftruncate(fd, change->offset) == 0);
        }
        return;
    }
    for (size_t at = 0; at < change->length; at += SECTOR) {
        size_t rest = change->length - at;

        if (by_chance()) {
            put(fd, change->after + at, rest < SECTOR ? rest : SECTOR,
                change->offset + (sqlite3_int64)at);
        }
    }
}

/* Oldest first. */
static void replay(int fd, const struct change *change)
{
    if (change != NULL) {
        replay(fd, change->next);
        let_happen(fd, change);
    }
}

void power_return(void)
{
    char shared[PATH_SIZE + 8];

    for (size_t i = 0; i < FILES_MAX && files[i].path[0] != '\0'; i++) {
        int fd = open(files[i].path, O_RDWR | O_CLOEXEC);

        if (fd >= 0) {
            for (const struct change *at = files[i].changes; at != NULL; at = at->next) {
                take_back(fd, at);
            }
            replay(fd, files[i].changes);
            CHECK(close(fd) == 0);
        }
        /* Memory that processes share does not outlive the machine. */
        (void)snprintf(shared, sizeof(shared), "%.*s-shm", PATH_SIZE - 1, files[i].path);
        (void)unlink(shared);
    }
    power_plan(0, 0);
}

void power_remove(const char *database)
{
    static const char *const endings[] = {"", "-wal", "-shm", "-journal"};

    for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
        char name[PATH_SIZE + 8];

        CHECK(snprintf(name, sizeof(name), "%s%s", database, endings[i]) < (int)sizeof(name));
        (void)unlink(name);
    }
}
