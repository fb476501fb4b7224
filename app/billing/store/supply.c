#include "billing/store/supply.h"

enum status supply_cut(struct db *db, const char *account_no)
{
    enum status status = db_row(db, SQL_ACCOUNT_UNRESOLVED, "t", account_no);
    if (status != STATUS_OK) {
        return status;
    }
    return db_int(db, SQL_ACCOUNT_UNRESOLVED, 0) > 0 ? STATUS_CONFLICT
                                                     : db_run(db, SQL_ACCOUNT_CUT, "t", account_no);
}
