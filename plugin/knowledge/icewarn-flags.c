/* icewarn-flags.c
 * The ICEWarn bits and what an administrator should make of each.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "knowledge/icewarn-flags.h"

#include "knowledge/array.h"

#include <string.h>

/* clang-format off: one row a flag */
const icewarn_flag_t icewarn_flags[] = {
    { ICEWARN_TURN_UNREACHABLE, "turn_unreachable", "TURN server unreachable", ICEWARN_CAUSE, ICEWARN_IN_PACKETS,
      false, "The client got no answer from its A/V Edge (TURN server).",
      "Check that UDP 3478 and TCP 443 to the A/V Edge are open and that the A/V Edge service runs." },
    { ICEWARN_UDP_ALLOCATE_FAILED, "udp_allocate_failed", "UDP allocation failed", ICEWARN_MAYBE, ICEWARN_IN_PACKETS,
      false, "The client could not allocate a UDP port on the A/V Edge.",
      "Expected behind a firewall that blocks UDP; otherwise open UDP 3478 to the A/V Edge." },
    { ICEWARN_UDP_SEND_FAILED, "udp_send_failed", "UDP send through TURN failed", ICEWARN_MAYBE, ICEWARN_IN_PACKETS,
      false, "Sending UDP through the A/V Edge failed.",
      "Expected behind a firewall that blocks UDP; otherwise open UDP 3478 to the A/V Edge." },
    { ICEWARN_TCP_ALLOCATE_FAILED, "tcp_allocate_failed", "TCP allocation failed", ICEWARN_CAUSE, ICEWARN_IN_PACKETS,
      false, "The client could not allocate a TCP port on the A/V Edge.",
      "Check that TCP 443 to the A/V Edge is open and that no HTTP proxy breaks the TLS-like handshake on it." },
    { ICEWARN_TCP_SEND_FAILED, "tcp_send_failed", "TCP send through TURN failed", ICEWARN_CAUSE, ICEWARN_IN_PACKETS,
      false, "Sending TCP through the A/V Edge failed.",
      "Check the firewall and the HTTP proxy of the remote client on the way to its A/V Edge, TCP 443." },
    { ICEWARN_LOCAL_FAILED, "local_failed", "local connectivity failed", ICEWARN_MAYBE, ICEWARN_IN_PACKETS, false,
      "The direct path between the two clients' own addresses failed.",
      "Expected where a NAT or firewall lies between the clients; inside one network check routing, client firewalls "
      "and antivirus software." },
    { ICEWARN_UDP_NAT_FAILED, "udp_nat_failed", "UDP NAT connectivity failed", ICEWARN_MAYBE, ICEWARN_IN_PACKETS,
      false, "UDP between the clients' addresses as seen outside their NAT (server reflexive) failed.",
      "Expected with strict NATs; matters when the relayed path failed as well." },
    { ICEWARN_UDP_TURN_FAILED, "udp_turn_failed", "UDP relay connectivity failed", ICEWARN_MAYBE, ICEWARN_IN_PACKETS,
      false, "UDP through the A/V Edge (relayed) failed.",
      "Look for a client behind a UDP-blocking firewall or an HTTP proxy; open UDP 3478 to the A/V Edge." },
    { ICEWARN_TCP_NAT_FAILED, "tcp_nat_failed", "TCP NAT connectivity failed", ICEWARN_NORMAL, ICEWARN_IN_PACKETS,
      false, "TCP between the clients' addresses outside their NAT failed or was not tried.",
      "Usually nothing to do: it is not tried when a direct path worked, and most NATs have no such path." },
    { ICEWARN_TCP_TURN_FAILED, "tcp_turn_failed", "TCP relay connectivity failed", ICEWARN_NORMAL, ICEWARN_IN_PACKETS,
      false, "TCP through the A/V Edge (relayed) failed, was not tried, or one side had no allocation.",
      "Ignore it when the call worked; when it failed find out why TCP 443 to the A/V Edge is blocked." },
    { ICEWARN_CHECK_INTEGRITY_FAILED, "check_integrity_failed", "message integrity of a connectivity check failed",
      ICEWARN_CAUSE, ICEWARN_IN_PACKETS, false, "A connectivity check arrived with a wrong message integrity.",
      "Look for a device that rewrites packets, or an attack." },
    { ICEWARN_ALLOCATE_INTEGRITY_FAILED, "allocate_integrity_failed",
      "message integrity of the TURN allocation failed", ICEWARN_CAUSE, ICEWARN_IN_SIGNED_PACKETS, true,
      "The answer to a TURN allocation had a wrong message integrity (inferred).",
      "Look for a device that rewrites packets between client and A/V Edge, and for a wrong Edge answering "
      "(inferred)." },
    { ICEWARN_POLICY_SERVER, "policy_server", "bandwidth policy server configured", ICEWARN_NORMAL,
      ICEWARN_IN_NO_PACKET, false, "A bandwidth policy server (call admission control) is configured.",
      "Nothing to do unless the call failed for bandwidth: then raise the limit of the link." },
    { ICEWARN_CHECK_SEND_FAILED, "check_send_failed", "connectivity check could not be sent", ICEWARN_CAUSE,
      ICEWARN_IN_NO_PACKET, false, "The client could not send a connectivity check, for lack of memory or the like.",
      "Check the load of the computer." },
    { ICEWARN_CREDENTIALS_UNKNOWN, "credentials_unknown", "TURN credentials expired or unknown", ICEWARN_CAUSE,
      ICEWARN_IN_PACKETS, false, "The A/V Edge did not know the client's relay credentials, or they had expired.",
      "Check the A/V Authentication service (MRAS) and that the pool is associated with this Edge." },
    { ICEWARN_POLICY_CANDIDATES_REMOVED, "policy_candidates_removed", "bandwidth policy removed candidates",
      ICEWARN_MAYBE, ICEWARN_IN_NO_PACKET, false, "The bandwidth policy removed some candidates.",
      "If the call failed check the policy topology: media was forced over another link, and that one failed." },
    { ICEWARN_POLICY_BANDWIDTH_REDUCED, "policy_bandwidth_reduced", "bandwidth policy reduced the bandwidth",
      ICEWARN_NORMAL, ICEWARN_IN_NO_PACKET, false, "The bandwidth policy reduced the bandwidth of the call.",
      "Expect a narrow-band codec or no HD video; it does not make a call fail." },
    { ICEWARN_POLICY_KEEPALIVE_FAILED, "policy_keepalive_failed", "bandwidth policy keep-alive failed", ICEWARN_CAUSE,
      ICEWARN_IN_NO_PACKET, false, "The keep-alive to the bandwidth policy server failed.",
      "Check the policy server and the A/V Edge; the call goes on, the bandwidth accounting may be wrong." },
    { ICEWARN_POLICY_ALLOCATION_FAILED, "policy_allocation_failed", "bandwidth policy refused the relayed path",
      ICEWARN_MAYBE, ICEWARN_IN_NO_PACKET, false, "The bandwidth policy refused the path over two A/V Edges.",
      "Check the policy's limits for the link between the Edges." },
    { ICEWARN_NO_TURN_SERVER, "no_turn_server", "no TURN server configured", ICEWARN_MAYBE, ICEWARN_IN_CREDENTIALS,
      false, "No A/V Edge is configured for the client, or its name does not resolve.",
      "Check the Edge association of the pool and the DNS name of the A/V Edge." },
    { ICEWARN_MULTIPLE_TURN_SERVERS, "multiple_turn_servers", "several TURN servers configured", ICEWARN_NORMAL,
      ICEWARN_IN_PACKETS, false, "Several A/V Edges are configured.",
      "Nothing to do: DNS load balancing does this." },
    { ICEWARN_PORT_RANGE_EXHAUSTED, "port_range_exhausted", "port range exhausted", ICEWARN_CAUSE,
      ICEWARN_IN_NO_PACKET, false, "The client found no free port in its media port range.",
      "Widen the range: at least 20 ports a call for audio and video, 3 for application sharing and file transfer." },
    { ICEWARN_ALTERNATE_SERVER, "alternate_server", "alternate TURN server received", ICEWARN_MAYBE,
      ICEWARN_IN_PACKETS, false, "The A/V Edge sent the client to another one, because it is overloaded or draining.",
      "Check that the other Edge is up and reachable for the client." },
    { ICEWARN_PSEUDO_TLS_FAILED, "pseudo_tls_failed", "pseudo-TLS failed", ICEWARN_CAUSE, ICEWARN_IN_PACKETS, false,
      "The TLS-like handshake with the A/V Edge on TCP 443 failed.",
      "Exempt the A/V Edge's address from SSL inspection: a firewall or HTTP proxy that looks into TLS breaks it." },
    { ICEWARN_HTTP_PROXY, "http_proxy", "HTTP proxy configured", ICEWARN_NORMAL, ICEWARN_IN_PACKETS, false,
      "The client has an HTTP proxy configured.",
      "Nothing to do by itself; let media bypass the proxy when other flags show that TCP failed." },
    { ICEWARN_HTTP_PROXY_AUTH_FAILED, "http_proxy_auth_failed", "HTTP proxy authentication failed", ICEWARN_CAUSE,
      ICEWARN_IN_PACKETS, false, "The HTTP proxy refused the client's authentication.",
      "Check the credentials and the authentication mode of the proxy, or let the A/V Edge's address bypass it." },
    { ICEWARN_TURN_TURN_TCP_FAILED, "turn_turn_tcp_failed", "TCP relay-to-relay connectivity failed", ICEWARN_CAUSE,
      ICEWARN_IN_PACKETS, false, "TCP between the relays of the two sides failed.",
      "Open TCP 443 between the external addresses of the two A/V Edges; with an OCS 2007 Edge also TCP "
      "50000-59999." },
    { ICEWARN_USE_CANDIDATE_FAILED, "use_candidate_failed", "use-candidate checks failed", ICEWARN_CAUSE,
      ICEWARN_IN_PACKETS, false, "The first packets of a path arrived, the final checks on it did not.",
      "Check the client for third-party network software (Winsock LSP) and firewalls that cut a flow after its first "
      "packets." },
    { ICEWARN_FIPS_ALLOCATE_FAILED, "fips_allocate_failed", "FIPS allocation failed", ICEWARN_CAUSE,
      ICEWARN_IN_NO_PACKET, true, "A TURN allocation under FIPS rules failed (inferred).",
      "Check the FIPS policy of client and A/V Edge (inferred)." },
};
/* clang-format on */

