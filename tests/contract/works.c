#include "works.h"

#include "cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>

enum status read_count(struct db *db, int64_t *count)
{
    char text[24] = "";
    enum status status = db_row(db, SQL_META_GET, "t", "count");
    if (status == STATUS_OK) {
        db_text(db, SQL_META_GET, 0, text, sizeof(text));
    }
    *count = strtoll(text, NULL, 10);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* Reads, thinks, writes: what is lost when two of them interleave. */
enum status add_one(struct db *db, void *context)
{
    char text[24];
    int64_t count = 0;
    (void)context;
    if (read_count(db, &count) != STATUS_OK) {
        return STATUS_IO;
    }
    snprintf(text, sizeof(text), "%lld", (long long)count + 1);
    return db_run(db, SQL_META_SET, "tt", "count", text);
}

enum status look(struct db *db, void *context)
{
    return read_count(db, context);
}

int64_t count_of(struct db *db)
{
    int64_t count = -1;
    assert_int_equal(db_transact(db, look, &count), STATUS_OK);
    return count;
}
