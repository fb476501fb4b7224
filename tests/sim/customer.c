#include "customer.h"

#include <stdio.h>
#include <string.h>

#include "gateway.h"
#include "kiosk.h"
#include "world.h"

#define PATIENCE 90    /* thoughts */
#define SLOT_MS  40000 /* from one customer to the next */

static void plan_thought(struct kiosk *kiosk, int64_t after_ms);

/* -- coming and going ---------------------------------------------------------------------- */

static void on_arrival(void *context, uint64_t token);

static void plan_arrival(struct kiosk *kiosk)
{
    struct customer_at *customer = &kiosk->customer;
    struct stream *mind = &customer->mind;
    customer->number++;
    customer->there = false;
    if (customer->left-- > 0) {
        *mind = stream_of("customer", (uint64_t)kiosk->number << 32 | (uint32_t)customer->number);
        kiosk_new_streams(kiosk);
        /* At a time of their own, when nobody stands there. */
        int64_t at_ms = customer->number * SLOT_MS + stream_between(mind, 0, SLOT_MS);
        int64_t gap_ms = stream_between(mind, 200, 3000);
        at_ms = at_ms > world_now_ms + gap_ms ? at_ms : world_now_ms + gap_ms;
        world_at(at_ms, on_arrival, kiosk, (uint64_t)customer->number);
    }
}

static void draw_person(struct customer_at *customer)
{
    struct stream *mind = &customer->mind;
    customer->shown = customer->impatience = 0;
    customer->phone_opened = false;
    customer->code[0] = '\0';
    customer->uses_qr = happens(mind, CHOICE_USES_QR);
    customer->uses_both = happens(mind, CHOICE_USES_BOTH);
    customer->rushes = happens(mind, CHOICE_RUSHES);
    accounts_choose(mind, customer->account_no);
}

static void on_arrival(void *context, uint64_t token)
{
    struct kiosk *kiosk = context;
    struct customer_at *customer = &kiosk->customer;
    if ((int)token != customer->number) {
        return;
    }
    if (!happens(&customer->mind, CHOICE_COMES)) {
        plan_arrival(kiosk);
        return;
    }
    draw_person(customer);
    customer->there = true;
    TELL(customer->number, kiosk->number, "kiosk %d: customer %d comes for %s", kiosk->number,
         customer->number, customer->account_no);
    plan_thought(kiosk, 300);
}

void customers_come(struct kiosk *kiosk, int count)
{
    kiosk->customer.left = count;
    plan_arrival(kiosk);
}

bool customers_gone(const struct kiosk *kiosk)
{
    return !kiosk->customer.there && kiosk->customer.left < 0;
}

static void go(struct kiosk *kiosk)
{
    TELL(kiosk->customer.number, 0, "kiosk %d: the customer goes", kiosk->number);
    plan_arrival(kiosk);
}

/* -- what to touch ------------------------------------------------------------------------- */

static void touch(struct kiosk *kiosk, enum intent intent, int argument)
{
    static const char *const names[INTENT_COUNT] = {
        [INTENT_START] = "start",       [INTENT_GUIDE] = "guide",
        [INTENT_HELP] = "help",         [INTENT_DIGIT] = "digit",
        [INTENT_PRESET] = "preset",     [INTENT_BILL] = "bill",
        [INTENT_NEXT] = "next",         [INTENT_BACK] = "back",
        [INTENT_HOME] = "home",         [INTENT_EXTEND] = "still here",
        [INTENT_PRINT] = "print",       [INTENT_CONTINUE_ANYWAY] = "continue anyway",
        [INTENT_LANGUAGE] = "language", [INTENT_LARGE_TYPE] = "large type",
    };
    TELL(intent, argument, "kiosk %d: touches \"%s\" on %s", kiosk->number,
         names[intent] != NULL ? names[intent] : "something", screen_name(kiosk->view.screen));
    kiosk_touch(kiosk, intent, argument);
    if (kiosk->customer.rushes && kiosk->on) {
        kiosk_touch(kiosk, intent, argument);
    }
}

