/* sip-tls.c
 * SIP of Microsoft's products in decrypted TLS, on whatever port.
 *
 * The stock dissector has SIP in TLS on 5061 alone, and no heuristic for it. Clients outside sign in to the Edge on
 * 443, relay credentials are had on 5062, a Mediation Server or an SBC listens on 5067 or where it likes. So a
 * connection is given to SIP from the first message on that names Microsoft; SIP of others stays as stock shows it.
 *
 * TLS asks its heuristics before it looks at the port. Where a dissector stands at the port, it asks them about the
 * first data alone, and the connection is his for good; elsewhere it asks them about all data.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sip/sip-tls.h"

#include "base/enabled.h"
#include "base/in-front.h"
#include "sip/sip-scan.h"

#define TLS_TABLE "tls.port"

/* The longest method that is believed, and the longest request line. */
#define MAX_METHOD       32
#define MAX_REQUEST_LINE 2048

/* Key of the packet's own data. */
#define BEGUN 0

static int proto_stream = -1, proto_sip = -1;
static dissector_handle_t sip_handle, http_handle, tls_handle;
static dissector_table_t tls_ports;
static bool any_connection; /* of ours in this file */

static void
forget_connections(void)
{
    any_connection = false;
}

/* --- the start line -------------------------------------------------------------------------------------------- */

static bool
begins_with(const char *text, size_t length, const char *with)
{
    return length >= strlen(with) && memcmp(text, with, strlen(with)) == 0;
}

/* Whether what TLS hands on begins with a start line of SIP (RFC 3261, 7.1 and 7.2). Two bytes turn away nearly all
 * others; what may stand there is written in capitals, as all methods are. */
static bool
begins_as_sip(const char *text, size_t length)
{
    static const char version[] = "SIP/2.0";
    const size_t size = sizeof version - 1;
    size_t method = 0;
    const char *stop;

    if (length < MAX_METHOD || !g_ascii_isupper(text[0]) || !g_ascii_isupper(text[1]))
        return false;
    if (begins_with(text, length, version))
        return text[size] == ' ' && g_ascii_isdigit(text[size + 1]);
    while (method < MAX_METHOD && g_ascii_isupper(text[method]))
        method++;
    if (!begins_with(text + method, length - method, " sip:") &&
        !begins_with(text + method, length - method, " sips:"))
        return false;
    stop = (const char *)memchr(text, '\n', MIN(length, MAX_REQUEST_LINE));
    if (stop && stop[-1] == '\r')
        stop--;
    return stop && (size_t)(stop - text) > method + size && stop[-(ptrdiff_t)size - 1] == ' ' &&
           memcmp(stop - size, version, size) == 0;
}

/* Whether it begins with a message of Microsoft's. NEGOTIATE is a method of theirs, with which connections begin, and
 * need not say more ([MS-SIPCOMP]). */
static bool
begins_as_microsofts(tvbuff_t *tvb, packet_info *pinfo)
{
    const size_t length = tvb_captured_length(tvb);
    const char *text = length ? (const char *)tvb_get_ptr(tvb, 0, (int)length) : "";

    return begins_as_sip(text, length) &&
           (begins_with(text, length, "NEGOTIATE ") || sip_scan_names_microsoft(pinfo, tvb));
}

/* --- the port -------------------------------------------------------------------------------------------------- */

/* The port that TLS looks at: the one of the two that somebody stands at. */
static uint32_t
port_of(const packet_info *pinfo)
{
    return dissector_get_uint_handle(tls_ports, pinfo->srcport) ? pinfo->srcport : pinfo->destport;
}

/* Whether the user gave the port to a protocol of his choice (Decode As). The preference of HTTP for its ports leaves
 * the same mark. */
static bool
is_chosen_by_user(uint32_t port, dissector_handle_t now)
{
    return dissector_is_uint_changed(tls_ports, port) &&
           !(now == http_handle && value_is_in_range(prefs_get_range_value("http", TLS_TABLE), port));
}

/* Whether the port is SIP's anyway, or the user's. */
static bool
is_left_alone(const packet_info *pinfo)
{
    const uint32_t port = port_of(pinfo);
    const dissector_handle_t now = dissector_get_uint_handle(tls_ports, port);

    return now == sip_handle || is_chosen_by_user(port, now);
}

/* --- the connection -------------------------------------------------------------------------------------------- */

/* The frame with the first message of Microsoft's; 0 = there is none so far. */
static uint32_t
first_frame(packet_info *pinfo)
{
    const conversation_t *conversation = any_connection ? find_conversation_pinfo(pinfo, 0) : NULL;

    return conversation ? GPOINTER_TO_UINT(conversation_get_proto_data(conversation, proto_stream)) : 0;
}

/* From this message on the connection is SIP's. First pass. */
static void
claim(packet_info *pinfo)
{
    conversation_add_proto_data(find_or_create_conversation(pinfo), proto_stream, GUINT_TO_POINTER(pinfo->num));
    any_connection = true;
    /* These are its first data: what comes, TLS itself gives to SIP, and says so. */
    if (dissector_get_uint_handle(tls_ports, port_of(pinfo)))
        tls_set_appdata_dissector(tls_handle, pinfo, sip_handle);
}

/* Whether it belongs to a connection of ours, from that message on, in every pass alike: in front of the message
 * there may be other data in its frame. */
static bool
is_ours(tvbuff_t *tvb, packet_info *pinfo)
{
    const uint32_t first = first_frame(pinfo);

    if (first && (first < pinfo->num || p_get_proto_data(pinfo->pool, pinfo, proto_stream, BEGUN)))
        return true;
    if (first ? first > pinfo->num : PINFO_FD_VISITED(pinfo))
        return false;
    if (!begins_as_microsofts(tvb, pinfo) || is_left_alone(pinfo) ||
        !proto_is_protocol_enabled(find_protocol_by_id(proto_sip)))
        return false;
    if (!first)
        claim(pinfo);
    p_add_proto_data(pinfo->pool, pinfo, proto_stream, BEGUN, GUINT_TO_POINTER(1));
    return true;
}

/* TLS puts records together when SIP asks for more, as on its own port. Taken is also what SIP does not know: else it
 * would go on to the next heuristic. */
static int
dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    pinfo->can_desegment = pinfo->saved_can_desegment;
    call_dissector(sip_handle, tvb, pinfo, tree);
    return (int)MAX(tvb_captured_length(tvb), 1);
}

static in_front_heuristic_t heuristic = { .list = "tls",
                                          .short_name = "msice_sip_tls",
                                          .title = "SIP of Microsoft's products over TLS",
                                          .wants = is_ours,
                                          .dissect = dissect };

static compat_bool
ask(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return in_front_ask(&heuristic, tvb, pinfo, tree, data);
}

void
proto_reg_handoff_sip_tls(void)
{
    proto_sip = proto_get_id_by_filter_name("sip");
    sip_handle = find_dissector("sip.tcp");
    http_handle = find_dissector("http-over-tls");
    tls_handle = find_dissector("tls");
    tls_ports = find_dissector_table(TLS_TABLE);
    if (!sip_handle || !tls_handle || !tls_ports)
        return;
    proto_stream = enabled_add_internal("SIP over TLS", "MS-SIP over TLS", "msice_sip_tls");
    in_front_add_heuristic(&heuristic, ask, proto_get_id_by_filter_name("msice_plugin"));
    /* What it takes is SIP alone: no layer of ours in front of that. */
    heuristic.handle = create_dissector_handle(dissect, proto_stream);
    register_init_routine(forget_connections);
}
