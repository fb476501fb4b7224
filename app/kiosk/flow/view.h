/*
 * view.h - everything that a screen may know in order to draw itself, and everything that a
 * touch can mean. Plain data, no pointers: screens are pure functions of it.
 *
 * The flow fills it (visit_view() in visit.h); the screens turn it into nodes. Words live in
 * the screens: the flow speaks in enumerations only.
 */
#ifndef KIOSK_FLOW_VIEW_H
#define KIOSK_FLOW_VIEW_H

#include "protocol/messages.h"

enum screen_id {
    SCREEN_STARTING = 0,   /* boot recovery: open payments are being closed */
    SCREEN_OUT_OF_SERVICE, /* nothing can be done here now; says why and what to do */
    SCREEN_HOME,
    SCREEN_GUIDE,   /* how paying works, in three steps; codes are charged by our terminals only */
    SCREEN_HELP,    /* hotlines and what staff can do at this hour */
    SCREEN_ACCOUNT, /* type the number, or scan the bill */
    SCREEN_CONFIRM, /* masked name and address: is it you? */
    SCREEN_AMOUNT,  /* prepaid: how much */
    SCREEN_BILLS,   /* postpaid: which bills */
    SCREEN_PAY,     /* scanner live, QR shown */
    SCREEN_RESOLVING, /* money may have moved; at most 90 s, no time-out */
    SCREEN_RESULT,    /* paid, not paid, or handed over: the money statement and the receipt */
    SCREEN_REPRINT,   /* type the receipt's number */
    SCREEN_REPRINT_DONE,
    SCREEN_COUNT
};

enum language { LANGUAGE_ZH = 0, LANGUAGE_EN, LANGUAGE_COUNT };

enum service { SERVICE_PAY = 0, SERVICE_RECHARGE, SERVICE_REPRINT, SERVICE_COUNT };

/* What a touch means. Nodes carry an intent and a small argument; nothing else leaves a screen. */
enum intent {
    INTENT_NONE = 0,
    INTENT_START, /* argument: enum service */
    INTENT_GUIDE,
    INTENT_HELP,
    INTENT_DIGIT, /* argument: 0-9 */
    INTENT_POINT, /* the decimal point */
    INTENT_BACKSPACE,
    INTENT_CLEAR,
    INTENT_PRESET,    /* argument: index into account.presets_fen, or PRESET_RESTORE */
    INTENT_BILL,      /* argument: index; toggles */
    INTENT_BILL_PAGE, /* argument: the page of the list to show, from 0 */
    INTENT_NEXT,      /* the one forward button; the screen names its consequence */
    INTENT_BACK,
    INTENT_HOME,            /* leave: wipes the visit (asks for a reversal where money is open) */
    INTENT_EXTEND,          /* "still here" in the time-out warning */
    INTENT_CONTINUE_ANYWAY, /* after "paid 3 minutes ago" */
    INTENT_PRINT,           /* result: print the receipt again after the printer was mended */
    INTENT_LANGUAGE,
    INTENT_LARGE_TYPE,
    INTENT_CONTRAST,
    INTENT_COUNT
};

#define PRESET_RESTORE 100

/* One line under the field or on the card: why something did not work, what to do next. */
enum message {
    MESSAGE_NONE = 0,
    MESSAGE_ACCOUNT_INCOMPLETE, /* the number is too short or of no length in use */
    MESSAGE_ACCOUNT_UNKNOWN,
    MESSAGE_ACCOUNT_CLOSED,
    MESSAGE_ACCOUNT_NOT_YET,    /* view.account.usable_from */
    MESSAGE_LOOKUPS_USED_UP,    /* five look-ups a visit */
    MESSAGE_SERVER_UNREACHABLE, /* nothing was taken */
    MESSAGE_SERVER_REFUSED,     /* the server said no for a reason we have no words for */
    MESSAGE_NOT_A_BILL,         /* the scan is no bill's barcode */
    MESSAGE_AMOUNT_TOO_SMALL,
    MESSAGE_AMOUNT_TOO_LARGE,
    MESSAGE_AMOUNT_MISSING,
    MESSAGE_NO_BILLS,        /* nothing is due */
    MESSAGE_BILLS_CHANGED,   /* a bill was paid elsewhere or its fee changed: look again */
    MESSAGE_BILL_BEING_PAID, /* another kiosk or phone has it open */
    MESSAGE_PRINTER_OUT,     /* no paper: said before paying */
    MESSAGE_NO_SCANNER,      /* the scanner is gone: the QR still works */
    /* the pay screen: a code was refused; nothing was taken */
    MESSAGE_CODE_PAYEE, /* a payee's QR */
    MESSAGE_CODE_WEB,
    MESSAGE_CODE_GOODS,
    MESSAGE_CODE_BILL,
    MESSAGE_CODE_OFFLINE,
    MESSAGE_CODE_UNREADABLE,
    MESSAGE_CODE_UNKNOWN,
    MESSAGE_CODE_REPEATED, /* this very code was just used */
    MESSAGE_CODE_EXPIRED,
    MESSAGE_NO_FUNDS,
    MESSAGE_DECLINED,
    MESSAGE_PASSWORD,
    MESSAGE_PROVIDER_DOWN,
    MESSAGE_STORAGE_FAILED, /* the kiosk cannot write its journal: no payment is begun */
    MESSAGE_RECEIPT_UNKNOWN,
    MESSAGE_RECEIPT_LIMIT, /* this receipt was reprinted as often as allowed */
    MESSAGE_ORDER_EXPIRED, /* the time to pay ran out; nothing was taken */
    MESSAGE_CANCELLED,     /* the customer went back from the pay screen; nothing was taken */
    MESSAGE_TOO_MANY_OPEN, /* too many payments of this kiosk are still being confirmed */
    MESSAGE_ACCOUNT_LIMIT, /* the account was recharged too often or too high today */
    MESSAGE_COUNT
};

