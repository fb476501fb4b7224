#include "tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/status.h"
#include "system/clock.h"

#define PROCESSES_MAX 256
#define PATH_BYTES    512
#define END_MS        5000 /* then they are killed */
#define STEP_MS       20

struct tree {
    pid_t process[PROCESSES_MAX];
    int count;
};

static pid_t parent_of(pid_t process)
{
    char path[PATH_BYTES], line[512] = "";

    (void)snprintf(path, sizeof(path), "/proc/%d/stat", process);
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return -1;
    }
    size_t length = fread(line, 1, sizeof(line) - 1, file);
    line[length] = '\0';
    (void)fclose(file);
    /* "pid (name) state parent": the name may hold anything, so from its last bracket on. */
    const char *name_end = strrchr(line, ')');
    return name_end == NULL || strlen(name_end) < 4 ? -1 : (pid_t)strtol(name_end + 4, NULL, 10);
}

static pid_t first;

static bool holds(const struct tree *tree, pid_t process)
{
    for (int i = 0; i < tree->count; i++) {
        if (tree->process[i] == process) {
            return true;
        }
    }
    return false;
}

/* Children of this process, their children, and so on. */
static void look(struct tree *tree)
{
    int before = -1;

    tree->count = 0;
    while (before != tree->count) {
        DIR *folder = opendir("/proc");
        const struct dirent *entry;

        CHECK(folder != NULL);
        before = tree->count;
        while ((entry = readdir(folder)) != NULL) {
            pid_t process = (pid_t)strtol(entry->d_name, NULL, 10);
            pid_t parent = process > 0 ? parent_of(process) : -1;

            if (parent > 0 && !holds(tree, process) &&
                (parent == getpid() || holds(tree, parent))) {
                CHECK(tree->count < PROCESSES_MAX);
                tree->process[tree->count++] = process;
            }
        }
        (void)closedir(folder);
    }
}

void tree_start(char *const command[])
{
    /* Who leaves his parent becomes our child: nobody is lost. */
    CHECK(prctl(PR_SET_CHILD_SUBREAPER, 1UL) == 0);
    first = fork();
    CHECK(first >= 0);
    if (first == 0) {
        int nowhere = open("/dev/null", O_WRONLY);

        if (nowhere >= 0) {
            (void)dup2(nowhere, STDOUT_FILENO);
        }
        (void)execvp(command[0], command);
        perror(command[0]);
        _exit(127);
    }
}

/* The first number of /proc/PROCESS/task/THREAD/schedstat: time on a CPU. */
static int64_t thread_cpu_ns(const char *path)
{
    char line[128] = "";
    FILE *file = fopen(path, "r");

    if (file == NULL) {
        return 0;
    }
    (void)!fgets(line, sizeof(line), file);
    (void)fclose(file);
    return strtoll(line, NULL, 10);
}

int64_t tree_cpu_ns(void)
{
    struct tree tree;
    int64_t sum = 0;

    look(&tree);
    for (int i = 0; i < tree.count; i++) {
        char path[PATH_BYTES];
        const struct dirent *entry;

        (void)snprintf(path, sizeof(path), "/proc/%d/task", tree.process[i]);
        DIR *folder = opendir(path);
        while (folder != NULL && (entry = readdir(folder)) != NULL) {
            if (entry->d_name[0] != '.') {
                (void)snprintf(path, sizeof(path), "/proc/%d/task/%.32s/schedstat", tree.process[i],
                               entry->d_name);
                sum += thread_cpu_ns(path);
            }
        }
        if (folder != NULL) {
            (void)closedir(folder);
        }
    }
    return sum;
}

int64_t tree_memory_kib(void)
{
    struct tree tree;
    int64_t sum = 0;

    look(&tree);
    for (int i = 0; i < tree.count; i++) {
        char path[PATH_BYTES], line[256];

        (void)snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", tree.process[i]);
        FILE *file = fopen(path, "r");
        while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
            if (strncmp(line, "Pss:", 4) == 0) {
                sum += strtoll(line + 4, NULL, 10);
            }
        }
        if (file != NULL) {
            (void)fclose(file);
        }
    }
    return sum;
}

int tree_count(void)
{
    struct tree tree;

    look(&tree);
    return tree.count;
}

static void kill_all(void)
{
    struct tree tree;

    look(&tree);
    for (int i = 0; i < tree.count; i++) {
        (void)kill(tree.process[i], SIGKILL);
    }
}

void tree_end(void)
{
    int64_t begun_ms = clock_monotonic_ms();

    (void)kill(first, SIGTERM); /* it ends its own children */
    for (;;) {
        while (waitpid(-1, NULL, WNOHANG) > 0) {
        }
        if (tree_count() == 0) {
            return;
        }
        if (clock_monotonic_ms() - begun_ms > END_MS) {
            kill_all();
        }
        (void)usleep(STEP_MS * 1000);
    }
}
