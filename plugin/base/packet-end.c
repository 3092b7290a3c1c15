/* packet-end.c
 * What the plugin does at the end of each packet, behind all dissectors.
 *
 * One postdissector for all modules, because Wireshark's way to a postdissector costs each packet more than what the
 * modules do there; and they are called by name, so that the compiler can put them in one place. It asks for no
 * fields.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/packet-end.h"

#include "analysis/packet-mscall.h"
#include "diagnostics/packet-msdiag.h"
#include "sip/packet-mspath.h"
#include "carriers/msturn-answer.h"

static dissector_handle_t handle;
static uint32_t asked_frame; /* the last one that asked */
static bool asked_always;

/* Each turns away what has nothing to do, and what belongs to a protocol that is disabled. */
static void G_GNUC_NO_INLINE
finish(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    msdiag_finish_packet(tvb, pinfo, tree);
    mspath_finish_packet(tvb, pinfo, tree);
    msturn_answer_finish_packet(tvb, pinfo, tree);
    mscall_finish_packet(tvb, pinfo, tree);
}

bool
packet_end_asked(const packet_info *pinfo)
{
    return asked_always || asked_frame == pinfo->num;
}

/* All that most packets of others pass through: each line of code and of data here costs them a place in the caches.
 */
static int
dissect_end(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    if (G_UNLIKELY(tree || packet_end_asked(pinfo)))
        finish(tvb, pinfo, tree);
    else if (G_UNLIKELY(mscall_wants_packet(tvb, pinfo)))
        mscall_finish_packet(tvb, pinfo, tree);
    return 0;
}

void
packet_end_ask(const packet_info *pinfo)
{
    asked_frame = pinfo->num;
}

void
packet_end_ask_always(void)
{
    asked_always = true;
}

static void
forget(void)
{
    asked_frame = 0;
    asked_always = false;
}

dissector_handle_t
packet_end_handle(void)
{
    if (!handle) {
        /* In name only, so that it leaves no layer behind; below "frame", which nobody can disable. */
        int proto =
            proto_register_protocol_in_name_only("Microsoft media at the end of a packet", "MSICE end", "msice_end",
                                                 proto_get_id_by_filter_name("frame"), FT_PROTOCOL);

        handle = create_dissector_handle(dissect_end, proto);
        register_postdissector(handle);
        register_init_routine(forget);
    }
    return handle;
}
