/*
 * paycode.h - what a scanned text is. Pure; the table of wallets is data.
 *
 * A scan means what the screen asked for: paycode_classify() is called on the pay screen
 * only, bill_barcode_parse() where an account is wanted. Never guess across: a 16-digit
 * account number beginning with 25-30 looks like an Alipay code.
 */
#ifndef COMMON_PAYCODE_H
#define COMMON_PAYCODE_H

#include <stddef.h>

#include "common/status.h"

/* Longest scan that is looked at at all; a driver drops longer ones whole. */
#define SCAN_TEXT_MAX 512
/* Longest payment code with its terminator. */
#define PAYCODE_MAX 25

enum channel { CHANNEL_NONE = 0, CHANNEL_WECHAT, CHANNEL_ALIPAY, CHANNEL_UNIONPAY, CHANNEL_COUNT };

/* "wechat", "alipay", "unionpay", "none": in the API, the stores and the logs. */
const char *channel_name(enum channel channel);
enum status channel_parse(const char *name, enum channel *channel) MUST_USE;

enum scan_kind {
    SCAN_PAYMENT_CODE = 0, /* one wallet's payment code */
    SCAN_PAYEE_CODE,       /* a shop's or a person's own QR: 000201, weixin://, wxp://, qr.alipay */
    SCAN_WEB_ADDRESS,      /* http:// or https:// that is no payee's code */
    SCAN_GOODS_BARCODE,    /* EAN-8, EAN-13, UPC-A */
    SCAN_BILL_BARCODE,     /* our own paper bill */
    SCAN_OFFLINE_CODE,     /* base64 starting hQVDUFY: an EMVCo consumer code we do not take */
    SCAN_UNREADABLE,       /* control bytes, empty, too long, not printable ASCII */
    SCAN_UNKNOWN,          /* anything else */
    SCAN_KIND_COUNT
};

struct paycode {
    enum scan_kind kind;
    enum channel channel;   /* only with SCAN_PAYMENT_CODE */
    char code[PAYCODE_MAX]; /* only with SCAN_PAYMENT_CODE: digits */
};

/*
 * Strips one trailing CR, LF or CRLF and one leading AIM symbology identifier ("]Q1"), then
 * classifies. text: length bytes, may hold anything, need not be terminated.
 */
struct paycode paycode_classify(const char *text, size_t length);

/* Longest account number with its terminator. */
#define ACCOUNT_NO_MAX 17

/* 10, 13 or 16 digits: the lengths in use. Which of them an organisation uses is configuration. */
enum status account_no_check(const char *account_no) MUST_USE;

/*
 * The barcode of a paper bill: "DF" + account number + "-" + period (YYYYMM), or the bare
 * account number. STATUS_INVALID for anything else. Output is written only on STATUS_OK.
 */
enum status bill_barcode_parse(const char *text, size_t length,
                               char account_no[ACCOUNT_NO_MAX]) MUST_USE;

#endif
