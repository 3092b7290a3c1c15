/* packet-mras.c
 * Relay credentials, [MS-AVEDGEA]: what a client asks the A/V Edge authentication service for, and gets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "offers/packet-mras.h"

#include <wsutil/inet_addr.h>

#include "base/enabled.h"
#include "base/finding-add.h"
#include "offers/mras-passwords.h"
#include "sip/packet-mspath.h"
#include "knowledge/mras-token.h"
#include "calls/facts.h"
#include "base/base64.h"
#include "base/number.h"
#include "base/xml-fields.h"
#include "base/printable.h"

static int proto_mras = -1;
static compat_bool show_password;

static int hf_type = -1;
static int hf_request_id = -1;
static int hf_version = -1;
static int hf_server_version = -1;
static int hf_to = -1;
static int hf_from = -1;
static int hf_route = -1;
static int hf_result = -1;
static int hf_credentials_request_id = -1;
static int hf_identity = -1;
static int hf_location = -1;
static int hf_duration = -1;
static int hf_expires = -1;
static int hf_username = -1;
static int hf_password = -1;
static int hf_password_length = -1;
static int hf_realm = -1;
static int hf_token_version = -1;
static int hf_token_size = -1;
static int hf_token_expiry = -1;
static int hf_token_client = -1;
static int hf_token_flags = -1;
static int hf_relay = -1;
static int hf_relay_location = -1;
static int hf_relay_host = -1;
static int hf_relay_ipv4 = -1;
static int hf_relay_ipv6 = -1;
static int hf_relay_udp_port = -1;
static int hf_relay_tcp_port = -1;
static int hf_response_in = -1;
static int hf_response_to = -1;
static int hf_response_time = -1;
static int hf_unreadable = -1;

static int ett_mras = -1;
static int ett_credentials = -1;
static int ett_token = -1;
static int ett_relay = -1;

static expert_field ei_refused = EI_INIT;
static expert_field ei_no_relay = EI_INIT;
static expert_field ei_other_location = EI_INIT;
static expert_field ei_expired = EI_INIT;
static expert_field ei_incomplete = EI_INIT;
static expert_field ei_converted = EI_INIT;
static expert_field ei_value = EI_INIT;
static expert_field ei_unknown_root = EI_INIT;

static const xml_findings_t xml_findings = { &ei_incomplete, &ei_converted, &ei_value };

static const xml_field_t message_attributes[] = {
    { "requestID", XML_AS_TEXT, &hf_request_id, NULL, NULL },
    { "version", XML_AS_TEXT, &hf_version, NULL, NULL },
    { "serverVersion", XML_AS_TEXT, &hf_server_version, NULL, NULL },
    { "to", XML_AS_TEXT, &hf_to, NULL, NULL },
    { "from", XML_AS_TEXT, &hf_from, NULL, NULL },
    { "route", XML_AS_TEXT, &hf_route, NULL, NULL },
    { "reasonPhrase", XML_AS_TEXT, &hf_result, NULL, NULL },
};
static const xml_field_t credentials_attributes[] = {
    { "credentialsRequestID", XML_AS_TEXT, &hf_credentials_request_id, NULL, NULL },
};
static const xml_field_t request_children[] = {
    { "identity", XML_AS_TEXT, &hf_identity, NULL, NULL },
    { "location", XML_AS_TEXT, &hf_location, NULL, NULL },
    { "duration", XML_AS_NUMBER, &hf_duration, NULL, NULL },
};
static const xml_field_t credentials_children[] = {
    { "duration", XML_AS_NUMBER, &hf_duration, NULL, NULL },
    { "realm", XML_AS_TEXT, &hf_realm, NULL, NULL },
};
static const xml_field_t relay_children[] = {
    { "location", XML_AS_TEXT, &hf_relay_location, NULL, NULL },
    { "hostName", XML_AS_HOST, &hf_relay_host, &hf_relay_ipv4, &hf_relay_ipv6 },
    { "directIPAddress", XML_AS_HOST, &hf_relay_host, &hf_relay_ipv4, &hf_relay_ipv6 },
    { "udpPort", XML_AS_PORT, &hf_relay_udp_port, NULL, NULL },
    { "tcpPort", XML_AS_PORT, &hf_relay_tcp_port, NULL, NULL },
};

/* Whether an element or attribute of this name holds what is shown anyway. */
static bool
may_be_shown(const char *name, size_t length)
{
    static const struct {
        const xml_field_t *rows;
        size_t count;
    } tables[] = {
        { message_attributes, array_length(message_attributes) },
        { credentials_attributes, array_length(credentials_attributes) },
        { request_children, array_length(request_children) },
        { credentials_children, array_length(credentials_children) },
        { relay_children, array_length(relay_children) },
    };

    for (size_t i = 0; i < array_length(tables); i++)
        for (size_t row = 0; row < tables[i].count; row++)
            if (strlen(tables[i].rows[row].name) == length && memcmp(tables[i].rows[row].name, name, length) == 0)
                return true;
    return length == strlen("username") && memcmp(name, "username", length) == 0;
}

