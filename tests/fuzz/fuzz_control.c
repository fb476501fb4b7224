/*
 * Whatever is sent to a virtual device's socket: every answer is "ok" or "err", and a scan that
 * comes out is within its bound.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "scanner/scanner.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct scanner_driver *driver;
static struct scanner *scanner;
static struct sockaddr_un address = {.sun_family = AF_UNIX};

static void start(void)
{
    char folder[] = "/tmp/fuzz_control_XXXXXX";

    driver = scanner_find("virtual");
    CHECK(driver != NULL && mkdtemp(folder) != NULL);
    snprintf(address.sun_path, sizeof(address.sun_path), "%s/s", folder);
    CHECK(driver->create(address.sun_path, &scanner) == STATUS_OK);
    CHECK(driver->arm(scanner, true) == STATUS_OK);
}

static void check_answers(int fd)
{
    char answers[65536];
    size_t used = 0;
    ssize_t got = 0;

    while ((got = recv(fd, answers + used, sizeof(answers) - 1 - used, 0)) > 0) {
        used += (size_t)got;
    }
    answers[used] = '\0';
    for (char *line = strtok(answers, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        CHECK(strncmp(line, "ok", 2) == 0 || strncmp(line, "err ", 4) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct scan scan = {0};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (scanner == NULL) {
        start();
    }
    CHECK(fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0);
    (void)!send(fd, data, size, MSG_NOSIGNAL);
    (void)!send(fd, "\n", 1, MSG_NOSIGNAL);
    shutdown(fd, SHUT_WR);
    check_answers(fd);
    close(fd);
    for (;;) {
        enum scanner_event event = driver->wait(scanner, 0, &scan);

        if (event == SCANNER_NOTHING) {
            break;
        }
        CHECK(event != SCANNER_SCAN || scan.length <= SCAN_BYTES_MAX);
    }
    return 0;
}
