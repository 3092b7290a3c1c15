/* stun-address.c
 * Address attributes of STUN and MS-TURN.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "turn/stun-address.h"

unsigned
stun_address_read(wmem_allocator_t *pool, tvbuff_t *tvb, int offset, unsigned length, const uint8_t *key,
                  address *addr, uint16_t *port)
{
    const uint8_t family = length > STUN_ADDRESS_FAMILY ? tvb_get_uint8(tvb, offset + STUN_ADDRESS_FAMILY) : 0;
    const unsigned size = family == STUN_FAMILY_IPV4 ? 4 : family == STUN_FAMILY_IPV6 ? 16 : 0;
    uint8_t *bytes;

    if (size == 0 || STUN_ADDRESS_BYTES + size > length)
        return 0;
    bytes = (uint8_t *)tvb_memdup(pool, tvb, offset + STUN_ADDRESS_BYTES, size);
    *port = tvb_get_ntohs(tvb, offset + STUN_ADDRESS_PORT);
    if (key) {
        *port = (uint16_t)(*port ^ (key[0] << 8 | key[1]));
        for (unsigned i = 0; i < size; i++)
            bytes[i] ^= key[i];
    }
    set_address(addr, size == 4 ? AT_IPv4 : AT_IPv6, (int)size, bytes);
    return STUN_ADDRESS_BYTES + size;
}
