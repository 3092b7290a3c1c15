/* call-witness.h
 * Packets that are not a call's own but tell about it, at the end of each packet: told to the calls, and shown in the
 * tree.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_CALL_WITNESS_H
#define MSICE_CALL_WITNESS_H

#include "calls/facts.h"

/* Whether a packet may matter although no call is known yet: DNS comes before the first packet of a call. */
static inline bool
call_witness_wants(const packet_info *pinfo)
{
    return (pinfo->srcport == 53 || pinfo->destport == 53) && pinfo->ptype == PT_UDP && !PINFO_FD_VISITED(pinfo);
}

/* Whether the packet is an ICMP message. What it quotes has left ports behind that are not its own. */
bool call_witness_is_icmp(const packet_info *pinfo);

/* Tells the calls what the frame shows; first pass. */
void call_witness_tell(tvbuff_t *frame, packet_info *pinfo, bool icmp);

/* Shows in the tree of a frame whether its DNS message is about a relay's name. */
void call_witness_show(tvbuff_t *frame, packet_info *pinfo, proto_tree *tree);

/* Shows what else a frame of a call tells about it, below the call in the frame's tree. */
void call_witness_show_place(tvbuff_t *frame, packet_info *pinfo, proto_tree *tree, const facts_place_t *place);

/* Registers fields and expert items for a protocol. */
void call_witness_register(int proto, expert_module_t *expert);
void call_witness_handoff(void);

#endif
