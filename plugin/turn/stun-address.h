/* stun-address.h
 * Address attributes of STUN and MS-TURN.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_STUN_ADDRESS_H
#define MSICE_STUN_ADDRESS_H

#include "base/compat.h"
#include "knowledge/stun-numbers.h"

#define STUN_ADDRESS_FAMILY 1 /* where it stands in the value: family, port, address */
#define STUN_ADDRESS_PORT   2
#define STUN_ADDRESS_BYTES  4

/* Reads the value of length bytes at offset, which are there. key: the 16 bytes that it is XORed with (the
 * transaction id, from its first byte on, whether that is the cookie of RFC 5389 or not), NULL = it stands in the
 * clear. The bytes of *addr belong to pool. Returns the bytes that the value has by its family, 0 = it has none that
 * fits the length. */
unsigned stun_address_read(wmem_allocator_t *pool, tvbuff_t *tvb, int offset, unsigned length, const uint8_t *key,
                           address *addr, uint16_t *port);

#endif
