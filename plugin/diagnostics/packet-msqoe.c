/* packet-msqoe.c
 * Quality reports, [MS-QoE], and error reports, [MS-OCER] 3.1.4.1: XML that clients send after a call.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "diagnostics/packet-msqoe.h"

#include "calls/facts.h"
#include "knowledge/ms-products.h"
#include "diagnostics/msdiag-verdict.h"
#include "diagnostics/msqoe-ocs-flags.h"
#include "diagnostics/packet-icewarn.h"
#include "diagnostics/packet-msdiag.h"
#include "sip/packet-mspath.h"
#include "base/xml-fields.h"

static int proto_msqoe = -1;
static compat_bool ocs_layout;

static int hf_report = -1;
static int hf_version = -1;
static int hf_schema_version = -1;
static int hf_session = -1;
static int hf_session_id = -1;
static int hf_endpoint = -1;
static int hf_pool = -1;
static int hf_location_profile = -1;
static int hf_start = -1;
static int hf_end = -1;
static int hf_call_id = -1;
static int hf_from_tag = -1;
static int hf_to_tag = -1;
static int hf_dialog_category = -1;
static int hf_correlation_id = -1;
static int hf_from_uri = -1;
static int hf_to_uri = -1;
static int hf_caller = -1;
static int hf_local_contact = -1;
static int hf_remote_contact = -1;
static int hf_local_agent = -1;
static int hf_remote_agent = -1;
static int hf_product = -1;
static int hf_conference_uri = -1;
static int hf_media = -1;
static int hf_media_label = -1;
static int hf_ice = -1;
static int hf_flags_text = -1;
static int hf_transport = -1;
static int hf_security = -1;
static int hf_connectivity_info = -1;
static int hf_relay = -1;
static int hf_local = -1;
static int hf_remote = -1;
static int hf_reflexive = -1;
static int hf_error = -1;
static int hf_error_to = -1;
static int hf_error_content_type = -1;
static int hf_error_code = -1;
static int hf_error_request = -1;
static int hf_unreadable = -1;

/* An address of a medium: relay, local, remote, reflexive. */
typedef struct {
    int host, ipv4, ipv6, port;
} address_fields_t;
static address_fields_t hf_relay_address = { -1, -1, -1, -1 };
static address_fields_t hf_local_address = { -1, -1, -1, -1 };
static address_fields_t hf_remote_address = { -1, -1, -1, -1 };
static address_fields_t hf_reflexive_address = { -1, -1, -1, -1 };

static int ett_msqoe = -1;
static int ett_session = -1;
static int ett_media = -1;
static int ett_address = -1;
static int ett_error = -1;
static int ett_diagnostics = -1;

static expert_field ei_ice_failed = EI_INIT;
static expert_field ei_ice_proxy = EI_INIT;
static expert_field ei_ambiguous = EI_INIT;
static expert_field ei_flags_invalid = EI_INIT;
static expert_field ei_incomplete = EI_INIT;
static expert_field ei_converted = EI_INIT;
static expert_field ei_value = EI_INIT;
static expert_field ei_unknown_root = EI_INIT;

static const xml_findings_t xml_findings = { &ei_incomplete, &ei_converted, &ei_value };

