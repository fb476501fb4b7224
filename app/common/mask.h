/*
 * mask.h - hides personal data for screen, paper and log. Pure, any thread.
 *
 * All texts are UTF-8. Input that is not valid UTF-8 is masked whole ("*"), never echoed.
 */
#ifndef COMMON_MASK_H
#define COMMON_MASK_H

#include <stddef.h>

/*
 * A name: one character becomes "*", two hide the first (*威), longer ones keep first and
 * last (张*伟, 欧**娜). Writes at most size bytes, always terminated; returns buffer.
 */
const char *mask_name(const char *name, char *buffer, size_t size);

/* A mobile number, 3-4-4: 18212344900 is 182****4900; anything else is masked but its last two. */
const char *mask_phone(const char *phone, char *buffer, size_t size);

/* An address: keeps the first three and the last five characters (江宁区*****1002室). */
const char *mask_address(const char *address, char *buffer, size_t size);

/* The last four characters of an account number: "尾号" plus this. */
const char *mask_account_tail(const char *account_no, char *buffer, size_t size);

#endif
