/*
 * test_receipt.c - every receipt, width and language: composed, read back as a printer reads it,
 * its QR read with zbar, its rules kept. With a folder as argument it leaves bytes and pictures.
 */
#include "cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <png.h>
#include <zbar.h>

#include "kiosk/paper/receipt.h"
#include "printer/paper.h"
#include "samples.h"
#include "system/clock.h"
#include "system/files.h"

static const char *folder;
static uint8_t bytes[RECEIPT_BYTES_MAX];

/* True when zbar finds exactly that text in the picture. */
static bool qr_in_picture(const char *path, const char *text)
{
    png_image png = {.version = PNG_IMAGE_VERSION};
    bool found = false;

    assert_int_not_equal(png_image_begin_read_from_file(&png, path), 0);
    png.format = PNG_FORMAT_GRAY;
    uint8_t *grey = malloc(PNG_IMAGE_SIZE(png));

    assert_non_null(grey);
    assert_int_not_equal(png_image_finish_read(&png, NULL, grey, 0, NULL), 0);
    zbar_image_scanner_t *scanner = zbar_image_scanner_create();
    zbar_image_t *image = zbar_image_create();

    zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
    zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
    zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
    zbar_image_set_size(image, png.width, png.height);
    zbar_image_set_data(image, grey, PNG_IMAGE_SIZE(png), NULL);
    zbar_scan_image(scanner, image);
    for (const zbar_symbol_t *symbol = zbar_image_first_symbol(image); symbol != NULL;
         symbol = zbar_symbol_next(symbol)) {
        found = found || strcmp(zbar_symbol_get_data(symbol), text) == 0;
    }
    zbar_image_destroy(image);
    zbar_image_scanner_destroy(scanner);
    free(grey);
    return found;
}

static void print_one(const struct sample *sample, enum language language, int dots)
{
    struct receipt receipt = sample->receipt;
    struct printer_model model = {.dots = dots, .feed_to_cut_dots = 120, .hanzi = true};
    struct paper *paper = NULL;
    char path[PATH_TEXT_MAX];
    size_t length = 0;

    receipt.language = language;
    assert_int_equal(receipt_compose(&receipt, &model, bytes, sizeof(bytes), &length), STATUS_OK);
    snprintf(path, sizeof(path), "%s/%s-%d-%s.bin", folder, sample->name, dots,
             language == LANGUAGE_EN ? "en" : "zh");
    assert_int_equal(files_write_atomic(path, bytes, length, 0644), STATUS_OK);
    assert_int_equal(paper_open(dots, &paper), STATUS_OK);
    paper_print(paper, bytes, length);
    struct paper_report report = paper_report(paper);

    assert_int_equal(report.unknown_bytes, 0);
    assert_int_equal(report.overlong_lines, 0);
    assert_int_equal(report.missing_glyphs, 0);
    assert_int_equal(report.cuts, 1);
    /* Where nothing was taken there is no result to look for. */
    bool code = receipt.statement != STATEMENT_NOT_TAKEN;
    assert_int_equal(report.codes, code);
    memcpy(strrchr(path, '.'), ".png", 5);
    assert_int_equal(paper_write_png(paper, path), STATUS_OK);
    paper_close(paper);
    assert_int_equal(qr_in_picture(path, receipt.status_url), code);
}

static void test_every_receipt_prints_and_its_code_reads(void **state)
{
    size_t count = 0;
    const struct sample *all = samples_all(&count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        for (int language = 0; language < LANGUAGE_COUNT; language++) {
            print_one(&all[i], (enum language)language, 576);
            print_one(&all[i], (enum language)language, 384);
        }
    }
}

static const struct receipt *sample(const char *name)
{
    size_t count = 0;
    const struct sample *all = samples_all(&count);

    for (size_t i = 0; i < count; i++) {
        if (strcmp(all[i].name, name) == 0) {
            return &all[i].receipt;
        }
    }
    fail_msg("no sample %s", name);
    return NULL;
}

static enum status compose(const struct receipt *receipt, int dots, size_t size)
{
    struct printer_model model = {.dots = dots, .feed_to_cut_dots = 120, .hanzi = true};
    size_t length = 0;

    return receipt_compose(receipt, &model, bytes, size, &length);
}

static void test_a_receipt_never_says_more_than_is_known(void **state)
{
    (void)state;
    for (int statement = 0; statement < STATEMENT_COUNT; statement++) {
        struct receipt receipt = *sample("recharge");
        bool taken =
            statement == STATEMENT_TAKEN_CREDITED || statement == STATEMENT_TAKEN_CREDITING;

        receipt.statement = (enum statement)statement;
        assert_int_equal(compose(&receipt, 576, sizeof(bytes)), taken ? STATUS_OK : STATUS_INVALID);
    }
    struct receipt receipt = *sample("recharge");

    receipt.paid_at_ms = 0;
    assert_int_equal(compose(&receipt, 576, sizeof(bytes)), STATUS_INVALID);
}

