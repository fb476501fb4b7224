/*
 * Measures a program that shows the kiosk's home and amount screens, from outside: the same for
 * ours and for a browser with a page. See print_help().
 */
#include <getopt.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screen.h"
#include "system/clock.h"
#include "tree.h"

#define WIDTH    1080
#define HEIGHT   1920
#define PIXELS   ((size_t)WIDTH * HEIGHT)
#define KEYS_MAX 400

/* Limits: what takes longer has failed. */
#define START_US  20000000
#define ANSWER_US 3000000
/* A screen on which nothing changed for so long is complete (only to make the reference). */
#define QUIET_US 1500000
/* A finger: how long it rests; the time between two taps, and between two keys. */
#define REST_MS 60
#define GAP_MS  250
#define KEY_MS  100
/* The phase against a display's 60 Hz is another at each key. */
#define PHASE_MS 17
/* Pixels that may differ, out of a million: none in practice. */
#define SAME_PPM 50
/* Mean difference of two contenders' pictures, in thousandths of full scale. */
#define ALIKE_PERMILLE 20
#define SETTLE_MS      2000

/* Where things stand at 1080x1920, on both screens of both contenders. */
static const struct area whole = {0, 0, WIDTH, HEIGHT};
static const struct area clock_area = {702, 20, 330, 126}; /* home: time goes on */
static const struct area timer_area = {812, 40, 228, 84};  /* amount: the same */
static const struct area tile_area = {48, 932, 480, 286};
static const struct area field_area = {84, 612, 912, 156};
static const struct area key_area = {381, 1153, 317, 131};       /* 5 */
static const struct area backspace_area = {714, 1447, 317, 131}; /* below 9 */
static const int nowhere_x = 540, nowhere_y = 1726;              /* nothing can be touched there */

struct options {
    const char *folder, *taps;
    bool learn;
    int keys, idle_s;
};

struct bench {
    struct screen *screen;
    uint32_t *now, *home, *amount;
};

_Noreturn static void give_up(const char *what)
{
    (void)fprintf(stderr, "bench_x11: %s\n", what);
    tree_end();
    exit(EXIT_FAILURE);
}

/* -- pictures ------------------------------------------------------------------------------- */

static FILE *open_picture(const char *folder, const char *name, const char *mode)
{
    char path[512];

    (void)snprintf(path, sizeof(path), "%s/%s.ppm", folder, name);
    FILE *file = fopen(path, mode);
    if (file == NULL) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    return file;
}

static void save_picture(const char *folder, const char *name, const uint32_t *pixels)
{
    FILE *file = open_picture(folder, name, "wb");

    (void)fprintf(file, "P6\n%d %d\n255\n", WIDTH, HEIGHT);
    for (size_t i = 0; i < PIXELS; i++) {
        const uint8_t rgb[3] = {(uint8_t)(pixels[i] >> 16), (uint8_t)(pixels[i] >> 8),
                                (uint8_t)pixels[i]};

        (void)fwrite(rgb, sizeof(rgb), 1, file);
    }
    CHECK(fclose(file) == 0);
}

static uint32_t *load_picture(const char *folder, const char *name)
{
    FILE *file = open_picture(folder, name, "rb");
    uint32_t *pixels = calloc(PIXELS, sizeof(*pixels));
    uint8_t rgb[3];
    char line[64];

    CHECK(pixels != NULL);
    for (int i = 0; i < 3; i++) {
        CHECK(fgets(line, sizeof(line), file) != NULL);
    }
    for (size_t i = 0; i < PIXELS; i++) {
        CHECK(fread(rgb, sizeof(rgb), 1, file) == 1);
        pixels[i] = (uint32_t)rgb[0] << 16 | (uint32_t)rgb[1] << 8 | rgb[2];
    }
    (void)fclose(file);
    return pixels;
}

static bool inside(struct area area, int x, int y)
{
    return x >= area.x && x < area.x + area.w && y >= area.y && y < area.y + area.h;
}

