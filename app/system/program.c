#include "system/program.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

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
