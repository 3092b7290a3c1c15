/* sdp-findings.c
 * What the candidate lists of an SDP body add up to: a summary per medium, and what is missing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "offers/sdp-findings.h"

#include "base/finding-add.h"
#include "calls/credentials.h"
#include "diagnostics/packet-msdiag.h"
#include "knowledge/ms-products.h"
#include "offers/sdp-sbc.h"
#include "sip/packet-mspath.h"

static int hf_relay_known_in = -1;
static int hf_relay_known = -1;
static int hf_offer_in = -1;
static int hf_answer_in = -1;
static int hf_other_side_in = -1;

static expert_field ei_no_relay_candidate = EI_INIT;
static expert_field ei_relay_credentials_expired = EI_INIT;
static expert_field ei_relay_only_tcp = EI_INIT;
static expert_field ei_relay_address_private = EI_INIT;
static expert_field ei_no_candidates = EI_INIT;
static expert_field ei_address_family_mismatch = EI_INIT;
static expert_field ei_no_final_offer = EI_INIT;

void
sdp_tally(const sdp_session_t *session, int media, sdp_tally_t *tally)
{
    memset(tally, 0, sizeof *tally);
    for (unsigned i = 0; i < session->candidate_count; i++) {
        const sdp_candidate_t *candidate = &session->candidates[i];
        if (candidate->media != media || !candidate->first_of_its_kind)
            continue;
        if (candidate->transport == ICE_TRANSPORT_UDP)
            tally->udp[candidate->type]++;
        else if (ice_transport_is_tcp(candidate->transport))
            tally->tcp[candidate->type]++;
        else
            tally->other[candidate->type]++;
    }
}

static unsigned
total(const unsigned *counts)
{
    unsigned sum = 0;
    for (unsigned type = 0; type < ICE_TYPES; type++)
        sum += counts[type];
    return sum;
}

static void
append_counts(wmem_strbuf_t *text, const unsigned *counts, const char *transport)
{
    if (total(counts) == 0)
        return;
    wmem_strbuf_append_printf(text, "%s%u host, %u srflx, %u relay", wmem_strbuf_get_len(text) ? "; " : "",
                              counts[ICE_TYPE_HOST], counts[ICE_TYPE_SRFLX], counts[ICE_TYPE_RELAY]);
    if (counts[ICE_TYPE_PRFLX])
        wmem_strbuf_append_printf(text, ", %u prflx", counts[ICE_TYPE_PRFLX]);
    if (counts[ICE_TYPE_UNKNOWN])
        wmem_strbuf_append_printf(text, ", %u of unknown type", counts[ICE_TYPE_UNKNOWN]);
    wmem_strbuf_append_printf(text, " (%s)", transport);
}

const char *
sdp_tally_text(packet_info *pinfo, const sdp_tally_t *tally)
{
    wmem_strbuf_t *text = wmem_strbuf_new(pinfo->pool, "");
    append_counts(text, tally->udp, "UDP");
    append_counts(text, tally->tcp, "TCP");
    append_counts(text, tally->other, "unknown transport");
    return wmem_strbuf_get_len(text) ? wmem_strbuf_get_str(text) : "no candidates";
}

/* A relay that the sender of this body is known to have: by the addresses of its host candidates, or by its
 * URI. */
static const credentials_t *
relay_of_sender(const packet_info *pinfo, const sdp_session_t *session, int media, const sip_message_t *message)
{
    const credentials_t *best = relay_of_identity(pinfo, sip_message_sender(pinfo, message));
    for (unsigned i = 0; i < session->candidate_count; i++) {
        const sdp_candidate_t *candidate = &session->candidates[i];
        address client;
        if (candidate->media != media || candidate->type != ICE_TYPE_HOST ||
            !sdp_host_to_address(&candidate->host, &client))
            continue;
        const credentials_t *known = relay_of_address(pinfo, &client);
        if (known && (!best || known->frame > best->frame))
            best = known;
    }
    return best;
}

