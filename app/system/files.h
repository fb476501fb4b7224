/*
 * files.h - the few things that our programs do with files.
 */
#ifndef SYSTEM_FILES_H
#define SYSTEM_FILES_H

#include <stddef.h>

#include "common/status.h"

#define PATH_TEXT_MAX 512

/* Writes directory + "/" + name. STATUS_LIMIT when it does not fit into PATH_TEXT_MAX. */
enum status files_join(const char *directory, const char *name, char path[PATH_TEXT_MAX]) MUST_USE;

/* Makes the directory and its parents, mode 0700 for those it makes. Existing ones are kept. */
enum status files_make_dirs(const char *directory) MUST_USE;

/*
 * Reads a whole file of at most max bytes into memory that the caller frees; a terminator is
 * added behind the length. STATUS_NOT_FOUND, STATUS_LIMIT when larger, STATUS_IO.
 */
enum status files_read_all(const char *path, size_t max, char **text, size_t *length) MUST_USE;

/* STATUS_OK when the file is there and this process may read it, else STATUS_NOT_FOUND. */
enum status files_readable(const char *path) MUST_USE;

/*
 * Replaces the file whole and durably: temporary file, fsync, rename, fsync of the directory.
 * mode as in open(2). After a crash the old or the new content stands there, never a part.
 */
enum status files_write_atomic(const char *path, const void *bytes, size_t length,
                               unsigned mode) MUST_USE;

/*
 * Takes the directory for one program alone (flock on <directory>/lock), until files_unlock_dir()
 * or the end of the process, however it ends. STATUS_CONFLICT when another one has it.
 */
enum status files_lock_dir(const char *directory, int *lock) MUST_USE;
void files_unlock_dir(int lock);

#endif
