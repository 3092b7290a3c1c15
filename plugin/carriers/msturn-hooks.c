/* msturn-hooks.c
 * How datagrams reach us: ports by preference, heuristics, conversations. Each hook only decides whether a payload is
 * ours; what is not goes on as if we were not there.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "carriers/msturn-hooks.h"

#include <epan/range.h>

#include "base/enabled.h"
#include "carriers/msturn-begins.h"
#include "carriers/msturn-demux.h"
#include "ice/packet-msice.h"
#include "turn/msturn-flows.h"
#include "turn/msturn-integrity.h"
#include "turn/msturn-transactions.h"
#include "turn/packet-msturn.h"

#define DEFAULT_PORTS "3478-3481"

/* In name only: a hook that passes traffic on must not show among the frame's protocols. */
static int proto_hook = -1;
static dissector_handle_t port_handle, conversation_handle;
static range_t *ports, *hooked_ports;
static wmem_map_t *stock_handles; /* port -> the handle that stood in the table before ours */

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

/* Any UDP port: the MS-TURN signature. */
static compat_bool
heuristic_turn(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    const int first = first_byte(tvb);

    if (msturn_begins_message(tvb, pinfo, false)) {
        /* The list of heuristics has put "msturn" among the frame's protocols already. */
        msturn_mark_conversation(pinfo);
        return msturn_dissect_message(tvb, pinfo, tree, &in_udp) > 0;
    }
    if (first != NO_BYTE && (is_multiplexed(first, tvb, pinfo, false) || is_named(pinfo)))
        return take(tvb, pinfo, tree) > 0;
    return false;
}

/* Any UDP port: connectivity checks of Microsoft endpoints. */
static compat_bool
heuristic_check(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    return msturn_begins_check(tvb, pinfo) && take(tvb, pinfo, tree) > 0;
}

/* The ports of the preference. */
static int
dissect_port(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    const int first = first_byte(tvb);
    const uint32_t port = pinfo->match_uint; /* another one when we have called others */
    dissector_handle_t stock;
    int taken = 0;

    if ((msturn_enabled() &&
         (msturn_begins_message(tvb, pinfo, true) || is_multiplexed(first, tvb, pinfo, true) || is_named(pinfo))) ||
        (msice_enabled() && msturn_begins_check(tvb, pinfo)))
        taken = take(tvb, pinfo, tree);
    if (taken)
        return taken;
    stock = (dissector_handle_t)wmem_map_lookup(stock_handles, GUINT_TO_POINTER(port));
    return stock ? call_dissector_only(stock, tvb, pinfo, tree, data) : 0;
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
    return take(tvb, pinfo, tree);
}

static void
hook_port(uint32_t port, void *data _U_)
{
    dissector_handle_t stock = dissector_get_uint_handle(find_dissector_table("udp.port"), port);

    if (stock && stock != port_handle)
        wmem_map_insert(stock_handles, GUINT_TO_POINTER(port), stock);
    dissector_add_uint("udp.port", port, port_handle);
}

static void
unhook_port(uint32_t port, void *data _U_)
{
    dissector_handle_t stock = (dissector_handle_t)wmem_map_lookup(stock_handles, GUINT_TO_POINTER(port));

    dissector_delete_uint("udp.port", port, port_handle);
    if (stock)
        dissector_add_uint("udp.port", port, stock);
    wmem_map_remove(stock_handles, GUINT_TO_POINTER(port));
}

/* Called at start and whenever a preference changes. */
static void
apply_ports(void)
{
    if (hooked_ports) {
        if (ports && ranges_are_equal(ports, hooked_ports))
            return;
        range_foreach(hooked_ports, unhook_port, NULL);
        wmem_free(wmem_epan_scope(), hooked_ports);
    }
    hooked_ports = range_copy(wmem_epan_scope(), ports);
    range_foreach(hooked_ports, hook_port, NULL);
}

void
proto_register_msturn_hooks(void)
{
    module_t *preferences = prefs_register_protocol(msturn_proto(), apply_ports);

    proto_hook = proto_register_protocol_in_name_only("Microsoft TURN (hooks)", "MS-TURN hooks", "msturn_hooks",
                                                      msturn_proto(), FT_PROTOCOL);
    stock_handles = wmem_map_new(wmem_epan_scope(), g_direct_hash, g_direct_equal);
    range_convert_str(wmem_epan_scope(), &ports, DEFAULT_PORTS, 65535);
    prefs_register_range_preference(preferences, "udp_ports", "UDP ports",
                                    "Ports of media relays; what is not MS-TURN goes to the dissector that had the "
                                    "port before",
                                    &ports, 65535);
    msturn_integrity_register(preferences);
    port_handle = create_dissector_handle(dissect_port, proto_hook);
    conversation_handle = register_dissector("msturn-udp", dissect_conversation, proto_hook);
    msturn_flows_set_handle(conversation_handle);
}

void
proto_reg_handoff_msturn_hooks(void)
{
    heur_dissector_add("udp", heuristic_turn, "MS-TURN over UDP", "msturn_udp", msturn_proto(), HEURISTIC_ENABLE);
    heur_dissector_add("udp", heuristic_check, "MS-ICE checks over UDP", "msice_udp", msice_proto(),
                       HEURISTIC_ENABLE);
    dissector_add_for_decode_as("udp.port", create_dissector_handle(dissect_decode_as, msturn_proto()));
    apply_ports();
}
