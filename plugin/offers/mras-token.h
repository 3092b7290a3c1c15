/* mras-token.h
 * The user name of relay credentials, which is a token of its own.
 *
 * The layout is that of an implementation (major, minor, size, expiry, client id hash, flags from version 2
 * on, HMAC-SHA1), not of a specification, and is shown as such.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MRAS_TOKEN_H
#define MSICE_MRAS_TOKEN_H

#include "base/compat.h"

typedef struct {
    uint8_t major, minor;
    uint16_t size;
    nstime_t expiry; /* UTC */
    bool has_flags;
    uint32_t flags;
} mras_token_t;

/* Takes a user name (base64) apart. False when it is not base64 or not of the known layout: then nothing of
 * it may be shown but the text. */
bool mras_token_read(const char *username, mras_token_t *token);

#endif