static void at_account(struct kiosk *kiosk)
{
    struct customer_at *customer = &kiosk->customer;
    if (kiosk->view.busy) {
        return;
    }
    if (kiosk->view.message != MESSAGE_NONE && customer->impatience > 6) {
        touch(kiosk, INTENT_HOME, 0);
        go(kiosk);
        return;
    }
    if (kiosk->view.scanner_armed && !happens(&customer->mind, CHOICE_TYPES)) {
        kiosk_scan(kiosk, customer->account_no);
        return;
    }
    kiosk_touch(kiosk, INTENT_CLEAR, 0);
    for (const char *digit = customer->account_no; *digit != '\0' && kiosk->on; digit++) {
        kiosk_touch(kiosk, INTENT_DIGIT, *digit - '0');
    }
    touch(kiosk, INTENT_NEXT, 0);
}

/* Tries again a few times; who cannot pay goes. */
static void try_to_pay(struct kiosk *kiosk)
{
    struct customer_at *customer = &kiosk->customer;
    const struct view *view = &kiosk->view;
    if (view->busy) {
        return;
    }
    if (view->message != MESSAGE_NONE && customer->impatience > 4) {
        touch(kiosk, INTENT_HOME, 0);
        go(kiosk);
    } else if (view->recent_payment_warning) {
        touch(kiosk, INTENT_CONTINUE_ANYWAY, 0);
    } else if (view->screen == SCREEN_AMOUNT && view->amount_fen == 0) {
        int preset = (int)stream_between(&customer->mind, 0, 1);
        touch(kiosk, INTENT_PRESET, preset);
    } else {
        if (view->screen == SCREEN_BILLS && (stream_draw(&customer->mind) & 7) == 0) {
            touch(kiosk, INTENT_BILL, (int)stream_between(&customer->mind, 1, 2));
        }
        touch(kiosk, INTENT_NEXT, 0);
    }
}

static void show_code(struct kiosk *kiosk)
{
    struct customer_at *customer = &kiosk->customer;
    if (happens(&customer->mind, CHOICE_WRONG_CODE)) {
        kiosk_scan(kiosk, (stream_draw(&customer->mind) & 1) != 0 ? "6901234567892"
                                                                  : "https://qr.alipay.com/x");
    } else if (customer->code[0] != '\0' && happens(&customer->mind, CHOICE_SAME_CODE)) {
        kiosk_scan(kiosk, customer->code);
    } else {
        wallet_show_code(&customer->mind, customer->code);
        TELL(customer->shown, kiosk->number, "kiosk %d: shows a payment code", kiosk->number);
        kiosk_scan(kiosk, customer->code);
    }
    customer->shown++;
}

static void at_pay(struct kiosk *kiosk)
{
    struct customer_at *customer = &kiosk->customer;
    const struct view *view = &kiosk->view;
    struct stream *mind = &customer->mind;
    bool by_phone = customer->uses_qr || customer->uses_both || !view->scanner_up;
    if (view->qr_shown && by_phone && !customer->phone_opened) {
        customer->phone_opened = true;
        int64_t later_ms = happens(mind, CHOICE_PHONE_LATER) ? stream_between(mind, 1000, 400000)
                                                             : stream_between(mind, 200, 3000);
        phone_opens(mind, view->order.pay_url, later_ms);
        if (happens(mind, CHOICE_SECOND_PHONE)) {
            phone_opens(mind, view->order.pay_url, stream_short(mind, 100, 120000));
        }
        if (!customer->uses_both) {
            return;
        }
    }
    bool codes = !by_phone || customer->uses_both;
    if (codes && view->scanner_armed && customer->shown < 4) {
        show_code(kiosk);
    } else if (customer->impatience > 12 && view->qr_shown) {
        touch(kiosk, (stream_draw(mind) & 1) != 0 ? INTENT_BACK : INTENT_HOME, 0);
    }
}

static void at_result(struct kiosk *kiosk)
{
    struct customer_at *customer = &kiosk->customer;
    const struct view *view = &kiosk->view;
    if (view->receipt == RECEIPT_PRINTING && customer->impatience < 10) {
        return;
    }
    if (view->receipt > RECEIPT_PRINTED && customer->impatience < 6) {
        touch(kiosk, INTENT_PRINT, 0);
        return;
    }
    if (view->receipt_no[0] != '\0') {
        snprintf(customer->receipt_no, sizeof(customer->receipt_no), "%s", view->receipt_no);
    }
    touch(kiosk, (stream_draw(&customer->mind) & 1) != 0 ? INTENT_NEXT : INTENT_HOME, 0);
    go(kiosk);
}

