/*
 * parts.h - what the files of the bench share.
 */
#ifndef SANDBOX_BENCH_PARTS_H
#define SANDBOX_BENCH_PARTS_H

#include "sandbox/bench/bench.h"
#include "sandbox/bench/cable.h"

#define ASK_TIMEOUT_MS 2000 /* a virtual device answers at once, or it is stuck */

/* An answer that many pages ask for is made once for all of them. */
struct kept {
    char *json;
    int64_t until_ms;
};

struct bench {
    struct sandbox *sandbox;
    struct cable *cable;  /* NULL: the kiosk's cable has no switch */
    pthread_mutex_t lock; /* all below */
    struct screen_copy shown;
    struct kept state, ledger;
};

/* hands.c: a socket in the kiosk's folder, one line. False: err is in reply. */
bool hands_ask(const struct bench *bench, const char *socket_name, const char *line,
               struct control_reply *reply);
/* A file in the kiosk's folder. STATUS_NOT_FOUND: there is no kiosk. */
enum status hands_path(const struct bench *bench, const char *name,
                       char path[PATH_TEXT_MAX]) MUST_USE;
enum status hands_screen(const struct bench *bench, struct screen_copy *copy) MUST_USE;

/* hall.c: what only the one who started the programs can do: "server-kill", "server-start",
 * "books". Blocks. The words that it printed; STATUS_NOT_FOUND: nobody is told how; STATUS_IO,
 * STATUS_TIMEOUT. */
#define HALL_WORDS_MAX 2048
enum status hall_ask(const struct bench *bench, const char *what,
                     char words[HALL_WORDS_MAX]) MUST_USE;

/* camera.c: the text of the first QR code in a picture. STATUS_NOT_FOUND: none; STATUS_LIMIT. */
enum status camera_read(const uint32_t *pixels, int width, int height, char *text,
                        size_t size) MUST_USE;

/* state.c: JSON that the caller frees; NULL: no memory. */
char *state_json(struct bench *bench);
char *accounts_json(void);
/* Nodes in pixels, from the tree that the kiosk shared. */
char *tree_json(const struct screen_copy *copy);

/* picture.c: a part of a picture as PNG in malloc'ed memory. STATUS_IO: no memory. */
struct picture_part {
    int x, y, w, h;
};
/* Where two pictures of one size differ; all zero when nowhere. */
struct picture_part picture_difference(const struct screen_copy *before,
                                       const struct screen_copy *now);
enum status picture_png(const struct screen_copy *copy, struct picture_part part, uint8_t **bytes,
                        size_t *length) MUST_USE;

#endif
