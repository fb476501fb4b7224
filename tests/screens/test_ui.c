#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "audit.h"
#include "kiosk/flow/view.h"
#include "kiosk/ui/internal.h"
#include "kiosk/ui/widgets.h"
#include "kiosk/ui/window.h"
#include "sample.h"

struct fixture {
    struct ui *ui;
    SDL_Surface *surface;
    struct view view;
};

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof(*fixture));

    assert_non_null(fixture);
    fixture->ui = sample_ui(1080, 1920, &fixture->surface);
    sample_base(&fixture->view);
    sample_find("amount")->fill(&fixture->view);
    assert_true(screens_draw(fixture->ui, &fixture->view));
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;

    sample_ui_end(fixture->ui, fixture->surface);
    free(fixture);
    return 0;
}

static void middle(struct fixture *fixture, const char *id, int *x, int *y)
{
    const struct ui_node *node = ui_node_find(fixture->ui, id);

    assert_non_null(node);
    ui_node_middle(fixture->ui, node, x, y);
}

static void acts_on_release_inside(void **state)
{
    struct fixture *fixture = *state;
    struct ui_action action;
    int x, y;

    middle(fixture, "key.7", &x, &y);
    ui_pointer_down(fixture->ui, x, y);
    assert_true(ui_wants_frame(fixture->ui));
    ui_pointer_up(fixture->ui, x, y, &action);
    assert_int_equal(action.intent, INTENT_DIGIT);
    assert_int_equal(action.argument, 7);
    /* a second release without a press means nothing */
    ui_pointer_up(fixture->ui, x, y, &action);
    assert_int_equal(action.intent, INTENT_NONE);
}

static void sliding_off_cancels(void **state)
{
    struct fixture *fixture = *state;
    struct ui_action action;
    int x, y, other_x, other_y;

    middle(fixture, "key.7", &x, &y);
    middle(fixture, "key.8", &other_x, &other_y);
    ui_pointer_down(fixture->ui, x, y);
    ui_pointer_move(fixture->ui, other_x, other_y);
    ui_pointer_up(fixture->ui, other_x, other_y, &action);
    assert_int_equal(action.intent, INTENT_NONE);
    /* sliding back onto the key before the release counts */
    ui_pointer_down(fixture->ui, x, y);
    ui_pointer_move(fixture->ui, other_x, other_y);
    ui_pointer_move(fixture->ui, x, y);
    ui_pointer_up(fixture->ui, x, y, &action);
    assert_int_equal(action.argument, 7);
}

static void a_press_does_not_outlive_its_screen(void **state)
{
    struct fixture *fixture = *state;
    struct ui_action action;
    int x, y;

    middle(fixture, "key.7", &x, &y);
    ui_pointer_down(fixture->ui, x, y);
    sample_base(&fixture->view);
    sample_find("account")->fill(&fixture->view);
    screens_draw(fixture->ui, &fixture->view);
    ui_pointer_up(fixture->ui, x, y, &action);
    assert_int_equal(action.intent, INTENT_NONE);
}

static void only_the_key_is_repainted(void **state)
{
    struct fixture *fixture = *state;
    SDL_Rect rects[UI_DIRTY_MAX];
    int x, y;

    assert_false(screens_draw(fixture->ui, &fixture->view));
    assert_int_equal(ui_dirty(fixture->ui, rects), 0);
    middle(fixture, "key.5", &x, &y);
    ui_pointer_down(fixture->ui, x, y);
    assert_true(screens_draw(fixture->ui, &fixture->view));
    assert_int_equal(ui_dirty(fixture->ui, rects), 1);
    const struct ui_rect *key = &ui_node_find(fixture->ui, "key.5")->rect;
    assert_int_equal(rects[0].x, key->x);
    assert_int_equal(rects[0].y, key->y);
    assert_int_equal(rects[0].w, key->w);
    assert_int_equal(rects[0].h, key->h);
}

static uint64_t checksum(const SDL_Surface *surface)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    const uint8_t *at = surface->pixels;

    for (size_t i = 0; i < (size_t)surface->pitch * (size_t)surface->h; i++) {
        hash = (hash ^ at[i]) * UINT64_C(0x100000001b3);
    }
    return hash;
}

