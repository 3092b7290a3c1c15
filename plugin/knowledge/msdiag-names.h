/* msdiag-names.h
 * The names of diagnostics headers. Pure table.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSDIAG_NAMES_H
#define MSICE_MSDIAG_NAMES_H

typedef struct {
    const char *name; /* in lower case, as the SIP dissector looks names up */
    unsigned length;
} msdiag_name_t;

extern const msdiag_name_t msdiag_names[];
extern const unsigned msdiag_name_count;

#endif
