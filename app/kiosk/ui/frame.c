/* A toolkit's life, and one frame of it: begin, compare with the frame before, paint. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/ui/internal.h"

#define PORTRAIT_W  1080
#define PORTRAIT_H  1920
#define LANDSCAPE_W 1920
#define LANDSCAPE_H 1080

static char missing[512];

const char *ui_missing_asset(void)
{
    return missing;
}

void missing_asset(const char *path)
{
    if (missing[0] == '\0') {
        snprintf(missing, sizeof(missing), "%s", path);
    }
}

static bool direct_format(const SDL_Surface *surface)
{
    return surface->format->BytesPerPixel == 4 && surface->format->Rmask == 0xFF0000U &&
           surface->format->Gmask == 0xFF00U && surface->format->Bmask == 0xFFU &&
           !SDL_MUSTLOCK(surface);
}

static double smaller(double a, double b)
{
    return a < b ? a : b;
}

static enum status take_surface(struct ui *ui, SDL_Surface *surface)
{
    if (ui->own_target) {
        SDL_FreeSurface(ui->target);
    }
    ui->target = surface;
    ui->own_target = false;
    if (surface == NULL) {
        return STATUS_IO;
    }
    if (!direct_format(surface)) {
        ui->target =
            SDL_CreateRGBSurfaceWithFormat(0, surface->w, surface->h, 32, SDL_PIXELFORMAT_RGB888);
        ui->own_target = true;
        if (ui->target == NULL) {
            return STATUS_IO;
        }
    }
    bool tall = surface->h > surface->w;
    ui->scale = smaller((double)surface->w / (tall ? PORTRAIT_W : LANDSCAPE_W),
                        (double)surface->h / (tall ? PORTRAIT_H : LANDSCAPE_H));
    ui->width = (int)(surface->w / ui->scale + 0.5);
    ui->height = (int)(surface->h / ui->scale + 0.5);
    ui->repaint_all = true;
    return STATUS_OK;
}

static enum status open_assets(struct ui *ui)
{
    static const char *const files[2] = {"zh_CN", "en"};
    char path[512];

    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        snprintf(path, sizeof(path), "%s/locale/%s.mo", ui->assets_dir, files[i]);
        enum status status = catalogue_open(path, &ui->catalogues[i]);
        if (status != STATUS_OK) {
            return status;
        }
    }
    return text_open(ui);
}

enum status ui_create(const struct ui_options *options, struct ui **made)
{
    struct ui *ui = calloc(1, sizeof(*ui));

    CHECK(ui != NULL && options->assets_dir != NULL);
    missing[0] = '\0';
    ui->window = options->window;
    ui->assets_dir = strdup(options->assets_dir);
    CHECK(ui->assets_dir != NULL);
    ui->now = &ui->lists[0];
    ui->before = &ui->lists[1];
    ui->style.language = "zh_CN";
    SDL_Surface *surface = ui->window != NULL ? SDL_GetWindowSurface(ui->window) : options->surface;
    enum status status = take_surface(ui, surface);
    if (status == STATUS_OK) {
        status = open_assets(ui);
    }
    if (status != STATUS_OK) {
        ui_destroy(ui);
        ui = NULL;
    }
    *made = ui;
    return status;
}

void ui_destroy(struct ui *ui)
{
    if (ui == NULL) {
        return;
    }
    ui_wipe(ui);
    cache_close(ui);
    text_close(ui);
    for (size_t i = 0; i < ARRAY_LEN(ui->catalogues); i++) {
        catalogue_close(&ui->catalogues[i]);
    }
    if (ui->own_target) {
        SDL_FreeSurface(ui->target);
    }
    free(ui->assets_dir);
    free(ui);
}

void ui_wipe(struct ui *ui)
{
    cache_wipe(ui);
    explicit_bzero(ui->lists, sizeof(ui->lists));
    explicit_bzero(ui->nodes, sizeof(ui->nodes));
    ui->node_count = 0;
    ui->open = NULL;
    ui->repaint_all = true;
    ui_pointer_cancel(ui);
}

void ui_invalidate(struct ui *ui)
{
    if (ui->window != NULL) {
        CHECK(take_surface(ui, SDL_GetWindowSurface(ui->window)) == STATUS_OK);
    }
    ui->repaint_all = true;
}

void ui_frame_begin(struct ui *ui, const char *screen, const struct ui_style *style)
{
    struct display_list *swap = ui->before;

    ui->before = ui->now;
    ui->now = swap;
    ui->now->count = 0;
    if (strcmp(ui->screen, screen) != 0) {
        ui_pointer_cancel(ui);
        snprintf(ui->screen, sizeof(ui->screen), "%s", screen);
    }
    ui->style = *style;
    ui->frame++;
    ui->node_count = 0;
    ui->open = NULL;
    ui->layer = 0;
    ui->top_layer = 0;
    ui->press_changed = false;
    struct ui_rect all = {0, 0, ui->width + 1, ui->height + 1};
    ui_fill(ui, all, 0, ui_theme(ui)->canvas);
}

void ui_expose(struct ui *ui)
{
    ui->present_all = true;
}

struct command *frame_add(struct ui *ui, enum command_kind kind, SDL_Rect box)
{
    CHECK(ui->now->count < UI_COMMANDS_MAX);
    struct command *command = &ui->now->commands[ui->now->count++];
    *command = (struct command){.kind = kind, .box = box, .shape = box};
    return command;
}

void frame_seal(struct command *command)
{
    const int numbers[] = {(int)command->kind, command->box.x,   command->box.y,
                           command->box.w,     command->box.h,   command->shape.x,
                           command->shape.y,   command->shape.w, command->shape.h,
                           command->radius,    command->width,   command->permille};
    uint64_t image = command->image != NULL ? command->image->hash : 0;

    command->hash = hash_bytes(image, numbers, sizeof(numbers));
    command->hash = hash_bytes(command->hash, &command->a, sizeof(command->a));
    command->hash = hash_bytes(command->hash, &command->b, sizeof(command->b));
}

static long long area(SDL_Rect rect)
{
    return (long long)rect.w * rect.h;
}

static void add_dirty(struct ui *ui, SDL_Rect rect)
{
    SDL_Rect screen = {0, 0, ui->target->w, ui->target->h};

    if (!SDL_IntersectRect(&rect, &screen, &rect)) {
        return;
    }
    for (int i = 0; i < ui->dirty_count; i++) {
        SDL_Rect both;

        SDL_UnionRect(&rect, &ui->dirty[i], &both);
        /* Joined when one rectangle costs no more than two. */
        if (area(both) <= area(rect) + area(ui->dirty[i])) {
            ui->dirty[i] = ui->dirty[--ui->dirty_count];
            add_dirty(ui, both);
            return;
        }
    }
    if (ui->dirty_count == UI_DIRTY_MAX) {
        SDL_UnionRect(&rect, &ui->dirty[UI_DIRTY_MAX - 1], &rect);
        ui->dirty_count--;
        add_dirty(ui, rect);
        return;
    }
    ui->dirty[ui->dirty_count++] = rect;
}

