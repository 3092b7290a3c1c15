/* packet-end.c
 * Who asked for the end of a packet, behind all dissectors. What is done there stands in plugin.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/packet-end.h"

#include "base/enabled.h"

static dissector_handle_t handle, door_opener;
static int proto = -1;
static dissector_t dissect_end;

void
packet_end_ask(const packet_info *pinfo)
{
    each_packet.end_frame = pinfo->num;
}

void
packet_end_ask_always(void)
{
    each_packet.end_always = true;
}

/* Wireshark's own postdissector that is enabled unless the user says otherwise. */
static bool
has_stock_postdissector(void)
{
    return proto_is_protocol_enabled(find_protocol_by_id(proto_get_id_by_filter_name("snort")));
}

static int
open_door(tvbuff_t *tvb _U_, packet_info *pinfo _U_, proto_tree *tree _U_, void *data _U_)
{
    return 0;
}

/* Wireshark calls postdissectors only when one of them has a protocol that is enabled. */
static void
begin_file(void)
{
    /* So that the first packet is looked at, to see who listens (plugin.c). */
    each_packet.experts_heard = true;
    each_packet.end_frame = 0;
    each_packet.end_always = false;
    if (door_opener || has_stock_postdissector())
        return;
    door_opener = create_dissector_handle(open_door, proto);
    register_postdissector(door_opener);
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
        proto = enabled_add_internal("Microsoft media at the end of a packet", "MS-ICE end", "msice_end");
        /* Of no protocol: Wireshark's way to one costs every packet more than what is done there. */
        handle = create_dissector_handle(dissect_end, -1);
        register_postdissector(handle);
        register_init_routine(begin_file);
    }
    return handle;
}
