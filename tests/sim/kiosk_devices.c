/* A kiosk's journal, printer and scanner, as the workers of app/kiosk/io serve them. */
#include <stdio.h>
#include <string.h>

#include "kiosk.h"
#include "kiosk/paper/receipt.h"
#include "mutation.h"
#include "witness.h"
#include "world.h"

#define REPRINTS_MAX    3
#define COMPOSE_EACH    64 /* so often a paper is composed for real */
#define NEW_PAPER_MS    40000
#define SCANNER_BACK_MS 20000

/* -- the journal: one write after the other ------------------------------------------------ */

static void begin_next_save(struct kiosk *kiosk);

static void answer_job(struct kiosk *kiosk, const struct effect *effect, bool fails)
{
    struct event *event = &kiosk->event;
    memset(&event->job, 0, sizeof(event->job));
    event->kind = EVENT_JOB;
    event->job.seq = effect->seq;
    event->job.status = fails ? STATUS_IO
                              : journal_begin_job(kiosk->journal, effect->receipt_no, REPRINTS_MAX,
                                                  &event->job.job_id, &event->job.receipt);
    TELL(event->job.job_id, event->job.status, "kiosk %d: print job for %s: %s", kiosk->number,
         effect->receipt_no, status_name(event->job.status));
}

static enum status write_now(struct kiosk *kiosk, const struct effect *effect,
                             char receipt_no[RECEIPT_NO_MAX])
{
    switch (effect->kind) {
    case EFFECT_SAVE_INTENT: return journal_save_intent(kiosk->journal, &effect->intent);
    case EFFECT_SAVE_CODE:
        return journal_save_attempt(kiosk->journal, effect->code.request_id,
                                    effect->code.attempt_id);
    case EFFECT_SAVE_RECEIPT:
        return journal_save_receipt(kiosk->journal, effect->save.request_id, &effect->save.receipt,
                                    effect->save.close_intent, effect->save.wall_ms, receipt_no);
    case EFFECT_CLOSE_INTENT:
        return journal_close_intent(kiosk->journal, effect->close.request_id,
                                    effect->close.statement);
    case EFFECT_END_JOB:
        return journal_end_job(kiosk->journal, effect->end.job_id, effect->end.end);
    default: UNREACHABLE("not an effect of the journal");
    }
}

static void answer_saved(struct kiosk *kiosk, const struct effect *effect, enum status status,
                         const char *receipt_no)
{
    struct event *event = &kiosk->event;
    event->kind = EVENT_SAVED;
    event->saved.seq = effect->seq;
    event->saved.status = status;
    snprintf(event->saved.receipt_no, RECEIPT_NO_MAX, "%s", receipt_no);
    TELL(effect->kind, status, "kiosk %d: save %d: %s %s", kiosk->number, (int)effect->kind,
         status_name(status), receipt_no);
}

static void on_written(void *context, uint64_t token)
{
    struct kiosk *kiosk = context;
    static struct effect effect;
    char receipt_no[RECEIPT_NO_MAX] = "";
    if (kiosk_stale(kiosk, token)) {
        return;
    }
    effect = kiosk->saves[0];
    bool fails = happens(&kiosk->devices, CHOICE_JOURNAL_FAILS);
    bool answered = mutation == MUTATION_JOURNAL_FIRST && effect.kind == EFFECT_SAVE_INTENT;
    kiosk->save_count--;
    memmove(kiosk->saves, kiosk->saves + 1, (size_t)kiosk->save_count * sizeof(kiosk->saves[0]));
    if (kiosk->save_count > 0) {
        begin_next_save(kiosk);
    }
    if (effect.kind == EFFECT_BEGIN_JOB) {
        answer_job(kiosk, &effect, fails);
        kiosk_step(kiosk);
        return;
    }
    enum status status = fails ? STATUS_IO : write_now(kiosk, &effect, receipt_no);
    if (effect.kind != EFFECT_END_JOB && !answered) {
        answer_saved(kiosk, &effect, status, status == STATUS_OK ? receipt_no : "");
        kiosk_step(kiosk);
    }
}

static void begin_next_save(struct kiosk *kiosk)
{
    bool slow = happens(&kiosk->devices, CHOICE_JOURNAL_SLOW);
    int64_t takes_ms =
        slow ? stream_short(&kiosk->devices, 50, 6000) : stream_between(&kiosk->devices, 0, 4);
    world_at(world_now_ms + takes_ms, on_written, kiosk, kiosk_token(kiosk, 0));
}

/* MUTATION_JOURNAL_FIRST */
static void on_answered_before(void *context, uint64_t token)
{
    struct kiosk *kiosk = context;
    if (!kiosk_stale(kiosk, token)) {
        struct effect effect = {.kind = EFFECT_SAVE_INTENT, .seq = (uint32_t)token};
        answer_saved(kiosk, &effect, STATUS_OK, "");
        kiosk_step(kiosk);
    }
}

void kiosk_save(struct kiosk *kiosk, const struct effect *effect)
{
    CHECK(kiosk->save_count < SAVES_MAX);
    kiosk->saves[kiosk->save_count++] = *effect;
    if (kiosk->save_count == 1) {
        begin_next_save(kiosk);
    }
    if (mutation == MUTATION_JOURNAL_FIRST && effect->kind == EFFECT_SAVE_INTENT) {
        world_at(world_now_ms, on_answered_before, kiosk, kiosk_token(kiosk, effect->seq));
    }
}

/* -- the printer --------------------------------------------------------------------------- */

static void begin_next_print(struct kiosk *kiosk);

