/* evidence-tree.c
 * Frames that show something, in the packet tree.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/evidence-tree.h"

static int ett_proof = -1;

void
evidence_tree_add(proto_tree *tree, packet_info *pinfo, int hf, const char *label, const evidence_item_t *items,
                  unsigned count)
{
    tvbuff_t *frame = get_data_source_tvb((const struct data_source *)pinfo->data_src->data);

    for (unsigned i = 0; i < count; i++) {
        proto_item *item;
        proto_tree *subtree = proto_tree_add_subtree_format(tree, frame, 0, 0, ett_proof, &item, "%s: %u (%s)", label,
                                                            items[i].frame, items[i].text);

        proto_item_set_generated(item);
        proto_item_set_generated(proto_tree_add_uint(subtree, hf, frame, 0, 0, items[i].frame));
    }
}

void
evidence_tree_register(void)
{
    static int *ett[] = { &ett_proof };

    proto_register_subtree_array(ett, array_length(ett));
}