/* What a refusal means. The phrases are those of an implementation. */
static const struct {
    const char *phrase;
    const char *advice;
} refusals[] = {
    { "Request Malformed", "Client and Edge do not understand each other: compare their versions" },
    { "Request Too Large", "Too many credentials were asked for at once" },
    { "Not Supported", "The Edge does not know this kind of request: compare versions" },
    { "Server Busy", "Is the A/V Edge overloaded?" },
    { "Time Out", "Did the Edge reach what it needs to answer?" },
    { "Forbidden", "Is the user or the server that asks allowed to use this Edge?" },
    { "Internal Server Error", "Look at the event log of the A/V authentication service on the Edge" },
    { "Other Failure", "Look at the event log of the A/V authentication service on the Edge" },
    { "Version Mismatch", "Client and Edge speak different versions: compare them" },
};

/* What a request asks for: a message may ask for several users and places at once. Texts may be NULL. */
typedef struct asked {
    struct asked *next;
    const char *id; /* that the credentials it is answered with bear, too */
    const char *identity;
    const char *location;
} asked_t;

/* Kept of one message; the schema allows no more. */
#define MOST_ASKED 100

/* A request or a reply that was seen, to join them. */
typedef struct {
    uint32_t frame;
    uint32_t reply_frame; /* of a request; 0 while there is none */
    nstime_t time;
    address src;
    const asked_t *asked; /* the first */
} request_t;

static wmem_map_t *requests; /* requestID -> wmem_array of request_t, in the order of frames */

/* What a reply gives for one of the things that were asked for, or, without credentials, for all of them: the one
 * place where these facts stand together. */
typedef struct {
    const char *result;
    const char *username; /* base64 of the USERNAME of Allocate requests */
    const uint8_t *token; /* what it stands for, NULL = no base64 */
    size_t token_length;
    unsigned relay_count;
    unsigned relays_at_location; /* relays whose location is the one asked for */
    const char *first_relay;
    const request_t *request; /* NULL when not in the capture */
    const asked_t *asked;     /* likewise, or not known which */
    nstime_t expiry;          /* by the token, else by the duration; zero when neither is known */
} reply_t;

static void
add_unreadable(tvbuff_t *tvb, proto_tree *tree)
{
    proto_tree_add_none_format(tree, hf_unreadable, tvb, 0, -1, "Body not shown as XML (%u bytes)",
                               tvb_reported_length(tvb));
}

/* The last request with this id before this frame whose sender is `client`, or of anyone. */
static request_t *
find_request(const packet_info *pinfo, const char *id, const address *client)
{
    wmem_array_t *list = id ? (wmem_array_t *)wmem_map_lookup(requests, id) : NULL;
    request_t *found = NULL;
    for (unsigned i = 0; list && i < wmem_array_get_count(list); i++) {
        request_t *request = *(request_t **)wmem_array_index(list, i);
        if (request->frame > pinfo->num)
            break;
        if (!client || addresses_equal(&request->src, client))
            found = request;
    }
    return found;
}

static const char *
kept_text(const char *text)
{
    return text ? wmem_strdup(wmem_file_scope(), text) : NULL;
}

