#include "billing/cases.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "billing/jobs/apply.h"
#include "common/instant.h"
#include "common/money.h"
#include "system/random.h"

#define AUDIT_ID_BYTES 16
#define SUBJECT_MAX    320
#define ACTION_MAX     12

static const char *const ACTIONS[CASE_ACTIONS] = {"credit", "refund", "returned", "posted",
                                                  "not-taken"};

static const enum attempt_evidence EVIDENCE_OF[CASE_ACTIONS] = {
    [CASE_CREDIT] = EVIDENCE_MAY_CREDIT,   [CASE_REFUND] = EVIDENCE_MAY_REFUND,
    [CASE_RETURNED] = EVIDENCE_RETURNED,   [CASE_POSTED] = EVIDENCE_POSTED,
    [CASE_NOT_TAKEN] = EVIDENCE_NOT_TAKEN,
};

enum status case_action_parse(const char *word, enum case_action *action)
{
    for (int i = 0; i < CASE_ACTIONS; i++) {
        if (strcmp(word, ACTIONS[i]) == 0) {
            *action = (enum case_action)i;
            return STATUS_OK;
        }
    }
    return STATUS_INVALID;
}

bool case_person_ok(const char *name)
{
    size_t length = name != NULL ? strlen(name) : 0;
    return length >= 2 && length < CASE_PERSON_MAX &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") ==
               length;
}

enum status audit_add(struct db *db, const char *actor, const char *event, const char *subject,
                      int64_t now_ms)
{
    char audit_id[2 * AUDIT_ID_BYTES + 1];
    random_hex(audit_id, AUDIT_ID_BYTES);
    return db_run(db, SQL_AUDIT_ADD, "tittt", audit_id, now_ms, actor, event, subject);
}

/* -- words --------------------------------------------------------------------------------------
 */

struct story {
    char *text;
    size_t used;
    bool full;
};

