/* packet-end.c
 * Who asked for the end of a packet, behind all dissectors. What is done there stands in plugin.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/packet-end.h"

static dissector_handle_t handle;
static uint32_t asked_frame; /* the last one that asked */
static bool asked_always;
static dissector_t dissect_end;

bool
packet_end_asked(const packet_info *pinfo)
{
    return asked_always || asked_frame == pinfo->num;
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

void
packet_end_register(dissector_t dissect)
{
    dissect_end = dissect;
}

dissector_handle_t
packet_end_handle(void)
{
    if (!handle) {
        /* In name only, so that it leaves no layer behind; below "frame", which nobody can disable. */
        int proto =
            proto_register_protocol_in_name_only("Microsoft media at the end of a packet", "MS-ICE end", "msice_end",
                                                 proto_get_id_by_filter_name("frame"), FT_PROTOCOL);

        proto_set_cant_toggle(proto); /* nobody can, and then it is not listed */
        handle = create_dissector_handle(dissect_end, proto);
        register_postdissector(handle);
        register_init_routine(forget);
    }
    return handle;
}
