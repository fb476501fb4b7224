/* The tree as JSON and the surface as a picture, for tests and for remote support. */
#include <SDL2/SDL_image.h>
#include <jansson.h>
#include <stdio.h>

#include "kiosk/ui/internal.h"

const char *ui_role_name(enum ui_role role)
{
    static const char *const names[] = {"text",  "button", "toggle", "field",
                                        "image", "status", "dialog"};

    CHECK((size_t)role < ARRAY_LEN(names));
    return names[role];
}

static json_t *colour(ui_colour value)
{
    return json_sprintf("#%06X", value & 0xFFFFFFU);
}

static json_t *node_json(const struct ui_node *node)
{
    json_t *tree = json_pack("{s:s, s:s, s:s, s:s, s:[iiii], s:b, s:b, s:i, s:i, s:i, s:b}", "id",
                             node->id, "role", ui_role_name(node->role), "text", node->text,
                             "spoken", node->spoken, "rect", node->rect.x, node->rect.y,
                             node->rect.w, node->rect.h, "enabled", (int)node->enabled, "selected",
                             (int)node->selected, "layer", node->layer, "intent", node->intent,
                             "argument", node->argument, "clipped", (int)node->clipped);

    if (tree != NULL && node->text_size > 0) {
        json_object_set_new(tree, "size", json_integer(node->text_size));
        json_object_set_new(tree, "ink", colour(node->ink));
        json_object_set_new(tree, "paper", colour(node->paper));
        json_object_set_new(
            tree, "contrast",
            json_sprintf("%d.%02d", node->contrast_percent / 100, node->contrast_percent % 100));
        json_object_set_new(tree, "shrink_percent", json_integer(node->shrink_percent));
    }
    return tree;
}

char *ui_dump_json(const struct ui *ui)
{
    json_t *root = json_pack(
        "{s:s, s:s, s:b, s:i, s:i, s:b, s:b}", "screen", ui->screen, "language", ui->style.language,
        "modal", (int)ui_modal(ui), "width", ui->width, "height", ui->height, "large_type",
        (int)ui->style.large_type, "high_contrast", (int)ui->style.high_contrast);
    json_t *nodes = json_array();

    for (int i = 0; i < ui->node_count; i++) {
        json_array_append_new(nodes, node_json(&ui->nodes[i]));
    }
    json_object_set_new(root, "nodes", nodes);
    char *text = json_dumps(root, JSON_INDENT(1) | JSON_COMPACT);
    json_decref(root);
    return text;
}

enum status ui_save_png(const struct ui *ui, const char *path)
{
    return IMG_SavePNG(ui->target, path) == 0 ? STATUS_OK : STATUS_IO;
}

const SDL_Surface *ui_surface(const struct ui *ui)
{
    return ui->target;
}
