/* call-ladder.c
 * A call as a ladder: Statistics > Flow Graph, tshark -z flow,msice,network, and Telephony > VoIP Calls.
 *
 * Columns are the computers that take part. What goes through a relay takes two steps: to the relay, and on to the
 * peer (or its relay), as the message around it tells.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/call-tap.h"

#include <epan/epan_dissect.h>
#include <epan/tap-voip.h>
#include <epan/tap.h>

#include "analysis/call-summary.h"
#include "base/frame-headers.h"
#include "ice/msice-facts.h"
#include "turn/msturn-peer.h"

/* Of epan/sequence_analysis.h, see compat.h. */
WS_DLL_PUBLIC void register_seq_analysis(const char *name, const char *ui_name, const int proto_id,
                                         const char *tap_listener, unsigned tap_flags, tap_packet_cb tap_func);
WS_DLL_PUBLIC compat_seq_item_t *sequence_analysis_create_sai_with_addresses(packet_info *pinfo,
                                                                             compat_seq_info_t *info);
WS_DLL_PUBLIC void sequence_analysis_use_color_filter(packet_info *pinfo, compat_seq_item_t *item);

static int voip_tap = -1;

/* --- what is drawn -----------------------------------------------------------------------------------------------
 */

static const char *
connection_label(tvbuff_t *tvb, const packet_info *pinfo)
{
    static const struct {
        int flags;
        const char *label;
    } rows[] = {
        { FRAME_TCP_RST, "TCP reset" },
        { FRAME_TCP_SYN | FRAME_TCP_ACK, "TCP connection accepted" },
        { FRAME_TCP_SYN, "TCP connection attempt" },
        { FRAME_TCP_FIN, "TCP connection closed" },
    };
    int flags = frame_tcp_flags(tvb, pinfo);

    for (unsigned i = 0; flags >= 0 && i < array_length(rows); i++)
        if ((flags & rows[i].flags) == rows[i].flags)
            return rows[i].label;
    return NULL;
}

/* Media are a begin and an end, and where the cause of the call is to be seen: all packets between would hide the
 * rest.
 */
static const char *
media_label(const packet_info *pinfo, const facts_place_t *place)
{
    if (!place->previous)
        return "media begin";
    if (!PINFO_FD_VISITED(pinfo))
        return NULL;
    if (!place->next)
        return "media end";
    return call_summary_now(place->call, true)->frame == pinfo->num ? "media" : NULL;
}

/* The Info column without what stock leaves at its end. */
static const char *
info_label(packet_info *pinfo)
{
    const char *info = col_get_text(pinfo->cinfo, COL_INFO);
    char *label = wmem_strdup(pinfo->pool, info ? info : "");

    if (g_str_has_suffix(label, " | "))
        label[strlen(label) - 3] = 0;
    return *label ? label : NULL;
}

static bool
is_plain_tcp(const packet_info *pinfo)
{
    const wmem_list_frame_t *last = pinfo->layers ? wmem_list_tail(pinfo->layers) : NULL;

    return last && GPOINTER_TO_INT(wmem_list_frame_data(last)) == proto_get_id_by_filter_name("tcp");
}

/* A check without the names that the Info column has. */
static const char *
check_label(packet_info *pinfo)
{
    const msice_noted_t *check = msice_check_of_packet(pinfo);

    if (!check || check->type == STUN_BINDING_SUCCESS)
        return check ? "check answered" : NULL;
    if (check->type == STUN_BINDING_ERROR)
        return "check refused";
    return wmem_strdup_printf(pinfo->pool, "check%s%s", check->nominated ? ", nominated" : "",
                              check->unanswered ? ", unanswered" : "");
}

/* What the packet does, in words; NULL = it is not worth a line. */
static const char *
label_of(packet_info *pinfo, tvbuff_t *tvb, const facts_place_t *place)
{
    const char *label = NULL;

    if (place->step == FACTS_STEP_MEDIA)
        return media_label(pinfo, place);
    if (pinfo->ptype == PT_TCP)
        label = connection_label(tvb, pinfo);
    if (label || (pinfo->ptype == PT_TCP && is_plain_tcp(pinfo)))
        return label;
    label = place->step == FACTS_STEP_CHECK ? check_label(pinfo) : info_label(pinfo);
    return label ? label : facts_step_name(place->step);
}

static const char *
verdict_text(wmem_allocator_t *scope, const call_summary_t *summary)
{
    const char *outcome = outcome_name(summary->outcome.kind);

    if (summary->has_verdict)
        return wmem_strdup_printf(scope, "%s, %s (%s): %s", outcome, summary->verdict.name,
                                  verdict_confidence_name(summary->verdict.confidence), summary->verdict.cause);
    return summary->outcome.reason ? wmem_strdup_printf(scope, "%s: %s", outcome, summary->outcome.reason) : outcome;
}

/* What the packet does, whole: the label above an arrow is cut. Where one is to look first stands the verdict. */
static const char *
comment_of(packet_info *pinfo, const facts_place_t *place, const call_summary_t *summary)
{
    const char *info = place->step == FACTS_STEP_MEDIA ? NULL : info_label(pinfo);

    if (summary->frame == pinfo->num)
        return wmem_strdup_printf(pinfo->pool, "Call %u: %s", place->call->number,
                                  verdict_text(pinfo->pool, summary));
    return wmem_strdup_printf(pinfo->pool, "Call %u, %s%s%s", place->call->number, facts_step_name(place->step),
                              info ? ": " : "", info ? info : "");
}

/* --- flow graph --------------------------------------------------------------------------------------------------
 */

