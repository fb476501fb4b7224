/* page_words.h - every word of the pay page, in both languages. For page_text.c alone. */
#ifndef BILLING_API_PAGE_WORDS_H
#define BILLING_API_PAGE_WORDS_H

#include "billing/api/page_text.h"

/* What the page is about, finer than the order's state. */
enum scene {
    SCENE_ASK = 0,    /* nothing was tried */
    SCENE_AGAIN,      /* an attempt failed, nothing was taken */
    SCENE_OPENING,    /* the provider makes its page */
    SCENE_AT_WALLET,  /* the provider's page is open on a phone */
    SCENE_ELSEWHERE,  /* so it is, in another wallet than this one */
    SCENE_CONFIRMING, /* a code was scanned, or the outcome is open */
    SCENE_ENDING,
    SCENE_CREDITING,
    SCENE_PAID,
    SCENE_ENDED,
    SCENE_UNKNOWN,
    SCENE_BUSY,
    SCENE_COUNT
};

enum word {
    WORD_LANG = 0,
    WORD_BRAND,
    WORD_OTHER, /* the other language's name in itself */
    WORD_OTHER_QUERY,
    WORD_SUBJECT,
    WORD_PAYEE,
    WORD_ACCOUNT,
    WORD_BEFORE, /* around a time of day */
    WORD_BEFORE_END,
    WORD_LEFT,
    WORD_PAY,
    WORD_CHOOSE,
    WORD_CONTINUE,
    WORD_CONTINUE_NOTE,
    WORD_LOST,
    WORD_COUNT
};

extern const char *const PAGE_WORDS[PAGE_LANGUAGES][WORD_COUNT];
/* What is going on; what to do now. */
extern const char *const PAGE_SCENES[PAGE_LANGUAGES][SCENE_COUNT];
extern const char *const PAGE_NEXT[PAGE_LANGUAGES][SCENE_COUNT];
extern const char *const PAGE_STATEMENTS[PAGE_LANGUAGES][STATEMENT_COUNT];
extern const char *const PAGE_WALLETS[PAGE_LANGUAGES][CHANNEL_COUNT];

#endif