static const xml_field_t report_attributes[] = {
    { "Version", XML_AS_TEXT, &hf_version, NULL, NULL },
    { "SchemaVersion", XML_AS_TEXT, &hf_schema_version, NULL, NULL },
};
static const xml_field_t session_attributes[] = {
    { "SessionId", XML_AS_TEXT, &hf_session_id, NULL, NULL },
};
static const xml_field_t session_children[] = {
    { "LocationProfile", XML_AS_TEXT, &hf_location_profile, NULL, NULL },
    { "Pool", XML_AS_TEXT, &hf_pool, NULL, NULL },
};
static const xml_field_t endpoint_attributes[] = {
    { "Name", XML_AS_TEXT, &hf_endpoint, NULL, NULL },
};
static const xml_field_t dialog_attributes[] = {
    { "CallId", XML_AS_TEXT, &hf_call_id, NULL, NULL }, { "FromTag", XML_AS_TEXT, &hf_from_tag, NULL, NULL },
    { "ToTag", XML_AS_TEXT, &hf_to_tag, NULL, NULL },   { "Start", XML_AS_TEXT, &hf_start, NULL, NULL },
    { "End", XML_AS_TEXT, &hf_end, NULL, NULL },
};
static const xml_field_t dialog_children[] = {
    { "DialogCategory", XML_AS_TEXT, &hf_dialog_category, NULL, NULL },
    { "CorrelationID", XML_AS_TEXT, &hf_correlation_id, NULL, NULL },
    { "FromURI", XML_AS_TEXT, &hf_from_uri, NULL, NULL },
    { "ToURI", XML_AS_TEXT, &hf_to_uri, NULL, NULL },
    { "Caller", XML_AS_TEXT, &hf_caller, NULL, NULL },
    { "LocalContactURI", XML_AS_TEXT, &hf_local_contact, NULL, NULL },
    { "RemoteContactURI", XML_AS_TEXT, &hf_remote_contact, NULL, NULL },
    { "LocalUserAgent", XML_AS_TEXT, &hf_local_agent, NULL, NULL },
    { "RemoteUserAgent", XML_AS_TEXT, &hf_remote_agent, NULL, NULL },
    { "ConfURI", XML_AS_TEXT, &hf_conference_uri, NULL, NULL },
};
static const xml_field_t media_attributes[] = {
    { "Label", XML_AS_TEXT, &hf_media_label, NULL, NULL },
};
static const xml_field_t description_children[] = {
    { "Transport", XML_AS_TEXT, &hf_transport, NULL, NULL },
    { "Security", XML_AS_TEXT, &hf_security, NULL, NULL },
    { "NetworkConnectivityInfo", XML_AS_TEXT, &hf_connectivity_info, NULL, NULL },
};
static const xml_field_t error_attributes[] = {
    { "toUri", XML_AS_TEXT, &hf_error_to, NULL, NULL },
    { "callId", XML_AS_TEXT, &hf_call_id, NULL, NULL },
    { "fromTag", XML_AS_TEXT, &hf_from_tag, NULL, NULL },
    { "toTag", XML_AS_TEXT, &hf_to_tag, NULL, NULL },
    { "contentType", XML_AS_TEXT, &hf_error_content_type, NULL, NULL },
    { "responseCode", XML_AS_NUMBER, &hf_error_code, NULL, NULL },
    { "requestType", XML_AS_TEXT, &hf_error_request, NULL, NULL },
};

/* The addresses of a medium: element, its item, and the fields below. */
static const struct {
    const char *element;
    const char *label;
    int *hf;
    address_fields_t *fields;
} addresses[] = {
    { "RelayAddress", "Relay Address", &hf_relay, &hf_relay_address },
    { "LocalAddr", "Local Address", &hf_local, &hf_local_address },
    { "RemoteAddr", "Remote Address", &hf_remote, &hf_remote_address },
    { "ReflexiveLocalIPAddress", "Reflexive Address", &hf_reflexive, &hf_reflexive_address },
};

/* What one medium of a report says, complete after read_media(): the one place where these facts stand
 * together. */
typedef struct {
    const char *label;
    const char *ice;
    bool has_flags;
    uint32_t flags;
} media_facts_t;

/* IceWarningFlags is decimal by its schema, but tools and servers write hex as well. */
static bool
read_flags(const char *text, uint32_t *flags, bool *ambiguous)
{
    static const char decimal[] = "0123456789", hexadecimal[] = "0123456789abcdefABCDEF";
    bool marked = g_ascii_strncasecmp(text, "0x", 2) == 0;
    const char *digits = marked ? text + 2 : text;
    size_t length = strlen(digits);
    bool hex = marked || strspn(digits, decimal) != length;
    if (length == 0 || length > 10 || strspn(digits, hex ? hexadecimal : decimal) != length)
        return false;
    uint64_t value = g_ascii_strtoull(digits, NULL, hex ? 16 : 10);
    *ambiguous = !hex && value >= 10;
    *flags = (uint32_t)value;
    return value <= G_MAXUINT32;
}

static void
add_flags(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const xml_node_t *node, media_facts_t *facts)
{
    bool exact = node->text_offset >= 0, ambiguous = false;
    int offset = exact ? node->text_offset : node->offset, length = exact ? node->text_length : node->length;
    proto_item *item = proto_tree_add_string(tree, hf_flags_text, tvb, offset, length, node->text);
    facts->has_flags = read_flags(node->text, &facts->flags, &ambiguous);
    if (!facts->has_flags) {
        expert_add_info(pinfo, item, &ei_flags_invalid);
        return;
    }
    if (ambiguous)
        expert_add_info_format(pinfo, item, &ei_ambiguous,
                               "Digits only: read as decimal, as the schema says; some tools read it as hexadecimal");
    if (ocs_layout)
        msqoe_add_ocs_flags(tvb, pinfo, tree, offset, length, facts->flags);
    else
        icewarn_dissect_flags(tvb, pinfo, tree, offset, length, facts->flags, facts->label);
}