static void
find_missing_relay(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, proto_item *item,
                   const sdp_session_t *session, int media, const char *name, const sdp_tally_t *tally,
                   const sip_message_t *message)
{
    bool udp = total(tally->udp) != 0, tcp = total(tally->tcp) != 0;
    bool udp_relay = tally->udp[ICE_TYPE_RELAY] != 0, tcp_relay = tally->tcp[ICE_TYPE_RELAY] != 0;

    /* Lines whose type cannot be told may be the relay's, and a relay over what is not known here is one. */
    if (tally->udp[ICE_TYPE_UNKNOWN] || tally->tcp[ICE_TYPE_UNKNOWN] || tally->other[ICE_TYPE_UNKNOWN] ||
        tally->other[ICE_TYPE_RELAY])
        return;
    if (udp && !udp_relay && tcp_relay) {
        msdiag_add_info(pinfo, wmem_strdup_printf(pinfo->pool, "%s: relay over TCP only", name));
        finding_add_format(pinfo, item, &ei_relay_only_tcp,
                           "%s: relay over TCP only. Is UDP 3478 to the A/V Edge blocked?", name);
        return;
    }
    const char *transports = udp && tcp && !udp_relay && !tcp_relay ? "UDP or TCP"
                             : udp && !udp_relay                    ? "UDP"
                             : tcp && !tcp_relay                    ? "TCP"
                                                                    : NULL;
    if (!transports)
        return;

    msdiag_add_info(pinfo, wmem_strdup_printf(pinfo->pool, "%s: no relay candidate over %s", name, transports));
    const credentials_t *known = relay_of_sender(pinfo, session, media, message);
    const int at = media < 0 ? 0 : session->media[media].line_offset;
    if (!known) {
        finding_add_format(pinfo, item, &ei_no_relay_candidate,
                           "%s: no relay candidate over %s. Did the client get credentials (MRAS) and an "
                           "allocation from the A/V Edge?",
                           name, transports);
        return;
    }
    proto_item *link = proto_tree_add_uint(tree, hf_relay_known_in, tvb, at, 0, known->frame);
    proto_item_set_generated(link);
    link = proto_tree_add_string(tree, hf_relay_known, tvb, at, 0, known->relay);
    proto_item_set_generated(link);
    finding_add_format(
        pinfo, item, &ei_no_relay_candidate,
        known->source == RELAY_FROM_MRAS
            ? "%s: no relay candidate over %s, although an MRAS reply (frame %u) named relay %s. Does "
              "the way to it let TURN through?"
            : "%s: no relay candidate over %s, although the Allocate response in frame %u gave relayed "
              "address %s. Why was it not offered?",
        name, transports, known->frame, known->relay);
    if (!nstime_is_zero(&known->expiry) && nstime_cmp(&known->expiry, &pinfo->abs_ts) < 0)
        finding_add_format(pinfo, item, &ei_relay_credentials_expired,
                           "%s: the credentials for relay %s (frame %u) expired before this list was sent. Did the "
                           "client ask for new ones?",
                           name, known->relay, known->frame);
}

/* The other end is an SBC, which has no relay of its own. */
static void
find_missing_relay_of_teams(packet_info *pinfo, proto_item *item, const char *name, const sdp_tally_t *tally)
{
    if (!total(tally->udp) || tally->udp[ICE_TYPE_RELAY] || tally->udp[ICE_TYPE_UNKNOWN])
        return;
    finding_add_format(pinfo, item, &ei_no_relay_candidate,
                       "%s: Teams offers no relay candidate over UDP, so that media need a straight way between the "
                       "client and the SBC. Do the SBC's media ports let the client's network in?",
                       name);
}

static void
find_private_relay(packet_info *pinfo, proto_item *item, const sdp_session_t *session, int media, const char *name)
{
    for (unsigned i = 0; i < session->candidate_count; i++) {
        const sdp_candidate_t *candidate = &session->candidates[i];
        if (candidate->media != media || candidate->type != ICE_TYPE_RELAY || !sdp_host_is_private(&candidate->host))
            continue;
        address where;
        sdp_host_to_address(&candidate->host, &where);
        finding_add_format(pinfo, item, &ei_relay_address_private,
                           "%s: relayed address %s is private. Is the public address of the A/V Edge's NAT "
                           "configured?",
                           name, address_to_str(pinfo->pool, &where));
        return;
    }
}

/* Media that go by candidates at all: an instant message session has no path of its own. */
static bool
needs_candidates(const sdp_media_t *media)
{
    return media->port.valid && media->in_use && g_ascii_strcasecmp(media->name.text, "message") != 0;
}

/* Whether the sender names itself as a product that is none of Microsoft's: a gateway or an SBC in front of the
 * telephone network need not speak ICE, and the other side reaches it straight. Of SBCs of Teams more is known. */
static bool
is_of_others(packet_info *pinfo, const sip_message_t *message)
{
    const sip_scanned_t *scanned = message ? sip_scan_of(pinfo, message) : NULL;
    const char *agent;
    GString *product;
    bool known;

    if (!message || message->microsoft || (scanned && scanned->party != SIP_BY_OTHERS))
        return false;
    agent = sip_message_value(pinfo, message, SIP_USER_AGENT);
    if (!agent)
        agent = sip_message_value(pinfo, message, SIP_SERVER);
    if (!agent)
        return false;
    product = g_string_new(NULL);
    known = ms_product_append(product, agent) || ms_product_is_sign(agent, strlen(agent));
    g_string_free(product, TRUE);
    return !known;
}