static void at_home(struct kiosk *kiosk)
{
    struct customer_at *customer = &kiosk->customer;
    if (customer->impatience > 0 && customer->shown > 0) {
        go(kiosk); /* was sent home, and has tried to pay */
    } else if (customer->receipt_no[0] != '\0' && happens(&customer->mind, CHOICE_REPRINTS)) {
        touch(kiosk, INTENT_START, SERVICE_REPRINT);
    } else {
        touch(kiosk, INTENT_START, (int)stream_between(&customer->mind, 0, 1));
    }
}

static void at_reprint(struct kiosk *kiosk)
{
    struct customer_at *customer = &kiosk->customer;
    if (kiosk->view.busy) {
        return;
    }
    if (kiosk->view.message != MESSAGE_NONE) {
        touch(kiosk, INTENT_HOME, 0);
        go(kiosk);
        return;
    }
    for (const char *at = customer->receipt_no; *at != '\0' && kiosk->on; at++) {
        if (*at != '-') {
            kiosk_touch(kiosk, INTENT_DIGIT, *at - '0');
        }
    }
    touch(kiosk, INTENT_NEXT, 0);
}

/* -- whims --------------------------------------------------------------------------------- */

/* True: that was all for this time. */
static bool follows_whim(struct kiosk *kiosk)
{
    struct stream *mind = &kiosk->customer.mind;
    if (happens(mind, CHOICE_WALKS_AWAY)) {
        go(kiosk);
    } else if (happens(mind, CHOICE_GOES_BACK)) {
        touch(kiosk, INTENT_BACK, 0);
    } else if (happens(mind, CHOICE_GOES_HOME)) {
        touch(kiosk, INTENT_HOME, 0);
    } else if (happens(mind, CHOICE_ASKS_HELP)) {
        touch(kiosk, (stream_draw(mind) & 1) != 0 ? INTENT_HELP : INTENT_GUIDE, 0);
    } else if (happens(mind, CHOICE_TOUCHES)) {
        enum intent intent = (enum intent)stream_between(mind, INTENT_DIGIT, INTENT_COUNT - 1);
        touch(kiosk, intent, (int)stream_between(mind, 0, 3));
    } else {
        return false;
    }
    return true;
}

static void act(struct kiosk *kiosk)
{
    switch (kiosk->view.screen) {
    case SCREEN_HOME: at_home(kiosk); return;
    case SCREEN_GUIDE:
    case SCREEN_HELP: touch(kiosk, INTENT_BACK, 0); return;
    case SCREEN_ACCOUNT: at_account(kiosk); return;
    case SCREEN_CONFIRM:
        if (kiosk->view.message != MESSAGE_NONE) {
            touch(kiosk, INTENT_HOME, 0);
            go(kiosk);
            return;
        }
        touch(kiosk, INTENT_NEXT, 0);
        return;
    case SCREEN_AMOUNT:
    case SCREEN_BILLS: try_to_pay(kiosk); return;
    case SCREEN_PAY: at_pay(kiosk); return;
    case SCREEN_RESULT: at_result(kiosk); return;
    case SCREEN_REPRINT: at_reprint(kiosk); return;
    case SCREEN_REPRINT_DONE:
        touch(kiosk, INTENT_NEXT, 0);
        go(kiosk);
        return;
    default: return; /* nothing to do but to wait */
    }
}

static void on_thought(void *context, uint64_t token)
{
    struct kiosk *kiosk = context;
    struct customer_at *customer = &kiosk->customer;
    if ((int)token != customer->number || !customer->there) {
        return;
    }
    if (customer->impatience++ > PATIENCE) {
        go(kiosk);
        return;
    }
    if (kiosk->on && !follows_whim(kiosk) && customer->there) {
        act(kiosk);
    }
    if ((int)token == customer->number && customer->there) {
        bool dawdles = happens(&customer->mind, CHOICE_DAWDLES);
        plan_thought(kiosk, dawdles ? stream_between(&customer->mind, 20000, 120000)
                                    : stream_short(&customer->mind, 300, 6000));
    }
}

static void plan_thought(struct kiosk *kiosk, int64_t after_ms)
{
    world_at(world_now_ms + after_ms, on_thought, kiosk, (uint64_t)kiosk->customer.number);
}
