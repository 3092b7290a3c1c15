/* quotes.h
 * What web pages and mails put in the place of '"'.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_QUOTES_H
#define MSICE_QUOTES_H

#include <string.h>

#include <glib.h>

#include "knowledge/array.h"

/* The length in bytes of a quote in UTF-8 at the start of a text of so many bytes, 0 = there is none: U+201C, U+201D,
 * the low U+201E that opens in German and other languages, and the double prime U+2033. */
static inline unsigned
curly_quote_length(const char *text, size_t length)
{
    static const char *const quotes[] = { "\xE2\x80\x9C", "\xE2\x80\x9D", "\xE2\x80\x9E", "\xE2\x80\xB3" };

    for (size_t i = 0; length >= 3 && *text == '\xE2' && i < array_length(quotes); i++)
        if (memcmp(text, quotes[i], 3) == 0)
            return 3;
    return 0;
}

#endif