static void
compare_with_other_side(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, proto_item *item,
                        const sdp_session_t *session, int media, const sip_message_t *message)
{
    const sdp_media_t *mine = &session->media[media];
    sdp_dialog_side_t side;
    bool known = message && sdp_dialog_other_side(pinfo, message, &side);
    const sdp_dialog_medium_t *theirs = NULL;
    if (known && (unsigned)media < side.media_count && side.media[media].name &&
        g_ascii_strcasecmp(side.media[media].name, mine->name.text) == 0)
        theirs = &side.media[media];

    if (theirs) {
        proto_item *link = proto_tree_add_uint(tree, hf_other_side_in, tvb, mine->line_offset, 0, side.frame);
        proto_item_set_generated(link);
    }
    if (mine->candidates == 0) {
        if (mine->candidates_of < 0 && needs_candidates(mine) && !session->ice_lite && !session->trickles &&
            (session->microsoft || session->candidate_count ||
             (theirs && theirs->candidates && !is_of_others(pinfo, message))))
            finding_add_format(pinfo, item, &ei_no_candidates, "%s: no candidates at all. Does this side speak ICE?",
                               mine->name.text);
        return;
    }
    if (!theirs || !theirs->in_use || !theirs->candidates || theirs->chosen || mine->remote_candidates)
        return;
    /* What a name stands for, and what follows, is not known. */
    bool ipv4 = false, ipv6 = false, others = session->trickles || theirs->has_others;
    for (unsigned i = 0; i < session->candidate_count; i++) {
        if (session->candidates[i].media != media)
            continue;
        ipv4 |= session->candidates[i].host.kind == SDP_HOST_IPV4;
        ipv6 |= session->candidates[i].host.kind == SDP_HOST_IPV6;
        others |= session->candidates[i].host.kind == SDP_HOST_NAME;
    }
    if (!others && (ipv4 || ipv6) && (theirs->has_ipv4 || theirs->has_ipv6) && !(ipv4 && theirs->has_ipv4) &&
        !(ipv6 && theirs->has_ipv6))
        finding_add_format(pinfo, item, &ei_address_family_mismatch,
                           "%s: candidates are all %s here and all %s in frame %u, so no pair can be tried. Is "
                           "one side on a network without the other's protocol?",
                           mine->name.text, ipv4 ? "IPv4" : "IPv6", ipv4 ? "IPv6" : "IPv4", side.frame);
}

void
sdp_findings_medium(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, proto_item *item,
                    const sdp_session_t *session, int media, const sip_message_t *message)
{
    bool rejected = media >= 0 && session->media[media].port.valid && !session->media[media].in_use;
    if (rejected)
        return;
    if (media >= 0)
        compare_with_other_side(tvb, pinfo, tree, item, session, media, message);
    const sip_scanned_t *scanned = message ? sip_scan_of(pinfo, message) : NULL;
    if (scanned && scanned->party == SIP_BY_SBC) {
        sdp_sbc_medium(pinfo, item, session, media, scanned);
        return;
    }

    /* A final offer holds the chosen pair only. Others than Microsoft's clients need no relay: gateways,
     * WebRTC. */
    bool final_offer = media >= 0 && session->media[media].remote_candidates != 0;
    if (!session->microsoft || session->ice_lite || session->trickles || final_offer)
        return;
    const char *name = media >= 0 ? session->media[media].name.text : "session";
    sdp_tally_t tally;
    sdp_tally(session, media, &tally);
    if (scanned && scanned->party == SIP_BY_SERVICE) {
        find_missing_relay_of_teams(pinfo, item, name, &tally);
        return;
    }
    find_missing_relay(tvb, pinfo, tree, item, session, media, name, &tally, message);
    find_private_relay(pinfo, item, session, media, name);
}

bool
sdp_findings_through_sbc(packet_info *pinfo, tvbuff_t *tvb)
{
    const sip_scanned_t *scanned = sip_scan(pinfo) ? sip_scan_around(pinfo, tvb) : NULL;

    return scanned && scanned->party != SIP_BY_OTHERS;
}

bool
sdp_findings_answers_ice(const packet_info *pinfo, const sip_message_t *message)
{
    sdp_dialog_side_t side;
    if (!message || !sdp_dialog_other_side(pinfo, message, &side))
        return false;
    unsigned candidates = 0;
    for (unsigned m = 0; m < side.media_count; m++)
        candidates += side.media[m].candidates;
    return candidates != 0;
}

