/*
 * sandbox_reply.h - what a reply of the sandbox's gateway says; pure.
 *
 * A reply counts only for the number that was asked about: one that was signed for another trade,
 * kept and sent again, is no answer.
 */
#ifndef BILLING_GATEWAY_SANDBOX_REPLY_H
#define BILLING_GATEWAY_SANDBOX_REPLY_H

#include <jansson.h>

#include "billing/gateway/provider.h"

enum sandbox_question { SANDBOX_PAY, SANDBOX_PAGE, SANDBOX_QUERY, SANDBOX_REFUND_QUERY };

/* number: the trade's, or the refund's. json: NULL for no reply; then the answer is UNKNOWN. */
struct provider_answer sandbox_reply_read(enum sandbox_question question, const char *number,
                                          const json_t *json);

#endif
