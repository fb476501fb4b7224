/*
 * phone.c - a wallet's browser, as small as it can be: gets the page, presses the button of its
 * first form, and follows where that leads.
 */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox/sandbox.h"

#define PAGE_BYTES_MAX (256 * 1024)
#define URL_MAX        512
#define TIMEOUT_MS     10000L
#define HOPS_MAX       4

struct page {
    char *text;
    size_t length;
};

static const char *agent(enum channel channel)
{
    switch (channel) {
    case CHANNEL_ALIPAY: return "Mozilla/5.0 (Linux; Android 14) AlipayClient/10.6 Language/zh";
    case CHANNEL_UNIONPAY: return "Mozilla/5.0 (Linux; Android 14) UnionPay/1.0 CloudPay";
    case CHANNEL_WECHAT:
    case CHANNEL_NONE:
    case CHANNEL_COUNT: break;
    }
    return "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.50 Language/zh_CN";
}

static size_t collect(char *bytes, size_t size, size_t count, void *context)
{
    struct page *page = context;
    size_t length = size * count;

    if (length > PAGE_BYTES_MAX - page->length) {
        return 0;
    }
    char *grown = realloc(page->text, page->length + length + 1);

    if (grown == NULL) {
        return 0;
    }
    memcpy(grown + page->length, bytes, length);
    page->text = grown;
    page->length += length;
    page->text[page->length] = '\0';
    return length;
}

/* One request; *status and where it redirects to ("" for nowhere). False: no answer. */
static bool request(CURL *curl, const char *url, const char *form, struct page *page, long *status,
                    char next[URL_MAX])
{
    const char *redirect = NULL;

    free(page->text);
    *page = (struct page){0};
    curl_easy_setopt(curl, CURLOPT_URL, url);
    if (form != NULL) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, form);
    } else {
        curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
    }
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, collect);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, page);
    if (curl_easy_perform(curl) != CURLE_OK) {
        return false;
    }
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, status);
    curl_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &redirect);
    next[0] = '\0';
    if (redirect != NULL && strlen(redirect) < URL_MAX) {
        snprintf(next, URL_MAX, "%s", redirect);
    }
    return true;
}

/* The address that the first form of the page posts to, made whole. */
static bool form_target(const char *page_url, const char *html, char target[URL_MAX])
{
    const char *form = html == NULL ? NULL : strstr(html, "<form");
    const char *end = form == NULL ? NULL : strchr(form, '>');
    const char *action = form == NULL ? NULL : strstr(form, "action=\"");
    char relative[URL_MAX];

    if (end == NULL || action == NULL || action > end) {
        return false;
    }
    action += strlen("action=\"");
    size_t length = strcspn(action, "\"");

    if (length == 0 || length >= sizeof(relative)) {
        return false;
    }
    memcpy(relative, action, length);
    relative[length] = '\0';
    CURLU *url = curl_url();
    char *whole = NULL;
    bool good = url != NULL && curl_url_set(url, CURLUPART_URL, page_url, 0) == CURLUE_OK &&
                curl_url_set(url, CURLUPART_URL, relative, 0) == CURLUE_OK &&
                curl_url_get(url, CURLUPART_URL, &whole, 0) == CURLUE_OK && strlen(whole) < URL_MAX;

    if (good) {
        snprintf(target, URL_MAX, "%s", whole);
    }
    curl_free(whole);
    curl_url_cleanup(url);
    return good;
}

/* The id at the end of our own cashier's address. */
static bool cashier_id_of(const struct sandbox *sandbox, const char *url,
                          char cashier_id[CASHIER_ID_MAX])
{
    char prefix[BASE_URL_MAX + 16];

    snprintf(prefix, sizeof(prefix), "%s/cashier/", sandbox->base_url);
    size_t length = strlen(prefix);

    if (strncmp(url, prefix, length) != 0 || strlen(url + length) != CASHIER_ID_MAX - 1) {
        return false;
    }
    memcpy(cashier_id, url + length, CASHIER_ID_MAX);
    return true;
}

static enum status walk(const struct sandbox *sandbox, CURL *curl, const char *url,
                        enum channel channel, struct page *page, char cashier_id[CASHIER_ID_MAX],
                        char reason[128])
{
    char here[URL_MAX];
    char next[URL_MAX] = "";
    char form[64];
    long status = 0;

    if (!request(curl, url, NULL, page, &status, next)) {
        snprintf(reason, 128, "the page does not answer");
        return STATUS_UNAVAILABLE;
    }
    if (status != 200 || !form_target(url, page->text, here)) {
        snprintf(reason, 128, "status %ld and nothing to press", status);
        return STATUS_CONFLICT;
    }
    snprintf(form, sizeof(form), "channel=%s", channel_name(channel));
    if (!request(curl, here, form, page, &status, next)) {
        snprintf(reason, 128, "the button does not answer");
        return STATUS_TIMEOUT;
    }
    for (int hop = 0; hop < HOPS_MAX && next[0] != '\0'; hop++) {
        bool ours = cashier_id_of(sandbox, next, cashier_id);

        snprintf(here, sizeof(here), "%s", next);
        if (!request(curl, here, NULL, page, &status, next)) {
            break;
        }
        if (ours && status == 200) {
            return STATUS_OK;
        }
    }
    snprintf(reason, 128, "status %ld and no cashier", status);
    return STATUS_CONFLICT;
}

enum status phone_open(const struct sandbox *sandbox, const char *url, enum channel channel,
                       char cashier_id[CASHIER_ID_MAX], char reason[128])
{
    struct page page = {0};

    if (strlen(url) >= URL_MAX ||
        (strncmp(url, "http://", 7) != 0 && strncmp(url, "https://", 8) != 0)) {
        snprintf(reason, 128, "not a web address");
        return STATUS_INVALID;
    }
    CURL *curl = curl_easy_init();

    if (curl == NULL) {
        snprintf(reason, 128, "no memory");
        return STATUS_IO;
    }
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, TIMEOUT_MS);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, agent(channel));
    if (sandbox->settings.phone_ca[0] != '\0') {
        curl_easy_setopt(curl, CURLOPT_CAINFO, sandbox->settings.phone_ca);
    }
    enum status status = walk(sandbox, curl, url, channel, &page, cashier_id, reason);

    free(page.text);
    curl_easy_cleanup(curl);
    return status;
}
