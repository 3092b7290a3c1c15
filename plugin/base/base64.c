/* base64.c
 * Base64 as SDP, MRAS and preferences carry it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/base64.h"

#define SHORTEST 4 /* shorter text is no key and no token */

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";

uint8_t *
base64_read(wmem_allocator_t *scope, const char *text, size_t *length)
{
    static const char *const padding[] = { "", "", "==", "=" };
    const size_t letters = strlen(text);
    char *padded;
    uint8_t *decoded, *bytes;
    gsize count;

    *length = 0;
    if (letters < SHORTEST || strspn(text, alphabet) != letters)
        return NULL;
    padded = g_strconcat(text, padding[letters % 4], NULL);
    decoded = g_base64_decode(padded, &count);
    bytes = (uint8_t *)wmem_memdup(scope, decoded, count);
    *length = count;
    g_free(decoded);
    g_free(padded);
    return bytes;
}

char *
base64_text(wmem_allocator_t *scope, const uint8_t *bytes, size_t length)
{
    char *made = g_base64_encode(bytes, length);
    char *text = wmem_strndup(scope, made, strcspn(made, "="));

    g_free(made);
    return text;
}
