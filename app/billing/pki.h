/*
 * pki.h - the private certificate authority: EC P-256, one certificate for the server, one for
 * every terminal. Keys lie in the state directory, readable by the owner alone.
 */
#ifndef BILLING_PKI_H
#define BILLING_PKI_H

#include "protocol/messages.h"

#define FINGERPRINT_MAX 65 /* SHA-256, lower-case hex */
#define PKI_HOSTS_MAX   8

#define CA_FILE         "ca.pem"
#define CA_KEY_FILE     "ca.key"
#define SERVER_FILE     "server.pem"
#define SERVER_KEY_FILE "server.key"

struct pki;

/*
 * Makes authority and server certificate in the directory (names 127.0.0.1, ::1, localhost and
 * the given ones). An authority that exists is kept; the server's certificate is made anew.
 */
enum status pki_make(const char *directory, const char *const *hosts, int host_count) MUST_USE;

/*
 * Loads the authority to issue certificates with; the caller closes it. STATUS_NOT_FOUND and
 * STATUS_IO from its files, STATUS_CORRUPT when key and certificate do not belong together.
 */
enum status pki_open(const char *directory, struct pki **pki) MUST_USE;
void pki_close(struct pki *pki); /* NULL is fine */

/* The authority's certificate, PEM. Lives as long as pki. */
const char *pki_ca_pem(const struct pki *pki);

/*
 * Issues a client certificate for the request's key; whatever else the request asks for is
 * ignored. STATUS_INVALID: no PKCS #10, wrong signature, or another kind of key than EC P-256.
 * Any thread.
 */
enum status pki_issue(const struct pki *pki, const char *csr_pem, const char *terminal_no,
                      char certificate_pem[PEM_MAX], char fingerprint[FINGERPRINT_MAX]) MUST_USE;

#endif