void
sdp_findings_end_of_call(tvbuff_t *part, packet_info *pinfo, proto_tree *tree, const sip_message_t *message)
{
    uint32_t offer, answer;
    if (!message || message->status || strcmp(sip_message_method(pinfo, message), "BYE") != 0 ||
        !sdp_dialog_lacks_final_offer(pinfo, message, &offer, &answer))
        return;
    const sip_scanned_t *scanned = sip_scan_of(pinfo, message);
    const bool with_sbc = scanned && scanned->party != SIP_BY_OTHERS,
               has_path = scanned && facts_has_path(scanned->call_id);
    /* A pair that is the default one is not offered anew (RFC 5245, 8.1.2); only Teams is known to do so always. */
    if (has_path && !with_sbc)
        return;
    proto_item *item = proto_tree_add_uint(tree, hf_offer_in, part, 0, 0, offer);
    proto_item_set_generated(item);
    item = proto_tree_add_uint(tree, hf_answer_in, part, 0, 0, answer);
    proto_item_set_generated(item);
    if (has_path) {
        finding_add_format(pinfo, item, &ei_no_final_offer,
                           "The call ends without Teams' re-INVITE with remote-candidates after frames %u and %u, "
                           "although a path was found: look whether the re-INVITE reaches the SBC",
                           offer, answer);
        return;
    }
    if (with_sbc) {
        finding_add_format(pinfo, item, &ei_no_final_offer,
                           "The call ends without Teams' re-INVITE with remote-candidates after frames %u and %u: "
                           "the checks between client and SBC failed or never ended. Look whether the SBC gets "
                           "them and answers",
                           offer, answer);
        return;
    }
    finding_add_format(pinfo, item, &ei_no_final_offer,
                       "The call ends without a final offer with remote-candidates after frames %u and %u: the "
                       "connectivity checks failed or never ended. Look at the checks between the candidates",
                       offer, answer);
}

void
sdp_findings_register(int proto)
{
    static hf_register_info hf[] = {
        { &hf_relay_known_in,
          { "Relay known since frame", "msice.relay_known_in", FT_FRAMENUM, BASE_NONE, NULL, 0,
            "An MRAS reply or Allocate response that gave this client a relay", HFILL } },
        { &hf_relay_known, { "Known relay", "msice.relay_known", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL } },
        { &hf_offer_in,
          { "Offer in frame", "msice.offer_in", FT_FRAMENUM, BASE_NONE, NULL, 0, "The last offer of the call",
            HFILL } },
        { &hf_answer_in,
          { "Answer in frame", "msice.answer_in", FT_FRAMENUM, BASE_NONE, NULL, 0, "The last answer of the call",
            HFILL } },
        { &hf_other_side_in,
          { "Other side's list in frame", "msice.other_side_in", FT_FRAMENUM, BASE_NONE, NULL, 0,
            "What the other side offered for this medium before", HFILL } },
    };
    static ei_register_info ei[] = {
        { &ei_no_relay_candidate,
          { "msice.expert.no_relay_candidate", PI_SEQUENCE, PI_WARN, "No relay candidate is offered", EXPFILL } },
        { &ei_relay_credentials_expired,
          { "msice.expert.relay_credentials_expired", PI_SECURITY, PI_WARN,
            "The relay credentials expired before this list", EXPFILL } },
        { &ei_relay_only_tcp,
          { "msice.expert.relay_only_tcp", PI_SEQUENCE, PI_WARN, "Relay candidates over TCP only", EXPFILL } },
        { &ei_relay_address_private,
          { "msice.expert.relay_candidate_private", PI_SEQUENCE, PI_WARN, "The relayed address offered is private",
            EXPFILL } },
        { &ei_no_candidates,
          { "msice.expert.no_candidates", PI_SEQUENCE, PI_WARN, "No candidates are offered at all", EXPFILL } },
        { &ei_address_family_mismatch,
          { "msice.expert.address_family_mismatch", PI_SEQUENCE, PI_WARN,
            "Offer and answer have no address family in common", EXPFILL } },
        { &ei_no_final_offer,
          { "msice.expert.no_final_offer", PI_SEQUENCE, PI_WARN, "The call ends without a final offer", EXPFILL } },
    };
    proto_register_field_array(proto, hf, (int)array_length(hf));
    expert_register_field_array(expert_register_protocol(proto), ei, (int)array_length(ei));
    sdp_dialog_register();
    sdp_sbc_register(proto);
    mspath_register_note(sdp_findings_end_of_call);
}
