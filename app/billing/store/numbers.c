#include "billing/store/numbers.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/instant.h"

#define BUCKET       0 /* one store is bucket 0 of the national numbering */
#define BLOCK        32
#define SEQUENCE_MAX 99999999 /* eight digits a day */

struct numbers {
    pthread_mutex_t mutex;
    struct civil day; /* of the block */
    int64_t next, last;
};

struct numbers *numbers_make(void)
{
    struct numbers *made = calloc(1, sizeof(*made));
    if (made != NULL) {
        pthread_mutex_init(&made->mutex, NULL);
        made->next = 1; /* behind last: there is no block yet */
    }
    return made;
}

void numbers_free(struct numbers *numbers)
{
    if (numbers != NULL) {
        pthread_mutex_destroy(&numbers->mutex);
        free(numbers);
    }
}

struct draw {
    char counter[32];
    int64_t last;
};

static enum status draw_work(struct db *db, void *context)
{
    struct draw *draw = context;
    enum status status = db_row(db, SQL_COUNTER_TAKE, "ti", draw->counter, (int64_t)BLOCK);
    if (status != STATUS_OK) {
        return STATUS_IO;
    }
    draw->last = db_int(db, SQL_COUNTER_TAKE, 0);
    /* RETURNING is done only when the statement has run to its end. */
    return db_next(db, SQL_COUNTER_TAKE) == STATUS_NOT_FOUND ? STATUS_OK : STATUS_IO;
}

/* Under the mutex. */
static enum status draw_block(struct numbers *numbers, struct db *db, const struct civil *day)
{
    struct draw draw = {.last = 0};
    snprintf(draw.counter, sizeof(draw.counter), "order-%04d%02d%02d", day->year, day->month,
             day->day);
    enum status status = db_transact(db, draw_work, &draw);
    if (status != STATUS_OK || draw.last < BLOCK || draw.last > SEQUENCE_MAX) {
        return STATUS_IO;
    }
    numbers->day = *day;
    numbers->next = draw.last - BLOCK + 1;
    numbers->last = draw.last;
    return STATUS_OK;
}

static bool same_day(const struct civil *a, const struct civil *b)
{
    return a->year == b->year && a->month == b->month && a->day == b->day;
}

enum status numbers_next(struct numbers *numbers, struct db *db, int64_t now_ms,
                         char order_no[ORDER_NO_MAX])
{
    struct civil today = instant_to_beijing(now_ms);
    enum status status = STATUS_OK;
    pthread_mutex_lock(&numbers->mutex);
    if (numbers->next > numbers->last || !same_day(&numbers->day, &today)) {
        status = draw_block(numbers, db, &today);
    }
    if (status == STATUS_OK) {
        snprintf(order_no, ORDER_NO_MAX, "%04d%02d%02d%04d%08d", today.year % 10000,
                 today.month % 100, today.day % 100, BUCKET,
                 (int)(numbers->next++ % (SEQUENCE_MAX + 1)));
    }
    pthread_mutex_unlock(&numbers->mutex);
    return status;
}
