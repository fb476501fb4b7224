/*
 * Draws an SVG once, at build time, in the size in which a common screen shows it: large art takes
 * longer to draw than everything else at the start. Output: width * height pixels, 0xAARRGGBB in
 * the machine's byte order, without a header.
 *
 * usage: raster IN.svg WIDTH HEIGHT OUT
 */
#include <SDL2/SDL_image.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#define SIDE_MAX 8192

int main(int argc, char **argv)
{
    int width = argc == 5 ? (int)strtol(argv[2], NULL, 10) : 0;
    int height = argc == 5 ? (int)strtol(argv[3], NULL, 10) : 0;

    if (width <= 0 || height <= 0 || width > SIDE_MAX || height > SIDE_MAX) {
        (void)fprintf(stderr, "usage: raster IN.svg WIDTH HEIGHT OUT\n");
        return 2;
    }
    SDL_RWops *in = SDL_RWFromFile(argv[1], "rb");
    SDL_Surface *raw = in == NULL ? NULL : IMG_LoadSizedSVG_RW(in, width, height);
    SDL_Surface *argb =
        raw == NULL ? NULL : SDL_ConvertSurfaceFormat(raw, SDL_PIXELFORMAT_ARGB8888, 0);
    FILE *out = argb == NULL ? NULL : fopen(argv[4], "wb");

    if (out == NULL) {
        (void)fprintf(stderr, "raster: %s: %s\n", argv[1], SDL_GetError());
        return 1;
    }
    static uint32_t row[SIDE_MAX]; /* what the drawing does not reach stays transparent */
    for (int y = 0; y < height; y++) {
        SDL_memset(row, 0, sizeof(row));
        if (y < argb->h) {
            SDL_memcpy(row, (const uint8_t *)argb->pixels + (ptrdiff_t)y * argb->pitch,
                       (size_t)(argb->w < width ? argb->w : width) * sizeof(row[0]));
        }
        (void)fwrite(row, sizeof(row[0]), (size_t)width, out);
    }
    SDL_FreeSurface(raw);
    SDL_FreeSurface(argb);
    (void)SDL_RWclose(in);
    return fclose(out) == 0 ? 0 : 1;
}
