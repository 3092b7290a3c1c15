/* evidence-tree.h
 * Frames that show something, in the packet tree.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_EVIDENCE_TREE_H
#define MSICE_EVIDENCE_TREE_H

#include "analysis/evidence.h"

/* Adds a subtree a frame, "label: 13 (what it shows)", with the frame's number as field hf in it (FT_FRAMENUM): each
 * has no bytes of its own (it stands on the begin of the frame), and is an object of its own, so that readers of
 * JSON, which keep the last of several equal keys, find all of them. */
void evidence_tree_add(proto_tree *tree, packet_info *pinfo, int hf, const char *label, const evidence_item_t *items,
                       unsigned count);

void evidence_tree_register(void);

#endif
