#include "kiosk/flow/recovery.h"

#include <string.h>

enum status recovery_adopt(struct recovery *recovery, const struct context *context,
                           const struct intent_record *intent)
{
    for (int i = 0; i < OPEN_INTENTS_MAX; i++) {
        struct recovery_item *item = &recovery->items[i];

        if (!item->used) {
            *item = (struct recovery_item){
                .used = true,
                .paid = intent->draft.statement == STATEMENT_TAKEN_CREDITING,
                .intent = *intent,
            };
            if (recovery->call_seq == 0 && recovery->save_seq == 0) {
                recovery->ask_at_ms = context->now_ms;
            }
            return STATUS_OK;
        }
    }
    return STATUS_LIMIT;
}

int recovery_count(const struct recovery *recovery)
{
    int count = 0;

    for (int i = 0; i < OPEN_INTENTS_MAX; i++) {
        count += recovery->items[i].used ? 1 : 0;
    }
    return count;
}

bool recovery_holds(const struct recovery *recovery, const char *request_id)
{
    for (int i = 0; i < OPEN_INTENTS_MAX; i++) {
        if (recovery->items[i].used &&
            strcmp(recovery->items[i].intent.request_id, request_id) == 0) {
            return true;
        }
    }
    return false;
}

int recovery_unheard(const struct recovery *recovery)
{
    int count = 0;

    for (int i = 0; i < OPEN_INTENTS_MAX; i++) {
        count += recovery->items[i].used && !recovery->items[i].accepted ? 1 : 0;
    }
    return count;
}

bool recovery_handed_over(const struct recovery *recovery)
{
    return recovery_unheard(recovery) == 0;
}

/* The server has not heard of it, and there is no sign yet that it does not want to. */
static bool urgent(const struct recovery_item *item)
{
    return item->used && !item->accepted && !item->failed;
}

/* The next used item after the one asked last; the urgent ones first. */
static int next_item(const struct recovery *recovery)
{
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 1; i <= OPEN_INTENTS_MAX; i++) {
            int index = (recovery->at + i) % OPEN_INTENTS_MAX;
            const struct recovery_item *item = &recovery->items[index];

            if (pass == 0 ? urgent(item) : item->used) {
                return index;
            }
        }
    }
    return -1;
}

static bool any_urgent(const struct recovery *recovery)
{
    for (int i = 0; i < OPEN_INTENTS_MAX; i++) {
        if (urgent(&recovery->items[i])) {
            return true;
        }
    }
    return false;
}

/* Twice as long after every failure, up to the bound. */
static int64_t retry_delay_ms(const struct recovery *recovery, const struct settings *settings)
{
    int64_t delay_ms = settings->retry_ms;

    for (int i = 1; i < recovery->failures && delay_ms < settings->retry_max_ms; i++) {
        delay_ms = delay_ms * 2 < settings->retry_max_ms ? delay_ms * 2 : settings->retry_max_ms;
    }
    return delay_ms;
}

/* After an answer: at once to the next urgent one, else in a while. */
static void plan(struct recovery *recovery, const struct context *context, bool answered)
{
    bool backs_off = context->settings->retry_max_ms > context->settings->retry_ms;

    if (answered) {
        recovery->failures = 0;
    } else if (backs_off &&
               retry_delay_ms(recovery, context->settings) < context->settings->retry_max_ms) {
        recovery->failures++;
    }
    if (recovery_count(recovery) == 0) {
        recovery->ask_at_ms = NEVER_MS;
    } else if (answered && any_urgent(recovery)) {
        recovery->ask_at_ms = context->now_ms;
    } else {
        recovery->ask_at_ms =
            context->now_ms + (answered ? context->settings->background_ms
                                        : retry_delay_ms(recovery, context->settings));
    }
}

void recovery_wake(struct recovery *recovery, const struct context *context)
{
    recovery->failures = 0;
    for (int i = 0; i < OPEN_INTENTS_MAX; i++) {
        recovery->items[i].failed = false;
    }
    if (recovery_deadline(recovery) != NEVER_MS) {
        recovery->ask_at_ms = context->now_ms;
    }
}

