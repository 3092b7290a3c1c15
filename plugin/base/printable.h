/* printable.h
 * Text from the wire for the texts we make of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_PRINTABLE_H
#define MSICE_PRINTABLE_H

#include "base/compat.h"

/* Whether a character does something else than to be shown: a terminal obeys it, it ends the line, or it turns the
 * direction of what follows. */
static inline bool
is_unprintable(gunichar letter)
{
    return g_unichar_iscntrl(letter) || letter == 0x2028 || letter == 0x2029 ||
           (letter >= 0x202a && letter <= 0x202e) || (letter >= 0x2066 && letter <= 0x2069);
}

/* The text with such characters and broken UTF-8 replaced, for labels, tables and messages. Belongs to `pool`. */
static inline const char *
printable(wmem_allocator_t *pool, const char *text)
{
    char *valid = g_utf8_make_valid(text, -1), *end = valid;
    const char *result;

    for (const char *at = valid; *at;) {
        const char *next = g_utf8_next_char(at);

        if (is_unprintable(g_utf8_get_char(at))) {
            *end++ = '.';
        } else {
            memmove(end, at, (size_t)(next - at));
            end += next - at;
        }
        at = next;
    }
    *end = '\0';
    result = wmem_strdup(pool, valid);
    g_free(valid);
    return result;
}

#endif