/* The credentials requests from this one on, as a list in file scope. */
static const asked_t *
keep_asked(const xml_node_t *credentials)
{
    asked_t *first = NULL, **end = &first;

    for (unsigned count = 0; credentials && count < MOST_ASKED; count++) {
        asked_t *asked = wmem_new0(wmem_file_scope(), asked_t);

        asked->id = kept_text(xml_attribute(credentials, "credentialsRequestID"));
        asked->identity = kept_text(xml_child_text(credentials, "identity"));
        asked->location = kept_text(xml_child_text(credentials, "location"));
        *end = asked;
        end = &asked->next;
        credentials = xml_next(credentials, "credentialsRequest");
    }
    return first;
}

/* What credentials were asked for by: that with their id, or all there is; NULL = not known. */
static const asked_t *
asked_for(const request_t *request, const char *id)
{
    const asked_t *first = request ? request->asked : NULL;

    for (const asked_t *asked = first; id && asked; asked = asked->next)
        if (asked->id && strcmp(asked->id, id) == 0)
            return asked;
    return first && !first->next ? first : NULL;
}

static void
note_request(packet_info *pinfo, const char *id, const xml_node_t *credentials)
{
    if (!id || PINFO_FD_VISITED(pinfo) || pinfo->flags.in_error_pkt)
        return;
    wmem_array_t *list = (wmem_array_t *)wmem_map_lookup(requests, id);
    if (!list) {
        list = wmem_array_new(wmem_file_scope(), sizeof(request_t *));
        wmem_map_insert(requests, wmem_strdup(wmem_file_scope(), id), list);
    }
    request_t *request = wmem_new0(wmem_file_scope(), request_t);
    request->frame = pinfo->num;
    request->time = pinfo->abs_ts;
    copy_address_wmem(wmem_file_scope(), &request->src, &pinfo->src);
    request->asked = keep_asked(credentials);
    wmem_array_append_one(list, request);
}

static void
dissect_request(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const xml_node_t *root)
{
    const char *id = xml_attribute(root, "requestID");
    const xml_node_t *first = xml_child(root, "credentialsRequest");
    for (const xml_node_t *asked = first; asked; asked = xml_next(asked, "credentialsRequest")) {
        proto_tree *sub = proto_tree_add_subtree(tree, tvb, asked->offset, asked->length, ett_credentials, NULL,
                                                 "Credentials Request");
        xml_add_attributes(tvb, pinfo, sub, asked, credentials_attributes, array_length(credentials_attributes),
                           &xml_findings);
        xml_add_children(tvb, pinfo, sub, asked, request_children, array_length(request_children), &xml_findings);
    }
    note_request(pinfo, id, first);
    const request_t *request = find_request(pinfo, id, &pinfo->src);
    if (request && request->frame == pinfo->num && request->reply_frame) {
        proto_item *link = proto_tree_add_uint(tree, hf_response_in, tvb, 0, 0, request->reply_frame);
        proto_item_set_generated(link);
    }
}

static void
add_token(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, proto_item *item, int offset, int length,
          reply_t *reply)
{
    mras_token_t token;
    proto_item *parts[5];
    proto_item *token_item;
    proto_tree *sub;

    reply->token = base64_read(pinfo->pool, reply->username, &reply->token_length);
    if (!reply->token || !mras_token_read(reply->token, reply->token_length, &token))
        return;
    filetime_to_nstime(&reply->expiry, token.expiry);
    sub = proto_tree_add_subtree(tree, tvb, offset, length, ett_token, &token_item, "Token");
    proto_item_set_generated(token_item);
    parts[0] = proto_tree_add_string_format_value(sub, hf_token_version, tvb, offset, length,
                                                  wmem_strdup_printf(pinfo->pool, "%u.%u", token.major, token.minor),
                                                  "%u.%u", token.major, token.minor);
    parts[1] = proto_tree_add_uint(sub, hf_token_size, tvb, offset, length, token.size);
    parts[2] = proto_tree_add_time(sub, hf_token_expiry, tvb, offset, length, &reply->expiry);
    parts[3] = proto_tree_add_bytes_with_length(sub, hf_token_client, tvb, offset, length, token.client_id,
                                                MRAS_TOKEN_CLIENT_LENGTH);
    parts[4] = token.has_flags ? proto_tree_add_uint(sub, hf_token_flags, tvb, offset, length, token.flags) : NULL;
    for (size_t i = 0; i < array_length(parts); i++)
        proto_item_set_generated(parts[i]);
    if (nstime_cmp(&reply->expiry, &pinfo->abs_ts) < 0)
        finding_add_format(pinfo, item, &ei_expired,
                           "The credentials expired before this packet (by the capture's clock). Are the clocks "
                           "of client and Edge right?");
}