/* Labels as headers have them, and as quality reports and SDP do. Of applicationsharing-video, which shares a desktop
 * as video, nothing tells which transport the flag means. */
icewarn_transport_t
icewarn_media_transport(const char *media)
{
    static const struct {
        const char *label;
        icewarn_transport_t transport;
    } media_transports[] = {
        { "audio", ICEWARN_TRANSPORT_UDP },
        { "video", ICEWARN_TRANSPORT_UDP },
        { "main-audio", ICEWARN_TRANSPORT_UDP },
        { "main-video", ICEWARN_TRANSPORT_UDP },
        { "application-sharing", ICEWARN_TRANSPORT_TCP },
        { "applicationsharing", ICEWARN_TRANSPORT_TCP },
        { "data", ICEWARN_TRANSPORT_TCP },
    };

    for (size_t i = 0; media && i < array_length(media_transports); i++)
        if (g_ascii_strcasecmp(media, media_transports[i].label) == 0)
            return media_transports[i].transport;
    return ICEWARN_TRANSPORT_UNKNOWN;
}

const char *
icewarn_flag_title(const icewarn_flag_t *flag, icewarn_transport_t transport)
{
    static const char *const local_titles[] = {
        [ICEWARN_TRANSPORT_UNKNOWN] =
            "local connectivity failed (UDP for audio and video, TCP for application sharing)",
        [ICEWARN_TRANSPORT_UDP] = "local UDP connectivity failed",
        [ICEWARN_TRANSPORT_TCP] = "local TCP connectivity failed",
    };

    /* The only flag that says another thing for another medium. */
    return flag->bit == 0x20 ? local_titles[transport] : flag->title;
}

