/*
 * money.h - amounts of money: int64_t fen, always. There is no floating point here.
 *
 * Every operation is checked; text that is not exactly an amount is refused.
 */
#ifndef COMMON_MONEY_H
#define COMMON_MONEY_H

#include <stddef.h>
#include <stdint.h>

#include "common/status.h"

/* Far above any sale and far below where int64_t arithmetic could overflow: 10^13 fen. */
#define MONEY_MAX_FEN INT64_C(10000000000000)
/* "-100000000000.00" and its terminator, with room to spare. */
#define MONEY_TEXT_MAX 24

/*
 * Reads "186.4", "186.40", "186" or "0.05" as fen. Refused with STATUS_INVALID: a sign,
 * blanks, an exponent, more than two decimals, a missing digit before or after the point,
 * a leading zero before another digit, a byte outside [0-9.]. STATUS_LIMIT above
 * MONEY_MAX_FEN. *amount_fen is written only on STATUS_OK.
 */
enum status money_parse(const char *text, int64_t *amount_fen) MUST_USE;

/* Writes "186.40" or "-0.05" (no sign of currency, no grouping). buffer: MONEY_TEXT_MAX bytes. */
const char *money_format(int64_t amount_fen, char buffer[MONEY_TEXT_MAX]);

/* a + b; STATUS_LIMIT when the sum leaves +-MONEY_MAX_FEN. */
enum status money_add(int64_t a_fen, int64_t b_fen, int64_t *sum_fen) MUST_USE;

/*
 * amount * numerator / denominator, rounded half-up (away from zero at .5) to the fen, in
 * 128 bits. denominator > 0. STATUS_LIMIT when the result leaves +-MONEY_MAX_FEN.
 */
enum status money_scale(int64_t amount_fen, int64_t numerator, int64_t denominator,
                        int64_t *result_fen) MUST_USE;

/* Longest text of money_words(): MONEY_MAX_FEN in words is far below this. */
#define MONEY_WORDS_MAX 256

/*
 * The amount in Chinese capitals as on a bank form, with 人民币 before it: 325.04 is
 * 人民币叁佰贰拾伍元零肆分. 0 <= amount <= MONEY_MAX_FEN, else STATUS_INVALID.
 * Rule: 支付结算办法 annex 1; the optional 零 before 角 when the yuan end in 0 is left out.
 */
enum status money_words(int64_t amount_fen, char buffer[MONEY_WORDS_MAX]) MUST_USE;

#endif
