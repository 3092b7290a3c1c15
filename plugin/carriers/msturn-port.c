/* msturn-port.c
 * Standing in front of the stock dissectors of TCP ports 443 and 3478 without being seen.
 *
 * Port 443 belongs to TLS in the table, so no heuristic is ever asked there. Our handle takes the place of the stock
 * one, looks at the first bytes and hands everything that is not ours on, unchanged; connections that begin as TLS
 * does it leaves for good.
 *
 * TLS, HTTP and Decode As write the same table whenever their preferences change, in an order nobody can rely on.
 * Therefore nothing is claimed at registration: the ports are claimed when a dissection starts (a file is opened, or
 * dissected again after a change of preferences), which is after every such change. A port that the user gave to
 * another protocol by Decode As stays with it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "carriers/msturn-port.h"

#include "base/tls-name.h"
#include "calls/facts.h"
#include "carriers/msturn-tcp.h"
#include "turn/packet-msturn.h"

#include <epan/exported_pdu.h>
#include <epan/range.h>
#include <epan/tap.h>

#define TCP_TABLE "tcp.port"

static int proto_port = -1;
static int export_tap;

static range_t *tls_ports;  /* where pseudo-TLS comes before MS-TURN */
static range_t *turn_ports; /* where stock Wireshark expects STUN */

static dissector_table_t tcp_table;
static dissector_handle_t port_handle;
static dissector_handle_t tls_handle;
static dissector_handle_t http_handle;

/* A port of ours, and who stood there before. It outlives files, as the table does. */
typedef struct {
    dissector_handle_t before; /* NULL: nobody */
    bool wanted;
} claim_t;

static GHashTable *claims; /* port number -> claim_t */

static claim_t *
claim_of(uint32_t port)
{
    return (claim_t *)g_hash_table_lookup(claims, GUINT_TO_POINTER(port));
}

static void
unwant(void *port _U_, void *claim, void *unused _U_)
{
    ((claim_t *)claim)->wanted = false;
}

/* Whether the user gave the port to a protocol of his choice (Decode As). The port preferences of TLS and HTTP write
 * the same table in the same way, and leave a mark there that looks alike. */
static bool
chosen_by_user(uint32_t port, dissector_handle_t now)
{
    if (!dissector_is_uint_changed(tcp_table, port) || now == tls_handle)
        return false;
    return now != http_handle || !value_is_in_range(prefs_get_range_value("http", TCP_TABLE), port);
}

static void
take(uint32_t port, void *unused _U_)
{
    dissector_handle_t now = dissector_get_uint_handle(tcp_table, port);
    claim_t *claim = claim_of(port);

    if (claim == NULL) {
        claim = g_new0(claim_t, 1);
        g_hash_table_insert(claims, GUINT_TO_POINTER(port), claim);
    }
    claim->wanted = true;
    if (now == port_handle)
        return;
    if (chosen_by_user(port, now))
        return;
    claim->before = now;
    dissector_add_uint(TCP_TABLE, port, port_handle);
}

static int
give_back(void *key, void *value, void *unused _U_)
{
    uint32_t port = GPOINTER_TO_UINT(key);
    claim_t *claim = (claim_t *)value;

    if (claim->wanted)
        return FALSE;
    /* While Decode As covers our entry it may yet come back to light: then it still has to know whom to call. */
    if (dissector_get_uint_handle(tcp_table, port) != port_handle)
        return FALSE;
    if (claim->before != NULL)
        dissector_add_uint(TCP_TABLE, port, claim->before);
    else
        dissector_delete_uint(TCP_TABLE, port, port_handle);
    return TRUE;
}

static void
claim_ports(void)
{
    g_hash_table_foreach(claims, unwant, NULL);
    if (msturn_enabled()) {
        range_foreach(tls_ports, take, NULL);
        range_foreach(turn_ports, take, NULL);
    }
    g_hash_table_foreach_remove(claims, give_back, NULL);
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
    const claim_t *claim = claim_of(pinfo->match_uint);
    msturn_tcp_begin_t begin = MSTURN_TCP_FOREIGN;
    int taken = 0;

    if (claim == NULL)
        return 0;
    if (claim->wanted && !pinfo->flags.in_error_pkt) {
        begin = msturn_tcp_begins(tvb);
        if (begin == MSTURN_TCP_OURS)
            return msturn_tcp_claim(tvb, pinfo, tree, data);
        if (begin == MSTURN_TCP_OURS_CUT && msturn_tcp_ask_for_more(tvb, pinfo))
            return (int)tvb_captured_length(tvb);
        if (begin == MSTURN_TCP_TLS && !PINFO_FD_VISITED(pinfo))
            tell_server_name(tvb, pinfo);
    }
    if (claim->before != NULL) {
        /* As proxies do: the level of reassembly that TCP offers belongs to the one behind us. */
        pinfo->can_desegment = pinfo->saved_can_desegment;
        taken = call_dissector_only(claim->before, tvb, pinfo, tree, data);
        if (begin == MSTURN_TCP_TLS && taken > 0 && claim->before == tls_handle && !PINFO_FD_VISITED(pinfo))
            leave_to_tls(pinfo);
    }
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
    range_convert_str(wmem_epan_scope(), &tls_ports, "443", 65535);
    range_convert_str(wmem_epan_scope(), &turn_ports, "3478", 65535);
    prefs_register_range_preference(
        module, "tcp_ports", "TCP ports with pseudo-TLS",
        "TCP ports where MS-TURN may stand in place of TLS; everything else there is left to "
        "the dissector that Wireshark has for the port. Empty: leave these ports alone.",
        &tls_ports, 65535);
    prefs_register_range_preference(module, "tcp_stun_ports", "TCP ports without pseudo-TLS",
                                    "TCP ports where framed MS-TURN may stand in place of STUN. "
                                    "Empty: leave these ports alone.",
                                    &turn_ports, 65535);
    /* In name only, so that no layer appears in the packets of others; below TCP, because a handle is switched off
     * together with its parent: switching off msturn has to give the port back and not to close it. */
    proto_port =
        proto_register_protocol_in_name_only("Microsoft TURN on a TCP port", "MS-TURN on a TCP port",
                                             "msturn_tcp_port", proto_get_id_by_filter_name("tcp"), FT_PROTOCOL);
    claims = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);
}

void
proto_reg_handoff_msturn_port(void)
{
    tcp_table = find_dissector_table(TCP_TABLE);
    tls_handle = find_dissector("tls");
    http_handle = find_dissector("http-over-tcp");
    export_tap = find_tap_id(EXPORT_PDU_TAP_NAME_LAYER_4);
    port_handle = create_dissector_handle(dissect_port, proto_port);
    register_init_routine(claim_ports);
}
