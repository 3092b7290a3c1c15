/* sdp-candidates.c
 * The candidate lists in SDP bodies: the hook in front of the stock dissector, and the tree.
 *
 * Stock Wireshark reads draft-06 lines by the positions of RFC 5245 and leaves out related addresses; its
 * tree stays as it is, ours stands beside it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "offers/sdp-candidates.h"

#include <epan/exceptions.h>

#include "base/finding-add.h"
#include "sip/packet-mspath.h"
#include "base/address-text.h"
#include "base/enabled.h"
#include "base/in-front.h"
#include "ice/packet-msice.h"
#include "offers/sdp-attributes.h"
#include "offers/sdp-bundle.h"
#include "offers/sdp-candidate-text.h"
#include "offers/sdp-dialog.h"
#include "offers/sdp-facts.h"
#include "offers/sdp-findings.h"
#include "offers/sdp-parse.h"
#include "turn/msturn-flows.h"
#include "base/printable.h"
#include "sip/sip-scan.h"

static dissector_handle_t stock_handle;

static int hf_candidate = -1;
static int hf_attribute = -1;
static int hf_form = -1;
static int hf_foundation = -1;
static int hf_username = -1;
static int hf_component = -1;
static int hf_transport = -1;
static int hf_priority = -1;
static int hf_type_preference = -1;
static int hf_local_preference = -1;
static int hf_transport_preference = -1;
static int hf_direction_preference = -1;
static int hf_other_preference = -1;
static int hf_priority_component = -1;
static int hf_q_value = -1;
static int hf_type = -1;
static int hf_type_basis = -1;
static int hf_default = -1;
static int hf_own_address = -1;
static int hf_extension = -1;
static int hf_unread = -1;
static int hf_remote_candidate = -1;
static int hf_remote_username = -1;
static int hf_remote_component = -1;
static int hf_media = -1;
static int hf_media_summary = -1;
static int hf_media_port = -1;
static int hf_media_protocol = -1;

/* An address and port field group: candidate, related address, remote candidate. */
typedef struct {
    int ipv4, ipv6, scope, host, port;
} endpoint_fields_t;
static endpoint_fields_t hf_address = { -1, -1, -1, -1, -1 };
static endpoint_fields_t hf_related = { -1, -1, -1, -1, -1 };
static endpoint_fields_t hf_remote = { -1, -1, -1, -1, -1 };

static int ett_body = -1;
static int ett_media = -1;
static int ett_candidate = -1;
static int ett_priority = -1;

static expert_field ei_candidate_malformed = EI_INIT;
static expert_field ei_candidate_unknown = EI_INIT;
static expert_field ei_port_invalid = EI_INIT;
static expert_field ei_host_name = EI_INIT;
static expert_field ei_list_cut = EI_INIT;

static void
add_token(proto_tree *tree, int hf, tvbuff_t *tvb, const sdp_token_t *token)
{
    if (token->length > 0)
        proto_tree_add_item(tree, hf, tvb, token->offset, token->length, ENC_UTF_8);
}

/* A field whose value is some of the words of the lines it stands for: a child must not begin before its parent. */
static proto_item *
add_words(proto_tree *tree, int hf, tvbuff_t *tvb, packet_info *pinfo, int offset, int length,
          const sdp_token_t *words)
{
    return proto_tree_add_string(
        tree, hf, tvb, offset, length,
        (const char *)tvb_get_string_enc(pinfo->pool, tvb, words->offset, words->length, ENC_UTF_8));
}

static void
add_endpoint(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb, const endpoint_fields_t *fields,
             const sdp_host_t *host, const sdp_port_t *port)
{
    int offset = host->token.offset, length = host->token.length;
    switch (host->kind) {
    case SDP_HOST_IPV4:
        proto_tree_add_ipv4(tree, fields->ipv4, tvb, offset, length, host->ipv4);
        break;
    case SDP_HOST_IPV6:
        proto_tree_add_ipv6(tree, fields->ipv6, tvb, offset, length, &host->ipv6);
        add_token(tree, fields->scope, tvb, &host->scope);
        break;
    case SDP_HOST_NAME:
        finding_add(pinfo, proto_tree_add_item(tree, fields->host, tvb, offset, length, ENC_UTF_8), &ei_host_name);
        break;
    case SDP_HOST_NONE:
        break;
    }
    if (port->valid)
        proto_tree_add_uint(tree, fields->port, tvb, port->token.offset, port->token.length, port->value);
    else if (port->token.length > 0)
        finding_add_bytes(tree, pinfo, &ei_port_invalid, tvb, port->token.offset, port->token.length);
}

