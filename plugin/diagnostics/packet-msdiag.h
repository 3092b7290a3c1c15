/* packet-msdiag.h
 * ms-client-diagnostics, ms-diagnostics and ms-diagnostics-public: what an endpoint or server says went wrong.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_PACKET_MSDIAG_H
#define MSICE_PACKET_MSDIAG_H

#include "base/compat.h"

/* Dissects a header's value that fills tvb, below tree. name is the header's name as it stands on the wire; NULL
 * where the value stands without one (diagHeader of an error report). ([MS-OCER] 2.2.1) The dissector "msdiag"
 * does the same without a name. */
void msdiag_dissect_value(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const char *name);

/* What is done at the end of a packet: tvb is the frame's, tree NULL when nobody sees it. Called by plugin.c. */
void msdiag_finish_packet(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

void proto_register_msdiag(void);
void proto_reg_handoff_msdiag(void);

#endif
