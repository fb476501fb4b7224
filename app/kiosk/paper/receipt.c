#include "kiosk/paper/receipt.h"

#include <stdio.h>
#include <string.h>

#include "common/instant.h"
#include "common/money.h"
#include "kiosk/paper/writer.h"
#include "system/log.h"

#define DOTS_MIN      384
#define QR_LONG       100 /* bytes: longer addresses make more squares, so smaller ones */
#define QR_QUIET_DOTS 24
#define HANZI_BYTES   3 /* of UTF-8: all capitals and units */
#define YEN           "￥"
#define POWER_HOTLINE "95598" /* the same in the whole country */

static const struct glyph_style plain = {.width = 1, .height = 1};
static const struct glyph_style strong = {.width = 1, .height = 1, .bold = true};
static const struct glyph_style large = {.width = 2, .height = 2, .bold = true};

static void both(struct writer *writer, enum escpos_align align, struct glyph_style style,
                 struct label label)
{
    writer_text(writer, align, style, label.zh);
    if (writer->english) {
        writer_text(writer, align, plain, label.en);
    }
}

/* A slip that learned meanwhile that nothing was taken: there is nothing to wait for. */
static bool settled_without_money(const struct receipt *receipt)
{
    return receipt->kind == RECEIPT_SLIP && receipt->statement == STATEMENT_NOT_TAKEN;
}

static void write_title(struct writer *writer, const struct receipt *receipt)
{
    static const struct label titles[] = {
        [RECEIPT_RECHARGE] = {"电费充值凭证", "Electricity recharge receipt"},
        [RECEIPT_BILLS] = {"电费缴费凭证", "Electricity bill payment receipt"},
        [RECEIPT_SLIP] = {"待确认凭条", "Slip: payment not yet confirmed"},
    };
    char reprint[64];

    both(writer, ESCPOS_CENTRE, large,
         settled_without_money(receipt) ? (struct label){"未扣款凭条", "Slip: no money was taken"}
                                        : titles[receipt->kind]);
    if (receipt->reprint_number > 0) {
        snprintf(reprint, sizeof(reprint), "补打 %d", receipt->reprint_number);
        writer_text(writer, ESCPOS_CENTRE, large, reprint);
        snprintf(reprint, sizeof(reprint), "REPRINT %d", receipt->reprint_number);
        writer_text(writer, ESCPOS_CENTRE, strong, reprint);
    }
    both(writer, ESCPOS_CENTRE, plain,
         (struct label){"本凭证不作为发票", "This receipt is not an invoice"});
    writer_rule(writer);
}

static void write_account(struct writer *writer, const struct receipt *receipt)
{
    writer_field(writer, (struct label){"户号", "Account no."}, receipt->account_no);
    writer_field(writer, (struct label){"户名", "Name"}, receipt->name_masked);
    writer_field(writer, (struct label){"地址", "Address"}, receipt->address_masked);
    writer_field(writer, (struct label){"收款方", "Payee"}, receipt->payee);
    writer_rule(writer);
}

static void write_bills(struct writer *writer, const struct receipt *receipt)
{
    static const char *const zh[] = {"月份", "电费", "违约金", "小计"};
    static const char *const en[] = {"Month", "Charge", "Late fee", "Subtotal"};
    /* Narrow paper has no room for the fourth column next to an enterprise's amounts. */
    int count = writer->columns >= 48 ? 4 : 3;

    writer_row(writer, zh, count);
    if (writer->english) {
        writer_row(writer, en, count);
    }
    for (int i = 0; i < receipt->line_count; i++) {
        const struct receipt_line *line = &receipt->lines[i];
        char amount[MONEY_TEXT_MAX];
        char late[MONEY_TEXT_MAX];
        char sum[MONEY_TEXT_MAX];
        const char *cells[] = {line->period, money_format(line->amount_fen, amount),
                               money_format(line->late_fee_fen, late),
                               money_format(line->amount_fen + line->late_fee_fen, sum)};

        writer_row(writer, cells, count);
    }
    writer_rule(writer);
}

