/*
 * demo.c - the program `demo-data`: demonstration data as JSON lines for `billing-admin import`.
 *
 * The same --today gives the same bytes.
 */
#include "sandbox/demo.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "common/instant.h"
#include "common/status.h"
#include "system/clock.h"
#include "system/control.h"

#define COUNT_DEFAULT 200
#define COUNT_MAX     100000
#define PERIOD_MAX    16
#define METER_DIGITS  22
#define DAY_MS        INT64_C(86400000)

static const char USAGE[] =
    "NAME\n"
    "    demo-data - accounts and bills for trying the payment kiosk\n\n"
    "SYNOPSIS\n"
    "    demo-data [--today YYYY-MM-DD] [--count N]\n"
    "    demo-data --list\n\n"
    "DESCRIPTION\n"
    "    Writes JSON lines for `billing-admin import` to standard output. Dates are relative to\n"
    "    --today (default: today in Beijing); the same date gives the same bytes. Nobody and\n"
    "    nothing in the data is real.\n\n"
    "OPTIONS\n"
    "    --today DATE   the day that overdue and not yet due are counted from\n"
    "    --count N      accounts in all, the special ones included; default 200\n"
    "    --list         prints the special accounts and what is special, and ends\n"
    "    --version      prints the version\n"
    "    --help         prints this\n";

static const char ORGS[] =
    "{\"type\":\"org\",\"org_no\":\"SG01\",\"name\":\"示范供电公司\",\"payee\":\"示范供电公司\","
    "\"merchant\":\"SG01M\",\"account_digits\":10,\"account_prefix\":\"52\","
    "\"recharge_min_fen\":100,\"recharge_max_fen\":500000,"
    "\"presets_fen\":[5000,10000,20000,50000],\"show_balance\":true,\"show_restore\":true,"
    "\"pay_all_bills\":false,\"late_fee\":true,\"ledger\":\"own\"}\n"
    "{\"type\":\"org\",\"org_no\":\"CM01\",\"name\":\"示范大学后勤服务中心\","
    "\"payee\":\"示范大学后勤服务中心\",\"merchant\":\"CM01M\",\"account_digits\":13,"
    "\"account_prefix\":\"41\",\"recharge_min_fen\":1,\"recharge_max_fen\":50000,"
    "\"presets_fen\":[1000,2000,5000,10000],\"show_balance\":true,\"show_restore\":true,"
    "\"pay_all_bills\":false,\"late_fee\":false,\"ledger\":\"own\"}\n"
    "{\"type\":\"org\",\"org_no\":\"WG01\",\"name\":\"示范县农村供电所\","
    "\"payee\":\"示范县农村供电所\",\"merchant\":\"WG01M\",\"account_digits\":16,"
    "\"account_prefix\":\"2801\",\"recharge_min_fen\":1000,\"recharge_max_fen\":200000,"
    "\"presets_fen\":[3000,5000,10000],\"show_balance\":false,\"show_restore\":false,"
    "\"pay_all_bills\":true,\"late_fee\":true,\"ledger\":\"own\"}\n"
    "{\"type\":\"org\",\"org_no\":\"ND01\",\"name\":\"示范新区配售电公司\","
    "\"payee\":\"示范新区配售电公司\",\"merchant\":\"ND01M\",\"account_digits\":13,"
    "\"account_prefix\":\"43\",\"recharge_min_fen\":1000,\"recharge_max_fen\":200000,"
    "\"presets_fen\":[5000,10000,20000],\"show_balance\":true,\"show_restore\":true,"
    "\"pay_all_bills\":true,\"late_fee\":true,\"ledger\":\"utility\"}\n";

/* SplitMix64 (public domain, Sebastiano Vigna): small, and the same everywhere. */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static int pick(uint64_t *state, int count)
{
    return (int)(next_random(state) % (uint64_t)count);
}