static void tell(struct story *story, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void tell(struct story *story, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length =
        vsnprintf(story->text + story->used, CASE_TEXT_MAX - story->used, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= CASE_TEXT_MAX - story->used) {
        story->text[story->used] = '\0';
        story->full = true;
        return;
    }
    story->used += (size_t)length;
}

/* What each state means to somebody at a counter. */
static const char *const STATES[CASE_LANGUAGES][ATTEMPT_STATE_COUNT] = {
    {"已登记，还没有向支付机构发出", "已发出，正在等支付机构答复", "等待客户在手机上付款",
     "正在撤销，等支付机构确认", "已收款，正在入账", "已收款，正在等供电企业自己的系统确认入账",
     "已收款，供电企业的入账有出入，需要人工核对", "已收款，已入账", "未支付，没有扣款",
     "已撤销；万一扣过款，支付机构会退回", "已收款但不能入账，准备退款", "正在退款", "已退款",
     "需要人工处理"},
    {"noted, not sent to the provider yet", "sent, waiting for the provider's answer",
     "waiting for the customer's phone", "being reversed, waiting for the provider's word",
     "paid, being credited", "paid, waiting until the utility's own ledger confirms it",
     "paid, but the utility booked something else: a person must ask it", "paid and credited",
     "not paid, nothing was taken", "reversed; if money had moved, the provider returns it",
     "paid but cannot be credited, about to be refunded", "being refunded", "refunded",
     "waits for a person"},
};

/* Why it came to a person: only four ways lead there. */
static const char *why(const struct attempt_row *row, enum case_language language)
{
    if (row->credited_at_ms != 0) {
        return language == CASE_ZH
                   ? "这笔钱已经入账，支付机构却又说退掉了。请先与支付机构核对；系统不代为处理。"
                   : "It was credited, and then the provider said that it was returned. Ask the "
                     "provider; no command decides this.";
    }
    if (row->state == ATTEMPT_DISPUTED) {
        return language == CASE_ZH
                   ? "供电企业的系统说已入账，但金额或户号不符。请先与对方核对这笔入账。"
                   : "The utility says that it booked another amount, or another account. Ask it "
                     "what stands there.";
    }
    if (row->paid_fen != row->amount_fen) {
        return language == CASE_ZH ? "实收金额与应收金额不一致。"
                                   : "The amount that was paid is not the one that was asked.";
    }
    return language == CASE_ZH
               ? "支付机构一再拒绝退款，或者钱付给了别的商户。"
               : "The provider refused the refund again and again, or it was paid to "
                 "another merchant.";
}

/* What each decision means, for the ones that can be taken. */
static const char *const CHOICES[CASE_LANGUAGES][CASE_ACTIONS] = {
    {"credit 按实收入账", "refund 再次原路退款", "returned 已用其他方式退还",
     "posted 对方账上已有这笔，金额已核对", "not-taken 支付机构账上没有扣款，已核对"},
    {"credit (the account gets what was paid)", "refund (the provider once more)",
     "returned (already given back in another way)",
     "posted (it stands in the utility's ledger, seen there)",
     "not-taken (the provider never took it, seen in its books)"},
};

static void tell_choices(struct story *story, const struct attempt_row *row,
                         enum case_language language)
{
    bool first = true;
    for (int i = 0; i < CASE_ACTIONS; i++) {
        if (apply_possible(row, EVIDENCE_OF[i])) {
            const char *before = language == CASE_ZH ? "可以办理：" : "Possible: ";
            tell(story, "%s%s",
                 first                 ? before
                 : language == CASE_ZH ? "；"
                                       : ", ",
                 CHOICES[language][i]);
            first = false;
        }
    }
    if (!first) {
        tell(story, "%s\n", language == CASE_ZH ? "。" : ".");
    }
}

static bool waits(const struct attempt_row *row)
{
    return attempt_duty(row->state) == DUTY_ALARM;
}

static bool overdue(const struct attempt_row *row, int64_t now_ms)
{
    enum attempt_duty duty = attempt_duty(row->state);
    return (duty == DUTY_REVERSE || duty == DUTY_POST || duty == DUTY_REFUND) &&
           row->created_at_ms < now_ms - CASE_OVERDUE_MS;
}

static void tell_instant(struct story *story, const char *label, int64_t at_ms)
{
    struct civil civil = instant_to_beijing(at_ms);
    tell(story, "%s %04d-%02d-%02d %02d:%02d:%02d\n", label, civil.year, civil.month, civil.day,
         civil.hour, civil.minute, civil.second);
}

static void tell_row(struct story *story, const struct attempt_row *row, int64_t now_ms,
                     enum case_language language)
{
    bool zh = language == CASE_ZH;
    char amount[MONEY_TEXT_MAX];
    tell(story, "%s %s\n", zh ? "订单号" : "order", row->order_no);
    tell(story, "%s %s\n", zh ? "商户订单号" : "trade", row->out_trade_no);
    tell(story, "%s %s, %s\n", zh ? "终端与渠道" : "terminal, channel", row->terminal_no,
         channel_name(row->channel));
    tell_instant(story, zh ? "发起时间" : "begun", row->created_at_ms);
    tell(story, "%s %s\n", zh ? "应收" : "asked", money_format(row->amount_fen, amount));
    if (row->paid_fen > 0) {
        tell(story, "%s %s\n", zh ? "实收" : "paid", money_format(row->paid_fen, amount));
        tell_instant(story, zh ? "支付时间" : "paid at", row->paid_at_ms);
    }
    if (row->credited_at_ms > 0) {
        tell_instant(story, zh ? "入账时间" : "credited at", row->credited_at_ms);
    }
    tell(story, "%s %s\n", zh ? "现状" : "now", STATES[language][row->state]);
    if (waits(row)) {
        tell(story, "%s\n", why(row, language));
        tell_choices(story, row, language);
    } else if (overdue(row, now_ms)) {
        tell(story, "%s\n",
             zh ? "对方一小时以上没有给出结果；系统会一直继续问，不需要重新收费。"
                : "Nobody has given an answer for more than an hour; the server goes on asking.");
        tell_choices(story, row, language);
    }
}

static void tell_proposal(struct story *story, struct db *db, enum case_language language)
{
    char action[ACTION_MAX], reason[CASE_REASON_MAX], by[CASE_PERSON_MAX];
    db_text(db, SQL_CASE_PROPOSAL, 0, action, sizeof(action));
    db_text(db, SQL_CASE_PROPOSAL, 1, reason, sizeof(reason));
    db_text(db, SQL_CASE_PROPOSAL, 2, by, sizeof(by));
    tell(story,
         language == CASE_ZH ? "%s 提出：%s（%s）。请另一人确认：confirm\n"
                             : "%s proposed: %s (%s). Another person confirms it: confirm\n",
         by, action, reason);
}

/* -- looking --------------------------------------------------------------------------------------
 */

static enum status find(struct db *db, const char *number, struct attempt_row *row)
{
    char out_trade_no[TRADE_NO_MAX];
    enum status status =
        number[0] == '\0' ? STATUS_NOT_FOUND : db_row(db, SQL_CASE_FIND, "t", number);
    if (status != STATUS_OK) {
        return status;
    }
    db_text(db, SQL_CASE_FIND, 0, out_trade_no, sizeof(out_trade_no));
    return attempt_load(db, out_trade_no, row);
}

struct case_call {
    const char *number, *reason, *by;
    enum case_language language;
    enum case_action action;
    int poll_ms;
    int64_t now_ms;
    char *text;
};

static enum status list_work(struct db *db, void *context)
{
    const struct case_call *call = context;
    struct story story = {.text = call->text};
    struct attempt_row row;
    enum status status = db_row(db, SQL_CASES, "i", call->now_ms - CASE_OVERDUE_MS);
    call->text[0] = '\0';
    for (; status == STATUS_OK; status = db_next(db, SQL_CASES)) {
        char out_trade_no[TRADE_NO_MAX];
        char asked[MONEY_TEXT_MAX], paid[MONEY_TEXT_MAX];
        db_text(db, SQL_CASES, 0, out_trade_no, sizeof(out_trade_no));
        if (attempt_load(db, out_trade_no, &row) != STATUS_OK) {
            return STATUS_IO;
        }
        struct civil civil = instant_to_beijing(row.created_at_ms);
        tell(&story, "%s %04d-%02d-%02d %02d:%02d terminal %s asked %s paid %s %s\n", out_trade_no,
             civil.year, civil.month, civil.day, civil.hour, civil.minute, row.terminal_no,
             money_format(row.amount_fen, asked), money_format(row.paid_fen, paid),
             attempt_state_name(row.state));
    }
    if (status != STATUS_NOT_FOUND) {
        return status;
    }
    return story.full ? STATUS_LIMIT : STATUS_OK;
}

enum status cases_list(struct db *db, int64_t now_ms, char text[CASE_TEXT_MAX])
{
    struct case_call call = {.now_ms = now_ms};
    call.text = text;
    return db_transact(db, list_work, &call);
}

static enum status explain_work(struct db *db, void *context)
{
    const struct case_call *call = context;
    struct story story = {.text = call->text};
    struct attempt_row row;
    enum status status = find(db, call->number, &row);
    call->text[0] = '\0';
    if (status != STATUS_OK) {
        return status;
    }
    tell_row(&story, &row, call->now_ms, call->language);
    bool open = waits(&row) || overdue(&row, call->now_ms);
    if (open && db_row(db, SQL_CASE_PROPOSAL, "t", row.out_trade_no) == STATUS_OK) {
        tell_proposal(&story, db, call->language);
    }
    return story.full ? STATUS_LIMIT : STATUS_OK;
}

enum status case_explain(struct db *db, const char *number, enum case_language language,
                         int64_t now_ms, char text[CASE_TEXT_MAX])
{
    struct case_call call = {.number = number, .language = language, .now_ms = now_ms};
    call.text = text;
    return db_transact(db, explain_work, &call);
}

/* -- deciding -------------------------------------------------------------------------------------
 */

static enum status audit_case(struct db *db, const struct case_call *call, const char *event,
                              const char *out_trade_no, const char *action, const char *reason)
{
    char subject[SUBJECT_MAX];
    snprintf(subject, sizeof(subject), "%s %s: %s", out_trade_no, action, reason);
    return audit_add(db, call->by, event, subject, call->now_ms);
}

static enum status propose_work(struct db *db, void *context)
{
    const struct case_call *call = context;
    struct attempt_row row;
    enum status status = find(db, call->number, &row);
    if (status != STATUS_OK) {
        return status;
    }
    bool open = waits(&row) || overdue(&row, call->now_ms);
    if (!open || !apply_possible(&row, EVIDENCE_OF[call->action])) {
        return STATUS_CONFLICT;
    }
    status = db_run(db, SQL_CASE_PROPOSE, "tttti", row.out_trade_no, ACTIONS[call->action],
                    call->reason, call->by, call->now_ms);
    return status == STATUS_OK ? audit_case(db, call, "case-propose", row.out_trade_no,
                                            ACTIONS[call->action], call->reason)
                               : status;
}

enum status case_propose(struct db *db, const char *number, enum case_action action,
                         const char *reason, const char *by, int64_t now_ms)
{
    struct case_call call = {
        .number = number, .action = action, .reason = reason, .by = by, .now_ms = now_ms};
    CHECK(case_person_ok(by) && strlen(reason) < CASE_REASON_MAX);
    return db_transact(db, propose_work, &call);
}

static enum status confirm_work(struct db *db, void *context)
{
    struct case_call *call = context;
    struct attempt_row row;
    char action[ACTION_MAX], reason[CASE_REASON_MAX], by[CASE_PERSON_MAX];
    enum status status = find(db, call->number, &row);
    if (status == STATUS_OK) {
        status = db_row(db, SQL_CASE_PROPOSAL, "t", row.out_trade_no);
    }
    if (status != STATUS_OK) {
        return status;
    }
    db_text(db, SQL_CASE_PROPOSAL, 0, action, sizeof(action));
    db_text(db, SQL_CASE_PROPOSAL, 1, reason, sizeof(reason));
    db_text(db, SQL_CASE_PROPOSAL, 2, by, sizeof(by));
    if (strcmp(by, call->by) == 0) {
        return STATUS_DENIED;
    }
    if (case_action_parse(action, &call->action) != STATUS_OK) {
        db_spoil(db, "case action");
        return STATUS_IO;
    }
    status = apply_in(db, row.out_trade_no, &(struct evidence){.kind = EVIDENCE_OF[call->action]},
                      call->poll_ms, call->now_ms);
    if (status == STATUS_OK) {
        status = db_run(db, SQL_CASE_DROP, "t", row.out_trade_no);
    }
    return status == STATUS_OK
               ? audit_case(db, call, "case-confirm", row.out_trade_no, action, reason)
               : status;
}

enum status case_confirm(struct db *db, const char *number, const char *by, int poll_ms,
                         int64_t now_ms)
{
    struct case_call call = {.number = number, .by = by, .poll_ms = poll_ms, .now_ms = now_ms};
    CHECK(case_person_ok(by));
    return db_transact(db, confirm_work, &call);
}
