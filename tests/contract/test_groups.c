/*
 * Transactions that share a commit keep every promise of db.h: one that is refused or spoiled
 * leaves nothing and hurts nobody, a commit that fails fails all, and nobody is answered before the
 * disk has it, which a process that is killed and a power cut are asked.
 */
#include "cmocka_all.h"

#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "billing/store/db.h"
#include "faulty_vfs.h"
#include "system/clock.h"
#include "works.h"

#define MEMBERS     12
#define GATHER_MS   200 /* until all of them stand in line */
#define WRITERS     8
#define KILLS       12
#define KILL_MS     60 /* a writer lives so long, and a little more every time */
#define PATH_SIZE   128
#define TEXT_SIZE   4096
#define FLOOD_ROWS  6000 /* more than SQLite keeps in memory: it writes before the commit */
#define ANSWERS_MAX 100000

static char folder[] = "/tmp/groups_XXXXXX";
static char store_path[PATH_SIZE]; /* of the test that runs */

static struct db *open_store(const char *path)
{
    char error[256] = "";
    struct db *db = NULL;
    if (db_open(path, &db, error, sizeof(error)) != STATUS_OK) {
        fail_msg("%s", error);
    }
    return db;
}

static int set_up(void **state)
{
    static int number;
    number++;
    snprintf(store_path, sizeof(store_path), "%s/store%d.db", folder, number);
    *state = open_store(store_path);
    return 0;
}

static int tear_down(void **state)
{
    atomic_store(&faulty_refuse_sync, false);
    atomic_store(&faulty_refuse_write, false);
    db_close(*state);
    return 0;
}

/* -- a group that is gathered -------------------------------------------------------------- */

static enum status refuse(struct db *db, void *context)
{
    (void)add_one(db, context);
    return STATUS_DENIED;
}

/* There is no such account, so there is no such meter; and the caller does not look. */
static enum status spoil(struct db *db, void *context)
{
    (void)add_one(db, context);
    (void)db_run(db, SQL_METER_ADD, "tt", "1", "none");
    return STATUS_OK;
}

static enum status refuse_what_is_there(struct db *db, void *context)
{
    int64_t count = 0;
    (void)context;
    return read_count(db, &count) == STATUS_OK && count > 0 ? STATUS_DENIED : STATUS_OK;
}

struct caller {
    struct db *db;
    db_work *work;
    int64_t found;
    enum status answer;
    pthread_t thread;
};

static void *call(void *context)
{
    struct caller *caller = context;
    caller->answer = db_transact(caller->db, caller->work, &caller->found);
    return NULL;
}