void recovery_tick(struct recovery *recovery, const struct context *context)
{
    if (context->now_ms < recovery_deadline(recovery)) {
        return;
    }
    int index = next_item(recovery);

    CHECK(index >= 0);
    recovery->at = index;
    recovery->ask_at_ms = NEVER_MS;

    struct call_request *request = context_call(context, CALL_CLOSE_REQUEST);

    TEXT_COPY(request->request_id, recovery->items[index].intent.request_id);
    recovery->call_seq = request->seq;
}

static void save_end(struct recovery *recovery, const struct context *context,
                     const struct recovery_item *item, enum statement statement)
{
    struct effect *effect = context_add(context, EFFECT_CLOSE_INTENT);

    TEXT_COPY(effect->close.request_id, item->intent.request_id);
    effect->close.statement = statement;
    recovery->save_closes = true;
    recovery->save_seq = effect->seq;
}

static void save_receipt(struct recovery *recovery, const struct context *context,
                         struct recovery_item *item, const struct order *order, bool close_intent)
{
    struct effect *effect = context_add(context, EFFECT_SAVE_RECEIPT);

    receipt_complete(&item->intent.draft, order);
    TEXT_COPY(effect->save.request_id, item->intent.request_id);
    effect->save.receipt = item->intent.draft;
    effect->save.receipt.receipt_no[0] = '\0';
    effect->save.close_intent = close_intent;
    effect->save.wall_ms = context->wall_ms;
    recovery->save_closes = close_intent;
    recovery->save_seq = effect->seq;
}

void recovery_reply(struct recovery *recovery, const struct context *context,
                    const struct call_reply *reply)
{
    struct recovery_item *item = &recovery->items[recovery->at];

    if (recovery->call_seq == 0 || reply->seq != recovery->call_seq) {
        return;
    }
    recovery->call_seq = 0;
    CHECK(item->used);
    /* Money that was said to be taken is not unsaid: such an answer is none. */
    bool unsaid = item->paid && (!reply->known || reply->order.statement == STATEMENT_NOT_TAKEN);

    item->failed = reply->status != STATUS_OK || unsaid;
    if (item->failed) {
        plan(recovery, context, false);
        return;
    }
    item->accepted = true;
    if (!reply->known) {
        save_end(recovery, context, item, STATEMENT_NOT_TAKEN);
    } else if (reply->order.state == ORDER_CLOSED &&
               reply->order.statement != STATEMENT_CONFIRMING) {
        save_end(recovery, context, item, reply->order.statement);
    } else if (reply->order.state == ORDER_PAID &&
               reply->order.statement == STATEMENT_TAKEN_CREDITED) {
        save_receipt(recovery, context, item, &reply->order, true);
    } else if (reply->order.state == ORDER_PAID &&
               (!item->paid || recovery_count(recovery) > RECOVERY_WAITING_MAX)) {
        save_receipt(recovery, context, item, &reply->order,
                     recovery_count(recovery) > RECOVERY_WAITING_MAX);
    } else {
        plan(recovery, context, true);
    }
}

void recovery_saved(struct recovery *recovery, const struct context *context, uint32_t seq,
                    enum status status)
{
    if (recovery->save_seq == 0 || seq != recovery->save_seq) {
        return;
    }
    recovery->save_seq = 0;
    if (status == STATUS_OK) {
        recovery->items[recovery->at].used = !recovery->save_closes;
        recovery->items[recovery->at].paid = !recovery->save_closes;
    }
    plan(recovery, context, status == STATUS_OK);
}

int64_t recovery_deadline(const struct recovery *recovery)
{
    bool waiting = recovery->call_seq != 0 || recovery->save_seq != 0;

    return waiting || recovery_count(recovery) == 0 ? NEVER_MS : recovery->ask_at_ms;
}