static void
add_address(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const xml_node_t *node, size_t row)
{
    address_fields_t *fields = addresses[row].fields;
    const xml_field_t children[] = {
        { "IPAddr", XML_AS_HOST, &fields->host, &fields->ipv4, &fields->ipv6 },
        { "Port", XML_AS_PORT, &fields->port, NULL, NULL },
    };
    const char *host = xml_child_text(node, "IPAddr"), *port = xml_child_text(node, "Port");
    if (!host)
        host = node->text;
    proto_item *item =
        proto_tree_add_none_format(tree, *addresses[row].hf, tvb, node->offset, node->length, "%s: %s%s%s",
                                   addresses[row].label, host, port ? ":" : "", port ? port : "");
    proto_tree *sub = proto_item_add_subtree(item, ett_address);
    xml_add_children(tvb, pinfo, sub, node, children, array_length(children), &xml_findings);
    /* Some write the bare address. */
    if (!node->first_child && *node->text) {
        const xml_node_t wrapped = { .name = "",
                                     .text = "",
                                     .first_child = &(xml_node_t){ .name = "IPAddr",
                                                                   .text = node->text,
                                                                   .offset = node->offset,
                                                                   .length = node->length,
                                                                   .text_offset = node->text_offset,
                                                                   .text_length = node->text_length } };
        xml_add_children(tvb, pinfo, sub, &wrapped, children, 1, &xml_findings);
    }
}

static void
add_addresses(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const xml_node_t *parent)
{
    for (size_t row = 0; row < array_length(addresses); row++) {
        for (const xml_node_t *node = xml_child(parent, addresses[row].element); node;
             node = xml_next(node, addresses[row].element))
            add_address(tvb, pinfo, tree, node, row);
    }
}

static void
add_connectivity(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const xml_node_t *connectivity,
                 media_facts_t *facts)
{
    const xml_node_t *ice = xml_child(connectivity, "Ice");
    const xml_node_t *flags = xml_child(connectivity, "IceWarningFlags");
    if (ice) {
        proto_item *item = proto_tree_add_string(tree, hf_ice, tvb, ice->offset, ice->length, ice->text);
        facts->ice = ice->text;
        if (g_ascii_strcasecmp(ice->text, "FAILED") == 0)
            expert_add_info_format(pinfo, item, &ei_ice_failed,
                                   "%s: ICE found no path. Look at the flags below, and at the candidates offered",
                                   facts->label);
        else if (g_ascii_strcasecmp(ice->text, "HTTP-PROXY") == 0)
            expert_add_info_format(pinfo, item, &ei_ice_proxy, "%s: media went through an HTTP proxy", facts->label);
    }
    if (flags)
        add_flags(tvb, pinfo, tree, flags, facts);
    add_addresses(tvb, pinfo, tree, connectivity);
}

static void
add_media(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const xml_node_t *media)
{
    const char *label = xml_attribute(media, "Label");
    media_facts_t facts = { .label = label ? label : "media" };
    proto_item *item =
        proto_tree_add_none_format(tree, hf_media, tvb, media->offset, media->length, "Media: %s", facts.label);
    proto_tree *sub = proto_item_add_subtree(item, ett_media);
    xml_add_attributes(tvb, pinfo, sub, media, media_attributes, array_length(media_attributes), &xml_findings);

    const xml_node_t *description = xml_child(media, "Description");
    if (!description)
        return;
    const xml_node_t *connectivity = xml_child(description, "Connectivity");
    if (connectivity)
        add_connectivity(tvb, pinfo, sub, connectivity, &facts);
    xml_add_children(tvb, pinfo, sub, description, description_children, array_length(description_children),
                     &xml_findings);
    add_addresses(tvb, pinfo, sub, description);
    if (facts.ice)
        proto_item_append_text(item, ", ICE %s", facts.ice);
}

