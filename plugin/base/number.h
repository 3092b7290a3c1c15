/* number.h
 * Numbers that stand as text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_NUMBER_H
#define MSICE_NUMBER_H

#include <wsutil/strtoi.h>

#include "base/compat.h"

/* Reads a text of digits only, not above the limit. */
static inline bool
read_number(const char *text, uint32_t limit, uint32_t *value)
{
    return g_ascii_isdigit(text[0]) && ws_strtou32(text, NULL, value) && *value <= limit;
}

#endif
