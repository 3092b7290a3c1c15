/* msturn-flows.c
 * Which conversations and addresses are ours, and where raw data goes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "turn/msturn-flows.h"

#include <epan/address.h>

/* Kept with the conversation. */
typedef struct {
    uint32_t frame;            /* the first that was known to be ours, 0 = none */
    uint32_t foreign_frame;    /* the first in which the relay of others spoke, 0 = none */
    wmem_tree_t *destinations; /* frame -> active_t, NULL = none was ever set */
} flow_t;

typedef struct {
    address addr;
    uint16_t port;
} active_t;

/* An address with the ports named on it. A candidate list names many ports of few addresses, and a map of addresses
 * stays small where one of address and port would not. */
typedef struct {
    uint8_t bytes[16];
    uint8_t family; /* AT_IPv4 or AT_IPv6 */
    uint8_t stream; /* TCP */
} named_key_t;

typedef struct {
    named_key_t key;
    wmem_tree_t *ports; /* of msturn_endpoint_info_t */
} named_t;

static wmem_map_t *named;
static dissector_handle_t udp_handle;
static int proto_flow = -1;

static unsigned
hash_named(const void *key)
{
    return wmem_strong_hash((const uint8_t *)key, sizeof(named_key_t));
}

static int
equal_named(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(named_key_t)) == 0;
}

static bool
make_key(named_key_t *key, port_type transport, const address *addr)
{
    if (!((addr->type == AT_IPv4 && addr->len == 4) || (addr->type == AT_IPv6 && addr->len == 16)))
        return false;
    memset(key, 0, sizeof *key);
    memcpy(key->bytes, addr->data, (size_t)addr->len);
    key->family = (uint8_t)addr->type;
    key->stream = transport == PT_TCP;
    return true;
}

static flow_t *
any_flow(packet_info *pinfo)
{
    const conversation_t *conversation = find_conversation_pinfo(pinfo, 0);

    return conversation ? (flow_t *)conversation_get_proto_data(conversation, proto_flow) : NULL;
}

/* The flow of a conversation that was ours when this packet was captured. */
static flow_t *
find_flow(packet_info *pinfo)
{
    flow_t *flow = any_flow(pinfo);

    return flow && flow->frame && flow->frame <= pinfo->num ? flow : NULL;
}

static flow_t *
make_flow(conversation_t *conversation)
{
    flow_t *flow = (flow_t *)conversation_get_proto_data(conversation, proto_flow);

    if (!flow) {
        flow = wmem_new0(wmem_file_scope(), flow_t);
        conversation_add_proto_data(conversation, proto_flow, flow);
    }
    return flow;
}

void
msturn_mark_conversation(packet_info *pinfo)
{
    conversation_t *conversation;
    flow_t *flow;

    if (PINFO_FD_VISITED(pinfo) || pinfo->flags.in_error_pkt)
        return;
    conversation = find_or_create_conversation(pinfo);
    flow = make_flow(conversation);
    if (!flow->frame)
        flow->frame = pinfo->num;
    if (pinfo->ptype == PT_UDP && conversation_get_dissector(conversation, pinfo->num) != udp_handle)
        msturn_take_conversation(pinfo, conversation);
}

void
msturn_take_conversation(const packet_info *pinfo, conversation_t *conversation)
{
    /* Not before this packet: later passes are to see what the first saw. */
    conversation_set_dissector_from_frame_number(conversation, pinfo->num, udp_handle);
}

bool
msturn_conversation_is_ours(packet_info *pinfo)
{
    return find_flow(pinfo) != NULL;
}

void
msturn_mark_foreign(packet_info *pinfo)
{
    flow_t *flow;

    if (PINFO_FD_VISITED(pinfo))
        return;
    flow = make_flow(find_or_create_conversation(pinfo));
    if (!flow->foreign_frame)
        flow->foreign_frame = pinfo->num;
}

bool
msturn_conversation_is_foreign(packet_info *pinfo)
{
    const flow_t *flow = any_flow(pinfo);

    return flow && flow->foreign_frame && flow->foreign_frame <= pinfo->num && !find_flow(pinfo);
}

