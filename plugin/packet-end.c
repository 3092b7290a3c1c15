/* packet-end.c
 * What the plugin does at the end of each packet, behind all dissectors.
 *
 * One postdissector for all modules, because Wireshark's way to a postdissector costs each packet more than what the
 * modules do there. It asks for no fields.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packet-end.h"

#define MAX_FUNCTIONS 4

static packet_end_t functions[MAX_FUNCTIONS];
static unsigned function_count;
static dissector_handle_t handle;

static int
dissect_end(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    for (unsigned i = 0; i < function_count; i++)
        functions[i](tvb, pinfo, tree);
    return 0;
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
    }
    return handle;
}

void
packet_end_add(packet_end_t function)
{
    DISSECTOR_ASSERT(function_count < MAX_FUNCTIONS);
    functions[function_count++] = function;
    packet_end_handle();
}
