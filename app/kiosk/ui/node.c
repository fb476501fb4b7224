/* The nodes of a frame, and the finger on them. */
#include <stdio.h>
#include <string.h>

#include "kiosk/ui/internal.h"

void ui_layer(struct ui *ui, int layer)
{
    ui->layer = layer;
    ui->top_layer = layer > ui->top_layer ? layer : ui->top_layer;
}

void ui_node_begin(struct ui *ui, const struct ui_node_spec *spec)
{
    CHECK(ui->open == NULL && ui->node_count < UI_NODES_MAX);
    struct ui_node *node = &ui->nodes[ui->node_count++];
    const char *text = spec->text != NULL ? spec->text : "";

    *node = (struct ui_node){
        .role = spec->role,
        .rect = spec->rect,
        .enabled = !spec->disabled,
        .selected = spec->selected,
        .intent = spec->intent,
        .argument = spec->argument,
        .layer = ui->layer,
        .shrink_percent = 100,
    };
    CHECK(strlen(spec->id) < sizeof(node->id));
    snprintf(node->id, sizeof(node->id), "%s", spec->id);
    snprintf(node->text, sizeof(node->text), "%s", text);
    snprintf(node->spoken, sizeof(node->spoken), "%s", spec->spoken != NULL ? spec->spoken : text);
    ui->open = node;
}

void ui_node_end(struct ui *ui)
{
    CHECK(ui->open != NULL);
    ui->open = NULL;
}

bool ui_node_pressed(const struct ui *ui)
{
    return ui->open != NULL && ui->inside && strcmp(ui->pressed, ui->open->id) == 0;
}

void node_note_text(struct ui *ui, struct ui_rect box, int size, ui_colour ink, ui_colour paper)
{
    struct ui_node *node = ui->open;
    int contrast = ui_contrast_percent(ink, paper);

    if (node->contrast_percent == 0 || contrast < node->contrast_percent) {
        node->contrast_percent = contrast;
        node->ink = ink;
        node->paper = paper;
    }
    if (node->text_size == 0 || size < node->text_size) {
        node->text_size = size;
    }
    if (node->text_box.w == 0) {
        node->text_box = box;
        return;
    }
    struct ui_rect *all = &node->text_box;
    int right = all->x + all->w > box.x + box.w ? all->x + all->w : box.x + box.w;
    int bottom = all->y + all->h > box.y + box.h ? all->y + all->h : box.y + box.h;
    all->x = all->x < box.x ? all->x : box.x;
    all->y = all->y < box.y ? all->y : box.y;
    all->w = right - all->x;
    all->h = bottom - all->y;
}

static bool inside(const struct ui *ui, const struct ui_node *node, int x, int y)
{
    SDL_Rect rect = ui_px_rect(ui, node->rect);
    SDL_Point point = {x, y};

    return SDL_PointInRect(&point, &rect);
}

/* What a finger meets: the last drawn of the topmost layer. */
static const struct ui_node *hit(const struct ui *ui, int x, int y)
{
    for (int i = ui->node_count - 1; i >= 0; i--) {
        const struct ui_node *node = &ui->nodes[i];

        if (node->layer == ui->top_layer && node->intent != 0 && inside(ui, node, x, y)) {
            return node->enabled ? node : NULL;
        }
    }
    return NULL;
}

void ui_pointer_down(struct ui *ui, int x, int y)
{
    const struct ui_node *node = hit(ui, x, y);

    ui_pointer_cancel(ui);
    if (node != NULL) {
        snprintf(ui->pressed, sizeof(ui->pressed), "%s", node->id);
        ui->inside = true;
        ui->press_changed = true;
    }
}

void ui_pointer_move(struct ui *ui, int x, int y)
{
    const struct ui_node *node = ui->pressed[0] != '\0' ? ui_node_find(ui, ui->pressed) : NULL;
    bool now_inside = node != NULL && hit(ui, x, y) == node;

    if (now_inside != ui->inside) {
        ui->inside = now_inside;
        ui->press_changed = true;
    }
}

void ui_pointer_up(struct ui *ui, int x, int y, struct ui_action *action)
{
    const struct ui_node *node = ui->pressed[0] != '\0' ? ui_node_find(ui, ui->pressed) : NULL;

    *action = (struct ui_action){0};
    if (node != NULL && hit(ui, x, y) == node) {
        *action = (struct ui_action){.intent = node->intent, .argument = node->argument};
    }
    ui_pointer_cancel(ui);
}

void ui_pointer_cancel(struct ui *ui)
{
    ui->press_changed |= ui->pressed[0] != '\0';
    ui->pressed[0] = '\0';
    ui->inside = false;
}

bool ui_wants_frame(const struct ui *ui)
{
    return ui->press_changed || ui->repaint_all || ui->present_all;
}

const struct ui_node *ui_node_find(const struct ui *ui, const char *id)
{
    for (int i = 0; i < ui->node_count; i++) {
        if (strcmp(ui->nodes[i].id, id) == 0) {
            return &ui->nodes[i];
        }
    }
    return NULL;
}

const struct ui_node *ui_node_at(const struct ui *ui, int index)
{
    return index >= 0 && index < ui->node_count ? &ui->nodes[index] : NULL;
}

const char *ui_screen(const struct ui *ui)
{
    return ui->screen;
}

bool ui_modal(const struct ui *ui)
{
    return ui->top_layer > 0;
}

void ui_node_middle(const struct ui *ui, const struct ui_node *node, int *x, int *y)
{
    SDL_Rect rect = ui_px_rect(ui, node->rect);

    *x = rect.x + rect.w / 2;
    *y = rect.y + rect.h / 2;
}

enum status ui_tap_id(struct ui *ui, const char *id, struct ui_action *action,
                      char reason[UI_REASON_MAX])
{
    const struct ui_node *node = ui_node_find(ui, id);
    int x, y;

    *action = (struct ui_action){0};
    if (node == NULL) {
        snprintf(reason, UI_REASON_MAX, "%s: no such node on screen %s", id, ui->screen);
        return STATUS_NOT_FOUND;
    }
    const char *why = node->intent == 0              ? "is not made for touch"
                      : !node->enabled               ? "is disabled"
                      : node->layer != ui->top_layer ? "is covered by a dialog"
                                                     : NULL;
    ui_node_middle(ui, node, &x, &y);
    if (why == NULL && hit(ui, x, y) != node) {
        why = "is covered by another node";
    }
    if (why != NULL) {
        snprintf(reason, UI_REASON_MAX, "%s on screen %s %s", id, ui->screen, why);
        return STATUS_DENIED;
    }
    reason[0] = '\0';
    *action = (struct ui_action){.intent = node->intent, .argument = node->argument};
    return STATUS_OK;
}
