/* packet-msqoe.c
 * Quality reports, [MS-QoE], and error reports, [MS-OCER] 3.1.4.1: XML that clients send after a call.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "diagnostics/packet-msqoe.h"

#include "base/enabled.h"
#include "base/finding-add.h"
#include "base/number.h"
#include "base/printable.h"
#include "calls/facts.h"
#include "knowledge/ms-products.h"
#include "diagnostics/msdiag-verdict.h"
#include "diagnostics/msqoe-fields.h"
#include "diagnostics/msqoe-ocs-flags.h"
#include "diagnostics/packet-icewarn.h"
#include "diagnostics/packet-msdiag.h"
#include "sip/packet-mspath.h"

static int proto_msqoe = -1;
static compat_bool ocs_layout;

static int hf_report = -1;
static int hf_session = -1;
static int hf_product = -1;
static int hf_media = -1;
static int hf_ice = -1;
static int hf_flags_text = -1;
static int hf_network = -1;
static int hf_wifi_other = -1;
static int hf_relay = -1;
static int hf_local = -1;
static int hf_remote = -1;
static int hf_reflexive = -1;
static int hf_capture = -1;
static int hf_render = -1;
static int hf_error = -1;
static int hf_token = -1;
static int hf_unreadable = -1;

static int ett_msqoe = -1;
static int ett_session = -1;
static int ett_media = -1;
static int ett_part = -1;
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

/* Elements of a medium that are items of their own: how many fields are below. The text of the first child stands in
 * the item, and the port of an address behind it. */
typedef struct {
    const char *element;
    const char *label;
    int *hf;
    msqoe_place_t inside;
    const char *first;
} part_t;

static const part_t addresses[] = {
    { "RelayAddress", "Relay Address", &hf_relay, MSQOE_RELAY_IN, "IPAddr" },
    { "LocalAddr", "Local Address", &hf_local, MSQOE_LOCAL_IN, "IPAddr" },
    { "RemoteAddr", "Remote Address", &hf_remote, MSQOE_REMOTE_IN, "IPAddr" },
    { "ReflexiveLocalIPAddress", "Reflexive Address", &hf_reflexive, MSQOE_REFLEXIVE_IN, "IPAddr" },
};
static const part_t devices[] = {
    { "CaptureDev", "Capture Device", &hf_capture, MSQOE_CAPTURE_IN, "Name" },
    { "RenderDev", "Render Device", &hf_render, MSQOE_RENDER_IN, "Name" },
};
static const part_t networks[] = {
    { "NetworkConnectivityInfo", "Network Connectivity", &hf_network, MSQOE_NETWORK_IN, "NetworkConnection" },
};

/* What one medium of a report says. */
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
    size_t length;
    while (digits[0] == '0' && digits[1]) /* leading zeros are legal */
        digits++;
    length = strlen(digits);
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
        finding_add(pinfo, item, &ei_flags_invalid);
        return;
    }
    if (ambiguous)
        finding_add_format(pinfo, item, &ei_ambiguous,
                           "Digits only: read as decimal, as the schema says; some tools read it as hexadecimal");
    if (ocs_layout)
        msqoe_add_ocs_flags(tvb, pinfo, tree, offset, length, facts->flags);
    else
        icewarn_dissect_flags(tvb, pinfo, tree, offset, length, facts->flags, facts->label);
}

static void
add_part(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const xml_node_t *node, const part_t *part)
{
    const char *first = xml_child_text(node, part->first), *port = xml_child_text(node, "Port");
    proto_item *item =
        proto_tree_add_none_format(tree, *part->hf, tvb, node->offset, node->length, "%s: %s%s%s", part->label,
                                   first ? first : node->text, port ? ":" : "", port ? port : "");
    proto_tree *sub = proto_item_add_subtree(item, ett_part);

    msqoe_add(part->inside, tvb, pinfo, sub, node, &xml_findings);
    /* Some write the bare value. */
    if (!node->first_child && *node->text) {
        xml_node_t value = *node;
        const xml_node_t wrapped = { .name = node->name, .text = "", .first_child = &value };

        value.name = part->first;
        value.next = NULL;
        msqoe_add(part->inside, tvb, pinfo, sub, &wrapped, &xml_findings);
    }
}

static void
add_parts(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const xml_node_t *parent, const part_t *parts,
          size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (const xml_node_t *node = xml_child(parent, parts[i].element); node;
             node = xml_next(node, parts[i].element))
            add_part(tvb, pinfo, tree, node, &parts[i]);
}

/* What later versions tell of the wireless network and has no field of its own. */
static void
add_other_wifi(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const xml_node_t *description)
{
    for (const xml_node_t *node = description->first_child; node; node = node->next)
        if (g_str_has_prefix(node->name, "Wifi") && !msqoe_knows(MSQOE_DESCRIPTION_IN, node->name))
            proto_tree_add_string(tree, hf_wifi_other, tvb, node->offset, node->length,
                                  wmem_strdup_printf(pinfo->pool, "%s: %s", node->name, node->text));
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
            finding_add_format(pinfo, item, &ei_ice_failed,
                               "%s: ICE found no path. Look at the flags below, and at the candidates offered",
                               facts->label);
        else if (g_ascii_strcasecmp(ice->text, "HTTP-PROXY") == 0)
            finding_add_format(pinfo, item, &ei_ice_proxy, "%s: media went through an HTTP proxy", facts->label);
    }
    if (flags)
        add_flags(tvb, pinfo, tree, flags, facts);
    add_parts(tvb, pinfo, tree, connectivity, addresses, array_length(addresses));
}

