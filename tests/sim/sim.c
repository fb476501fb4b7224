/*
 * sim - many kiosks, servers, a gateway and their people under a virtual clock and a seed.
 *
 * It links the programs' own objects: the flow and its journal, the server's handlers, worker,
 * duties, rules, store, provider, the sandbox's gateway and books (same_objects holds that). The
 * machine under them is simulated: clocks, wires, power, threads (fibers), printer, hands.
 *
 * Each run is one seed: 6 to 20 kiosks, 14 customers at each, one or two servers, and a random half
 * of the faults in choices.h. When the last customer has gone all faults end, and time goes on
 * until nothing is due any more; then the law of rules.c is held against what happened at the
 * gateway, what stands in the books and journals, and every sentence that anybody was told.
 *
 * How to read the output: first the seeds that failed, each with the rule that broke by its name;
 * then how often each fault happened, how sales and attempts ended, and the speed. A failing seed
 * is told again with --replay, line by line: seconds of virtual time, who, what; lines that are
 * indented are the server's own log. --shrink takes away all that is not needed for the failure.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

#include "chance.h"
#include "kiosk/flow/view.h"
#include "mutation.h"
#include "run_one.h"
#include "shrink.h"
#include "staff.h"
#include "witness.h"
#include "world.h"

#define NS_A_SECOND 1e9
/* A rule that is taken away may be found by a seed whose story stays long. */
#define STORIES_MAX 3

struct options {
    uint64_t seed;
    long sales;
    bool replay, shrink, must_fail;
    int choices_max;
};

static double now_s(clockid_t clock)
{
    struct timespec now = {0};
    CHECK(clock_gettime(clock, &now) == 0);
    return (double)now.tv_sec + (double)now.tv_nsec / NS_A_SECOND;
}

static void print_ends(void)
{
    static const char *const outcomes[] = {"paid", "not paid", "handed over"};
    printf("how sales ended on the screen:\n");
    for (int i = 0; i <= OUTCOME_HANDED_OVER; i++) {
        for (int j = 0; j < STATEMENT_COUNT; j++) {
            if (witness_ends[i][j] > 0) {
                printf("  %10llu  %s: %s\n", (unsigned long long)witness_ends[i][j], outcomes[i],
                       statement_name((enum statement)j));
            }
        }
    }
    printf("how attempts ended:\n");
    run_ends_print();
    printf("  %10llu  cases decided by two persons\n", (unsigned long long)staff_cases);
}

static void print_choices(void)
{
    printf("what happened:\n");
    for (int i = 0; i < CHOICE_COUNT; i++) {
        printf("  %10llu  %s\n", (unsigned long long)chance_counts[i],
               choice_words((enum choice)i));
    }
}

/* What a failing seed is told with. */
static int report_failure(const struct options *options, uint64_t seed)
{
    printf("FAIL seed %llu: %s: %s\n", (unsigned long long)seed, world_failure.rule,
           world_failure.why);
    printf("tell it again: sim --seed %llu --replay%s%s\n", (unsigned long long)seed,
           mutation != MUTATION_NONE ? " --without " : "",
           mutation != MUTATION_NONE ? mutation_name(mutation) : "");
    int left = shrink(seed);
    if (options->must_fail && (left < 0 || left > options->choices_max)) {
        printf("%d choices are left, %d are allowed\n", left, options->choices_max);
        return 1;
    }
    return options->must_fail ? 0 : 1;
}

static const struct options *asked;
static uint64_t running;

static void on_stop(void)
{
    exit(report_failure(asked, running));
}