static void
add_credentials(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const xml_node_t *credentials, reply_t *reply)
{
    proto_item *item;
    proto_tree *sub = proto_tree_add_subtree(tree, tvb, credentials->offset, credentials->length, ett_credentials,
                                             &item, "Credentials");
    const xml_node_t *username = xml_child(credentials, "username");
    const xml_node_t *password = xml_child(credentials, "password");
    if (username) {
        bool exact = username->text_offset >= 0;
        int offset = exact ? username->text_offset : username->offset;
        int length = exact ? username->text_length : username->length;
        proto_tree_add_string(sub, hf_username, tvb, offset, length, username->text);
        reply->username = username->text;
        add_token(tvb, pinfo, sub, item, offset, length, reply);
    }
    if (password) {
        proto_item *generated = proto_tree_add_uint(sub, hf_password_length, tvb, password->offset, password->length,
                                                    (uint32_t)strlen(password->text));
        proto_item_set_generated(generated);
        if (show_password)
            proto_tree_add_string(sub, hf_password, tvb, password->offset, password->length, password->text);
    }
    xml_add_children(tvb, pinfo, sub, credentials, credentials_children, array_length(credentials_children),
                     &xml_findings);
    const char *duration = xml_child_text(credentials, "duration");
    uint32_t minutes;
    if (duration && read_number(duration, 10 * 365 * 24 * 60, &minutes)) {
        nstime_t expiry = { pinfo->abs_ts.secs + (time_t)minutes * 60, pinfo->abs_ts.nsecs };
        proto_item_set_generated(
            proto_tree_add_time(sub, hf_expires, tvb, credentials->offset, credentials->length, &expiry));
        if (nstime_is_zero(&reply->expiry))
            reply->expiry = expiry;
    }
}

static void
tell_relay(packet_info *pinfo, const char *host)
{
    ws_in4_addr ipv4;
    ws_in6_addr ipv6;
    address addr;

    if (!host)
        return;
    if (ws_inet_pton4(host, &ipv4)) {
        set_address(&addr, AT_IPv4, 4, &ipv4);
    } else if (ws_inet_pton6(host, &ipv6)) {
        set_address(&addr, AT_IPv6, 16, &ipv6);
    } else {
        facts_tell_relay_name(pinfo, FACTS_NAMED_BY_MRAS, host, NULL);
        return;
    }
    facts_tell_relay(pinfo, &addr);
}

static void
add_relay(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const xml_node_t *relay, reply_t *reply)
{
    const char *host = xml_child_text(relay, "hostName");
    const char *location = xml_child_text(relay, "location");
    if (!host)
        host = xml_child_text(relay, "directIPAddress");
    proto_item *item = proto_tree_add_none_format(tree, hf_relay, tvb, relay->offset, relay->length, "Relay: %s (%s)",
                                                  host ? host : "no host", location ? location : "no location");
    proto_tree *sub = proto_item_add_subtree(item, ett_relay);
    xml_add_children(tvb, pinfo, sub, relay, relay_children, array_length(relay_children), &xml_findings);
    reply->relay_count++;
    tell_relay(pinfo, host);
    if (!reply->first_relay)
        reply->first_relay = host;
    /* One that does not say where it is may be there. */
    if (!location ||
        (reply->asked && reply->asked->location && g_ascii_strcasecmp(location, reply->asked->location) == 0))
        reply->relays_at_location++;
}

static void
judge_location(packet_info *pinfo, proto_item *item, const reply_t *reply)
{
    if (reply->relay_count && reply->asked && reply->asked->location && reply->relays_at_location == 0)
        finding_add_format(pinfo, item, &ei_other_location,
                           "The client asked for a relay for location \"%s\" (frame %u), the reply has none for it. "
                           "Does the client know where it is, and the Edge have a name for that side?",
                           printable(pinfo->pool, reply->asked->location), reply->request->frame);
}

