/* The answer to a look-up. */
#include <string.h>

#include "common/money.h"
#include "protocol/fields.h"

static const char *const STATES[] = {"active", "closed", "not_yet_usable"};

static const struct field BILL[] = {
    FIELD_TEXT_OF(bill, bill_id, 1, FORM_NAME),
    FIELD_TEXT_OF(bill, period, 7, FORM_PERIOD),
    FIELD_DATE_OF(bill, due_date, false),
    FIELD_FEN_OF(bill, amount_fen, 1, MONEY_MAX_FEN),
    FIELD_FEN_OF(bill, late_fee_fen, 0, MONEY_MAX_FEN),
};

static const struct field ACCOUNT[] = {
    FIELD_TEXT_OF(account, account_no, 10, FORM_DIGITS),
    FIELD_ENUM_OF(account, state, STATES),
    FIELD_DATE_OF(account, usable_from, true),
    FIELD_TEXT_OF(account, name_masked, 1, FORM_PRINTABLE),
    FIELD_TEXT_OF(account, address_masked, 0, FORM_PRINTABLE),
    FIELD_TEXT_OF(account, payee, 1, FORM_PRINTABLE),
    FIELD_TEXT_OF(account, category, 1, FORM_NAME),
    FIELD_BOOL_OF(account, prepaid),
    FIELD_BOOL_OF(account, balance_shown),
    FIELD_FEN_OF(account, balance_fen, -MONEY_MAX_FEN, MONEY_MAX_FEN),
    FIELD_FEN_OF(account, restore_fen, 0, MONEY_MAX_FEN),
    FIELD_BOOL_OF(account, supply_cut),
    FIELD_FEN_OF(account, min_fen, 0, MONEY_MAX_FEN),
    FIELD_FEN_OF(account, max_fen, 0, MONEY_MAX_FEN),
    {.name = "presets_fen",
     .type = FIELD_INT64S,
     .offset = offsetof(struct account, presets_fen),
     .size = sizeof(int64_t),
     .maximum = PRESETS_MAX,
     .count_offset = offsetof(struct account, preset_count)},
    FIELD_FEN_OF(account, recent_fen, 0, MONEY_MAX_FEN),
    FIELD_INT_OF(account, recent_seconds, 0, 86400),
    FIELD_FEN_OF(account, daily_cost_fen, 0, MONEY_MAX_FEN),
    FIELD_BOOL_OF(account, pay_all_bills),
    {.name = "bills",
     .type = FIELD_OBJECTS,
     .offset = offsetof(struct account, bills),
     .size = sizeof(struct bill),
     .maximum = BILLS_MAX,
     .count_offset = offsetof(struct account, bill_count),
     .items = BILL,
     .item_count = ARRAY_LEN(BILL)},
    FIELD_BOOL_OF(account, more_bills),
};

json_t *account_to_json(const struct account *account)
{
    return fields_write(ACCOUNT, ARRAY_LEN(ACCOUNT), account);
}

enum status account_from_json(const json_t *json, struct account *account,
                              struct codec_error *error)
{
    memset(account, 0, sizeof(*account));
    enum status status = fields_read(ACCOUNT, ARRAY_LEN(ACCOUNT), json, account, error);
    if (status == STATUS_OK && account_no_check(account->account_no) != STATUS_OK) {
        return codec_refuse(error, "account_no", "not in its form");
    }
    return status;
}
