/* packet-mscall.c
 * Media calls in the packet tree: msice.call on every frame of a call.
 *
 * Works at the end of each packet, from what the dissectors told and the stock ones keep in conversations; a
 * postdissector that asks for no fields costs next to nothing where there is no call.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/packet-mscall.h"

#include <epan/tap.h>

#include "base/address-kind.h"
#include "base/each-packet.h"
#include "base/enabled.h"
#include "base/finding-add.h"
#include "analysis/call-connect.h"
#include "analysis/call-tap.h"
#include "analysis/call-witness.h"
#include "analysis/evidence-tree.h"
#include "analysis/media-tree.h"
#include "analysis/questions.h"
#include "analysis/outcome-tree.h"
#include "analysis/shown-tree.h"
#include "base/findings.h"
#include "base/frame-headers.h"
#include "base/tcp-state.h"
#include "calls/points.h"
#include "calls/witness.h"
#include "sip/sip-scan.h"

static int proto_mscall = -1;
static int proto_msice = -1; /* who switches that off does not want its fields */
static int tap = -1;
static int ett_call = -1;
static int hf_call = -1;
static int hf_call_id = -1;
static int hf_caller = -1;
static int hf_callee = -1;
static int hf_conversation = -1;
static int hf_next = -1;
static int hf_previous = -1;
static int hf_step = -1;
static int hf_point = -1;
static expert_field ei_limit = EI_INIT;

/* RFC 768, RFC 3550 section 5.1 */
#define UDP_HEADER 8
#define UDP_LENGTH 4
#define RTP_HEADER 12

static bool
opens_or_resets(const frame_segment_t *segment)
{
    return segment->flags & (FRAME_TCP_SYN | FRAME_TCP_RST);
}

/* Whether the segment tells something new. A look at its header is much cheaper than looking up the conversation of
 * each acknowledgement; where none is found, any may be one of these. */
bool G_GNUC_NO_INLINE
mscall_segment_counts(tvbuff_t *tvb, const packet_info *pinfo)
{
    const bool opens = mscall_may_open_or_reset(pinfo), connects = call_connect_may(pinfo);
    frame_segment_t segment;

    if (!frame_segment(tvb, pinfo, &segment))
        return opens;
    return (opens && opens_or_resets(&segment)) || (connects && call_connect_wants(&segment));
}

/* Whether the segment closes or resets a connection that belongs to a call. */
static bool
closes_connection(const packet_info *pinfo, const frame_segment_t *segment)
{
    return facts_any() && (segment->flags & (FRAME_TCP_FIN | FRAME_TCP_RST)) && endpoint_of_packet(pinfo);
}

/* What the stock TCP dissector knows about the connection of this packet. */
static void
tell_connection(tvbuff_t *tvb, packet_info *pinfo)
{
    frame_segment_t segment;
    const bool found = frame_segment(tvb, pinfo, &segment), wanted = facts_wants_segments(pinfo);
    const bool counts = mscall_may_open_or_reset(pinfo) && (!found || opens_or_resets(&segment));
    const bool closes = found && closes_connection(pinfo, &segment);
    conversation_t *conversation = counts || closes || wanted ? find_conversation_pinfo(pinfo, 0) : NULL;
    const uint8_t seen = conversation ? tcp_state_seen(conversation) : 0;
    frame_tcp_t header;

    if (!seen)
        return;
    if (found)
        frame_tcp(tvb, pinfo, &segment, &header);
    if (counts)
        facts_tell_connection(pinfo, conversation, seen, found ? &header : NULL);
    if (found && (wanted || (counts && facts_wants_segments(pinfo))))
        facts_tell_segment(pinfo, conversation, &header);
    if (closes)
        facts_tell_closing(pinfo, segment.flags & FRAME_TCP_RST, seen);
}

/* Media that did not come by our demultiplexer: stock RTP keeps a port that signalling gave it, as long as nothing
 * but media was met there. */
