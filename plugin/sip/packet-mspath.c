/* packet-mspath.c
 * SIP headers that give the path of a call away: who came through an Edge, from which network, in which
 * conversation.
 *
 * [MS-SIPRE] 2.2.15 (ms-edge-proxy-message-trust), 2.2.16 (ms-user-logon-data). The fields are msdiag.path.*.
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
#include "sip/sip-messages.h"
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
static int hf_product = -1;
static int hf_agent = -1;

static int proto = -1;
static mspath_note_t note; /* of the offers, which stand above */

static expert_field ei_through_edge = EI_INIT;
static expert_field ei_unverified = EI_INIT;

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
static const parameter_t user_data_parameters[] = {
    { "ms-publiccloud", &hf_user_public_cloud },
    { "ms-federation", &hf_user_federation },
    { NULL, NULL },
};

/* A row a header: its field, the fields of its parameters, and a value that is worth a finding. */
static const struct {
    const char *name; /* lower case, as SIP looks it up */
    int *hf;
    const parameter_t *parameters;
} headers[] = {
    { "ms-user-logon-data", &hf_user_logon, NULL },
    { "ms-edge-proxy-message-trust", &hf_trust, trust_parameters },
    { "ms-endpoint-location-data", &hf_location, location_parameters },
    { "ms-subnet", &hf_subnet, NULL },
    { "ms-conversation-id", &hf_conversation_id, NULL },
    { "ms-telemetry-id", &hf_telemetry_id, NULL },
    { "ms-user-data", &hf_user_data, user_data_parameters },
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

/* Shows a value, without the blanks and quotes around it. */
static void
add_value(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, int hf, int offset, int length)
{
    const char *text = (const char *)tvb_get_string_enc(pinfo->pool, tvb, offset, length, ENC_UTF_8);
    proto_item *item = proto_tree_add_item(tree, hf, tvb, offset, length, ENC_UTF_8);
    for (size_t i = 0; i < array_length(findings); i++) {
        if (*findings[i].hf == hf && g_ascii_strcasecmp(text, findings[i].value) == 0)
            finding_add_format(pinfo, item, findings[i].finding, "%s", findings[i].text);
    }
}

static int
skip_blanks(tvbuff_t *tvb, int at, int end)
{
    while (at < end && g_ascii_isspace((char)tvb_get_uint8(tvb, at)))
        at++;
    return at;
}

static void
add_parameter(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const parameter_t *parameters, int start, int end)
{
    start = skip_blanks(tvb, start, end);
    while (end > start && g_ascii_isspace((char)tvb_get_uint8(tvb, end - 1)))
        end--;
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
    /* Headers of this kind have five parameters at most; a flood of separators is not worth more. */
    for (unsigned count = 0; at < end && count < 64; count++) {
        int stop = tvb_find_uint8(tvb, at, end - at, ';');
        if (stop < 0)
            stop = end;
        add_parameter(tvb, pinfo, tree, parameters, at, stop);
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
    uint32_t key = done_key + (uint32_t)message->start;

    /* A frame may hold several messages, in several data sources. */
    if (p_get_proto_data(pinfo->pool, pinfo, sip, key) == message)
        return;
    p_remove_proto_data(pinfo->pool, pinfo, sip, key);
    p_add_proto_data(pinfo->pool, pinfo, sip, key, (void *)(uintptr_t)message);

    if (tree) {
        add_product(message, SIP_USER_AGENT, part, pinfo, tree);
        add_product(message, SIP_SERVER, part, pinfo, tree);
    }
    if (note)
        note(part, pinfo, tree, message);
}

void
mspath_register_note(mspath_note_t added)
{
    note = added;
}

void
mspath_add_once(tvbuff_t *part, packet_info *pinfo, proto_tree *tree)
{
    const sip_message_t *message = sip_message_around(pinfo, part);

    if (message)
        add_message(message, part, pinfo, tree);
}

/* Messages without a header or body of ours. */
void
mspath_finish_packet(tvbuff_t *tvb _U_, packet_info *pinfo, proto_tree *tree)
{
    if (!expert_items_are_seen(tree) || !sip_dissected(pinfo) || !is_enabled(proto))
        return;
    for (GSList *item = pinfo->data_src; item; item = item->next) {
        const sip_message_t *message =
            sip_messages(pinfo, get_data_source_tvb((const struct data_source *)item->data));

        for (; message; message = message->next)
            if (message->complete)
                add_message(message, message->source, pinfo, tree);
    }
}

/* SIP hands over the value of a header, and the subtree of its line. Which header it is stands in pinfo. */
static int
dissect_header(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    int length = (int)tvb_captured_length(tvb);
    const char *name = sip_name_of(pinfo);
    for (size_t i = 0; name && i < array_length(headers); i++) {
        if (strcmp(headers[i].name, name) != 0)
            continue;
        const char *text = (const char *)tvb_get_string_enc(pinfo->pool, tvb, 0, length, ENC_UTF_8);
        add_value(tvb, pinfo, tree, *headers[i].hf, 0, length);
        if (headers[i].parameters)
            add_parameters(tvb, pinfo, tree, headers[i].parameters);
        ws_in4_addr ipv4;
        if (*headers[i].hf == hf_subnet && ws_inet_pton4(text, &ipv4))
            proto_tree_add_ipv4(tree, hf_subnet_ipv4, tvb, 0, length, ipv4);
    }
    mspath_add_once(tvb, pinfo, tree);
    packet_end_ask(pinfo);
    return length;
}

#define PATH(hf, label, filter, blurb)                                                                               \
    {                                                                                                                \
        &hf,                                                                                                         \
        {                                                                                                            \
            label, "msdiag." filter, FT_STRING, BASE_NONE, NULL, 0, blurb, HFILL                                     \
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
    expert_register_field_array(expert_register_protocol(proto), ei, (int)array_length(ei));
}

void
proto_reg_handoff_mspath(void)
{
    dissector_handle_t handle = create_dissector_handle(dissect_header, proto);
    for (size_t i = 0; i < array_length(headers); i++)
        sip_name_register(headers[i].name, handle);
}
