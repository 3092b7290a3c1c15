/* packet-mspath.c
 * SIP headers that give the path of a call away: who came through an Edge, from which network, in which
 * conversation.
 *
 * [MS-SIPRE] 2.2.15 (ms-edge-proxy-message-trust), 2.2.16 (ms-user-logon-data). The fields are msdiag.path.*, and
 * mspath.* for what tells of calls through an SBC (Microsoft's articles on Local Media Optimization of Direct
 * Routing) or a Mediation Server ([MS-OCPSTN]).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sip/packet-mspath.h"

#include "base/finding-add.h"
#include "knowledge/ms-products.h"
#include "base/enabled.h"
#include "base/findings.h"
#include "base/packet-end.h"
#include "base/printable.h"
#include "calls/facts.h"
#include "sip/sip-messages.h"
#include "sip/sip-scan.h"
#include "sip/sip-names.h"

static int hf_user_logon = -1;
static int hf_trust = -1;
static int hf_trust_source_type = -1;
static int hf_trust_ep_fqdn = -1;
static int hf_trust_verified = -1;
static int hf_trust_network = -1;
static int hf_trust_remote_fqdn = -1;
static int hf_location = -1;
static int hf_location_type = -1;
static int hf_subnet = -1;
static int hf_subnet_ipv4 = -1;
static int hf_conversation_id = -1;
static int hf_telemetry_id = -1;
static int hf_user_data = -1;
static int hf_user_public_cloud = -1;
static int hf_user_federation = -1;
static int hf_user_location = -1;
static int hf_media_path = -1;
static int hf_media_path_sbc = -1;
static int hf_user_site = -1;
static int hf_keep_alive = -1;
static int hf_keep_alive_tcp = -1;
static int hf_keep_alive_hop_hop = -1;
static int hf_keep_alive_end_end = -1;
static int hf_keep_alive_timeout = -1;
static int hf_call_source = -1;
static int hf_mediation_generated = -1;
static int hf_trunking_peer = -1;
static int hf_verification_level = -1;
static int hf_split_domain = -1;
static int hf_application_via = -1;
static int hf_application_server = -1;
static int hf_application_pool = -1;
static int hf_application = -1;
static int hf_accepted_content = -1;
static int hf_mcu_contact = -1;
static int hf_product = -1;
static int hf_agent = -1;

static int proto = -1;
static mspath_note_t notes[MSPATH_NOTES]; /* of rooms that stand above */
static unsigned note_count;

static expert_field ei_through_edge = EI_INIT;
static expert_field ei_unverified = EI_INIT;

/* Headers of this kind have five parameters at most; a flood of separators is not worth more. */
#define MOST_PARTS 64

/* A parameter `name=value` of a header. */
typedef struct {
    const char *name;
    int *hf;
} parameter_t;

static const parameter_t trust_parameters[] = {
    { "ms-source-type", &hf_trust_source_type },       { "ms-ep-fqdn", &hf_trust_ep_fqdn },
    { "ms-source-verified-user", &hf_trust_verified }, { "ms-source-network", &hf_trust_network },
    { "ms-remote-fqdn", &hf_trust_remote_fqdn },       { NULL, NULL },
};
static const parameter_t location_parameters[] = {
    { "ms-media-location-type", &hf_location_type },
    { NULL, NULL },
};
static const parameter_t keep_alive_parameters[] = {
    { "tcp", &hf_keep_alive_tcp },
    { "hop-hop", &hf_keep_alive_hop_hop },
    { "end-end", &hf_keep_alive_end_end },
    { "timeout", &hf_keep_alive_timeout },
    { NULL, NULL },
};
static const parameter_t application_parameters[] = {
    { "ms-server", &hf_application_server },
    { "ms-pool", &hf_application_pool },
    { "ms-application", &hf_application },
    { NULL, NULL },
};
static const parameter_t user_data_parameters[] = {
    { "ms-publiccloud", &hf_user_public_cloud },
    { "ms-federation", &hf_user_federation },
    { NULL, NULL },
};