/* Painting only what changed must give the same pixels as painting everything. */
static void partial_and_full_repaint_agree(void **state)
{
    struct fixture *fixture = *state;
    static const char *const walk[] = {"amount",     "amount_large", "timeout",     "amount",
                                       "recent",     "pay_wait",     "pay_refused", "pay_charging",
                                       "result",     "home",         "home_down",   "bills",
                                       "bills_many", "account"};

    for (size_t i = 0; i < ARRAY_LEN(walk); i++) {
        sample_base(&fixture->view);
        sample_find(walk[i])->fill(&fixture->view);
        screens_draw(fixture->ui, &fixture->view);
        uint64_t partial = checksum(fixture->surface);
        ui_invalidate(fixture->ui);
        screens_draw(fixture->ui, &fixture->view);
        if (checksum(fixture->surface) != partial) {
            fail_msg("%s differs when painted in part", walk[i]);
        }
    }
}

static void taps_fail_with_the_reason(void **state)
{
    struct fixture *fixture = *state;
    struct ui_action action;
    char reason[UI_REASON_MAX];

    assert_int_equal(ui_tap_id(fixture->ui, "nav.next", &action, reason), STATUS_OK);
    assert_int_equal(action.intent, INTENT_NEXT);
    assert_int_equal(ui_tap_id(fixture->ui, "no.such", &action, reason), STATUS_NOT_FOUND);
    assert_non_null(strstr(reason, "no such node"));
    assert_int_equal(ui_tap_id(fixture->ui, "amt.value", &action, reason), STATUS_DENIED);
    fixture->view.input_valid = false;
    screens_draw(fixture->ui, &fixture->view);
    assert_int_equal(ui_tap_id(fixture->ui, "nav.next", &action, reason), STATUS_DENIED);
    assert_non_null(strstr(reason, "disabled"));
}

/* Rule 8: behind the warning nothing of the visit is drawn, nor can it be read or tapped. */
static void the_warning_hides_the_visit(void **state)
{
    struct fixture *fixture = *state;
    struct ui_action action;
    char reason[UI_REASON_MAX];

    fixture->view.warning = true;
    fixture->view.seconds_left = 20;
    screens_draw(fixture->ui, &fixture->view);
    assert_true(ui_modal(fixture->ui));
    char *tree = ui_dump_json(fixture->ui);
    assert_non_null(tree);
    assert_null(strstr(tree, "张*伟"));
    assert_null(strstr(tree, "186.40"));
    assert_null(strstr(tree, "5263"));
    free(tree);
    assert_int_equal(ui_tap_id(fixture->ui, "key.5", &action, reason), STATUS_NOT_FOUND);
    assert_int_equal(ui_tap_id(fixture->ui, "modal.extend", &action, reason), STATUS_OK);
    assert_int_equal(action.intent, INTENT_EXTEND);
}

static void a_dialog_covers_lower_layers(void **state)
{
    struct fixture *fixture = *state;
    struct ui *ui = fixture->ui;
    const struct ui_style style = {.language = "zh_CN"};
    struct ui_action action;
    char reason[UI_REASON_MAX];
    struct ui_node_spec low = {
        .id = "low", .role = UI_BUTTON, .rect = {0, 0, 200, 200}, .text = "1", .intent = 1};
    struct ui_node_spec high = {
        .id = "high", .role = UI_BUTTON, .rect = {500, 500, 200, 200}, .text = "2", .intent = 2};

    ui_frame_begin(ui, "layers", &style);
    ui_key(ui, &low, NULL);
    ui_layer(ui, 1);
    ui_key(ui, &high, NULL);
    (void)ui_frame_end(ui);
    assert_int_equal(ui_tap_id(ui, "low", &action, reason), STATUS_DENIED);
    assert_non_null(strstr(reason, "dialog"));
    assert_int_equal(ui_tap_id(ui, "high", &action, reason), STATUS_OK);
}

/* Whatever the width, no line begins with "。" or "，". */
static void chinese_lines_break_rightly(void **state)
{
    struct fixture *fixture = *state;
    struct ui *ui = fixture->ui;
    const struct ui_style style = {.language = "zh_CN"};
    const char *words =
        "没有查到这个户号，没有扣款。请核对后重新输入（共 10 位）：钱包里的“付款码”。";

    for (int width = 90; width < 900; width += 7) {
        ui_frame_begin(ui, "lines", &style);
        struct ui_rect rect = {40, 40, width, 1700};
        int high = ui_prose(ui, "words", rect, (struct ui_type){UI_BODY, false, UI_RGB(0), UI_LEFT},
                            words);
        (void)ui_frame_end(ui);
        assert_true(high > 0);
        assert_false(ui_node_find(ui, "words")->bad_line_start);
    }
}

