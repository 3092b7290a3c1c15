/* tls-name.c
 * The server name that a TLS client asks for, RFC 6066, section 3.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/tls-name.h"

/* Record header, handshake header, version and random: RFC 8446, 5.1, 4 and 4.1.2 */
#define RECORD_LENGTH 5
#define HANDSHAKE     22
#define CLIENT_HELLO  1
#define SESSION_AT    (RECORD_LENGTH + 4 + 2 + 32)

#define SERVER_NAME  0
#define HOST_NAME    0
#define LONGEST_NAME 255

/* The offset behind a list whose length stands before it in size bytes; -1 = it is cut. */
static int
skip_list(tvbuff_t *tvb, int at, int size)
{
    if (at < 0 || tvb_captured_length_remaining(tvb, at) < size)
        return -1;
    return at + size + (size == 1 ? tvb_get_uint8(tvb, at) : tvb_get_ntohs(tvb, at));
}

/* The text of a server_name extension whose content begins there. */
static const char *
read_name(wmem_allocator_t *scope, tvbuff_t *tvb, int at, int length)
{
    int size;

    if (length < 5 || tvb_captured_length_remaining(tvb, at) < length || tvb_get_uint8(tvb, at + 2) != HOST_NAME)
        return NULL;
    size = tvb_get_ntohs(tvb, at + 3);
    if (size == 0 || size > MIN(length - 5, LONGEST_NAME))
        return NULL;
    return (const char *)tvb_get_string_enc(scope, tvb, at + 5, size, ENC_ASCII | ENC_NA);
}

const char *
tls_server_name(wmem_allocator_t *scope, tvbuff_t *tvb)
{
    int at = SESSION_AT;

    if (tvb_captured_length(tvb) < SESSION_AT || tvb_get_uint8(tvb, 0) != HANDSHAKE ||
        tvb_get_uint8(tvb, RECORD_LENGTH) != CLIENT_HELLO)
        return NULL;
    at = skip_list(tvb, at, 1); /* session id */
    at = skip_list(tvb, at, 2); /* cipher suites */
    at = skip_list(tvb, at, 1); /* compression methods */
    if (at < 0)
        return NULL;
    at += 2; /* length of the extensions */
    while (tvb_captured_length_remaining(tvb, at) >= 4) {
        int length = tvb_get_ntohs(tvb, at + 2);

        if (tvb_get_ntohs(tvb, at) == SERVER_NAME)
            return read_name(scope, tvb, at + 4, length);
        at += 4 + length;
    }
    return NULL;
}
