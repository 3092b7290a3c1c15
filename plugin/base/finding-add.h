/* finding-add.h
 * Expert items in the name of the protocol that they are registered with.
 *
 * Wireshark lists an item under the protocol that is being dissected, which for a check can be UDP, and for what is said
 * at the end of a packet Frame: one kind of finding would stand in several places. The functions are Wireshark's own of
 * similar names, but for that.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_FINDING_ADD_H
#define MSICE_FINDING_ADD_H

#include "base/compat.h"

/* Below an item (NULL = none): what the item is registered with as its text, or a text of its own. */
void finding_add(packet_info *pinfo, proto_item *item, expert_field *finding);
void finding_add_format(packet_info *pinfo, proto_item *item, expert_field *finding, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

/* With a line in the tree on some bytes; returns that. */
proto_item *finding_add_bytes(proto_tree *tree, packet_info *pinfo, expert_field *finding, tvbuff_t *tvb, int offset,
                              int length);
proto_item *finding_add_bytes_format(proto_tree *tree, packet_info *pinfo, expert_field *finding, tvbuff_t *tvb,
                                     int offset, int length, const char *format, ...) G_GNUC_PRINTF(7, 8);

#endif
