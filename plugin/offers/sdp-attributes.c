/* sdp-attributes.c
 * The attributes of Microsoft's SDP other than candidates, [MS-SDPEXT]: a row each.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "offers/sdp-attributes.h"

#include "base/enabled.h"
#include "diagnostics/packet-msdiag.h"

static int hf_bypass_id = -1;
static int hf_bandwidth_algorithm = -1;
static int hf_media_bandwidth = -1;
static int hf_media_bandwidth_label = -1;
static int hf_media_bandwidth_send = -1;
static int hf_media_bandwidth_receive = -1;
static int hf_device_caps = -1;
static int hf_ssrc_range = -1;
static int hf_ssrc_range_first = -1;
static int hf_ssrc_range_last = -1;
static int hf_source = -1;
static int hf_label = -1;
static int hf_source_stream_id = -1;
static int hf_caps = -1;
static int hf_caps_entry = -1;
static int hf_rtcp_feedback = -1;
static int hf_rtcp_reduced_size = -1;
static int hf_rtcp_mux = -1;
static int hf_max_packet_time = -1;
static int hf_candidate_info = -1;
static int hf_network_type = -1;
static int hf_diagnostics = -1;
static int hf_crypto = -1;
static int hf_crypto_tag = -1;
static int hf_crypto_suite = -1;
static int hf_encryption = -1;
static int hf_sharing_session = -1;
static int hf_sharing_role = -1;
static int hf_sharing_media_type = -1;
static int hf_sharing_content_flow = -1;
static int hf_connection = -1;
static int hf_setup = -1;
static int hf_mid = -1;
static int hf_group = -1;
static int hf_bundle_only = -1;
static int hf_accept_types = -1;
static int hf_ice_ufrag = -1;
static int hf_key = -1;
static int hf_key_method = -1;

static int ett_attribute = -1;

typedef void (*part_adder_t)(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const sdp_attribute_t *attribute);

/* Adds a piece of the value, given by its place in the value. */
static void
add_piece(tvbuff_t *tvb, proto_tree *tree, int hf, const sdp_attribute_t *attribute, size_t at, size_t length)
{
    if (length)
        proto_tree_add_item(tree, hf, tvb, attribute->value.offset + (int)at, (int)length, ENC_UTF_8);
}

/* Adds the number behind `name` (up to any other character); nothing when there is none. */
static void
add_number_after(tvbuff_t *tvb, proto_tree *tree, int hf, const sdp_attribute_t *attribute, const char *name)
{
    const char *found = strstr(attribute->value.text, name);
    if (!found)
        return;
    found += strlen(name);
    const char *end;
    uint32_t value;
    if (g_ascii_isdigit(found[0]) && ws_strtou32(found, &end, &value))
        proto_tree_add_uint(tree, hf, tvb, attribute->value.offset + (int)(found - attribute->value.text),
                            (int)(end - found), value);
}

/* x-mediabw:<label> send=<kbit/s>;recv=<kbit/s> */
static void
add_media_bandwidth(tvbuff_t *tvb, packet_info *pinfo _U_, proto_tree *tree, const sdp_attribute_t *attribute)
{
    add_piece(tvb, tree, hf_media_bandwidth_label, attribute, 0, strcspn(attribute->value.text, " "));
    add_number_after(tvb, tree, hf_media_bandwidth_send, attribute, "send=");
    add_number_after(tvb, tree, hf_media_bandwidth_receive, attribute, "recv=");
}

/* x-ssrc-range:<first>-<last> */
static void
add_ssrc_range(tvbuff_t *tvb, packet_info *pinfo _U_, proto_tree *tree, const sdp_attribute_t *attribute)
{
    add_number_after(tvb, tree, hf_ssrc_range_first, attribute, "");
    add_number_after(tvb, tree, hf_ssrc_range_last, attribute, "-");
}

/* x-caps:<payload type> <id>:<width>:<height>:<frames/s>:<bit/s>:<n>;… */
static void
add_caps(tvbuff_t *tvb, packet_info *pinfo _U_, proto_tree *tree, const sdp_attribute_t *attribute)
{
    const char *text = attribute->value.text;
    size_t at = strcspn(text, " ");
    for (unsigned entries = 0; text[at] && entries < 64; entries++) {
        at++;
        size_t length = strcspn(text + at, ";");
        add_piece(tvb, tree, hf_caps_entry, attribute, at, length);
        at += length;
    }
}

/* x-candidate-info:… network-type=<WLAN|WWAN>; the rest of its grammar is not known */
static void
add_candidate_info(tvbuff_t *tvb, packet_info *pinfo _U_, proto_tree *tree, const sdp_attribute_t *attribute)
{
    static const char name[] = "network-type=";
    const char *found = strstr(attribute->value.text, name);
    if (found) {
        found += strlen(name);
        add_piece(tvb, tree, hf_network_type, attribute, (size_t)(found - attribute->value.text),
                  strcspn(found, " ;,\t"));
    }
}

