/* icewarn-print.h
 * What icewarn prints: one entry for each ICEWarn value, and for each header without one; as text or JSON.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_ICEWARN_PRINT_H
#define MSICE_ICEWARN_PRINT_H

#include "knowledge/icewarn-flags.h"
#include "text/msdiag-parse.h"

typedef struct {
    uint64_t line;                 /* of the input, from 1; 0 for an argument */
    const char *name;              /* of the header as it stands; NULL when it has none, or without header */
    const msdiag_header_t *header; /* NULL without header … */
    const char *text;              /* … which speaks of this text */
    const char *value;             /* of ICEWarn as it stands, not terminated; NULL when the header has none */
    unsigned value_length;
    icewarn_parse_t parsed; /* what became of it */
    uint32_t flags;
    const char *media;      /* its label; NULL when not named */
    unsigned flags_printed; /* values of the same header that were printed before */
} icewarn_entry_t;

typedef struct icewarn_printer_t icewarn_printer_t;

/* Begins to print to standard output, as JSON or text. */
icewarn_printer_t *icewarn_printer_new(bool json);

/* Prints one entry. */
void icewarn_print(icewarn_printer_t *printer, const icewarn_entry_t *entry);

/* Ends the output and frees the printer. */
void icewarn_printer_end(icewarn_printer_t *printer);

#endif