static void
judge_reply(packet_info *pinfo, proto_item *item, const reply_t *reply, bool whole)
{
    if (reply->result && g_ascii_strcasecmp(reply->result, "OK") != 0) {
        const char *advice = "Look at the A/V authentication service on the Edge";
        for (size_t i = 0; i < array_length(refusals); i++) {
            if (g_ascii_strcasecmp(refusals[i].phrase, reply->result) == 0)
                advice = refusals[i].advice;
        }
        finding_add_format(pinfo, item, &ei_refused, "Relay credentials refused: %s. %s",
                           printable(pinfo->pool, reply->result), advice);
        return;
    }
    if (reply->relay_count == 0 && whole)
        finding_add_format(pinfo, item, &ei_no_relay,
                           "The reply names no relay. Is an A/V Edge associated with the user's pool?");
}

/* What the analysis of calls has to know. What names no relay in a text that breaks off may have named one. */
static void
tell_facts(packet_info *pinfo, const xml_document_t *document, const reply_t *reply)
{
    const request_t *request = reply->request;
    credentials_t told = {
        .source = RELAY_FROM_MRAS,
        .granted = !reply->result || g_ascii_strcasecmp(reply->result, "OK") == 0,
        .relays = reply->relay_count,
        .request_frame = request ? request->frame : 0,
        .user_name = reply->token ? bytes_to_str_maxlen(pinfo->pool, reply->token, reply->token_length, 0) : NULL,
        .relay = reply->first_relay,
        .expiry = reply->expiry,
    };

    if (document->outcome == XML_COMPLETE || told.relays || !told.granted)
        facts_tell_mras(pinfo, &told, &pinfo->dst,
                        reply->asked && reply->asked->identity ? reply->asked->identity
                                                               : xml_attribute(document->root, "from"));
}

/* The credentials and relays of one response. */
static void
read_response(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const xml_node_t *given, reply_t *reply)
{
    const xml_node_t *credentials = xml_child(given, "credentials");

    xml_add_attributes(tvb, pinfo, tree, given, credentials_attributes, array_length(credentials_attributes),
                       &xml_findings);
    if (credentials)
        add_credentials(tvb, pinfo, tree, credentials, reply);
    for (const xml_node_t *list = xml_child(given, "mediaRelayList"); list; list = xml_next(list, "mediaRelayList"))
        for (const xml_node_t *relay = xml_child(list, "mediaRelay"); relay; relay = xml_next(relay, "mediaRelay"))
            add_relay(tvb, pinfo, tree, relay, reply);
}

static void
dissect_reply(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, proto_item *item, const xml_document_t *document)
{
    const xml_node_t *root = document->root;
    const char *id = xml_attribute(root, "requestID");
    reply_t all = { .result = xml_attribute(root, "reasonPhrase") };
    request_t *request = find_request(pinfo, id, &pinfo->dst);
    const xml_node_t *first = xml_child(root, "credentialsResponse");

    if (request && !PINFO_FD_VISITED(pinfo) && !request->reply_frame)
        request->reply_frame = pinfo->num;
    all.request = request;
    all.asked = request ? request->asked : NULL;
    for (const xml_node_t *given = first; given; given = xml_next(given, "credentialsResponse")) {
        reply_t reply = { .result = all.result, .request = request };

        reply.asked = asked_for(request, xml_attribute(given, "credentialsRequestID"));
        read_response(tvb, pinfo, tree, given, &reply);
        judge_location(pinfo, item, &reply);
        tell_facts(pinfo, document, &reply);
        all.relay_count += reply.relay_count;
    }
    if (!first)
        tell_facts(pinfo, document, &all);
    judge_reply(pinfo, item, &all, document->outcome == XML_COMPLETE);

    if (request && request->reply_frame == pinfo->num) {
        nstime_t delta;
        nstime_delta(&delta, &pinfo->abs_ts, &request->time);
        proto_item_set_generated(proto_tree_add_uint(tree, hf_response_to, tvb, 0, 0, request->frame));
        proto_item_set_generated(proto_tree_add_time(tree, hf_response_time, tvb, 0, 0, &delta));
    }
}