typedef struct {
    const char *label, *comment;
    const facts_place_t *place;
} arrow_t;

/* One arrow. from, to: in place of the packet's own ends; NULL = those. */
static void
add_item(packet_info *pinfo, compat_seq_info_t *info, const facts_key_t *from, const facts_key_t *to,
         const arrow_t *arrow)
{
    compat_seq_item_t *item = sequence_analysis_create_sai_with_addresses(pinfo, info);

    if (!item)
        return;
    item->frame_number = pinfo->num;
    item->port_src = from ? from->port : (uint16_t)pinfo->srcport;
    item->port_dst = to ? to->port : (uint16_t)pinfo->destport;
    if (from) {
        free_address(&item->src_addr);
        copy_address(&item->src_addr, &from->addr);
    }
    if (to) {
        free_address(&item->dst_addr);
        copy_address(&item->dst_addr, &to->addr);
    }
    item->frame_label = g_strdup(arrow->label);
    item->comment = g_strdup(arrow->comment);
    item->conv_num = (uint16_t)arrow->place->call->number;
    item->line_style = 1;
    item->display = true;
    sequence_analysis_use_color_filter(pinfo, item);
    g_queue_push_tail(info->items, item);
}

/* The way of the packet: straight, to the relay and on, or from the peer to the relay and here. Whose relay has the
 * peer's address, too, needs no second step. */
static void
add_way(packet_info *pinfo, compat_seq_info_t *info, const arrow_t *arrow)
{
    const msturn_peer_t *noted = msturn_peer_of_packet(pinfo);
    bool from_peer = noted && noted->from_peer;
    facts_key_t relay = from_peer ? facts_key(PT_NONE, &pinfo->net_src, (uint16_t)pinfo->srcport)
                                  : facts_key(PT_NONE, &pinfo->net_dst, (uint16_t)pinfo->destport);
    facts_key_t peer = noted ? facts_key(PT_NONE, &noted->peer, noted->port) : relay;
    bool two_steps =
        !info->any_addr && peer.addr.type == relay.addr.type && !addresses_equal(&peer.addr, &relay.addr);

    if (two_steps && from_peer)
        add_item(pinfo, info, &peer, &relay, arrow);
    add_item(pinfo, info, NULL, NULL, arrow);
    if (two_steps && !from_peer)
        add_item(pinfo, info, &relay, &peer, arrow);
}

static tap_packet_status
draw_packet(void *data, packet_info *pinfo, epan_dissect_t *edt, const void *tapped, tap_flags_t flags _U_)
{
    const facts_place_t *place = (const facts_place_t *)tapped;
    arrow_t arrow = { .label = label_of(pinfo, edt->tvb, place), .place = place };

    if (!arrow.label)
        return TAP_PACKET_DONT_REDRAW;
    arrow.comment = comment_of(pinfo, place, call_summary_now(place->call, PINFO_FD_VISITED(pinfo)));
    add_way(pinfo, (compat_seq_info_t *)data, &arrow);
    return TAP_PACKET_REDRAW;
}

/* --- VoIP calls --------------------------------------------------------------------------------------------------
 */

/* A call that found no path is not completed, whatever its signalling says. */
static voip_call_state
state_of(const call_outcome_t *outcome)
{
    static const voip_call_state states[OUTCOMES] = {
        [OUTCOME_CONNECTED] = VOIP_IN_CALL,     [OUTCOME_ONE_WAY] = VOIP_IN_CALL,
        [OUTCOME_INTERRUPTED] = VOIP_CANCELLED, [OUTCOME_FAILED] = VOIP_REJECTED,
        [OUTCOME_INCOMPLETE] = VOIP_CALL_SETUP, [OUTCOME_NO_MEDIA] = VOIP_UNKNOWN,
    };
    voip_call_state state = states[outcome->kind];

    return state == VOIP_IN_CALL && outcome->over ? VOIP_COMPLETED : state;
}

void
call_ladder_tap(tvbuff_t *tvb, packet_info *pinfo, const facts_place_t *place)
{
    const call_summary_t *summary;
    voip_packet_info_t *voip;
    const char *label;

    if (!have_tap_listener(voip_tap) || !(label = label_of(pinfo, tvb, place)))
        return;
    summary = call_summary_now(place->call, PINFO_FD_VISITED(pinfo));
    voip = wmem_new0(pinfo->pool, voip_packet_info_t);
    voip->protocol_name = wmem_strdup(pinfo->pool, "MS-ICE");
    voip->call_id = wmem_strdup_printf(pinfo->pool, "msice.call %u", place->call->number);
    voip->call_state = state_of(&summary->outcome);
    voip->call_active_state = summary->outcome.over ? VOIP_INACTIVE : VOIP_ACTIVE;
    voip->from_identity = wmem_strdup(pinfo->pool, summary->from ? summary->from : "");
    voip->to_identity = wmem_strdup(pinfo->pool, summary->to ? summary->to : "");
    voip->call_comment = (char *)(uintptr_t)verdict_text(pinfo->pool, summary);
    voip->frame_label = (char *)(uintptr_t)label;
    voip->frame_comment = (char *)(uintptr_t)comment_of(pinfo, place, summary);
    tap_queue_packet(voip_tap, pinfo, voip);
}

void
call_ladder_register(int proto)
{
    voip_tap = register_tap("voip"); /* stock listens to it, and nobody need have registered it */
    register_seq_analysis("msice", "Microsoft Media Calls", proto, "msice", TL_REQUIRES_COLUMNS, draw_packet);
}