static void
add_session(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const xml_node_t *session)
{
    proto_item *item = proto_tree_add_string(tree, hf_session, tvb, session->offset, session->length, session->name);
    proto_tree *sub = proto_item_add_subtree(item, ett_session);
    xml_add_attributes(tvb, pinfo, sub, session, session_attributes, array_length(session_attributes), &xml_findings);
    xml_add_children(tvb, pinfo, sub, session, session_children, array_length(session_children), &xml_findings);
    const xml_node_t *endpoint = xml_child(session, "Endpoint");
    if (endpoint)
        xml_add_attributes(tvb, pinfo, sub, endpoint, endpoint_attributes, array_length(endpoint_attributes),
                           &xml_findings);
    const xml_node_t *dialog = xml_child(session, "DialogInfo");
    if (dialog) {
        facts_tell_quality(pinfo, xml_attribute(dialog, "CallId"));
        xml_add_attributes(tvb, pinfo, sub, dialog, dialog_attributes, array_length(dialog_attributes),
                           &xml_findings);
        xml_add_children(tvb, pinfo, sub, dialog, dialog_children, array_length(dialog_children), &xml_findings);
        static const char *const agents[] = { "LocalUserAgent", "RemoteUserAgent" };
        for (size_t i = 0; i < array_length(agents); i++) {
            const char *agent = xml_child_text(dialog, agents[i]);
            GString *product = g_string_new(NULL);
            if (agent && ms_product_append(product, agent)) {
                proto_item *words = proto_tree_add_string_format_value(sub, hf_product, tvb, dialog->offset,
                                                                       dialog->length, product->str, "%s (%s)",
                                                                       product->str, i == 0 ? "local" : "remote");
                proto_item_set_generated(words);
            }
            g_string_free(product, TRUE);
        }
    }
    for (const xml_node_t *media = xml_child(session, "MediaLine"); media; media = xml_next(media, "MediaLine"))
        add_media(tvb, pinfo, sub, media);
}

static void
dissect_quality_report(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const xml_node_t *root)
{
    xml_add_attributes(tvb, pinfo, tree, root, report_attributes, array_length(report_attributes), &xml_findings);
    for (const xml_node_t *session = root->first_child; session; session = session->next) {
        if (strcmp(session->name, "VQSessionReport") == 0 || strcmp(session->name, "VQSessionIntervalReport") == 0)
            add_session(tvb, pinfo, tree, session);
    }
}

/* The value of a diagnostics header, as text of an element: straight from the body where it stands as it is.
 */
static void
add_diagnostics(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const xml_node_t *node, unsigned status)
{
    proto_tree *sub =
        proto_tree_add_subtree(tree, tvb, node->offset, node->length, ett_diagnostics, NULL, "Diagnostics header");
    tvbuff_t *value;
    if (node->text_offset >= 0) {
        value = tvb_new_subset_length(tvb, node->text_offset, node->text_length);
    } else {
        unsigned length = (unsigned)strlen(node->text);
        if (length == 0)
            return;
        value = tvb_new_child_real_data(tvb, (const uint8_t *)node->text, length, (int)length);
        add_new_data_source(pinfo, value, "Diagnostics header without XML");
    }
    msdiag_dissect_from(value, pinfo, sub, &(msdiag_origin_t){ NULL, status });
}

static void
add_diagnostics_of(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const xml_node_t *parent, unsigned status)
{
    for (const xml_node_t *header = xml_child(parent, "diagHeader"); header; header = xml_next(header, "diagHeader"))
        add_diagnostics(tvb, pinfo, tree, header, status);
}

/* The status that an error report speaks of; 0 = it tells none. */
static unsigned
status_of(const xml_node_t *error)
{
    const char *text = xml_attribute(error, "responseCode");
    uint32_t status;

    return text && xml_number(text, 699, &status) ? status : 0;
}

static void
dissect_error_report(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const xml_node_t *root)
{
    for (const xml_node_t *error = xml_child(root, "error"); error; error = xml_next(error, "error")) {
        proto_item *item = proto_tree_add_none_format(tree, hf_error, tvb, error->offset, error->length, "Error");
        proto_tree *sub = proto_item_add_subtree(item, ett_error);
        xml_add_attributes(tvb, pinfo, sub, error, error_attributes, array_length(error_attributes), &xml_findings);
        facts_tell_quality(pinfo, xml_attribute(error, "callId"));
        msdiag_of_call(pinfo, xml_attribute(error, "callId"));
        add_diagnostics_of(tvb, pinfo, sub, error, status_of(error));
        for (const xml_node_t *reports = xml_child(error, "progressReports"); reports;
             reports = xml_next(reports, "progressReports")) {
            for (const xml_node_t *report = xml_child(reports, "progressReport"); report;
                 report = xml_next(report, "progressReport"))
                add_diagnostics_of(tvb, pinfo, sub, report, 0); /* of a provisional response */
        }
        msdiag_of_call(pinfo, NULL);
    }
}

