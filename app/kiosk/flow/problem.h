/*
 * problem.h - the server's words turned into what the customer is told.
 */
#ifndef KIOSK_FLOW_PROBLEM_H
#define KIOSK_FLOW_PROBLEM_H

#include "kiosk/flow/view.h"

enum message message_of_failure(enum failure failure);

/* A code that we have no words for is MESSAGE_SERVER_REFUSED. */
enum message message_of_problem(const struct problem *problem);

enum message message_of_scan(enum scan_kind kind);

#endif
