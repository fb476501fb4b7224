/* Files of assets, mapped: what nobody looks at is never read, and the memory is the page cache's.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kiosk/ui/internal.h"

bool map_open(const char *path, struct map *map)
{
    struct stat about;
    int file = open(path, O_RDONLY | O_CLOEXEC);

    *map = (struct map){0};
    if (file < 0) {
        return false;
    }
    if (fstat(file, &about) == 0 && S_ISREG(about.st_mode) && about.st_size > 0) {
        void *bytes = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE, file, 0);

        if (bytes != MAP_FAILED) {
            *map = (struct map){.bytes = bytes, .size = (size_t)about.st_size};
        }
    }
    (void)close(file);
    return map->bytes != NULL;
}

void map_close(struct map *map)
{
    if (map->bytes != NULL) {
        (void)munmap(map->bytes, map->size);
    }
    *map = (struct map){0};
}
