/* layers.h
 * Which protocols were met in a packet, and how many.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_LAYERS_H
#define MSICE_LAYERS_H

#include "base/compat.h"

/* Whether a protocol was dissected in this packet so far. */
static inline bool
has_layer(const packet_info *pinfo, int proto)
{
    /* How many layers of each protocol there are; 0 when it turned the packet away. */
    const int *layers =
        pinfo->proto_layers ? (const int *)wmem_map_lookup(pinfo->proto_layers, GINT_TO_POINTER(proto)) : NULL;

    return layers && *layers > 0;
}

/* Wireshark lists each dissector of a packet as a layer below the one before, and takes a packet of so many hundreds
 * for one that has no end. What stands beside each other, headers of a message or frames of a segment, leaves no
 * layers when there are more than this. */
#define LAYERS_ENOUGH 100

/* Removes the layers behind `last` from a packet that has enough. */
static inline void
layers_forget(const packet_info *pinfo, const wmem_list_frame_t *last)
{
    if (wmem_list_count(pinfo->layers) > LAYERS_ENOUGH)
        while (wmem_list_tail(pinfo->layers) != last)
            wmem_list_remove_frame(pinfo->layers, wmem_list_tail(pinfo->layers));
}

#endif
