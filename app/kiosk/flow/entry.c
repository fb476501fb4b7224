#include "kiosk/flow/entry.h"

#include <stdio.h>
#include <string.h>

static bool append(char input[INPUT_MAX], char c)
{
    size_t length = strlen(input);

    if (length + 1 >= INPUT_MAX) {
        return false;
    }
    input[length] = c;
    input[length + 1] = '\0';
    return true;
}

bool entry_digit(char input[INPUT_MAX], int digit, int max_digits)
{
    CHECK(digit >= 0 && digit <= 9);
    return (int)strlen(input) < max_digits && append(input, (char)('0' + digit));
}

bool entry_amount_digit(char input[INPUT_MAX], int digit)
{
    const char *point = strchr(input, '.');

    CHECK(digit >= 0 && digit <= 9);
    if (point != NULL) {
        return strlen(point) <= 2 && append(input, (char)('0' + digit));
    }
    if (strcmp(input, "0") == 0) {
        input[0] = (char)('0' + digit); /* "0" then "5" means 5 */
        return true;
    }
    return strlen(input) < AMOUNT_YUAN_DIGITS && append(input, (char)('0' + digit));
}

bool entry_amount_point(char input[INPUT_MAX])
{
    if (strchr(input, '.') != NULL) {
        return false;
    }
    if (input[0] == '\0' && !append(input, '0')) {
        return false;
    }
    return append(input, '.');
}

void entry_backspace(char input[INPUT_MAX])
{
    size_t length = strlen(input);

    if (length > 0) {
        input[length - 1] = '\0';
    }
}

static bool matches(const char *pattern, const char *input)
{
    for (; *pattern != '\0' && *input != '\0'; pattern++, input++) {
        bool digit = *input >= '0' && *input <= '9';

        if (*pattern == '#' ? !digit : *pattern != *input) {
            return false;
        }
    }
    return *pattern == '\0' && *input == '\0';
}

bool entry_account_complete(const struct settings *settings, const char *input)
{
    for (int i = 0; i < settings->account_pattern_count; i++) {
        if (matches(settings->account_patterns[i], input)) {
            return true;
        }
    }
    return false;
}

int entry_account_max_digits(const struct settings *settings)
{
    size_t longest = 0;

    for (int i = 0; i < settings->account_pattern_count; i++) {
        size_t length = strlen(settings->account_patterns[i]);

        longest = length > longest ? length : longest;
    }
    return (int)longest;
}

enum status entry_receipt_no(const char *input, char receipt_no[RECEIPT_NO_MAX])
{
    if (strlen(input) != RECEIPT_NO_DIGITS || strspn(input, "0123456789") != RECEIPT_NO_DIGITS) {
        return STATUS_INVALID;
    }
    (void)snprintf(receipt_no, RECEIPT_NO_MAX, "%.5s-%.6s-%.4s", input, input + 5, input + 11);
    return STATUS_OK;
}
