/* printable.h
 * Text from the wire for the texts we make of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_PRINTABLE_H
#define MSICE_PRINTABLE_H

#include "base/compat.h"

/* The text with control characters and broken UTF-8 replaced, for labels and messages. Belongs to `pool`. */
static inline const char *
printable(wmem_allocator_t *pool, const char *text)
{
    char *valid = g_utf8_make_valid(text, -1);
    char *result = wmem_strdup(pool, valid);
    g_free(valid);
    for (char *c = result; *c; c++) {
        if (g_ascii_iscntrl(*c))
            *c = '.';
    }
    return result;
}

#endif
