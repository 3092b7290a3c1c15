/* enabled.h
 * Which protocols the user left enabled, and the one switch for all of the plugin.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_ENABLED_H
#define MSICE_ENABLED_H

#include "base/each-packet.h"

/* Adds the switch to Analyze > Enabled Protocols. Hooks that see the packets of all ask each_packet.plugin. */
void enabled_register(void);

/* A protocol in name only, for a dissector that leaves no layer behind. It stands below "frame", which nobody can
 * switch off: the dialog lists what can be, and no internals. Who uses it asks whether its own protocol is enabled.
 */
int enabled_add_internal(const char *title, const char *name, const char *filter);

/* Whether the user left a protocol of ours enabled, by its id, and the plugin with it. */
bool is_enabled(int proto);

#endif
