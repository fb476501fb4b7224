/* Whether the server still takes money from a kiosk of this version. */
#include <string.h>

#include "kiosk/flow/visit_parts.h"

/* The number at the front of text, at most six digits; -1 when there is none. */
static long part(const char **text)
{
    size_t digits = strspn(*text, "0123456789");
    long value = 0;

    if (digits == 0 || digits > 6) {
        return -1;
    }
    for (size_t i = 0; i < digits; i++) {
        value = value * 10 + ((*text)[i] - '0');
    }
    *text += digits;
    return value;
}

/* "0.9.2" is older than "0.10". What is no list of numbers is older than nothing, and nothing is
 * older than it: a word that nobody understands closes no kiosk. */
static bool older(const char *mine, const char *oldest)
{
    for (;;) {
        long a = *mine == '\0' ? 0 : part(&mine);
        long b = *oldest == '\0' ? 0 : part(&oldest);

        if (a != b || a < 0) {
            return a >= 0 && b >= 0 && a < b;
        }
        if (*mine == '\0' && *oldest == '\0') {
            return false;
        }
        mine += *mine == '.' ? 1 : 0;
        oldest += *oldest == '.' ? 1 : 0;
    }
}

int64_t version_due_ms(const struct visit *visit)
{
    bool asks = visit->settings.version_ms > 0 && visit->healthy && visit->version_seq == 0;

    return asks ? visit->version_at_ms : NEVER_MS;
}

void version_tick(struct visit *visit, const struct context *context)
{
    if (context->now_ms >= version_due_ms(visit)) {
        visit->version_seq = context_call(context, CALL_VERSION)->seq;
    }
}

void version_reply(struct visit *visit, const struct context *context,
                   const struct call_reply *reply)
{
    bool answered = reply->status == STATUS_OK;

    if (visit->version_seq == 0 || reply->seq != visit->version_seq) {
        return;
    }
    visit->version_seq = 0;
    visit->version_at_ms =
        context->now_ms + (answered ? visit->settings.version_ms : visit->settings.health_ms);
    if (answered) {
        visit->version_known = true;
        TEXT_COPY(visit->oldest_kiosk, reply->version.oldest_kiosk);
        visit->outdated = older(visit->settings.version, visit->oldest_kiosk);
    }
}

bool version_settled(const struct visit *visit)
{
    return visit->settings.version_ms == 0 || visit->version_known;
}

/* Nobody is in the middle of something that a closed kiosk could not end. */
static bool may_close(const struct visit *visit)
{
    switch (visit->screen) {
    case SCREEN_HOME: return true;
    case SCREEN_ACCOUNT:
    case SCREEN_CONFIRM:
    case SCREEN_AMOUNT:
    case SCREEN_BILLS:
    case SCREEN_GUIDE:
    case SCREEN_HELP: return visit->customer.payment.state == PAYMENT_IDLE;
    default: return false;
    }
}

void version_follow(struct visit *visit, const struct context *context)
{
    if (visit->outdated && may_close(visit)) {
        visit_end(visit, context);
        visit_go(visit, context, SCREEN_OUT_OF_SERVICE);
    } else if (!visit->outdated && visit->screen == SCREEN_OUT_OF_SERVICE &&
               visit->journal == STATUS_OK) {
        visit_go(visit, context, SCREEN_HOME);
    }
}