static bool is_unit(const char *text)
{
    static const char *const units[] = {"元", "角", "分", "整", "万", "亿", "仟", "佰", "拾"};

    for (size_t i = 0; i < ARRAY_LEN(units); i++) {
        if (strncmp(text, units[i], HANZI_BYTES) == 0) {
            return true;
        }
    }
    return false;
}

/*
 * The capitals, in lines that end behind a unit only: a figure that is torn from its unit
 * (…贰 / 角…) can be misread, and room for a forger.
 */
static void write_words(struct writer *writer, const char *words)
{
    char line[MONEY_WORDS_MAX];

    while (*words != '\0') {
        size_t cut = 0, at = 0;

        for (int used = 2; used <= writer->columns && words[at] != '\0'; used += 2) {
            at += HANZI_BYTES;
            /* 拾万元整 stays together: behind the last unit of a row. */
            if (is_unit(words + at - HANZI_BYTES) && !is_unit(words + at)) {
                cut = at;
            }
        }
        cut = words[at] == '\0' || cut == 0 ? at : cut;
        snprintf(line, sizeof(line), "%.*s", (int)cut, words);
        writer_text(writer, ESCPOS_RIGHT, plain, line);
        words += cut;
    }
}

/* What the ledger has not confirmed was paid, but nothing was recharged or settled yet. */
static bool crediting(const struct receipt *receipt)
{
    return receipt->kind != RECEIPT_SLIP && receipt->statement == STATEMENT_TAKEN_CREDITING;
}

static void write_amount(struct writer *writer, const struct receipt *receipt)
{
    static const struct label labels[] = {
        [RECEIPT_RECHARGE] = {"充值金额", "Amount recharged"},
        [RECEIPT_BILLS] = {"缴费金额", "Amount paid"},
        [RECEIPT_SLIP] = {"订单金额", "Order amount"},
    };
    const struct label label =
        crediting(receipt) ? (struct label){"付款金额", "Amount paid"} : labels[receipt->kind];
    char number[MONEY_TEXT_MAX];
    char amount[MONEY_TEXT_MAX + sizeof(YEN)];
    char words[MONEY_WORDS_MAX];

    CHECK(money_words(receipt->amount_fen, words) == STATUS_OK);
    snprintf(amount, sizeof(amount), YEN "%s", money_format(receipt->amount_fen, number));
    if (writer->english) {
        writer_pair(writer, label.zh, label.en);
    } else {
        escpos_line(&writer->escpos, label.zh);
    }
    /* Three times as large where it fits, which is up to millions. */
    int size = escpos_columns(amount) * 3 <= writer->columns ? 3 : 2;

    writer_text(writer, ESCPOS_RIGHT,
                (struct glyph_style){.width = size, .height = size, .bold = true}, amount);
    write_words(writer, words);
    writer_rule(writer);
}

static const char *beijing(int64_t instant_ms, char text[64])
{
    struct civil at = instant_to_beijing(instant_ms);

    snprintf(text, 64, "%04d-%02d-%02d %02d:%02d:%02d", at.year, at.month, at.day, at.hour,
             at.minute, at.second);
    return text;
}

static void write_payment(struct writer *writer, const struct receipt *receipt)
{
    static const struct label wallets[CHANNEL_COUNT] = {
        [CHANNEL_NONE] = {"-", "-"},
        [CHANNEL_WECHAT] = {"微信支付", "WeChat Pay"},
        [CHANNEL_ALIPAY] = {"支付宝", "Alipay"},
        [CHANNEL_UNIONPAY] = {"云闪付", "UnionPay"},
    };
    char method[128] = "";

    if (receipt->channel != CHANNEL_NONE) {
        const struct label wallet = wallets[receipt->channel];

        snprintf(method, sizeof(method), "%s·%s", wallet.zh, receipt->by_phone ? "扫码" : "付款码");
        if (writer->english) {
            size_t used = strlen(method);

            snprintf(method + used, sizeof(method) - used, " (%s, %s)", wallet.en,
                     receipt->by_phone ? "QR on screen" : "payment code");
        }
    }
    writer_field(writer, (struct label){"支付方式", "Paid by"}, method);
    writer_field(writer, (struct label){"凭证号", "Receipt no."}, receipt->receipt_no);
    writer_field(writer, (struct label){"流水号", "Order no."}, receipt->order_no);
    writer_field(writer, (struct label){"商户单号", "Trade no."}, receipt->out_trade_no);
    writer_field(writer, (struct label){"渠道单号", "Wallet no."}, receipt->transaction_id);
}

