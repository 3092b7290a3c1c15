/* msice-facts.c
 * Tells the analysis of calls about a connectivity check.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ice/msice-facts.h"

#include "calls/facts.h"

#define CHECK 1 /* key of the packet's own data */

/* The ends of a check as the candidates name them: the peer in place of the relay that stands between. */
static void
name_ends(facts_check_t *fact, const address *from, unsigned from_port, const address *to, unsigned to_port,
          const address *peer, uint16_t peer_port, bool from_peer)
{
    fact->relayed = peer != NULL;
    fact->from_peer = peer && from_peer;
    fact->from = fact->from_peer ? peer : from;
    fact->from_port = fact->from_peer ? peer_port : (uint16_t)from_port;
    fact->to = fact->relayed && !from_peer ? peer : to;
    fact->to_port = fact->relayed && !from_peer ? peer_port : (uint16_t)to_port;
}

/* The ends of the check in this packet. What goes to the peer's relay straight goes to a relayed candidate. False
 * when it came through a relay that does not name the peer. */
static bool
ends_of_packet(facts_check_t *fact, const msice_check_t *check)
{
    const packet_info *pinfo = check->pinfo;
    const msturn_path_t *path = check->path;

    name_ends(fact, &pinfo->src, pinfo->srcport, &pinfo->dst, pinfo->destport, path->peer, path->peer_port,
              path->from_peer);
    return path->depth == 0 || path->peer || (path->other_session && facts_relay_is_peers(pinfo));
}

/* The ends of an answer: those of its request the other way round, wherever and in whatever envelope it came. */
static bool
ends_of_request(facts_check_t *fact, const msturn_transaction_t *request)
{
    name_ends(fact, &request->destination, request->destination_port, &request->source, request->source_port,
              request->peer, request->peer_port, !request->from_peer);
    return request->peer || !request->nested;
}

void
msice_tell_facts(const msice_check_t *check, const msturn_transaction_t *transaction)
{
    static const struct {
        uint16_t type;
        facts_check_kind_t kind;
    } kinds[] = {
        { STUN_BINDING_REQUEST, FACTS_CHECK_REQUEST },
        { STUN_BINDING_SUCCESS, FACTS_CHECK_SUCCESS },
        { STUN_BINDING_ERROR, FACTS_CHECK_ERROR },
    };
    packet_info *pinfo = check->pinfo;
    facts_check_t fact = {
        .transport = pinfo->ptype,
        .error_code = check->error_code,
        .use_candidate = check->nominated,
        .cut = tvb_captured_length(check->tvb) < tvb_reported_length(check->tvb),
        .translated = msice_was_translated(check),
        .request_time = transaction ? &transaction->request_time : NULL,
    };
    size_t row = 0;

    if (PINFO_FD_VISITED(pinfo) || (pinfo->ptype != PT_UDP && pinfo->ptype != PT_TCP))
        return;
    while (row < array_length(kinds) && kinds[row].type != check->type)
        row++;
    if (row == array_length(kinds))
        return; /* keep-alives */
    fact.kind = kinds[row].kind;
    if (!(transaction && fact.kind != FACTS_CHECK_REQUEST && ends_of_request(&fact, transaction)) &&
        !ends_of_packet(&fact, check))
        return;
    if (check->path->other_session)
        facts_tell_peers_relay(pinfo, check->path->peer);
    if (check->receiver && check->sender)
        fact.user_name = wmem_strdup_printf(pinfo->pool, "%s:%s", check->receiver, check->sender);
    facts_tell_check(pinfo, &fact);
}

static int
owner(void)
{
    static int proto = -1;

    if (proto < 0)
        proto = proto_get_id_by_filter_name("msice");
    return proto;
}

void
msice_note_check(const msice_check_t *check)
{
    packet_info *pinfo = check->pinfo;
    msice_noted_t *noted;

    if (msice_check_of_packet(pinfo))
        return;
    noted = wmem_new(pinfo->pool, msice_noted_t);
    *noted = (msice_noted_t){ check->type, check->nominated, check->unanswered };
    p_add_proto_data(pinfo->pool, pinfo, owner(), CHECK, noted);
}

const msice_noted_t *
msice_check_of_packet(packet_info *pinfo)
{
    return (const msice_noted_t *)p_get_proto_data(pinfo->pool, pinfo, owner(), CHECK);
}