/* RFC 5245, section 4.1.2.1; the local preference of Microsoft's clients is laid out as in RFC 6544,
 * section 4.2. */
static void
add_priority(proto_tree *tree, tvbuff_t *tvb, const sdp_candidate_t *candidate)
{
    int offset = candidate->priority.offset, length = candidate->priority.length;
    uint32_t priority = candidate->priority_value;
    uint32_t local = (priority >> 8) & 0xFFFF;
    proto_item *item = proto_tree_add_uint(tree, hf_priority, tvb, offset, length, priority);
    proto_tree *sub = proto_item_add_subtree(item, ett_priority);
    proto_item *parts[6];
    parts[0] = proto_tree_add_uint(sub, hf_type_preference, tvb, offset, length, priority >> 24);
    parts[1] = proto_tree_add_uint(sub, hf_local_preference, tvb, offset, length, local);
    parts[2] = proto_tree_add_uint(sub, hf_transport_preference, tvb, offset, length, local >> 12);
    parts[3] = proto_tree_add_uint(sub, hf_direction_preference, tvb, offset, length, (local >> 9) & 7);
    parts[4] = proto_tree_add_uint(sub, hf_other_preference, tvb, offset, length, local & 0x1FF);
    parts[5] = proto_tree_add_uint(sub, hf_priority_component, tvb, offset, length, 256 - (priority & 0xFF));
    for (size_t i = 0; i < array_length(parts); i++)
        proto_item_set_generated(parts[i]);
}

static void
add_candidate_type(proto_tree *tree, tvbuff_t *tvb, const sdp_candidate_t *candidate)
{
    const char *type = ice_type_name(candidate->type);
    if (candidate->type_token.length > 0 && !type) {
        add_token(tree, hf_type, tvb, &candidate->type_token);
    } else if (candidate->type_token.length > 0) {
        proto_tree_add_string(tree, hf_type, tvb, candidate->type_token.offset, candidate->type_token.length, type);
    } else if (type) {
        bool by_q_value = candidate->transport == ICE_TRANSPORT_UDP && candidate->priority_valid;
        const sdp_token_t *from = by_q_value ? &candidate->priority : &candidate->host.token;
        proto_item *item = proto_tree_add_string_format_value(tree, hf_type, tvb, from->offset, from->length, type,
                                                              "%s (derived, not on the wire)", type);
        proto_item_set_generated(item);
        item = proto_tree_add_string(tree, hf_type_basis, tvb, from->offset, from->length, candidate->type_basis);
        proto_item_set_generated(item);
    }
}

/* What of a line that keeps to its grammar is not known here; NULL = nothing. */
static const char *
unknown_words(const sdp_candidate_t *candidate)
{
    const bool transport = candidate->transport_token.length && candidate->transport == ICE_TRANSPORT_OTHER;
    const bool type = candidate->type_token.length && candidate->type == ICE_TYPE_UNKNOWN;

    if (candidate->defect || !(transport || type))
        return NULL;
    return transport && type ? "unknown transport and type" : transport ? "unknown transport" : "unknown type";
}

/* Nothing to say about a candidate but its fields, which without a tree no one sees. */
static bool
is_clean(const sdp_candidate_t *candidate)
{
    return !candidate->defect && !unknown_words(candidate) && candidate->port.valid &&
           candidate->host.kind != SDP_HOST_NAME && candidate->related.kind != SDP_HOST_NAME &&
           (candidate->related_port.valid || candidate->related_port.token.length == 0);
}

