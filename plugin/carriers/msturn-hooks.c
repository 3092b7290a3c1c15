/* msturn-hooks.c
 * How datagrams reach us: ports by preference, heuristics, conversations. Each hook only decides whether a payload is
 * ours; what is not goes on as if we were not there.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "carriers/msturn-hooks.h"

#include "base/enabled.h"
#include "base/in-front.h"
#include "carriers/msturn-begins.h"
#include "carriers/msturn-demux.h"
#include "carriers/msturn-media.h"
#include "ice/packet-msice.h"
#include "turn/msturn-flows.h"
#include "turn/msturn-integrity.h"
#include "turn/msturn-transactions.h"
#include "turn/packet-msturn.h"

#define DEFAULT_PORTS "3478-3481"

static dissector_handle_t port_handle, conversation_handle;
static range_t *ports;
static in_front_ports_t *port_hooks;

static const msturn_path_t in_udp = { .carrier = MSTURN_IN_UDP };

static bool
msice_enabled(void)
{
    return is_enabled(msice_proto());
}

/* The hooks see all that nobody else wants, and nearly all of it is turned away by its first byte, read once.
 * Nothing of ours is shorter than a ChannelData header: then there is none. */
#define NO_BYTE (-1)

static int
first_byte(tvbuff_t *tvb)
{
    return tvb_captured_length(tvb) < 4 ? NO_BYTE : tvb_get_uint8(tvb, 0);
}

/* A 0xFF10 header whose length fits the datagram: on our ports that is enough, elsewhere the session must be known.
 */
static bool
is_multiplexed(int first, tvbuff_t *tvb, packet_info *pinfo, bool own_port)
{
    uint8_t session[MULTIPLEX_SESSION_LENGTH];

    if (first != MULTIPLEX_CHANNEL >> 8 || tvb_get_ntohs(tvb, 0) != MULTIPLEX_CHANNEL ||
        tvb_get_ntohs(tvb, 2) + 4U != tvb_reported_length(tvb))
        return false;
    if (own_port)
        return true;
    if (tvb_captured_length(tvb) < MULTIPLEX_HEADER_LENGTH)
        return false;
    tvb_memcpy(tvb, session, CHANNEL_HEADER_LENGTH, sizeof session);
    return msturn_session_frame(pinfo, session) != 0;
}

static bool
is_named(packet_info *pinfo)
{
    return msturn_any_address_named() &&
           (msturn_lookup_address(pinfo, pinfo->ptype, &pinfo->src, (uint16_t)pinfo->srcport) ||
            msturn_lookup_address(pinfo, pinfo->ptype, &pinfo->dst, (uint16_t)pinfo->destport));
}

static int
take(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    const int taken = msturn_demux(tvb, pinfo, tree, &in_udp);

    if (taken)
        msturn_mark_conversation(pinfo);
    return taken;
}

/* --- any UDP port ----------------------------------------------------------------------------------------------- */

static bool
is_turn(tvbuff_t *tvb, packet_info *pinfo)
{
    const int first = first_byte(tvb);

    return first != NO_BYTE &&
           (msturn_begins_message(tvb, pinfo, false) || is_multiplexed(first, tvb, pinfo, false) || is_named(pinfo));
}

/* Its layer "msturn" is there already. */
static int
dissect_turn(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    if (!msturn_begins_message(tvb, pinfo, false))
        return take(tvb, pinfo, tree);
    msturn_mark_conversation(pinfo);
    return msturn_dissect_message(tvb, pinfo, tree, &in_udp);
}

static int
dissect_check(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    return take(tvb, pinfo, tree);
}

static in_front_heuristic_t turn_heuristic = {
    .list = "udp", .short_name = "msturn_udp", .title = "MS-TURN over UDP", .wants = is_turn, .dissect = dissect_turn
};
static in_front_heuristic_t check_heuristic = { .list = "udp",
                                                .short_name = "msice_udp",
                                                .title = "MS-ICE checks over UDP",
                                                .wants = msturn_begins_check,
                                                .dissect = dissect_check };

static compat_bool
ask_turn(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return in_front_ask(&turn_heuristic, tvb, pinfo, tree, data);
}

