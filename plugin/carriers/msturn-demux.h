/* msturn-demux.h
 * Whose payload is it: what a conversation of ours carries, straight in a datagram or inside another message.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSTURN_DEMUX_H
#define MSICE_MSTURN_DEMUX_H

#include "turn/msturn-path.h"

/* Dissects one payload of a conversation that is ours: MS-TURN, 0xFF10, RFC 5389 messages (stock tree, then the
 * MS-ICE subtree), draft-06 checks, ChannelData, DTLS, RTP, RTCP, or data of an active destination. tvb: the payload,
 * all of it; path: how it came here, NULL = straight in a datagram. Returns the bytes taken, 0 when it is none of
 * these: the caller shows it as data or leaves it to others. */
int msturn_demux(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const msturn_path_t *path);

/* Registers the fields of the multiplexed header and ChannelData, and the preferences of ports. */
void proto_register_msturn_demux(void);
void proto_reg_handoff_msturn_demux(void);

#endif
