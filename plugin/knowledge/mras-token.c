/* mras-token.c
 * The user name of relay credentials: the token that an MRAS server makes, and that stands in Allocate requests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "knowledge/mras-token.h"

/* Credentials of these products expire in this century; anything else is no token. As FILETIME. */
#define EARLIEST UINT64_C(126227808000000000) /* 2001-01-01 */
#define LATEST   UINT64_C(157784736000000000) /* 2101-01-01 */

static uint32_t
number_at(const uint8_t *bytes, unsigned length)
{
    uint32_t number = 0;

    for (unsigned i = 0; i < length; i++)
        number = number << 8 | bytes[i];
    return number;
}

bool
mras_token_read(const uint8_t *bytes, size_t length, mras_token_t *token)
{
    if (length != MRAS_TOKEN_LENGTH && length != MRAS_TOKEN_LENGTH_1)
        return false;
    token->major = bytes[MRAS_TOKEN_VERSION];
    token->minor = bytes[MRAS_TOKEN_VERSION + 1];
    token->size = (uint16_t)number_at(bytes + MRAS_TOKEN_SIZE, 2);
    token->expiry =
        (uint64_t)number_at(bytes + MRAS_TOKEN_EXPIRY + 4, 4) << 32 | number_at(bytes + MRAS_TOKEN_EXPIRY, 4);
    token->client_id = bytes + MRAS_TOKEN_CLIENT;
    token->has_flags = length == MRAS_TOKEN_LENGTH;
    token->flags = token->has_flags ? number_at(bytes + MRAS_TOKEN_FLAGS, 4) : 0;
    return token->size == length - MRAS_TOKEN_HMAC_LENGTH && token->expiry > EARLIEST && token->expiry < LATEST;
}