static void write_times(struct writer *writer, const struct receipt *receipt)
{
    char text[64];
    char number[MONEY_TEXT_MAX];
    char balance[128];

    if (receipt->paid_at_ms != 0) {
        writer_field(writer, (struct label){"交易时间", "Paid at"},
                     beijing(receipt->paid_at_ms, text));
    }
    writer_field(writer, (struct label){"打印时间", "Printed at"},
                 beijing(receipt->printed_at_ms, text));
    if (receipt->balance_known && receipt->kind != RECEIPT_SLIP) {
        const char *sign = receipt->balance_fen < 0 ? "-" : "";
        int64_t size_fen = receipt->balance_fen < 0 ? -receipt->balance_fen : receipt->balance_fen;

        snprintf(balance, sizeof(balance), "%s" YEN "%s", sign, money_format(size_fen, number));
        writer_field(writer, (struct label){"账户余额", "Balance"}, balance);
        if (receipt->paid_at_ms != 0) {
            snprintf(balance, sizeof(balance), "%.16s", beijing(receipt->paid_at_ms, text));
            writer_field(writer, (struct label){"余额截至", "As of"}, balance);
        }
    }
    writer_field(writer, (struct label){"终端号", "Terminal"}, receipt->terminal_no);
    writer_field(writer, (struct label){"网点", "Site"}, receipt->site);
    writer_rule(writer);
}

static const struct label statements[STATEMENT_COUNT] = {
    [STATEMENT_NOT_TAKEN] = {"没有扣款", "No money was taken"},
    [STATEMENT_CONFIRMING] = {"正在确认扣款，请勿重复支付",
                              "Confirming the payment. Please do not pay again"},
    [STATEMENT_TAKEN_CREDITING] = {"已扣款，入账中", "Paid; being credited to the account"},
    [STATEMENT_TAKEN_CREDITED] = {"已扣款，已入账", "Paid and credited to the account"},
    [STATEMENT_MAY_RETURN] = {"若手机显示已扣款，将自动退回",
                              "If your phone shows a payment, it will be returned automatically"},
};

/* Large, and where it needs two lines, one clause on each. */
static void write_statement_large(struct writer *writer, const char *text)
{
    static const char comma[] = "，";
    const char *end = strstr(text, comma);
    char clause[128];

    if (end == NULL || escpos_columns(text) * large.width <= writer->columns) {
        writer_text(writer, ESCPOS_CENTRE, large, text);
        return;
    }
    snprintf(clause, sizeof(clause), "%.*s", (int)(end - text), text);
    writer_text(writer, ESCPOS_CENTRE, large, clause);
    writer_text(writer, ESCPOS_CENTRE, large, end + strlen(comma));
}

static void write_statement(struct writer *writer, const struct receipt *receipt)
{
    write_statement_large(writer, statements[receipt->statement].zh);
    if (writer->english) {
        writer_text(writer, ESCPOS_CENTRE, plain, statements[receipt->statement].en);
    }
    if (crediting(receipt)) {
        both(writer, ESCPOS_CENTRE, plain,
             (struct label){"入账结果以下方查询为准", "Scan below for the result"});
        both(writer, ESCPOS_CENTRE, plain,
             (struct label){"如未能入账，款项将自动退回", "If not credited, it is returned"});
    }
    if (receipt->kind == RECEIPT_SLIP && !settled_without_money(receipt)) {
        both(writer, ESCPOS_CENTRE, plain,
             (struct label){"请保留本凭条，结果以下方查询为准",
                            "Keep this slip; scan below for the result"});
    }
    writer_rule(writer);
}

