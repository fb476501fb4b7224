#include "kiosk/io/journal_worker.h"

#include <stdlib.h>
#include <string.h>

#include "kiosk/flow/context.h"
#include "kiosk/io/journal.h"
#include "system/files.h"
#include "system/log.h"

struct journal_worker {
    struct worker *worker;
    struct mailbox *mailbox;
    struct journal *journal; /* NULL: it could not be opened; every answer is STATUS_IO */
    int reprints_max;
};

static void answer_saved(struct journal_worker *self, uint32_t seq, enum status status,
                         const char *receipt_no)
{
    struct event event = {.kind = EVENT_SAVED};

    event.saved.seq = seq;
    event.saved.status = status;
    TEXT_COPY(event.saved.receipt_no, receipt_no);
    mailbox_answer(self->mailbox, &event);
}

static void begin_job(struct journal_worker *self, const struct effect *effect)
{
    struct event event = {.kind = EVENT_JOB};

    event.job.seq = effect->seq;
    event.job.status = journal_begin_job(self->journal, effect->receipt_no, self->reprints_max,
                                         &event.job.job_id, &event.job.receipt);
    log_info("receipt.print", "receipt=%s reprint=%d status=%s", effect->receipt_no,
             event.job.receipt.reprint_number, status_name(event.job.status));
    mailbox_answer(self->mailbox, &event);
}

/* Without a journal nothing is begun: every question is answered with a refusal. */
static void refuse(struct journal_worker *self, const struct effect *effect)
{
    struct event event = {.kind = EVENT_JOB};

    if (effect->kind == EFFECT_BEGIN_JOB) {
        event.job.seq = effect->seq;
        event.job.status = STATUS_IO;
        mailbox_answer(self->mailbox, &event);
    } else if (effect->kind != EFFECT_END_JOB) {
        answer_saved(self, effect->seq, STATUS_IO, "");
    }
}

static void handle(void *user, const struct effect *effect, struct mailbox *mailbox)
{
    struct journal_worker *self = user;
    char receipt_no[RECEIPT_NO_MAX] = "";
    enum status status = STATUS_OK;

    (void)mailbox;
    if (self->journal == NULL) {
        refuse(self, effect);
        return;
    }
    switch (effect->kind) {
    case EFFECT_SAVE_INTENT: status = journal_save_intent(self->journal, &effect->intent); break;
    case EFFECT_SAVE_CODE:
        status =
            journal_save_attempt(self->journal, effect->code.request_id, effect->code.attempt_id);
        break;
    case EFFECT_SAVE_RECEIPT:
        status = journal_save_receipt(self->journal, effect->save.request_id, &effect->save.receipt,
                                      effect->save.close_intent, effect->save.wall_ms, receipt_no);
        break;
    case EFFECT_CLOSE_INTENT:
        status =
            journal_close_intent(self->journal, effect->close.request_id, effect->close.statement);
        break;
    case EFFECT_BEGIN_JOB: begin_job(self, effect); return;
    case EFFECT_END_JOB:
        status = journal_end_job(self->journal, effect->end.job_id, effect->end.end);
        if (status != STATUS_OK) {
            log_error("receipt.end_not_saved", "job=%lld", (long long)effect->end.job_id);
        }
        return;
    default: UNREACHABLE("not an effect of the journal");
    }
    answer_saved(self, effect->seq, status, status == STATUS_OK ? receipt_no : "");
}

static void announce(struct journal_worker *self, enum status status)
{
    struct intent_record *intents = calloc(OPEN_INTENTS_MAX, sizeof(*intents));
    struct event event = {.kind = EVENT_FOUND};
    int count = 0;

    CHECK(intents != NULL);
    if (status == STATUS_OK) {
        status = journal_open_intents(self->journal, intents, &count);
    }
    log_info("journal.opened", "status=%s open_sales=%d", status_name(status), count);
    for (int i = 0; i < count; i++) {
        event.found = intents[i];
        mailbox_reserve(self->mailbox);
        mailbox_answer(self->mailbox, &event);
    }
    free(intents);
    event.kind = EVENT_BOOTED;
    event.booted = status;
    mailbox_reserve(self->mailbox);
    mailbox_answer(self->mailbox, &event);
}

struct journal_worker *journal_worker_start(const char *path, int reprints_max,
                                            struct mailbox *mailbox)
{
    static const struct worker_tasks tasks = {.handle = handle};
    struct journal_worker *self = calloc(1, sizeof(*self));
    char error[JOURNAL_ERROR_MAX] = "";

    CHECK(self != NULL);
    self->mailbox = mailbox;
    self->reprints_max = reprints_max;
    enum status status = journal_open(path, &self->journal, error);

    if (status != STATUS_OK) {
        log_error("journal.unusable", "reason=\"%s\"", error);
    }
    announce(self, status);
    self->worker = worker_start("journal", &tasks, self, mailbox);
    return self;
}

void journal_worker_send(struct journal_worker *worker, const struct effect *effect)
{
    if (effect->kind != EFFECT_END_JOB) {
        mailbox_reserve(worker->mailbox);
    }
    worker_send(worker->worker, effect);
}

void journal_worker_stop(struct journal_worker *worker)
{
    if (worker == NULL) {
        return;
    }
    worker_stop(worker->worker);
    journal_close(worker->journal);
    free(worker);
}
