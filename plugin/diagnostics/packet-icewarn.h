/* packet-icewarn.h
 * The ICEWarn mask as a subtree with a boolean and an expert item a flag.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_PACKET_ICEWARN_H
#define MSICE_PACKET_ICEWARN_H

#include "base/compat.h"

/* Adds the mask flags, read from length bytes of tvb at offset, below tree: icewarn.flags, its booleans, and an
 * expert item for each set bit. media is the label of the medium it speaks of ("audio"; NULL when not known).
 * Returns the item of the mask, owned by the tree; NULL without a tree. */
proto_item *icewarn_dissect_flags(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, int offset, int length,
                                  uint32_t flags, const char *media);

/* Adds what icewarn_dissect_flags does without anybody to see it: the most severe of the expert items. */
void icewarn_note_flags(packet_info *pinfo, uint32_t flags);

/* The boolean of a row of the flag table below such an item, or the item itself where it has none (a tree that nobody
 * looks at). NULL for NULL. */
proto_item *icewarn_flag_item(proto_item *mask, unsigned row);

void proto_register_icewarn(void);

#endif