static enum status write_code(struct writer *writer, const struct receipt *receipt)
{
    if (receipt->status_url[0] == '\0' || settled_without_money(receipt)) {
        return STATUS_OK;
    }
    bool wide = writer->columns >= 48;
    int module = (wide ? 6 : 5) - (strlen(receipt->status_url) > QR_LONG ? 1 : 0);

    escpos_set_align(&writer->escpos, ESCPOS_CENTRE);
    escpos_feed(&writer->escpos, QR_QUIET_DOTS);
    enum status status = escpos_qr(&writer->escpos, receipt->status_url, module);

    escpos_feed(&writer->escpos, QR_QUIET_DOTS);
    both(
        writer, ESCPOS_CENTRE, plain,
        (struct label){"扫码查看本笔缴费的最新状态", "Scan for the current state of this payment"});
    return status;
}

static void write_foot(struct writer *writer, const struct receipt *receipt)
{
    writer_text(writer, ESCPOS_CENTRE, strong, "供电服务热线 " POWER_HOTLINE);
    if (writer->english) {
        writer_text(writer, ESCPOS_CENTRE, plain, "Power service " POWER_HOTLINE);
    }
    if (receipt->hotline[0] == '\0' || strcmp(receipt->hotline, POWER_HOTLINE) == 0) {
        return;
    }
    char line[128];

    snprintf(line, sizeof(line), "网点电话 %s", receipt->hotline);
    writer_text(writer, ESCPOS_CENTRE, plain, line);
    if (writer->english) {
        snprintf(line, sizeof(line), "This site %s", receipt->hotline);
        writer_text(writer, ESCPOS_CENTRE, plain, line);
    }
}

static bool may_be_printed(const struct receipt *receipt)
{
    bool in_range = (unsigned)receipt->kind <= RECEIPT_SLIP &&
                    (unsigned)receipt->channel < CHANNEL_COUNT &&
                    (unsigned)receipt->statement < STATEMENT_COUNT &&
                    (unsigned)receipt->language < LANGUAGE_COUNT && receipt->line_count >= 0 &&
                    receipt->line_count <= BILLS_MAX && receipt->reprint_number >= 0;
    /* A receipt is for money that was taken, a slip never says so. */
    bool taken = receipt->statement == STATEMENT_TAKEN_CREDITED ||
                 receipt->statement == STATEMENT_TAKEN_CREDITING;

    return in_range && receipt->balance_fen >= -MONEY_MAX_FEN &&
           receipt->balance_fen <= MONEY_MAX_FEN && receipt->amount_fen >= 0 &&
           receipt->amount_fen <= MONEY_MAX_FEN && receipt->receipt_no[0] != '\0' &&
           (receipt->kind == RECEIPT_SLIP || (taken && receipt->paid_at_ms > 0));
}

enum status receipt_compose(const struct receipt *receipt, const struct printer_model *model,
                            uint8_t *buffer, size_t size, size_t *length)
{
    struct writer writer = {.english = receipt->language == LANGUAGE_EN};

    if (model->dots < DOTS_MIN || !may_be_printed(receipt)) {
        return STATUS_INVALID;
    }
    enum status status = escpos_begin(&writer.escpos, model, buffer, size);

    if (status != STATUS_OK) {
        return status;
    }
    writer.columns = model->dots / GLYPH_HALF;
    write_title(&writer, receipt);
    write_account(&writer, receipt);
    if (receipt->kind == RECEIPT_BILLS) {
        write_bills(&writer, receipt);
    }
    write_amount(&writer, receipt);
    write_payment(&writer, receipt);
    write_times(&writer, receipt);
    write_statement(&writer, receipt);
    status = write_code(&writer, receipt);
    write_foot(&writer, receipt);
    escpos_cut(&writer.escpos);
    size_t composed = 0;
    enum status ended = escpos_end(&writer.escpos, &composed);

    if (writer.escpos.missing > 0) {
        /* Not the name itself: logs hold no personal data. */
        log_warn("receipt.no_glyph", "receipt=%s characters=%d printed_as=U+3013",
                 receipt->receipt_no, writer.escpos.missing);
    }
    status = status != STATUS_OK ? status : ended;
    if (status == STATUS_OK) {
        *length = composed;
    }
    return status;
}
