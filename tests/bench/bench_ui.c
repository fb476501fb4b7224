/* Times one key's repaint, a frame in which nothing changed, and a full redraw, on the window. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/ui/window.h"
#include "sample.h"

#define RUNS 40
#define W    1080
#define H    1920

static double milliseconds(Uint64 from)
{
    return (double)(SDL_GetPerformanceCounter() - from) * 1000.0 /
           (double)SDL_GetPerformanceFrequency();
}

static void draw(struct ui *ui, const struct view *view)
{
    if (screens_draw(ui, view)) {
        ui_present(ui);
    }
}

static int by_size(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;

    return (left > right) - (left < right);
}

static double median(double values[RUNS])
{
    qsort(values, RUNS, sizeof(values[0]), by_size);
    return values[RUNS / 2];
}

/* The floor: a frame copied once, as a program must that redraws all. */
static double time_copy(void)
{
    static uint32_t from[W * H], to[W * H];
    double values[RUNS];

    memset(from, 1, sizeof(from));
    memset(to, 2, sizeof(to));
    for (int i = 0; i < RUNS; i++) {
        from[i] = (uint32_t)i;
        Uint64 begun = SDL_GetPerformanceCounter();
        memcpy(to, from, sizeof(to));
        values[i] = milliseconds(begun) + (to[i] == (uint32_t)i ? 0 : 1000);
    }
    return median(values);
}

/* The touch goes down: the key darkens; it goes up: the typed amount changes. */
static void time_key(struct ui *ui, struct view *view, double *press, double *digit)
{
    struct ui_action action;
    int x, y;

    ui_node_middle(ui, ui_node_find(ui, "key.5"), &x, &y);
    Uint64 from = SDL_GetPerformanceCounter();
    ui_pointer_down(ui, x, y);
    draw(ui, view);
    *press = milliseconds(from);
    from = SDL_GetPerformanceCounter();
    ui_pointer_up(ui, x, y, &action);
    snprintf(view->input, sizeof(view->input), "%s",
             strcmp(view->input, "186.40") == 0 ? "186.45" : "186.40");
    draw(ui, view);
    *digit = milliseconds(from);
}

int main(void)
{
    static struct view view;
    static double presses[RUNS];
    SDL_Window *window = NULL;
    struct ui *ui = NULL;

    if (window_prepare() != STATUS_OK || window_open("bench_ui", W, H, &window) != STATUS_OK) {
        (void)fprintf(stderr, "bench_ui: no window: %s\n", SDL_GetError());
        return 1;
    }
    const struct ui_options options = {.window = window, .assets_dir = KIOSK_ASSETS};
    if (ui_create(&options, &ui) != STATUS_OK) {
        (void)fprintf(stderr, "bench_ui: %s is missing\n", ui_missing_asset());
        return 1;
    }
    double press, digit, most_press = 0, most_digit = 0, full = 0, idle = 0;

    sample_base(&view);
    sample_find("amount")->fill(&view);
    Uint64 from = SDL_GetPerformanceCounter();
    draw(ui, &view);
    double first = milliseconds(from);
    time_key(ui, &view, &press, &digit); /* warms the caches */
    time_key(ui, &view, &press, &digit);
    for (int i = 0; i < RUNS; i++) {
        time_key(ui, &view, &press, &digit);
        presses[i] = press;
        most_press = press > most_press ? press : most_press;
        most_digit = digit > most_digit ? digit : most_digit;
        from = SDL_GetPerformanceCounter();
        ui_invalidate(ui);
        draw(ui, &view);
        full += milliseconds(from) / RUNS;
        from = SDL_GetPerformanceCounter();
        draw(ui, &view);
        idle += milliseconds(from) / RUNS;
    }
    printf("amount screen 1080x1920: first frame with empty caches %.1f ms\n", first);
    printf("one key pressed %.2f ms at most, its digit shown %.2f ms at most\n", most_press,
           most_digit);
    double one = median(presses), copy = time_copy();
    printf("one key's repaint, %.3f ms, is %.2f of a frame's memcpy, %.3f ms\n", one, one / copy,
           copy);
    printf("full redraw %.1f ms, a frame without change %.2f ms\n", full, idle);
    sample_base(&view);
    from = SDL_GetPerformanceCounter();
    draw(ui, &view);
    double home = milliseconds(from);
    ui_wipe(ui);
    from = SDL_GetPerformanceCounter();
    draw(ui, &view);
    printf("home: first frame %.1f ms, after a visit %.1f ms\n", home, milliseconds(from));
    ui_destroy(ui);
    window_close(window);
    return most_press < 16.0 && most_digit < 16.0 ? 0 : 1;
}
