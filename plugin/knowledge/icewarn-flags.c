/* icewarn-flags.c
 * The ICEWarn bits and what an administrator should make of each.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "knowledge/icewarn-flags.h"

#include "knowledge/array.h"

#include <string.h>

/* clang-format off: one row a flag */
const icewarn_flag_t icewarn_flags[ICEWARN_FLAG_COUNT] = {
    { 0x00000001, "turn_unreachable", "TURN server unreachable", ICEWARN_CAUSE, false,
      "The client got no answer from its A/V Edge (TURN server).",
      "Check that UDP 3478 and TCP 443 to the A/V Edge are open and that the A/V Edge service runs." },
    { 0x00000002, "udp_allocate_failed", "UDP allocation failed", ICEWARN_MAYBE, false,
      "The client could not allocate a UDP port on the A/V Edge.",
      "Expected behind a firewall that blocks UDP; otherwise open UDP 3478 to the A/V Edge." },
    { 0x00000004, "udp_send_failed", "UDP send through TURN failed", ICEWARN_MAYBE, false,
      "Sending UDP through the A/V Edge failed.",
      "Expected behind a firewall that blocks UDP; otherwise open UDP 3478 to the A/V Edge." },
    { 0x00000008, "tcp_allocate_failed", "TCP allocation failed", ICEWARN_CAUSE, false,
      "The client could not allocate a TCP port on the A/V Edge.",
      "Check that TCP 443 to the A/V Edge is open and that no HTTP proxy breaks the TLS-like handshake on it." },
    { 0x00000010, "tcp_send_failed", "TCP send through TURN failed", ICEWARN_CAUSE, false,
      "Sending TCP through the A/V Edge failed.",
      "Check the firewall and the HTTP proxy of the remote client on the way to its A/V Edge, TCP 443." },
    { 0x00000020, "local_failed", "local connectivity failed", ICEWARN_MAYBE, false,
      "The direct path between the two clients' own addresses failed.",
      "Expected where a NAT or firewall lies between the clients; inside one network check routing, client firewalls "
      "and antivirus software." },
    { 0x00000040, "udp_nat_failed", "UDP NAT connectivity failed", ICEWARN_MAYBE, false,
      "UDP between the clients' addresses as seen outside their NAT (server reflexive) failed.",
      "Expected with strict NATs; matters when the relayed path failed as well." },
    { 0x00000080, "udp_turn_failed", "UDP relay connectivity failed", ICEWARN_MAYBE, false,
      "UDP through the A/V Edge (relayed) failed.",
      "Look for a client behind a UDP-blocking firewall or an HTTP proxy; open UDP 3478 to the A/V Edge." },
    { 0x00000100, "tcp_nat_failed", "TCP NAT connectivity failed", ICEWARN_NORMAL, false,
      "TCP between the clients' addresses outside their NAT failed or was not tried.",
      "Usually nothing to do: it is not tried when a direct path worked, and most NATs have no such path." },
    { 0x00000200, "tcp_turn_failed", "TCP relay connectivity failed", ICEWARN_NORMAL, false,
      "TCP through the A/V Edge (relayed) failed, was not tried, or one side had no allocation.",
      "Ignore it when the call worked; when it failed find out why TCP 443 to the A/V Edge is blocked." },
    { 0x00000400, "check_integrity_failed", "message integrity of a connectivity check failed", ICEWARN_CAUSE, false,
      "A connectivity check arrived with a wrong message integrity.",
      "Look for a device that rewrites packets, or an attack." },
    { 0x00000800, "allocate_integrity_failed", "message integrity of the TURN allocation failed", ICEWARN_CAUSE, true,
      "The answer to a TURN allocation had a wrong message integrity (inferred).",
      "Look for a device that rewrites packets between client and A/V Edge, and for a wrong Edge answering "
      "(inferred)." },
    { 0x00001000, "policy_server", "bandwidth policy server configured", ICEWARN_NORMAL, false,
      "A bandwidth policy server (call admission control) is configured.",
      "Nothing to do unless the call failed for bandwidth: then raise the limit of the link." },
    { 0x00002000, "check_send_failed", "connectivity check could not be sent", ICEWARN_CAUSE, false,
      "The client could not send a connectivity check, for lack of memory or the like.",
      "Check the load of the computer." },
    { 0x00004000, "credentials_unknown", "TURN credentials expired or unknown", ICEWARN_CAUSE, false,
      "The A/V Edge did not know the client's relay credentials, or they had expired.",
      "Check the A/V Authentication service (MRAS) and that the pool is associated with this Edge." },
    { 0x00008000, "policy_candidates_removed", "bandwidth policy removed candidates", ICEWARN_MAYBE, false,
      "The bandwidth policy removed some candidates.",
      "If the call failed check the policy topology: media was forced over another link, and that one failed." },
    { 0x00010000, "policy_bandwidth_reduced", "bandwidth policy reduced the bandwidth", ICEWARN_NORMAL, false,
      "The bandwidth policy reduced the bandwidth of the call.",
      "Expect a narrow-band codec or no HD video; it does not make a call fail." },
    { 0x00020000, "policy_keepalive_failed", "bandwidth policy keep-alive failed", ICEWARN_CAUSE, false,
      "The keep-alive to the bandwidth policy server failed.",
      "Check the policy server and the A/V Edge; the call goes on, the bandwidth accounting may be wrong." },
    { 0x00040000, "policy_allocation_failed", "bandwidth policy refused the relayed path", ICEWARN_MAYBE, false,
      "The bandwidth policy refused the path over two A/V Edges.",
      "Check the policy's limits for the link between the Edges." },
    { 0x00080000, "no_turn_server", "no TURN server configured", ICEWARN_MAYBE, false,
      "No A/V Edge is configured for the client, or its name does not resolve.",
      "Check the Edge association of the pool and the DNS name of the A/V Edge." },
    { 0x00100000, "multiple_turn_servers", "several TURN servers configured", ICEWARN_NORMAL, false,
      "Several A/V Edges are configured.", "Nothing to do: DNS load balancing does this." },
    { 0x00200000, "port_range_exhausted", "port range exhausted", ICEWARN_CAUSE, false,
      "The client found no free port in its media port range.",
      "Widen the range: at least 20 ports a call for audio and video, 3 for application sharing and file transfer." },
    { 0x00400000, "alternate_server", "alternate TURN server received", ICEWARN_MAYBE, false,
      "The A/V Edge sent the client to another one, because it is overloaded or draining.",
      "Check that the other Edge is up and reachable for the client." },
    { 0x00800000, "pseudo_tls_failed", "pseudo-TLS failed", ICEWARN_CAUSE, false,
      "The TLS-like handshake with the A/V Edge on TCP 443 failed.",
      "Exempt the A/V Edge's address from SSL inspection: a firewall or HTTP proxy that looks into TLS breaks it." },
    { 0x01000000, "http_proxy", "HTTP proxy configured", ICEWARN_NORMAL, false,
      "The client has an HTTP proxy configured.",
      "Nothing to do by itself; let media bypass the proxy when other flags show that TCP failed." },
    { 0x02000000, "http_proxy_auth_failed", "HTTP proxy authentication failed", ICEWARN_CAUSE, false,
      "The HTTP proxy refused the client's authentication.",
      "Check the credentials and the authentication mode of the proxy, or let the A/V Edge's address bypass it." },
    { 0x04000000, "turn_turn_tcp_failed", "TCP relay-to-relay connectivity failed", ICEWARN_CAUSE, false,
      "TCP between the relays of the two sides failed.",
      "Open TCP 443 between the external addresses of the two A/V Edges; with an OCS 2007 Edge also TCP "
      "50000-59999." },
    { 0x08000000, "use_candidate_failed", "use-candidate checks failed", ICEWARN_CAUSE, false,
      "The first packets of a path arrived, the final checks on it did not.",
      "Check the client for third-party network software (Winsock LSP) and firewalls that cut a flow after its first "
      "packets." },
    { 0x10000000, "fips_allocate_failed", "FIPS allocation failed", ICEWARN_CAUSE, true,
      "A TURN allocation under FIPS rules failed (inferred).",
      "Check the FIPS policy of client and A/V Edge (inferred)." },
};
/* clang-format on */

icewarn_transport_t
icewarn_media_transport(const char *media)
{
    static const struct {
        const char *label;
        icewarn_transport_t transport;
    } media_transports[] = {
        { "audio", ICEWARN_TRANSPORT_UDP },
        { "video", ICEWARN_TRANSPORT_UDP },
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