#define MATCH_SLOTS 2048 /* a power of two, twice UI_COMMANDS_MAX */

static void index_before(const struct display_list *list, int16_t slots[MATCH_SLOTS])
{
    memset(slots, -1, MATCH_SLOTS * sizeof(slots[0]));
    for (int i = 0; i < list->count; i++) {
        uint64_t at = list->commands[i].hash % MATCH_SLOTS;

        while (slots[at] >= 0) {
            at = (at + 1) % MATCH_SLOTS;
        }
        slots[at] = (int16_t)i;
    }
}

/* The first command of the old list with this hash that nobody took yet; -1: none. */
static int take_match(const struct display_list *list, const int16_t slots[MATCH_SLOTS],
                      bool taken[UI_COMMANDS_MAX], uint64_t hash)
{
    for (uint64_t at = hash % MATCH_SLOTS; slots[at] >= 0; at = (at + 1) % MATCH_SLOTS) {
        int index = slots[at];

        if (!taken[index] && list->commands[index].hash == hash) {
            taken[index] = true;
            return index;
        }
    }
    return -1;
}

static void compare(struct ui *ui)
{
    int16_t slots[MATCH_SLOTS];
    bool taken[UI_COMMANDS_MAX] = {false};
    int last = -1;

    index_before(ui->before, slots);
    for (int i = 0; i < ui->now->count; i++) {
        int match = take_match(ui->before, slots, taken, ui->now->commands[i].hash);

        /* Not there before, or there at another depth: its place is painted again. */
        if (match < 0 || match < last) {
            add_dirty(ui, ui->now->commands[i].box);
        } else {
            last = match;
        }
    }
    for (int i = 0; i < ui->before->count; i++) {
        if (!taken[i]) {
            add_dirty(ui, ui->before->commands[i].box);
        }
    }
}