#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define SMALL    "abcdefghijklmnopqrstuvwxyz"
#define DIGITS   "0123456789"
#define BLANKS   " \t"

/* The length of the name of a suite at the start of a text. What else may stand there, a key among it, is none:
 * base64 has no "_", and a key stands behind "inline:" (RFC 4568, 9.1; suites: RFC 4568, 5669, 7714). */
static size_t
suite_length(const char *text)
{
    static const char method[] = "inline:";
    const size_t length = strspn(text, CAPITALS DIGITS "_");
    const char *key = text + length + strspn(text + length, BLANKS);

    return strspn(text, CAPITALS) && memchr(text, '_', length) && key > text + length &&
                   g_ascii_strncasecmp(key, method, sizeof method - 1) == 0
               ? length
               : 0;
}

/* The flavour of a cryptoscale line, client or server, stands in front of the suite. */
static const char *
skip_flavour(const char *text)
{
    const char *end = text + strspn(text, SMALL), *next = end + strspn(end, BLANKS);

    return next > end ? next : text;
}

/* crypto:<tag> <suite> inline:<key>…; cryptoscale:<tag> client <suite> inline:<key>… The key is not repeated,
 * wherever it stands in a line that keeps to neither: a tag is digits, and a suite what looks like the name of one.
 */
static void
add_crypto(tvbuff_t *tvb, packet_info *pinfo _U_, proto_tree *tree, const sdp_attribute_t *attribute)
{
    const char *text = attribute->value.text;
    const size_t tag = strspn(text, DIGITS);
    const char *suite = text + tag + strspn(text + tag, BLANKS);

    if (text[tag] != '\0' && suite == text + tag)
        return;
    add_piece(tvb, tree, hf_crypto_tag, attribute, 0, tag);
    suite = skip_flavour(suite);
    add_piece(tvb, tree, hf_crypto_suite, attribute, (size_t)(suite - text), suite_length(suite));
}

/* k=<method>[:<key>], RFC 4566 5.12; clients of Office Communications Server wrote it. The key is not repeated, and
 * what is no method may be one. */
static void
add_key_method(tvbuff_t *tvb, packet_info *pinfo _U_, proto_tree *tree, const sdp_attribute_t *attribute)
{
    static const char *const methods[] = { "prompt", "clear", "base64", "uri" };
    const char *text = attribute->value.text;
    const size_t length = strcspn(text, ":");

    for (size_t i = 0; i < array_length(methods); i++)
        if (strlen(methods[i]) == length && g_ascii_strncasecmp(text, methods[i], length) == 0)
            add_piece(tvb, tree, hf_key_method, attribute, 0, length);
}

/* x-ms-SDP-diagnostics: the grammar of ms-diagnostics-public */
static void
add_diagnostics(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const sdp_attribute_t *attribute)
{
    int proto = proto_get_id_by_filter_name("msdiag");
    if (attribute->value.length && is_enabled(proto))
        msdiag_dissect_value(tvb_new_subset_length(tvb, attribute->value.offset, attribute->value.length), pinfo,
                             tree, "x-ms-SDP-diagnostics");
}