static void compose(const struct receipt *receipt)
{
    static uint8_t bytes[RECEIPT_BYTES_MAX];
    static int papers;
    const struct printer_model model = {.dots = 576, .feed_to_cut_dots = 100, .hanzi = true};
    size_t length = 0;
    if (papers++ % COMPOSE_EACH == 0 &&
        receipt_compose(receipt, &model, bytes, sizeof(bytes), &length) != STATUS_OK) {
        world_fail("a receipt can be printed", "%s cannot be composed", receipt->receipt_no);
    }
}

static void on_new_paper(void *context, uint64_t token)
{
    struct kiosk *kiosk = context;
    (void)token;
    kiosk->printer = PRINTER_READY;
    if (kiosk->on) {
        kiosk->event.kind = EVENT_PRINTER;
        kiosk->event.printer = PRINTER_READY;
        kiosk_step(kiosk);
    }
}

static void printer_fails(struct kiosk *kiosk, enum printer_health health)
{
    kiosk->printer = health;
    world_at(world_now_ms + stream_short(&kiosk->devices, 1000, NEW_PAPER_MS), on_new_paper, kiosk,
             0);
}

static void on_printed(void *context, uint64_t token)
{
    struct kiosk *kiosk = context;
    struct event *event = &kiosk->event;
    const struct effect *effect = &kiosk->prints[0];
    enum print_end end = PRINT_END_PROVED;
    if (kiosk_stale(kiosk, token)) {
        return;
    }
    if (kiosk->printer == PRINTER_OUT || kiosk->printer == PRINTER_TROUBLE) {
        end = PRINT_END_NOT_BEGUN;
    } else if (happens(&kiosk->devices, CHOICE_PRINTER_BREAKS)) {
        end = PRINT_END_UNKNOWN;
        printer_fails(kiosk, PRINTER_TROUBLE);
    }
    if (end != PRINT_END_NOT_BEGUN) {
        witness_paper(&effect->print.receipt);
        compose(&effect->print.receipt);
    }
    TELL(end, effect->print.receipt.statement, "kiosk %d: paper %s says %s (%s)", kiosk->number,
         effect->print.receipt.receipt_no, statement_name(effect->print.receipt.statement),
         end == PRINT_END_PROVED      ? "printed"
         : end == PRINT_END_NOT_BEGUN ? "not begun"
                                      : "maybe printed");
    event->kind = EVENT_PRINTED;
    event->printed.seq = effect->seq;
    event->printed.job_id = effect->print.job_id;
    event->printed.end = end;
    event->printed.printer = kiosk->printer;
    kiosk->print_count--;
    memmove(kiosk->prints, kiosk->prints + 1,
            (size_t)kiosk->print_count * sizeof(kiosk->prints[0]));
    if (kiosk->print_count > 0) {
        begin_next_print(kiosk);
    }
    kiosk_step(kiosk);
}

static void begin_next_print(struct kiosk *kiosk)
{
    int64_t takes_ms = stream_between(&kiosk->devices, 700, 3500);
    if (kiosk->printer == PRINTER_READY && happens(&kiosk->devices, CHOICE_PAPER_OUT)) {
        printer_fails(kiosk, PRINTER_OUT);
    } else if (kiosk->printer == PRINTER_READY && happens(&kiosk->devices, CHOICE_PRINTER_JAMS)) {
        printer_fails(kiosk, PRINTER_TROUBLE);
    }
    world_at(world_now_ms + takes_ms, on_printed, kiosk, kiosk_token(kiosk, 0));
}

void kiosk_print(struct kiosk *kiosk, const struct effect *effect)
{
    CHECK(kiosk->print_count < SAVES_MAX);
    kiosk->prints[kiosk->print_count++] = *effect;
    if (kiosk->print_count == 1) {
        begin_next_print(kiosk);
    }
}

/* -- starting ------------------------------------------------------------------------------ */

static void on_scanner_back(void *context, uint64_t token)
{
    struct kiosk *kiosk = context;
    (void)token;
    kiosk->scanner_attached = true;
    if (kiosk->on) {
        kiosk->event.kind = EVENT_SCANNER;
        kiosk->event.scanner_attached = true;
        kiosk_step(kiosk);
    }
}

static void tell_devices(struct kiosk *kiosk)
{
    kiosk->event.kind = EVENT_SCANNER;
    kiosk->event.scanner_attached = kiosk->scanner_attached;
    kiosk_step(kiosk);
    kiosk->event.kind = EVENT_PRINTER;
    kiosk->event.printer = kiosk->printer;
    kiosk_step(kiosk);
}

void kiosk_boot_devices(struct kiosk *kiosk)
{
    static struct intent_record intents[OPEN_INTENTS_MAX];
    char error[JOURNAL_ERROR_MAX] = "";
    int count = 0;
    uint32_t power = kiosk->power;
    CHECK(journal_open(kiosk->path, &kiosk->journal, error) == STATUS_OK);
    CHECK(journal_open_intents(kiosk->journal, intents, &count) == STATUS_OK);
    if (happens(&kiosk->devices, CHOICE_SCANNER_GONE)) {
        kiosk->scanner_attached = false;
        world_at(world_now_ms + SCANNER_BACK_MS, on_scanner_back, kiosk, 0);
    }
    for (int i = 0; i < count && kiosk->power == power && mutation != MUTATION_BOOT_RECOVERY; i++) {
        TELL(count, i, "kiosk %d: its journal has %s open", kiosk->number, intents[i].request_id);
        kiosk->event.kind = EVENT_FOUND;
        kiosk->event.found = intents[i];
        kiosk_step(kiosk);
    }
    if (kiosk->power == power) {
        kiosk->event.kind = EVENT_BOOTED;
        kiosk->event.booted = STATUS_OK;
        kiosk_step(kiosk);
    }
    if (kiosk->power == power) {
        tell_devices(kiosk);
    }
}