static void
add_media(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const xml_node_t *media, wmem_strbuf_t *info)
{
    const char *label = xml_attribute(media, "Label");
    media_facts_t facts = { .label = label ? label : "media" };
    proto_item *item =
        proto_tree_add_none_format(tree, hf_media, tvb, media->offset, media->length, "Media: %s", facts.label);
    proto_tree *sub = proto_item_add_subtree(item, ett_media);
    msqoe_add(MSQOE_MEDIA, tvb, pinfo, sub, media, &xml_findings);

    const xml_node_t *description = xml_child(media, "Description");
    if (!description)
        return;
    const xml_node_t *connectivity = xml_child(description, "Connectivity");
    if (connectivity)
        add_connectivity(tvb, pinfo, sub, connectivity, &facts);
    msqoe_add(MSQOE_DESCRIPTION_IN, tvb, pinfo, sub, description, &xml_findings);
    add_other_wifi(tvb, pinfo, sub, description);
    add_parts(tvb, pinfo, sub, description, networks, array_length(networks));
    add_parts(tvb, pinfo, sub, description, addresses, array_length(addresses));
    add_parts(tvb, pinfo, sub, description, devices, array_length(devices));
    if (facts.ice) {
        proto_item_append_text(item, ", ICE %s", facts.ice);
        wmem_strbuf_append_printf(info, "%s %s %s", strchr(wmem_strbuf_get_str(info), ':') ? "," : ":", facts.label,
                                  facts.ice);
    }
}

static void
add_products(tvbuff_t *tvb, proto_tree *tree, const xml_node_t *dialog)
{
    static const char *const agents[] = { "LocalUserAgent", "RemoteUserAgent" };

    for (size_t i = 0; i < array_length(agents); i++) {
        const char *agent = xml_child_text(dialog, agents[i]);
        GString *product = g_string_new(NULL);

        if (agent && ms_product_append(product, agent))
            proto_item_set_generated(proto_tree_add_string_format_value(tree, hf_product, tvb, dialog->offset,
                                                                        dialog->length, product->str, "%s (%s)",
                                                                        product->str, i == 0 ? "local" : "remote"));
        g_string_free(product, TRUE);
    }
}

static void
add_session(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const xml_node_t *session, wmem_strbuf_t *info)
{
    proto_item *item = proto_tree_add_string(tree, hf_session, tvb, session->offset, session->length, session->name);
    proto_tree *sub = proto_item_add_subtree(item, ett_session);
    const xml_node_t *dialog = xml_child(session, "DialogInfo");

    msqoe_add(MSQOE_SESSION, tvb, pinfo, sub, session, &xml_findings);
    msqoe_add(MSQOE_SESSION_IN, tvb, pinfo, sub, session, &xml_findings);
    msqoe_add(MSQOE_ENDPOINT, tvb, pinfo, sub, xml_child(session, "Endpoint"), &xml_findings);
    if (dialog) {
        facts_tell_quality(pinfo, xml_attribute(dialog, "CallId"));
        msqoe_add(MSQOE_DIALOG, tvb, pinfo, sub, dialog, &xml_findings);
        msqoe_add(MSQOE_DIALOG_IN, tvb, pinfo, sub, dialog, &xml_findings);
        add_products(tvb, sub, dialog);
    }
    for (const xml_node_t *media = xml_child(session, "MediaLine"); media; media = xml_next(media, "MediaLine"))
        add_media(tvb, pinfo, sub, media, info);
}

static void
dissect_quality_report(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const xml_node_t *root)
{
    wmem_strbuf_t *info = wmem_strbuf_new(pinfo->pool, "quality report");

    msqoe_add(MSQOE_REPORT, tvb, pinfo, tree, root, &xml_findings);
    for (const xml_node_t *session = root->first_child; session; session = session->next) {
        if (strcmp(session->name, "VQSessionReport") == 0 || strcmp(session->name, "VQSessionIntervalReport") == 0)
            add_session(tvb, pinfo, tree, session, info);
    }
    msdiag_add_info(pinfo, printable(pinfo->pool, wmem_strbuf_get_str(info)));
}