/* A row a header: its field, the fields of its parameters, and that of the entries of a list. */
static const struct {
    const char *name; /* lower case, as SIP looks it up */
    int *hf;
    const parameter_t *parameters;
    int *entry;
} headers[] = {
    { "ms-user-logon-data", &hf_user_logon, NULL, NULL },
    { "ms-edge-proxy-message-trust", &hf_trust, trust_parameters, NULL },
    { "ms-endpoint-location-data", &hf_location, location_parameters, NULL },
    { "ms-subnet", &hf_subnet, NULL, NULL },
    { "ms-conversation-id", &hf_conversation_id, NULL, NULL },
    { "ms-telemetry-id", &hf_telemetry_id, NULL, NULL },
    { "ms-user-data", &hf_user_data, user_data_parameters, NULL },
    { "x-ms-userlocation", &hf_user_location, NULL, NULL },
    { "x-ms-mediapath", &hf_media_path, NULL, &hf_media_path_sbc },
    { "x-ms-usersite", &hf_user_site, NULL, NULL },
    { "ms-keep-alive", &hf_keep_alive, keep_alive_parameters, NULL },
    { "ms-call-source", &hf_call_source, NULL, NULL },
    { "ms-mediation-generated", &hf_mediation_generated, NULL, NULL },
    { "ms-trunking-peer", &hf_trunking_peer, NULL, NULL },
    { "ms-asserted-verification-level", &hf_verification_level, NULL, NULL },
    { "ms-split-domain-info", &hf_split_domain, NULL, NULL },
    { "ms-application-via", &hf_application_via, application_parameters, NULL },
    { "ms-accepted-content-id", &hf_accepted_content, NULL, NULL },
    { "ms-mcu-contact", &hf_mcu_contact, NULL, NULL },
};

/* Values in words. */
static const struct {
    const int *hf;
    const char *value;
    const char *words;
} meanings[] = {
    { &hf_user_location, "internal", "in the network of the SBC: media may go to its inner addresses" },
    { &hf_user_location, "external", "outside: media need addresses that the Internet reaches" },
    { &hf_keep_alive, "UAC", "of the client" },
    { &hf_keep_alive, "UAS", "of the server" },
};

/* Values that are findings: who came in over the Edge has a relay between him and the others. */
static const struct {
    const int *hf;
    const char *value;
    expert_field *finding;
    const char *text;
} findings[] = {
    { &hf_user_logon, "RemoteUser", &ei_through_edge, "The user is signed in through an Edge: outside the network" },
    { &hf_trust_verified, "unverified", &ei_unverified, "The Edge could not verify the sender" },
};

static bool
first_word_is(const char *text, const char *word)
{
    size_t length = strlen(word);

    return g_ascii_strncasecmp(text, word, length) == 0 && !g_ascii_isalnum(text[length]);
}

/* Shows a value, given without the blanks around it, and what it says. */
static void
add_value(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, int hf, int offset, int length)
{
    const char *text = (const char *)tvb_get_string_enc(pinfo->pool, tvb, offset, length, ENC_UTF_8);
    proto_item *item = proto_tree_add_item(tree, hf, tvb, offset, length, ENC_UTF_8);
    for (size_t i = 0; i < array_length(findings); i++) {
        if (*findings[i].hf == hf && g_ascii_strcasecmp(text, findings[i].value) == 0)
            finding_add_format(pinfo, item, findings[i].finding, "%s", findings[i].text);
    }
    for (size_t i = 0; i < array_length(meanings); i++)
        if (*meanings[i].hf == hf && first_word_is(text, meanings[i].value))
            proto_item_append_text(item, " (%s)", meanings[i].words);
}

static int
skip_blanks(tvbuff_t *tvb, int at, int end)
{
    while (at < end && g_ascii_isspace((char)tvb_get_uint8(tvb, at)))
        at++;
    return at;
}

/* The end of what stands between two offsets, without the blanks behind it. */
static int
cut_blanks(tvbuff_t *tvb, int start, int end)
{
    while (end > start && g_ascii_isspace((char)tvb_get_uint8(tvb, end - 1)))
        end--;
    return end;
}

