/* The phones: the pay page behind the QR, its button, and the wallet's own page behind that. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "billing/api/page_text.h"
#include "customer.h"
#include "gateway.h"
#include "line.h"
#include "witness.h"
#include "world.h"

#define LOOKS_MAX  3
#define TIMEOUT_MS 20000

struct phone {
    struct stream mind, line;
    char path[64]; /* "/p/TOKEN" */
    char cashier[160];
    const char *agent;
    int looks;
    bool pressed;
};

/* What the page says, whoever looks at it. */
void __real_page_compose(const struct page_look *look, const struct order_facts *facts,
                         char html[PAGE_HTML_MAX]);
void __wrap_page_compose(const struct page_look *look, const struct order_facts *facts,
                         char html[PAGE_HTML_MAX]);

void __wrap_page_compose(const struct page_look *look, const struct order_facts *facts,
                         char html[PAGE_HTML_MAX])
{
    if (facts != NULL) {
        witness_order(&facts->order, PLACE_PHONE);
    }
    __real_page_compose(look, facts, html);
}

static void open_page(void *context, uint64_t token);

static void again(struct phone *phone, int64_t after_ms)
{
    if (phone->looks++ < LOOKS_MAX) {
        world_at(world_now_ms + after_ms, open_page, phone, 0);
    } else {
        free(phone);
    }
}

static void at_cashier(void *context, uint64_t token)
{
    struct phone *phone = context;
    (void)token;
    bool declines = happens(&phone->mind, CHOICE_PHONE_DECLINES);
    if (!happens(&phone->mind, CHOICE_PHONE_IGNORES)) {
        wallet_answer_page(phone->cashier, !declines);
    }
    again(phone, stream_short(&phone->mind, 1000, 90000));
}

static void on_pressed(void *context, uint64_t token, int status, const struct http_answer *answer)
{
    struct phone *phone = context;
    (void)token;
    const char *location = NULL;
    for (int i = 0; status == 303 && i < answer->header_count; i++) {
        if (strcmp(answer->headers[i].name, "Location") == 0) {
            location = answer->headers[i].value;
        }
    }
    if (location != NULL && strstr(location, "/cashier/") != NULL) {
        snprintf(phone->cashier, sizeof(phone->cashier), "%s", location);
        world_at(world_now_ms + stream_short(&phone->mind, 500, 60000), at_cashier, phone, 0);
        return;
    }
    phone->pressed = location != NULL;
    again(phone, 2000);
}

static void send(struct phone *phone, const char *method, const char *more, line_answered *answered)
{
    struct request request = {.method = method};
    snprintf(request.path, sizeof(request.path), "%s%s", phone->path, more);
    snprintf(request.agent, sizeof(request.agent), "%s", phone->agent);
    line_send(&phone->line, &request, TIMEOUT_MS, answered, phone, 0);
}

static void press(void *context, uint64_t token)
{
    struct phone *phone = context;
    (void)token;
    phone->pressed = true;
    send(phone, "POST", "/pay", on_pressed);
}

static void on_page(void *context, uint64_t token, int status, const struct http_answer *answer)
{
    struct phone *phone = context;
    (void)token;
    (void)answer;
    TELL(phone->mind.key, status, "phone: the pay page answers %d", status);
    if (status == 200 && !phone->pressed) {
        world_at(world_now_ms + stream_short(&phone->mind, 200, 20000), press, phone, 0);
        return;
    }
    again(phone, stream_short(&phone->mind, 1000, 60000));
}

static void open_page(void *context, uint64_t token)
{
    struct phone *phone = context;
    (void)token;
    send(phone, "GET", "", on_page);
}

void phone_opens(struct stream *mind, const char *pay_url, int64_t after_ms)
{
    static const char *const agents[] = {"MicroMessenger", "AlipayClient", "UnionPay"};
    const char *path = strstr(pay_url, "/p/");
    struct phone *phone = calloc(1, sizeof(*phone));
    CHECK(phone != NULL && path != NULL && strlen(path) < sizeof(phone->path));
    uint64_t name = stream_draw(mind);
    phone->mind = stream_of("phone", name);
    phone->line = stream_of("phone line", name);
    phone->agent = agents[name % ARRAY_LEN(agents)];
    snprintf(phone->path, sizeof(phone->path), "%s", path);
    world_at(world_now_ms + after_ms, open_page, phone, 0);
}
