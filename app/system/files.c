#include "system/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum status files_join(const char *directory, const char *name, char path[PATH_TEXT_MAX])
{
    int length = snprintf(path, PATH_TEXT_MAX, "%s/%s", directory, name);

    return length > 0 && length < PATH_TEXT_MAX ? STATUS_OK : STATUS_LIMIT;
}

enum status files_make_dirs(const char *directory)
{
    char path[PATH_TEXT_MAX];
    size_t length = strlen(directory);

    if (length == 0 || length >= sizeof(path)) {
        return STATUS_LIMIT;
    }
    memcpy(path, directory, length + 1);
    for (size_t i = 1; i <= length; i++) {
        if (path[i] != '/' && path[i] != '\0') {
            continue;
        }
        char kept = path[i];

        path[i] = '\0';
        if (mkdir(path, 0700) != 0 && errno != EEXIST) {
            return STATUS_IO;
        }
        path[i] = kept;
    }
    return STATUS_OK;
}

/* Reads until the end; one byte more than max tells a larger file, whatever fstat() said. */
static enum status read_up_to(int fd, size_t max, char *buffer, size_t *length)
{
    *length = 0;
    while (*length <= max) {
        ssize_t got = read(fd, buffer + *length, max + 1 - *length);

        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return STATUS_IO;
        }
        if (got == 0) {
            return STATUS_OK;
        }
        *length += (size_t)got;
    }
    return STATUS_LIMIT;
}

enum status files_read_all(const char *path, size_t max, char **text, size_t *length)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0) {
        return errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO;
    }
    char *buffer = malloc(max + 2);

    CHECK(buffer != NULL);
    enum status status = read_up_to(fd, max, buffer, length);

    (void)close(fd);
    if (status != STATUS_OK) {
        free(buffer);
        return status;
    }
    buffer[*length] = '\0';
    *text = buffer;
    return STATUS_OK;
}

enum status files_readable(const char *path)
{
    return access(path, R_OK) == 0 ? STATUS_OK : STATUS_NOT_FOUND;
}

static enum status write_whole(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t put = write(fd, bytes, length);

        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put <= 0) {
            return STATUS_IO;
        }
        bytes += put;
        length -= (size_t)put;
    }
    return fsync(fd) == 0 ? STATUS_OK : STATUS_IO;
}

static enum status sync_parent(const char *path)
{
    char parent[PATH_TEXT_MAX];
    const char *slash = strrchr(path, '/');
    size_t length = slash == NULL ? 0 : (size_t)(slash - path);

    if (length >= sizeof(parent)) {
        return STATUS_LIMIT;
    }
    memcpy(parent, slash == NULL ? "." : path, slash == NULL ? 1 : length);
    parent[slash == NULL ? 1 : length] = '\0';

    int fd = open(parent[0] == '\0' ? "/" : parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0) {
        return STATUS_IO;
    }
    int result = fsync(fd);

    (void)close(fd);
    return result == 0 ? STATUS_OK : STATUS_IO;
}

enum status files_write_atomic(const char *path, const void *bytes, size_t length, unsigned mode)
{
    char temporary[PATH_TEXT_MAX + 16];

    if (strlen(path) >= PATH_TEXT_MAX) {
        return STATUS_LIMIT;
    }
    (void)snprintf(temporary, sizeof(temporary), "%s.%ld.tmp", path, (long)getpid());

    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, (mode_t)mode);

    if (fd < 0) {
        return STATUS_IO;
    }
    enum status status = write_whole(fd, bytes, length);

    if (close(fd) != 0 && status == STATUS_OK) {
        status = STATUS_IO;
    }
    if (status == STATUS_OK && rename(temporary, path) != 0) {
        status = STATUS_IO;
    }
    if (status != STATUS_OK) {
        (void)unlink(temporary);
        return status;
    }
    return sync_parent(path);
}

enum status files_lock_dir(const char *directory, int *lock)
{
    char path[PATH_TEXT_MAX];
    enum status status = files_join(directory, "lock", path);

    if (status != STATUS_OK) {
        return status;
    }
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (fd < 0) {
        return STATUS_IO;
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        status = errno == EWOULDBLOCK ? STATUS_CONFLICT : STATUS_IO;
        (void)close(fd);
        return status;
    }
    *lock = fd;
    return STATUS_OK;
}

void files_unlock_dir(int lock)
{
    (void)close(lock);
}