static int run_all(const struct options *options)
{
    asked = options;
    world_stopped = on_stop;
    long sales = 0;
    uint64_t hash = 0;
    uint64_t seed = options->seed;
    double virtual_s = 0;
    int long_stories = 0;
    double began_s = now_s(CLOCK_MONOTONIC);
    for (; sales < options->sales; seed++) {
        running = seed;
        struct run_result result = run_one(seed);
        if (world_failed()) {
            printf("after %ld sales\n", sales);
            int answer = report_failure(options, seed);
            if (answer == 0 || !options->must_fail || ++long_stories == STORIES_MAX) {
                return answer;
            }
        }
        sales += result.sales;
        virtual_s += (double)result.virtual_ms / 1000;
        hash = (hash ^ result.hash) * UINT64_C(1099511628211);
    }
    double took_s = now_s(CLOCK_MONOTONIC) - began_s;
    print_choices();
    print_ends();
    printf("seeds %llu to %llu, %ld sales, %.0f hours of virtual time, trace %016llx\n",
           (unsigned long long)options->seed, (unsigned long long)(seed - 1), sales,
           virtual_s / 3600, (unsigned long long)hash);
    printf("%ld sales, %.0f sales/s of a core, 0 bad\n", sales,
           (double)sales / now_s(CLOCK_PROCESS_CPUTIME_ID));
    printf("took %.1f s\n", took_s);
    if (options->must_fail) {
        printf("FAIL: %s is taken away, and nothing was found\n", mutation_name(mutation));
    }
    return options->must_fail ? 1 : 0;
}

/* The same moments for everybody: SQLite's CURRENT_TIMESTAMP, too. */
static int sqlite_time(sqlite3_vfs *vfs, sqlite3_int64 *julian_ms)
{
    (void)vfs;
    *julian_ms = INT64_C(210866760000000) + world_wall_ms();
    return SQLITE_OK;
}

static void prepare_sqlite(void)
{
    CHECK(sqlite3_config(SQLITE_CONFIG_URI, 1) == SQLITE_OK);
    CHECK(sqlite3_config(SQLITE_CONFIG_SINGLETHREAD) == SQLITE_OK);
    CHECK(sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) == SQLITE_OK);
    CHECK(sqlite3_initialize() == SQLITE_OK);
    sqlite3_vfs_find(NULL)->xCurrentTimeInt64 = sqlite_time;
}

static int usage(void)
{
    fprintf(stderr,
            "usage: sim [--sales N] [--seed S] [--replay] [--shrink] [--without RULE [--left N]]\n"
            "  --sales N       so many sales at least (default 1000)\n"
            "  --seed S        of the first run; the next run has the next one\n"
            "  --replay        one run, told step by step\n"
            "  --shrink        makes the story of that seed short\n"
            "  --without RULE  takes a rule away; must be found within the sales\n"
            "  --left N        and shrunk to so many choices at most (default 12)\n");
    return 2;
}

int main(int argc, char **argv)
{
    static const struct option OPTIONS[] = {
        {"sales", required_argument, NULL, 'n'},
        {"seed", required_argument, NULL, 's'},
        {"replay", no_argument, NULL, 'r'},
        {"shrink", no_argument, NULL, 'k'},
        {"without", required_argument, NULL, 'w'},
        {"left", required_argument, NULL, 'l'},
        {NULL, 0, NULL, 0},
    };
    struct options options = {.seed = 1, .sales = 1000, .choices_max = 12};
    for (int letter; (letter = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1;) {
        switch (letter) {
        case 'n': options.sales = strtol(optarg, NULL, 10); break;
        case 's': options.seed = strtoull(optarg, NULL, 10); break;
        case 'r': options.replay = true; break;
        case 'k': options.shrink = true; break;
        case 'l': options.choices_max = (int)strtol(optarg, NULL, 10); break;
        case 'w':
            options.must_fail = true;
            mutation = mutation_parse(optarg);
            break;
        default: return usage();
        }
    }
    if (mutation == MUTATION_COUNT || optind != argc) {
        return usage();
    }
    prepare_sqlite();
    if (options.shrink) {
        return shrink(options.seed) < 0 ? 1 : 0;
    }
    if (options.replay) {
        story_wanted = true;
        struct run_result result = run_one(options.seed);
        printf("%d sales, trace %016llx%s\n", result.sales, (unsigned long long)result.hash,
               world_failed() ? ", FAILED" : ", 0 bad");
        return world_failed() ? 1 : 0;
    }
    return run_all(&options);
}