static void
add_candidate(tvbuff_t *tvb, packet_info *pinfo, proto_tree *media_tree, const sdp_candidate_t *candidate)
{
    proto_item *item = proto_tree_add_string(media_tree, hf_candidate, tvb, candidate->line_offset,
                                             candidate->line_length, sdp_candidate_line(pinfo, tvb, candidate));
    if (item)
        proto_item_set_text(item, "Candidate: %s", sdp_candidate_text(pinfo, candidate));
    proto_tree *tree = proto_item_add_subtree(item, ett_candidate);

    add_token(tree, hf_attribute, tvb, &candidate->attribute);
    if (candidate->form != SDP_FORM_UNKNOWN) {
        proto_item *form = proto_tree_add_string(tree, hf_form, tvb, candidate->value.offset, candidate->value.length,
                                                 candidate->form == SDP_FORM_DRAFT06 ? "draft-06" : "RFC 5245");
        proto_item_set_generated(form);
    }
    add_token(tree, candidate->form == SDP_FORM_DRAFT06 ? hf_username : hf_foundation, tvb, &candidate->foundation);
    if (candidate->component_valid)
        proto_tree_add_uint(tree, hf_component, tvb, candidate->component.offset, candidate->component.length,
                            candidate->component_id);
    const char *transport = ice_transport_name(candidate->transport);
    if (transport)
        proto_tree_add_string(tree, hf_transport, tvb, candidate->transport_token.offset,
                              candidate->transport_token.length, transport);
    else
        add_token(tree, hf_transport, tvb, &candidate->transport_token);
    if (candidate->priority_valid && candidate->form == SDP_FORM_DRAFT06)
        proto_tree_add_double(tree, hf_q_value, tvb, candidate->priority.offset, candidate->priority.length,
                              candidate->q_value);
    else if (candidate->priority_valid)
        add_priority(tree, tvb, candidate);
    add_endpoint(pinfo, tree, tvb, &hf_address, &candidate->host, &candidate->port);
    add_candidate_type(tree, tvb, candidate);
    add_endpoint(pinfo, tree, tvb, &hf_related, &candidate->related, &candidate->related_port);
    if (candidate->is_default) {
        proto_item *mark = proto_tree_add_boolean(tree, hf_default, tvb, candidate->line_offset, 0, true);
        proto_item_set_generated(mark);
    }
    /* Every Microsoft client offers its own address once more like this, with and without an Edge. */
    if (candidate->type == ICE_TYPE_SRFLX && candidate->transport == ICE_TRANSPORT_TCP_ACT &&
        sdp_host_equal(&candidate->host, &candidate->related)) {
        proto_item *mark = proto_tree_add_boolean(tree, hf_own_address, tvb, candidate->line_offset, 0, true);
        proto_item_set_generated(mark);
    }
    if (candidate->rest.length > 0)
        proto_tree_add_string(
            tree, candidate->form == SDP_FORM_RFC5245 && !candidate->defect ? hf_extension : hf_unread, tvb,
            candidate->rest.offset, candidate->rest.length, sdp_candidate_rest(pinfo, tvb, candidate));
    if (candidate->defect)
        finding_add_format(pinfo, item, &ei_candidate_malformed, "Candidate line: %s", candidate->defect);
    if (unknown_words(candidate))
        finding_add_format(pinfo, item, &ei_candidate_unknown, "Candidate line: %s", unknown_words(candidate));
}

static void
add_remote_candidate(tvbuff_t *tvb, packet_info *pinfo, proto_tree *media_tree, const sdp_remote_candidate_t *remote)
{
    int offset = remote->line_offset, length = remote->line_length;
    const sdp_token_t *last = remote->port.token.length ? &remote->port.token : &remote->host.token;
    if (remote->username.length) {
        offset = remote->username.offset;
        length = remote->username.length;
    } else if (remote->component.length) {
        offset = remote->component.offset;
        length = MAX(remote->component.length, last->offset + last->length - offset);
    }
    proto_item *item = proto_tree_add_item(media_tree, hf_remote_candidate, tvb, offset, length, ENC_UTF_8);
    proto_tree *tree = proto_item_add_subtree(item, ett_candidate);
    add_token(tree, hf_remote_username, tvb, &remote->username);
    uint32_t component;
    if (remote->component.length && read_number(remote->component.text, 256, &component))
        proto_tree_add_uint(tree, hf_remote_component, tvb, remote->component.offset, remote->component.length,
                            component);
    add_endpoint(pinfo, tree, tvb, &hf_remote, &remote->host, &remote->port);
    if (!remote->complete)
        finding_add_format(pinfo, item, &ei_candidate_malformed, "Remote candidate: not complete");
}

