/* media-tree.h
 * The media of a call in the packet tree: msice.call.media.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MEDIA_TREE_H
#define MSICE_MEDIA_TREE_H

#include "analysis/outcome.h"

/* Adds what the media of the call were like, a subtree a direction. */
void media_tree_add(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, const facts_call_t *call,
                    const call_outcome_t *outcome);

/* proto: whose fields these are. */
void media_tree_register(int proto);

#endif