static compat_bool
ask_check(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return in_front_ask(&check_heuristic, tvb, pinfo, tree, data);
}

/* In the place of the stock heuristics that would take the same. */
static bool
ask_instead(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return in_front_ask_instead(&turn_heuristic, tvb, pinfo, tree, data) ||
           in_front_ask_instead(&check_heuristic, tvb, pinfo, tree, data);
}

static heur_dissector_t stock_stun, stock_classic_stun;

static compat_bool
in_front_of_stun(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return ask_instead(tvb, pinfo, tree, data) || stock_stun(tvb, pinfo, tree, data);
}

static compat_bool
in_front_of_classic_stun(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return ask_instead(tvb, pinfo, tree, data) || stock_classic_stun(tvb, pinfo, tree, data);
}

/* --- ports, conversations --------------------------------------------------------------------------------------- */

/* Whether a payload on one of these ports is ours: nearly all are not, so who is enabled is asked last. */
static bool
is_ours(tvbuff_t *tvb, packet_info *pinfo)
{
    const bool turn = msturn_begins_message(tvb, pinfo, true) || is_multiplexed(first_byte(tvb), tvb, pinfo, true) ||
                      is_named(pinfo);

    return (turn && msturn_enabled()) || (msturn_begins_check(tvb, pinfo) && msice_enabled());
}

/* The ports of the preference. */
static int
dissect_port(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    bool wanted;
    dissector_handle_t stock = in_front_ports_stock(port_hooks, pinfo->match_uint, &wanted);
    const int taken = wanted && is_ours(tvb, pinfo) ? take(tvb, pinfo, tree) : 0;

    return taken ? taken : in_front_call(stock, tvb, pinfo, tree, data);
}

/* Conversations that were marked. */
static int
dissect_conversation(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    if (!msturn_enabled() && !msice_enabled())
        return 0;
    return msturn_demux(tvb, pinfo, tree, &in_udp);
}

/* Decode As: the user says that it is ours. */
static int
dissect_decode_as(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    return each_packet.plugin ? take(tvb, pinfo, tree) : 0;
}

/* When a dissection starts. */
static void
claim_ports(void)
{
    in_front_ports_claim(port_hooks, &ports, msturn_enabled() || msice_enabled() ? 1 : 0);
}

/* The preference of stock STUN for its ports looks like Decode As. */
static bool
is_stun(uint32_t port _U_, dissector_handle_t now)
{
    return now == find_dissector("stun-udp");
}

void
proto_register_msturn_hooks(void)
{
    int proto_hooks;
    module_t *preferences = prefs_register_protocol(msturn_proto(), NULL);

    range_convert_str(wmem_epan_scope(), &ports, DEFAULT_PORTS, 65535);
    prefs_register_range_preference(preferences, "udp_ports", "UDP ports",
                                    "Ports of media relays; what is not MS-TURN goes to the dissector that had the "
                                    "port before",
                                    &ports, 65535);
    msturn_media_register_preferences(preferences);
    msturn_integrity_register(preferences);
    /* In name only: a hook that passes traffic on must not show among the frame's protocols. */
    proto_hooks = enabled_add_internal("Microsoft TURN (hooks)", "MS-TURN hooks", "msturn_hooks");
    conversation_handle = register_dissector("msturn-udp", dissect_conversation, proto_hooks);
    msturn_flows_set_handle(conversation_handle);
}

void
proto_reg_handoff_msturn_hooks(void)
{
    in_front_add_heuristic(&turn_heuristic, ask_turn, msturn_proto());
    in_front_add_heuristic(&check_heuristic, ask_check, msice_proto());
    stock_stun = in_front_of_heuristic("stun_udp", in_front_of_stun);
    stock_classic_stun = in_front_of_heuristic("classicstun_udp", in_front_of_classic_stun);
    dissector_add_for_decode_as("udp.port", create_dissector_handle(dissect_decode_as, msturn_proto()));
    port_handle = in_front_handle(dissect_port, "udp", "MS-TURN where recognised", "msturn_recognised");
    port_hooks = in_front_ports_new("udp.port", port_handle, NULL, is_stun);
    register_init_routine(claim_ports);
}