static void
tell_media(tvbuff_t *tvb, packet_info *pinfo)
{
    int udp =
        proto_is_frame_protocol(pinfo->layers, "rtp") ? frame_transport(tvb, pinfo, UDP_HEADER + RTP_HEADER) : -1;
    int rtp = udp + UDP_HEADER;

    if (udp < 0 || tvb_get_ntohs(tvb, udp + UDP_LENGTH) < UDP_HEADER + RTP_HEADER ||
        tvb_get_uint8(tvb, rtp) >> 6 != 2)
        return;
    facts_tell_rtp(pinfo, &(facts_rtp_t){
                              .payload_type = tvb_get_uint8(tvb, rtp + 1) & 0x7FU,
                              .sequence = tvb_get_ntohs(tvb, rtp + 2),
                              .timestamp = tvb_get_ntohl(tvb, rtp + 4),
                              .ssrc = tvb_get_ntohl(tvb, rtp + 8),
                              .length = tvb_get_ntohs(tvb, udp + UDP_LENGTH) - UDP_HEADER,
                          });
}

static void
tell(tvbuff_t *tvb, packet_info *pinfo, bool sip, bool icmp)
{
    if (sip)
        for (const sip_scanned_t *message = sip_scan(pinfo); message; message = message->next)
            facts_tell_end(pinfo, message->call_id);
    facts_note_time(pinfo);
    if (PINFO_FD_VISITED(pinfo))
        return;
    call_witness_tell(tvb, pinfo, icmp);
    if (icmp || pinfo->flags.in_error_pkt)
        return;
    if (pinfo->ptype == PT_TCP) {
        tell_connection(tvb, pinfo);
        call_connect_tell(tvb, pinfo);
    }
    if (!sip && facts_any() && (pinfo->ptype == PT_TCP || pinfo->ptype == PT_UDP) && facts_tell_packet(pinfo) &&
        pinfo->ptype == PT_UDP && !facts_rtp_told(pinfo))
        tell_media(tvb, pinfo);
}

static void
add_text(proto_tree *tree, tvbuff_t *tvb, int hf, const char *text)
{
    if (text)
        proto_item_set_generated(proto_tree_add_string(tree, hf, tvb, 0, 0, text));
}

static void
add_frame(proto_tree *tree, tvbuff_t *tvb, int hf, uint32_t frame)
{
    if (frame)
        proto_item_set_generated(proto_tree_add_uint(tree, hf, tvb, 0, 0, frame));
}

static void
add_place(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const facts_place_t *place)
{
    const call_summary_t *summary;
    proto_item *item;
    proto_tree *subtree;

    if (!tree) {
        if (expert_items_are_seen(tree))
            call_witness_show_place(tvb, pinfo, tree, place);
        return;
    }
    summary = call_summary_now(place->call, PINFO_FD_VISITED(pinfo));
    item = proto_tree_add_uint_format(tree, hf_call, tvb, 0, 0, place->call->number, "Media call: %u (%s), %s",
                                      place->call->number, facts_step_name(place->step),
                                      outcome_name(summary->outcome.kind));
    proto_item_set_generated(item);
    subtree = proto_item_add_subtree(item, ett_call);
    outcome_tree_add(subtree, tvb, pinfo, summary);
    if (PINFO_FD_VISITED(pinfo))
        shown_tree_add(subtree, tvb, pinfo, place->call);
    media_tree_add(subtree, tvb, pinfo, place->call, &summary->outcome);
    if (call_has_points(place->call))
        add_text(subtree, tvb, hf_point, place_name(place_of_packet(pinfo)));
    add_text(subtree, tvb, hf_step, facts_step_name(place->step));
    add_frame(subtree, tvb, hf_previous, place->previous);
    add_frame(subtree, tvb, hf_next, place->next);
    add_text(subtree, tvb, hf_call_id, place->call->call_id);
    add_text(subtree, tvb, hf_conversation, place->call->conversation_id);
    add_text(subtree, tvb, hf_caller, summary->from);
    add_text(subtree, tvb, hf_callee, summary->to);
    call_witness_show_place(tvb, pinfo, subtree, place);
}

