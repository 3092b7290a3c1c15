/* call-witness.c
 * Packets that are not a call's own but tell about it: told to the calls, and shown in the tree.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/call-witness.h"

#include "base/finding-add.h"
#include "base/address-text.h"
#include "base/frame-headers.h"
#include "calls/witness.h"

/* RFC 768, RFC 1035, 4.1.1 */
#define UDP_LENGTH   8
#define DNS_PORT     53
#define DNS_LENGTH   12
#define DNS_FLAGS    2
#define DNS_RESPONSE 0x80

static int proto_icmp = -1;
static int proto_icmpv6 = -1;

static int hf_relay_name = -1;
static int hf_named_by = -1;
static int hf_named_in = -1;
static int ett_name = -1;

static expert_field ei_icmp = EI_INIT;
static expert_field ei_name = EI_INIT;
static expert_field ei_distance = EI_INIT;
static expert_field ei_reset = EI_INIT;

bool
call_witness_is_icmp(const packet_info *pinfo)
{
    for (wmem_list_frame_t *layer = wmem_list_head(pinfo->layers); layer; layer = wmem_list_frame_next(layer)) {
        int proto = GPOINTER_TO_INT(wmem_list_frame_data(layer));

        if (proto == proto_icmp || proto == proto_icmpv6)
            return true;
    }
    return false;
}

/* --- tell --------------------------------------------------------------------------------------------------------
 */

/* The ICMP error that the frame carries. */
static bool
read_error(tvbuff_t *frame, frame_error_t *error, facts_error_t *fact)
{
    if (!frame_error(frame, error))
        return false;
    *fact = (facts_error_t){
        .version6 = error->version6,
        .type = error->type,
        .code = error->code,
        .mtu = error->mtu,
        .hops = error->hops,
        .from = &error->from,
        .source = facts_key(error->transport, &error->source, error->source_port),
        .destination = facts_key(error->transport, &error->destination, error->destination_port),
    };
    return true;
}

/* Where the DNS message of a packet begins, and the client that asks or is answered; NULL = none. */
static const address *
find_dns(tvbuff_t *frame, const packet_info *pinfo, int *offset)
{
    int at = frame_transport(frame, pinfo, UDP_LENGTH + DNS_LENGTH);
    bool response = at >= 0 && (tvb_get_uint8(frame, at + UDP_LENGTH + DNS_FLAGS) & DNS_RESPONSE);

    *offset = at + UDP_LENGTH;
    if (at < 0 || (response ? pinfo->srcport : pinfo->destport) != DNS_PORT)
        return NULL;
    return response ? &pinfo->dst : &pinfo->src;
}

static void
tell_dns(tvbuff_t *frame, packet_info *pinfo)
{
    int offset;
    const address *client = find_dns(frame, pinfo, &offset);

    if (client)
        facts_tell_dns(pinfo, client, frame, offset);
}

/* What the client of a packet's DNS message asked for, and got, in its time; NULL = nothing about a relay. */
static const facts_name_t *
read_dns(tvbuff_t *frame, const packet_info *pinfo)
{
    int offset;
    const address *client = find_dns(frame, pinfo, &offset);
    uint8_t bytes[DNS_MOST_BYTES];
    dns_message_t message;
    unsigned length;

    if (!client)
        return NULL;
    length = MIN((unsigned)tvb_captured_length_remaining(frame, offset), DNS_MOST_BYTES);
    tvb_memcpy(frame, bytes, offset, length);
    return dns_message_read(bytes, length, &message) ? name_asked(client, message.name, pinfo->num) : NULL;
}

/* An RST may be forged on the way, and then does not tell how far away the relay is. */
static void
tell_hops(tvbuff_t *frame, packet_info *pinfo)
{
    uint16_t ident;

    if (!hops_wanted(pinfo) || !relay_known(&pinfo->src) ||
        (pinfo->ptype == PT_TCP && (frame_tcp_flags(frame, pinfo) & FRAME_TCP_RST)))
        return;
    facts_tell_hops(pinfo, frame_hops(frame, pinfo, &ident));
}

void
call_witness_tell(tvbuff_t *frame, packet_info *pinfo, bool icmp)
{
    frame_error_t error;
    facts_error_t fact;

    if (icmp) {
        if (read_error(frame, &error, &fact))
            facts_tell_error(pinfo, &fact);
        return;
    }
    if (call_witness_wants(pinfo))
        tell_dns(frame, pinfo);
    tell_hops(frame, pinfo);
}

/* --- show --------------------------------------------------------------------------------------------------------
 */

static void
show_error(tvbuff_t *frame, packet_info *pinfo, proto_tree *tree, const facts_call_t *place)
{
    frame_error_t error;
    facts_error_t fact;
    const facts_call_t *call;
    const facts_icmp_t *icmp = read_error(frame, &error, &fact) ? icmp_of_error(&fact, &call) : NULL;

    if (!icmp || call != place)
        return;
    finding_add_bytes_format(tree, pinfo, &ei_icmp, frame, 0, 0,
                             "The network refused a packet of media call %u: %s, says %s about %s from %s to %s",
                             facts_number(call), icmp_kind_name(icmp->kind),
                             icmp_from_destination(icmp) ? "the destination itself"
                                                         : address_to_str(pinfo->pool, &icmp->from),
                             icmp->source.transport == PT_TCP ? "TCP" : "UDP",
                             address_port_text(pinfo->pool, &icmp->source.addr, icmp->source.port),
                             address_port_text(pinfo->pool, &icmp->destination.addr, icmp->destination.port));
}

static proto_item *
add_name(tvbuff_t *frame, proto_tree *tree, const char *name)
{
    proto_item *item = proto_tree_add_string(tree, hf_relay_name, frame, 0, 0, name);

    proto_item_set_generated(item);
    return item;
}