/* What is done with a value. A hidden value is not made an item. */
static const struct {
    const char *name;
    sdp_interest_t interest;
    int *hf;
    part_adder_t parts; /* adds the parts below; NULL when the value is one */
    const char *hidden; /* what kind of key the value holds; NULL = none */
} rows[] = {
    { "x-bypassid", SDP_TELLTALE, &hf_bypass_id, NULL, NULL },
    { "x-bwealgorithm", SDP_TELLTALE, &hf_bandwidth_algorithm, NULL, NULL },
    { "x-mediabw", SDP_TELLTALE, &hf_media_bandwidth, add_media_bandwidth, NULL },
    { "x-devicecaps", SDP_TELLTALE, &hf_device_caps, NULL, NULL },
    { "x-ssrc-range", SDP_TELLTALE, &hf_ssrc_range, add_ssrc_range, NULL },
    { "x-source", SDP_TELLTALE, &hf_source, NULL, NULL },
    { "label", SDP_WANTED, &hf_label, NULL, NULL },
    { "x-source-streamid", SDP_TELLTALE, &hf_source_stream_id, NULL, NULL },
    { "x-caps", SDP_TELLTALE, &hf_caps, add_caps, NULL },
    { "x-candidate-info", SDP_TELLTALE, &hf_candidate_info, add_candidate_info, NULL },
    { "x-ms-SDP-diagnostics", SDP_TELLTALE, &hf_diagnostics, add_diagnostics, NULL },
    { "x-applicationsharing-session-id", SDP_TELLTALE, &hf_sharing_session, NULL, NULL },
    { "x-applicationsharing-role", SDP_TELLTALE, &hf_sharing_role, NULL, NULL },
    { "x-applicationsharing-media-type", SDP_TELLTALE, &hf_sharing_media_type, NULL, NULL },
    { "x-applicationsharing-contentflow", SDP_TELLTALE, &hf_sharing_content_flow, NULL, NULL },
    { "x-application-contentflow", SDP_TELLTALE, &hf_sharing_content_flow, NULL, NULL },
    { "cryptoscale", SDP_TELLTALE, &hf_crypto, add_crypto, "SRTP key offer" },
    { "crypto", SDP_WANTED, &hf_crypto, add_crypto, "SRTP key offer" },
    { SDP_KEY_LINE, SDP_WANTED, &hf_key, add_key_method, "Encryption key" },
    { "encryption", SDP_WANTED, &hf_encryption, NULL, NULL },
    { "rtcp-fb", SDP_WANTED, &hf_rtcp_feedback, NULL, NULL },
    { "rtcp-rsize", SDP_WANTED, &hf_rtcp_reduced_size, NULL, NULL },
    { "rtcp-mux", SDP_WANTED, &hf_rtcp_mux, NULL, NULL },
    { "maxptime", SDP_WANTED, &hf_max_packet_time, NULL, NULL },
    { "connection", SDP_WANTED, &hf_connection, NULL, NULL },
    { "setup", SDP_WANTED, &hf_setup, NULL, NULL },
    { "mid", SDP_WANTED, &hf_mid, NULL, NULL },
    { "group", SDP_WANTED, &hf_group, NULL, NULL },
    { "bundle-only", SDP_WANTED, &hf_bundle_only, NULL, NULL },
    { "accept-types", SDP_WANTED, &hf_accept_types, NULL, NULL },
    { "ice-ufrag", SDP_WANTED, &hf_ice_ufrag, NULL, NULL },
};

static int
row_of(const char *name)
{
    for (int i = 0; i < (int)array_length(rows); i++) {
        if (sdp_same_name(rows[i].name, name))
            return i;
    }
    return -1;
}

sdp_interest_t
sdp_attribute_interest(const char *name)
{
    int row = row_of(name);
    return row < 0 ? SDP_NOT_WANTED : rows[row].interest;
}

void
sdp_attribute_add(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const sdp_attribute_t *attribute)
{
    int row = row_of(attribute->name.text);
    /* Diagnostics have something to say beyond the tree: findings, and the end of the Info column. */
    if (row < 0 || (!tree && rows[row].parts != add_diagnostics))
        return;
    proto_item *item;
    if (rows[row].hidden)
        item = proto_tree_add_none_format(tree, *rows[row].hf, tvb, attribute->line_offset, attribute->line_length,
                                          "%s (%s), key not repeated here", rows[row].hidden, rows[row].name);
    else
        item = proto_tree_add_item(tree, *rows[row].hf, tvb, attribute->value.offset, attribute->value.length,
                                   ENC_UTF_8);
    if (rows[row].parts)
        rows[row].parts(tvb, pinfo, proto_item_add_subtree(item, ett_attribute), attribute);
}

#define SDP_TEXT(hf, label, filter, blurb)                                                                           \
    {                                                                                                                \
        &hf,                                                                                                         \
        {                                                                                                            \
            label, "msice.sdp." filter, FT_STRING, BASE_NONE, NULL, 0, blurb, HFILL                                  \
        }                                                                                                            \
    }
#define SDP_NUMBER(hf, label, filter, base, blurb)                                                                   \
    {                                                                                                                \
        &hf,                                                                                                         \
        {                                                                                                            \
            label, "msice.sdp." filter, FT_UINT32, base, NULL, 0, blurb, HFILL                                       \
        }                                                                                                            \
    }

