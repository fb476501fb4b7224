#include "samples.h"

#define PAID_AT    INT64_C(1795240800000) /* 2026-11-21 10:00:00 in Beijing */
#define PRINTED_AT (PAID_AT + 4000)
#define STATUS_URL "https://pay.example/o/7f3a9c51d2e84b60a1c4f09e5d7b2836"

#define COMMON                                                                                     \
    .receipt_no = "00012-261121-0001", .account_no = "5263940001", .payee = "示范供电公司",        \
    .order_no = "202611210000000017", .out_trade_no = "202611210000000017A1",                      \
    .printed_at_ms = PRINTED_AT, .terminal_no = "00012", .site = "示范供电公司城东营业厅",         \
    .hotline = "023-00000000", .status_url = STATUS_URL

#define NAMED .name_masked = "张*伟", .address_masked = "江宁区*****1002室"

#define PAID                                                                                       \
    COMMON, .transaction_id = "4200002611212011000000000017", .paid_at_ms = PAID_AT,               \
            .statement = STATEMENT_TAKEN_CREDITED

static const struct sample samples[] = {
    {"recharge",
     {PAID, NAMED, .kind = RECEIPT_RECHARGE, .channel = CHANNEL_WECHAT, .amount_fen = 18640,
      .balance_known = true, .balance_fen = 21904}},
    {"recharge-crediting",
     {COMMON, NAMED, .kind = RECEIPT_RECHARGE, .channel = CHANNEL_ALIPAY, .by_phone = true,
      .amount_fen = 32504, .paid_at_ms = PAID_AT, .statement = STATEMENT_TAKEN_CREDITING}},
    {"recharge-debt",
     {PAID, NAMED, .kind = RECEIPT_RECHARGE, .channel = CHANNEL_UNIONPAY, .amount_fen = 4000,
      .balance_known = true, .balance_fen = -280, .reprint_number = 2}},
    {"bills",
     {PAID, NAMED, .kind = RECEIPT_BILLS, .channel = CHANNEL_ALIPAY, .amount_fen = 56436,
      .lines = {{"2026-08", 18400, 368}, {"2026-09", 18984, 184}, {"2026-10", 18400, 100}},
      .line_count = 3}},
    {"bills-enterprise",
     {PAID, .address_masked = "江宁区*****1002室", .kind = RECEIPT_BILLS,
      .channel = CHANNEL_UNIONPAY, .by_phone = true, .amount_fen = 14897425,
      .name_masked = "示********司", .lines = {{"2026-10", 14897425, 0}}, .line_count = 1}},
    {"rare-name",
     {PAID, .kind = RECEIPT_RECHARGE, .channel = CHANNEL_WECHAT, .amount_fen = 5000,
      .name_masked = "㛃*𬭎",
      .address_masked = "示范市高新技术产业开发区软件大道西侧示范花园小区第二期"
                        "（东区）*****12号楼3单元1002室",
      .balance_known = true, .balance_fen = 5005}},
    {"slip-confirming",
     {COMMON, NAMED, .kind = RECEIPT_SLIP, .channel = CHANNEL_WECHAT, .amount_fen = 18640,
      .statement = STATEMENT_CONFIRMING}},
    {"slip-may-return",
     {COMMON, NAMED, .kind = RECEIPT_SLIP, .channel = CHANNEL_ALIPAY, .by_phone = true,
      .amount_fen = 60071, .statement = STATEMENT_MAY_RETURN, .reprint_number = 1}},
    {"slip-not-taken",
     {COMMON, NAMED, .kind = RECEIPT_SLIP, .channel = CHANNEL_NONE, .amount_fen = 5,
      .statement = STATEMENT_NOT_TAKEN}},
};

const struct sample *samples_all(size_t *count)
{
    *count = ARRAY_LEN(samples);
    return samples;
}
