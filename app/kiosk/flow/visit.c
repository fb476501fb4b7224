#include "kiosk/flow/visit.h"

#include <string.h>

#include "kiosk/flow/visit_parts.h"

#define MINUTE_MS 60000
/* A countdown changes its number once a second. */
#define SECOND_MS 1000

void visit_init(struct visit *visit, const struct settings *settings, int64_t now_ms,
                int64_t wall_ms)
{
    memset(visit, 0, sizeof(*visit));
    visit->settings = *settings;
    visit->screen = SCREEN_STARTING;
    visit->now_ms = now_ms;
    visit->wall_ms = wall_ms;
    visit->boot_deadline_ms = now_ms + settings->boot_ms;
    visit->health_at_ms = now_ms;
    visit->printer = PRINTER_TROUBLE; /* until the printer has answered */
    visit->touched_ms = now_ms;
    visit->customer.selected_preset = -1;
}

/* ---- screens, timers, the end of a visit ------------------------------------------------- */

/* The scanner listens only while a screen wants a code. */
static void visit_arm(struct visit *visit, const struct context *context)
{
    const struct customer *customer = &visit->customer;
    bool wanted = !customer->recent_warning &&
                  ((visit->screen == SCREEN_ACCOUNT && customer->lookup_seq == 0) ||
                   (visit->screen == SCREEN_PAY && customer->payment.state == PAYMENT_OPEN));

    if (wanted != visit->scanner_armed) {
        visit->scanner_armed = wanted;
        context_add(context, EFFECT_SCANNER)->scanner_armed = wanted;
    }
}

void visit_go(struct visit *visit, const struct context *context, enum screen_id screen)
{
    visit->screen = screen;
    visit->touched_ms = context->now_ms;
}

/* Whatever a payment left open goes to the recovery; the rest is forgotten. */
void visit_end(struct visit *visit, const struct context *context)
{
    struct customer *customer = &visit->customer;

    CHECK(!payment_in_doubt(&customer->payment));
    explicit_bzero(customer, sizeof(*customer));
    customer->selected_preset = -1;
    (void)context_add(context, EFFECT_WIPE);
    visit_go(visit, context, SCREEN_HOME);
}

void visit_back_home(struct visit *visit, const struct context *context)
{
    enum language language = visit->customer.language;
    bool large_type = visit->customer.large_type;
    bool high_contrast = visit->customer.high_contrast;

    visit_end(visit, context);
    visit->customer.language = language;
    visit->customer.large_type = large_type;
    visit->customer.high_contrast = high_contrast;
}

static bool in_visit(const struct visit *visit)
{
    return visit->screen != SCREEN_STARTING && visit->screen != SCREEN_OUT_OF_SERVICE &&
           visit->screen != SCREEN_HOME;
}

/* On home, a changed language or size goes back to normal as well. */
static bool home_changed(const struct visit *visit)
{
    const struct customer *customer = &visit->customer;

    return visit->screen == SCREEN_HOME &&
           (customer->language != LANGUAGE_ZH || customer->large_type || customer->high_contrast);
}

/* The visit's timer stands still while the payment has a time of its own. */
static bool timer_runs(const struct visit *visit)
{
    bool paying = visit->screen == SCREEN_PAY || visit->screen == SCREEN_RESOLVING;

    return (in_visit(visit) && !paying) || home_changed(visit);
}

static int64_t factor(const struct visit *visit)
{
    return visit->customer.large_type ? 2 : 1; /* reading large type takes longer */
}

static int64_t warn_at_ms(const struct visit *visit)
{
    return visit->touched_ms + factor(visit) * visit->settings.warn_after_ms;
}

static int64_t wipe_at_ms(const struct visit *visit)
{
    return visit->touched_ms + factor(visit) * visit->settings.wipe_after_ms;
}

static bool warning(const struct visit *visit)
{
    return timer_runs(visit) && in_visit(visit) && visit->now_ms >= warn_at_ms(visit);
}

/* ---- touches -------------------------------------------------------------------------------- */

static void leave(struct visit *visit, const struct context *context)
{
    struct payment *payment = &visit->customer.payment;

    if (payment->state == PAYMENT_IDLE || payment_ended(payment)) {
        visit_end(visit, context);
        return;
    }
    visit->customer.leave_home = true;
    payment_leave(payment, context);
}

