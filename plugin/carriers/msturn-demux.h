/* msturn-demux.h
 * Whose payload is it: what a conversation of ours carries, straight in a datagram or inside another message.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSTURN_DEMUX_H
#define MSICE_MSTURN_DEMUX_H

#include "base/compat.h"

/* How a payload reached the demultiplexer. */
typedef enum {
    MSTURN_IN_UDP,         /* straight in a datagram */
    MSTURN_IN_TCP_CONTROL, /* in a TCP frame of type 2, [MS-TURN] 2.1.4 */
    MSTURN_IN_TCP_DATA,    /* in a TCP frame of type 3: end-to-end data */
    MSTURN_IN_TCP_RFC4571, /* in a two-byte length frame of ICE-TCP */
    MSTURN_IN_DATA,        /* in the DATA attribute of a Send request or Data Indication */
    MSTURN_IN_MULTIPLEX,   /* behind a 0xFF10 header, [MS-TURN] 2.2.3 */
    MSTURN_IN_CHANNEL,     /* in RFC 5766 ChannelData */
    MSTURN_IN_PDU          /* an exported PDU or a heuristic match, where the carrier is not known */
} msturn_carrier_t;

/* What is known about the way to a payload. All zero = straight in a datagram. The peer's memory belongs to the
 * caller and lives at least as long as the packet. */
typedef struct {
    msturn_carrier_t carrier;
    unsigned depth;      /* messages of ours around this payload */
    const address *peer; /* the far end behind the relay, where the carrier names it, else NULL */
    uint16_t peer_port;
    bool from_peer; /* the carrier came from the relay (Data Indication), so the peer is the source */
} msturn_path_t;

/* Why an address is taken for an endpoint of ours; a later reason of higher value replaces a lower one. */
typedef enum {
    MSTURN_NAMED_BY_CHECK = 1,    /* a connectivity check went there or came from there */
    MSTURN_NAMED_BY_CANDIDATE,    /* a host or reflexive candidate of an SDP body */
    MSTURN_NAMED_REFLEXIVE,       /* an Allocate response says so */
    MSTURN_NAMED_RELAY_CANDIDATE, /* a relayed candidate of an SDP body */
    MSTURN_NAMED_RELAYED          /* an Allocate response says so */
} msturn_named_t;

/* What is known about an endpoint. */
typedef struct {
    msturn_named_t why;
    uint32_t frame; /* the first frame that named it */
} msturn_endpoint_info_t;

/* Payloads deeper than this stay bytes, with an expert item. */
#define MSTURN_MAX_DEPTH 8

/* Dissects one payload of a conversation that is ours: MS-TURN, 0xFF10, RFC 5389 messages (stock tree, then the
 * MS-ICE subtree), draft-06 checks, ChannelData, DTLS, RTP, RTCP, or data of an active destination. tvb: the payload,
 * all of it; path: how it came here, NULL = straight in a datagram. Returns the bytes taken, 0 when it is none of
 * these: the caller shows it as data or leaves it to others. */
int msturn_demux(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const msturn_path_t *path);

/* Makes the conversation of this packet ours: the following packets come to msturn_demux() first (over UDP), and
 * msturn_conversation_is_ours() says so. Does nothing on later passes. */
void msturn_mark_conversation(packet_info *pinfo);

/* Whether the conversation of this packet was marked (any transport). */
bool msturn_conversation_is_ours(packet_info *pinfo);

/* Notes that an address:port was named by an SDP candidate or an Allocate response; traffic from and to it is
 * demultiplexed from this packet on, without a signature. The address is copied. Does nothing on later passes.
 * transport: PT_UDP or PT_TCP (the note is kept for both; heuristics look at UDP). */
void msturn_name_address(packet_info *pinfo, port_type transport, const address *addr, uint16_t port,
                         msturn_named_t why);

/* What was known about an address:port when this packet was captured, NULL = nothing. File scope memory. */
const msturn_endpoint_info_t *msturn_lookup_address(const packet_info *pinfo, port_type transport,
                                                    const address *addr, uint16_t port);

/* Notes that the conversation's raw data goes to (and comes from) this peer: a Set Active Destination request was
 * answered in this packet, [MS-TURN] 3.1. The address is copied. */
void msturn_set_active_destination(packet_info *pinfo, const address *addr, uint16_t port);

/* Registers the fields of the multiplexed header and ChannelData, and the preferences of ports. */
void proto_register_msturn_demux(void);
void proto_reg_handoff_msturn_demux(void);

#endif
