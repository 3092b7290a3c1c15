/* msqoe-fields.c
 * The elements and attributes of quality and error reports that become fields. A new one is a row.
 *
 * [MS-QoE] 2.2.1 (report), 2.2.2 (feedback); [MS-OCER] 3.1.4.1 (errors). Namespaces are not told apart: the names do.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "diagnostics/msqoe-fields.h"

#include "base/xml-rows.h"

static const value_string virtualization_vals[] = {
    { 0, "none" }, { 1, "Hyper-V" }, { 2, "VMware" }, { 4, "Virtual PC" }, { 8, "Xen" }, { 0, NULL },
};

static const xml_row_t report[] = {
    { "Version", XML_AS_TEXT, "version", "Version", NULL, NULL },
    { "SchemaVersion", XML_AS_TEXT, "schema_version", "Schema Version", NULL, NULL },
};

static const xml_row_t session[] = {
    { "SessionId", XML_AS_TEXT, "session_id", "Session ID", NULL, NULL },
};

static const xml_row_t session_in[] = {
    { "LocationProfile", XML_AS_TEXT, "location_profile", "Location Profile", NULL, NULL },
    { "Pool", XML_AS_TEXT, "pool", "Pool", NULL, NULL },
};

static const xml_row_t endpoint[] = {
    { "Name", XML_AS_TEXT, "endpoint", "Endpoint", "Name of the computer", NULL },
    { "OS", XML_AS_TEXT, "endpoint.os", "Operating System", NULL, NULL },
    { "CPUName", XML_AS_TEXT, "endpoint.cpu", "CPU", NULL, NULL },
    { "CPUNumberOfCores", XML_AS_NUMBER, "endpoint.cpu_cores", "CPU Cores", NULL, NULL },
    { "CPUProcessorSpeed", XML_AS_NUMBER, "endpoint.cpu_speed", "CPU Speed", "MHz", NULL },
    { "VirtualizationFlag", XML_AS_NUMBER, "endpoint.virtualization", "Virtualization", NULL,
      VALS(virtualization_vals) },
};

static const xml_row_t dialog[] = {
    { "CallId", XML_AS_TEXT, "call_id", "Call-ID", NULL, NULL },
    { "FromTag", XML_AS_TEXT, "from_tag", "From Tag", NULL, NULL },
    { "ToTag", XML_AS_TEXT, "to_tag", "To Tag", NULL, NULL },
    { "Start", XML_AS_TEXT, "start", "Start", NULL, NULL },
    { "End", XML_AS_TEXT, "end", "End", NULL, NULL },
};

static const xml_row_t dialog_in[] = {
    { "DialogCategory", XML_AS_TEXT, "dialog_category", "Dialog Category", NULL, NULL },
    { "CorrelationID", XML_AS_TEXT, "correlation_id", "Correlation ID", NULL, NULL },
    { "FromURI", XML_AS_TEXT, "from", "From", NULL, NULL },
    { "ToURI", XML_AS_TEXT, "to", "To", NULL, NULL },
    { "Caller", XML_AS_TEXT, "caller", "Caller", "Whether the reporter called", NULL },
    { "LocalContactURI", XML_AS_TEXT, "local_contact", "Local Contact", NULL, NULL },
    { "RemoteContactURI", XML_AS_TEXT, "remote_contact", "Remote Contact", NULL, NULL },
    { "LocalUserAgent", XML_AS_TEXT, "local_user_agent", "Local User Agent", NULL, NULL },
    { "RemoteUserAgent", XML_AS_TEXT, "remote_user_agent", "Remote User Agent", NULL, NULL },
    { "LocalPAI", XML_AS_TEXT, "local_asserted", "Local Asserted Identity", "P-Asserted-Identity", NULL },
    { "RemotePAI", XML_AS_TEXT, "remote_asserted", "Remote Asserted Identity", "P-Asserted-Identity", NULL },
    { "ConfURI", XML_AS_TEXT, "conference", "Conference", NULL, NULL },
    { "CallPriority", XML_AS_TEXT, "call_priority", "Call Priority", NULL, NULL },
    { "MediationServerBypassFlag", XML_AS_BOOLEAN, "mediation_bypass", "Mediation Server Bypass", NULL, NULL },
    { "TrunkingPeer", XML_AS_TEXT, "trunking_peer", "Trunking Peer", NULL, NULL },
    { "MediaBypassWarningFlag", XML_AS_TEXT, "media_bypass_warning", "Media Bypass Warning", NULL, NULL },
    { "RegisteredInside", XML_AS_BOOLEAN, "registered_inside", "Registered Inside", NULL, NULL },
};

static const xml_row_t media[] = {
    { "Label", XML_AS_TEXT, "media.label", "Label", NULL, NULL },
};

static const xml_row_t description_in[] = {
    { "Transport", XML_AS_TEXT, "transport", "Transport", NULL, NULL },
    { "Security", XML_AS_TEXT, "security", "Security", "V1, SRTP or None", NULL },
    { "Offerer", XML_AS_BOOLEAN, "offerer", "Offerer", "Whether the reporter offered the medium", NULL },
    { "MidCallReport", XML_AS_BOOLEAN, "mid_call_report", "Report in Mid-Call", NULL, NULL },
    { "WifiRadioType", XML_AS_TEXT, "wifi.radio_type", "Wi-Fi Radio Type", NULL, NULL },
    { "WifiRSSI", XML_AS_TEXT, "wifi.rssi", "Wi-Fi Signal Strength", NULL, NULL },
    { "SSID", XML_AS_TEXT, "wifi.ssid", "Wi-Fi SSID", NULL, NULL },
    { "WifiChannel", XML_AS_TEXT, "wifi.channel", "Wi-Fi Channel", NULL, NULL },
    { "ActivePowerProfile", XML_AS_TEXT, "power_profile", "Active Power Profile", NULL, NULL },
    { "WifiHandovers", XML_AS_TEXT, "wifi.handovers", "Wi-Fi Handovers", NULL, NULL },
    { "WifiChannelSwitches", XML_AS_TEXT, "wifi.channel_switches", "Wi-Fi Channel Switches", NULL, NULL },
    { "WifiChannelReassociations", XML_AS_TEXT, "wifi.channel_reassociations", "Wi-Fi Channel Reassociations", NULL,
      NULL },
};

static const xml_row_t network_in[] = {
    { "NetworkConnection", XML_AS_TEXT, "connectivity_info.connection", "Connection", "wired or wifi", NULL },
    { "VPN", XML_AS_BOOLEAN, "connectivity_info.vpn", "VPN", NULL, NULL },
    { "LinkSpeed", XML_AS_AMOUNT, "connectivity_info.link_speed", "Link Speed", "Bits per second", NULL },
    { "BSSID", XML_AS_TEXT, "connectivity_info.bssid", "BSSID", "Of the Wi-Fi access point", NULL },
    { "NetworkConnectionDetails", XML_AS_TEXT, "connectivity_info.details", "Connection Details", NULL, NULL },
    { "WifiDriverDeviceDesc", XML_AS_TEXT, "wifi.driver", "Wi-Fi Driver", NULL, NULL },
    { "WifiDriverVersion", XML_AS_TEXT, "wifi.driver_version", "Wi-Fi Driver Version", NULL, NULL },
};

#define ADDRESS(prefix)                                                                                              \
    {                                                                                                                \
        { "IPAddr", XML_AS_HOST, prefix ".host", "Host", NULL, NULL },                                               \
            { "Port", XML_AS_PORT, prefix ".port", "Port", NULL, NULL },                                             \
            { "Inside", XML_AS_BOOLEAN, prefix ".inside", "Inside", "Inside the company network", NULL },            \
            { "SubnetMask", XML_AS_TEXT, prefix ".subnet_mask", "Subnet Mask", NULL, NULL },                         \
            { "MACAddr", XML_AS_TEXT, prefix ".mac", "MAC Address", NULL, NULL },                                    \
    }
static const xml_row_t relay_in[] = ADDRESS("relay");
static const xml_row_t local_in[] = ADDRESS("local");
static const xml_row_t remote_in[] = ADDRESS("remote");
static const xml_row_t reflexive_in[] = ADDRESS("reflexive");

#define DEVICE(prefix)                                                                                               \
    {                                                                                                                \
        { "Name", XML_AS_TEXT, prefix ".name", "Name", NULL, NULL },                                                 \
            { "Driver", XML_AS_TEXT, prefix ".driver", "Driver", NULL, NULL },                                       \
    }
static const xml_row_t capture_in[] = DEVICE("capture_device");
static const xml_row_t render_in[] = DEVICE("render_device");

static const xml_row_t error[] = {
    { "toUri", XML_AS_TEXT, "error.to", "To", NULL, NULL },
    { "callId", XML_AS_TEXT, "call_id", "Call-ID", NULL, NULL },
    { "fromTag", XML_AS_TEXT, "from_tag", "From Tag", NULL, NULL },
    { "toTag", XML_AS_TEXT, "to_tag", "To Tag", NULL, NULL },
    { "contentType", XML_AS_TEXT, "error.content_type", "Content Type", NULL, NULL },
    { "responseCode", XML_AS_NUMBER, "error.response_code", "Response Code", NULL, NULL },
    { "requestType", XML_AS_TEXT, "error.request_type", "Request Type", NULL, NULL },
};

static const xml_row_t feedback_in[] = {
    { "ReportingUserURI", XML_AS_TEXT, "feedback.user", "Reporting User", NULL, NULL },
    { "Rating", XML_AS_SIGNED, "feedback.rating", "Rating", NULL, NULL },
};

static const xml_row_t feedback_text[] = {
    { "LanguageTag", XML_AS_TEXT, "feedback.language", "Language", NULL, NULL },
};

static const xml_row_t feedback_text_in[] = {
    { "Text", XML_AS_TEXT, "feedback.text", "Feedback", "In the user's words", NULL },
};

static const xml_row_t token_in[] = {
    { "Id", XML_AS_SIGNED, "feedback.token.id", "Issue", "Number of an issue that the user could tick", NULL },
    { "Value", XML_AS_SIGNED, "feedback.token.value", "Value", "Whether the user did", NULL },
};

#define INSIDE(rows)                                                                                                 \
    {                                                                                                                \
        rows, array_length(rows), true                                                                               \
    }
#define ATTRIBUTES(rows)                                                                                             \
    {                                                                                                                \
        rows, array_length(rows), false                                                                              \
    }
static const struct {
    const xml_row_t *rows;
    size_t count;
    bool inside;
} tables[MSQOE_PLACES] = {
    [MSQOE_REPORT] = ATTRIBUTES(report),
    [MSQOE_SESSION] = ATTRIBUTES(session),
    [MSQOE_SESSION_IN] = INSIDE(session_in),
    [MSQOE_ENDPOINT] = ATTRIBUTES(endpoint),
    [MSQOE_DIALOG] = ATTRIBUTES(dialog),
    [MSQOE_DIALOG_IN] = INSIDE(dialog_in),
    [MSQOE_MEDIA] = ATTRIBUTES(media),
    [MSQOE_DESCRIPTION_IN] = INSIDE(description_in),
    [MSQOE_NETWORK_IN] = INSIDE(network_in),
    [MSQOE_RELAY_IN] = INSIDE(relay_in),
    [MSQOE_LOCAL_IN] = INSIDE(local_in),
    [MSQOE_REMOTE_IN] = INSIDE(remote_in),
    [MSQOE_REFLEXIVE_IN] = INSIDE(reflexive_in),
    [MSQOE_CAPTURE_IN] = INSIDE(capture_in),
    [MSQOE_RENDER_IN] = INSIDE(render_in),
    [MSQOE_ERROR] = ATTRIBUTES(error),
    [MSQOE_FEEDBACK] = ATTRIBUTES(dialog), /* it names its dialog by the same attributes */
    [MSQOE_FEEDBACK_IN] = INSIDE(feedback_in),
    [MSQOE_FEEDBACK_TEXT] = ATTRIBUTES(feedback_text),
    [MSQOE_FEEDBACK_TEXT_IN] = INSIDE(feedback_text_in),
    [MSQOE_TOKEN_IN] = INSIDE(token_in),
};

static const xml_field_t *fields[MSQOE_PLACES];

void
msqoe_add(msqoe_place_t place, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const xml_node_t *node,
          const xml_findings_t *findings)
{
    if (node && tables[place].inside)
        xml_add_children(tvb, pinfo, tree, node, fields[place], tables[place].count, findings);
    else if (node)
        xml_add_attributes(tvb, pinfo, tree, node, fields[place], tables[place].count, findings);
}

bool
msqoe_knows(msqoe_place_t place, const char *element)
{
    for (size_t i = 0; i < tables[place].count; i++)
        if (strcmp(tables[place].rows[i].name, element) == 0)
            return true;
    return false;
}

void
msqoe_register_fields(int proto)
{
    for (unsigned place = 0; place < MSQOE_PLACES; place++)
        fields[place] = xml_rows_register(proto, "msqoe.", tables[place].rows, tables[place].count);
}
