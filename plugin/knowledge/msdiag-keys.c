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

#define CHANNEL "Media channel data; meaning by its name only"

/* clang-format off: one row a key */
const msdiag_key_t msdiag_keys[] = {
    ROW("reason", TEXT, REASON, "reason", "Reason", "Reason in the sender's words"),
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

    ROW("appName", TEXT, NONE, "app_name", "Application", "Server application that made the header"),
    ROW("Count", NUMBER, NONE, "count", "Count", "Number of endpoints the call was forked to (inferred)"),
    ROW("SipResponseCode", NUMBER, NONE, "sip_response_code", "SIP response code",
        "Status that the next hop answered with"),
    ROW("SipResponseText", TEXT, NONE, "sip_response_text", "SIP response text",
        "Reason phrase that the next hop answered with"),
    ROW("Gateway", TEXT, NONE, "gateway", "Gateway", NULL),
    ROW("TargetUri", TEXT, NONE, "target_uri", "Target URI", NULL),
    ROW("Domain", TEXT, NONE, "domain", "Domain", "Of federation or DNS"),
    ROW("PeerServer", TEXT, NONE, "peer_server", "Peer server", "Of federation or TLS"),
    ROW("ErrorType", TEXT, NONE, "error_type", "Error type", "What was wrong, in the sender's words"),
    ROW("tls-target", TEXT, NONE, "tls_target", "TLS target", NULL),
    ROW("HRESULT", HRESULT, NONE, "hresult", "HRESULT", "Windows error code"),
    ROW("WinsockFailureCode", ERROR, NONE, "winsock_failure_code", "Winsock failure code",
        "Windows error code of a connection"),
    ROW("WinsockFailureDescription", TEXT, NONE, "winsock_failure_description", "Winsock failure description", NULL),
    ROW("request", TEXT, NONE, "request", "Request", "SIP method"),
    ROW("summary", TEXT, NONE, "summary", "Summary", "Longer explanation in the sender's words"),
    ROW("error_category", TEXT, NONE, "error_category", "Error category", "Of a web request"),

    /* Of MediaChanBlob: what they say is known by their names only. */
    ROW("NetworkErr", TEXT, NONE, "network_err", "Network error", CHANNEL),
    ROW("ErrTime", SIGNED, NONE, "err_time", "Error time", CHANNEL),
    ROW("RTPSeq", SIGNED, NONE, "rtp_seq", "RTP sequence number", CHANNEL),
    ROW("SeqDelta", SIGNED, NONE, "seq_delta", "Sequence number delta", CHANNEL),
    ROW("RTPTime", SIGNED, NONE, "rtp_time", "RTP time", CHANNEL),
    ROW("RTCPTime", SIGNED, NONE, "rtcp_time", "RTCP time", CHANNEL),
    ROW("TransptRecvErr", MASK, NONE, "transpt_recv_err", "Transport receive error", CHANNEL),
    ROW("RecvErrTime", SIGNED, NONE, "recv_err_time", "Receive error time", CHANNEL),
    ROW("TransptSendErr", MASK, NONE, "transpt_send_err", "Transport send error", CHANNEL),
    ROW("SendErrTime", SIGNED, NONE, "send_err_time", "Send error time", CHANNEL),
    ROW("InterfacesStall", MASK, NONE, "interfaces_stall", "Interfaces stalled", CHANNEL),
    ROW("InterfacesConnCheck", MASK, NONE, "interfaces_conn_check", "Interfaces in connectivity checks", CHANNEL),
    ROW("MediaTimeout", SIGNED, NONE, "media_timeout", "Media timeout", CHANNEL),
    ROW("RtcpByeSent", SIGNED, NONE, "rtcp_bye_sent", "RTCP BYE sent", CHANNEL),
    ROW("RtcpByeRcvd", SIGNED, NONE, "rtcp_bye_rcvd", "RTCP BYE received", CHANNEL),
    ROW("BlobVer", SIGNED, NONE, "blob_ver", "Version of the media channel data", CHANNEL),

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