void
msturn_set_active_destination(packet_info *pinfo, const address *addr, uint16_t port)
{
    flow_t *flow;
    active_t *active;

    if (PINFO_FD_VISITED(pinfo))
        return;
    msturn_mark_conversation(pinfo);
    flow = find_flow(pinfo);
    if (!flow)
        return;
    if (!flow->destinations)
        flow->destinations = wmem_tree_new(wmem_file_scope());
    active = wmem_new0(wmem_file_scope(), active_t);
    copy_address_wmem(wmem_file_scope(), &active->addr, addr);
    active->port = port;
    wmem_tree_insert32(flow->destinations, pinfo->num, active);
}

const address *
msturn_active_destination(packet_info *pinfo, uint16_t *port)
{
    const flow_t *flow = find_flow(pinfo);
    const active_t *active =
        flow && flow->destinations ? (const active_t *)wmem_tree_lookup32_le(flow->destinations, pinfo->num) : NULL;

    if (!active)
        return NULL;
    *port = active->port;
    return &active->addr;
}

/* Signalling may have given the address to the RTP dissector, which keeps checks to itself (or, in later versions,
 * hands them to stock STUN): what flows there is media and checks, so it goes to us, who pass the media on. */
static void
take_from_rtp(const packet_info *pinfo, const address *addr, uint16_t port)
{
    address anyone;
    conversation_t *conversation;

    clear_address(&anyone);
    conversation = find_conversation(pinfo->num, addr, &anyone, CONVERSATION_UDP, port, 0, NO_ADDR_B | NO_PORT_B);
    if (conversation && conversation_get_dissector(conversation, pinfo->num) &&
        conversation_get_dissector(conversation, pinfo->num) != udp_handle)
        msturn_take_conversation(pinfo, conversation);
}

void
msturn_name_address(packet_info *pinfo, port_type transport, const address *addr, uint16_t port, msturn_named_t why)
{
    msturn_endpoint_info_t *info;
    named_key_t key;
    named_t *entry;

    if (PINFO_FD_VISITED(pinfo) || port == 0 || !make_key(&key, transport, addr))
        return;
    entry = (named_t *)wmem_map_lookup(named, &key);
    if (!entry) {
        entry = wmem_new(wmem_file_scope(), named_t);
        entry->key = key;
        entry->ports = wmem_tree_new(wmem_file_scope());
        wmem_map_insert(named, &entry->key, entry);
    }
    info = (msturn_endpoint_info_t *)wmem_tree_lookup32(entry->ports, port);
    if (!info) {
        info = wmem_new(wmem_file_scope(), msturn_endpoint_info_t);
        info->frame = pinfo->num;
        info->why = why;
        wmem_tree_insert32(entry->ports, port, info);
    } else if (why > info->why) {
        info->why = why;
    }
    if (transport == PT_UDP && (why == MSTURN_NAMED_BY_CANDIDATE || why == MSTURN_NAMED_RELAY_CANDIDATE))
        take_from_rtp(pinfo, addr, port);
}

const msturn_endpoint_info_t *
msturn_lookup_address(const packet_info *pinfo, port_type transport, const address *addr, uint16_t port)
{
    const msturn_endpoint_info_t *info;
    named_key_t key;
    const named_t *entry;

    if (wmem_map_size(named) == 0 || !make_key(&key, transport, addr))
        return NULL;
    entry = (const named_t *)wmem_map_lookup(named, &key);
    info = entry ? (const msturn_endpoint_info_t *)wmem_tree_lookup32(entry->ports, port) : NULL;
    return info && info->frame <= pinfo->num ? info : NULL;
}

bool
msturn_any_address_named(void)
{
    return wmem_map_size(named) > 0;
}

void
msturn_flows_set_handle(dissector_handle_t udp)
{
    udp_handle = udp;
}

void
msturn_flows_register(int proto)
{
    proto_flow = proto;
    named = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), hash_named, equal_named);
}
