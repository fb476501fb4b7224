/*
 * program.h - what our programs do alike when they start and when they are asked to end.
 */
#ifndef SYSTEM_PROGRAM_H
#define SYSTEM_PROGRAM_H

#include <stdbool.h>

#include "common/status.h"
#include "system/files.h"

/*
 * The directory in which a program keeps its state: given (of --state-dir), or where that is NULL
 * $XDG_STATE_HOME/lobby-kiosk/<program>, else ~/.local/state/lobby-kiosk/<program>. Makes nothing.
 * STATUS_LIMIT when it does not fit; STATUS_NOT_FOUND when neither variable is set.
 */
enum status program_state_dir(const char *program, const char *given,
                              char path[PATH_TEXT_MAX]) MUST_USE;

/*
 * Reads "1080x1920" and nothing else, each side from 320 to 8192 pixels. False: neither is written.
 */
bool program_parse_size(const char *text, int *width, int *height);

/*
 * Blocks SIGTERM and SIGINT and ignores SIGPIPE: a peer that left is an error of its own call, not
 * the end of the program. Call before the first thread starts; all threads inherit it.
 */
void program_block_signals(void);

/* Waits, as long as it takes, for SIGTERM or SIGINT; its number. One thread, after the above. */
int program_wait_for_end(void);

#endif
