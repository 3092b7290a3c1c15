/* msturn-peer.h
 * The far end behind the relay of a packet, for who draws its way.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSTURN_PEER_H
#define MSICE_MSTURN_PEER_H

#include "base/compat.h"

/* Notes that this packet goes on from the relay to a peer, or came to the relay from there; the first one counts. The
 * address is copied. */
void msturn_peer_note(packet_info *pinfo, const address *peer, uint16_t port, bool from_peer);

typedef struct {
    address peer;
    uint16_t port;
    bool from_peer;
} msturn_peer_t;

/* That peer; NULL = the packet's own ends are all that is known. In the scope of the packet. */
const msturn_peer_t *msturn_peer_of_packet(packet_info *pinfo);

#endif
