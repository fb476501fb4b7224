/*
 * Draws every screen in every state, language, size, theme and format, audits each, and writes
 * the pictures of a chosen set to the folder that is named: test_screens [FOLDER [all]].
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "audit.h"
#include "sample.h"

static const struct {
    int width, height;
} formats[] = {{1080, 1920}, {1920, 1080}, {1280, 800}};

static const char *folder;
static bool all_pictures;

/* The set that people look at: normal type in both languages, and the hardest combination. */
static bool chosen(size_t format, int style)
{
    return all_pictures || (format == 0 && (style == 0 || style == 1 || style == 6)) ||
           (format == 1 && style == 0) || (format == 2 && style == 3);
}

static void save(const struct ui *ui, const char *name, size_t format, int style)
{
    char path[512];

    snprintf(path, sizeof(path), "%s/%s_%dx%d_%s%s%s.png", folder, name, formats[format].width,
             formats[format].height, (style & 1) != 0 ? "en" : "zh",
             (style & 2) != 0 ? "_large" : "", (style & 4) != 0 ? "_contrast" : "");
    assert_int_equal(ui_save_png(ui, path), STATUS_OK);
}

static void every_screen_passes_the_audit(void **state)
{
    static struct view view;
    int drawn = 0, bad = 0;

    (void)state;
    for (size_t format = 0; format < ARRAY_LEN(formats); format++) {
        SDL_Surface *surface;
        struct ui *ui = sample_ui(formats[format].width, formats[format].height, &surface);

        for (int i = 0; i < sample_count * 8; i++) {
            int style = i % 8;
            char first[AUDIT_LINE];

            sample_base(&view);
            samples[i / 8].fill(&view);
            view.language = (style & 1) != 0 ? LANGUAGE_EN : LANGUAGE_ZH;
            view.large_type = (style & 2) != 0;
            view.high_contrast = (style & 4) != 0;
            (void)screens_draw(ui, &view);
            drawn++;
            int found = audit_run(ui, first);
            if (found > 0) {
                bad++;
                fprintf(stderr, "%s %dx%d %s%s%s: %d findings, first %s\n", samples[i / 8].name,
                        formats[format].width, formats[format].height,
                        view.language == LANGUAGE_EN ? "en" : "zh", view.large_type ? " large" : "",
                        view.high_contrast ? " contrast" : "", found, first);
            }
            if (folder != NULL && chosen(format, style)) {
                save(ui, samples[i / 8].name, format, style);
            }
        }
        assert_string_equal(ui_missing_asset(), "");
        sample_ui_end(ui, surface);
    }
    printf("screens drawn and audited: %d, with findings: %d\n", drawn, bad);
    assert_int_equal(bad, 0);
}

/* Every message, where it is longest: large English on the smallest screen, and on the largest. */
static void every_message_fits(void **state)
{
    static struct view view;
    static const char *const places[] = {"account",  "amount",  "bills",
                                         "pay_wait", "reprint", "result_unpaid"};
    int bad = 0;

    (void)state;
    for (size_t format = 0; format < ARRAY_LEN(formats); format++) {
        SDL_Surface *surface;
        struct ui *ui = sample_ui(formats[format].width, formats[format].height, &surface);

        for (int i = 0; i < MESSAGE_COUNT * (int)ARRAY_LEN(places) * 4; i++) {
            char first[AUDIT_LINE];
            const char *place = places[i / 4 % (int)ARRAY_LEN(places)];

            sample_base(&view);
            sample_find(place)->fill(&view);
            view.message = (enum message)(i / 4 / (int)ARRAY_LEN(places));
            view.language = (i & 1) != 0 ? LANGUAGE_EN : LANGUAGE_ZH;
            view.large_type = (i & 2) != 0;
            view.account.usable_from = 20780;
            (void)screens_draw(ui, &view);
            if (audit_run(ui, first) > 0 && bad++ < 20) {
                fprintf(stderr, "message %d on %s %dx%d %s%s: %s\n", (int)view.message, place,
                        formats[format].width, formats[format].height, (i & 1) != 0 ? "en" : "zh",
                        view.large_type ? " large" : "", first);
            }
        }
        sample_ui_end(ui, surface);
    }
    assert_int_equal(bad, 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_screen_passes_the_audit),
        cmocka_unit_test(every_message_fits),
    };

    folder = argc > 1 ? argv[1] : NULL;
    all_pictures = argc > 2 && strcmp(argv[2], "all") == 0;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
