/*
 * The bench's camera and its pictures: a code on a screen is read back, a screen without one is
 * not, and a part of a picture sent as PNG is that part.
 */
#include "cmocka_all.h"

#include <png.h>
#include <qrencode.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox/bench/parts.h"

#define WIDTH  540
#define HEIGHT 960

static uint32_t *blank(uint32_t colour)
{
    uint32_t *pixels = malloc(sizeof(*pixels) * WIDTH * HEIGHT);

    assert_non_null(pixels);
    for (size_t i = 0; i < (size_t)WIDTH * HEIGHT; i++) {
        pixels[i] = colour;
    }
    return pixels;
}

static void draw_code(uint32_t *pixels, const char *text, int left, int top, int module)
{
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);

    assert_non_null(code);
    for (int y = -4 * module; y < (code->width + 4) * module; y++) {
        for (int x = -4 * module; x < (code->width + 4) * module; x++) {
            bool inside = x >= 0 && y >= 0 && x < code->width * module && y < code->width * module;
            bool dark = inside && (code->data[y / module * code->width + x / module] & 1) != 0;

            pixels[(top + y) * WIDTH + left + x] = dark ? 0x000000 : 0xFFFFFF;
        }
    }
    QRcode_free(code);
}

static void the_camera_reads_a_code(void **state)
{
    static const char address[] = "http://127.0.0.1:8444/p/e10bf0c12d089f40e50bb8fb1fb214ea";
    uint32_t *pixels = blank(0x00705A);
    char text[128] = "";
    char small[16] = "";

    (void)state;
    draw_code(pixels, address, 120, 500, 4);
    assert_int_equal(camera_read(pixels, WIDTH, HEIGHT, text, sizeof(text)), STATUS_OK);
    assert_string_equal(text, address);
    assert_int_equal(camera_read(pixels, WIDTH, HEIGHT, small, sizeof(small)), STATUS_LIMIT);
    free(pixels);
}

static void a_screen_without_a_code_has_none(void **state)
{
    uint32_t *pixels = blank(0xEEF3F1);
    char text[128] = "";

    (void)state;
    assert_int_equal(camera_read(pixels, WIDTH, HEIGHT, text, sizeof(text)), STATUS_NOT_FOUND);
    for (size_t i = 0; i < (size_t)WIDTH * HEIGHT; i++) {
        pixels[i] = (uint32_t)(i * 2654435761U) >> 8;
    }
    assert_int_equal(camera_read(pixels, WIDTH, HEIGHT, text, sizeof(text)), STATUS_NOT_FOUND);
    free(pixels);
}

/* A code whose text would break a line protocol, or is no text, is not handed on. */
static void a_code_that_is_no_line_is_refused(void **state)
{
    static const char *const texts[] = {"http://a/\nprinter paper-out", "\xff\xfe\x80 not text"};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        uint32_t *pixels = blank(0xFFFFFF);
        char text[128] = "";

        draw_code(pixels, texts[i], 100, 100, 5);
        enum status status = camera_read(pixels, WIDTH, HEIGHT, text, sizeof(text));

        /* The decoder may make text of what was none; a line end never comes through. */
        assert_true(status != STATUS_OK || strpbrk(text, "\r\n") == NULL);
        assert_true(i != 0 || status == STATUS_LIMIT);
        free(pixels);
    }
}

static void a_difference_is_its_box(void **state)
{
    struct screen_copy before = {.sequence = 2, .width = WIDTH, .height = HEIGHT};
    struct screen_copy now = before;
    static const int corners[][2] = {{0, 0}, {WIDTH - 1, HEIGHT - 1}, {77, 300}, {12, 301}};

    (void)state;
    before.pixels = blank(1);
    now.pixels = blank(1);
    assert_int_equal(picture_difference(&before, &now).w, 0);
    now.pixels[300 * WIDTH + 77] = 2;
    now.pixels[301 * WIDTH + 12] = 2;
    struct picture_part part = picture_difference(&before, &now);

    assert_int_equal(part.x, 12);
    assert_int_equal(part.y, 300);
    assert_int_equal(part.w, 66);
    assert_int_equal(part.h, 2);
    for (size_t i = 0; i < ARRAY_LEN(corners); i++) {
        now.pixels[corners[i][1] * WIDTH + corners[i][0]] = 2;
    }
    part = picture_difference(&before, &now);
    assert_true(part.x == 0 && part.y == 0 && part.w == WIDTH && part.h == HEIGHT);
    free(before.pixels);
    free(now.pixels);
}

static void a_part_as_png_is_that_part(void **state)
{
    struct screen_copy copy = {.width = WIDTH, .height = HEIGHT, .pixels = blank(0)};
    struct picture_part part = {31, 17, 200, 99};
    png_image image = {.version = PNG_IMAGE_VERSION};
    uint8_t *bytes = NULL;
    size_t length = 0;

    (void)state;
    for (size_t i = 0; i < (size_t)WIDTH * HEIGHT; i++) {
        copy.pixels[i] = (uint32_t)(i * 2654435761U) & 0xFFFFFF;
    }
    assert_int_equal(picture_png(&copy, part, &bytes, &length), STATUS_OK);
    assert_int_equal(png_image_begin_read_from_memory(&image, bytes, length), 1);
    assert_int_equal(image.width, part.w);
    assert_int_equal(image.height, part.h);
    image.format = PNG_FORMAT_RGB;
    uint8_t *rgb = malloc(PNG_IMAGE_SIZE(image));

    assert_non_null(rgb);
    assert_int_equal(png_image_finish_read(&image, NULL, rgb, 0, NULL), 1);
    for (int y = 0; y < part.h; y++) {
        for (int x = 0; x < part.w; x++) {
            const uint8_t *seen = rgb + 3 * ((size_t)y * (size_t)part.w + (size_t)x);
            uint32_t meant = copy.pixels[(part.y + y) * WIDTH + part.x + x];

            assert_int_equal((uint32_t)seen[0] << 16 | (uint32_t)seen[1] << 8 | seen[2], meant);
        }
    }
    free(rgb);
    free(bytes);
    free(copy.pixels);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_camera_reads_a_code),
        cmocka_unit_test(a_screen_without_a_code_has_none),
        cmocka_unit_test(a_code_that_is_no_line_is_refused),
        cmocka_unit_test(a_difference_is_its_box),
        cmocka_unit_test(a_part_as_png_is_that_part),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
