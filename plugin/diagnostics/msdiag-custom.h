/* msdiag-custom.h
 * Diagnostics headers that the user has declared as custom SIP headers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_MSDIAG_CUSTOM_H
#define MSICE_MSDIAG_CUSTOM_H

#include "base/compat.h"

/* Arranges that the fields of declared headers are kept for the end of the packet. */
void proto_reg_handoff_msdiag_custom(void);

/* Called at the end of a packet with its tree: dissects the declared headers that it has. */
void msdiag_custom_finish_packet(packet_info *pinfo, proto_tree *tree);

#endif
