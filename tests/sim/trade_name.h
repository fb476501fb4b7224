/*
 * trade_name.h - a name for a trade that stays when other sales are taken away, as its number does
 * not: which attempt of which sale of which customer at which kiosk.
 */
#ifndef TESTS_SIM_TRADE_NAME_H
#define TESTS_SIM_TRADE_NAME_H

#include <stdint.h>

uint64_t witness_trade(const char *out_trade_no);

#endif
