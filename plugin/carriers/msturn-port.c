/* msturn-port.c
 * Standing in front of the stock dissectors of TCP ports 443 and 3478 without being seen.
 *
 * Port 443 belongs to TLS in the table, so no heuristic is ever asked there. Our handle takes the place of the stock
 * one, looks at the first bytes and hands everything that is not ours on, unchanged; connections that begin as TLS
 * does it leaves for good.
 *
 * The ports are claimed when a dissection starts (a file is opened, or dissected again after a change of
 * preferences), see base/in-front.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "carriers/msturn-port.h"

#include "base/in-front.h"
#include "base/tls-name.h"
#include "calls/facts.h"
#include "carriers/msturn-tcp.h"
#include "turn/packet-msturn.h"

#include <epan/exported_pdu.h>
#include <epan/tap.h>

#define TCP_TABLE "tcp.port"

static int export_tap;

static range_t *port_ranges[2]; /* where pseudo-TLS comes before MS-TURN, and where stock Wireshark expects STUN */

static in_front_ports_t *port_hooks;
static dissector_handle_t tls_handle;
static dissector_handle_t http_handle;

/* The port preferences of TLS and HTTP write the same table as Decode As does, and leave the same mark. */
static bool
is_tls_or_http(uint32_t port, dissector_handle_t now)
{
    return now == tls_handle ||
           (now == http_handle && value_is_in_range(prefs_get_range_value("http", TCP_TABLE), port));
}

/* When a dissection starts. */
static void
claim_ports(void)
{
    in_front_ports_claim(port_hooks, port_ranges, msturn_enabled() ? array_length(port_ranges) : 0);
}

/* A connection that begins with a handshake of real TLS stays with TLS, as it does where the heuristic of TLS finds
 * it: then the rest of it never comes here. Not while PDUs are exported: they carry what led to their dissector. */
static void
leave_to_tls(packet_info *pinfo)
{
    conversation_t *conversation = have_tap_listener(export_tap) ? NULL : find_conversation_pinfo(pinfo, 0);

    if (conversation && !conversation_get_dissector(conversation, pinfo->num))
        conversation_set_dissector_from_frame_number(conversation, pinfo->num, tls_handle);
}

/* The name that a client of genuine TLS asks for: the server may be a relay. */
static void
tell_server_name(tvbuff_t *tvb, packet_info *pinfo)
{
    const char *name = pinfo->destport == pinfo->match_uint ? tls_server_name(pinfo->pool, tvb) : NULL;

    if (name)
        facts_tell_server_name(pinfo, name);
}

/* The handle in the table. Its return value is that of whoever dissected the data. */
static int
dissect_port(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    msturn_tcp_begin_t begin = MSTURN_TCP_FOREIGN;
    bool wanted;
    dissector_handle_t stock = in_front_ports_stock(port_hooks, pinfo->match_uint, &wanted);
    int taken;

    if (wanted && msturn_enabled() && !pinfo->flags.in_error_pkt) {
        begin = msturn_tcp_begins(tvb);
        if (begin == MSTURN_TCP_OURS)
            return msturn_tcp_claim(tvb, pinfo, tree, data);
        if (begin == MSTURN_TCP_OURS_CUT && msturn_tcp_ask_for_more(tvb, pinfo))
            return (int)tvb_captured_length(tvb);
        if (begin == MSTURN_TCP_TLS && !PINFO_FD_VISITED(pinfo))
            tell_server_name(tvb, pinfo);
    }
    /* As proxies do: the level of reassembly that TCP offers belongs to the one behind us. */
    if (stock)
        pinfo->can_desegment = pinfo->saved_can_desegment;
    taken = in_front_call(stock, tvb, pinfo, tree, data);
    if (begin == MSTURN_TCP_TLS && taken > 0 && stock == tls_handle && !PINFO_FD_VISITED(pinfo))
        leave_to_tls(pinfo);
    /* The beginning of a hello is left to TLS, which asks for the rest; where TLS is switched off we have to. */
    if (taken == 0 && begin == MSTURN_TCP_MAYBE_CUT && msturn_tcp_ask_for_more(tvb, pinfo))
        return (int)tvb_captured_length(tvb);
    return taken;
}

void
proto_register_msturn_port(void)
{
    module_t *module = prefs_find_module("msturn");

    if (module == NULL)
        module = prefs_register_protocol(msturn_proto(), NULL);
    range_convert_str(wmem_epan_scope(), &port_ranges[0], "443", 65535);
    range_convert_str(wmem_epan_scope(), &port_ranges[1], "3478", 65535);
    prefs_register_range_preference(
        module, "tcp_ports", "TCP ports with pseudo-TLS",
        "TCP ports where MS-TURN may stand in place of TLS; everything else there is left to "
        "the dissector that Wireshark has for the port. Empty: leave these ports alone.",
        &port_ranges[0], 65535);
    prefs_register_range_preference(module, "tcp_stun_ports", "TCP ports without pseudo-TLS",
                                    "TCP ports where framed MS-TURN may stand in place of STUN. "
                                    "Empty: leave these ports alone.",
                                    &port_ranges[1], 65535);
}

void
proto_reg_handoff_msturn_port(void)
{
    tls_handle = find_dissector("tls");
    http_handle = find_dissector("http-over-tcp");
    export_tap = find_tap_id(EXPORT_PDU_TAP_NAME_LAYER_4);
    /* Below TCP: switching off msturn has to give the port back and not to close it. */
    port_hooks = in_front_ports_new(
        TCP_TABLE, in_front_handle(dissect_port, "tcp", "MS-TURN where recognised", "msturn_recognised_tcp"), NULL,
        is_tls_or_http);
    register_init_routine(claim_ports);
}
