/* findings.h
 * What all dissectors of expert items share.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_FINDINGS_H
#define MSICE_FINDINGS_H

#include "base/each-packet.h"

#include <epan/tap.h>

/* Whether anybody sees the expert items of a packet that is dissected into tree (which may be NULL). Wireshark
 * formats each item even when nobody does, and that is most of what a packet with several of them costs. When this
 * is false it is enough to add the most severe item, for the Expert column and the light in the status bar. */
static inline bool
expert_items_are_seen(const proto_tree *tree)
{
    return tree || have_tap_listener(each_packet.expert_tap);
}

#endif
