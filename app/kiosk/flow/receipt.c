#include "kiosk/flow/receipt.h"

#include "kiosk/flow/context.h"

void receipt_complete(struct receipt *receipt, const struct order *order)
{
    receipt->kind = order->kind == ORDER_BILLS ? RECEIPT_BILLS : RECEIPT_RECHARGE;
    TEXT_COPY(receipt->payee, order->payee);
    TEXT_COPY(receipt->order_no, order->order_no);
    TEXT_COPY(receipt->out_trade_no, order->out_trade_no);
    TEXT_COPY(receipt->transaction_id, order->transaction_id);
    TEXT_COPY(receipt->status_url, order->pay_url);
    receipt->channel = order->channel;
    receipt->by_phone = order->by_phone;
    receipt->amount_fen = order->amount_fen;
    receipt->balance_known = order->balance_known;
    receipt->balance_fen = order->balance_fen;
    receipt->paid_at_ms = order->paid_at_ms;
    receipt->statement = order->statement;
}