static void touch_anywhere(struct visit *visit, const struct context *context, enum intent intent)
{
    struct customer *customer = &visit->customer;

    switch (intent) {
    case INTENT_LANGUAGE:
        customer->language = customer->language == LANGUAGE_ZH ? LANGUAGE_EN : LANGUAGE_ZH;
        return;
    case INTENT_LARGE_TYPE: customer->large_type = !customer->large_type; return;
    case INTENT_CONTRAST: customer->high_contrast = !customer->high_contrast; return;
    case INTENT_HOME: leave(visit, context); return;
    case INTENT_GUIDE:
    case INTENT_HELP:
        if (visit->screen != SCREEN_GUIDE && visit->screen != SCREEN_HELP) {
            visit->help_from = visit->screen;
        }
        visit_go(visit, context, intent == INTENT_HELP ? SCREEN_HELP : SCREEN_GUIDE);
        return;
    default: return;
    }
}

/*
 * Help is read beside everything but an open payment, which must stay on the screen: one that
 * ended behind the help would be forgotten with the visit, and nobody would recover it.
 */
static bool help_allowed(const struct visit *visit)
{
    const struct payment *payment = &visit->customer.payment;

    return payment->state == PAYMENT_IDLE || payment_ended(payment);
}

static void touch_start(struct visit *visit, const struct context *context, int argument)
{
    CHECK(argument >= 0 && argument < SERVICE_COUNT);
    enum service service = (enum service)argument;

    if (visit->screen != SCREEN_HOME || (service != SERVICE_REPRINT && !visit->server_up)) {
        return;
    }
    visit->customer.service = service;
    visit->customer.message = MESSAGE_NONE;
    visit_go(visit, context, service == SERVICE_REPRINT ? SCREEN_REPRINT : SCREEN_ACCOUNT);
}

static void on_touch(struct visit *visit, const struct context *context, enum intent intent,
                     int argument)
{
    bool was_warning = warning(visit);

    visit->touched_ms = context->now_ms;
    if (was_warning && intent != INTENT_HOME) {
        return; /* a touch on the warning, wherever it lands, means "still here" */
    }
    switch (intent) {
    case INTENT_NONE:
    case INTENT_EXTEND: return;
    case INTENT_START: touch_start(visit, context, argument); return;
    case INTENT_GUIDE:
    case INTENT_HELP:
        if (!help_allowed(visit)) {
            return;
        }
        touch_anywhere(visit, context, intent);
        return;
    case INTENT_LANGUAGE:
    case INTENT_LARGE_TYPE:
    case INTENT_CONTRAST:
    case INTENT_HOME: touch_anywhere(visit, context, intent); return;
    case INTENT_BACK:
        if (visit->screen == SCREEN_GUIDE || visit->screen == SCREEN_HELP) {
            visit_go(visit, context, visit->help_from);
            return;
        }
        break;
    default: break;
    }
    choose_touch(visit, context, intent, argument);
}

/* ---- time --------------------------------------------------------------------------------- */

static void ask_health(struct visit *visit, const struct context *context)
{
    visit->health_at_ms = NEVER_MS;
    visit->health_seq = context_call(context, CALL_HEALTH)->seq;
}

static void finish_boot(struct visit *visit, const struct context *context)
{
    bool waited = context->now_ms >= visit->boot_deadline_ms;
    bool ready =
        visit->server_heard && version_settled(visit) && recovery_handed_over(&visit->recovery);

    if (visit->screen == SCREEN_STARTING && visit->booted && (ready || waited)) {
        visit_go(visit, context, visit->journal == STATUS_OK ? SCREEN_HOME : SCREEN_OUT_OF_SERVICE);
    }
}

static void on_tick(struct visit *visit, const struct context *context)
{
    if (timer_runs(visit) && context->now_ms >= wipe_at_ms(visit)) {
        leave(visit, context);
    }
    if (visit->customer.payment.state != PAYMENT_IDLE) {
        payment_tick(&visit->customer.payment, context);
    }
    if (visit->health_seq == 0 && context->now_ms >= visit->health_at_ms) {
        ask_health(visit, context);
    }
    version_tick(visit, context);
}

/* ---- answers -------------------------------------------------------------------------------- */

static void on_server(struct visit *visit, const struct context *context,
                      const struct call_reply *reply)
{
    /* A refusal is an answer too; only silence says that the server is gone. */
    bool answered = reply->status == STATUS_OK || reply->status == STATUS_INVALID;

    if (reply->call == CALL_HEALTH) {
        visit->health_seq = 0;
        answered = reply->status == STATUS_OK; /* an unhealthy server takes no payments */
        if (answered) {
            visit->time_known = true;
            visit->time_offset_ms = reply->server_time_ms - context->now_ms;
        }
        if (answered && !visit->healthy) {
            recovery_wake(&visit->recovery, context);
        }
        visit->healthy = answered;
    }
    visit->server_up = answered;
    visit->server_heard = visit->server_heard || answered;
    if (visit->health_seq == 0) {
        visit->health_at_ms =
            context->now_ms + (answered ? visit->settings.health_ms : visit->settings.retry_ms);
    }
}

