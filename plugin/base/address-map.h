/* address-map.h
 * Addresses as keys of maps.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_ADDRESS_MAP_H
#define MSICE_ADDRESS_MAP_H

#include "base/compat.h"

/* For maps with `address` as key. Stock's own hash of addresses is known to all, and who sends addresses of one hash
 * makes a list of the map: this one is of a seed that each run chooses. */
static inline unsigned
address_hash(const void *key)
{
    const address *addr = (const address *)key;

    return wmem_strong_hash((const uint8_t *)addr->data, (size_t)addr->len);
}

static inline int
address_equal(const void *one, const void *other)
{
    return addresses_equal((const address *)one, (const address *)other);
}

#endif
