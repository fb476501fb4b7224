#include "system/program.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "system/control.h"

#define SIDE_MIN_PX 320
#define SIDE_MAX_PX 8192

enum status program_state_dir(const char *program, const char *given, char path[PATH_TEXT_MAX])
{
    const char *state = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    int length = 0;

    if (given != NULL) {
        length = snprintf(path, PATH_TEXT_MAX, "%s", given);
    } else if (state != NULL && state[0] == '/') {
        length = snprintf(path, PATH_TEXT_MAX, "%s/lobby-kiosk/%s", state, program);
    } else if (home != NULL && home[0] == '/') {
        length = snprintf(path, PATH_TEXT_MAX, "%s/.local/state/lobby-kiosk/%s", home, program);
    } else {
        return STATUS_NOT_FOUND;
    }
    return length > 0 && length < PATH_TEXT_MAX ? STATUS_OK : STATUS_LIMIT;
}

static void ends(sigset_t *signals)
{
    CHECK(sigemptyset(signals) == 0);
    CHECK(sigaddset(signals, SIGTERM) == 0);
    CHECK(sigaddset(signals, SIGINT) == 0);
}

void program_block_signals(void)
{
    sigset_t signals;

    ends(&signals);
    CHECK(pthread_sigmask(SIG_BLOCK, &signals, NULL) == 0);
    CHECK(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
}

int program_wait_for_end(void)
{
    sigset_t signals;
    int number = 0;

    ends(&signals);
    CHECK(sigwait(&signals, &number) == 0);
    return number;
}

bool program_parse_size(const char *text, int *width, int *height)
{
    char sides[2][8] = {"", ""};
    long pixels[2] = {0};
    size_t first = strcspn(text, "x");

    if (first >= sizeof(sides[0]) || text[first] != 'x' ||
        strlen(text + first + 1) >= sizeof(sides[1])) {
        return false;
    }
    memcpy(sides[0], text, first);
    memcpy(sides[1], text + first + 1, strlen(text + first + 1));
    if (!control_number(sides[0], SIDE_MIN_PX, SIDE_MAX_PX, &pixels[0]) ||
        !control_number(sides[1], SIDE_MIN_PX, SIDE_MAX_PX, &pixels[1])) {
        return false;
    }
    *width = (int)pixels[0];
    *height = (int)pixels[1];
    return true;
}
