/* outcome-tree.h
 * How a call went, in the packet tree: msice.call.outcome, .path, .relay, .verdict.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_OUTCOME_TREE_H
#define MSICE_OUTCOME_TREE_H

#include "analysis/call-summary.h"

/* Adds outcome, cause and path of a call below it. */
void outcome_tree_add(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, const call_summary_t *summary);

/* proto: whose fields these are. */
void outcome_tree_register(int proto);

#endif
