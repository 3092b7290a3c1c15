/* header-value.h
 * The value of a diagnostics header in any text: where it ends, and what it says without escapes.
 *
 * The value's own grammar, ErrorId *(";" name "=" value), perhaps several joined by commas, says where it may end;
 * what it stands in (a string of JSON, a CSV field, an element of HTML, a line of a log) says where it must.
 * ([MS-OCER] 2.2.1)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_HEADER_VALUE_H
#define MSICE_HEADER_VALUE_H

#include "text/text-units.h"

/* A value ends here at the latest, counted without escapes. */
#ifndef HEADER_VALUE_MAX /* smaller in the fuzzer */
#define HEADER_VALUE_MAX 32768
#endif

typedef struct {
    unsigned end;    /* behind its last byte in the text */
    bool verbatim;   /* it stands in the text as it is, without escapes and marks of quoting */
    bool end_is_cut; /* nothing but the end of the text ended it */
} header_value_t;

/* Reads the value that begins at pos of a text, with those that commas join to it (msdiag-split.h). enclosure is the
 * quote that was opened before it, NUL when none was; indent is how far its line is indented. Stores where it ends in
 * *value, and appends what it says to out. */
void header_value_read(const char *text, unsigned length, unsigned pos, char enclosure, unsigned indent,
                       header_value_t *value, GString *out);

#endif