/* The newest bill is for last month, the next older one for the month before, and so on. */
static void period_of(const struct demo_account *account, const struct demo_bill *bill,
                      int32_t today, char period[PERIOD_MAX])
{
    char date[DATE_TEXT_MAX];
    int months_ago = 1;

    for (int i = 0; i < account->bill_count; i++) {
        months_ago += account->bills[i].due_in_days > bill->due_in_days ? 1 : 0;
    }
    while (months_ago-- > 0) {
        struct civil civil = instant_to_beijing(today * DAY_MS);

        today -= civil.day;
    }
    snprintf(period, PERIOD_MAX, "%.7s", date_format(today, date));
}

static void write_bill(const struct demo_account *account, const struct demo_bill *bill,
                       int32_t today)
{
    char period[PERIOD_MAX];
    char due[DATE_TEXT_MAX];
    bool residential = strcmp(account->category, "residential") == 0;

    period_of(account, bill, today, period);
    printf("{\"type\":\"bill\",\"bill_id\":\"B%s-%.4s%s\",\"account_no\":\"%s\","
           "\"period\":\"%s\",\"due_date\":\"%s\",\"amount_fen\":%lld,\"late_fee\":\"%s\","
           "\"state\":\"%s\"}\n",
           account->account_no, period, period + 5, account->account_no, period,
           date_format(today + bill->due_in_days, due), (long long)bill->amount_fen,
           residential ? "residential" : "other", bill->paid ? "paid" : "open");
}

static void write_account(const struct demo_account *account, int32_t today)
{
    char starts[DATE_TEXT_MAX + 2] = "null";
    char date[DATE_TEXT_MAX];
    char kva[16] = "null";
    char phone[16] = "null";
    static const char meter_start[] = "413000100000"; /* then the account */
    size_t digits = strlen(account->account_no);

    if (account->starts) {
        snprintf(starts, sizeof(starts), "\"%s\"",
                 date_format(today + account->starts_in_days, date));
    }
    if (account->kva > 0) {
        snprintf(kva, sizeof(kva), "%d", account->kva);
    }
    /* 100 is no mobile prefix that was ever given out. */
    if (!account->no_phone) {
        snprintf(phone, sizeof(phone), "\"100%s\"", account->account_no + digits - 8);
    }
    printf("{\"type\":\"account\",\"account_no\":\"%s\",\"org_no\":\"%s\",\"name\":\"%s\","
           "\"address\":\"%s\",\"phone\":%s,\"category\":\"%s\",\"prepaid\":%s,\"state\":\"%s\","
           "\"usable_from\":%s,\"book_balance_fen\":%lld,\"unbilled_fen\":%lld,"
           "\"daily_cost_fen\":%lld,\"supply_cut\":%s,\"protected\":%s,\"contract_kva\":%s,"
           "\"meter_no\":\"%.*s%s\"}\n",
           account->account_no, account->org_no, account->name, account->address, phone,
           account->category, account->prepaid ? "true" : "false",
           account->closed ? "closed" : "active", starts, (long long)account->book_fen,
           (long long)account->unbilled_fen, (long long)account->daily_fen,
           account->cut ? "true" : "false", account->protected ? "true" : "false", kva,
           (int)(METER_DIGITS - digits), meter_start, account->account_no);
    for (int i = 0; i < account->bill_count; i++) {
        write_bill(account, &account->bills[i], today);
    }
}

static void fill_name(uint64_t *state, char *name, size_t size)
{
    static const char *const family[] = {"张", "王", "李", "赵", "陈", "刘", "杨", "黄",
                                         "周", "吴", "徐", "孙", "马", "朱", "胡", "林"};
    static const char *const given[] = {"伟", "芳", "娜", "敏", "静", "强", "磊", "洋",
                                        "勇", "艳", "杰", "涛", "明", "超", "霞", "平"};
    const char *first = given[pick(state, ARRAY_LEN(given))];
    const char *second = pick(state, 3) == 0 ? "" : given[pick(state, ARRAY_LEN(given))];

    snprintf(name, size, "%s%s%s", family[pick(state, ARRAY_LEN(family))], first, second);
}