static void
add_parameter(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const parameter_t *parameters, int start, int end)
{
    start = skip_blanks(tvb, start, end);
    end = cut_blanks(tvb, start, end);
    int equals = tvb_find_uint8(tvb, start, end - start, '=');
    if (equals < 0)
        return;
    int value = skip_blanks(tvb, equals + 1, end);
    if (end - value >= 2 && tvb_get_uint8(tvb, value) == '"' && tvb_get_uint8(tvb, end - 1) == '"') {
        value++;
        end--;
    }
    for (const parameter_t *parameter = parameters; parameter->name; parameter++) {
        int length = (int)strlen(parameter->name);
        if (equals - start >= length && tvb_strncaseeql(tvb, start, parameter->name, (size_t)length) == 0 &&
            skip_blanks(tvb, start + length, equals) == equals)
            add_value(tvb, pinfo, tree, *parameter->hf, value, end - value);
    }
}

static void
add_parameters(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const parameter_t *parameters)
{
    int end = (int)tvb_captured_length(tvb);
    int at = 0;
    for (unsigned count = 0; at < end && count < MOST_PARTS; count++) {
        int stop = tvb_find_uint8(tvb, at, end - at, ';');
        if (stop < 0)
            stop = end;
        add_parameter(tvb, pinfo, tree, parameters, at, stop);
        at = stop + 1;
    }
}

/* The entries of a list that commas separate, in their order. */
static void
add_entries(tvbuff_t *tvb, proto_tree *tree, int hf)
{
    int end = (int)tvb_captured_length(tvb), at = 0;

    for (unsigned count = 0; at < end && count < MOST_PARTS; count++) {
        int stop = tvb_find_uint8(tvb, at, end - at, ','), last;

        stop = stop < 0 ? end : stop;
        at = skip_blanks(tvb, at, stop);
        last = cut_blanks(tvb, at, stop);
        if (last > at)
            proto_tree_add_item(tree, hf, tvb, at, last - at, ENC_UTF_8);
        at = stop + 1;
    }
}

/* Says which product wrote a header, where it is one that is known. */
static void
add_product(const sip_message_t *message, sip_header_t header, tvbuff_t *part, packet_info *pinfo, proto_tree *tree)
{
    const char *agent = sip_message_value(pinfo, message, header);
    GString *product = g_string_new(NULL);

    if (agent && ms_product_append(product, printable(pinfo->pool, agent))) {
        proto_item_set_generated(proto_tree_add_string(tree, hf_product, part, 0, 0, product->str));
        proto_item_set_generated(proto_tree_add_string(tree, hf_agent, part, 0, 0, printable(pinfo->pool, agent)));
    }
    g_string_free(product, TRUE);
}

/* What a whole message says, on part (of no length) in tree; once for each message. */
static void
add_message(const sip_message_t *message, tvbuff_t *part, packet_info *pinfo, proto_tree *tree)
{
    static const uint32_t done_key = 0x50415448;
    int sip = proto_get_id_by_filter_name("sip");
    uint32_t key = done_key + message->number;

    if (p_get_proto_data(pinfo->pool, pinfo, sip, key))
        return;
    p_add_proto_data(pinfo->pool, pinfo, sip, key, (void *)(uintptr_t)message);

    if (tree) {
        add_product(message, SIP_USER_AGENT, part, pinfo, tree);
        add_product(message, SIP_SERVER, part, pinfo, tree);
    }
    for (unsigned i = 0; i < note_count; i++)
        notes[i](part, pinfo, tree, message);
}

void
mspath_register_note(mspath_note_t added)
{
    g_assert(note_count < MSPATH_NOTES);
    notes[note_count++] = added;
}

void
mspath_add_once(tvbuff_t *part, packet_info *pinfo, proto_tree *tree)
{
    const sip_message_t *message = sip_message_around(pinfo, part);

    if (message)
        add_message(message, part, pinfo, tree);
}

void
mspath_add_source(tvbuff_t *source, packet_info *pinfo, proto_tree *tree)
{
    for (const sip_message_t *message = sip_messages(pinfo, source); message; message = message->next)
        if (message->complete)
            add_message(message, message->source, pinfo, tree);
}