/* What a medium offers, in a line. */
static const char *
medium_text(packet_info *pinfo, const sdp_session_t *session, int media)
{
    const sdp_media_t *medium = media >= 0 ? &session->media[media] : NULL;
    const char *text;
    sdp_tally_t tally;

    if (medium && medium->port.valid && !medium->in_use) {
        text = "port 0, not in use";
    } else if (medium && medium->candidates_of >= 0 && medium->candidates_of != media) {
        text = wmem_strdup_printf(pinfo->pool, "candidates of %s (%s)",
                                  printable(pinfo->pool, session->media[medium->candidates_of].name.text),
                                  medium->bundled ? "BUNDLE" : "inferred: it has no ICE credentials of its own");
    } else {
        sdp_tally(session, media, &tally);
        text = sdp_tally_text(pinfo, &tally);
    }
    return medium && medium->name.length
               ? wmem_strdup_printf(pinfo->pool, "%s: %s", printable(pinfo->pool, medium->name.text), text)
               : text;
}

/* The item of a section covers its lines. */
static proto_item *
add_section(tvbuff_t *tvb, packet_info *pinfo, proto_tree *body_tree, const sdp_session_t *session, int media)
{
    const sdp_media_t *medium = &session->media[media];
    const int end =
        media + 1 < (int)session->media_count ? session->media[media + 1].line_offset : (int)tvb_captured_length(tvb);
    proto_item *item =
        add_words(body_tree, hf_media, tvb, pinfo, medium->line_offset, end - medium->line_offset, &medium->name);
    proto_tree *tree = proto_item_add_subtree(item, ett_media);

    if (medium->port.valid)
        proto_tree_add_uint(tree, hf_media_port, tvb, medium->port.token.offset, medium->port.token.length,
                            medium->port.value);
    add_token(tree, hf_media_protocol, tvb, &medium->protocol);
    return item;
}

static void
add_summary(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, proto_item *item, const sdp_session_t *session,
            int media)
{
    const char *text = medium_text(pinfo, session, media);

    if (item)
        proto_item_set_text(item, "%s", text);
    if (media >= 0 || !session->media_count)
        proto_item_set_generated(proto_tree_add_string(tree, hf_media_summary, tvb,
                                                       media < 0 ? 0 : session->media[media].line_offset, 0, text));
}

/* One medium (or what stands before the first m= line): summary, attributes, candidates, findings. */
static void
add_medium(tvbuff_t *tvb, packet_info *pinfo, proto_tree *body_tree, const sdp_session_t *session, int media,
           const sip_message_t *message)
{
    proto_item *item = media < 0 ? NULL : add_section(tvb, pinfo, body_tree, session, media);
    proto_tree *tree = media < 0 ? body_tree : proto_item_get_subtree(item);

    if (tree && (media >= 0 || session->candidate_count))
        add_summary(tvb, pinfo, tree, item, session, media);
    for (unsigned i = 0; i < session->attribute_count; i++) {
        if (session->attributes[i].media == media)
            sdp_attribute_add(tvb, pinfo, tree, &session->attributes[i]);
    }
    for (unsigned i = 0; i < session->candidate_count; i++) {
        if (session->candidates[i].media == media && (tree || !is_clean(&session->candidates[i])))
            add_candidate(tvb, pinfo, tree, &session->candidates[i]);
    }
    for (unsigned i = 0; i < session->remote_count; i++) {
        if (session->remote[i].media == media)
            add_remote_candidate(tvb, pinfo, tree, &session->remote[i]);
    }
    if (media >= 0 || session->candidate_count)
        sdp_findings_medium(tvb, pinfo, tree, item ? item : proto_tree_get_parent(tree), session, media, message);
}

/* Traffic between candidates is ICE even where no message carries a signature: tell the demultiplexer. Of TCP
 * candidates only the relay's address says something: clients connect from ports of their own. */