/* All but what is told to move is as it was. */
static bool same_picture(const uint32_t *a, const uint32_t *b, struct area moving)
{
    size_t different = 0;

    for (int y = 0; y < HEIGHT && different * 1000000 <= PIXELS * SAME_PPM; y++) {
        const uint32_t *row_a = a + (ptrdiff_t)y * WIDTH, *row_b = b + (ptrdiff_t)y * WIDTH;

        if (memcmp(row_a, row_b, WIDTH * sizeof(*a)) == 0) {
            continue;
        }
        for (int x = 0; x < WIDTH; x++) {
            different += row_a[x] != row_b[x] && !inside(moving, x, y);
        }
    }
    return different * 1000000 <= PIXELS * SAME_PPM;
}

static long long difference(const uint32_t *a, const uint32_t *b)
{
    long long sum = 0;

    for (size_t i = 0; i < PIXELS; i++) {
        for (int shift = 0; shift <= 16; shift += 8) {
            sum += abs((int)(a[i] >> shift & 0xFF) - (int)(b[i] >> shift & 0xFF));
        }
    }
    return sum * 1000 / ((long long)PIXELS * 3 * 255);
}

/* Do both contenders show the same? */
static int compare(const char *folder_a, const char *folder_b)
{
    static const char *const names[] = {"home", "amount"};
    int result = EXIT_SUCCESS;

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        uint32_t *a = load_picture(folder_a, names[i]), *b = load_picture(folder_b, names[i]);
        long long permille = difference(a, b);

        (void)printf("%s: the two pictures differ by %lld permille\n", names[i], permille);
        result = permille <= ALIKE_PERMILLE ? result : EXIT_FAILURE;
        free(a);
        free(b);
    }
    return result;
}

/* -- waiting -------------------------------------------------------------------------------- */

static void wait_quiet(struct bench *bench)
{
    int64_t until = clock_monotonic_us() + START_US;
    int64_t changed = screen_wait(bench->screen, until);

    while (changed >= 0) {
        changed = screen_wait(bench->screen, clock_monotonic_us() + QUIET_US);
    }
    screen_grab(bench->screen, whole, bench->now);
}

/* The instant of the change that made the screen equal to the reference. */
static int64_t wait_same(struct bench *bench, const uint32_t *reference, struct area moving,
                         int64_t limit_us, const char *what)
{
    int64_t until = clock_monotonic_us() + limit_us;
    int64_t changed = clock_monotonic_us();

    for (;;) {
        screen_grab(bench->screen, whole, bench->now);
        if (same_picture(bench->now, reference, moving)) {
            return changed;
        }
        changed = screen_wait(bench->screen, until);
        if (changed < 0) {
            give_up(what);
        }
    }
}

/* The instant of the first pixel in the area that is not as in before (of the same area). */
static int64_t wait_change(struct bench *bench, struct area area, const uint32_t *before,
                           const char *what)
{
    size_t bytes = (size_t)area.w * (size_t)area.h * sizeof(*before);
    int64_t until = clock_monotonic_us() + ANSWER_US;

    for (;;) {
        int64_t changed = screen_wait(bench->screen, until);

        if (changed < 0) {
            give_up(what);
        }
        screen_grab(bench->screen, area, bench->now);
        if (memcmp(bench->now, before, bytes) != 0) {
            return changed;
        }
    }
}

/* -- touching ------------------------------------------------------------------------------- */

static void tap(struct bench *bench, int x, int y, int gap_ms)
{
    screen_move(bench->screen, x, y);
    screen_press(bench->screen, true);
    clock_sleep_ms(REST_MS);
    screen_press(bench->screen, false);
    clock_sleep_ms(gap_ms);
}

static int middle_x(struct area area)
{
    return area.x + area.w / 2;
}

static int middle_y(struct area area)
{
    return area.y + area.h / 2;
}

