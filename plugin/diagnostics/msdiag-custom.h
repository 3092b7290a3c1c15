/* msdiag-custom.h
 * Diagnostics headers that the user has declared as custom SIP headers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSDIAG_CUSTOM_H
#define MSICE_MSDIAG_CUSTOM_H

#include "base/compat.h"

/* Takes the handle of the plugin's postdissector; arranges that the fields of declared headers are kept for it.
 * Call once, at hand-off. */
void msdiag_custom_handoff(dissector_handle_t postdissector);

/* Called at the end of a packet with its tree: dissects the declared headers that it has. */
void msdiag_custom_dissect(packet_info *pinfo, proto_tree *tree);

#endif
