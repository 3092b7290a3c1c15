/* shown-tree.h
 * The way back: from a frame to what it shows about its call.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_SHOWN_TREE_H
#define MSICE_SHOWN_TREE_H

#include "calls/calls.h"

/* Adds, below the call, the flags of diagnostics headers that this frame shows or contradicts, with links to the
 * headers, and the cause that it shows. To be called when the whole file has been seen. */
void shown_tree_add(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, const facts_call_t *call);

/* Registers the fields with a protocol; once. */
void shown_tree_register(int proto);

#endif
