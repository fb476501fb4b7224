#include "audit.h"

#include <stdio.h>
#include <string.h>

#define TARGET_LEAST  81  /* 20 mm on a 21.5 inch panel */
#define GAP_LEAST     8   /* 2 mm */
#define CONTRAST      450 /* 4.5:1 */
#define CONTRAST_HIGH 700
#define TEXT_LEAST    23 /* a caption of 28 that shrank by 15 % */
#define TEXT_LARGE    34 /* the floor of 41 that shrank by 15 % */
#define NODES_MAX     UI_NODES_MAX

struct audit {
    int found;
    char *first;
};

static void finding(struct audit *audit, const char *rule, const char *id, int got, int wanted)
{
    if (audit->found++ == 0) {
        snprintf(audit->first, AUDIT_LINE, "%s: %s: %d, wanted %d", rule, id, got, wanted);
    }
}

static int distance(int a, int a_size, int b, int b_size)
{
    return a > b ? a - b - b_size : b - a - a_size;
}

static void two_targets(struct audit *audit, const struct ui_node *a, const struct ui_node *b)
{
    int dx = distance(a->rect.x, a->rect.w, b->rect.x, b->rect.w);
    int dy = distance(a->rect.y, a->rect.h, b->rect.y, b->rect.h);
    int gap = dx > dy ? dx : dy;

    if (gap < 0) {
        finding(audit, "overlap", a->id, -gap, 0);
    } else if (gap < GAP_LEAST) {
        finding(audit, "target-gap", a->id, gap, GAP_LEAST);
    }
}

static void one_node(struct audit *audit, const struct ui_node *node, int width, int height,
                     bool high_contrast, bool large)
{
    int least = node->rect.w < node->rect.h ? node->rect.w : node->rect.h;
    int wanted = high_contrast ? CONTRAST_HIGH : CONTRAST;
    int small = large ? TEXT_LARGE : TEXT_LEAST;

    if (node->intent != 0 && least < TARGET_LEAST) {
        finding(audit, "target-size", node->id, least, TARGET_LEAST);
    }
    if (node->rect.x < 0 || node->rect.y < 0 || node->rect.x + node->rect.w > width + 1 ||
        node->rect.y + node->rect.h > height + 1) {
        finding(audit, "off-screen", node->id, node->rect.y + node->rect.h, height);
    }
    if (node->text_size == 0) {
        return;
    }
    if (node->contrast_percent < wanted) {
        finding(audit, "contrast", node->id, node->contrast_percent, wanted);
    }
    if (node->clipped || node->shrink_percent < 85) {
        finding(audit, "clipped", node->id, node->shrink_percent, 85);
    }
    if (node->bad_line_start) {
        finding(audit, "line-start", node->id, 1, 0);
    }
    if (node->text_size < small) {
        finding(audit, "text-size", node->id, node->text_size, small);
    }
    /* Text may not leave its node, but for a pixel of rounding. */
    if (node->text_box.x < node->rect.x - 2 ||
        node->text_box.x + node->text_box.w > node->rect.x + node->rect.w + 2 ||
        node->text_box.y < node->rect.y - 8 ||
        node->text_box.y + node->text_box.h > node->rect.y + node->rect.h + 12) {
        finding(audit, "clipped", node->id, node->text_box.y + node->text_box.h,
                node->rect.y + node->rect.h);
    }
}

static bool exit_needed(const char *screen)
{
    static const char *const without[] = {"home", "starting", "out_of_service", "resolving"};

    for (size_t i = 0; i < ARRAY_LEN(without); i++) {
        if (strcmp(screen, without[i]) == 0) {
            return false;
        }
    }
    return true;
}

static bool is_exit(const struct ui_node *node, const char *screen)
{
    /* The last screens of a visit end it with their one forward button. */
    bool last = strcmp(screen, "result") == 0 || strcmp(screen, "reprint_done") == 0;

    if (last && strcmp(node->id, "nav.next") == 0 && node->enabled) {
        return true;
    }
    static const char *const ids[] = {"nav.back", "nav.home", "modal.exit"};

    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        if (strcmp(node->id, ids[i]) == 0 && node->enabled && node->intent != 0) {
            return true;
        }
    }
    return false;
}

int audit_nodes(const struct ui_node *nodes, int count, const char *screen, int width, int height,
                bool high_contrast, bool large, char first[AUDIT_LINE])
{
    struct audit audit = {.first = first};
    bool way_out = false;

    first[0] = '\0';
    for (int i = 0; i < count; i++) {
        one_node(&audit, &nodes[i], width, height, high_contrast, large);
        way_out |= is_exit(&nodes[i], screen);
        for (int j = i + 1; j < count; j++) {
            if (strcmp(nodes[i].id, nodes[j].id) == 0) {
                finding(&audit, "duplicate-id", nodes[i].id, 2, 1);
            }
            if (nodes[i].intent != 0 && nodes[j].intent != 0 && nodes[i].layer == nodes[j].layer) {
                two_targets(&audit, &nodes[i], &nodes[j]);
            }
        }
    }
    if (!way_out && exit_needed(screen)) {
        finding(&audit, "no-exit", screen, 0, 1);
    }
    return audit.found;
}

int audit_run(struct ui *ui, char first[AUDIT_LINE])
{
    static struct ui_node nodes[NODES_MAX];
    const struct ui_node *node;
    int count = 0;

    for (; (node = ui_node_at(ui, count)) != NULL; count++) {
        nodes[count] = *node;
    }
    int found = audit_nodes(nodes, count, ui_screen(ui), ui_width(ui), ui_height(ui),
                            ui_theme(ui)->high_contrast, ui_large(ui), first);
    for (int i = 0; i < count; i++) {
        struct ui_action action;
        char reason[UI_REASON_MAX];

        if (nodes[i].intent != 0 && nodes[i].enabled && nodes[i].layer == (int)ui_modal(ui) &&
            ui_tap_id(ui, nodes[i].id, &action, reason) != STATUS_OK && found++ == 0) {
            snprintf(first, AUDIT_LINE, "covered: %s", reason);
        }
    }
    return found;
}
