/* layers.h
 * Which protocols were met in a packet.
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

#endif
