/*
 * A screen that one thread draws and others look at, over two mappings of one file as two
 * processes have them: no reader ever sees half a picture, and none mistakes a file that nobody
 * draws, or that is no screen at all, for one.
 */
#include "cmocka_all.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "system/files.h"
#include "system/screen_share.h"

#define WIDTH    320
#define HEIGHT   200
#define PICTURES 3000
#define READERS  2

static char folder[] = "/tmp/threads_share_XXXXXX";
static char path[64];
static atomic_bool done;
static atomic_int torn, looked;

/* A picture of one colour, whose number its tree says too. */
static void draw(struct screen_share *share, uint32_t *pixels, uint32_t colour)
{
    char tree[32];

    for (size_t i = 0; i < (size_t)WIDTH * HEIGHT; i++) {
        pixels[i] = colour;
    }
    snprintf(tree, sizeof(tree), "{\"picture\":%u}", colour);
    screen_share_write(share, pixels, WIDTH * (int)sizeof(*pixels), tree);
}

static bool whole(const struct screen_copy *copy)
{
    char tree[32];

    snprintf(tree, sizeof(tree), "{\"picture\":%u}", copy->pixels[0]);
    for (size_t i = 0; i < (size_t)WIDTH * HEIGHT; i++) {
        if (copy->pixels[i] != copy->pixels[0]) {
            return false;
        }
    }
    return strcmp(copy->tree, tree) == 0;
}

static void *look(void *user)
{
    uint32_t last = 0;

    (void)user;
    while (!atomic_load(&done)) {
        struct screen_copy copy;
        enum status status = screen_share_read(path, &copy);

        if (status != STATUS_OK) {
            (void)atomic_fetch_add(&torn, status == STATUS_TIMEOUT ? 0 : 1);
            continue;
        }
        (void)atomic_fetch_add(&looked, 1);
        if (!whole(&copy) || copy.sequence == 0 || copy.pixels[0] < last) {
            (void)atomic_fetch_add(&torn, 1);
        }
        last = copy.pixels[0];
        screen_copy_free(&copy);
    }
    return NULL;
}

static void a_reader_sees_whole_pictures(void **state)
{
    static uint32_t pixels[WIDTH * HEIGHT];
    struct screen_share *share = NULL;
    pthread_t readers[READERS];

    (void)state;
    assert_int_equal(screen_share_open(path, WIDTH, HEIGHT, &share), STATUS_OK);
    draw(share, pixels, 1);
    for (int i = 0; i < READERS; i++) {
        assert_int_equal(pthread_create(&readers[i], NULL, look, NULL), 0);
    }
    for (uint32_t i = 2; i < PICTURES || atomic_load(&looked) < 10; i++) {
        draw(share, pixels, i);
    }
    atomic_store(&done, true);
    for (int i = 0; i < READERS; i++) {
        assert_int_equal(pthread_join(readers[i], NULL), 0);
    }
    assert_int_equal(atomic_load(&torn), 0);
    screen_share_close(share);
}

static void a_number_changes_with_every_picture(void **state)
{
    static uint32_t pixels[WIDTH * HEIGHT];
    struct screen_share *share = NULL;
    uint32_t first = 0, second = 0, third = 0;

    (void)state;
    assert_int_equal(screen_share_open(path, WIDTH, HEIGHT, &share), STATUS_OK);
    draw(share, pixels, 7);
    assert_int_equal(screen_share_sequence(path, &first), STATUS_OK);
    assert_int_equal(screen_share_sequence(path, &second), STATUS_OK);
    assert_int_equal(first, second);
    draw(share, pixels, 7);
    assert_int_equal(screen_share_sequence(path, &third), STATUS_OK);
    assert_int_not_equal(first, third);
    screen_share_close(share);
}

static void a_tree_that_is_too_long_is_none(void **state)
{
    static uint32_t pixels[WIDTH * HEIGHT];
    struct screen_share *share = NULL;
    struct screen_copy copy;
    char *tree = malloc(SHARE_TREE_MAX + 1);

    (void)state;
    assert_non_null(tree);
    memset(tree, 'x', SHARE_TREE_MAX);
    tree[SHARE_TREE_MAX] = '\0';
    assert_int_equal(screen_share_open(path, WIDTH, HEIGHT, &share), STATUS_OK);
    screen_share_write(share, pixels, WIDTH * (int)sizeof(*pixels), tree);
    assert_int_equal(screen_share_read(path, &copy), STATUS_OK);
    assert_string_equal(copy.tree, "");
    screen_copy_free(&copy);
    tree[SHARE_TREE_MAX - 1] = '\0';
    screen_share_write(share, pixels, WIDTH * (int)sizeof(*pixels), tree);
    assert_int_equal(screen_share_read(path, &copy), STATUS_OK);
    assert_int_equal(strlen(copy.tree), SHARE_TREE_MAX - 1);
    screen_copy_free(&copy);
    screen_share_close(share);
    free(tree);
}

static void nobody_draws(void **state)
{
    struct screen_share *share = NULL;
    struct screen_copy copy;
    uint32_t sequence = 0;

    (void)state;
    assert_int_equal(screen_share_read(path, &copy), STATUS_NOT_FOUND);
    assert_int_equal(screen_share_open(path, 1, 1, &share), STATUS_OK);
    assert_int_equal(screen_share_sequence(path, &sequence), STATUS_OK);
    screen_share_close(share);
    assert_int_equal(screen_share_sequence(path, &sequence), STATUS_NOT_FOUND);
    /* What a killed program leaves. */
    assert_int_equal(files_write_atomic(path, "left", 4, 0600), STATUS_OK);
    assert_int_equal(screen_share_read(path, &copy), STATUS_NOT_FOUND);
    /* And the next one takes its place. */
    assert_int_equal(screen_share_open(path, 1, 1, &share), STATUS_OK);
    screen_share_close(share);
}

static void sides_have_bounds(void **state)
{
    struct screen_share *share = NULL;

    (void)state;
    assert_int_equal(screen_share_open(path, 0, 10, &share), STATUS_INVALID);
    assert_int_equal(screen_share_open(path, 10, SHARE_SIDE_MAX + 1, &share), STATUS_INVALID);
    assert_int_equal(screen_share_open("/nowhere/at/all", 10, 10, &share), STATUS_IO);
}

/* The file is shortened and spoilt under the hands of whoever draws. */
static void a_foreign_file_is_refused(void **state)
{
    struct screen_share *share = NULL;
    struct screen_copy copy;
    FILE *file = NULL;

    (void)state;
    assert_int_equal(screen_share_open(path, WIDTH, HEIGHT, &share), STATUS_OK);
    file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fwrite("X", 1, 1, file), 1);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(screen_share_read(path, &copy), STATUS_CORRUPT);
    assert_int_equal(truncate(path, 16), 0);
    assert_int_equal(screen_share_read(path, &copy), STATUS_CORRUPT);
    screen_share_close(share);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reader_sees_whole_pictures),
        cmocka_unit_test(a_number_changes_with_every_picture),
        cmocka_unit_test(a_tree_that_is_too_long_is_none),
        cmocka_unit_test(nobody_draws),
        cmocka_unit_test(sides_have_bounds),
        cmocka_unit_test(a_foreign_file_is_refused),
    };

    if (mkdtemp(folder) == NULL) {
        return 1;
    }
    snprintf(path, sizeof(path), "%s/screen.frame", folder);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    unlink(path);
    rmdir(folder);
    return failed;
}
