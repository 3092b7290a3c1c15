/* msdiag-keys.c
 * The parameters of diagnostics headers. A new one is a row.
 *
 * As seen in traces; what is marked as inferred no document states.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "knowledge/msdiag-keys.h"

#include <glib.h>

#include "knowledge/array.h"

#define ROW(name, kind, place, filter, title, text)                                                                  \
    {                                                                                                                \
        name, sizeof name - 1, MSDIAG_KEY_##kind, MSDIAG_PLACE_##place, filter, title, text                          \
    }

/* clang-format off: one row a key */
const msdiag_key_t msdiag_keys[] = {
    ROW("reason", TEXT, NONE, "reason", "Reason", "Reason in the sender's words"),
    ROW("source", TEXT, NONE, "source", "Source", "Server that made the header"),
    ROW("component", TEXT, NONE, "component", "Component", "Component that made the header"),
    ROW("CallerMediaDebug", MEDIA_DEBUG, CALLER_MEDIA, "media_debug", "Media debug data",
        "What a client tells of its media path"),
    ROW("CalleeMediaDebug", MEDIA_DEBUG, CALLEE_MEDIA, "media_debug", "Media debug data",
        "What a client tells of its media path"),
    ROW("UserType", TEXT, SIDE, "side", "Side", "Which side of the call the media debug data comes from"),
    ROW("MediaType", TEXT, MEDIA, "media", "Media", "Label of the medium"),
    ROW("ICEWarn", FLAGS, FLAGS, NULL, NULL, NULL),
    ROW("LocalSite", ADDRESS, LOCAL_SITE, "local_site", "Local site", "Own address without a relay"),
    ROW("LocalMR", ADDRESS, LOCAL_MR, "local_mr", "Local media relay", "Own relayed address on the A/V Edge"),
    ROW("RemoteSite", ADDRESS, REMOTE_SITE, "remote_site", "Remote site", "The peer's address without a relay"),
    ROW("RemoteMR", ADDRESS, REMOTE_MR, "remote_mr", "Remote media relay", "The peer's relayed address"),
    ROW("PortRange", PORT_RANGE, NONE, "port_range", "Port range", "Local ports allowed for media"),
    ROW("LocalMRTCPPort", PORT, NONE, "local_mr_tcp_port", "Local media relay TCP port", NULL),
    ROW("RemoteMRTCPPort", PORT, NONE, "remote_mr_tcp_port", "Remote media relay TCP port", NULL),
    ROW("LocalLocation", LOCATION, LOCAL_LOCATION, "local_location", "Local location", NULL),
    ROW("RemoteLocation", LOCATION, REMOTE_LOCATION, "remote_location", "Remote location", NULL),
    ROW("FederationType", FEDERATION, NONE, "federation_type", "Federation type", NULL),
    ROW("NetworkName", TEXT, NONE, "network_name", "Network name", "Name of the network, often a DNS suffix"),
    ROW("Interfaces", INTERFACES, NONE, "interfaces", "Interfaces", "Types of the interfaces present"),
    ROW("BaseInterface", INTERFACES, NONE, "base_interface", "Base interface", "Type of the interface used as base"),
    ROW("BaseAddress", ADDRESS, NONE, "base_address", "Base address", "Local address that relays were asked from"),
    ROW("MrDnsU", TEXT, NONE, "relay_dns_name", "Media relay name", "DNS name of the media relay, UDP (inferred)"),
    ROW("MrResU", RESOLUTION, NONE, "relay_dns_result", "Media relay name resolution",
        "Result of resolving the media relay's name, UDP (inferred)"),
    ROW("MediaChanBlob", LIST, NONE, "media_channel", "Media channel data", "Errors of the media channel"),

    /* Known by name from the same media stack in browsers; not seen in headers, so only a hint. */
    ROW("Protocol", HINT, NONE, NULL, NULL, "transport of the chosen path"),
    ROW("LocalAddr", HINT, NONE, NULL, NULL, "own address used for media at the end of the call"),
    ROW("RemoteAddr", HINT, NONE, NULL, NULL, "peer's address used for media at the end of the call"),
    ROW("LocalInterface", HINT, NONE, NULL, NULL, "type of the interface used"),
    ROW("LocalAddrType", HINT, NONE, NULL, NULL, "kind of the own candidate"),
    ROW("RemoteAddrType", HINT, NONE, NULL, NULL, "kind of the peer's candidate"),
    ROW("StunVer", HINT, NONE, NULL, NULL, "STUN version"),
    ROW("IceRole", HINT, NONE, NULL, NULL, "controlling or controlled"),
    ROW("RtcpMux", HINT, NONE, NULL, NULL, "RTP and RTCP on one port"),
    ROW("AllocationTimeInMs", HINT, NONE, NULL, NULL, "milliseconds that the relay allocation took"),
};
/* clang-format on */

const unsigned msdiag_key_count = array_length(msdiag_keys);

const msdiag_key_t *
msdiag_key_find(const char *name, size_t length)
{
    for (size_t i = 0; i < array_length(msdiag_keys); i++)
        if (msdiag_keys[i].length == length && g_ascii_strncasecmp(name, msdiag_keys[i].name, length) == 0)
            return &msdiag_keys[i];
    return NULL;
}