static bool hides(const struct command *command, SDL_Rect rect)
{
    const SDL_Rect *shape = &command->shape;
    /* the square inside the rounding is what surely is covered */
    int inset = command->radius;

    return command->kind == DRAW_FILL && command->a >> 24 == 255 && command->b >> 24 == 255 &&
           rect.x >= shape->x && rect.x + rect.w <= shape->x + shape->w && rect.y >= shape->y &&
           rect.y + rect.h <= shape->y + shape->h &&
           ((rect.x >= shape->x + inset && rect.x + rect.w <= shape->x + shape->w - inset) ||
            (rect.y >= shape->y + inset && rect.y + rect.h <= shape->y + shape->h - inset));
}

static void repaint(struct ui *ui, SDL_Rect rect)
{
    int from = 0;

    for (int i = ui->now->count - 1; i > 0 && from == 0; i--) {
        from = hides(&ui->now->commands[i], rect) ? i : 0;
    }
    for (int i = from; i < ui->now->count; i++) {
        paint_command(ui->target, &ui->now->commands[i], rect);
    }
}

bool ui_frame_end(struct ui *ui)
{
    CHECK(ui->open == NULL);
    ui->dirty_count = 0;
    if (ui->repaint_all) {
        add_dirty(ui, (SDL_Rect){0, 0, ui->target->w, ui->target->h});
        ui->repaint_all = false;
    } else {
        compare(ui);
    }
    for (int i = 0; i < ui->dirty_count; i++) {
        repaint(ui, ui->dirty[i]);
    }
    cache_age(ui);
    if (ui->present_all) {
        ui->present_all = false;
        ui->dirty[0] = (SDL_Rect){0, 0, ui->target->w, ui->target->h};
        ui->dirty_count = 1;
    }
    return ui->dirty_count > 0;
}

int ui_dirty(const struct ui *ui, SDL_Rect rects[UI_DIRTY_MAX])
{
    memcpy(rects, ui->dirty, sizeof(ui->dirty));
    return ui->dirty_count;
}

void ui_present(struct ui *ui)
{
    if (ui->window == NULL || ui->dirty_count == 0) {
        return;
    }
    if (ui->own_target) {
        SDL_Surface *surface = SDL_GetWindowSurface(ui->window);

        for (int i = 0; surface != NULL && i < ui->dirty_count; i++) {
            SDL_Rect to = ui->dirty[i];

            SDL_BlitSurface(ui->target, &ui->dirty[i], surface, &to);
        }
    }
    if (SDL_UpdateWindowSurfaceRects(ui->window, ui->dirty, ui->dirty_count) != 0) {
        ui_invalidate(ui); /* the surface was lost: the next frame is painted anew */
    }
}
