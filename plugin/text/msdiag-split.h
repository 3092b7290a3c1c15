/* msdiag-split.h
 * Several diagnostics headers in one line.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSDIAG_SPLIT_H
#define MSICE_MSDIAG_SPLIT_H

#include <stdbool.h>

/* Whether an error id, perhaps with sub ids, and ";" stand at pos of length bytes of text, blanks passed over: behind
 * a comma outside of quotes the next of several values begins there. */
bool msdiag_value_begins(const char *text, unsigned length, unsigned pos);

/* Where the first of several values ends that were joined by commas (RFC 3261, 7.3.1): at a comma outside of quotes
 * that an error id and ";" follow. A comma inside quotes never ends one. Takes length bytes of text; returns the
 * offset of that comma, or length where there is only one value. */
unsigned msdiag_value_end(const char *text, unsigned length);

#endif
