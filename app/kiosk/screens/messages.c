/* Each message says what happened, whether money was taken, and what to do next. */
#include "kiosk/screens/page.h"

static const char *const messages[MESSAGE_COUNT] = {
    [MESSAGE_NONE] = "",
    [MESSAGE_ACCOUNT_INCOMPLETE] =
        WORDS_ID("The number is not complete. Please check it against your bill."),
    [MESSAGE_ACCOUNT_UNKNOWN] =
        WORDS_ID("No account has this number. Nothing was taken. Please check it and type again."),
    [MESSAGE_ACCOUNT_CLOSED] = WORDS_ID(
        "This account is closed. Nothing was taken. Please ask at the counter or call 95598."),
    [MESSAGE_ACCOUNT_NOT_YET] = WORDS_ID("This account can be paid from {} on. Nothing was taken."),
    [MESSAGE_LOOKUPS_USED_UP] =
        WORDS_ID("Too many numbers were looked up. Please go home and begin again."),
    [MESSAGE_SERVER_UNREACHABLE] =
        WORDS_ID("The network does not answer. Nothing was taken. Please try again in a moment, or "
                 "use the counter or the app."),
    [MESSAGE_SERVER_REFUSED] =
        WORDS_ID("This cannot be done now. Nothing was taken. Please try later or call 95598."),
    [MESSAGE_NOT_A_BILL] =
        WORDS_ID("That is no bill's barcode. Please scan the long barcode on the paper bill."),
    [MESSAGE_AMOUNT_TOO_SMALL] = WORDS_ID("The least is ￥{} each time. Please raise the amount."),
    [MESSAGE_AMOUNT_TOO_LARGE] = WORDS_ID("The most is ￥{} each time. Please lower the amount."),
    [MESSAGE_AMOUNT_MISSING] = WORDS_ID("Please choose or type an amount."),
    [MESSAGE_NO_BILLS] = WORDS_ID("Nothing is due on this account. There is nothing to pay."),
    [MESSAGE_BILLS_CHANGED] =
        WORDS_ID("The bills have changed meanwhile. Nothing was taken. Please look again."),
    [MESSAGE_BILL_BEING_PAID] = WORDS_ID("This bill is being paid elsewhere just now. Nothing was "
                                         "taken here. Please look again in a few minutes."),
    [MESSAGE_PRINTER_OUT] = WORDS_ID("There is no receipt paper. You can pay all the same; the "
                                     "receipt can be printed later by its number."),
    [MESSAGE_NO_SCANNER] =
        WORDS_ID("The scanner does not work. Please scan the code on the screen with your phone."),
    [MESSAGE_CODE_PAYEE] = WORDS_ID("That code is for receiving money. Nothing was taken. Please "
                                    "open the payment code in your wallet."),
    [MESSAGE_CODE_WEB] = WORDS_ID("That is a web address. Nothing was taken. Please open the "
                                  "payment code in your wallet."),
    [MESSAGE_CODE_GOODS] = WORDS_ID("That is a barcode of goods. Nothing was taken. Please open "
                                    "the payment code in your wallet."),
    [MESSAGE_CODE_BILL] = WORDS_ID("That is a bill's barcode. Nothing was taken. Please show the "
                                   "payment code in your wallet."),
    [MESSAGE_CODE_OFFLINE] = WORDS_ID("That code was made without a network and cannot be used "
                                      "here. Nothing was taken. Please connect and refresh it."),
    [MESSAGE_CODE_UNREADABLE] =
        WORDS_ID("The code could not be read. Nothing was taken. Please hold it steady, 10 cm "
                 "away, with the screen bright."),
    [MESSAGE_CODE_UNKNOWN] = WORDS_ID("That is no payment code that we know. Nothing was taken. "
                                      "Please use WeChat, Alipay or UnionPay."),
    [MESSAGE_CODE_REPEATED] = WORDS_ID("This code was just used. Nothing more was taken. Please "
                                       "refresh the payment code."),
    [MESSAGE_CODE_EXPIRED] =
        WORDS_ID("The code has expired. Nothing was taken. Please refresh the payment code."),
    [MESSAGE_NO_FUNDS] = WORDS_ID("The wallet has not enough money. Nothing was taken. Please "
                                  "choose another card in your wallet."),
    [MESSAGE_DECLINED] = WORDS_ID("The wallet refused the payment. Nothing was taken. Please see "
                                  "your phone or use another wallet."),
    [MESSAGE_PASSWORD] = WORDS_ID("The password was not given in time. Nothing was taken. You can "
                                  "scan again."),
    [MESSAGE_PROVIDER_DOWN] =
        WORDS_ID("The wallet does not answer. Nothing was taken. Please use another wallet."),
    [MESSAGE_STORAGE_FAILED] = WORDS_ID("This terminal has a fault and takes no payments. Nothing "
                                        "was taken. Please use another one."),
    [MESSAGE_RECEIPT_UNKNOWN] =
        WORDS_ID("This terminal has no receipt of this number. Please check the number; receipts "
                 "are reprinted where they were made."),
    [MESSAGE_RECEIPT_LIMIT] = WORDS_ID("This receipt was reprinted as often as is allowed. Please "
                                       "ask at the counter."),
    [MESSAGE_ORDER_EXPIRED] =
        WORDS_ID("The time to pay ran out. Nothing was taken. You can start again."),
    [MESSAGE_CANCELLED] = WORDS_ID("The payment was cancelled. Nothing was taken."),
    [MESSAGE_TOO_MANY_OPEN] = WORDS_ID("Earlier payments are still being confirmed. Nothing was "
                                       "taken. Please try again in a few minutes."),
    [MESSAGE_ACCOUNT_LIMIT] =
        WORDS_ID("This account has reached today's limit for top-ups. Nothing was taken. Please "
                 "come back tomorrow or ask at the counter."),
};

const char *messages_id(enum message message)
{
    CHECK((unsigned)message < MESSAGE_COUNT && messages[message] != NULL);
    return messages[message];
}