/* Why the DNS message of this frame matters: the name is a relay's; and what is wrong with it. */
static void
show_dns(tvbuff_t *frame, packet_info *pinfo, proto_tree *tree)
{
    static const char *const what[FACTS_NAME_OUTCOMES] = {
        [FACTS_NAME_NOT_FOUND] = "DNS does not know the relay's name %s",
        [FACTS_NAME_NO_ADDRESS] = "DNS has no address for the relay's name %s",
        [FACTS_NAME_REFUSED] = "The DNS server gives no answer about the relay's name %s",
        [FACTS_NAME_UNANSWERED] = "The question for the relay's name %s was sent again and never answered",
    };
    const facts_name_t *name = read_dns(frame, pinfo);
    facts_name_outcome_t outcome;
    proto_item *item;

    if (!name)
        return;
    item = add_name(frame, tree, name->name);
    outcome = name_outcome(name);
    if (what[outcome] && pinfo->num == (outcome == FACTS_NAME_UNANSWERED ? name->last_frame : name->failure_frame))
        finding_add_format(pinfo, item, &ei_name, what[outcome], name->name);
}

static void
show_distance(tvbuff_t *frame, packet_info *pinfo, proto_tree *tree)
{
    uint32_t frames[2];
    unsigned hops[2];

    if (!hops_wanted(pinfo) || !relay_distance_differs(&pinfo->src, frames, hops) ||
        MAX(frames[0], frames[1]) != pinfo->num)
        return;
    finding_add_bytes_format(tree, pinfo, &ei_distance, frame, 0, 0,
                             "Packets of the relay %s arrive with TTL %u over UDP (frame %u) and %u over TCP "
                             "(frame %u): another device may answer in its place",
                             address_to_str(pinfo->pool, &pinfo->src), hops[0], frames[0], hops[1], frames[1]);
}

static void
show_reset(tvbuff_t *frame, packet_info *pinfo, proto_tree *tree, const facts_call_t *call)
{
    const facts_attempt_t *attempt = pinfo->ptype == PT_TCP ? attempt_reset_here(pinfo) : NULL;

    if (attempt && attempt->reset.by_remote && call_root(attempt->local->owner.call) == call)
        finding_add_bytes_format(tree, pinfo, &ei_reset, frame, 0, 0,
                                 "The connection to %s of media call %u is reset behind its first data",
                                 address_port_text(pinfo->pool, &attempt->remote.addr, attempt->remote.port),
                                 facts_number(call));
}

void
call_witness_show(tvbuff_t *frame, packet_info *pinfo, proto_tree *tree)
{
    if (pinfo->ptype == PT_UDP && (pinfo->srcport == DNS_PORT || pinfo->destport == DNS_PORT))
        show_dns(frame, pinfo, tree);
}

/* What the relay is called that the frame comes from or goes to. */
static void
show_relay(tvbuff_t *frame, packet_info *pinfo, proto_tree *tree)
{
    const address *relay = relay_known(&pinfo->dst) ? &pinfo->dst : relay_known(&pinfo->src) ? &pinfo->src : NULL;
    const facts_relay_name_t *known = relay ? name_of_address(relay) : NULL;
    proto_tree *subtree;

    if (!known)
        return;
    subtree = proto_item_add_subtree(add_name(frame, tree, known->name), ett_name);
    proto_item_set_generated(proto_tree_add_string(subtree, hf_named_by, frame, 0, 0, namer_text(known->namer)));
    proto_item_set_generated(proto_tree_add_uint(subtree, hf_named_in, frame, 0, 0, known->frame));
}

void
call_witness_show_place(tvbuff_t *frame, packet_info *pinfo, proto_tree *tree, const facts_place_t *place)
{
    if (place->step == FACTS_STEP_ERROR) {
        show_error(frame, pinfo, tree, place->call);
        return;
    }
    show_relay(frame, pinfo, tree);
    show_distance(frame, pinfo, tree);
    show_reset(frame, pinfo, tree, place->call);
}

void
call_witness_register(int proto, expert_module_t *expert)
{
    static hf_register_info hf[] = {
        { &hf_relay_name,
          { "Relay name", "msice.relay_name", FT_STRING, BASE_NONE, NULL, 0, "What a relay is called", HFILL } },
        { &hf_named_by,
          { "Named by", "msice.relay_name.by", FT_STRING, BASE_NONE, NULL, 0, "Who told the relay's name", HFILL } },
        { &hf_named_in,
          { "Named in frame", "msice.relay_name.frame", FT_FRAMENUM, BASE_NONE, NULL, 0, NULL, HFILL } },
    };
    static ei_register_info ei[] = {
        { &ei_icmp,
          { "msice.expert.icmp", PI_RESPONSE_CODE, PI_NOTE, "The network refused a packet of a media call",
            EXPFILL } },
        { &ei_name,
          { "msice.expert.relay_name", PI_RESPONSE_CODE, PI_WARN, "DNS gives no address for the name of a relay",
            EXPFILL } },
        { &ei_distance,
          { "msice.expert.relay_distance", PI_PROTOCOL, PI_NOTE,
            "Packets of a relay come from different distances over UDP and TCP", EXPFILL } },
        { &ei_reset,
          { "msice.expert.reset_behind_data", PI_SEQUENCE, PI_NOTE,
            "A connection of a media call is reset behind its first data", EXPFILL } },
    };
    static int *ett[] = { &ett_name };

    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    expert_register_field_array(expert, ei, array_length(ei));
}

void
call_witness_handoff(void)
{
    proto_icmp = proto_get_id_by_filter_name("icmp");
    proto_icmpv6 = proto_get_id_by_filter_name("icmpv6");
}
