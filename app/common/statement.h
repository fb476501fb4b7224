/*
 * statement.h - the money statement: the one thing a person must be told at every ending.
 *
 * A closed enumeration, the same on screen, on paper, in the log and in the API; the words
 * stand in the translations. A statement must stay true whatever happens after it was shown.
 */
#ifndef COMMON_STATEMENT_H
#define COMMON_STATEMENT_H

#include "common/status.h"

enum statement {
    STATEMENT_NOT_TAKEN = 0,   /* 没有扣款: only when proved */
    STATEMENT_CONFIRMING,      /* 正在确认扣款，请勿重复支付 */
    STATEMENT_TAKEN_CREDITING, /* 已扣款，入账中 */
    STATEMENT_TAKEN_CREDITED,  /* 已扣款，已入账 */
    STATEMENT_MAY_RETURN,      /* 若手机显示已扣款，将自动退回 */
    STATEMENT_COUNT
};

/* "not_taken", "confirming", "taken_crediting", "taken_credited", "may_return". */
const char *statement_name(enum statement statement);
enum status statement_parse(const char *name, enum statement *statement) MUST_USE;

#endif