static void digits_are_tabular(void **state)
{
    struct fixture *fixture = *state;
    struct ui_type type = {UI_AMOUNT, true, UI_RGB(0), UI_LEFT};
    int ones = ui_text_width(fixture->ui, type, "1111111111");

    assert_true(abs(ones - ui_text_width(fixture->ui, type, "8888888888")) <= 2);
    assert_true(abs(ones - ui_text_width(fixture->ui, type, "4040404040")) <= 2);
}

static void long_text_shrinks_then_is_cut_and_reported(void **state)
{
    struct fixture *fixture = *state;
    struct ui *ui = fixture->ui;
    const struct ui_style style = {.language = "zh_CN"};
    struct ui_type type = {UI_BODY, false, UI_RGB(0), UI_LEFT};
    int natural = ui_text_width(ui, type, "正在核对上次没有办完的付款");

    ui_frame_begin(ui, "shrink", &style);
    ui_label(ui, "fits", (struct ui_rect){0, 0, natural + 2, 60}, type,
             "正在核对上次没有办完的付款");
    ui_label(ui, "shrinks", (struct ui_rect){0, 100, natural * 9 / 10, 60}, type,
             "正在核对上次没有办完的付款");
    ui_label(ui, "cut", (struct ui_rect){0, 200, natural / 2, 60}, type,
             "正在核对上次没有办完的付款");
    (void)ui_frame_end(ui);
    assert_int_equal(ui_node_find(ui, "fits")->shrink_percent, 100);
    assert_false(ui_node_find(ui, "shrinks")->clipped);
    assert_in_range(ui_node_find(ui, "shrinks")->shrink_percent, 85, 91);
    assert_true(ui_node_find(ui, "cut")->clipped);
}

static void language_switches_at_run_time(void **state)
{
    struct fixture *fixture = *state;

    assert_string_equal(ui_node_find(fixture->ui, "nav.back")->text, "上一步");
    fixture->view.language = LANGUAGE_EN;
    screens_draw(fixture->ui, &fixture->view);
    assert_string_equal(ui_node_find(fixture->ui, "nav.back")->text, "Back");
    assert_string_equal(ui_node_find(fixture->ui, "amt.value")->text, "186.40");
}

/* -- the tests are tested: a worse screen fails the audit by name --------------------------- */

static int audit_mutant(struct fixture *fixture, const char *id,
                        void (*spoil)(struct ui_node *node), char first[AUDIT_LINE])
{
    static struct ui_node nodes[UI_NODES_MAX];
    const struct ui_node *node;
    int count = 0;

    for (int i = 0; (node = ui_node_at(fixture->ui, i)) != NULL; i++) {
        nodes[count] = *node;
        if (strcmp(node->id, id) == 0) {
            spoil(&nodes[count]);
        }
        count += nodes[count].id[0] != '\0';
    }
    return audit_nodes(nodes, count, "amount", 1080, 1920, false, false, first);
}

static void nothing(struct ui_node *node)
{
    (void)node;
}

static void paler_grey(struct ui_node *node)
{
    node->ink = UI_RGB(0x9AA8A4);
    node->contrast_percent = ui_contrast_percent(node->ink, node->paper);
}

static void shorter(struct ui_node *node)
{
    node->rect.h = 70;
}

static void removed(struct ui_node *node)
{
    node->id[0] = '\0';
}

static void wider(struct ui_node *node)
{
    node->rect.w += 40;
}

static void renamed(struct ui_node *node)
{
    snprintf(node->id, sizeof(node->id), "key.1");
}

static void the_audit_names_what_is_wrong(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        const char *id;
        void (*spoil)(struct ui_node *node);
        const char *rule;
    } mutants[] = {
        {"acct.address", paler_grey, "contrast: acct.address"},
        {"key.5", shorter, "target-size: key.5"},
        {"nav.back", removed, "no-exit: amount"},
        {"key.4", wider, "overlap: key.4"},
        {"key.9", renamed, "duplicate-id: key.1"},
    };
    char first[AUDIT_LINE];

    assert_int_equal(audit_mutant(fixture, "", nothing, first), 0);
    for (size_t i = 0; i < ARRAY_LEN(mutants); i++) {
        assert_true(audit_mutant(fixture, mutants[i].id, mutants[i].spoil, first) > 0);
        if (strncmp(first, mutants[i].rule, strlen(mutants[i].rule)) != 0) {
            fail_msg("wanted %s, got %s", mutants[i].rule, first);
        }
    }
}

