/* plugin.c
 * Entry points that Wireshark looks up, and the list of what the plugin registers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/* Before the headers of Wireshark: then they have the names below exported from the plugin, on Windows too. */
#define WS_BUILD_DLL
#include "base/compat.h"

#include "analysis/packet-mscall.h"
#include "base/enabled.h"
#include "base/findings.h"
#include "base/packet-end.h"
#include "diagnostics/msdiag-custom.h"
#include "diagnostics/msdiag-http.h"
#include "diagnostics/msdiag-reason.h"
#include "diagnostics/msdiag-text.h"
#include "diagnostics/packet-icewarn.h"
#include "diagnostics/packet-msdiag.h"
#include "sip/packet-mspath.h"
#include "sip/sip-scan.h"
#include "sip/sip-tls.h"
#include "diagnostics/packet-msqoe.h"
#include "offers/packet-mras.h"
#include "ice/packet-msice.h"
#include "offers/sdp-candidates.h"
#include "carriers/msturn-demux.h"
#include "carriers/msturn-hooks.h"
#include "turn/packet-msturn.h"
#include "carriers/msturn-answer.h"
#include "carriers/msturn-frames.h"
#include "carriers/msturn-inner.h"
#include "carriers/msturn-port.h"
#include "carriers/msturn-pseudotls.h"
#include "carriers/msturn-tcp.h"

WS_DLL_PUBLIC void plugin_register(void);
WS_DLL_PUBLIC uint32_t plugin_describe(void);

WS_DLL_PUBLIC_DEF const char plugin_version[] = MSICE_VERSION;
WS_DLL_PUBLIC_DEF const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
WS_DLL_PUBLIC_DEF const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

/* Each turns away what has nothing to do, and what belongs to a protocol that is disabled. */
static void
finish(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    msdiag_custom_finish_packet(pinfo, tree);
    msdiag_http_finish_packet(pinfo, tree);
    mspath_finish_packet(tvb, pinfo, tree);
    sdp_candidates_finish_packet(tvb, pinfo, tree);
    msdiag_finish_packet(tvb, pinfo, tree); /* it writes what the others add to the Info column */
    msturn_answer_finish_packet(tvb, pinfo, tree);
    mscall_finish_packet(tvb, pinfo, tree);
}

/* Taps are there before the first packet, or come with a pass over packets that were seen before: between these,
 * what was last found holds, and the packets of others need not ask. */
static int G_GNUC_NO_INLINE
look_at_end(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    each_packet.experts_heard = have_tap_listener(each_packet.expert_tap);
    if (each_packet.plugin && sip_may_be_dissected(pinfo) && !packet_end_asked(pinfo))
        sip_scan_ask_at_end(pinfo);
    if (packet_end_asked(pinfo) || tree || each_packet.experts_heard)
        finish(tvb, pinfo, tree);
    else if (mscall_wants_packet(tvb, pinfo))
        mscall_note_packet(tvb, pinfo, tree);
    return 0;
}

/* The end of each packet, behind all dissectors. One postdissector for all modules, because Wireshark's way to a
 * postdissector costs each packet more than what the modules do there. Each line of code and of data here costs the
 * packets of others a place in the caches: so there is no call in their way. It asks for no fields. */
static int
dissect_end(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    bool looked_at = tree || each_packet.experts_heard || PINFO_FD_VISITED(pinfo) || packet_end_asked(pinfo);

    /* Of the TCP packets that may tell something, six of seven do not. */
    if (!looked_at)
        looked_at = sip_may_be_dissected(pinfo) ||
                    (mscall_may_want(pinfo) && (pinfo->ptype != PT_TCP || mscall_segment_counts(tvb, pinfo)));
    return G_UNLIKELY(looked_at) ? look_at_end(tvb, pinfo, tree) : 0;
}

/* A row a module, called in this order: what others add fields to or call comes first. */
static const proto_plugin modules[] = {
    { enabled_register, NULL },
    { proto_register_icewarn, NULL },
    { proto_register_msdiag, proto_reg_handoff_msdiag },
    { NULL, proto_reg_handoff_msdiag_custom },
    { NULL, proto_reg_handoff_msdiag_http },
    { NULL, proto_reg_handoff_msdiag_text },
    { proto_register_mspath, proto_reg_handoff_mspath },
    { NULL, proto_reg_handoff_sip_tls },
    { proto_register_msdiag_reason, NULL },
    { proto_register_msqoe, proto_reg_handoff_msqoe },
    { proto_register_msturn, proto_reg_handoff_msturn },
    { proto_register_msice, proto_reg_handoff_msice },
    { proto_register_sdp_candidates, proto_reg_handoff_sdp_candidates },
    { proto_register_mras, proto_reg_handoff_mras },
    { proto_register_msturn_demux, proto_reg_handoff_msturn_demux },
    { proto_register_msturn_hooks, proto_reg_handoff_msturn_hooks },
    { proto_register_msturn_pseudotls, NULL },
    { proto_register_msturn_answer, proto_reg_handoff_msturn_answer },
    { proto_register_msturn_frames, NULL },
    { proto_register_msturn_inner, NULL },
    { proto_register_msturn_tcp, proto_reg_handoff_msturn_tcp },
    { proto_register_msturn_port, proto_reg_handoff_msturn_port },
    { proto_register_mscall, proto_reg_handoff_mscall },
};

void
plugin_register(void)
{
    packet_end_register(dissect_end);
    /* Wireshark calls them in the reverse order of this. */
    for (size_t i = sizeof modules / sizeof modules[0]; i-- > 0;)
        proto_register_plugin(&modules[i]);
}

/* What kind of plugin this is, for Help > About > Plugins; asked by Wireshark 4.4 and later. */
uint32_t
plugin_describe(void)
{
    return COMPAT_PLUGIN_DESC_DISSECTOR;
}
