/* A big sign with a sentence and lines below: the shape of every screen that tells something. */
#include "kiosk/screens/panel.h"

#include <stdio.h>

void panel_draw(struct ui *ui, struct ui_rect rect, const struct panel *panel)
{
    const struct ui_theme *theme = ui_theme(ui);
    struct ui_type head = page_type(panel->head_size, true, panel->colour, UI_CENTRE);
    struct ui_type body = page_type(UI_BODY, false, theme->ink, UI_CENTRE);
    struct ui_rect text = {rect.x + 56, rect.y, rect.w - 112, 0};
    int sign = rect.h < 480 ? 104 : 168, gap = rect.h < 480 ? 14 : 28;
    int head_h = ui_paragraph_height(ui, text.w, head, panel->head);
    int body_h = panel->body[0] == '\0' ? 0 : ui_paragraph_height(ui, text.w, body, panel->body);
    int all = sign + gap + head_h + (body_h > 0 ? gap / 2 + body_h : 0);
    int y = rect.y + (rect.h > all + 32 ? (rect.h - all) / 2 : 16);

    ui_card(ui, rect, UI_RADIUS_HERO);
    struct ui_node_spec node = {
        .id = panel->id, .role = UI_STATUS, .rect = rect, .text = panel->head};
    char spoken[UI_TEXT_MAX];

    snprintf(spoken, sizeof(spoken), "%s%s%s", panel->head, body_h > 0 ? ". " : "", panel->body);
    node.spoken = spoken;
    ui_node_begin(ui, &node);
    ui_icon_tile(ui, (struct ui_rect){rect.x + (rect.w - sign) / 2, y, sign, sign}, UI_CHIP,
                 panel->icon, sign * 55 / 100, panel->tint);
    text.y = y + sign + gap;
    text.h = head_h;
    ui_paragraph(ui, text, head, panel->head);
    if (body_h > 0) {
        text.y += head_h + gap / 2;
        text.h = rect.y + rect.h - text.y - 8;
        ui_paragraph(ui, text, body, panel->body);
    }
    ui_node_end(ui);
}