/* Another program writes until all stand in line; then the first of them takes them all. */
static void run_together(struct db *db, struct caller callers[MEMBERS])
{
    sqlite3 *other = NULL;
    assert_int_equal(sqlite3_open_v2(store_path, &other, SQLITE_OPEN_READWRITE, "unix"), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    for (int i = 0; i < MEMBERS; i++) {
        callers[i].db = db;
        assert_int_equal(pthread_create(&callers[i].thread, NULL, call, &callers[i]), 0);
        clock_sleep_ms(GATHER_MS / MEMBERS); /* one behind the other */
    }
    clock_sleep_ms(GATHER_MS);
    atomic_store(&faulty_syncs, 0);
    assert_int_equal(sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(other), SQLITE_OK);
    for (int i = 0; i < MEMBERS; i++) {
        assert_int_equal(pthread_join(callers[i].thread, NULL), 0);
    }
}

static void who_waits_together_shares_a_sync(void **state)
{
    struct caller callers[MEMBERS];
    for (int i = 0; i < MEMBERS; i++) {
        callers[i].work = add_one;
    }
    run_together(*state, callers);
    for (int i = 0; i < MEMBERS; i++) {
        assert_int_equal(callers[i].answer, STATUS_OK);
    }
    assert_int_equal(count_of(*state), MEMBERS);
    assert_true(atomic_load(&faulty_syncs) < MEMBERS / 2);
}

/* In every place, also the first and the last. */
static void each_of_a_group_stands_or_falls_by_itself(void **state)
{
    static db_work *const WORKS[] = {refuse, spoil, add_one, refuse, add_one, spoil};
    static const enum status ANSWERS[] = {STATUS_DENIED, STATUS_IO, STATUS_OK,
                                          STATUS_DENIED, STATUS_OK, STATUS_IO};
    struct caller callers[MEMBERS];
    for (int i = 0; i < MEMBERS; i++) {
        callers[i].work = WORKS[i % (int)ARRAY_LEN(WORKS)];
    }
    run_together(*state, callers);
    for (int i = 0; i < MEMBERS; i++) {
        assert_int_equal(callers[i].answer, ANSWERS[i % (int)ARRAY_LEN(WORKS)]);
    }
    assert_int_equal(count_of(*state), MEMBERS / 3);
}

/* Also to those who only looked, or were refused because of what others had done. */
static void a_commit_that_fails_is_told_to_all(void **state)
{
    static db_work *const WORKS[] = {add_one, look, refuse_what_is_there};
    struct caller callers[MEMBERS];
    for (int i = 0; i < MEMBERS; i++) {
        callers[i].work = WORKS[i % (int)ARRAY_LEN(WORKS)];
    }
    atomic_store(&faulty_refuse_sync, true);
    run_together(*state, callers);
    atomic_store(&faulty_refuse_sync, false);
    for (int i = 0; i < MEMBERS; i++) {
        assert_int_equal(callers[i].answer, STATUS_IO);
    }
    assert_int_equal(count_of(*state), 0);
    assert_int_equal(db_transact(*state, add_one, NULL), STATUS_OK);
    assert_int_equal(count_of(*state), 1);
}

/* An error that ends the engine's whole transaction in the middle of the group. */
static enum status flood(struct db *db, void *context)
{
    static char text[TEXT_SIZE];
    char id[24];
    enum status status = STATUS_OK;
    (void)context;
    memset(text, 'x', sizeof(text) - 1);
    atomic_store(&faulty_refuse_write, true);
    for (int i = 0; i < FLOOD_ROWS && status == STATUS_OK; i++) {
        snprintf(id, sizeof(id), "flood%d", i);
        status = db_run(db, SQL_AUDIT_ADD, "tittt", id, (int64_t)0, "nobody", "flood", text);
    }
    atomic_store(&faulty_refuse_write, false);
    return status == STATUS_OK ? STATUS_OK : STATUS_DENIED;
}

static void a_lost_transaction_takes_nothing_with_it_unsaid(void **state)
{
    struct caller callers[MEMBERS];
    for (int i = 0; i < MEMBERS; i++) {
        callers[i].work = i == MEMBERS / 2 ? flood : add_one;
    }
    run_together(*state, callers);
    int64_t stands = 0;
    for (int i = 0; i < MEMBERS; i++) {
        assert_true(callers[i].answer == STATUS_OK || callers[i].answer == STATUS_IO);
        stands += callers[i].answer == STATUS_OK ? 1 : 0;
    }
    for (int i = 0; i <= MEMBERS / 2; i++) {
        assert_int_equal(callers[i].answer, STATUS_IO);
    }
    assert_int_equal(count_of(*state), stands);
}

/* -- killed, and without power ----------------------------------------------------------------- */

struct pair {
    int64_t number;
    char first[32], second[32];
};

static void name_pair(struct pair *pair, int64_t number)
{
    pair->number = number;
    snprintf(pair->first, sizeof(pair->first), "first%lld", (long long)number);
    snprintf(pair->second, sizeof(pair->second), "second%lld", (long long)number);
}

/* Every third is refused when both are written. */
static enum status add_pair(struct db *db, void *context)
{
    const struct pair *pair = context;
    if (db_run(db, SQL_META_SET, "tt", pair->first, "1") != STATUS_OK ||
        db_run(db, SQL_META_SET, "tt", pair->second, "1") != STATUS_OK) {
        return STATUS_IO;
    }
    return pair->number % 3 == 0 ? STATUS_DENIED : STATUS_OK;
}

struct writer {
    struct db *db;
    int seat, answers; /* a pipe */
};

static void *write_pairs(void *context)
{
    const struct writer *writer = context;
    for (int64_t i = writer->seat;; i += WRITERS) {
        struct pair pair;
        name_pair(&pair, i);
        enum status status = db_transact(writer->db, add_pair, &pair);
        if (status != (i % 3 == 0 ? STATUS_DENIED : STATUS_OK) ||
            write(writer->answers, &i, sizeof(i)) != (ssize_t)sizeof(i)) {
            _exit(1);
        }
    }
}

/* A process whose threads write, and say what they were answered, until it is killed. */
static void write_until_killed(const char *path, int answers)
{
    static struct writer writers[WRITERS];
    pthread_t threads[WRITERS];
    char error[256];
    struct db *db = NULL;
    if (db_open(path, &db, error, sizeof(error)) != STATUS_OK) {
        _exit(1);
    }
    for (int i = 0; i < WRITERS; i++) {
        writers[i] = (struct writer){db, i, answers};
        if (pthread_create(&threads[i], NULL, write_pairs, &writers[i]) != 0) {
            _exit(1);
        }
    }
    pthread_join(threads[0], NULL);
    _exit(1);
}

/* Its answers, in the order in which they came. */
static int kill_in_the_middle(const char *path, int ms, int64_t *answers)
{
    int ends[2];
    int status = 0;
    int count = 0;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(ends[0]);
        write_until_killed(path, ends[1]);
    }
    close(ends[1]);
    /* From the first answer on, so that a slow machine kills no opening. */
    while (count < ANSWERS_MAX &&
           read(ends[0], &answers[count], sizeof(answers[0])) == (ssize_t)sizeof(answers[0])) {
        if (count++ == 0) {
            clock_sleep_ms(ms);
            assert_int_equal(kill(child, SIGKILL), 0);
        }
    }
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    return count;
}

