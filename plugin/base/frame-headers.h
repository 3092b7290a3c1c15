/* frame-headers.h
 * The IP, UDP and TCP headers of a frame, found in its bytes at the end of a packet. The stock dissectors keep TTL,
 * flags and what an ICMP error quotes in the tree only, and most packets have none.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_FRAME_HEADERS_H
#define MSICE_FRAME_HEADERS_H

#include "base/compat.h"

/* TCP flags, RFC 9293, section 3.1 */
#define FRAME_TCP_FIN 0x01
#define FRAME_TCP_SYN 0x02
#define FRAME_TCP_RST 0x04
#define FRAME_TCP_ACK 0x10

/* Where the frame's UDP or TCP header begins, by the ports of the packet, with that many bytes from there on; -1 =
 * not found (packed or encrypted payloads, headers deep inside the frame). */
int frame_transport(tvbuff_t *frame, const packet_info *pinfo, int size);

/* A look at a TCP segment, as cheap as can be. */
typedef struct {
    uint8_t flags;
    int header;     /* where it begins in the frame, */
    int data;       /* and where its data would */
    uint32_t begin; /* their first four bytes; 0 = there are less */
} frame_segment_t;

/* Fills in the frame's segment; false = no TCP header is found. */
bool frame_segment(tvbuff_t *frame, const packet_info *pinfo, frame_segment_t *segment);

/* The flags of the frame's TCP header; -1 = not found. */
int frame_tcp_flags(tvbuff_t *frame, const packet_info *pinfo);

/* What the frame's TCP header says. */
typedef struct {
    uint8_t flags;
    uint32_t sequence, acknowledged;
    unsigned data; /* bytes behind the header */
} frame_tcp_t;

/* Fills in what the TCP header of that segment says. */
void frame_tcp(tvbuff_t *frame, const packet_info *pinfo, const frame_segment_t *segment, frame_tcp_t *header);

/* TTL or hop limit of the frame's IP header, by the addresses of the packet; 0 = not found. *ident: what tells this
 * packet from others with the same payload, the identification of IPv4 (RFC 791, 3.1; 0 = none). */
unsigned frame_hops(tvbuff_t *frame, const packet_info *pinfo, uint16_t *ident);

/* Where the IP packet ends in the frame, or would end behind it, as its header says: what stands behind it is padding of
 * the link layer, or a trailer. The frame's own end where no header is found. */
int frame_end(tvbuff_t *frame, const packet_info *pinfo);

/* The bytes of the frame, when its dissectors are still at work on something in it. */
tvbuff_t *frame_of_packet(const packet_info *pinfo);

/* An ICMP or ICMPv6 error and the UDP or TCP packet that it quotes. The addresses point into the bytes below. */
typedef struct {
    bool version6;
    uint8_t type, code;
    unsigned mtu; /* of the next hop, where a packet was too big; 0 = not told */
    uint8_t hops; /* what is left of its TTL or hop limit */
    address from; /* who sent the error */
    address source, destination;
    uint16_t source_port, destination_port;
    port_type transport;
    uint8_t bytes[3][16];
} frame_error_t;

/* Fills in the error that a frame carries; false when it carries none, or less than the ports of the quoted packet.
 * Independent of link layer and tunnels: the headers are told by how they fit together. */
bool frame_error(tvbuff_t *frame, frame_error_t *error);

#endif