/* SIP messages that came before anybody knew that their call is one of Microsoft's: on later passes it is known. */
static unsigned
places_of_dialogs(packet_info *pinfo, facts_place_t places[FACTS_MAX_PLACES])
{
    for (const sip_scanned_t *message = sip_scan(pinfo); message; message = message->next) {
        const facts_call_t *call = facts_call_by_id(message->call_id);

        if (call && facts_number(call)) {
            places[0] = (facts_place_t){ .call = call, .step = FACTS_STEP_SIP };
            return 1;
        }
    }
    return 0;
}

bool
mscall_wants_packet(tvbuff_t *tvb, const packet_info *pinfo)
{
    return !PINFO_FD_VISITED(pinfo) && mscall_may_want(pinfo) &&
           (pinfo->ptype != PT_TCP || mscall_segment_counts(tvb, pinfo));
}

/* What is known of the packet, in its tree. */
static void
show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, bool sip, bool icmp)
{
    facts_place_t places[FACTS_MAX_PLACES];
    unsigned count = facts_places(pinfo, places);
    const char *limit;

    if (icmp && count && places[0].step != FACTS_STEP_ERROR)
        count = 0; /* by the addresses of one packet and the ports of another */
    if (count == 0 && sip && PINFO_FD_VISITED(pinfo) && facts_any())
        count = places_of_dialogs(pinfo, places);
    for (unsigned i = 0; i < count; i++) {
        add_place(tvb, pinfo, tree, &places[i]);
        if (have_tap_listener(tap))
            tap_queue_packet(tap, pinfo, wmem_memdup(pinfo->pool, &places[i], sizeof places[i]));
        call_ladder_tap(tvb, pinfo, &places[i]);
    }
    if (expert_items_are_seen(tree))
        call_witness_show(tvb, pinfo, tree);
    if (facts_limit_frame(&limit) == pinfo->num)
        finding_add_bytes_format(tree, pinfo, &ei_limit, tvb, 0, 0,
                                 "The analysis keeps no more %s from here on: what it says about later packets is "
                                 "incomplete. Raise the limit in the preferences of MS-CALL.",
                                 limit);
}

static void
note_wanted(void)
{
    each_packet.analysis = facts_options.enabled && is_enabled(proto_msice) && is_enabled(proto_mscall);
}

void
mscall_finish_packet(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    bool sip, icmp;

    if (!each_packet.analysis)
        return;
    sip = sip_dissected(pinfo);
    icmp = call_witness_is_icmp(pinfo);
    tell(tvb, pinfo, sip, icmp);
    show(tvb, pinfo, tree, sip, icmp);
}

void
mscall_note_packet(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    bool icmp;

    if (!each_packet.analysis)
        return;
    icmp = call_witness_is_icmp(pinfo);
    tell(tvb, pinfo, false, icmp);
    if (facts_any())
        show(tvb, pinfo, tree, false, icmp);
}

/* The limits of quality as preferences, which are whole numbers. */
static unsigned limit_loss = 5, limit_jitter = 50, limit_gap = 2;

static void
apply_limits(void)
{
    quality_limits = (quality_limits_t){ .loss = limit_loss, .jitter = limit_jitter, .gap = limit_gap };
}

static void
register_limits(module_t *module)
{
    prefs_register_uint_preference(module, "bad_loss", "Bad from this loss on (percent)",
                                   "Received media that lose more than this are called bad", 10, &limit_loss);
    prefs_register_uint_preference(module, "bad_jitter", "Bad from this jitter on (ms)",
                                   "Received media with more mean jitter than this are called bad", 10,
                                   &limit_jitter);
    prefs_register_uint_preference(module, "bad_gap", "Bad from this gap on (s)",
                                   "Received media that are missing for longer than this are called bad", 10,
                                   &limit_gap);
}

