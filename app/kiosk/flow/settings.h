/*
 * settings.h - the site's numbers that the flow needs; filled from the configuration.
 */
#ifndef KIOSK_FLOW_SETTINGS_H
#define KIOSK_FLOW_SETTINGS_H

#include "kiosk/flow/view.h"

#define ACCOUNT_PATTERNS_MAX 8

struct settings {
    char terminal_no[12];
    char version[VERSION_MAX]; /* of this program */
    char site[SITE_MAX_BYTES];
    char hotline[HOTLINE_MAX];
    int open_from_minute, open_to_minute; /* Beijing minutes of the day; equal: never staffed */
    char account_patterns[ACCOUNT_PATTERNS_MAX][ACCOUNT_NO_MAX]; /* '#' is any digit */
    int account_pattern_count;
    /* The one table of times. */
    int warn_after_ms; /* nobody touched anything: ask */
    int wipe_after_ms; /* and then leave; > warn_after_ms */
    int pay_ms;        /* the pay screen stands so long */
    int resolving_ms;  /* a doubtful payment holds the screen at most so long */
    int crediting_ms;  /* for a paid sale to be credited, before its receipt is printed; 0: not */
    int order_wait_ms; /* an order that is not answered so long is given up, unpaid */
    int poll_ms;       /* between two questions about one order */
    int retry_ms;      /* after a call that got no answer */
    int retry_max_ms;  /* so long at most between two tries to deliver what is queued */
    int background_ms; /* between two questions about handed-over orders */
    int health_ms;     /* between two health calls when nothing else is asked */
    int version_ms;    /* between two questions which versions the server takes; 0: never asked */
    int boot_ms;       /* recovery holds the first customer at most so long */
    int same_code_ms;  /* the same scan is ignored so long */
    int lookups_max;   /* account look-ups in one visit */
};

#endif