/* Shapes may stay; a customer's text, its line breaks and his code may not. */
static void wiping_leaves_no_text(void **state)
{
    struct fixture *fixture = *state;
    int texts = 0;
    int shapes = 0;

    sample_find("pay_wait")->fill(&fixture->view);
    screens_draw(fixture->ui, &fixture->view);
    for (int wiped = 0; wiped < 2; wiped++) {
        texts = shapes = 0;
        for (size_t i = 0; i < UI_CACHE_BUCKETS; i++) {
            for (const struct cached *entry = fixture->ui->cache[i]; entry != NULL;
                 entry = entry->next) {
                bool text = strchr("TPQ", entry->key[0]) != NULL;

                texts += text ? 1 : 0;
                shapes += text ? 0 : 1;
            }
        }
        assert_true(shapes > 0);
        assert_true(wiped == 0 ? texts > 0 : texts == 0);
        ui_wipe(fixture->ui);
    }
}

static void wiping_leaves_no_node(void **state)
{
    struct fixture *fixture = *state;

    ui_wipe(fixture->ui);
    assert_null(ui_node_find(fixture->ui, "acct.name"));
    assert_null(ui_node_at(fixture->ui, 0));
    assert_true(screens_draw(fixture->ui, &fixture->view));
}

/* One event of a real finger, through SDL's own queue; returns how many actions came of it. */
static int finger(struct ui *ui, SDL_Window *window, Uint32 type, int x, int y)
{
    SDL_Event event = {.tfinger = {.type = type,
                                   .windowID = SDL_GetWindowID(window),
                                   .x = ((float)x + 0.5F) / 540.0F,
                                   .y = ((float)y + 0.5F) / 960.0F}};
    int actions = 0;

    assert_int_equal(SDL_PushEvent(&event), 1);
    while (SDL_PollEvent(&event) != 0) {
        struct ui_action action = {0};

        if (window_event(ui, &event, &action) && action.intent != 0) {
            assert_int_equal(action.intent, INTENT_DIGIT);
            assert_int_equal(action.argument, 7);
            actions++;
        }
    }
    return actions;
}

static void a_finger_fires_once(void **state)
{
    SDL_Window *window = NULL;
    struct ui *ui = NULL;
    static struct view view;
    int x = 0;
    int y = 0;

    (void)state;
    (void)SDL_setenv("SDL_VIDEODRIVER", "dummy", 1);
    assert_int_equal(window_prepare(), STATUS_OK);
    assert_int_equal(window_open("test", 540, 960, &window), STATUS_OK);
    const struct ui_options options = {.window = window, .assets_dir = KIOSK_ASSETS};

    /* SDL makes a mouse of a finger unless it is told not to: one touch would fire twice. */
    assert_string_equal(SDL_GetHint(SDL_HINT_TOUCH_MOUSE_EVENTS), "0");
    assert_int_equal(ui_create(&options, &ui), STATUS_OK);
    sample_base(&view);
    sample_find("amount")->fill(&view);
    assert_true(screens_draw(ui, &view));
    ui_present(ui);
    ui_node_middle(ui, ui_node_find(ui, "key.7"), &x, &y);
    assert_int_equal(finger(ui, window, SDL_FINGERDOWN, x, y), 0);
    assert_int_equal(finger(ui, window, SDL_FINGERMOTION, x + 3, y + 3), 0);
    assert_int_equal(finger(ui, window, SDL_FINGERUP, x + 3, y + 3), 1);
    /* down inside, lifted elsewhere: nothing */
    assert_int_equal(finger(ui, window, SDL_FINGERDOWN, x, y), 0);
    assert_int_equal(finger(ui, window, SDL_FINGERMOTION, 5, 5), 0);
    assert_int_equal(finger(ui, window, SDL_FINGERUP, 5, 5), 0);
    ui_destroy(ui);
    window_close(window);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(acts_on_release_inside),
        CASE(sliding_off_cancels),
        CASE(a_press_does_not_outlive_its_screen),
        CASE(only_the_key_is_repainted),
        CASE(partial_and_full_repaint_agree),
        CASE(taps_fail_with_the_reason),
        CASE(the_warning_hides_the_visit),
        CASE(a_dialog_covers_lower_layers),
        CASE(chinese_lines_break_rightly),
        CASE(digits_are_tabular),
        CASE(long_text_shrinks_then_is_cut_and_reported),
        CASE(language_switches_at_run_time),
        CASE(the_audit_names_what_is_wrong),
        CASE(wiping_leaves_no_node),
        CASE(wiping_leaves_no_text),
        cmocka_unit_test(a_finger_fires_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
