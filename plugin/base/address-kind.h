/* address-kind.h
 * What kind of address an address is.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_ADDRESS_KIND_H
#define MSICE_ADDRESS_KIND_H

#include "base/compat.h"

/* Whether nobody on the Internet can reach the address (of any type): RFC 1918, RFC 6598, link-local, loopback,
 * RFC 4193. */
static inline bool
address_is_private(const address *addr)
{
    static const uint8_t loopback[16] = { [15] = 1 };
    const uint8_t *b = (const uint8_t *)addr->data;

    if (addr->type == AT_IPv4)
        return b[0] == 10 || b[0] == 127 || (b[0] == 172 && (b[1] & 0xF0) == 16) || (b[0] == 192 && b[1] == 168) ||
               (b[0] == 169 && b[1] == 254) || (b[0] == 100 && (b[1] & 0xC0) == 64);
    return addr->type == AT_IPv6 && ((b[0] & 0xFE) == 0xFC || (b[0] == 0xFE && (b[1] & 0xC0) == 0x80) ||
                                     memcmp(b, loopback, sizeof loopback) == 0);
}

/* Whether the address is no other computer's: loopback and the unspecified one (RFC 6890), which filters of DNS
 * answer with. */
static inline bool
address_is_nobodys(const address *addr)
{
    static const uint8_t zeros[15];
    const uint8_t *b = (const uint8_t *)addr->data;

    if (addr->type == AT_IPv4)
        return b[0] == 127 || b[0] == 0;
    return addr->type == AT_IPv6 && memcmp(b, zeros, sizeof zeros) == 0 && b[15] <= 1;
}

/* Whether a port is above the well-known ones and none of SIP's (RFC 3261, 18.1): who asks has such a one, and so
 * have most of those that serve media. */
static inline bool
port_is_free(uint32_t port)
{
    return port >= 1024 && port != 5060 && port != 5061;
}

#endif
