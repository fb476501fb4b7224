#include "kiosk/flow/problem.h"

#include <string.h>

enum message message_of_failure(enum failure failure)
{
    static const enum message messages[FAILURE_COUNT] = {
        [FAILURE_NONE] = MESSAGE_DECLINED,     [FAILURE_CODE_EXPIRED] = MESSAGE_CODE_EXPIRED,
        [FAILURE_NO_FUNDS] = MESSAGE_NO_FUNDS, [FAILURE_DECLINED] = MESSAGE_DECLINED,
        [FAILURE_PASSWORD] = MESSAGE_PASSWORD, [FAILURE_PROVIDER] = MESSAGE_PROVIDER_DOWN,
    };

    CHECK((unsigned)failure < FAILURE_COUNT);
    return messages[failure];
}

enum message message_of_problem(const struct problem *problem)
{
    static const struct {
        const char *code;
        enum message message;
    } table[] = {
        {"account_unknown", MESSAGE_ACCOUNT_UNKNOWN},
        {"account_closed", MESSAGE_ACCOUNT_CLOSED},
        {"account_not_yet_usable", MESSAGE_ACCOUNT_NOT_YET},
        {"amount_too_small", MESSAGE_AMOUNT_TOO_SMALL},
        {"amount_too_large", MESSAGE_AMOUNT_TOO_LARGE},
        {"account_limit", MESSAGE_ACCOUNT_LIMIT},
        {"bills_changed", MESSAGE_BILLS_CHANGED},
        {"bill_being_paid", MESSAGE_BILL_BEING_PAID},
        {"code_repeated", MESSAGE_CODE_REPEATED},
        {"code_invalid", MESSAGE_CODE_UNKNOWN},
        {"order_not_open", MESSAGE_ORDER_EXPIRED},
    };

    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        if (strcmp(problem->code, table[i].code) == 0) {
            return table[i].message;
        }
    }
    return MESSAGE_SERVER_REFUSED;
}

enum message message_of_scan(enum scan_kind kind)
{
    static const enum message messages[SCAN_KIND_COUNT] = {
        [SCAN_PAYMENT_CODE] = MESSAGE_NONE,          [SCAN_PAYEE_CODE] = MESSAGE_CODE_PAYEE,
        [SCAN_WEB_ADDRESS] = MESSAGE_CODE_WEB,       [SCAN_GOODS_BARCODE] = MESSAGE_CODE_GOODS,
        [SCAN_BILL_BARCODE] = MESSAGE_CODE_BILL,     [SCAN_OFFLINE_CODE] = MESSAGE_CODE_OFFLINE,
        [SCAN_UNREADABLE] = MESSAGE_CODE_UNREADABLE, [SCAN_UNKNOWN] = MESSAGE_CODE_UNKNOWN,
    };

    CHECK((unsigned)kind < SCAN_KIND_COUNT);
    return messages[kind];
}
