#include "faulty_vfs.h"

#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/status.h"

#define FILES_MAX 64
#define NAME_SIZE 512

atomic_int faulty_syncs;
atomic_bool faulty_refuse_sync;
atomic_bool faulty_refuse_write;
atomic_bool faulty_keep;

/* Of the real file system, whose files stay its own but for two of their functions. */
static sqlite3_vfs vfs;
static sqlite3_vfs *real_vfs;
static struct slot {
    _Atomic(sqlite3_file *) file;
    const sqlite3_io_methods *real;
    sqlite3_io_methods ours;
    char name[NAME_SIZE];
} files[FILES_MAX];

static struct slot *slot_of(const sqlite3_file *file)
{
    for (int i = 0; i < FILES_MAX; i++) {
        if (atomic_load(&files[i].file) == file) {
            return &files[i];
        }
    }
    return NULL;
}

/* Reads through the file's own functions: opening it again would drop its locks when closed. */
static void keep(sqlite3_file *file)
{
    char temporary[NAME_SIZE + 16], kept[NAME_SIZE + 16];
    const struct slot *slot = slot_of(file);
    sqlite3_int64 size = 0;
    CHECK(slot != NULL && slot->real->xFileSize(file, &size) == SQLITE_OK);
    char *bytes = malloc((size_t)size + 1);
    snprintf(temporary, sizeof(temporary), "%s.new", slot->name);
    snprintf(kept, sizeof(kept), "%s" FAULTY_KEPT, slot->name);
    FILE *out = fopen(temporary, "we");
    CHECK(bytes != NULL && out != NULL);
    CHECK(size == 0 || slot->real->xRead(file, bytes, (int)size, 0) == SQLITE_OK);
    CHECK(fwrite(bytes, 1, (size_t)size, out) == (size_t)size && fclose(out) == 0);
    CHECK(rename(temporary, kept) == 0);
    free(bytes);
}

static int sync_file(sqlite3_file *file, int flags)
{
    if (atomic_load(&faulty_refuse_sync)) {
        return SQLITE_IOERR_FSYNC;
    }
    int code = slot_of(file)->real->xSync(file, flags);
    (void)atomic_fetch_add(&faulty_syncs, 1);
    if (code == SQLITE_OK && atomic_load(&faulty_keep)) {
        keep(file);
    }
    return code;
}

static int write_file(sqlite3_file *file, const void *bytes, int amount, sqlite3_int64 offset)
{
    return atomic_load(&faulty_refuse_write)
               ? SQLITE_IOERR_WRITE
               : slot_of(file)->real->xWrite(file, bytes, amount, offset);
}

static int close_file(sqlite3_file *file)
{
    struct slot *slot = slot_of(file);
    int code = slot->real->xClose(file);
    atomic_store(&slot->file, NULL);
    return code;
}

static int open_file(sqlite3_vfs *self, const char *name, sqlite3_file *file, int flags, int *out)
{
    int code = real_vfs->xOpen(real_vfs, name, file, flags, out);
    (void)self;
    if (code != SQLITE_OK || name == NULL) {
        return code;
    }
    sqlite3_file *none = NULL;
    struct slot *slot = files;
    while (!atomic_compare_exchange_strong(&slot->file, &none, file)) {
        slot++;
        CHECK(slot < files + FILES_MAX);
        none = NULL;
    }
    snprintf(slot->name, sizeof(slot->name), "%s", name);
    slot->real = file->pMethods;
    slot->ours = *slot->real;
    slot->ours.xSync = sync_file;
    slot->ours.xWrite = write_file;
    slot->ours.xClose = close_file;
    file->pMethods = &slot->ours;
    return code;
}

void faulty_vfs_install(void)
{
    real_vfs = sqlite3_vfs_find(NULL);
    CHECK(real_vfs != NULL);
    vfs = *real_vfs;
    vfs.zName = "faulty";
    vfs.xOpen = open_file;
    CHECK(sqlite3_vfs_register(&vfs, 1) == SQLITE_OK);
}
