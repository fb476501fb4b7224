/*
 * bench_journal: how long a sale's intent takes until it outlives a power cut, beside the floor: a
 * bare 4 KiB append and its fdatasync, on the same disk, turn by turn.
 *
 * usage: bench_journal FOLDER INTENTS    prints KEY=VALUE lines
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "figures.h"
#include "kiosk/io/journal.h"
#include "system/log.h"
#include "system/random.h"

#define APPEND_SIZE 4096
#define INTENTS_MAX 100000
#define WARM_UP     50
#define WALL_MS     INT64_C(1795242360000)
#define PATH_SIZE   256

static struct receipt sample(void)
{
    return (struct receipt){.kind = RECEIPT_BILLS,
                            .account_no = "5263000025",
                            .name_masked = "*威",
                            .address_masked = "示范区****0301室",
                            .payee = "示范供电公司",
                            .amount_fen = 20200,
                            .lines = {{"2026-08", 10000, 100}, {"2026-09", 10000, 100}},
                            .line_count = 2,
                            .terminal_no = "00012",
                            .site = "示范营业厅",
                            .hotline = "010-0000-0000",
                            .statement = STATEMENT_TAKEN_CREDITED,
                            .status_url = "http://127.0.0.1:8444/p/00"};
}

static int64_t append_once(int file)
{
    static char bytes[APPEND_SIZE];
    int64_t begun = now_ns();
    CHECK(write(file, bytes, sizeof(bytes)) == (ssize_t)sizeof(bytes) && fdatasync(file) == 0);
    return now_ns() - begun;
}

/* Only the intent is timed; it is closed again, as a sale would, since few may be open. */
static int64_t save_once(struct journal *journal)
{
    struct intent_record intent = {.draft = sample()};
    random_hex(intent.request_id, (REQUEST_ID_MAX - 1) / 2);
    int64_t begun = now_ns();
    CHECK(journal_save_intent(journal, &intent) == STATUS_OK);
    int64_t took = now_ns() - begun;
    CHECK(journal_close_intent(journal, intent.request_id, STATEMENT_TAKEN_CREDITED) == STATUS_OK);
    return took;
}

static void tell(const char *name, int64_t *times, size_t count)
{
    printf("%s_p50_us=%.1f\n", name, (double)percentile(times, count, 50) / 1000);
    printf("%s_p99_us=%.1f\n", name, (double)percentile(times, count, 99) / 1000);
}

int main(int argc, char **argv)
{
    static int64_t bare[INTENTS_MAX], durable[INTENTS_MAX];
    char path[PATH_SIZE];
    char error[JOURNAL_ERROR_MAX] = "";
    struct journal *journal = NULL;
    if (argc != 3) {
        fputs("usage: bench_journal FOLDER INTENTS\n", stderr);
        return 2;
    }
    size_t count = (size_t)wanted_number(argv[2], INTENTS_MAX);
    log_open("bench", LOG_LEVEL_WARN);
    snprintf(path, sizeof(path), "%s/append", argv[1]);
    int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    snprintf(path, sizeof(path), "%s/journal.db", argv[1]);
    if (file < 0 || journal_open(path, &journal, error) != STATUS_OK) {
        fprintf(stderr, "bench_journal: %s: %s\n", path, error);
        return 1;
    }
    for (size_t i = 0; i < WARM_UP + count; i++) {
        size_t at = i < WARM_UP ? 0 : i - WARM_UP;
        bare[at] = append_once(file);
        durable[at] = save_once(journal);
    }
    journal_close(journal);
    close(file);
    tell("append", bare, count);
    tell("intent", durable, count);
    return 0;
}
