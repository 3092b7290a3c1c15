/* packet-mscall.h
 * Media calls in the packet tree: msice.call on every frame of a call.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_PACKET_MSCALL_H
#define MSICE_PACKET_MSCALL_H

#include "base/compat.h"

/* Whether the packet tells the analysis something although no module of ours dissected it. */
bool mscall_wants_packet(tvbuff_t *tvb, const packet_info *pinfo);

/* What is done at the end of a packet: tvb is the frame's, tree NULL when nobody sees it. Called by plugin.c. */
void mscall_finish_packet(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

/* The same where mscall_wants_packet() is the only reason to look at the packet: as long as there is no call, nothing
 * is known about it. */
void mscall_note_packet(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

void proto_register_mscall(void);
void proto_reg_handoff_mscall(void);

#endif
