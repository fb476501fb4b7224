/*
 * line.h - the wires: from kiosks, phones and the gateway to the servers (line_send), and from a
 * server to the gateway (http_client_send, on which the real provider stands). Calls and replies
 * are lost, slow, doubled, late.
 */
#ifndef TESTS_SIM_LINE_H
#define TESTS_SIM_LINE_H

#include "chance.h"
#include "server.h"

/*
 * status: of the answer; 0: no answer within the time, or the connection broke; -1: no connection
 * came about, not one byte was sent.
 */
typedef void line_answered(void *context, uint64_t token, int status,
                           const struct http_answer *answer);

/* Copies the request. */
void line_send(struct stream *stream, const struct request *request, int64_t timeout_ms,
               line_answered *answered, void *context, uint64_t token);

/* Of a request to the gateway: which trade it is about. */
void line_trade_of(const struct request *request, char out_trade_no[33]);

#endif
