/*
 * audit.h - holds a drawn screen against the rules for targets, text, contrast and exits.
 */
#ifndef TESTS_SCREENS_AUDIT_H
#define TESTS_SCREENS_AUDIT_H

#include <stddef.h>

#include "kiosk/ui/ui.h"

#define AUDIT_LINE 200

/*
 * Counts the findings and writes the first as "rule: node: figures" ("" when all is well).
 * Rules: target-size, target-gap, overlap, contrast, clipped, off-screen, duplicate-id,
 * line-start, text-size, no-exit, covered.
 */
int audit_run(struct ui *ui, char first[AUDIT_LINE]);

/* For mutation tests: the same over a list of nodes. */
int audit_nodes(const struct ui_node *nodes, int count, const char *screen, int width, int height,
                bool high_contrast, bool large, char first[AUDIT_LINE]);

#endif
