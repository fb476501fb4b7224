/*
 * screen_share.h - a screen that another process may look at: its pixels and the tree of its
 * nodes, in a file that both sides map.
 *
 * One process writes, any number read, and nobody waits: a reader that meets the writer looks
 * again. Only the user who started the program can open the file (mode 0600). For development
 * builds: a kiosk in a hall shows its screen to nobody.
 */
#ifndef SYSTEM_SCREEN_SHARE_H
#define SYSTEM_SCREEN_SHARE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/status.h"

#define SHARE_SIDE_MAX 8192         /* pixels */
#define SHARE_TREE_MAX (256 * 1024) /* bytes of JSON with the terminator */

struct screen_share;

/*
 * Replaces what stands at path. Holds the file until screen_share_close() or the end of the
 * process, so that a reader knows whether anybody still draws. STATUS_INVALID: a side outside
 * 1..SHARE_SIDE_MAX; STATUS_IO.
 */
enum status screen_share_open(const char *path, int width, int height,
                              struct screen_share **out) MUST_USE;
/* pixels: 32 bits each, 0x00RRGGBB, pitch bytes a row. A tree that is too long becomes "". */
void screen_share_write(struct screen_share *share, const void *pixels, int pitch,
                        const char *tree);
/* Removes the file. NULL is fine. */
void screen_share_close(struct screen_share *share);

/* What a reader gets; it owns both texts and gives them back with screen_copy_free(). */
struct screen_copy {
    uint32_t sequence; /* never 0; another one for every picture */
    int width, height;
    uint32_t *pixels; /* width * height, without gaps */
    char *tree;
};

/* The number of the picture that stands there now. STATUS_NOT_FOUND: nobody draws. */
enum status screen_share_sequence(const char *path, uint32_t *sequence) MUST_USE;
/*
 * Copies one whole picture with its tree. STATUS_NOT_FOUND: nobody draws; STATUS_CORRUPT: the
 * file is none of ours; STATUS_TIMEOUT: the writer was always in the way; STATUS_IO: no memory.
 * Nothing is to be freed then.
 */
enum status screen_share_read(const char *path, struct screen_copy *copy) MUST_USE;
void screen_copy_free(struct screen_copy *copy);

#endif
