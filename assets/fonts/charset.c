/*
 * Writes the characters that the small fonts must hold: ASCII, all of GB 2312, the signs that
 * amounts and texts use, and every character of the files that are named (the translations).
 * A build tool: charset OUTPUT FILE...
 */
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GB_FIRST 0xA1
#define GB_LAST  0xFE

static void write_gb2312(FILE *out, iconv_t converter)
{
    for (int row = GB_FIRST; row <= GB_LAST; row++) {
        for (int column = GB_FIRST; column <= GB_LAST; column++) {
            char from[2] = {(char)row, (char)column}, to[8];
            char *source = from, *target = to;
            size_t left = sizeof(from), room = sizeof(to);

            if (iconv(converter, &source, &left, &target, &room) != (size_t)-1 && left == 0) {
                fwrite(to, 1, sizeof(to) - room, out);
            }
            (void)iconv(converter, NULL, NULL, NULL, NULL);
        }
    }
}

static int copy_file(FILE *out, const char *path)
{
    FILE *in = fopen(path, "rb");
    char buffer[4096];
    size_t got;

    if (in == NULL) {
        perror(path);
        return 1;
    }
    while ((got = fread(buffer, 1, sizeof(buffer), in)) > 0) {
        fwrite(buffer, 1, got, out);
    }
    fclose(in);
    return 0;
}

int main(int argc, char **argv)
{
    FILE *out = argc > 1 ? fopen(argv[1], "wb") : NULL;
    iconv_t converter = iconv_open("UTF-8", "GB2312");
    int failed = 0;

    /* NOLINTNEXTLINE(performance-no-int-to-ptr): the standard gives iconv_open no other error */
    if (out == NULL || converter == (iconv_t)-1) {
        fprintf(stderr, "charset: cannot write, or no GB2312 converter\n");
        return EXIT_FAILURE;
    }
    for (char c = ' '; c < 127; c++) {
        fputc(c, out);
    }
    fputs("¥￥·…—–×÷°′″‘’“”", out);
    write_gb2312(out, converter);
    for (int i = 2; i < argc; i++) {
        failed |= copy_file(out, argv[i]);
    }
    iconv_close(converter);
    failed |= fclose(out) != 0;
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