static void test_bad_input_is_refused(void **state)
{
    struct receipt receipt = *sample("recharge");

    (void)state;
    assert_int_equal(compose(&receipt, 376, sizeof(bytes)), STATUS_INVALID);
    assert_int_equal(compose(&receipt, 577, sizeof(bytes)), STATUS_INVALID);
    assert_int_equal(compose(&receipt, 840, sizeof(bytes)), STATUS_INVALID);
    receipt.amount_fen = -1;
    assert_int_equal(compose(&receipt, 576, sizeof(bytes)), STATUS_INVALID);
    receipt = *sample("recharge");
    strcpy(receipt.status_url, "https://付款");
    assert_int_equal(compose(&receipt, 576, sizeof(bytes)), STATUS_INVALID);
    receipt = *sample("recharge");
    for (size_t size = 0; size < 700; size += 7) {
        assert_int_equal(compose(&receipt, 576, size), STATUS_LIMIT);
    }
}

static void test_control_bytes_of_a_name_reach_no_printer(void **state)
{
    struct receipt receipt = *sample("recharge");
    struct printer_model model = {.dots = 576, .feed_to_cut_dots = 120, .hanzi = true};
    struct paper *paper = NULL;
    size_t length = 0;

    (void)state;
    strcpy(receipt.name_masked, "a\x1b@\x1dV\x42\x01\xff\xfe\xe5");
    assert_int_equal(receipt_compose(&receipt, &model, bytes, sizeof(bytes), &length), STATUS_OK);
    assert_int_equal(paper_open(576, &paper), STATUS_OK);
    paper_print(paper, bytes, length);
    assert_int_equal(paper_report(paper).cuts, 1);
    assert_int_equal(paper_report(paper).unknown_bytes, 0);
    paper_close(paper);
}

/* A character that no font has is printed as the geta mark, and the log says so, without it. */
static void test_a_character_without_a_glyph_is_reported(void **state)
{
    struct receipt receipt = *sample("recharge");
    FILE *captured = tmpfile();
    int before = dup(STDERR_FILENO);
    char log[512] = "";

    (void)state;
    assert_non_null(captured);
    strcpy(receipt.name_masked, "张*\xf3\xb0\x80\x80"); /* U+F0000: for private use */
    fflush(stderr);
    assert_true(dup2(fileno(captured), STDERR_FILENO) >= 0);
    enum status status = compose(&receipt, 576, sizeof(bytes));
    fflush(stderr);
    assert_true(dup2(before, STDERR_FILENO) >= 0);
    close(before);
    rewind(captured);
    log[fread(log, 1, sizeof(log) - 1, captured)] = '\0';
    (void)fclose(captured);
    assert_int_equal(status, STATUS_OK);
    assert_non_null(strstr(log, "receipt.no_glyph receipt=00012-261121-0001 characters=1"));
    assert_null(strstr(log, "张"));
}

static void test_a_printer_without_hanzi_gets_pictures(void **state)
{
    struct receipt receipt = *sample("recharge");
    struct printer_model model = {.dots = 576, .feed_to_cut_dots = 120, .hanzi = false};
    size_t length = 0;

    (void)state;
    assert_int_equal(receipt_compose(&receipt, &model, bytes, sizeof(bytes), &length), STATUS_OK);
    /* No byte pair of the Chinese title is in it as text. */
    assert_null(memmem(bytes, length, "\xb5\xe7\xb7\xd1", 4));
}

static void test_composing_is_quick(void **state)
{
    int64_t start_us = clock_monotonic_us();

    (void)state;
    for (int i = 0; i < 100; i++) {
        assert_int_equal(compose(sample("bills"), 576, sizeof(bytes)), STATUS_OK);
    }
    int64_t each_us = (clock_monotonic_us() - start_us) / 100;

    start_us = clock_monotonic_us();
    for (int i = 0; i < 10; i++) {
        assert_int_equal(compose(sample("rare-name"), 576, sizeof(bytes)), STATUS_OK);
    }
    print_message("compose: %lld us, with a rare name %lld us\n", (long long)each_us,
                  (long long)(clock_monotonic_us() - start_us) / 10);
    assert_true(each_us < 20000);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_receipt_prints_and_its_code_reads),
        cmocka_unit_test(test_a_receipt_never_says_more_than_is_known),
        cmocka_unit_test(test_bad_input_is_refused),
        cmocka_unit_test(test_control_bytes_of_a_name_reach_no_printer),
        cmocka_unit_test(test_a_character_without_a_glyph_is_reported),
        cmocka_unit_test(test_a_printer_without_hanzi_gets_pictures),
        cmocka_unit_test(test_composing_is_quick),
    };

    if (argc != 2) {
        fprintf(stderr, "usage: test_receipt FOLDER (for what it prints)\n");
        return 2;
    }
    folder = argv[1];
    if (files_make_dirs(folder) != STATUS_OK) {
        return 1;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
