/* mras-token.c
 * The user name of relay credentials, which is a token of its own.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "offers/mras-token.h"

/* Lengths of the two known versions: with a client id hash and an HMAC of 20 bytes, without and with flags.
 */
#define LENGTH_PLAIN      52
#define LENGTH_WITH_FLAGS 56

#define FILETIME_TO_UNIX 11644473600ULL /* seconds from 1601 to 1970 */

/* Credentials of these products cannot expire outside these years; anything else means another layout. */
#define EARLIEST 1136073600 /* 2006-01-01 */
#define LATEST   2208988800 /* 2040-01-01 */

static uint32_t
word_at(const uint8_t *bytes, bool little_endian)
{
    uint32_t word = 0;
    for (int i = 0; i < 4; i++)
        word = word << 8 | bytes[little_endian ? 3 - i : i];
    return word;
}

/* Two words, the low one first; whose byte order is not written down, so the one that makes a date is taken.
 */
static bool
read_expiry(const uint8_t *bytes, nstime_t *expiry)
{
    for (int little_endian = 0; little_endian < 2; little_endian++) {
        uint64_t low = word_at(bytes, little_endian), high = word_at(bytes + 4, little_endian);
        uint64_t ticks = (high << 32) | low;
        uint64_t seconds = ticks / 10000000;
        if (seconds < FILETIME_TO_UNIX + EARLIEST || seconds > FILETIME_TO_UNIX + LATEST)
            continue;
        expiry->secs = (time_t)(seconds - FILETIME_TO_UNIX);
        expiry->nsecs = (int)(ticks % 10000000) * 100;
        return true;
    }
    return false;
}

bool
mras_token_read(const char *username, mras_token_t *token)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
    size_t text_length = strlen(username);
    if (text_length > 128 || text_length % 4 != 0 || strspn(username, alphabet) != text_length)
        return false;
    gsize length = 0;
    uint8_t *bytes = g_base64_decode(username, &length);
    memset(token, 0, sizeof *token);
    bool known = (length == LENGTH_PLAIN || length == LENGTH_WITH_FLAGS) && read_expiry(bytes + 4, &token->expiry);
    if (known) {
        token->major = bytes[0];
        token->minor = bytes[1];
        token->size = (uint16_t)(bytes[2] << 8 | bytes[3]);
        token->has_flags = length == LENGTH_WITH_FLAGS;
        if (token->has_flags)
            token->flags = word_at(bytes + 32, false);
    }
    g_free(bytes);
    return known;
}
