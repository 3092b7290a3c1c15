/* msturn-path.h
 * How a payload came to us: what stands around it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSTURN_PATH_H
#define MSICE_MSTURN_PATH_H

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
    bool other_session; /* multiplexed, by a session that no allocation of the capture named */
    bool from_peer;     /* the carrier came from the relay (Data Indication), so the peer is the source */
} msturn_path_t;

/* Payloads deeper than this stay bytes, with an expert item. */
#define MSTURN_MAX_DEPTH 8

#endif