/* One of the many: household, room or farm, prepaid or postpaid. */
static void write_filler(uint64_t *state, int number, int32_t today)
{
    static const char *const roads[] = {"和平路", "建设路", "解放路", "光明街", "新华路", "人民路"};
    char account_no[17];
    char name[32];
    char address[128];
    struct demo_account account = {
        .account_no = account_no, .name = name, .address = address, .category = "residential"};
    int kind = pick(state, 10);

    fill_name(state, name, sizeof(name));
    snprintf(address, sizeof(address), "示范市%s%d号%d单元%d0%d室",
             roads[pick(state, ARRAY_LEN(roads))], 1 + pick(state, 200), 1 + pick(state, 6),
             1 + pick(state, 18), 1 + pick(state, 4));
    account.prepaid = kind < 6;
    if (kind < 2) {
        account.org_no = "CM01";
        account.category = "campus";
        snprintf(account_no, sizeof(account_no), "41001%08d", number);
        snprintf(address, sizeof(address), "示范大学%d号公寓%d0%d室", 1 + pick(state, 12),
                 1 + pick(state, 6), 1 + pick(state, 9));
    } else if (kind == 9) {
        account.org_no = "WG01";
        snprintf(account_no, sizeof(account_no), "280100%010d", number);
    } else {
        account.org_no = "SG01";
        snprintf(account_no, sizeof(account_no), "5264%06d", number);
    }
    if (account.prepaid) {
        account.book_fen = 100 * (20 + pick(state, 300));
        account.daily_fen = 100 + pick(state, 2000);
        account.unbilled_fen = account.daily_fen * pick(state, 12) % (account.book_fen + 1);
    } else {
        int open = pick(state, 4);

        for (int i = 0; i < 3; i++) {
            account.bills[i] = (struct demo_bill){.amount_fen = 3000 + pick(state, 40000),
                                                  .due_in_days = 10 - 31 * i,
                                                  .paid = i >= open};
        }
        account.bill_count = 3;
    }
    write_account(&account, today);
}

static void write_data(int32_t today, long count)
{
    size_t special_count = 0;
    const struct demo_account *specials = demo_specials(&special_count);
    uint64_t state = 20261121; /* any fixed number */

    fputs(ORGS, stdout);
    for (size_t i = 0; i < special_count; i++) {
        write_account(&specials[i], today);
    }
    for (long i = (long)special_count; i < count; i++) {
        write_filler(&state, (int)i, today);
    }
}

static void write_list(void)
{
    size_t count = 0;
    const struct demo_account *specials = demo_specials(&count);

    for (size_t i = 0; i < count; i++) {
        printf("%-16s  %s\n", specials[i].account_no, specials[i].special);
    }
}

int main(int argc, char **argv)
{
    static const struct option long_options[] = {
        {"today", required_argument, NULL, 't'}, {"count", required_argument, NULL, 'c'},
        {"list", no_argument, NULL, 'l'},        {"version", no_argument, NULL, 'v'},
        {"help", no_argument, NULL, 'h'},        {NULL, 0, NULL, 0},
    };
    int32_t today = date_of_instant(clock_wall_ms());
    long count = COUNT_DEFAULT;
    int option = 0;

    while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
        switch (option) {
        case 't':
            if (date_parse(optarg, &today) != STATUS_OK) {
                fprintf(stderr, "demo-data: not a date: %s\n", optarg);
                return 2;
            }
            break;
        case 'c':
            if (!control_number(optarg, 1, COUNT_MAX, &count)) {
                fprintf(stderr, "demo-data: not a number up to %d: %s\n", COUNT_MAX, optarg);
                return 2;
            }
            break;
        case 'l': write_list(); return 0;
        case 'v': puts("demo-data " KIOSK_VERSION); return 0;
        case 'h': fputs(USAGE, stdout); return 0;
        default: return 2;
        }
    }
    if (optind != argc) {
        fprintf(stderr, "demo-data: unexpected: %s\n", argv[optind]);
        return 2;
    }
    write_data(today, count);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fputs("demo-data: cannot write\n", stderr);
        return 1;
    }
    return 0;
}