static void on_reply(struct visit *visit, const struct context *context,
                     const struct call_reply *reply)
{
    on_server(visit, context, reply);
    if (reply->call == CALL_ACCOUNT) {
        choose_account_reply(visit, context, reply);
    } else if (reply->call == CALL_CLOSE_REQUEST) {
        recovery_reply(&visit->recovery, context, reply);
        pay_learn(visit, reply);
    } else if (reply->call == CALL_VERSION) {
        version_reply(visit, context, reply);
    } else if (reply->call != CALL_HEALTH) {
        payment_reply(&visit->customer.payment, context, reply);
    }
}

static void on_saved(struct visit *visit, const struct context *context, const struct event *event)
{
    payment_saved(&visit->customer.payment, context, event->saved.seq, event->saved.status,
                  event->saved.receipt_no);
    recovery_saved(&visit->recovery, context, event->saved.seq, event->saved.status);
}

static void on_event(struct visit *visit, const struct context *context, const struct event *event)
{
    switch (event->kind) {
    case EVENT_TICK: return; /* time passes with every event, see visit_step() */
    case EVENT_TOUCH: on_touch(visit, context, event->touch.intent, event->touch.argument); return;
    case EVENT_SCAN: pay_scan(visit, context, event->scan.bytes, event->scan.length); return;
    case EVENT_SCANNER: visit->scanner_attached = event->scanner_attached; return;
    case EVENT_PRINTER: visit->printer = event->printer; return;
    case EVENT_FOUND:
        CHECK(recovery_adopt(&visit->recovery, context, &event->found) == STATUS_OK);
        return;
    case EVENT_BOOTED:
        visit->booted = true;
        visit->journal = event->booted;
        return;
    case EVENT_SAVED: on_saved(visit, context, event); return;
    case EVENT_JOB: receipt_job(visit, context, event); return;
    case EVENT_PRINTED: receipt_printed(visit, context, event); return;
    case EVENT_REPLY: on_reply(visit, context, &event->reply); return;
    }
    UNREACHABLE("an event kind that does not exist");
}

void visit_step(struct visit *visit, const struct event *event, struct effects *effects)
{
    const struct context context = {
        .settings = &visit->settings,
        .now_ms = event->now_ms,
        .wall_ms = visit->time_known ? event->now_ms + visit->time_offset_ms : event->wall_ms,
        .fresh_id = event->fresh_id,
        .next_seq = &visit->next_seq,
        .effects = effects,
    };

    CHECK(event->now_ms >= visit->now_ms);
    visit->now_ms = event->now_ms;
    visit->wall_ms = context.wall_ms;
    on_event(visit, &context, event);
    on_tick(visit, &context);
    finish_boot(visit, &context);
    pay_follow(visit, &context);
    version_follow(visit, &context);
    recovery_tick(&visit->recovery, &context); /* after it: it may have adopted a sale */
    visit_arm(visit, &context);
}

/* ---- when to wake up -------------------------------------------------------------------- */

static int64_t earlier(int64_t a_ms, int64_t b_ms)
{
    return a_ms < b_ms ? a_ms : b_ms;
}

/* The next moment at which a countdown that ends at end_ms shows another number. */
static int64_t next_second(const struct visit *visit, int64_t end_ms)
{
    int64_t left_ms = end_ms - visit->now_ms;

    return left_ms <= 0 ? visit->now_ms : visit->now_ms + ((left_ms - 1) % SECOND_MS) + 1;
}

int64_t visit_deadline(const struct visit *visit)
{
    const struct payment *payment = &visit->customer.payment;
    int64_t deadline = recovery_deadline(&visit->recovery);

    deadline = earlier(deadline, visit->health_at_ms);
    deadline = earlier(deadline, version_due_ms(visit));
    if (payment->state != PAYMENT_IDLE) {
        deadline = earlier(deadline, payment_deadline(payment, &visit->settings));
    }
    if (visit->screen == SCREEN_STARTING) {
        deadline = earlier(deadline, visit->boot_deadline_ms);
    }
    if (timer_runs(visit)) {
        deadline = earlier(deadline, next_second(visit, wipe_at_ms(visit)));
    }
    if (visit->screen == SCREEN_PAY && payment->state_deadline_ms != NEVER_MS) {
        deadline = earlier(deadline, next_second(visit, payment->state_deadline_ms));
    }
    if (payment_in_doubt(payment)) {
        int64_t end_ms = payment->resolve_from_ms + visit->settings.resolving_ms;

        deadline = earlier(deadline, next_second(visit, end_ms));
    }
    /* The clock in the header. */
    return earlier(deadline, visit->now_ms + MINUTE_MS - visit->wall_ms % MINUTE_MS);
}
