/* msturn-inner.h
 * The ICE-TCP stream inside end-to-end data: RFC 4571 packets, also over several frames.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSTURN_INNER_H
#define MSICE_MSTURN_INNER_H

#include "base/compat.h"

/* One direction of a connection: which packet is open. File scope, written on the first pass. */
typedef struct msturn_inner msturn_inner_t;

msturn_inner_t *msturn_inner_new(void);

/* Says that frames of this direction are missing. First pass. */
void msturn_inner_lost(msturn_inner_t *inner);

typedef void (*msturn_inner_payload_t)(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

/* Dissects the content of a frame of end-to-end data, if that is such a stream: what stands in a whole packet goes to
 * payload. place: what no other frame of the connection has, the same in each pass. tree: of the packet; frame_tree:
 * of the frame. False when it is no such stream. */
bool msturn_inner_dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, proto_tree *frame_tree,
                          msturn_inner_t *inner, uint32_t place, msturn_inner_payload_t payload);

void proto_register_msturn_inner(void);

#endif
