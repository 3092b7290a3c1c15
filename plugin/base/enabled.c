/* enabled.c
 * Which protocols the user left enabled, and the one switch for all of the plugin.
 *
 * The switch is a protocol without a packet. Wireshark knows no groups of protocols, and to switch off the others
 * with it would be written into the user's settings: so each way into the plugin asks for it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "base/enabled.h"

#include <epan/tap.h>

each_packet_t each_packet = { .plugin = true };

static const protocol_t *plugin;

static void
note_state(void)
{
    each_packet.plugin = proto_is_protocol_enabled(plugin);
    each_packet.expert_tap = find_tap_id("expert");
}

void
enabled_register(void)
{
    plugin = find_protocol_by_id(
        proto_register_protocol("Microsoft media diagnostics: all of this plugin", "MS-ICE plugin", "msice_plugin"));
    register_init_routine(note_state);
}

int
enabled_add_internal(const char *title, const char *name, const char *filter)
{
    return proto_register_protocol_in_name_only(title, name, filter, proto_get_id_by_filter_name("frame"),
                                                FT_PROTOCOL);
}

bool
is_enabled(int proto)
{
    return proto_is_protocol_enabled(plugin) && proto_is_protocol_enabled(find_protocol_by_id(proto));
}