static int
dissect_mras(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    if (!each_packet.plugin)
        return 0;

    const xml_document_t *document = xml_read(pinfo, tvb);
    tvbuff_t *shown = show_password ? tvb : mras_without_passwords(tvb, pinfo, may_be_shown);
    bool readable = shown && xml_show_stock(document, shown, pinfo, tree, data);

    proto_item *item = proto_tree_add_item(tree, proto_mras, tvb, 0, -1, ENC_NA);
    proto_tree *mras_tree = proto_item_add_subtree(item, ett_mras);
    if (!readable)
        add_unreadable(tvb, mras_tree);
    mspath_add_once(tvb, pinfo, mras_tree);
    if (document->root) {
        const char *kind = document->root->name;
        proto_tree_add_string(mras_tree, hf_type, tvb, document->root->offset, document->root->length, kind);
        xml_add_attributes(tvb, pinfo, mras_tree, document->root, message_attributes,
                           array_length(message_attributes), &xml_findings);
        proto_item_append_text(item, ", %s", kind);
        if (strcmp(kind, "response") == 0)
            dissect_reply(tvb, pinfo, mras_tree, item, document);
        else if (strcmp(kind, "request") == 0)
            dissect_request(tvb, pinfo, mras_tree, document->root);
        else
            finding_add(pinfo, item, &ei_unknown_root);
    }
    xml_add_outcome(pinfo, item, document, &xml_findings);
    return (int)tvb_captured_length(tvb);
}

#define FIELD(hf, label, filter, type, display, blurb)                                                               \
    {                                                                                                                \
        &hf,                                                                                                         \
        {                                                                                                            \
            label, "mras." filter, type, display, NULL, 0, blurb, HFILL                                              \
        }                                                                                                            \
    }

static hf_register_info hf[] = {
    FIELD(hf_type, "Message", "type", FT_STRING, BASE_NONE, "request or response"),
    FIELD(hf_request_id, "Request ID", "request_id", FT_STRING, BASE_NONE, NULL),
    FIELD(hf_version, "Version", "version", FT_STRING, BASE_NONE, NULL),
    FIELD(hf_server_version, "Server Version", "server_version", FT_STRING, BASE_NONE, NULL),
    FIELD(hf_to, "To", "to", FT_STRING, BASE_NONE, NULL),
    FIELD(hf_from, "From", "from", FT_STRING, BASE_NONE, NULL),
    FIELD(hf_route, "Route", "route", FT_STRING, BASE_NONE, "loadbalanced or directip"),
    FIELD(hf_result, "Result", "result", FT_STRING, BASE_NONE, "reasonPhrase: OK, or why it was refused"),
    FIELD(hf_credentials_request_id, "Credentials Request ID", "credentials_request_id", FT_STRING, BASE_NONE, NULL),
    FIELD(hf_identity, "Identity", "identity", FT_STRING, BASE_NONE, "SIP URI of the user"),
    FIELD(hf_location, "Location", "location", FT_STRING, BASE_NONE,
          "Where the client believes to be: intranet or internet"),
    FIELD(hf_duration, "Duration (minutes)", "duration", FT_UINT32, BASE_DEC, NULL),
    FIELD(hf_expires, "Credentials Expire (by Their Duration)", "expires", FT_ABSOLUTE_TIME, ABSOLUTE_TIME_UTC,
          "Time of the reply and the duration"),
    FIELD(hf_username, "User Name", "username", FT_STRING, BASE_NONE, "Base64 of the USERNAME in Allocate requests"),
    FIELD(hf_password, "Password", "password", FT_STRING, BASE_NONE, "Only with the preference that says so"),
    FIELD(hf_password_length, "Password Length", "password_length", FT_UINT32, BASE_DEC,
          "The password itself is not shown"),
    FIELD(hf_realm, "Realm", "realm", FT_STRING, BASE_NONE, NULL),
    FIELD(hf_token_version, "Version", "token.version", FT_STRING, BASE_NONE, NULL),
    FIELD(hf_token_size, "Size", "token.size", FT_UINT16, BASE_DEC, NULL),
    FIELD(hf_token_expiry, "Credentials Expire", "token.expiry", FT_ABSOLUTE_TIME, ABSOLUTE_TIME_UTC,
          "The token's own word for it"),
    FIELD(hf_token_client, "Client ID", "token.client_id", FT_BYTES, BASE_NONE, NULL),
    FIELD(hf_token_flags, "Flags", "token.flags", FT_UINT32, BASE_HEX, NULL),
    FIELD(hf_relay, "Relay", "relay", FT_NONE, BASE_NONE, NULL),
    FIELD(hf_relay_location, "Location", "relay.location", FT_STRING, BASE_NONE, "intranet or internet"),
    FIELD(hf_relay_host, "Host", "relay.host", FT_STRING, BASE_NONE, "hostName or directIPAddress"),
    FIELD(hf_relay_ipv4, "IPv4 Address", "relay.ipv4", FT_IPv4, BASE_NONE, NULL),
    FIELD(hf_relay_ipv6, "IPv6 Address", "relay.ipv6", FT_IPv6, BASE_NONE, NULL),
    FIELD(hf_relay_udp_port, "UDP Port", "relay.udp_port", FT_UINT16, BASE_DEC, NULL),
    FIELD(hf_relay_tcp_port, "TCP Port", "relay.tcp_port", FT_UINT16, BASE_DEC, NULL),
    FIELD(hf_response_in, "Reply in frame", "response_in", FT_FRAMENUM, BASE_NONE, NULL),
    FIELD(hf_response_to, "Reply to frame", "response_to", FT_FRAMENUM, BASE_NONE, NULL),
    FIELD(hf_response_time, "Response Time", "response_time", FT_RELATIVE_TIME, BASE_NONE, NULL),
    FIELD(hf_unreadable, "Not Readable", "unreadable", FT_NONE, BASE_NONE,
          "The stock XML dissector cannot show this body"),
};

