#include "system/screen_share.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system/clock.h"
#include "system/files.h"

#define MAGIC        UINT64_C(0x314e454552435331) /* changes with the layout */
#define READ_TRIES   50
#define READ_REST_MS 1

/* The file: this, then the tree, then the pixels. */
struct layout {
    uint64_t magic;
    uint32_t width, height;
    _Atomic uint32_t sequence; /* odd while it is written */
    uint32_t reserved;
    char tree[SHARE_TREE_MAX];
    uint32_t pixels[];
};

struct screen_share {
    struct layout *map;
    size_t size;
    int fd;
    char path[PATH_TEXT_MAX];
};

static size_t size_of(uint32_t width, uint32_t height)
{
    return sizeof(struct layout) + (size_t)width * height * sizeof(uint32_t);
}

static enum status map_new(struct screen_share *share, uint32_t width, uint32_t height)
{
    /* A reader that has the old file open keeps it, and sees that nobody holds it. */
    (void)unlink(share->path);
    share->size = size_of(width, height);
    /* A reader that looks whether anybody holds it is done in a moment: waited for. */
    share->fd = open(share->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (share->fd < 0 || flock(share->fd, LOCK_EX) != 0 ||
        ftruncate(share->fd, (off_t)share->size) != 0) {
        return STATUS_IO;
    }
    void *map = mmap(NULL, share->size, PROT_READ | PROT_WRITE, MAP_SHARED, share->fd, 0);

    if (map == MAP_FAILED) {
        return STATUS_IO;
    }
    share->map = map;
    share->map->width = width;
    share->map->height = height;
    /* A program that was started anew does not repeat the numbers of the one before. */
    atomic_store(&share->map->sequence, ((uint32_t)clock_monotonic_ms() << 1) | 2U);
    share->map->magic = MAGIC;
    return STATUS_OK;
}

enum status screen_share_open(const char *path, int width, int height, struct screen_share **out)
{
    if (width < 1 || height < 1 || width > SHARE_SIDE_MAX || height > SHARE_SIDE_MAX ||
        strlen(path) >= PATH_TEXT_MAX) {
        return STATUS_INVALID;
    }
    struct screen_share *share = calloc(1, sizeof(*share));

    if (share == NULL) {
        return STATUS_IO;
    }
    memcpy(share->path, path, strlen(path) + 1);
    enum status status = map_new(share, (uint32_t)width, (uint32_t)height);

    if (status != STATUS_OK) {
        screen_share_close(share);
        return status;
    }
    *out = share;
    return STATUS_OK;
}

void screen_share_write(struct screen_share *share, const void *pixels, int pitch, const char *tree)
{
    struct layout *map = share->map;
    size_t row = (size_t)map->width * sizeof(uint32_t);
    size_t length = strlen(tree);
    uint32_t sequence = atomic_load_explicit(&map->sequence, memory_order_relaxed);

    atomic_store_explicit(&map->sequence, sequence + 1, memory_order_relaxed);
    atomic_thread_fence(memory_order_release);
    for (uint32_t y = 0; y < map->height; y++) {
        memcpy(map->pixels + (size_t)y * map->width, (const char *)pixels + (ptrdiff_t)y * pitch,
               row);
    }
    if (length >= sizeof(map->tree)) {
        length = 0;
    }
    memcpy(map->tree, tree, length);
    map->tree[length] = '\0';
    /* 0 is no number. */
    sequence = sequence + 2 == 0 ? 2 : sequence + 2;
    atomic_store_explicit(&map->sequence, sequence, memory_order_release);
}

void screen_share_close(struct screen_share *share)
{
    if (share == NULL) {
        return;
    }
    if (share->map != NULL) {
        (void)munmap(share->map, share->size);
    }
    if (share->fd >= 0) {
        (void)unlink(share->path);
        (void)close(share->fd);
    }
    free(share);
}

/* -- reading ------------------------------------------------------------------------------ */

struct view {
    void *mapped;
    const struct layout *map; /* the same */
    size_t size;
    int fd;
};

static void close_view(struct view *view)
{
    if (view->mapped != NULL) {
        (void)munmap(view->mapped, view->size);
    }
    if (view->fd >= 0) {
        (void)close(view->fd);
    }
}

/* The file may be anything: its size and numbers are checked before they are used. */
static enum status open_view(const char *path, struct view *view)
{
    struct stat found;

    *view = (struct view){.fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
    if (view->fd < 0) {
        return errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO;
    }
    /* Whoever draws holds it. */
    if (flock(view->fd, LOCK_SH | LOCK_NB) == 0) {
        return STATUS_NOT_FOUND;
    }
    if (fstat(view->fd, &found) != 0) {
        return STATUS_IO;
    }
    if (!S_ISREG(found.st_mode) || found.st_size < (off_t)sizeof(struct layout)) {
        return STATUS_CORRUPT;
    }
    void *map = mmap(NULL, (size_t)found.st_size, PROT_READ, MAP_SHARED, view->fd, 0);

    if (map == MAP_FAILED) {
        return STATUS_IO;
    }
    view->mapped = map;
    view->map = map;
    view->size = (size_t)found.st_size;
    if (view->map->magic != MAGIC || view->map->width < 1 || view->map->height < 1 ||
        view->map->width > SHARE_SIDE_MAX || view->map->height > SHARE_SIDE_MAX ||
        size_of(view->map->width, view->map->height) != view->size) {
        return STATUS_CORRUPT;
    }
    return STATUS_OK;
}

enum status screen_share_sequence(const char *path, uint32_t *sequence)
{
    struct view view;
    enum status status = open_view(path, &view);

    if (status == STATUS_OK) {
        *sequence = atomic_load(&view.map->sequence) & ~1U;
    }
    close_view(&view);
    return status;
}

/* True when the writer stayed away while it was copied. */
static bool copy_once(const struct layout *map, struct screen_copy *copy)
{
    uint32_t before = atomic_load_explicit(&map->sequence, memory_order_acquire);

    if ((before & 1U) != 0) {
        return false;
    }
    memcpy(copy->pixels, map->pixels, (size_t)map->width * map->height * sizeof(uint32_t));
    memcpy(copy->tree, map->tree, sizeof(map->tree));
    atomic_thread_fence(memory_order_acquire);
    copy->sequence = before;
    return atomic_load_explicit(&map->sequence, memory_order_relaxed) == before;
}

enum status screen_share_read(const char *path, struct screen_copy *copy)
{
    struct view view;
    enum status status = open_view(path, &view);

    *copy = (struct screen_copy){0};
    if (status == STATUS_OK) {
        copy->width = (int)view.map->width;
        copy->height = (int)view.map->height;
        copy->pixels = malloc(view.size);
        copy->tree = malloc(SHARE_TREE_MAX);
        status = copy->pixels != NULL && copy->tree != NULL ? STATUS_TIMEOUT : STATUS_IO;
    }
    for (int i = 0; status == STATUS_TIMEOUT && i < READ_TRIES; i++) {
        if (copy_once(view.map, copy)) {
            copy->tree[SHARE_TREE_MAX - 1] = '\0';
            status = STATUS_OK;
        } else {
            clock_sleep_ms(READ_REST_MS);
        }
    }
    close_view(&view);
    if (status != STATUS_OK) {
        screen_copy_free(copy);
    }
    return status;
}

void screen_copy_free(struct screen_copy *copy)
{
    free(copy->pixels);
    free(copy->tree);
    *copy = (struct screen_copy){0};
}