static void
name_candidates(packet_info *pinfo, const sdp_session_t *session)
{
    if (PINFO_FD_VISITED(pinfo) || pinfo->flags.in_error_pkt)
        return;
    for (unsigned i = 0; i < session->candidate_count; i++) {
        const sdp_candidate_t *candidate = &session->candidates[i];
        const sdp_candidate_t *before = i ? &session->candidates[i - 1] : NULL;
        bool relay = candidate->type == ICE_TYPE_RELAY, tcp = ice_transport_is_tcp(candidate->transport);
        address where;
        if (!candidate->port.valid || candidate->port.value == 0 || candidate->transport == ICE_TRANSPORT_OTHER ||
            (tcp && !relay) || !sdp_host_to_address(&candidate->host, &where))
            continue;
        /* The other component of a TCP candidate is the same once more. */
        if (before && before->transport == candidate->transport && before->port.value == candidate->port.value &&
            sdp_host_equal(&before->host, &candidate->host))
            continue;
        msturn_name_address(pinfo, tcp ? PT_TCP : PT_UDP, &where, candidate->port.value,
                            relay ? MSTURN_NAMED_RELAY_CANDIDATE : MSTURN_NAMED_BY_CANDIDATE);
    }
}

static void
add_body(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    const bool through_sbc = sdp_findings_through_sbc(pinfo, tvb);
    if (!through_sbc && sdp_dialog_is_empty() && !sdp_may_speak_of_ice(pinfo, tvb))
        return;
    sdp_session_t *session = sdp_parse(pinfo, tvb, sdp_attribute_interest);
    sdp_bundle_apply(session);
    bool speaks = through_sbc || sdp_speaks_of_ice(session);
    if (!speaks && sdp_dialog_is_empty())
        return;
    /* A body without candidates matters as the answer to one with. */
    const sip_message_t *message = sip_message_around(pinfo, tvb);
    /* Before anything is said of it: what it says may hang on whose call it is. */
    const sip_scanned_t *scanned = speaks    ? sip_scan_around(pinfo, tvb)
                                   : message ? sip_scan_of(pinfo, message)
                                             : NULL;
    if (!speaks && !sdp_findings_answers_ice(pinfo, message))
        return;

    proto_item *item =
        proto_tree_add_protocol_format(tree, msice_proto(), tvb, 0, -1, "Microsoft ICE (candidates in SDP)");
    proto_tree *body_tree = proto_item_add_subtree(item, ett_body);
    mspath_add_once(tvb, pinfo, body_tree);
    add_medium(tvb, pinfo, body_tree, session, -1, message);
    for (unsigned media = 0; media < session->media_count; media++)
        add_medium(tvb, pinfo, body_tree, session, (int)media, message);
    if (session->more)
        finding_add(pinfo, item, &ei_list_cut);

    /* Checks of others stay with the stock dissectors. */
    const bool microsoft = session->microsoft || through_sbc || (scanned && scanned->microsoft);
    if (microsoft)
        name_candidates(pinfo, session);
    if (message)
        sdp_dialog_note(pinfo, message, session, microsoft);
    sdp_tell_facts(pinfo, tvb, session);
}

/* In front of the stock dissector: its tree first and unchanged, then ours, also when it throws. */
static int
dissect_body(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    volatile int taken = 0;
    bool ours = in_front_of_enabled(stock_handle) && is_enabled(msice_proto());

    if (each_packet.plugin)
        sip_scan_ask(pinfo);
    TRY
    {
        taken = in_front_call(stock_handle, tvb, pinfo, tree, data);
    }
    FINALLY
    {
        if (ours)
            add_body(tvb, pinfo, tree);
    }
    ENDTRY;
    return taken;
}

/* The SDP body of a message, NULL = it has none. */
static tvbuff_t *
body_of(const sip_message_t *message)
{
    static const char begin[] = "v=0";
    const int length = message->end - message->body;

    return message->body && length > (int)sizeof begin &&
                   memcmp(message->text + message->body, begin, strlen(begin)) == 0
               ? tvb_new_subset_length(message->source, message->body, length)
               : NULL;
}

