/*
 * secrets.h - SHA-256 of what is stored as a hash only: payment codes, enrolment codes.
 */
#ifndef BILLING_SECRETS_H
#define BILLING_SECRETS_H

#define SHA256_HEX_MAX 65

/* Lower-case hex of SHA-256(domain + ":" + text). Any thread. */
void secrets_hash(const char *domain, const char *text, char hex[SHA256_HEX_MAX]);

#endif