static ei_register_info ei[] = {
    { &ei_refused, { "mras.expert.refused", PI_RESPONSE_CODE, PI_ERROR, "Relay credentials refused", EXPFILL } },
    { &ei_no_relay, { "mras.expert.no_relay", PI_RESPONSE_CODE, PI_WARN, "The reply names no relay", EXPFILL } },
    { &ei_other_location,
      { "mras.expert.relay_for_other_location", PI_RESPONSE_CODE, PI_WARN, "No relay for the location asked for",
        EXPFILL } },
    { &ei_expired,
      { "mras.expert.credentials_expired", PI_SECURITY, PI_WARN, "The credentials had expired", EXPFILL } },
    { &ei_incomplete,
      { "mras.expert.xml_incomplete", PI_PROTOCOL, PI_WARN, "The XML could not be read whole", EXPFILL } },
    { &ei_converted,
      { "mras.expert.xml_encoding", PI_PROTOCOL, PI_NOTE, "The XML is not UTF-8 and was converted", EXPFILL } },
    { &ei_value, { "mras.expert.value_invalid", PI_PROTOCOL, PI_WARN, "A number in the XML is none", EXPFILL } },
    { &ei_unknown_root,
      { "mras.expert.unknown_message", PI_UNDECODED, PI_NOTE, "Neither a request nor a response", EXPFILL } },
};

void
proto_register_mras(void)
{
    static int *ett[] = { &ett_mras, &ett_credentials, &ett_token, &ett_relay };
    proto_mras = proto_register_protocol("Media Relay Authentication Service", "MRAS", "mras");
    proto_register_field_array(proto_mras, hf, (int)array_length(hf));
    proto_register_subtree_array(ett, (int)array_length(ett));
    expert_register_field_array(expert_register_protocol(proto_mras), ei, (int)array_length(ei));

    module_t *module = prefs_register_protocol(proto_mras, NULL);
    prefs_register_bool_preference(module, "show_password", "Show passwords",
                                   "Show the password of relay credentials, which is a secret while they are valid",
                                   &show_password);
    requests = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), wmem_str_hash, g_str_equal);
    register_dissector("mras", dissect_mras, proto_mras);
}

void
proto_reg_handoff_mras(void)
{
    dissector_add_string("media_type", "application/msrtc-media-relay-auth+xml", find_dissector("mras"));
}