void
sdp_candidates_finish_packet(tvbuff_t *tvb _U_, packet_info *pinfo, proto_tree *tree)
{
    if (!sip_left_body(pinfo) || !in_front_of_enabled(stock_handle) || !is_enabled(msice_proto()))
        return;
    for (const sip_scanned_t *scanned = sip_scan(pinfo); scanned; scanned = scanned->next) {
        tvbuff_t *body = body_of(scanned->message);

        if (body)
            add_body(body, pinfo, tree);
    }
}

#define FIELD(hf, label, filter, type, display, strings, blurb)                                                      \
    {                                                                                                                \
        &hf,                                                                                                         \
        {                                                                                                            \
            label, "msice." filter, type, display, strings, 0, blurb, HFILL                                          \
        }                                                                                                            \
    }
#define ENDPOINT_FIELDS(fields, role, prefix)                                                                        \
    FIELD(fields.ipv4, role "IPv4 Address", prefix ".ipv4", FT_IPv4, BASE_NONE, NULL, NULL),                         \
        FIELD(fields.ipv6, role "IPv6 Address", prefix ".ipv6", FT_IPv6, BASE_NONE, NULL, NULL),                     \
        FIELD(fields.scope, role "IPv6 Scope", prefix ".scope", FT_STRING, BASE_NONE, NULL, NULL),                   \
        FIELD(fields.host, role "Host Name", prefix ".host", FT_STRING, BASE_NONE, NULL, "In place of an address"),  \
        FIELD(fields.port, role "Port", prefix ".port", FT_UINT16, BASE_DEC, NULL, NULL)

static hf_register_info hf[] = {
    FIELD(hf_candidate, "Candidate", "candidate", FT_STRING, BASE_NONE, NULL,
          "A candidate line of an SDP body; the password of draft-06 is not repeated"),
    FIELD(hf_attribute, "Attribute", "candidate.attribute", FT_STRING, BASE_NONE, NULL,
          "candidate or x-candidate-ipv6"),
    FIELD(hf_form, "Form", "candidate.form", FT_STRING, BASE_NONE, NULL, "Grammar of the line: draft-06 or RFC 5245"),
    FIELD(hf_foundation, "Foundation", "candidate.foundation", FT_STRING, BASE_NONE, NULL, NULL),
    FIELD(hf_username, "User Name", "candidate.username", FT_STRING, BASE_NONE, NULL,
          "Names the candidate in draft-06 connectivity checks"),
    FIELD(hf_component, "Component", "candidate.component", FT_UINT16, BASE_DEC, VALS(sdp_component_names), NULL),
    FIELD(hf_transport, "Transport", "candidate.transport", FT_STRING, BASE_NONE, NULL,
          "UDP, TCP (draft-06), TCP-ACT, TCP-PASS or TCP-SO, in upper case; another one as it stands"),
    FIELD(hf_priority, "Priority", "candidate.priority", FT_UINT32, BASE_DEC, NULL, NULL),
    FIELD(hf_type_preference, "Type Preference", "candidate.priority.type_preference", FT_UINT8, BASE_DEC, NULL,
          NULL),
    FIELD(hf_local_preference, "Local Preference", "candidate.priority.local_preference", FT_UINT16, BASE_DEC, NULL,
          NULL),
    FIELD(hf_transport_preference, "Transport Preference (layout of Microsoft clients, inferred)",
          "candidate.priority.transport_preference", FT_UINT8, BASE_DEC, NULL,
          "15 for UDP, 6 for TCP; in offers of Teams 3 and 1"),
    FIELD(hf_direction_preference, "Direction Preference (layout of Microsoft clients, inferred)",
          "candidate.priority.direction_preference", FT_UINT8, BASE_DEC, NULL, NULL),
    FIELD(hf_other_preference, "Other Preference (layout of Microsoft clients, inferred)",
          "candidate.priority.other_preference", FT_UINT16, BASE_DEC, NULL, NULL),
    FIELD(hf_priority_component, "Component", "candidate.priority.component", FT_UINT16, BASE_DEC, NULL,
          "256 less the last byte of the priority"),
    FIELD(hf_q_value, "Priority (q-value)", "candidate.q_value", FT_DOUBLE, BASE_NONE, NULL, "draft-06"),
    FIELD(hf_type, "Type", "candidate.type", FT_STRING, BASE_NONE, NULL,
          "host, srflx, prflx or relay; derived for draft-06"),
    FIELD(hf_type_basis, "Type Derived From", "candidate.type_basis", FT_STRING, BASE_NONE, NULL,
          "draft-06 lines carry no type"),
    FIELD(hf_default, "Default Candidate", "candidate.default", FT_BOOLEAN, BASE_NONE, NULL,
          "Address, port and transport of the c= and m= lines"),
    FIELD(hf_own_address, "Client's Own Address, No Sign of Contact with an Edge", "candidate.own_address",
          FT_BOOLEAN, BASE_NONE, NULL, "Every Microsoft client offers this candidate"),
    FIELD(hf_extension, "Extension", "candidate.extension", FT_STRING, BASE_NONE, NULL,
          "Name and value pairs behind the grammar"),
    FIELD(hf_unread, "Not Read", "candidate.unread", FT_STRING, BASE_NONE, NULL, "Words that could not be read"),
    ENDPOINT_FIELDS(hf_address, "", "candidate"),
    ENDPOINT_FIELDS(hf_related, "Related ", "candidate.related"),
    FIELD(hf_remote_candidate, "Remote Candidate", "remote_candidate", FT_STRING, BASE_NONE, NULL,
          "Chosen candidate of the other side, in a final offer or answer"),
    FIELD(hf_remote_username, "User Name", "remote_candidate.username", FT_STRING, BASE_NONE, NULL, "draft-06"),
    FIELD(hf_remote_component, "Component", "remote_candidate.component", FT_UINT16, BASE_DEC,
          VALS(sdp_component_names), NULL),
    ENDPOINT_FIELDS(hf_remote, "", "remote_candidate"),
    FIELD(hf_media, "Medium", "media", FT_STRING, BASE_NONE, NULL, "Name of the medium in its m= line"),
    FIELD(hf_media_summary, "Summary", "media.summary", FT_STRING, BASE_NONE, NULL,
          "How many candidates of each type the medium has"),
    FIELD(hf_media_port, "Port", "media.port", FT_UINT16, BASE_DEC, NULL, NULL),
    FIELD(hf_media_protocol, "Protocol", "media.protocol", FT_STRING, BASE_NONE, NULL, NULL),
};