/* The row of the lowest bit that is set: the table has a row for each bit from the lowest on. */
static const icewarn_flag_t *
lowest_row(uint32_t flags)
{
    return &icewarn_flags[g_bit_nth_lsf(flags, -1)];
}

unsigned
icewarn_sort(uint32_t flags, const icewarn_flag_t *sorted[ICEWARN_FLAG_COUNT])
{
    unsigned count = 0;

    for (int weight = ICEWARN_CAUSE; weight >= ICEWARN_NORMAL; weight--)
        for (uint32_t rest = flags & ~ICEWARN_UNKNOWN_BITS; rest; rest &= rest - 1)
            if ((int)lowest_row(rest)->weight == weight)
                sorted[count++] = lowest_row(rest);
    return count;
}

void
icewarn_append_summary(GString *text, uint32_t flags, icewarn_transport_t transport)
{
    const icewarn_flag_t *sorted[ICEWARN_FLAG_COUNT];
    unsigned count = icewarn_sort(flags, sorted);
    bool in_normal = false;
    const char *separator = "";

    if (flags == 0) {
        g_string_append(text, "no failure, or ICE not used");
        return;
    }
    for (unsigned i = 0; i < count; i++) {
        if (sorted[i]->weight == ICEWARN_NORMAL && !in_normal) {
            g_string_append(text, i ? "; normal: " : "normal: ");
            in_normal = true;
            separator = "";
        }
        g_string_append(text, separator);
        g_string_append(text, icewarn_flag_title(sorted[i], transport));
        if (sorted[i]->inferred)
            g_string_append(text, " (inferred)");
        separator = ", ";
    }
    if (flags & ICEWARN_UNKNOWN_BITS)
        g_string_append_printf(text, "%sunknown bits 0x%x", count ? "; " : "", flags & ICEWARN_UNKNOWN_BITS);
}

icewarn_parse_t
icewarn_parse(const char *text, size_t length, uint32_t *flags)
{
    uint64_t value = 0;
    unsigned base = 10;
    size_t i = 0;

    if (length >= 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
        base = 16;
        i = 2;
    }
    if (i == length)
        return ICEWARN_PARSE_EMPTY;
    for (; i < length; i++) {
        int digit = base == 16 ? g_ascii_xdigit_value(text[i]) : g_ascii_digit_value(text[i]);
        if (digit < 0)
            return ICEWARN_PARSE_INVALID;
        /* Once too big it stays too big; what follows must still be digits. */
        if (value <= UINT32_MAX)
            value = value * base + (unsigned)digit;
    }
    if (value > UINT32_MAX)
        return ICEWARN_PARSE_TOO_BIG;
    *flags = (uint32_t)value;
    return ICEWARN_PARSED;
}

const char *
icewarn_parse_problem(icewarn_parse_t result)
{
    switch (result) {
    case ICEWARN_PARSED:
        return "a valid value";
    case ICEWARN_PARSE_EMPTY:
        return "no digits";
    case ICEWARN_PARSE_TOO_BIG:
        return "more than 32 bits";
    case ICEWARN_PARSE_INVALID:
        break;
    }
    return "not a number";
}
