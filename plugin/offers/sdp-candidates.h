/* sdp-candidates.h
 * The candidate lists in SDP bodies: the hook in front of the stock dissector, and the tree.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_SDP_CANDIDATES_H
#define MSICE_SDP_CANDIDATES_H

#include "base/compat.h"

/* Dissects the bodies that the stock SIP dissector did not come to, because it throws on what it reads of SDP for
 * itself: a key that somebody has blotted out, for example. At the end of a packet; called by plugin.c. */
void sdp_candidates_finish_packet(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

void proto_register_sdp_candidates(void);
void proto_reg_handoff_sdp_candidates(void);

#endif