static ei_register_info ei[] = {
    { &ei_candidate_malformed,
      { "msice.expert.candidate_malformed", PI_PROTOCOL, PI_ERROR, "The candidate line breaks its grammar",
        EXPFILL } },
    { &ei_candidate_unknown,
      { "msice.expert.candidate_unknown", PI_PROTOCOL, PI_NOTE,
        "The transport or type of a candidate is not known here", EXPFILL } },
    { &ei_port_invalid,
      { "msice.expert.candidate_port_invalid", PI_PROTOCOL, PI_ERROR, "The port is not a number from 0 to 65535",
        EXPFILL } },
    { &ei_host_name,
      { "msice.expert.candidate_host_name", PI_PROTOCOL, PI_NOTE, "A name stands in the place of an address",
        EXPFILL } },
    { &ei_list_cut,
      { "msice.expert.list_cut", PI_UNDECODED, PI_NOTE,
        "The body holds more than is read; the rest is in the SDP tree only", EXPFILL } },
};

void
proto_register_sdp_candidates(void)
{
    static int *ett[] = { &ett_body, &ett_media, &ett_candidate, &ett_priority };
    int proto = msice_proto();
    proto_register_field_array(proto, hf, (int)array_length(hf));
    proto_register_subtree_array(ett, (int)array_length(ett));
    expert_register_field_array(expert_register_protocol(proto), ei, (int)array_length(ei));
    sdp_attributes_register(proto);
    sdp_findings_register(proto);
}

void
proto_reg_handoff_sdp_candidates(void)
{
    stock_handle = in_front_of_string("media_type", "application/sdp",
                                      in_front_handle(dissect_body, "sdp", "SDP and MS-ICE", "msice_sdp"));
}
