/* media-tree.h
 * The media of a call in the packet tree: msice.call.media.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MEDIA_TREE_H
#define MSICE_MEDIA_TREE_H

#include "calls/facts.h"

/* Adds what the media of the call was like, below the call: as far as it was told, so that it is final on later
 * passes. */
void media_tree_add(proto_tree *tree, tvbuff_t *tvb, const facts_call_t *call);

/* proto: whose fields these are. */
void media_tree_register(int proto);

#endif