/* What a user said of a call, [MS-QoE] 2.2.2. */
static void
dissect_feedback(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const xml_node_t *root)
{
    const xml_node_t *text = xml_child(root, "Feedback"), *tokens = xml_child(root, "Tokens");
    const char *rating = xml_child_text(root, "Rating");

    facts_tell_quality(pinfo, xml_attribute(root, "CallId"));
    msqoe_add(MSQOE_FEEDBACK, tvb, pinfo, tree, root, &xml_findings);
    msqoe_add(MSQOE_FEEDBACK_IN, tvb, pinfo, tree, root, &xml_findings);
    msqoe_add(MSQOE_FEEDBACK_TEXT, tvb, pinfo, tree, text, &xml_findings);
    msqoe_add(MSQOE_FEEDBACK_TEXT_IN, tvb, pinfo, tree, text, &xml_findings);
    for (const xml_node_t *token = xml_child(tokens, "Token"); token; token = xml_next(token, "Token")) {
        const char *id = xml_child_text(token, "Id"), *value = xml_child_text(token, "Value");
        proto_item *item = proto_tree_add_none_format(tree, hf_token, tvb, token->offset, token->length,
                                                      "Issue %s: %s", id ? id : "?", value ? value : "?");

        msqoe_add(MSQOE_TOKEN_IN, tvb, pinfo, proto_item_add_subtree(item, ett_part), token, &xml_findings);
    }
    msdiag_add_info(
        pinfo, printable(pinfo->pool, rating ? wmem_strdup_printf(pinfo->pool, "quality feedback: rating %s", rating)
                                             : "quality feedback"));
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

    return text && read_number(text, 699, &status) ? status : 0;
}

static void
dissect_error_report(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const xml_node_t *root)
{
    for (const xml_node_t *error = xml_child(root, "error"); error; error = xml_next(error, "error")) {
        proto_item *item = proto_tree_add_none_format(tree, hf_error, tvb, error->offset, error->length, "Error");
        proto_tree *sub = proto_item_add_subtree(item, ett_error);
        msqoe_add(MSQOE_ERROR, tvb, pinfo, sub, error, &xml_findings);
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
    { "CallQualityFeedbackReport", "Quality Feedback", dissect_feedback },
    { "reportError", "Error Report", dissect_error_report },
};

static int
dissect_msqoe(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    if (!each_packet.plugin)
        return 0;

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
            finding_add(pinfo, item, &ei_unknown_root);
        }
    }
    xml_add_outcome(pinfo, item, document, &xml_findings);
    return (int)tvb_captured_length(tvb);
}

#define FIELD(hf, label, filter, type, blurb)                                                                        \
    {                                                                                                                \
        &hf,                                                                                                         \
        {                                                                                                            \
            label, "msqoe." filter, type, BASE_NONE, NULL, 0, blurb, HFILL                                           \
        }                                                                                                            \
    }
static hf_register_info hf[] = {
    FIELD(hf_report, "Report", "report", FT_STRING, "VQReportEvent, CallQualityFeedbackReport or reportError"),
    FIELD(hf_session, "Session", "session", FT_STRING, "VQSessionReport or VQSessionIntervalReport"),
    FIELD(hf_product, "Product", "product", FT_STRING, "Product behind a user agent"),
    FIELD(hf_media, "Media", "media", FT_NONE, NULL),
    FIELD(hf_ice, "ICE Result", "ice", FT_STRING, "FAILED, DIRECT, RELAY or HTTP-PROXY"),
    FIELD(hf_flags_text, "ICE Warning Flags", "ice_warning_flags", FT_STRING, "As the report writes them"),
    FIELD(hf_network, "Network Connectivity", "connectivity_info", FT_NONE, NULL),
    FIELD(hf_wifi_other, "Wi-Fi", "wifi.other", FT_STRING, "An element without a field of its own: name and value"),
    FIELD(hf_relay, "Relay Address", "relay", FT_NONE, NULL),
    FIELD(hf_local, "Local Address", "local", FT_NONE, NULL),
    FIELD(hf_remote, "Remote Address", "remote", FT_NONE, NULL),
    FIELD(hf_reflexive, "Reflexive Address", "reflexive", FT_NONE, NULL),
    FIELD(hf_capture, "Capture Device", "capture_device", FT_NONE, NULL),
    FIELD(hf_render, "Render Device", "render_device", FT_NONE, NULL),
    FIELD(hf_error, "Error", "error", FT_NONE, NULL),
    FIELD(hf_token, "Issue", "feedback.token", FT_NONE, "An issue that the user could tick"),
    FIELD(hf_unreadable, "Not Readable", "unreadable", FT_NONE, "The stock XML dissector cannot show this body"),
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
      { "msqoe.expert.unknown_report", PI_UNDECODED, PI_NOTE,
        "Neither a quality report, nor feedback, nor an error report", EXPFILL } },
};

void
proto_register_msqoe(void)
{
    static int *ett[] = { &ett_msqoe, &ett_session, &ett_media, &ett_part, &ett_error, &ett_diagnostics };

    proto_msqoe = proto_register_protocol("Microsoft quality and error reports", "MS-QOE", "msqoe");
    proto_register_field_array(proto_msqoe, hf, (int)array_length(hf));
    msqoe_register_fields(proto_msqoe);
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
    static const char *const media_types[] = { "application/vq-rtcpxr+xml", "application/ms-cqf+xml",
                                               "application/msrtc-reporterror+xml" };
    for (size_t i = 0; i < array_length(media_types); i++)
        dissector_add_string("media_type", media_types[i], find_dissector("msqoe"));
}
