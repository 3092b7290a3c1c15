/* address-item.c
 * An address as an item of the tree.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/address-item.h"

proto_item *
address_item_add(proto_tree *tree, int hf_ipv4, int hf_ipv6, tvbuff_t *tvb, int offset, int length,
                 const address *addr)
{
    ws_in4_addr ipv4;
    ws_in6_addr ipv6;

    if (addr->type == AT_IPv4) {
        memcpy(&ipv4, addr->data, sizeof ipv4);
        return proto_tree_add_ipv4(tree, hf_ipv4, tvb, offset, length, ipv4);
    }
    if (addr->type == AT_IPv6) {
        memcpy(&ipv6, addr->data, sizeof ipv6);
        return proto_tree_add_ipv6(tree, hf_ipv6, tvb, offset, length, &ipv6);
    }
    return NULL;
}
