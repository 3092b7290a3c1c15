/* msturn-findings.c
 * The expert items of MS-TURN, as a table.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "turn/msturn-findings.h"

#include "base/finding-table.h"

static const finding_row_t rows[MSTURN_FINDINGS] = {
    [MSTURN_EI_TYPE_UNKNOWN] = { "msturn.expert.type_unknown", PI_PROTOCOL, PI_ERROR,
                                 "The message type is none that MS-TURN defines", NULL },
    [MSTURN_EI_TYPE_FORBIDDEN] = { "msturn.expert.type_forbidden", PI_PROTOCOL, PI_WARN,
                                   "MS-TURN does not allow this message type",
                                   "Look for a device in the path that speaks another kind of TURN." },
    [MSTURN_EI_LENGTH_BEYOND] = { "msturn.expert.length_beyond", PI_PROTOCOL, PI_ERROR,
                                  "The message length reaches beyond the data",
                                  "Look for lost fragments or a device that cuts datagrams." },
    [MSTURN_EI_LENGTH_SHORT] = { "msturn.expert.length_short", PI_PROTOCOL, PI_WARN,
                                 "Bytes follow the end of the message", NULL },
    [MSTURN_EI_CUT_BY_CAPTURE] = { "msturn.expert.cut_by_capture", PI_UNDECODED, PI_NOTE,
                                   "The capture holds only a part of this message",
                                   "Capture with a larger snapshot length." },
    [MSTURN_EI_COOKIE_MISSING] = { "msturn.expert.cookie_missing", PI_PROTOCOL, PI_WARN,
                                   "The first attribute is not the magic cookie",
                                   "A client of [MS-TURN] may ignore the message." },
    [MSTURN_EI_COOKIE_WRONG] = { "msturn.expert.cookie_wrong", PI_PROTOCOL, PI_ERROR,
                                 "The magic cookie is not 0x72c64bc6", NULL },
    [MSTURN_EI_PADDED] = { "msturn.expert.padded", PI_PROTOCOL, PI_NOTE,
                           "The attributes are padded to 4 bytes, which [MS-TURN] does not do",
                           "An old server may fail to read the message." },
    [MSTURN_EI_NESTED_TOO_DEEP] = { "msturn.expert.nested_too_deep", PI_UNDECODED, PI_WARN,
                                    "Messages are nested too deeply; the rest is shown as bytes", NULL },
    [MSTURN_EI_PAYLOAD_UNREADABLE] = { "msturn.expert.payload_unreadable", PI_UNDECODED, PI_WARN,
                                       "The payload ends before its own header says", NULL },
    [MSTURN_EI_MULTIPLEX_LENGTH] = { "msturn.expert.multiplex_length", PI_PROTOCOL, PI_ERROR,
                                     "The length of the multiplexed TURN header is impossible", NULL },
    [MSTURN_EI_CHANNEL_LENGTH] = { "msturn.expert.channel_length", PI_PROTOCOL, PI_ERROR,
                                   "The length of the ChannelData message is impossible", NULL },
    [MSTURN_EI_SESSION_UNKNOWN] = { "msturn.expert.session_unknown", PI_SEQUENCE, PI_CHAT,
                                    "The Allocate of this multiplexed session is not in the capture before this "
                                    "frame",
                                    NULL },
    [MSTURN_EI_ATTRIBUTE_BEYOND] = { "msturn.expert.attribute_beyond", PI_PROTOCOL, PI_ERROR,
                                     "An attribute reaches beyond the end of the message", NULL },
    [MSTURN_EI_ATTRIBUTE_FRAGMENT] = { "msturn.expert.attribute_fragment", PI_PROTOCOL, PI_ERROR,
                                       "Too few bytes for an attribute are left at the end of the message", NULL },
    [MSTURN_EI_ATTRIBUTE_LENGTH] = { "msturn.expert.attribute_length", PI_PROTOCOL, PI_ERROR,
                                     "The attribute has a length it cannot have", NULL },
    [MSTURN_EI_ATTRIBUTE_REPEATED] = { "msturn.expert.attribute_repeated", PI_PROTOCOL, PI_NOTE,
                                       "The attribute stands in the message more than once", NULL },
    [MSTURN_EI_ATTRIBUTE_UNKNOWN] = { "msturn.expert.attribute_unknown", PI_UNDECODED, PI_CHAT,
                                      "Unknown attribute that may be ignored", NULL },
    [MSTURN_EI_ATTRIBUTE_UNKNOWN_MANDATORY] = { "msturn.expert.attribute_unknown_mandatory", PI_UNDECODED, PI_WARN,
                                                "Unknown attribute that must be understood",
                                                "A server answers it with error 420." },
    [MSTURN_EI_ATTRIBUTE_MISSING] = { "msturn.expert.attribute_missing", PI_PROTOCOL, PI_WARN,
                                      "An attribute that this message must carry is missing", NULL },
    [MSTURN_EI_ATTRIBUTES_CAPPED] = { "msturn.expert.attributes_capped", PI_UNDECODED, PI_WARN,
                                      "The message has more attributes than are shown", NULL },
    [MSTURN_EI_ADDRESS_FAMILY] = { "msturn.expert.address_family", PI_PROTOCOL, PI_ERROR,
                                   "The address family does not fit", NULL },
    [MSTURN_EI_RESERVED_BITS] = { "msturn.expert.reserved_bits", PI_PROTOCOL, PI_WARN, "Reserved bits are not zero",
                                  NULL },
    [MSTURN_EI_RESERVED_VALUE] = { "msturn.expert.reserved_value", PI_PROTOCOL, PI_WARN, "The value is reserved",
                                   NULL },
    [MSTURN_EI_ERROR_CLASS] = { "msturn.expert.error_class", PI_PROTOCOL, PI_ERROR,
                                "The class of an error code is 1 to 6", NULL },
    [MSTURN_EI_ERROR_NUMBER] = { "msturn.expert.error_number", PI_PROTOCOL, PI_ERROR,
                                 "The number of an error code is 0 to 99", NULL },
    [MSTURN_EI_TEXT_TOO_LONG] = { "msturn.expert.text_too_long", PI_PROTOCOL, PI_WARN,
                                  "The text is longer than 128 bytes", NULL },
    [MSTURN_EI_DIALOG_TOO_LONG] = { "msturn.expert.dialog_too_long", PI_PROTOCOL, PI_ERROR,
                                    "The identifier is longer than 256 bytes", NULL },
    [MSTURN_EI_CREDENTIALS_EXPIRED] = { "msturn.expert.credentials_expired", PI_SECURITY, PI_WARN,
                                        "The token in the user name had expired when the message was sent",
                                        "Check the clocks and whether the client asks MRAS again." },
    [MSTURN_EI_CHALLENGE] = { "msturn.expert.challenge", PI_RESPONSE_CODE, PI_CHAT,
                              "The server asks for credentials; every allocation begins like this", NULL },
    [MSTURN_EI_UNAUTHORIZED] = { "msturn.expert.unauthorized", PI_RESPONSE_CODE, PI_ERROR,
                                 "The server refused the credentials",
                                 "Check that the MRAS credentials are fresh and come from the Edge that is asked." },
    [MSTURN_EI_TRY_ALTERNATE] = { "msturn.expert.try_alternate", PI_RESPONSE_CODE, PI_NOTE,
                                  "The server has no room and names another one",
                                  "Check that the client can reach that address." },
    [MSTURN_EI_BAD_REQUEST] = { "msturn.expert.bad_request", PI_RESPONSE_CODE, PI_ERROR,
                                "The server could not read the request",
                                "Look at the findings of the request itself." },
    [MSTURN_EI_UNKNOWN_ATTRIBUTE_ERROR] = { "msturn.expert.unknown_attribute_error", PI_RESPONSE_CODE, PI_ERROR,
                                            "The server does not know an attribute of the request",
                                            "Compare the versions of client and server." },
    [MSTURN_EI_STALE_CREDENTIALS] = { "msturn.expert.stale_credentials", PI_RESPONSE_CODE, PI_WARN,
                                      "The credentials have expired",
                                      "Check the clocks and whether the client asks MRAS again." },
    [MSTURN_EI_INTEGRITY_REFUSED] = { "msturn.expert.integrity_refused", PI_RESPONSE_CODE, PI_ERROR,
                                      "The server says that the message integrity is wrong",
                                      "Check that the credentials come from the Edge that is asked, and that nothing "
                                      "in the path rewrites packets." },
    [MSTURN_EI_MISSING_CREDENTIALS] = { "msturn.expert.missing_credentials", PI_RESPONSE_CODE, PI_ERROR,
                                        "The request lacked a part of the credentials", NULL },
    [MSTURN_EI_USE_TLS] = { "msturn.expert.use_tls", PI_RESPONSE_CODE, PI_WARN,
                            "The server asks for TLS, which MS-TURN does not use",
                            "Check that the server is a media relay." },
    [MSTURN_EI_UNKNOWN_USERNAME] = { "msturn.expert.unknown_username", PI_RESPONSE_CODE, PI_ERROR,
                                     "The server does not know the user name",
                                     "Check that the pool is associated with this Edge: its MRAS made the "
                                     "credentials." },
    [MSTURN_EI_NO_BINDING] = { "msturn.expert.no_binding", PI_RESPONSE_CODE, PI_ERROR,
                               "The server has no allocation for this request",
                               "Look for an allocation that expired, or a NAT or load balancer that changed the "
                               "path." },
    [MSTURN_EI_STALE_NONCE] = { "msturn.expert.stale_nonce", PI_RESPONSE_CODE, PI_NOTE,
                                "The nonce is old; the client tries again with the new one", NULL },
    [MSTURN_EI_TRANSITIONING] = { "msturn.expert.transitioning", PI_RESPONSE_CODE, PI_WARN,
                                  "The active destination was changed again within 3 seconds (inferred)", NULL },
    [MSTURN_EI_NO_DESTINATION] = { "msturn.expert.no_destination", PI_RESPONSE_CODE, PI_ERROR,
                                   "The active destination has no permission, or its address family is not supported "
                                   "(inferred)",
                                   "Look for a Send request to that destination before." },
    [MSTURN_EI_WRONG_USERNAME] = { "msturn.expert.wrong_username", PI_RESPONSE_CODE, PI_ERROR,
                                   "The user name differs from that of the allocation (inferred)", NULL },
    [MSTURN_EI_SERVER_ERROR] = { "msturn.expert.server_error", PI_RESPONSE_CODE, PI_ERROR, "The server failed",
                                 "Look at the server's event log." },
    [MSTURN_EI_GLOBAL_FAILURE] = { "msturn.expert.global_failure", PI_RESPONSE_CODE, PI_ERROR,
                                   "The server refuses for good", "Look at the server's event log." },
    [MSTURN_EI_OTHER_ERROR] = { "msturn.expert.other_error", PI_RESPONSE_CODE, PI_ERROR,
                                "The server answers with an error code that MS-TURN does not define", NULL },
    [MSTURN_EI_ALTERNATE_SERVER] = { "msturn.expert.alternate_server", PI_RESPONSE_CODE, PI_CHAT,
                                     "The server names the address to go on with",
                                     "The firewall must let the client reach that address, too." },
    [MSTURN_EI_NO_RELAYED_ADDRESS] = { "msturn.expert.no_relayed_address", PI_RESPONSE_CODE, PI_ERROR,
                                       "The allocation was answered without a relayed address",
                                       "Check the media relay's external address and port range." },
    [MSTURN_EI_RELAYED_ADDRESS_PRIVATE] = { "msturn.expert.relayed_address_private", PI_RESPONSE_CODE, PI_WARN,
                                            "The relayed address is private, so nobody outside can reach it",
                                            "Check the NAT public address of the A/V Edge service." },
    [MSTURN_EI_RELEASED] = { "msturn.expert.released", PI_RESPONSE_CODE, PI_CHAT,
                             "Lifetime 0: the allocation is released", NULL },
    [MSTURN_EI_UNANSWERED] = { "msturn.expert.unanswered", PI_SEQUENCE, PI_NOTE,
                               "No answer to this request is in the capture",
                               "Check that the port is open in both directions." },
    [MSTURN_EI_RETRANSMISSION] = { "msturn.expert.retransmission", PI_SEQUENCE, PI_NOTE, "The request is sent again",
                                   NULL },
    [MSTURN_EI_RETRANSMISSIONS_EXHAUSTED] = { "msturn.expert.retransmissions_exhausted", PI_SEQUENCE, PI_WARN,
                                              "The last of 9 retransmissions: without an answer the server counts as "
                                              "dead",
                                              "Check the firewall between client and relay." },
    [MSTURN_EI_REQUEST_UNSEEN] = { "msturn.expert.request_unseen", PI_SEQUENCE, PI_CHAT,
                                   "The request of this answer is not in the capture", NULL },
    [MSTURN_EI_SEQUENCE_GAP] = { "msturn.expert.sequence_gap", PI_SEQUENCE, PI_NOTE,
                                 "Sequence numbers are missing: requests were lost or not captured", NULL },
    [MSTURN_EI_SEQUENCE_REPEATED] = { "msturn.expert.sequence_repeated", PI_SEQUENCE, PI_NOTE,
                                      "The sequence number was used before; the server answers such a request from "
                                      "its memory",
                                      NULL },
    [MSTURN_EI_INTEGRITY_WRONG] = { "msturn.expert.integrity_wrong", PI_SECURITY, PI_WARN,
                                    "The message integrity does not fit the password given in the preferences",
                                    "Check the password, or look for a device that rewrites packets." },
    [MSTURN_EI_INTEGRITY_NOT_VERIFIED] = { "msturn.expert.integrity_not_verified", PI_SECURITY, PI_CHAT,
                                           "The message integrity could not be verified with the password given in "
                                           "the preferences",
                                           NULL },
    [MSTURN_EI_BANDWIDTH_ATTRIBUTE_MISSING] = { "msturn.expert.bandwidth_attribute_missing", PI_PROTOCOL, PI_WARN,
                                                "The bandwidth action lacks an attribute; a server ignores the "
                                                "action",
                                                NULL },
    [MSTURN_EI_BANDWIDTH_MISPLACED] = { "msturn.expert.bandwidth_misplaced", PI_PROTOCOL, PI_WARN,
                                        "Bandwidth attributes belong into Allocate requests and responses only",
                                        NULL },
    [MSTURN_EI_BANDWIDTH_REFUSED] = { "msturn.expert.bandwidth_refused", PI_RESPONSE_CODE, PI_WARN,
                                      "The policy server has no bandwidth for this path",
                                      "Check the bandwidth policy of the site link." },
    [MSTURN_EI_BANDWIDTH_PSTN_FAILOVER] = { "msturn.expert.bandwidth_pstn_failover", PI_RESPONSE_CODE, PI_NOTE,
                                            "The policy server allows to fail over to the telephone network", NULL },
    [MSTURN_EI_BANDWIDTH_MIN_ABOVE_MAX] = { "msturn.expert.bandwidth_min_above_max", PI_PROTOCOL, PI_WARN,
                                            "The minimum bandwidth is above the maximum", NULL },
    [MSTURN_EI_BANDWIDTH_RELEASED] = { "msturn.expert.bandwidth_released", PI_RESPONSE_CODE, PI_CHAT,
                                       "All amounts are zero: the reservation is released", NULL },
};

static expert_field fields[MSTURN_FINDINGS];
static ei_register_info infos[MSTURN_FINDINGS];
static const finding_table_t table = { rows, fields, infos, MSTURN_FINDINGS };

void
msturn_finding(packet_info *pinfo, proto_item *item, msturn_finding_t finding, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    finding_table_add(&table, finding, pinfo, item, format, arguments);
    va_end(arguments);
}

void
msturn_findings_register(int proto)
{
    finding_table_register(&table, proto);
}
