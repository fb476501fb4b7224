/*
 * theme.h - the colours and sizes, in one place. Source: the project's visual recipe.
 */
#ifndef KIOSK_UI_THEME_H
#define KIOSK_UI_THEME_H

#include <stdbool.h>
#include <stdint.h>

/* 0xAARRGGBB, not premultiplied. */
typedef uint32_t ui_colour;

#define UI_RGB(hex)         ((ui_colour)(0xFF000000U | (hex)))
#define UI_ALPHA(hex, byte) ((ui_colour)(((uint32_t)(byte) << 24) | (hex)))

enum ui_size {
    UI_CAPTION = 0,
    UI_BODY,
    UI_TITLE,
    UI_HEAD,
    UI_KEYCAP,
    UI_HERO,
    UI_AMOUNT,
    UI_SIZE_COUNT
};

struct ui_tint {
    ui_colour paper, ink;
};

struct ui_theme {
    bool high_contrast;
    ui_colour canvas, surface, ink, ink2, line;
    ui_colour brand, brand_tint, on_brand;
    ui_colour next_top, next_bottom, on_next;
    ui_colour call_top, call_bottom, on_call; /* the one amber call to action */
    ui_colour notice, on_notice;
    ui_colour danger;
    ui_colour pressed;      /* laid over a control under the finger */
    ui_colour pressed_dark; /* the ground of a brand-coloured one */
    ui_colour off, on_off;  /* a control that cannot be used now */
    ui_colour hero_top, hero_bottom, on_hero, hero_chip;
    ui_colour outline; /* of secondary buttons */
    ui_colour shadow;
    int outline_width;
    struct ui_tint teal, blue, violet, rust;
};

extern const struct ui_theme ui_theme_normal, ui_theme_contrast;

/* Design units of a text size; large type is 1.25 times with a floor of 41. */
int ui_size_units(enum ui_size size, bool large_type);

/* WCAG 2 contrast of two opaque colours in percent: 450 is 4.5:1. */
int ui_contrast_percent(ui_colour a, ui_colour b);
/* top laid over an opaque bottom. */
ui_colour ui_blend(ui_colour top, ui_colour bottom);

#endif
