/*
 * Questions that come over a screen. The time-out warning may be read by somebody else than
 * the customer, so nothing of the visit is drawn under it, nor stands in the tree.
 */
#include <stdio.h>

#include "kiosk/screens/page.h"

#define WARNING_S 30

struct question {
    const char *head, *body;
    const char *no_id, *no, *yes_id, *yes;
    int no_intent, yes_intent;
};

static void buttons(struct ui *ui, struct ui_rect box, const struct question *ask)
{
    int gap = PAGE_GAP, w = (box.w - 80 - gap) / 2, h = 132;
    struct ui_rect no = {box.x + 40, box.y + box.h - h - 48, w, h};
    struct ui_rect yes = {no.x + w + gap, no.y, w, h};

    ui_button(ui, &(struct ui_button){.node = {.id = ask->no_id,
                                               .role = UI_BUTTON,
                                               .rect = no,
                                               .text = ask->no,
                                               .intent = ask->no_intent},
                                      .size = UI_TITLE});
    ui_button(ui, &(struct ui_button){.node = {.id = ask->yes_id,
                                               .role = UI_BUTTON,
                                               .rect = yes,
                                               .text = ask->yes,
                                               .intent = ask->yes_intent},
                                      .kind = UI_NEXT,
                                      .size = UI_TITLE});
}

static struct ui_rect dialog(struct ui *ui, const struct view *view, int height)
{
    const struct ui_theme *theme = ui_theme(ui);
    int width = 900, free = ui_height(ui) - (ui_portrait(ui) ? 152 : 124);
    struct ui_rect box = {(ui_width(ui) - width) / 2,
                          ui_portrait(ui) ? free - height - 260 : (free - height) / 2 + 30, width,
                          height};

    ui_layer(ui, 1);
    page_header(ui, view, ui_words(ui, "Electricity Kiosk"));
    page_dock(ui, view);
    ui_shadow(ui, box, UI_RADIUS_DIALOG, UI_CALL);
    ui_fill(ui, box, UI_RADIUS_DIALOG, theme->surface);
    if (theme->high_contrast) {
        ui_outline(ui, box, UI_RADIUS_DIALOG, theme->outline_width, theme->outline);
    }
    return box;
}

static void words(struct ui *ui, struct ui_rect box, int top, const struct question *ask)
{
    const struct ui_theme *theme = ui_theme(ui);
    struct ui_type head = page_type(UI_HEAD, true, theme->ink, UI_CENTRE);
    struct ui_type body = page_type(UI_BODY, false, theme->ink2, UI_CENTRE);
    struct ui_rect text = {box.x + 56, box.y + top, box.w - 112, 0};

    text.h = ui_paragraph_height(ui, text.w, head, ask->head);
    ui_prose(ui, "modal.title", text, head, ask->head);
    text.y += text.h + 8;
    text.h = ui_paragraph_height(ui, text.w, body, ask->body);
    ui_prose(ui, "modal.text", text, body, ask->body);
    buttons(ui, box, ask);
}

void overlay_timeout(struct ui *ui, const struct view *view)
{
    const struct ui_theme *theme = ui_theme(ui);
    struct ui_rect box = dialog(ui, view, 720);
    int ring = 208;
    struct ui_rect place = {box.x + (box.w - ring) / 2, box.y + 48, ring, ring};
    char seconds[16];
    struct question ask = {.head = ui_words(ui, "Are you still here?"),
                           .body = ui_words(ui, "When the time is up, your data are wiped and "
                                                "this screen goes home"),
                           .no_id = "modal.exit",
                           .no = ui_words(ui, "Leave"),
                           .no_intent = INTENT_HOME,
                           .yes_id = "modal.extend",
                           .yes = ui_words(ui, "Go on"),
                           .yes_intent = INTENT_EXTEND};

    snprintf(seconds, sizeof(seconds), "%d", view->seconds_left > 0 ? view->seconds_left : 0);
    struct ui_node_spec node = {
        .id = "modal.time", .role = UI_STATUS, .rect = place, .text = seconds};
    ui_node_begin(ui, &node);
    ui_ring(ui, place, 14, view->seconds_left * 1000 / (ui_large(ui) ? 2 * WARNING_S : WARNING_S),
            theme->danger, theme->high_contrast ? theme->surface : theme->line);
    ui_text(ui, ui_inset(place, 20, 20), page_type(UI_KEYCAP, true, theme->ink, UI_CENTRE),
            seconds);
    ui_node_end(ui);
    words(ui, box, 48 + ring + 24, &ask);
}

void overlay_recent(struct ui *ui, const struct view *view)
{
    char body[PAGE_TEXT], money[PAGE_MONEY];
    int minutes = (view->account.recent_seconds + 59) / 60;
    const struct ui_theme *theme = ui_theme(ui);
    struct ui_rect box = dialog(ui, view, 720);
    struct question ask = {.head = ui_words(ui, "Pay once more?"),
                           .body = body,
                           .no_id = "modal.exit",
                           .no = ui_words(ui, "No, back"),
                           .no_intent = INTENT_BACK,
                           .yes_id = "modal.continue",
                           .yes = ui_words(ui, "Yes, continue"),
                           .yes_intent = INTENT_CONTINUE_ANYWAY};

    snprintf(body, sizeof(body),
             ui_words(ui, "%s was paid for this account %d minutes ago, perhaps by phone."),
             page_money(view->account.recent_fen, money), minutes);
    struct ui_node_spec node = {.id = "modal.sign",
                                .role = UI_IMAGE,
                                .rect = {box.x + (box.w - 180) / 2, box.y + 52, 180, 180},
                                .text = ui_words(ui, "Attention")};
    ui_node_begin(ui, &node);
    ui_icon_tile(ui, node.rect, UI_CHIP, "info", 100, theme->rust);
    ui_node_end(ui);
    words(ui, box, 52 + 180 + 24, &ask);
}
