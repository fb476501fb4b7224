#include "kiosk/ui/widgets.h"

#include <stddef.h>

#define ICON_GAP 20

struct ui_rect ui_inset(struct ui_rect rect, int dx, int dy)
{
    return (struct ui_rect){rect.x + dx, rect.y + dy, rect.w - 2 * dx, rect.h - 2 * dy};
}

int ui_label(struct ui *ui, const char *id, struct ui_rect rect, struct ui_type type,
             const char *text)
{
    struct ui_node_spec node = {.id = id, .role = UI_TEXT, .rect = rect, .text = text};

    ui_node_begin(ui, &node);
    int width = ui_text(ui, rect, type, text);
    ui_node_end(ui);
    return width;
}

int ui_prose(struct ui *ui, const char *id, struct ui_rect rect, struct ui_type type,
             const char *text)
{
    struct ui_node_spec node = {.id = id, .role = UI_TEXT, .rect = rect, .text = text};

    ui_node_begin(ui, &node);
    int height = ui_paragraph(ui, rect, type, text);
    ui_node_end(ui);
    return height;
}

void ui_card(struct ui *ui, struct ui_rect rect, int radius)
{
    const struct ui_theme *theme = ui_theme(ui);

    ui_shadow(ui, rect, radius, UI_CARD);
    ui_fill(ui, rect, radius, theme->surface);
    if (theme->high_contrast) {
        ui_outline(ui, rect, radius, theme->outline_width, theme->outline);
    }
}

void ui_press_shade(struct ui *ui, struct ui_rect rect, int radius)
{
    if (ui_node_pressed(ui)) {
        ui_fill(ui, rect, radius, ui_theme(ui)->pressed);
    }
}

static ui_colour button_ground(struct ui *ui, const struct ui_button *button, int radius)
{
    const struct ui_theme *theme = ui_theme(ui);
    struct ui_rect rect = button->node.rect;

    if (button->node.disabled) {
        ui_fill(ui, rect, radius, theme->off);
        if (theme->high_contrast) {
            ui_outline(ui, rect, radius, 2, theme->on_off);
        }
        return theme->on_off;
    }
    if (button->kind == UI_NEXT) {
        ui_shadow(ui, rect, radius, UI_CALL);
        ui_gradient(ui, rect, radius, theme->next_top, theme->next_bottom);
        return theme->on_next;
    }
    if (button->kind == UI_PILL && button->node.selected) {
        ui_fill(ui, rect, radius, theme->brand);
        return theme->on_brand;
    }
    ui_fill(ui, rect, radius, theme->surface);
    ui_outline(ui, rect, radius, theme->outline_width, theme->outline);
    return theme->ink;
}

void ui_button(struct ui *ui, const struct ui_button *button)
{
    struct ui_rect rect = button->node.rect;
    int radius = button->kind == UI_PILL ? UI_CHIP : UI_RADIUS_CARD;
    int icon = ui_type_size(ui, button->size) * 11 / 10;
    struct ui_type type = {button->size, true, 0, UI_CENTRE};

    icon = icon > 52 ? 52 : icon;
    ui_node_begin(ui, &button->node);
    type.colour = button_ground(ui, button, radius);
    /* On a dark ground a shade is hardly seen: the dark brand colour takes its place. */
    bool dark = type.colour == ui_theme(ui)->on_brand && !ui_theme(ui)->high_contrast;
    if (dark && ui_node_pressed(ui)) {
        ui_fill(ui, rect, radius, ui_theme(ui)->pressed_dark);
    } else {
        ui_press_shade(ui, rect, radius);
    }
    int room = rect.w - 48;
    int left = button->icon_left != NULL ? icon + ICON_GAP : 0;
    int right = button->icon_right != NULL ? icon + ICON_GAP : 0;
    int width = ui_text_width(ui, type, button->node.text);
    width = width > room - left - right ? room - left - right : width;
    int x = rect.x + (rect.w - width - left) / 2;
    int most = rect.x + rect.w - 24 - right - width;
    x = x + left > most ? most - left : x;
    if (left > 0) {
        ui_icon(ui, button->icon_left, x, rect.y + (rect.h - icon) / 2, icon, type.colour);
    }
    ui_text(ui, (struct ui_rect){x + left, rect.y, width, rect.h}, type, button->node.text);
    if (right > 0) {
        ui_icon(ui, button->icon_right, rect.x + rect.w - 40 - icon, rect.y + (rect.h - icon) / 2,
                icon, type.colour);
    }
    ui_node_end(ui);
}

void ui_key(struct ui *ui, const struct ui_node_spec *node, const char *icon)
{
    const struct ui_theme *theme = ui_theme(ui);
    struct ui_rect rect = node->rect;

    ui_node_begin(ui, node);
    ui_shadow(ui, rect, UI_RADIUS_KEY, UI_KEY);
    ui_fill(ui, rect, UI_RADIUS_KEY, theme->surface);
    ui_outline(ui, rect, UI_RADIUS_KEY, theme->high_contrast ? theme->outline_width : 2,
               theme->line);
    ui_press_shade(ui, rect, UI_RADIUS_KEY);
    if (icon != NULL) {
        int size = 64;

        ui_icon(ui, icon, rect.x + (rect.w - size) / 2, rect.y + (rect.h - size) / 2, size,
                theme->ink);
    } else {
        ui_text(ui, rect, (struct ui_type){UI_KEYCAP, false, theme->ink, UI_CENTRE}, node->text);
    }
    ui_node_end(ui);
}

void ui_icon_tile(struct ui *ui, struct ui_rect rect, int radius, const char *icon, int size,
                  struct ui_tint tint)
{
    const struct ui_theme *theme = ui_theme(ui);

    ui_fill(ui, rect, radius, tint.paper);
    if (theme->high_contrast) {
        ui_outline(ui, rect, radius, theme->outline_width, tint.ink);
    }
    ui_icon(ui, icon, rect.x + (rect.w - size) / 2, rect.y + (rect.h - size) / 2, size, tint.ink);
}
