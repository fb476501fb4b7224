/*
 * choices.h - all that may happen or not: CHOICE(name, rate of ten thousand draws, group, words).
 * A run switches a random half of the faults on, each at a third of its rate, its rate, or three
 * times that.
 */
/* clang-format off */

/* -- customers: always on */
CHOICE(COMES,            10000, GROUP_PEOPLE, "a customer comes")
CHOICE(TYPES,              800, GROUP_PEOPLE, "types the number")
CHOICE(RUSHES,             500, GROUP_PEOPLE, "presses twice")
CHOICE(GOES_BACK,          120, GROUP_PEOPLE, "presses back")
CHOICE(GOES_HOME,           60, GROUP_PEOPLE, "presses home")
CHOICE(ASKS_HELP,           80, GROUP_PEOPLE, "presses help")
CHOICE(WALKS_AWAY,          60, GROUP_PEOPLE, "walks away")
CHOICE(TOUCHES,            100, GROUP_PEOPLE, "touches something")
CHOICE(DAWDLES,             60, GROUP_PEOPLE, "stands there for long")
CHOICE(WRONG_CODE,         300, GROUP_PEOPLE, "shows something else than a payment code")
CHOICE(SAME_CODE,          100, GROUP_PEOPLE, "shows the same code again")
CHOICE(USES_QR,           3500, GROUP_PEOPLE, "scans the screen")
CHOICE(USES_BOTH,          400, GROUP_PEOPLE, "scans the screen and shows a code")
CHOICE(SECOND_PHONE,       400, GROUP_PEOPLE, "a second phone opens the page")
CHOICE(PHONE_LATER,        300, GROUP_PEOPLE, "the phone is used a good while later")
CHOICE(PHONE_DECLINES,     500, GROUP_PEOPLE, "declines on the phone")
CHOICE(PHONE_IGNORES,      500, GROUP_PEOPLE, "leaves the phone as it is")
CHOICE(SHARED_BILL,       1500, GROUP_PEOPLE, "pays what somebody else may pay as well")
CHOICE(PAYS_BILLS,        4000, GROUP_PEOPLE, "pays bills")
CHOICE(REPRINTS,           300, GROUP_PEOPLE, "wants a receipt again")

/* -- between kiosk, phone and server */
CHOICE(CALL_LOST,          200, GROUP_FAULT, "a call is lost")
CHOICE(REPLY_LOST,         200, GROUP_FAULT, "a reply is lost")
CHOICE(CALL_SLOW,          300, GROUP_FAULT, "a call takes long")
CHOICE(CALL_LATE,          150, GROUP_FAULT, "a call arrives after it was given up")
CHOICE(CALL_TWICE,         200, GROUP_FAULT, "a call arrives twice")
CHOICE(LINE_DOWN,           30, GROUP_FAULT, "the line of a kiosk is down")

/* -- the server */
CHOICE(SERVER_CUT_BEFORE,  150, GROUP_FAULT, "a server loses power before a commit")
CHOICE(SERVER_CUT_AFTER,   150, GROUP_FAULT, "a server loses power after a commit")
CHOICE(STORE_FAILS,         20, GROUP_FAULT, "the store fails, nothing was written")
CHOICE(STORE_SILENT,        20, GROUP_FAULT, "the store fails, and it was written")

/* -- the kiosk */
CHOICE(KIOSK_CUT,           15, GROUP_FAULT, "a kiosk loses power")
CHOICE(JOURNAL_SLOW,       100, GROUP_FAULT, "the journal takes long")
CHOICE(JOURNAL_FAILS,       60, GROUP_FAULT, "the journal cannot be written")
CHOICE(CLOCK_WRONG,        100, GROUP_FAULT, "a kiosk's clock is set wrong")
CHOICE(PAPER_OUT,          200, GROUP_FAULT, "the paper is out")
CHOICE(PRINTER_BREAKS,     200, GROUP_FAULT, "the printer stops in the middle")
CHOICE(PRINTER_JAMS,       150, GROUP_FAULT, "the printer is jammed")
CHOICE(SCANNER_GONE,        50, GROUP_FAULT, "the scanner is unplugged")

/* -- between server and gateway */
CHOICE(GATEWAY_REFUSES,    200, GROUP_FAULT, "no connection to the gateway")
CHOICE(GATEWAY_CALL_LOST,  300, GROUP_FAULT, "a call to the gateway is lost")
CHOICE(GATEWAY_REPLY_LOST, 400, GROUP_FAULT, "a reply of the gateway is lost")
CHOICE(GATEWAY_SLOW,       300, GROUP_FAULT, "the gateway answers slowly")
CHOICE(GATEWAY_LATE,       200, GROUP_FAULT, "a call reaches the gateway after it was given up")
CHOICE(GATEWAY_TWICE,      200, GROUP_FAULT, "a call reaches the gateway twice")
CHOICE(GATEWAY_DOWN,        60, GROUP_FAULT, "the gateway is out of order")
CHOICE(SIGNATURE_BAD,      200, GROUP_FAULT, "a reply of the gateway is signed wrongly")

/* -- the gateway and the wallets */
CHOICE(PASSWORD,          1000, GROUP_FAULT, "the wallet wants the password")
CHOICE(LATE_SUCCESS,       500, GROUP_FAULT, "the success comes late")
CHOICE(DECLINES,           500, GROUP_FAULT, "the wallet declines")
CHOICE(NO_FUNDS,           300, GROUP_FAULT, "the wallet has too little")
CHOICE(CODE_EXPIRED,       300, GROUP_FAULT, "the code has expired")
CHOICE(WRONG_AMOUNT,       150, GROUP_FAULT, "another amount is taken")
CHOICE(REVERSE_REFUSED,   2000, GROUP_FAULT, "reversals are refused three times")
CHOICE(REVERSE_IDLE,      2000, GROUP_FAULT, "reversals are answered and not made")
CHOICE(REFUND_FAILS,      2000, GROUP_FAULT, "refunds fail for a while")
CHOICE(REFUND_REFUSED,     500, GROUP_FAULT, "refunds are refused again and again")
CHOICE(NOTICE_LOST,       1500, GROUP_FAULT, "a notice is lost")
CHOICE(NOTICE_TWICE,      1500, GROUP_FAULT, "a notice comes twice")
CHOICE(NOTICE_FORGED,      500, GROUP_FAULT, "a notice is forged")

/* -- a utility that keeps its accounts itself */
CHOICE(UTILITY_REFUSES,    500, GROUP_FAULT, "the utility refuses a posting")
CHOICE(UTILITY_WRONG,      200, GROUP_FAULT, "the utility books another amount")
CHOICE(UTILITY_SLOW,      1500, GROUP_FAULT, "the utility takes its time")
CHOICE(UTILITY_DOWN,       100, GROUP_FAULT, "the utility is out of order")

/* -- meanwhile */
CHOICE(ACCOUNT_CLOSES,     200, GROUP_FAULT, "the account is closed meanwhile")
CHOICE(BILL_SETTLED,       200, GROUP_FAULT, "the bill is settled elsewhere meanwhile")
/* clang-format on */