enum outcome { OUTCOME_PAID = 0, OUTCOME_UNPAID, OUTCOME_HANDED_OVER };

/* The result screen's receipt line. */
enum receipt_state {
    RECEIPT_NONE = 0, /* none is due */
    RECEIPT_PRINTING,
    RECEIPT_PRINTED,  /* proved by the printer */
    RECEIPT_UNPROVED, /* sent, not proved: can be printed again, marked */
    RECEIPT_NO_PAPER, /* kept; number shown; can be reprinted here later */
    RECEIPT_FAILED
};

enum printer_health { PRINTER_READY = 0, PRINTER_NEAR_END, PRINTER_OUT, PRINTER_TROUBLE };

#define INPUT_MAX      24
#define RECEIPT_NO_MAX 24 /* "00012-261121-0001": terminal, date, sequence */
#define HOTLINE_MAX    24
#define SITE_MAX_BYTES 96

struct view {
    enum screen_id screen;
    enum language language;
    bool large_type, high_contrast;
    int64_t now_ms; /* the wall clock: for the header only */

    /* who and where */
    char site[SITE_MAX_BYTES]; /* "渝中营业厅" */
    char terminal_no[12];      /* "00012" */
    char hotline[HOTLINE_MAX]; /* the site's own */
    char open_hours[32];       /* "08:30-17:30": when staff are here; "" never */
    bool staff_here;           /* now within open_hours */

    /* health: what is offered, and why not */
    bool server_up;
    bool scanner_up;
    enum printer_health printer;
    bool outdated;                    /* the server wants a newer kiosk */
    char version[VERSION_MAX];        /* of this kiosk, for staff */
    char oldest_version[VERSION_MAX]; /* that the server wants at least */
    int queue; /* earlier payments that are still to be delivered to the server */

    /* the visit */
    enum service service;
    int step, step_count; /* 1 of 4; 0: no steps on this screen */
    int seconds_left;     /* of the visit's timer; -1: no timer runs here */
    bool warning;         /* the modal "still here?" covers everything */
    bool busy;            /* a request is under way: Next is disabled and says so */
    enum message message;
    char input[INPUT_MAX]; /* what was typed: number, amount, or receipt number */
    bool input_valid;      /* Next may be tapped */

    struct account account;
    int selected_preset; /* index, PRESET_RESTORE, or -1 */
    bool bill_selected[BILLS_MAX];
    int bill_page;      /* of the list of bills, from 0; the screen stops at its last page */
    int64_t amount_fen; /* typed, or the selected bills' sum with late fees; 0: none */
    bool recent_payment_warning; /* modal: somebody paid for this account minutes ago */

    /* paying */
    struct order order;
    int pay_seconds_left; /* -1: not paying */
    bool scanner_armed;
    bool qr_shown; /* view.order.pay_url stands on the screen */
    int resolving_seconds;
    bool crediting; /* paid, and asked whether it is credited: the receipt waits for that */

    /* the end */
    enum outcome outcome;
    enum statement statement;
    enum receipt_state receipt;
    char receipt_no[RECEIPT_NO_MAX];
    int reprint_number; /* 补打 n, on SCREEN_REPRINT_DONE */
};

#endif
