/* packet-end.c
 * Who asked for the end of a packet, behind all dissectors. What is done there stands in plugin.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/packet-end.h"

#include "base/enabled.h"

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
        int proto = enabled_add_internal("Microsoft media at the end of a packet", "MS-ICE end", "msice_end");

        handle = create_dissector_handle(dissect_end, proto);
        register_postdissector(handle);
        register_init_routine(forget);
    }
    return handle;
}