static void
register_preferences(void)
{
    module_t *module = prefs_register_protocol(proto_mscall, apply_limits);

    prefs_register_bool_preference(module, "analysis", "Tell calls, evidence and verdicts",
                                   "Join packets to calls, and look for what shows the ICE warnings of each call",
                                   &facts_options.enabled);
    prefs_register_uint_preference(module, "max_calls", "Most calls", "Calls beyond these are not told apart", 10,
                                   &facts_options.max_calls);
    prefs_register_uint_preference(module, "max_endpoints", "Most endpoints",
                                   "Addresses and ports of candidates and allocations that are kept", 10,
                                   &facts_options.max_endpoints);
    prefs_register_uint_preference(module, "max_attempts", "Most allocations, connections and checked pairs",
                                   "Attempts of all calls that are kept", 10, &facts_options.max_attempts);
    prefs_register_uint_preference(module, "max_frames", "Most frames of calls",
                                   "Frames of all calls that carry links to each other", 10,
                                   &facts_options.max_steps);
    prefs_register_uint_preference(module, "max_streams", "Most media streams",
                                   "RTP streams of all calls whose loss, jitter and silence are followed", 10,
                                   &facts_options.max_streams);
    register_limits(module);
}

#define TEXT(hf, label, filter, blurb)                                                                               \
    {                                                                                                                \
        &hf,                                                                                                         \
        {                                                                                                            \
            label, filter, FT_STRING, BASE_NONE, NULL, 0, blurb, HFILL                                               \
        }                                                                                                            \
    }
#define FRAME(hf, label, filter, blurb)                                                                              \
    {                                                                                                                \
        &hf,                                                                                                         \
        {                                                                                                            \
            label, filter, FT_FRAMENUM, BASE_NONE, NULL, 0, blurb, HFILL                                             \
        }                                                                                                            \
    }

void
proto_register_mscall(void)
{
    static hf_register_info hf[] = {
        { &hf_call,
          { "Media call", "msice.call", FT_UINT32, BASE_DEC, NULL, 0, "Number of the call that the frame belongs to",
            HFILL } },
        TEXT(hf_step, "Step", "msice.call.step", "What the frame is in its call"),
        TEXT(hf_point, "Capture point", "msice.call.point",
             "Where the frame was captured, when the call was captured at two places"),
        FRAME(hf_previous, "Previous step of this kind", "msice.call.previous", NULL),
        FRAME(hf_next, "Next step of this kind", "msice.call.next", NULL),
        TEXT(hf_call_id, "Call-ID", "msice.call.id", "Call-ID of the call's first dialog"),
        TEXT(hf_conversation, "Conversation", "msice.call.conversation", "Ms-Conversation-ID"),
        TEXT(hf_caller, "Caller", "msice.call.caller", NULL),
        TEXT(hf_callee, "Callee", "msice.call.callee", NULL),
    };
    static ei_register_info ei[] = {
        { &ei_limit,
          { "msice.expert.analysis_limit", PI_UNDECODED, PI_NOTE, "The analysis of calls reached one of its limits",
            EXPFILL } },
    };
    static int *ett[] = { &ett_call };
    expert_module_t *expert;

    proto_mscall = proto_register_protocol("Microsoft media call", "MS-CALL", "mscall");
    proto_register_field_array(proto_mscall, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    expert = expert_register_protocol(proto_mscall);
    expert_register_field_array(expert, ei, array_length(ei));
    call_witness_register(proto_mscall, expert);
    evidence_tree_register();
    outcome_tree_register(proto_mscall);
    shown_tree_register(proto_mscall);
    media_tree_register(proto_mscall);
    register_preferences();
    facts_register();
    register_init_routine(note_wanted);
    sip_scan_register(proto_mscall);
    tap = register_tap("msice");
    call_stats_register();
    call_ladder_register(proto_mscall);
    call_menu_register(proto_mscall);
}

void
proto_reg_handoff_mscall(void)
{
    proto_msice = proto_get_id_by_filter_name("msice");
    call_witness_handoff();
}
