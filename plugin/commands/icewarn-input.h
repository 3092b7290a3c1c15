/* icewarn-input.h
 * What icewarn reads: arguments and any amount of text, which goes to the finder of diagnostics headers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_ICEWARN_INPUT_H
#define MSICE_ICEWARN_INPUT_H

#include <stdio.h>

#include "text/msdiag-finder.h"

/* Is told of each find: the text that its spans speak of, and the line of the input, 0 for an argument. */
typedef void (*icewarn_find_t)(void *data, const char *text, const msdiag_found_t *found, uint64_t line);

/* Calls find with data for all that is in an argument. */
void icewarn_find_in_argument(const char *text, icewarn_find_t find, void *data);

/* Calls find with data for all that is in the input up to its end, UTF-8 or UTF-16 with a byte order mark. Holds no
 * more than a piece of it in memory. */
void icewarn_find_in_stream(FILE *input, icewarn_find_t find, void *data);

#endif