/* Messages without a header or body of ours. */
void
mspath_finish_packet(tvbuff_t *tvb _U_, packet_info *pinfo, proto_tree *tree)
{
    if (!sip_dissected(pinfo) || !is_enabled(proto))
        return;
    /* Of calls through an SBC the Info column and the analysis have something as well. The first message of one,
     * which may be its last, is what says that it is one. */
    sip_scan(pinfo);
    if (!expert_items_are_seen(tree) && !facts_any_service())
        return;
    for (GSList *item = pinfo->data_src; item; item = item->next)
        mspath_add_source(get_data_source_tvb((const struct data_source *)item->data), pinfo, tree);
}

/* The value of a header without the blanks that may stand around it (RFC 3261, 25.1). */
static tvbuff_t *
bare_value(tvbuff_t *tvb)
{
    int length = (int)tvb_captured_length(tvb);
    int start = skip_blanks(tvb, 0, length);

    return tvb_new_subset_length(tvb, start, cut_blanks(tvb, start, length) - start);
}

/* SIP hands over the value of a header, and the subtree of its line. Which header it is stands in pinfo. */
static int
dissect_header(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    tvbuff_t *value = bare_value(tvb);
    int length = (int)tvb_captured_length(value);
    const char *name = sip_name_of(pinfo);

    for (size_t i = 0; name && i < array_length(headers); i++) {
        if (strcmp(headers[i].name, name) != 0 || !is_enabled(proto_registrar_get_parent(*headers[i].hf)))
            continue;
        const char *text = (const char *)tvb_get_string_enc(pinfo->pool, value, 0, length, ENC_UTF_8);
        add_value(value, pinfo, tree, *headers[i].hf, 0, length);
        if (headers[i].parameters)
            add_parameters(value, pinfo, tree, headers[i].parameters);
        if (headers[i].entry)
            add_entries(value, tree, *headers[i].entry);
        ws_in4_addr ipv4;
        if (*headers[i].hf == hf_subnet && ws_inet_pton4(text, &ipv4))
            proto_tree_add_ipv4(tree, hf_subnet_ipv4, value, 0, length, ipv4);
    }
    mspath_add_once(tvb, pinfo, tree);
    packet_end_ask(pinfo);
    return (int)tvb_captured_length(tvb);
}

#define PATH(hf, label, filter, blurb)                                                                               \
    {                                                                                                                \
        &hf,                                                                                                         \
        {                                                                                                            \
            label, "msdiag." filter, FT_STRING, BASE_NONE, NULL, 0, blurb, HFILL                                     \
        }                                                                                                            \
    }

#define SBC(hf, label, filter, blurb)                                                                                \
    {                                                                                                                \
        &hf,                                                                                                         \
        {                                                                                                            \
            label, "mspath." filter, FT_STRING, BASE_NONE, NULL, 0, blurb, HFILL                                     \
        }                                                                                                            \
    }