/* A row a kind of report, by its root element. */
static const struct {
    const char *root;
    const char *label;
    void (*dissect)(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const xml_node_t *root);
} kinds[] = {
    { "VQReportEvent", "Quality Report", dissect_quality_report },
    { "reportError", "Error Report", dissect_error_report },
};

static int
dissect_msqoe(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    const xml_document_t *document = xml_read(pinfo, tvb);
    bool readable = xml_show_stock(document, tvb, pinfo, tree, data);

    proto_item *item = proto_tree_add_item(tree, proto_msqoe, tvb, 0, -1, ENC_NA);
    proto_tree *msqoe_tree = proto_item_add_subtree(item, ett_msqoe);
    if (!readable)
        proto_tree_add_none_format(msqoe_tree, hf_unreadable, tvb, 0, -1, "Body not shown as XML (%u bytes)",
                                   tvb_reported_length(tvb));
    mspath_add_once(tvb, pinfo, msqoe_tree);
    const xml_node_t *root = document->root;
    if (root) {
        size_t kind = 0;
        proto_tree_add_string(msqoe_tree, hf_report, tvb, root->offset, root->length, root->name);
        while (kind < array_length(kinds) && strcmp(kinds[kind].root, root->name) != 0)
            kind++;
        if (kind < array_length(kinds)) {
            proto_item_append_text(item, ", %s", kinds[kind].label);
            kinds[kind].dissect(tvb, pinfo, msqoe_tree, root);
        } else {
            expert_add_info(pinfo, item, &ei_unknown_root);
        }
    }
    xml_add_outcome(pinfo, item, document, &xml_findings);
    return (int)tvb_captured_length(tvb);
}

#define FIELD(hf, label, filter, type, display, blurb)                                                               \
    {                                                                                                                \
        &hf,                                                                                                         \
        {                                                                                                            \
            label, "msqoe." filter, type, display, NULL, 0, blurb, HFILL                                             \
        }                                                                                                            \
    }
#define TEXT(hf, label, filter, blurb) FIELD(hf, label, filter, FT_STRING, BASE_NONE, blurb)
#define ADDRESS(hf, fields, label, filter)                                                                           \
    FIELD(hf, label, filter, FT_NONE, BASE_NONE, NULL),                                                              \
        FIELD(fields.host, "Host", filter ".host", FT_STRING, BASE_NONE, NULL),                                      \
        FIELD(fields.ipv4, "IPv4 Address", filter ".ipv4", FT_IPv4, BASE_NONE, NULL),                                \
        FIELD(fields.ipv6, "IPv6 Address", filter ".ipv6", FT_IPv6, BASE_NONE, NULL),                                \
        FIELD(fields.port, "Port", filter ".port", FT_UINT16, BASE_DEC, NULL)

static hf_register_info hf[] = {
    TEXT(hf_report, "Report", "report", "VQReportEvent or reportError"),
    TEXT(hf_version, "Version", "version", NULL),
    TEXT(hf_schema_version, "Schema Version", "schema_version", NULL),
    TEXT(hf_session, "Session", "session", "VQSessionReport or VQSessionIntervalReport"),
    TEXT(hf_session_id, "Session ID", "session_id", NULL),
    TEXT(hf_endpoint, "Endpoint", "endpoint", "Name of the computer"),
    TEXT(hf_pool, "Pool", "pool", NULL),
    TEXT(hf_location_profile, "Location Profile", "location_profile", NULL),
    TEXT(hf_start, "Start", "start", NULL),
    TEXT(hf_end, "End", "end", NULL),
    TEXT(hf_call_id, "Call-ID", "call_id", NULL),
    TEXT(hf_from_tag, "From Tag", "from_tag", NULL),
    TEXT(hf_to_tag, "To Tag", "to_tag", NULL),
    TEXT(hf_dialog_category, "Dialog Category", "dialog_category", NULL),
    TEXT(hf_correlation_id, "Correlation ID", "correlation_id", NULL),
    TEXT(hf_from_uri, "From", "from", NULL),
    TEXT(hf_to_uri, "To", "to", NULL),
    TEXT(hf_caller, "Caller", "caller", "Whether the reporter called"),
    TEXT(hf_local_contact, "Local Contact", "local_contact", NULL),
    TEXT(hf_remote_contact, "Remote Contact", "remote_contact", NULL),
    TEXT(hf_local_agent, "Local User Agent", "local_user_agent", NULL),
    TEXT(hf_remote_agent, "Remote User Agent", "remote_user_agent", NULL),
    TEXT(hf_product, "Product", "product", "Product behind a user agent"),
    TEXT(hf_conference_uri, "Conference", "conference", NULL),
    FIELD(hf_media, "Media", "media", FT_NONE, BASE_NONE, NULL),
    TEXT(hf_media_label, "Label", "media.label", NULL),
    TEXT(hf_ice, "ICE Result", "ice", "FAILED, DIRECT, RELAY or HTTP-PROXY"),
    TEXT(hf_flags_text, "ICE Warning Flags", "ice_warning_flags", "As the report writes them"),
    TEXT(hf_transport, "Transport", "transport", NULL),
    TEXT(hf_security, "Security", "security", NULL),
    TEXT(hf_connectivity_info, "Network Connectivity", "connectivity_info", NULL),
    ADDRESS(hf_relay, hf_relay_address, "Relay Address", "relay"),
    ADDRESS(hf_local, hf_local_address, "Local Address", "local"),
    ADDRESS(hf_remote, hf_remote_address, "Remote Address", "remote"),
    ADDRESS(hf_reflexive, hf_reflexive_address, "Reflexive Address", "reflexive"),
    FIELD(hf_error, "Error", "error", FT_NONE, BASE_NONE, NULL),
    TEXT(hf_error_to, "To", "error.to", NULL),
    TEXT(hf_error_content_type, "Content Type", "error.content_type", NULL),
    FIELD(hf_error_code, "Response Code", "error.response_code", FT_UINT32, BASE_DEC, NULL),
    TEXT(hf_error_request, "Request Type", "error.request_type", NULL),
    FIELD(hf_unreadable, "Not Readable", "unreadable", FT_NONE, BASE_NONE,
          "The stock XML dissector cannot show this body"),
};

