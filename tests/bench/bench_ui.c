/* Times one key's repaint, a frame in which nothing changed, and a full redraw. */
#include <stdio.h>
#include <string.h>

#include "sample.h"

#define RUNS 40

static double milliseconds(Uint64 from)
{
    return (double)(SDL_GetPerformanceCounter() - from) * 1000.0 /
           (double)SDL_GetPerformanceFrequency();
}

/* The touch goes down: the key darkens; it goes up: the typed amount changes. */
static void time_key(struct ui *ui, struct view *view, double *press, double *digit)
{
    struct ui_action action;
    int x, y;

    ui_node_middle(ui, ui_node_find(ui, "key.5"), &x, &y);
    Uint64 from = SDL_GetPerformanceCounter();
    ui_pointer_down(ui, x, y);
    screens_draw(ui, view);
    *press = milliseconds(from);
    from = SDL_GetPerformanceCounter();
    ui_pointer_up(ui, x, y, &action);
    snprintf(view->input, sizeof(view->input), "%s",
             strcmp(view->input, "186.40") == 0 ? "186.45" : "186.40");
    screens_draw(ui, view);
    *digit = milliseconds(from);
}

int main(void)
{
    static struct view view;
    SDL_Surface *surface;
    struct ui *ui = sample_ui(1080, 1920, &surface);
    double press, digit, most_press = 0, most_digit = 0, full = 0, idle = 0;

    sample_base(&view);
    sample_find("amount")->fill(&view);
    Uint64 from = SDL_GetPerformanceCounter();
    screens_draw(ui, &view);
    double first = milliseconds(from);
    time_key(ui, &view, &press, &digit); /* warms the caches */
    time_key(ui, &view, &press, &digit);
    for (int i = 0; i < RUNS; i++) {
        time_key(ui, &view, &press, &digit);
        most_press = press > most_press ? press : most_press;
        most_digit = digit > most_digit ? digit : most_digit;
        from = SDL_GetPerformanceCounter();
        ui_invalidate(ui);
        screens_draw(ui, &view);
        full += milliseconds(from) / RUNS;
        from = SDL_GetPerformanceCounter();
        screens_draw(ui, &view);
        idle += milliseconds(from) / RUNS;
    }
    printf("amount screen 1080x1920: first frame with empty caches %.1f ms\n", first);
    printf("one key pressed %.2f ms at most, its digit shown %.2f ms at most\n", most_press,
           most_digit);
    printf("full redraw %.1f ms, a frame without change %.2f ms\n", full, idle);
    sample_base(&view);
    from = SDL_GetPerformanceCounter();
    screens_draw(ui, &view);
    printf("home: first frame %.1f ms\n", milliseconds(from));
    sample_ui_end(ui, surface);
    return most_press < 16.0 && most_digit < 16.0 ? 0 : 1;
}
