/* The phone's camera: finds the QR code in the picture of the kiosk's screen. */
#include <stdlib.h>
#include <string.h>
#include <zbar.h>

#include "common/utf8.h"
#include "sandbox/bench/parts.h"

static uint8_t *grey_of(const uint32_t *pixels, size_t count)
{
    uint8_t *grey = malloc(count);

    for (size_t i = 0; grey != NULL && i < count; i++) {
        uint32_t red = pixels[i] >> 16 & 0xFF, green = pixels[i] >> 8 & 0xFF,
                 blue = pixels[i] & 0xFF;

        grey[i] = (uint8_t)((red * 77 + green * 150 + blue * 29) >> 8);
    }
    return grey;
}

/* What a code says may be anything. */
static enum status take_text(const zbar_image_t *image, char *text, size_t size)
{
    const zbar_symbol_t *symbol = zbar_image_first_symbol(image);

    if (symbol == NULL) {
        return STATUS_NOT_FOUND;
    }
    const char *data = zbar_symbol_get_data(symbol);
    size_t length = zbar_symbol_get_data_length(symbol);

    if (length == 0 || length >= size || strlen(data) != length || !utf8_valid(data, length) ||
        strpbrk(data, "\r\n") != NULL) {
        return STATUS_LIMIT;
    }
    memcpy(text, data, length + 1);
    return STATUS_OK;
}

enum status camera_read(const uint32_t *pixels, int width, int height, char *text, size_t size)
{
    uint8_t *grey = grey_of(pixels, (size_t)width * (size_t)height);
    zbar_image_scanner_t *scanner = zbar_image_scanner_create();
    zbar_image_t *image = zbar_image_create();
    enum status status = STATUS_IO;

    if (grey != NULL && scanner != NULL && image != NULL) {
        zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
        zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
        zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
        zbar_image_set_size(image, (unsigned)width, (unsigned)height);
        zbar_image_set_data(image, grey, (unsigned long)width * (unsigned long)height, NULL);
        status =
            zbar_scan_image(scanner, image) < 0 ? STATUS_NOT_FOUND : take_text(image, text, size);
    }
    if (image != NULL) {
        zbar_image_destroy(image);
    }
    if (scanner != NULL) {
        zbar_image_scanner_destroy(scanner);
    }
    free(grey);
    return status;
}