/* "x,y x,y ...": one tap after the other. */
static void walk(struct bench *bench, const char *taps)
{
    while (*taps != '\0') {
        char *end = NULL;
        int x = (int)strtol(taps, &end, 10);

        if (*end != ',') {
            give_up("--taps must be like \"540,960 100,200\"");
        }
        int y = (int)strtol(end + 1, &end, 10);
        tap(bench, x, y, GAP_MS);
        taps = end + strspn(end, " ");
    }
}

/* -- figures -------------------------------------------------------------------------------- */

/* From exec until the home screen is complete and has answered a finger. */
static void measure_start(struct bench *bench, int64_t begun)
{
    static uint32_t before[PIXELS];
    int64_t shown = wait_same(bench, bench->home, clock_area, START_US, "no home screen came");

    screen_grab(bench->screen, tile_area, before);
    screen_forget(bench->screen);
    screen_press(bench->screen, true);
    int64_t answered = wait_change(bench, tile_area, before, "the home screen does not answer");
    (void)printf("shown_us=%lld\nstart_us=%lld\n", (long long)(shown - begun),
                 (long long)(answered - begun));
    /* Away from the tile, so that nothing is chosen. */
    screen_move(bench->screen, nowhere_x, nowhere_y);
    screen_press(bench->screen, false);
    (void)wait_same(bench, bench->home, clock_area, ANSWER_US, "the home screen did not stay");
}

static void measure_idle(int seconds)
{
    clock_sleep_ms(SETTLE_MS);
    int64_t cpu_ns = tree_cpu_ns(), from_us = clock_monotonic_us();

    clock_sleep_ms(seconds * 1000);
    cpu_ns = tree_cpu_ns() - cpu_ns;
    (void)printf("idle_percent=%.4f\n",
                 (double)cpu_ns / 10.0 / (double)(clock_monotonic_us() - from_us));
}

static int by_size(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

    return (left > right) - (left < right);
}

static void print_spread(const char *name, int64_t *values, int count)
{
    qsort(values, (size_t)count, sizeof(*values), by_size);
    (void)printf("%s_p50_us=%lld\n%s_p95_us=%lld\n", name, (long long)values[count / 2], name,
                 (long long)values[count * 95 / 100]);
}

/* A finger lands on 5: the key darkens. It lifts: the field shows the digit. */
static void measure_keys(struct bench *bench, int keys)
{
    static uint32_t key[PIXELS], field[PIXELS];
    static int64_t land[KEYS_MAX], lift[KEYS_MAX];

    for (int i = 0; i < keys; i++) {
        screen_move(bench->screen, middle_x(key_area), middle_y(key_area));
        clock_sleep_ms(KEY_MS + i % PHASE_MS);
        screen_forget(bench->screen);
        screen_grab(bench->screen, key_area, key);
        int64_t from = clock_monotonic_us();
        screen_press(bench->screen, true);
        land[i] = wait_change(bench, key_area, key, "the key does not answer") - from;
        clock_sleep_ms(REST_MS + i * 7 % PHASE_MS);
        screen_forget(bench->screen);
        screen_grab(bench->screen, field_area, field);
        from = clock_monotonic_us();
        screen_press(bench->screen, false);
        lift[i] = wait_change(bench, field_area, field, "the digit does not come") - from;
        clock_sleep_ms(KEY_MS);
        tap(bench, middle_x(backspace_area), middle_y(backspace_area), KEY_MS);
    }
    print_spread("land", land, keys);
    print_spread("lift", lift, keys);
}

/* -- the whole ------------------------------------------------------------------------------ */

static void learn(struct bench *bench, const struct options *options)
{
    wait_quiet(bench);
    save_picture(options->folder, "home", bench->now);
    walk(bench, options->taps);
    screen_move(bench->screen, nowhere_x, nowhere_y);
    clock_sleep_ms(GAP_MS);
    screen_grab(bench->screen, whole, bench->now);
    save_picture(options->folder, "amount", bench->now);
}

