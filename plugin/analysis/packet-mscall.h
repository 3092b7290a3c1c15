/* packet-mscall.h
 * Media calls in the packet tree: msice.call on every frame of a call.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_PACKET_MSCALL_H
#define MSICE_PACKET_MSCALL_H

#include "analysis/call-connect.h"
#include "analysis/call-witness.h"
#include "base/each-packet.h"

/* Packets without data are no longer than this, but for rare kinds: room for VLAN tags, an IPv6 header and all TCP
 * options. */
#define LONGEST_WITHOUT_DATA 160

/* Where media and relays are reached: most connections of others need not be followed. */
static inline bool
mscall_is_media_port(uint32_t port)
{
    return port == 443 || port_is_free(port);
}

/* Whether a TCP packet may open or reset its connection, by its length and ports. */
static inline bool
mscall_may_open_or_reset(const packet_info *pinfo)
{
    return pinfo->fd->pkt_len <= LONGEST_WITHOUT_DATA && mscall_is_media_port(pinfo->srcport) &&
           mscall_is_media_port(pinfo->destport);
}

/* Whether mscall_wants_packet() is to be asked about a packet of the first pass: by what Wireshark has read of it. */
static inline bool
mscall_may_want(const packet_info *pinfo)
{
    if (!each_packet.analysis)
        return false;
    return pinfo->ptype == PT_TCP ? mscall_may_open_or_reset(pinfo) || call_connect_may(pinfo)
                                  : call_witness_wants(pinfo);
}

/* The same of a TCP packet for which that is true: by its header in the frame's tvb. */
bool mscall_segment_counts(tvbuff_t *tvb, const packet_info *pinfo);

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
