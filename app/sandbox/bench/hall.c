/* What only the one who started the programs can do: a command of the settings is run. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/bench/parts.h"
#include "system/clock.h"
#include "system/log.h"

#define HALL_TIMEOUT_MS 30000
#define WORD_MAX        32

/* Its own group, so that a command that hangs can be ended whole; no signal is held back. */
static enum status spawn(const char *command, const char *what, int output, pid_t *pid)
{
    char shell[] = "bash", script[PATH_TEXT_MAX], word[WORD_MAX];
    char *arguments[] = {shell, script, word, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none;

    (void)snprintf(script, sizeof(script), "%s", command);
    (void)snprintf(word, sizeof(word), "%s", what);
    CHECK(posix_spawn_file_actions_init(&actions) == 0 && posix_spawnattr_init(&attributes) == 0);
    CHECK(sigemptyset(&none) == 0 && posix_spawnattr_setsigmask(&attributes, &none) == 0);
    CHECK(posix_spawnattr_setpgroup(&attributes, 0) == 0 &&
          posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP) ==
              0);
    int failed = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);

    if (failed == 0) {
        failed = posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    }
    if (failed == 0) {
        failed = posix_spawnp(pid, shell, &actions, &attributes, arguments, environ);
    }
    (void)posix_spawn_file_actions_destroy(&actions);
    (void)posix_spawnattr_destroy(&attributes);
    return failed == 0 ? STATUS_OK : STATUS_IO;
}

/* Until the command closes its output. */
static enum status read_words(int fd, int64_t until_ms, char words[HALL_WORDS_MAX])
{
    size_t used = 0;

    for (;;) {
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        int64_t left_ms = until_ms - clock_monotonic_ms();
        char rest[256];
        bool full = used + 1 == HALL_WORDS_MAX;

        if (left_ms <= 0) {
            return STATUS_TIMEOUT;
        }
        if (poll(&ready, 1, (int)left_ms) <= 0) {
            continue;
        }
        ssize_t got =
            read(fd, full ? rest : words + used, full ? sizeof(rest) : HALL_WORDS_MAX - 1 - used);

        if (got == 0) {
            words[used] = '\0';
            return STATUS_OK;
        }
        if (got < 0 && errno != EINTR) {
            return STATUS_IO;
        }
        used += got > 0 && !full ? (size_t)got : 0;
    }
}

enum status hall_ask(const struct bench *bench, const char *what, char words[HALL_WORDS_MAX])
{
    const char *command = bench->sandbox->settings.bench_hall;
    int ends[2];
    pid_t pid = 0;
    int ended = 0;

    words[0] = '\0';
    if (command[0] == '\0') {
        return STATUS_NOT_FOUND;
    }
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return STATUS_IO;
    }
    enum status status = spawn(command, what, ends[1], &pid);

    close(ends[1]);
    if (status == STATUS_OK) {
        status = read_words(ends[0], clock_monotonic_ms() + HALL_TIMEOUT_MS, words);
        if (status != STATUS_OK) {
            (void)kill(-pid, SIGKILL);
        }
        while (waitpid(pid, &ended, 0) < 0 && errno == EINTR) {
        }
        if (status == STATUS_OK && (!WIFEXITED(ended) || WEXITSTATUS(ended) != 0)) {
            log_warn("bench.hall", "what=%s status=%d", what, ended);
            status = STATUS_IO;
        }
    }
    close(ends[0]);
    return status;
}
