#include "witness.h"

#include <string.h>

#include "names.h"
#include "world.h"

uint64_t witness_ends[OUTCOME_HANDED_OVER + 1][STATEMENT_COUNT];

static struct names sale_names, order_names, receipt_names;
static struct sale sales[NAMES_MAX];
static struct told tolds[NAMES_MAX];
static int receipt_orders[NAMES_MAX]; /* of each receipt's number: the order */

void witness_begin(void)
{
    names_clear(&sale_names);
    names_clear(&order_names);
    names_clear(&receipt_names);
}

static struct told *told_of(const char *order_no)
{
    int before = order_names.count;
    int number = names_number(&order_names, order_no, true);
    if (number == before) {
        memset(&tolds[number], 0, sizeof(tolds[number]));
    }
    return &tolds[number];
}

void witness_sale(const char *request_id, int kiosk, int customer)
{
    int before = sale_names.count;
    int number = names_number(&sale_names, request_id, true);
    if (number != before) {
        world_fail("a sale has one number", "kiosk %d begins %s a second time", kiosk, request_id);
        return;
    }
    sales[number] = (struct sale){.kiosk = kiosk, .customer = customer};
    for (int i = number - 1; i >= 0; i--) {
        if (sales[i].kiosk == kiosk) {
            sales[number].nth = sales[i].customer == customer ? sales[i].nth + 1 : 0;
            break;
        }
    }
}

void witness_screen(const char *request_id, enum statement statement)
{
    int number = names_number(&sale_names, request_id, false);
    if (number >= 0) {
        sales[number].said |= (uint8_t)(1U << statement);
    }
}

/* While an order is open, "not taken" speaks of the attempts that were. */
void witness_order(const struct order *order, enum place place)
{
    struct told *told = told_of(order->order_no);
    bool end = order->state == ORDER_CLOSED || order->state == ORDER_PAID;
    if (order->statement == STATEMENT_NOT_TAKEN && order->attempt_count > told->cleared) {
        told->cleared = order->attempt_count;
    }
    if (end) {
        told->said[place] |= (uint8_t)(1U << order->statement);
    }
}

void witness_paper(const struct receipt *receipt)
{
    struct told *told = told_of(receipt->order_no);
    int order = names_number(&order_names, receipt->order_no, false);
    int before = receipt_names.count;
    int number = names_number(&receipt_names, receipt->receipt_no, true);
    if (number == before) {
        receipt_orders[number] = order;
    } else if (receipt_orders[number] != order) {
        world_fail("a receipt's number is one sale's", "%s stands on papers of two orders",
                   receipt->receipt_no);
    }
    told->said[PLACE_PAPER] |= (uint8_t)(1U << receipt->statement);
    if (receipt->statement == STATEMENT_TAKEN_CREDITED) {
        told->paper_credited = true;
        told->credited = *receipt;
    }
    if (receipt->kind != RECEIPT_SLIP &&
        (receipt->statement == STATEMENT_NOT_TAKEN || receipt->statement == STATEMENT_CONFIRMING)) {
        world_fail("a receipt is no slip", "receipt %s says \"%s\"", receipt->receipt_no,
                   statement_name(receipt->statement));
    }
}

void witness_forbidden(const char *request_id)
{
    int number = names_number(&sale_names, request_id, false);
    if (number >= 0) {
        sales[number].forbidden = true;
    }
}

bool witness_order_made(const char *request_id)
{
    int number = names_number(&sale_names, request_id, false);
    bool first = number < 0 || !sales[number].ordered;
    if (number >= 0) {
        sales[number].ordered = true;
    }
    return first;
}

int witness_sales(void)
{
    return sale_names.count;
}

const struct sale *witness_sale_of(const char *request_id)
{
    int number = names_number(&sale_names, request_id, false);
    return number >= 0 ? &sales[number] : NULL;
}

const struct told *witness_told_of(const char *order_no)
{
    int number = names_number(&order_names, order_no, false);
    return number >= 0 ? &tolds[number] : NULL;
}

const char *place_name(enum place place)
{
    static const char *const names[PLACE_COUNT] = {"the screen", "paper", "a reply", "a phone"};
    return names[place];
}
