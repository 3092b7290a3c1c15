/* msdiag-split.c
 * Several diagnostics headers in one line.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "text/msdiag-split.h"

#include <string.h>
#include <glib.h>

static unsigned
skip_blanks(const char *text, unsigned length, unsigned pos)
{
    while (pos < length && g_ascii_isspace(text[pos]))
        pos++;
    return pos;
}

bool
msdiag_value_begins(const char *text, unsigned length, unsigned pos)
{
    unsigned start = skip_blanks(text, length, pos);

    for (pos = start; pos < length && (g_ascii_isdigit(text[pos]) || (text[pos] == '.' && pos > start));)
        pos++;
    if (pos == start)
        return false;
    pos = skip_blanks(text, length, pos);
    return pos < length && text[pos] == ';';
}

/* The quote that closes the one before pos; length when there is none. */
static unsigned
closing_quote(const char *text, unsigned length, unsigned pos)
{
    while (pos < length && text[pos] != '"')
        pos += text[pos] == '\\' ? 2 : 1;
    return MIN(pos, length);
}

unsigned
msdiag_value_end(const char *text, unsigned length)
{
    if (!memchr(text, ',', length)) /* most have none outside of quotes, many none at all */
        return length;
    for (unsigned pos = 0; pos < length; pos++) {
        if (text[pos] == '"')
            pos = closing_quote(text, length, pos + 1);
        else if (text[pos] == ',' && msdiag_value_begins(text, length, pos + 1))
            return pos;
    }
    return length;
}
