/*
 * page.h - what all screens share: where things stand, the header, steps, account card,
 * messages, the two action buttons, the keypad and the dock that never moves.
 */
#ifndef KIOSK_SCREENS_PAGE_H
#define KIOSK_SCREENS_PAGE_H

#include "kiosk/screens/screens.h"
#include "kiosk/ui/widgets.h"

/* Marks a msgid in a table for the extractor. */
#define WORDS_ID(msgid) (msgid)

#define PAGE_MARGIN  48
#define PAGE_GAP     24
#define PAGE_TEXT    512
#define PAGE_KEYPAD  572 /* height of four rows of keys in portrait */
#define PAGE_CONTEXT 196

/* Longest number as text with currency sign. */
#define PAGE_MONEY 40

struct page {
    struct ui_rect content; /* between header (and steps) and actions */
    struct ui_rect a, b;    /* it split in two: above and below, or left and right */
    struct ui_rect actions;
};

struct page_actions {
    const char *back;              /* NULL: no Back */
    const char *next;              /* NULL: no Next */
    bool next_off;                 /* Next stands there but cannot be tapped now */
    int back_intent;               /* 0: INTENT_BACK */
    int next_intent;               /* 0: INTENT_NEXT */
    const char *back_id, *next_id; /* NULL: nav.back, nav.next */
    const char *next_icon;         /* NULL: an arrow */
};

/* Header, steps and dock; b_height is what the lower part wants in portrait (0: no split). */
struct page page_begin(struct ui *ui, const struct view *view, const char *title, int b_height);
void page_actions(struct ui *ui, const struct view *view, const struct page *page,
                  const struct page_actions *actions);
void page_dock(struct ui *ui, const struct view *view);
void page_header(struct ui *ui, const struct view *view, const char *title);

/* The room of a screen without actions: down to the dock. */
struct ui_rect page_whole(const struct ui *ui, const struct page *page);
/* Amount and account, as they stay visible until the money has moved. */
void page_bill(struct ui *ui, const struct view *view, struct ui_rect rect);

/* Who it is for; a message of the flow takes its place while there is one. */
void page_context(struct ui *ui, const struct view *view, struct ui_rect rect);
/* The flow's message as a card. Returns false when there is none. */
bool page_message(struct ui *ui, const struct view *view, struct ui_rect rect);
/* The message with its figures filled in. */
void page_message_words(struct ui *ui, const struct view *view, char buffer[PAGE_TEXT]);

void page_keypad(struct ui *ui, struct ui_rect rect, bool point, bool off);

struct ui_type page_type(enum ui_size size, bool bold, ui_colour colour, enum ui_align align);
/* "¥186.40" */
const char *page_money(int64_t amount_fen, char buffer[PAGE_MONEY]);
/* A number that is typed, as it is grouped for reading; "" shows that one is wanted. */
void page_number_field(struct ui *ui, struct ui_rect rect, const char *label, const char *number,
                       const char *hint);
/* "5263 9404 74": groups of four for checking against a bill. */
void page_group(const char *digits, int group, char *buffer, size_t size);
/* "November 2026" or "2026年10月" from "2026-10". */
void page_period(struct ui *ui, const char *period, char *buffer, size_t size);
const char *page_category(struct ui *ui, const struct account *account);
/* The rectangle's first h units; the rest, less a gap, stays in *rect. */
struct ui_rect page_take_top(struct ui_rect *rect, int h, int gap);
struct ui_rect page_take_left(struct ui_rect *rect, int w, int gap);

extern const struct screen screen_starting, screen_out_of_service, screen_home, screen_guide,
    screen_help, screen_account, screen_confirm, screen_amount, screen_bills, screen_pay,
    screen_resolving, screen_result, screen_reprint, screen_reprint_done;

/* overlays.c: they take the whole screen, so that nothing shows behind them. */
void overlay_timeout(struct ui *ui, const struct view *view);
void overlay_recent(struct ui *ui, const struct view *view);

#endif
