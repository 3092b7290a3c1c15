/* mras-token.h
 * The user name of relay credentials: the token that an MRAS server makes, and that stands in Allocate requests.
 *
 * Real tokens have 56 bytes: version 2.0, the size without the HMAC, a FILETIME with its low word first, both words
 * big-endian, the client's id, flags, an HMAC. Tokens of version 1 have no flags.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MRAS_TOKEN_H
#define MSICE_MRAS_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where its parts stand, in bytes. */
enum {
    MRAS_TOKEN_VERSION = 0,
    MRAS_TOKEN_SIZE = 2,
    MRAS_TOKEN_EXPIRY = 4,
    MRAS_TOKEN_EXPIRY_LENGTH = 8,
    MRAS_TOKEN_CLIENT = 12,
    MRAS_TOKEN_CLIENT_LENGTH = 20,
    MRAS_TOKEN_FLAGS = 32,
    MRAS_TOKEN_HMAC_LENGTH = 20,
    MRAS_TOKEN_LENGTH_1 = 52,
    MRAS_TOKEN_LENGTH = 56
};

typedef struct {
    uint8_t major, minor;
    uint16_t size;   /* without the HMAC */
    uint64_t expiry; /* FILETIME: 100 ns since 1601, UTC */
    const uint8_t *client_id;
    bool has_flags;
    uint32_t flags;
} mras_token_t;

/* Takes a token apart; its client_id points into bytes. False when it is none: then nothing of it may be shown but
 * the bytes. */
bool mras_token_read(const uint8_t *bytes, size_t length, mras_token_t *token);

#endif
