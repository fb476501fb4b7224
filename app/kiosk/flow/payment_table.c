/* Every transition that there is; payment.c makes no other. */
#include "kiosk/flow/payment.h"

const struct payment_transition payment_transitions[] = {
    {PAYMENT_IDLE, PAYMENT_INTENT_SAVING, "payment_begin", "the customer chose to pay"},
    {PAYMENT_INTENT_SAVING, PAYMENT_ORDERING, "payment_saved", "the intent is durable"},
    {PAYMENT_INTENT_SAVING, PAYMENT_UNPAID, "payment_saved", "the journal cannot be written"},
    {PAYMENT_ORDERING, PAYMENT_OPEN, "apply_order", "the server has an open order"},
    {PAYMENT_ORDERING, PAYMENT_UNPAID_SAVING, "on_refused", "the server refused the order"},
    {PAYMENT_ORDERING, PAYMENT_UNPAID, "give_up_order", "no answer, or the customer left"},
    {PAYMENT_ORDERING, PAYMENT_UNPAID_SAVING, "apply_order", "the order is closed already"},
    {PAYMENT_OPEN, PAYMENT_CODE_SAVING, "payment_code", "a payment code was scanned"},
    {PAYMENT_OPEN, PAYMENT_CHARGING, "apply_order", "a phone opened the QR and pays"},
    {PAYMENT_OPEN, PAYMENT_CLOSING, "close_order", "the customer left, or time is over"},
    {PAYMENT_OPEN, PAYMENT_CLOSING, "apply_order", "the server closes it"},
    {PAYMENT_OPEN, PAYMENT_PAID_SAVING, "apply_order", "a phone paid"},
    {PAYMENT_OPEN, PAYMENT_UNPAID_SAVING, "apply_order", "the server closed it"},
    {PAYMENT_CODE_SAVING, PAYMENT_CHARGING, "payment_saved", "the attempt is durable"},
    {PAYMENT_CODE_SAVING, PAYMENT_OPEN, "payment_saved", "the journal cannot be written"},
    {PAYMENT_CODE_SAVING, PAYMENT_CLOSING, "close_order", "the customer left"},
    {PAYMENT_CHARGING, PAYMENT_OPEN, "apply_order", "declined, proved: the order is open again"},
    {PAYMENT_CHARGING, PAYMENT_OPEN, "on_refused", "the server did not take the code"},
    {PAYMENT_CHARGING, PAYMENT_PAID_SAVING, "apply_order", "paid"},
    {PAYMENT_CHARGING, PAYMENT_CLOSING, "close_order", "the customer left"},
    {PAYMENT_CHARGING, PAYMENT_CLOSING, "apply_order", "the server closes it"},
    {PAYMENT_CHARGING, PAYMENT_UNPAID_SAVING, "apply_order", "the server closed it"},
    {PAYMENT_CHARGING, PAYMENT_SLIP_SAVING, "hand_over", "no end within the time for resolving"},
    {PAYMENT_CLOSING, PAYMENT_UNPAID_SAVING, "apply_order", "closed"},
    {PAYMENT_CLOSING, PAYMENT_PAID_SAVING, "apply_order", "it had been paid"},
    {PAYMENT_CLOSING, PAYMENT_SLIP_SAVING, "hand_over", "no end within the time for resolving"},
    {PAYMENT_PAID_SAVING, PAYMENT_PAID, "payment_saved", "the receipt is durable"},
    {PAYMENT_PAID_SAVING, PAYMENT_CREDITING, "payment_saved", "durable, but not credited yet"},
    {PAYMENT_CREDITING, PAYMENT_PAID_SAVING, "apply_credit", "credited"},
    {PAYMENT_CREDITING, PAYMENT_SLIP_SAVING, "apply_credit", "refused: the money goes back"},
    {PAYMENT_CREDITING, PAYMENT_PAID, "payment_settle", "time is over, or the customer is"},
    {PAYMENT_UNPAID_SAVING, PAYMENT_UNPAID, "payment_saved", "the end is durable"},
    {PAYMENT_SLIP_SAVING, PAYMENT_HANDED_OVER, "payment_saved", "the slip is durable"},
};
const int payment_transition_count = (int)ARRAY_LEN(payment_transitions);

const char *payment_state_name(enum payment_state state)
{
    static const char *const names[PAYMENT_STATE_COUNT] = {
        "IDLE",          "INTENT_SAVING", "ORDERING",    "OPEN",       "CODE_SAVING",
        "CHARGING",      "CLOSING",       "PAID_SAVING", "CREDITING",  "PAID",
        "UNPAID_SAVING", "UNPAID",        "SLIP_SAVING", "HANDED_OVER"};

    CHECK((unsigned)state < PAYMENT_STATE_COUNT);
    return names[state];
}
