/* The screens that wait for us, not for the customer: starting, out of service, resolving. */
#include <stdio.h>
#include <string.h>

#include "kiosk/screens/panel.h"

#define RESOLVING_S 90 /* the ring is full at this many seconds */

static void draw_starting(struct ui *ui, const struct view *view)
{
    const struct ui_theme *theme = ui_theme(ui);
    struct page page = page_begin(ui, view, ui_words(ui, "Electricity Kiosk"), 0);
    struct panel panel = {.id = "starting",
                          .art = "waiting",
                          .icon = "hourglass",
                          .head = ui_words(ui, "Starting"),
                          .body = ui_words(ui, "Earlier payments are being checked; this takes "
                                               "less than a minute"),
                          .colour = theme->ink,
                          .tint = theme->teal};

    panel_draw(ui, page_whole(ui, &page), &panel);
}

const struct screen screen_starting = {
    .id = SCREEN_STARTING, .name = "starting", .draw = draw_starting};

static void draw_out_of_service(struct ui *ui, const struct view *view)
{
    const struct ui_theme *theme = ui_theme(ui);
    struct page page = page_begin(ui, view, ui_words(ui, "Out of service"), 0);
    char body[PAGE_TEXT], staff[160];
    const char *why =
        view->outdated ? ui_words(ui, "This terminal must be updated and takes no payments.")
        : view->message == MESSAGE_STORAGE_FAILED || view->server_up
            ? ui_words(ui, "This terminal has a fault and takes no payments.")
            : ui_words(ui, "The network is down, so this terminal takes no payments.");

    snprintf(body, sizeof(body), "%s%s%s", why, view->language == LANGUAGE_EN ? " " : "",
             ui_words(ui, "No money was taken. Please use another terminal, the counter or the "
                          "app, or call 95598."));
    if (view->outdated) { /* for whoever comes to mend it */
        size_t used = strlen(body);

        snprintf(staff, sizeof(staff), ui_words(ui, "(Terminal %s, version %s; needs %s)"),
                 view->terminal_no, view->version, view->oldest_version);
        snprintf(body + used, sizeof(body) - used, "%s%s", view->language == LANGUAGE_EN ? " " : "",
                 staff);
    }
    struct panel panel = {.id = "out_of_service",
                          .art = "unplugged",
                          .icon = "warning",
                          .head = ui_words(ui, "Sorry, out of service"),
                          .body = body,
                          .colour = theme->ink,
                          .tint = theme->rust};
    panel_draw(ui, page_whole(ui, &page), &panel);
}

const struct screen screen_out_of_service = {
    .id = SCREEN_OUT_OF_SERVICE, .name = "out_of_service", .draw = draw_out_of_service};

static void draw_resolving(struct ui *ui, const struct view *view)
{
    const struct ui_theme *theme = ui_theme(ui);
    struct page page = page_begin(ui, view, ui_words(ui, "Being confirmed"), 0);
    char body[PAGE_TEXT], count[16];
    struct ui_rect rest = page_whole(ui, &page);

    snprintf(body, sizeof(body),
             ui_words(ui, "At most %d s more. If it takes longer, a slip with the order's number "
                          "is printed, and we go on asking."),
             view->resolving_seconds);
    snprintf(count, sizeof(count), "%d", view->resolving_seconds);
    struct panel panel = {
        .id = "result.statement",
        .count = count,
        .permille = view->resolving_seconds * 1000 / RESOLVING_S,
        .head = view->order.password_wanted
                    ? ui_words(ui, "Please type the password on your phone")
                    : ui_words(ui, "The payment is being confirmed; please do not pay again"),
        .body = body,
        .colour = theme->ink,
        .tint = theme->rust,
        .framed = true};
    page_bill(ui, view, page_take_top(&rest, ui_portrait(ui) ? 196 : 150, PAGE_GAP));
    panel_draw(ui, rest, &panel);
}

const struct screen screen_resolving = {
    .id = SCREEN_RESOLVING, .name = "resolving", .draw = draw_resolving};
