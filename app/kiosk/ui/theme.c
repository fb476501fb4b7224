#include "kiosk/ui/theme.h"

#include <math.h>

const struct ui_theme ui_theme_normal = {
    .high_contrast = false,
    .canvas = UI_RGB(0xEEF3F1),
    .surface = UI_RGB(0xFFFFFF),
    .ink = UI_RGB(0x0C211D),
    .ink2 = UI_RGB(0x47605A),
    .line = UI_RGB(0xD5E0DC),
    .brand = UI_RGB(0x00705A),
    .brand_tint = UI_RGB(0xDDF2EA),
    .on_brand = UI_RGB(0xFFFFFF),
    .next_top = UI_RGB(0x00806A),
    .next_bottom = UI_RGB(0x006450),
    .on_next = UI_RGB(0xFFFFFF),
    .call_top = UI_RGB(0xFFC65C),
    .call_bottom = UI_RGB(0xFFA62B),
    .on_call = UI_RGB(0x2B1800),
    .notice = UI_RGB(0xFFF3D9),
    .on_notice = UI_RGB(0x6B4300),
    .danger = UI_RGB(0xB3261E),
    .pressed = UI_ALPHA(0x06312A, 0x30),
    .pressed_dark = UI_RGB(0x033A31),
    .off = UI_RGB(0xDCE5E2),
    .on_off = UI_RGB(0x4A605B),
    .hero_top = UI_RGB(0x06453C),
    .hero_bottom = UI_RGB(0x0B7763),
    .on_hero = UI_RGB(0xFFFFFF),
    .hero_chip = UI_ALPHA(0x04352D, 0x66),
    .outline = UI_RGB(0x648A81),
    .shadow = UI_RGB(0x06312A),
    .outline_width = 3,
    .teal = {UI_RGB(0xDDF2EA), UI_RGB(0x00705A)},
    .blue = {UI_RGB(0xE2ECFA), UI_RGB(0x1B56A8)},
    .violet = {UI_RGB(0xEEE7FA), UI_RGB(0x6A3FB0)},
    .rust = {UI_RGB(0xFCE9E0), UI_RGB(0xA63D12)},
};

#define BLACK  UI_RGB(0x000000)
#define WHITE  UI_RGB(0xFFFFFF)
#define YELLOW UI_RGB(0xFFE14D)

/* No shadows, no art, no grey: black, white and one yellow. */
const struct ui_theme ui_theme_contrast = {
    .high_contrast = true,
    .canvas = BLACK,
    .surface = BLACK,
    .ink = WHITE,
    .ink2 = WHITE,
    .line = WHITE,
    .brand = YELLOW,
    .brand_tint = BLACK,
    .on_brand = BLACK,
    .next_top = YELLOW,
    .next_bottom = YELLOW,
    .on_next = BLACK,
    .call_top = YELLOW,
    .call_bottom = YELLOW,
    .on_call = BLACK,
    .notice = BLACK,
    .on_notice = YELLOW,
    .danger = YELLOW,
    .pressed = UI_ALPHA(0x808080, 0x70),
    .pressed_dark = YELLOW,
    .off = BLACK,
    .on_off = UI_RGB(0xC8C8C8),
    .hero_top = BLACK,
    .hero_bottom = BLACK,
    .on_hero = WHITE,
    .hero_chip = BLACK,
    .outline = WHITE,
    .shadow = BLACK,
    .outline_width = 4,
    .teal = {BLACK, YELLOW},
    .blue = {BLACK, YELLOW},
    .violet = {BLACK, YELLOW},
    .rust = {BLACK, YELLOW},
};

#define LARGE_FLOOR 41

int ui_size_units(enum ui_size size, bool large_type)
{
    static const int units[UI_SIZE_COUNT] = {
        [UI_CAPTION] = 28, [UI_BODY] = 34, [UI_TITLE] = 44,   [UI_HEAD] = 56,
        [UI_KEYCAP] = 72,  [UI_HERO] = 76, [UI_AMOUNT] = 132,
    };
    int large = units[size] * 5 / 4;

    if (!large_type) {
        return units[size];
    }
    return large < LARGE_FLOOR ? LARGE_FLOOR : large;
}

/* Of the screen's thread, as all of the toolkit: every text asks for its contrast in each frame. */
static double linear(uint32_t byte)
{
    static double known[256]; /* 0: not asked yet, or black */

    if (known[byte] <= 0.0) {
        double value = (double)byte / 255.0;

        known[byte] = value <= 0.03928 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4);
    }
    return known[byte];
}

static double luminance(ui_colour colour)
{
    return 0.2126 * linear(colour >> 16 & 0xFF) + 0.7152 * linear(colour >> 8 & 0xFF) +
           0.0722 * linear(colour & 0xFF);
}

int ui_contrast_percent(ui_colour a, ui_colour b)
{
    double la = luminance(a), lb = luminance(b);
    double ratio = la > lb ? (la + 0.05) / (lb + 0.05) : (lb + 0.05) / (la + 0.05);

    return (int)(ratio * 100.0);
}

ui_colour ui_blend(ui_colour top, ui_colour bottom)
{
    uint32_t alpha = top >> 24;
    ui_colour mixed = 0xFF000000U;

    for (int shift = 0; shift <= 16; shift += 8) {
        uint32_t a = top >> shift & 0xFF, b = bottom >> shift & 0xFF;

        mixed |= (a * alpha + b * (255 - alpha) + 127) / 255 << shift;
    }
    return mixed;
}
