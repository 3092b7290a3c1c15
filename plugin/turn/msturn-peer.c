/* msturn-peer.c
 * The far end behind the relay of a packet, for who draws its way.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "turn/msturn-peer.h"

#define PEER 7 /* key of the packet's own data */

static int
owner(void)
{
    static int proto = -1;

    if (proto < 0)
        proto = proto_get_id_by_filter_name("msturn");
    return proto;
}

void
msturn_peer_note(packet_info *pinfo, const address *peer, uint16_t port, bool from_peer)
{
    msturn_peer_t *noted;

    if (p_get_proto_data(pinfo->pool, pinfo, owner(), PEER))
        return;
    noted = wmem_new(pinfo->pool, msturn_peer_t);
    copy_address_wmem(pinfo->pool, &noted->peer, peer);
    noted->port = port;
    noted->from_peer = from_peer;
    p_add_proto_data(pinfo->pool, pinfo, owner(), PEER, noted);
}

const msturn_peer_t *
msturn_peer_of_packet(packet_info *pinfo)
{
    return (const msturn_peer_t *)p_get_proto_data(pinfo->pool, pinfo, owner(), PEER);
}