void
sdp_attributes_register(int proto)
{
    static hf_register_info hf[] = {
        SDP_TEXT(hf_bypass_id, "Media Bypass ID", "bypass_id",
                 "Equal on both sides: media may bypass the Mediation Server (x-bypassid)"),
        SDP_TEXT(hf_bandwidth_algorithm, "Bandwidth Estimation", "bandwidth_algorithm", "x-bwealgorithm"),
        SDP_TEXT(hf_media_bandwidth, "Bandwidth Policy", "media_bandwidth", "What the policy allows, x-mediabw"),
        SDP_TEXT(hf_media_bandwidth_label, "Stream", "media_bandwidth.label", NULL),
        SDP_NUMBER(hf_media_bandwidth_send, "Send (kbit/s)", "media_bandwidth.send", BASE_DEC, NULL),
        SDP_NUMBER(hf_media_bandwidth_receive, "Receive (kbit/s)", "media_bandwidth.receive", BASE_DEC, NULL),
        SDP_TEXT(hf_device_caps, "Device Capabilities", "device_caps", "x-devicecaps"),
        SDP_TEXT(hf_ssrc_range, "SSRC Range", "ssrc_range",
                 "Synchronization sources the sender will use (x-ssrc-range)"),
        SDP_NUMBER(hf_ssrc_range_first, "First SSRC", "ssrc_range.first", BASE_HEX_DEC, "Compare with rtp.ssrc"),
        SDP_NUMBER(hf_ssrc_range_last, "Last SSRC", "ssrc_range.last", BASE_HEX_DEC, NULL),
        SDP_TEXT(hf_source, "Source", "source", "Stream label (x-source)"),
        SDP_TEXT(hf_label, "Label", "label", "Stream label, as in ms-client-diagnostics and quality reports"),
        SDP_TEXT(hf_source_stream_id, "Source Stream ID", "source_stream_id", "x-source-streamid"),
        SDP_TEXT(hf_caps, "Video Capabilities", "caps", "x-caps"),
        SDP_TEXT(hf_caps_entry, "Capability", "caps.entry", "id:width:height:frames/s:bit/s:n"),
        SDP_TEXT(hf_rtcp_feedback, "RTCP Feedback", "rtcp_feedback", "rtcp-fb"),
        { &hf_rtcp_reduced_size,
          { "Reduced-Size RTCP", "msice.sdp.rtcp_reduced_size", FT_NONE, BASE_NONE, NULL, 0, "rtcp-rsize", HFILL } },
        { &hf_rtcp_mux,
          { "RTP and RTCP on One Port", "msice.sdp.rtcp_mux", FT_NONE, BASE_NONE, NULL, 0, "rtcp-mux", HFILL } },
        SDP_TEXT(hf_max_packet_time, "Maximum Packet Time (ms)", "max_packet_time", "maxptime"),
        SDP_TEXT(hf_candidate_info, "Candidate Information", "candidate_info",
                 "Diagnostics of the sender about its candidates (x-candidate-info)"),
        SDP_TEXT(hf_network_type, "Network Type", "candidate_info.network_type", "Kind of network interface"),
        SDP_TEXT(hf_diagnostics, "Diagnostics of the Medium", "diagnostics", "x-ms-SDP-diagnostics"),
        { &hf_crypto,
          { "SRTP Key Offer", "msice.sdp.crypto", FT_NONE, BASE_NONE, NULL, 0, "The key itself is not repeated",
            HFILL } },
        SDP_TEXT(hf_crypto_tag, "Tag", "crypto.tag", NULL),
        SDP_TEXT(hf_crypto_suite, "Suite", "crypto.suite", NULL),
        SDP_TEXT(hf_encryption, "Encryption", "encryption", "Whether SRTP is optional, required or rejected"),
        SDP_TEXT(hf_sharing_session, "Sharing Session ID", "sharing.session_id", "x-applicationsharing-session-id"),
        SDP_TEXT(hf_sharing_role, "Sharing Role", "sharing.role", "x-applicationsharing-role"),
        SDP_TEXT(hf_sharing_media_type, "Sharing Media Type", "sharing.media_type",
                 "x-applicationsharing-media-type"),
        SDP_TEXT(hf_sharing_content_flow, "Sharing Content Flow", "sharing.content_flow",
                 "x-applicationsharing-contentflow"),
        SDP_TEXT(hf_connection, "Connection", "connection", "New TCP connection or an existing one"),
        SDP_TEXT(hf_setup, "Setup", "setup", "Who opens the TCP connection"),
        SDP_TEXT(hf_mid, "Media ID", "mid", NULL),
        SDP_TEXT(hf_group, "Group", "group", "BUNDLE: the sections with these ids share their candidates"),
        SDP_TEXT(hf_bundle_only, "Bundle Only", "bundle_only", "In use although its port is 0"),
        SDP_TEXT(hf_accept_types, "Accepted Types", "accept_types", NULL),
        { &hf_key,
          { "Encryption Key", "msice.sdp.key", FT_NONE, BASE_NONE, NULL, 0, "The key itself is not repeated (k=)",
            HFILL } },
        SDP_TEXT(hf_key_method, "Method", "key.method", "How the key is written: base64, clear, uri or prompt"),
        SDP_TEXT(hf_ice_ufrag, "ICE User Fragment", "ice_ufrag", "Half of the USERNAME of connectivity checks"),
    };
    static int *ett[] = { &ett_attribute };
    proto_register_field_array(proto, hf, (int)array_length(hf));
    proto_register_subtree_array(ett, (int)array_length(ett));
}