static void measure(struct bench *bench, const struct options *options, int64_t begun)
{
    measure_start(bench, begun);
    if (options->idle_s > 0) {
        measure_idle(options->idle_s);
    }
    if (options->keys > 0) {
        walk(bench, options->taps);
        screen_move(bench->screen, nowhere_x, nowhere_y);
        (void)wait_same(bench, bench->amount, timer_area, ANSWER_US, "no amount screen came");
        measure_keys(bench, options->keys);
        (void)printf("memory_kib=%lld\nprocesses=%d\n", (long long)tree_memory_kib(), tree_count());
    }
}

static int run(const struct options *options, char *const command[])
{
    struct bench bench = {.now = calloc(PIXELS, sizeof(uint32_t))};

    CHECK(bench.now != NULL);
    if (screen_open(&bench.screen) != STATUS_OK) {
        (void)fprintf(stderr, "bench_x11: no display with XDamage, XShm and XTest\n");
        return EXIT_FAILURE;
    }
    if (screen_area(bench.screen).w != WIDTH || screen_area(bench.screen).h != HEIGHT) {
        (void)fprintf(stderr, "bench_x11: the display must be %dx%d\n", WIDTH, HEIGHT);
        return EXIT_FAILURE;
    }
    if (!options->learn) {
        bench.home = load_picture(options->folder, "home");
        bench.amount = load_picture(options->folder, "amount");
    }
    /* The pointer stands on the tile from the start: nothing has to hover first. */
    screen_move(bench.screen, middle_x(tile_area), middle_y(tile_area));
    screen_forget(bench.screen);
    int64_t begun = clock_monotonic_us();
    tree_start(command);
    if (options->learn) {
        learn(&bench, options);
    } else {
        measure(&bench, options, begun);
    }
    tree_end();
    screen_close(bench.screen);
    free(bench.now);
    free(bench.home);
    free(bench.amount);
    return EXIT_SUCCESS;
}

static void print_help(void)
{
    (void)printf(
        "usage: bench_x11 --reference DIR --learn --taps LIST -- COMMAND...\n"
        "       bench_x11 --reference DIR [--idle S] [--keys N --taps LIST] -- COMMAND...\n"
        "       bench_x11 --compare DIR DIR\n\n"
        "Starts COMMAND on $DISPLAY (1080x1920, nothing else on it) and prints what a customer\n"
        "feels of it, as NAME=VALUE lines: the time from exec until the home screen is complete\n"
        "and answers a finger; the CPU it takes on the home screen in S seconds; the time from\n"
        "a finger on a key of the amount screen to the first changed pixel; its memory then.\n"
        "--learn makes the two pictures in DIR that tell when a screen is complete. --taps:\n"
        "where to tap to come from home to amount. --compare: do two programs show the same?\n");
}

int main(int argc, char **argv)
{
    static const struct option long_options[] = {
        {"reference", required_argument, NULL, 'r'},
        {"taps", required_argument, NULL, 't'},
        {"keys", required_argument, NULL, 'k'},
        {"idle", required_argument, NULL, 'i'},
        {"learn", no_argument, NULL, 'l'},
        {"compare", no_argument, NULL, 'c'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    struct options options = {.taps = ""};
    bool both = false;
    int option;

    while ((option = getopt_long(argc, argv, "+", long_options, NULL)) != -1) {
        switch (option) {
        case 'r': options.folder = optarg; break;
        case 't': options.taps = optarg; break;
        case 'k': options.keys = (int)strtol(optarg, NULL, 10); break;
        case 'i': options.idle_s = (int)strtol(optarg, NULL, 10); break;
        case 'l': options.learn = true; break;
        case 'c': both = true; break;
        case 'h': print_help(); return EXIT_SUCCESS;
        default: return 2;
        }
    }
    if (both && argc - optind == 2) {
        return compare(argv[optind], argv[optind + 1]);
    }
    if (both || options.folder == NULL || optind == argc || options.keys > KEYS_MAX) {
        print_help();
        return 2;
    }
    return run(&options, argv + optind);
}