void
proto_register_mspath(void)
{
    static hf_register_info hf[] = {
        PATH(hf_user_logon, "User Logon Data", "path.user_logon",
             "ms-user-logon-data: RemoteUser came in through an Edge"),
        PATH(hf_trust, "Edge Proxy Message Trust", "path.trust",
             "ms-edge-proxy-message-trust: added by an Edge to messages from outside"),
        PATH(hf_trust_source_type, "Source Type", "path.trust.source_type",
             "AuthorizedServer, AutoFederation, DirectPartner, EdgeProxyGenerated or InternetUser"),
        PATH(hf_trust_ep_fqdn, "Edge Proxy", "path.trust.edge_proxy", "ms-ep-fqdn"),
        PATH(hf_trust_verified, "Source User", "path.trust.source_verified_user", "verified or unverified"),
        PATH(hf_trust_network, "Source Network", "path.trust.source_network", "federation or publiccloud"),
        PATH(hf_trust_remote_fqdn, "Remote Server", "path.trust.remote", "ms-remote-fqdn"),
        PATH(hf_location, "Endpoint Location Data", "path.location", "ms-endpoint-location-data"),
        PATH(hf_location_type, "Media Location Type", "path.location.media_type",
             "Where the endpoint believes to be: Intranet or Internet"),
        PATH(hf_subnet, "Subnet", "path.subnet", "ms-subnet: subnet of the client"),
        { &hf_subnet_ipv4,
          { "Subnet Address", "msdiag.path.subnet.ipv4", FT_IPv4, BASE_NONE, NULL, 0, NULL, HFILL } },
        PATH(hf_conversation_id, "Conversation ID", "path.conversation_id",
             "Ms-Conversation-ID: joins all modalities of a conversation"),
        PATH(hf_telemetry_id, "Telemetry ID", "path.telemetry_id", "ms-telemetry-id"),
        PATH(hf_user_data, "User Data", "path.user_data", "ms-user-data"),
        PATH(hf_user_public_cloud, "Public Cloud", "path.user_data.public_cloud", "ms-publiccloud"),
        PATH(hf_user_federation, "Federation", "path.user_data.federation", "ms-federation"),
        PATH(hf_product, "Sent By", "product", "Product behind User-Agent or Server"),
        PATH(hf_agent, "User Agent", "product.agent", "Value of User-Agent or Server"),
    };
    static hf_register_info sbc_hf[] = {
        SBC(hf_user_location, "User Location", "user_location",
            "X-MS-UserLocation: internal or external, where the Teams user sits"),
        SBC(hf_media_path, "Media Path", "media_path",
            "X-MS-MediaPath: SBCs that media go through, the last one last"),
        SBC(hf_media_path_sbc, "SBC", "media_path.sbc", "An SBC of the media path, in the order of the list"),
        SBC(hf_user_site, "User Site", "user_site", "X-MS-UserSite: name that the administrator gave to the site"),
        SBC(hf_keep_alive, "Keep Alive", "keep_alive", "ms-keep-alive: who keeps the connection alive"),
        SBC(hf_keep_alive_tcp, "TCP", "keep_alive.tcp", NULL),
        SBC(hf_keep_alive_hop_hop, "Hop by Hop", "keep_alive.hop_hop", NULL),
        SBC(hf_keep_alive_end_end, "End to End", "keep_alive.end_end", NULL),
        SBC(hf_keep_alive_timeout, "Timeout", "keep_alive.timeout", NULL),
        SBC(hf_call_source, "Call Source", "call_source", "ms-call-source: the call comes from a telephone system"),
        SBC(hf_mediation_generated, "Mediation Generated", "mediation_generated",
            "ms-mediation-generated: a Mediation Server wrote the message"),
        SBC(hf_trunking_peer, "Trunking Peer", "trunking_peer", "ms-trunking-peer: gateway or SBC of the call"),
        SBC(hf_verification_level, "Asserted Verification Level", "verification_level",
            "ms-asserted-verification-level"),
        SBC(hf_split_domain, "Split Domain", "split_domain", "ms-split-domain-info"),
        SBC(hf_application_via, "Application Path", "application_via", "ms-application-via"),
        SBC(hf_application_server, "Server", "application_via.server", NULL),
        SBC(hf_application_pool, "Pool", "application_via.pool", NULL),
        SBC(hf_application, "Application", "application_via.application", NULL),
        SBC(hf_accepted_content, "Accepted Content", "accepted_content",
            "Ms-Accepted-Content-ID: the part of the offer that was chosen"),
        SBC(hf_mcu_contact, "Conferencing Server", "mcu_contact", "Ms-Mcu-Contact"),
    };
    static ei_register_info ei[] = {
        { &ei_through_edge,
          { "msdiag.expert.user_through_edge", PI_COMMENTS_GROUP, PI_CHAT, "The user came in through an Edge",
            EXPFILL } },
        { &ei_unverified,
          { "msdiag.expert.source_unverified", PI_SECURITY, PI_NOTE, "The Edge could not verify the sender",
            EXPFILL } },
    };
    proto = proto_get_id_by_filter_name("msdiag");
    proto_register_field_array(proto, hf, (int)array_length(hf));
    proto_register_field_array(
        proto_register_protocol("Microsoft headers about calls with telephone systems", "MSPATH", "mspath"), sbc_hf,
        (int)array_length(sbc_hf));
    expert_register_field_array(expert_register_protocol(proto), ei, (int)array_length(ei));
}

void
proto_reg_handoff_mspath(void)
{
    dissector_handle_t handle = create_dissector_handle(dissect_header, proto);
    for (size_t i = 0; i < array_length(headers); i++)
        sip_name_register(headers[i].name, handle);
}