static ei_register_info ei[] = {
    { &ei_ice_failed, { "msqoe.expert.ice_failed", PI_RESPONSE_CODE, PI_ERROR, "ICE found no path", EXPFILL } },
    { &ei_ice_proxy,
      { "msqoe.expert.ice_http_proxy", PI_RESPONSE_CODE, PI_NOTE, "Media went through an HTTP proxy", EXPFILL } },
    { &ei_ambiguous,
      { "msqoe.expert.flags_ambiguous", PI_PROTOCOL, PI_NOTE, "The flags may be decimal or hexadecimal", EXPFILL } },
    { &ei_flags_invalid,
      { "msqoe.expert.flags_invalid", PI_PROTOCOL, PI_WARN, "The flags are no number of 32 bits", EXPFILL } },
    { &ei_incomplete,
      { "msqoe.expert.xml_incomplete", PI_PROTOCOL, PI_WARN, "The XML could not be read whole", EXPFILL } },
    { &ei_converted,
      { "msqoe.expert.xml_encoding", PI_PROTOCOL, PI_NOTE, "The XML is not UTF-8 and was converted", EXPFILL } },
    { &ei_value, { "msqoe.expert.value_invalid", PI_PROTOCOL, PI_WARN, "A number in the XML is none", EXPFILL } },
    { &ei_unknown_root,
      { "msqoe.expert.unknown_report", PI_UNDECODED, PI_NOTE, "Neither a quality report nor an error report",
        EXPFILL } },
};

void
proto_register_msqoe(void)
{
    static int *ett[] = { &ett_msqoe, &ett_session, &ett_media, &ett_address, &ett_error, &ett_diagnostics };

    proto_msqoe = proto_register_protocol("Microsoft quality and error reports", "MSQOE", "msqoe");
    proto_register_field_array(proto_msqoe, hf, (int)array_length(hf));
    proto_register_subtree_array(ett, (int)array_length(ett));
    expert_register_field_array(expert_register_protocol(proto_msqoe), ei, (int)array_length(ei));
    msqoe_ocs_flags_register(proto_msqoe);

    module_t *module = prefs_register_protocol(proto_msqoe, NULL);
    prefs_register_bool_preference(module, "ocs_layout", "Read IceWarningFlags by the layout of OCS 2007",
                                   "OCS 2007 and 2007 R2 give the bits other meanings than Lync and its successors",
                                   &ocs_layout);
    register_dissector("msqoe", dissect_msqoe, proto_msqoe);
}

void
proto_reg_handoff_msqoe(void)
{
    static const char *const media_types[] = { "application/vq-rtcpxr+xml", "application/msrtc-reporterror+xml" };
    for (size_t i = 0; i < array_length(media_types); i++)
        dissector_add_string("media_type", media_types[i], find_dissector("msqoe"));
}
