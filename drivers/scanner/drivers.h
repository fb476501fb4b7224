/*
 * drivers.h - every scanner driver, for the list in find.c and for nobody else.
 */
#ifndef SCANNER_DRIVERS_H
#define SCANNER_DRIVERS_H

#include "scanner/scanner.h"

extern const struct scanner_driver scanner_virtual;

#endif
