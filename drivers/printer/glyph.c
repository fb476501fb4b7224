#include "printer/glyph.h"

#include <stdlib.h>
#include <string.h>

#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_OUTLINE_H

#define FAMILY       "Noto Sans Mono CJK SC"
#define LIKELY_INDEX 7
/* The em box of an ideograph reaches 0.88 of its height above the base line. */
#define BASELINE_PERCENT 88
/* Letters stand a dot higher, or the cell would cut their tails off. */
#define BASELINE_ASCII_PERCENT 84
#define EMBOLDEN_DIVISOR       22 /* of the em: as heavy as a second strike one dot aside */

struct glyphs {
    FT_Library library;
    FT_Face face;
    struct glyph_style style; /* what the face is set to; width 0: not yet */
};

static bool is_ours(FT_Face face)
{
    return face->num_faces == 1 ||
           (face->family_name != NULL && strcmp(face->family_name, FAMILY) == 0);
}

/* A collection holds many families; one file that is no collection is taken as it is. */
static FT_Face open_face(FT_Library library, const char *path)
{
    FT_Face face = NULL;
    FT_Long count = 1;

    /* Where it stands in Debian's file: looking through all of them takes ten times as long. */
    if (FT_New_Face(library, path, LIKELY_INDEX, &face) == 0) {
        if (is_ours(face)) {
            return face;
        }
        FT_Done_Face(face);
    }
    for (FT_Long i = 0; i < count; i++) {
        if (FT_New_Face(library, path, i, &face) != 0) {
            return NULL;
        }
        count = face->num_faces;
        if (is_ours(face)) {
            return face;
        }
        FT_Done_Face(face);
    }
    return NULL;
}

enum status glyphs_open(const char *path, struct glyphs **out)
{
    if (path == NULL) {
        path = getenv("LOBBY_KIOSK_FONT");
    }
    if (path == NULL) {
        path = KIOSK_PAPER_FONT;
    }
    struct glyphs *glyphs = calloc(1, sizeof(*glyphs));

    if (glyphs == NULL) {
        return STATUS_IO;
    }
    if (FT_Init_FreeType(&glyphs->library) != 0) {
        free(glyphs);
        return STATUS_IO;
    }
    glyphs->face = open_face(glyphs->library, path);
    if (glyphs->face == NULL) {
        glyphs_close(glyphs);
        return STATUS_NOT_FOUND;
    }
    *out = glyphs;
    return STATUS_OK;
}

void glyphs_close(struct glyphs *glyphs)
{
    if (glyphs == NULL) {
        return;
    }
    if (glyphs->face != NULL) {
        FT_Done_Face(glyphs->face);
    }
    FT_Done_FreeType(glyphs->library);
    free(glyphs);
}

static bool set_style(struct glyphs *glyphs, struct glyph_style style)
{
    if (glyphs->style.width != style.width || glyphs->style.height != style.height) {
        if (FT_Set_Pixel_Sizes(glyphs->face, (FT_UInt)(GLYPH_CELL * style.width),
                               (FT_UInt)(GLYPH_CELL * style.height)) != 0) {
            return false;
        }
        glyphs->style = style;
    }
    return true;
}

bool glyphs_draw(struct glyphs *glyphs, uint32_t code_point, int columns, struct glyph_style style,
                 uint8_t *grey, size_t stride)
{
    CHECK(style.width >= 1 && style.width <= GLYPH_SIZE_MAX);
    CHECK(style.height >= 1 && style.height <= GLYPH_SIZE_MAX);
    int cell_width = GLYPH_HALF * columns * style.width;
    int cell_height = GLYPH_CELL * style.height;
    FT_UInt index = FT_Get_Char_Index(glyphs->face, code_point);

    if (index == 0 || !set_style(glyphs, style) ||
        FT_Load_Glyph(glyphs->face, index, FT_LOAD_NO_BITMAP) != 0) {
        return false;
    }
    FT_GlyphSlot slot = glyphs->face->glyph;

    if (style.bold && slot->format == FT_GLYPH_FORMAT_OUTLINE) {
        FT_Outline_EmboldenXY(&slot->outline, GLYPH_CELL * 64 * style.width / EMBOLDEN_DIVISOR,
                              GLYPH_CELL * 64 * style.height / EMBOLDEN_DIVISOR / 2);
    }
    /* A narrow character in a wide cell (the middle dot of a name) stands in its middle. */
    int left = (cell_width - (int)(slot->advance.x / 64)) / 2;

    if (FT_Render_Glyph(slot, FT_RENDER_MODE_NORMAL) != 0) {
        return false;
    }
    left = (left > 0 ? left : 0) + slot->bitmap_left;
    int percent = code_point < 0x80 ? BASELINE_ASCII_PERCENT : BASELINE_PERCENT;
    int top = cell_height * percent / 100 - slot->bitmap_top;

    for (int y = 0; y < (int)slot->bitmap.rows; y++) {
        for (int x = 0; x < (int)slot->bitmap.width; x++) {
            uint8_t ink = slot->bitmap.buffer[y * slot->bitmap.pitch + x];

            if (top + y < 0 || top + y >= cell_height || left + x < 0 || left + x >= cell_width) {
                continue;
            }
            uint8_t *dot = &grey[(size_t)(top + y) * stride + (size_t)(left + x)];

            *dot = ink > *dot ? ink : *dot;
        }
    }
    return true;
}
