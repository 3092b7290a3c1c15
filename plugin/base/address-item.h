/* address-item.h
 * An address as an item of the tree.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_ADDRESS_ITEM_H
#define MSICE_ADDRESS_ITEM_H

#include "base/compat.h"

/* Adds an address on length bytes at offset, by the field of its kind (FT_IPv4, FT_IPv6). NULL = it is neither. */
proto_item *address_item_add(proto_tree *tree, int hf_ipv4, int hf_ipv6, tvbuff_t *tvb, int offset, int length,
                             const address *addr);

#endif
