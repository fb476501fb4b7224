/*
 * drivers.h - every printer driver, for the list in find.c and for nobody else.
 */
#ifndef PRINTER_DRIVERS_H
#define PRINTER_DRIVERS_H

#include "printer/printer.h"

extern const struct printer_driver printer_virtual;
extern const struct printer_driver printer_file;

/*
 * Parses an address "PATH" or "PATH,dots=N" (N: 384 or 576; 576 when absent).
 * path: 512 bytes. STATUS_INVALID for anything else.
 */
#define PRINTER_PATH_MAX 512
enum status printer_address_parse(const char *address, char path[PRINTER_PATH_MAX],
                                  struct printer_model *model) MUST_USE;

#endif