static enum status find_pair(struct db *db, void *context)
{
    const struct pair *pair = context;
    enum status first = db_row(db, SQL_META_GET, "t", pair->first);
    enum status second = db_row(db, SQL_META_GET, "t", pair->second);
    return first == second ? first : STATUS_CORRUPT; /* half of one */
}

static void check_pairs(const char *path, const int64_t *answers, int count)
{
    struct db *db = open_store(path);
    struct pair pair;
    int64_t last = 0;
    for (int i = 0; i < count; i++) {
        name_pair(&pair, answers[i]);
        assert_int_equal(db_transact(db, find_pair, &pair),
                         answers[i] % 3 == 0 ? STATUS_NOT_FOUND : STATUS_OK);
        last = answers[i] > last ? answers[i] : last;
    }
    /* Those that nobody was told of: whole or not at all. */
    for (int64_t i = 0; i <= last + (int64_t)2 * WRITERS; i++) {
        name_pair(&pair, i);
        enum status status = db_transact(db, find_pair, &pair);
        assert_true(status == STATUS_NOT_FOUND || (status == STATUS_OK && i % 3 != 0));
    }
    db_close(db);
}

static int64_t told[ANSWERS_MAX];

static void what_was_answered_outlives_a_kill(void **state)
{
    (void)state;
    int all = 0;
    for (int i = 0; i < KILLS; i++) {
        char path[PATH_SIZE];
        snprintf(path, sizeof(path), "%s/killed%d.db", folder, i);
        int count = kill_in_the_middle(path, KILL_MS + i, told);
        check_pairs(path, told, count);
        all += count;
    }
    print_message("%d answers, %d kills\n", all, KILLS);
    assert_true(all > KILLS * WRITERS);
}

/* What was never synced is gone: the answered ones were. */
static void what_was_answered_outlives_a_power_cut(void **state)
{
    (void)state;
    int all = 0;
    atomic_store(&faulty_keep, true);
    for (int i = 0; i < KILLS; i++) {
        char path[PATH_SIZE], command[6 * PATH_SIZE];
        snprintf(path, sizeof(path), "%s/dark%d.db", folder, i);
        int count = kill_in_the_middle(path, KILL_MS + i, told);
        snprintf(command, sizeof(command),
                 "rm -f %s-shm && mv %s" FAULTY_KEPT " %s && mv %s-wal" FAULTY_KEPT " %s-wal", path,
                 path, path, path, path);
        assert_int_equal(system(command), 0); // NOLINT(cert-env33-c,bugprone-command-processor)
        check_pairs(path, told, count);
        all += count;
    }
    atomic_store(&faulty_keep, false);
    print_message("%d answers, %d power cuts\n", all, KILLS);
    assert_true(all > KILLS * WRITERS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(who_waits_together_shares_a_sync, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_of_a_group_stands_or_falls_by_itself, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_commit_that_fails_is_told_to_all, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_lost_transaction_takes_nothing_with_it_unsaid, set_up,
                                        tear_down),
        cmocka_unit_test(what_was_answered_outlives_a_kill),
        cmocka_unit_test(what_was_answered_outlives_a_power_cut),
    };
    char command[64];
    if (mkdtemp(folder) == NULL) {
        return 1;
    }
    faulty_vfs_install();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    snprintf(command, sizeof(command), "rm -rf %s", folder);
    return system(command) == 0 ? failed : 1; // NOLINT(cert-env33-c,bugprone-command-processor)
}
